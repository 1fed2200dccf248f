-- The passkeys of accounts (WebAuthn). The counter that an authenticator counts its uses with is a column of its own, so that
-- one statement compares and stores it; the credential has the counter 0.
CREATE TABLE passkeys (
    credential_id BLOB    NOT NULL PRIMARY KEY,
    account_id    BLOB    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    credential    TEXT    NOT NULL, -- the public key and what was registered with it, as JSON
    counter       INTEGER NOT NULL DEFAULT 0,
    name          TEXT    NOT NULL,
    aaguid        BLOB    NOT NULL, -- the model of the authenticator; 16 zeros if it does not say
    backed_up     INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    last_used_at  INTEGER,
    went_back_at  INTEGER           -- the last time that the counter did not grow
) STRICT;

CREATE INDEX passkeys_by_account ON passkeys (account_id, created_at);

-- The domain that the passkeys belong to, from the first passkey on. One row.
CREATE TABLE passkey_domain (
    id     INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    domain TEXT    NOT NULL
) STRICT;

-- Whether a passkey opened the session: 0 if not, 1 if one of a single device, 2 if one that is synchronised. A server of an
-- earlier version knows only the words of opened_by, so such a session has the word 'password' there.
ALTER TABLE sessions ADD COLUMN by_passkey INTEGER NOT NULL DEFAULT 0;
ALTER TABLE grants   ADD COLUMN by_passkey INTEGER NOT NULL DEFAULT 0;

-- When the owner answered the offer to add a passkey.
ALTER TABLE accounts ADD COLUMN passkey_offer_answered_at INTEGER;
