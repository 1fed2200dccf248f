-- Pictures of people and logos of apps: small squares that this server encoded itself. Whoever shows one names its id.
CREATE TABLE pictures (
    id         BYTEA  NOT NULL PRIMARY KEY, -- sixteen random bytes
    jpeg       BYTEA  NOT NULL,
    created_at BIGINT NOT NULL
);
