-- When an operator disabled the account: it signs nobody in until it is enabled.
ALTER TABLE accounts ADD COLUMN disabled_at BIGINT;

-- By which to tell the key that the records were made with: a value that follows from it and tells nothing of it. One row.
CREATE TABLE code_key_mark (
    id   BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    mark BYTEA  NOT NULL
);

-- What apps are to be told outlives the account that it is about: they hear of one that is deleted, too.
ALTER TABLE logout_notices DROP CONSTRAINT logout_notices_account_id_fkey;
DROP INDEX logout_notices_by_account;
