-- What user names that look alike have in common. SQL cannot make it of a name, so the server does: for whoever is added, and
-- when it starts for accounts that are older than this.
ALTER TABLE accounts ADD COLUMN skeleton TEXT;

CREATE UNIQUE INDEX accounts_by_skeleton ON accounts (skeleton);
CREATE INDEX accounts_without_skeleton ON accounts (id) WHERE skeleton IS NULL AND username IS NOT NULL;
