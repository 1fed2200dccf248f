-- What an app may have beside its redirect URIs, as a JSON object: what is not named has its default.
ALTER TABLE apps ADD COLUMN options TEXT NOT NULL DEFAULT '{}';

-- What an account lets an app know. It goes when its owner withdraws it.
CREATE TABLE consents (
    account_id BLOB    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    app_id     TEXT    NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    scopes     TEXT    NOT NULL, -- separated by spaces
    given_at   INTEGER NOT NULL,
    PRIMARY KEY (account_id, app_id)
) STRICT;

-- One sign-in to an app: all its tokens live and die with this row, which is changed by one statement at a time.
CREATE TABLE grants (
    id             BLOB    NOT NULL PRIMARY KEY,
    app_id         TEXT    NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    account_id     BLOB    REFERENCES accounts (id) ON DELETE CASCADE, -- none where an app speaks for itself
    session_hash   BLOB,             -- the session that it came from
    scopes         TEXT    NOT NULL, -- separated by spaces
    opened_by      TEXT,             -- how the person signed in; none where there is no person
    signed_in_at   INTEGER NOT NULL, -- and when
    generation     INTEGER NOT NULL, -- which of its tokens counts
    idle_until     INTEGER NOT NULL, -- moved on by every use
    ends_at        INTEGER NOT NULL,
    access_ends_at INTEGER NOT NULL, -- of an access token that does not say so itself
    ended_at       INTEGER
) STRICT;

CREATE INDEX grants_by_account ON grants (account_id);
CREATE INDEX grants_by_session ON grants (session_hash);
CREATE INDEX grants_by_end ON grants (ends_at);

-- Keys that sign tokens; the private half is sealed with the server's own key.
CREATE TABLE signing_keys (
    kid        TEXT    NOT NULL PRIMARY KEY,
    algorithm  TEXT    NOT NULL,
    sealed     BLOB    NOT NULL,
    created_at INTEGER NOT NULL, -- published since
    signs_from INTEGER NOT NULL  -- until the next of its algorithm does
) STRICT;
