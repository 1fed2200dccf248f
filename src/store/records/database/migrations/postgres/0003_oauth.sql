-- What an app may have beside its redirect URIs, as a JSON object: what is not named has its default.
ALTER TABLE apps ADD COLUMN options TEXT NOT NULL DEFAULT '{}';

-- What an account lets an app know. It goes when its owner withdraws it.
CREATE TABLE consents (
    account_id BYTEA   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    app_id     TEXT    NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    scopes     TEXT    NOT NULL, -- separated by spaces
    given_at   BIGINT  NOT NULL,
    PRIMARY KEY (account_id, app_id)
);

-- One sign-in to an app: all its tokens live and die with this row, which is changed by one statement at a time.
CREATE TABLE grants (
    id             BYTEA   NOT NULL PRIMARY KEY,
    app_id         TEXT    NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    account_id     BYTEA   REFERENCES accounts (id) ON DELETE CASCADE, -- none where an app speaks for itself
    session_hash   BYTEA,             -- the session that it came from
    scopes         TEXT    NOT NULL, -- separated by spaces
    opened_by      TEXT,             -- how the person signed in; none where there is no person
    signed_in_at   BIGINT  NOT NULL, -- and when
    generation     BIGINT  NOT NULL, -- which of its tokens counts
    idle_until     BIGINT  NOT NULL, -- moved on by every use
    ends_at        BIGINT  NOT NULL,
    access_ends_at BIGINT  NOT NULL, -- of an access token that does not say so itself
    ended_at       BIGINT
);

CREATE INDEX grants_by_account ON grants (account_id);
CREATE INDEX grants_by_session ON grants (session_hash);
CREATE INDEX grants_by_end ON grants (ends_at);

-- Keys that sign tokens; the private half is sealed with the server's own key.
CREATE TABLE signing_keys (
    kid        TEXT    NOT NULL PRIMARY KEY,
    algorithm  TEXT    NOT NULL,
    sealed     BYTEA   NOT NULL,
    created_at BIGINT  NOT NULL, -- published since
    signs_from BIGINT  NOT NULL  -- until the next of its algorithm does
);
