-- Third-party sites. A row holds all of an app, so that every change of one is one statement.

CREATE TABLE apps (
    id                   TEXT   NOT NULL PRIMARY KEY,
    name                 TEXT   NOT NULL,
    dialect              TEXT   NOT NULL CHECK (dialect IN ('oidc', 'wechat', 'both')),
    redirect_uris        TEXT   NOT NULL, -- a JSON array of texts
    secret_hash          BYTEA,           -- SHA-256 of the secret's 256 random bits; none for a public app
    previous_secret_hash BYTEA,           -- the one before, which still counts
    created_at           BIGINT NOT NULL,
    disabled_at          BIGINT
);
