-- The phones that a known browser may ask for an approval: where the push service of a phone takes messages for it.
CREATE TABLE push_subscriptions (
    id           BYTEA NOT NULL PRIMARY KEY,
    account_id   BYTEA NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    session_hash BYTEA NOT NULL UNIQUE REFERENCES sessions (token_hash) ON DELETE CASCADE, -- the phone's; it ends with that
    endpoint     TEXT NOT NULL, -- the address at the push service, which whoever has it can send to
    p256dh       BYTEA NOT NULL, -- the public key of the phone's browser (RFC 8291)
    auth         BYTEA NOT NULL, -- the secret that the browser shares with this server (RFC 8291)
    language     TEXT NOT NULL, -- the tag of the language of the messages
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT          -- when the push service last took a message
);

CREATE INDEX push_subscriptions_by_account ON push_subscriptions (account_id);
CREATE INDEX known_browsers_by_browser ON known_browsers (browser_hash);
