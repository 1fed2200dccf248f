-- What the owner of an account tells of themselves beside their name. All of it may be missing.
ALTER TABLE accounts ADD COLUMN gender     TEXT;
ALTER TABLE accounts ADD COLUMN city       TEXT;
ALTER TABLE accounts ADD COLUMN province   TEXT;
ALTER TABLE accounts ADD COLUMN country    TEXT;
ALTER TABLE accounts ADD COLUMN language   TEXT; -- a tag of BCP 47
ALTER TABLE accounts ADD COLUMN picture_id BYTEA; -- their own; the column picture has the address of one that a token told

-- What of it an app may know: words separated by spaces. Whoever said yes before there was more had said so of their name.
ALTER TABLE consents ADD COLUMN fields TEXT NOT NULL DEFAULT 'name';
