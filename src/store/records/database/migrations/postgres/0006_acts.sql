-- What was done to apps, by whom and when. A line outlives its app and whoever did it, so it refers to neither.
CREATE TABLE app_acts (
    seq        BIGINT  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- in the order in which it was done
    at         BIGINT  NOT NULL,
    app_id     TEXT    NOT NULL,
    app_name   TEXT    NOT NULL, -- as it was called then
    act        TEXT    NOT NULL,
    fields     TEXT    NOT NULL, -- which of its fields changed: names separated by spaces, and no values
    actor      TEXT    NOT NULL CHECK (actor IN ('administrator', 'command line', 'apps file')),
    account_id BYTEA,            -- the administrator,
    name       TEXT,             -- as they were called then,
    address    TEXT              -- and where they were
);

CREATE INDEX app_acts_by_app ON app_acts (app_id, seq);
CREATE INDEX app_acts_by_time ON app_acts (at);

-- When the present generation of a grant's tokens was made: until now it followed from the idle end.
ALTER TABLE grants ADD COLUMN turned_at BIGINT NOT NULL DEFAULT 0;
UPDATE grants SET turned_at = idle_until - 2592000000;
