-- Pictures of people and logos of apps: small squares that this server encoded itself. Whoever shows one names its id.
CREATE TABLE pictures (
    id         BLOB    NOT NULL PRIMARY KEY, -- sixteen random bytes
    jpeg       BLOB    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
