-- The same tables as on SQLite, in PostgreSQL's types.
-- Times are milliseconds since 1970-01-01 UTC. Ids are the sixteen bytes of a UUID.

CREATE TABLE accounts (
    id            BYTEA  NOT NULL PRIMARY KEY,
    username      TEXT   UNIQUE, -- lower case; none for an account that only a phone's token names
    display_name  TEXT   NOT NULL,
    picture       TEXT,
    password_hash TEXT,          -- argon2id, PHC string
    issuer        TEXT,          -- who vouches for the subject of a phone's token
    subject       TEXT,
    is_admin      BIGINT NOT NULL DEFAULT 0,
    created_at    BIGINT NOT NULL,
    UNIQUE (issuer, subject)
);

CREATE TABLE sessions (
    token_hash   BYTEA  NOT NULL PRIMARY KEY, -- SHA-256 of the cookie's 256 random bits
    account_id   BYTEA  NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    opened_by    TEXT   NOT NULL CHECK (opened_by IN ('password', 'scan')),
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    ends_at      BIGINT NOT NULL -- the absolute end; the idle end follows from last_seen_at
);

CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_end ON sessions (ends_at);

-- What a single machine keeps in its data folder, and many instances have to have in common.
CREATE TABLE secrets (
    name  TEXT  NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);
