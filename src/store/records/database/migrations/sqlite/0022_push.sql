-- The phones that a known browser may ask for an approval: where the push service of a phone takes messages for it.
CREATE TABLE push_subscriptions (
    id           BLOB NOT NULL PRIMARY KEY,
    account_id   BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    session_hash BLOB NOT NULL UNIQUE REFERENCES sessions (token_hash) ON DELETE CASCADE, -- the phone's; it ends with that
    endpoint     TEXT NOT NULL, -- the address at the push service, which whoever has it can send to
    p256dh       BLOB NOT NULL, -- the public key of the phone's browser (RFC 8291)
    auth         BLOB NOT NULL, -- the secret that the browser shares with this server (RFC 8291)
    language     TEXT NOT NULL, -- the tag of the language of the messages
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER          -- when the push service last took a message
) STRICT;

CREATE INDEX push_subscriptions_by_account ON push_subscriptions (account_id);
CREATE INDEX known_browsers_by_browser ON known_browsers (browser_hash);
