-- Several accounts may have an address that none of them has proven. A proven one belongs to one account.
DROP INDEX accounts_by_email;
CREATE INDEX accounts_by_email ON accounts (email_key);
CREATE UNIQUE INDEX accounts_by_proven_email ON accounts (email_key) WHERE email_verified_at IS NOT NULL;
