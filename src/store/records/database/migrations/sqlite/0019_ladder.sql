-- The browsers that an account made known: an approval of a sign-in in one of them asks for less.
CREATE TABLE known_browsers (
    account_id   BLOB    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    browser_hash BLOB    NOT NULL, -- SHA-256 of the id that the browser keeps in a cookie, the same for all accounts
    session_hash BLOB,             -- the last session that was opened in it; its end by its owner forgets the browser
    last_used_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, browser_hash)
) STRICT;

CREATE INDEX known_browsers_by_session ON known_browsers (session_hash);
CREATE INDEX known_browsers_by_use ON known_browsers (last_used_at);

-- The sign-ins that people denied and reported, with what was known of the browser that asked.
CREATE TABLE reports (
    id           BLOB    NOT NULL PRIMARY KEY,
    account_id   BLOB    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    reported_at  INTEGER NOT NULL,
    address      TEXT    NOT NULL,
    network      TEXT    NOT NULL, -- the IPv4 address, or the first address of the IPv6 /64
    browser      TEXT,
    system       TEXT,
    browser_hash BLOB,             -- as in known_browsers, if the browser had an id
    app_id       TEXT,
    app_name     TEXT
) STRICT;

CREATE INDEX reports_by_time ON reports (reported_at);
CREATE INDEX reports_by_account ON reports (account_id, reported_at);
CREATE INDEX reports_by_network ON reports (network, reported_at);

-- Whether the owner wants every approval to ask for a passkey.
ALTER TABLE accounts ADD COLUMN asks_passkey INTEGER NOT NULL DEFAULT 0;

-- What the approval of the sign-in asked of the phone, and for how long the phone chose that the browser stays signed in.
-- A server of an earlier version stores neither.
ALTER TABLE sessions ADD COLUMN rung TEXT NOT NULL DEFAULT 'tap';
ALTER TABLE sessions ADD COLUMN stay TEXT NOT NULL DEFAULT 'longest';
ALTER TABLE grants   ADD COLUMN rung TEXT NOT NULL DEFAULT 'tap';
