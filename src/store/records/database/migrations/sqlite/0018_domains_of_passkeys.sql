-- The domain that a passkey was made for, which is the only one where browsers offer it. NULL if the passkey was added by a
-- server of an earlier version: it was made for the domain in passkey_domain, and whatever changes that one stores the domain
-- of such a passkey first.
ALTER TABLE passkeys ADD COLUMN domain TEXT;
