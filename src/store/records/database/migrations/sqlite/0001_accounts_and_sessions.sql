-- Times are milliseconds since 1970-01-01 UTC. Ids are the sixteen bytes of a UUID.

CREATE TABLE accounts (
    id            BLOB    NOT NULL PRIMARY KEY,
    username      TEXT    UNIQUE, -- lower case; none for an account that only a phone's token names
    display_name  TEXT    NOT NULL,
    picture       TEXT,
    password_hash TEXT,           -- argon2id, PHC string
    issuer        TEXT,           -- who vouches for the subject of a phone's token
    subject       TEXT,
    is_admin      INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    UNIQUE (issuer, subject)
) STRICT;

CREATE TABLE sessions (
    token_hash   BLOB    NOT NULL PRIMARY KEY, -- SHA-256 of the cookie's 256 random bits
    account_id   BLOB    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    opened_by    TEXT    NOT NULL CHECK (opened_by IN ('password', 'scan')),
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL -- the absolute end; the idle end follows from last_seen_at
) STRICT;

CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_end ON sessions (ends_at);
