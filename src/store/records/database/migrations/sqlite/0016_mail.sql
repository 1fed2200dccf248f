-- Mails that wait to be sent, and for a week what became of those that were.
CREATE TABLE mails (
    id          BLOB    NOT NULL PRIMARY KEY, -- sixteen bytes, from which the Message-ID is made
    account_id  BLOB    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind        TEXT    NOT NULL,
    is_open     INTEGER NOT NULL DEFAULT 0, -- 1 if somebody caused it who was not signed in
    address     TEXT    NOT NULL, -- to whom it goes; empty once it was sent or given up
    language    TEXT    NOT NULL,
    facts       TEXT    NOT NULL, -- what the mail names, as JSON; empty once it was sent or given up
    link_hash   BLOB,             -- the one-time link in it, which is not sent once it does not work any more
    sealed_link BLOB,             -- the link itself, encrypted; none once it was sent or given up
    created_at  INTEGER NOT NULL,
    due_at      INTEGER NOT NULL, -- the next try
    tries       INTEGER NOT NULL DEFAULT 0,
    ended_at    INTEGER,
    outcome     TEXT              -- of a mail that ended: sent, refused, expired or dropped
) STRICT;

CREATE INDEX mails_by_time ON mails (due_at) WHERE ended_at IS NULL;
CREATE INDEX mails_by_account ON mails (account_id, kind, created_at);
CREATE INDEX mails_by_creation ON mails (created_at);

-- Links that prove an e-mail address. They are no rows of one_time_links, because a server of an earlier version would fail
-- to read a purpose that it does not know.
CREATE TABLE address_links (
    token_hash  BLOB    NOT NULL PRIMARY KEY, -- SHA-256 of the link's 256 random bits
    account_id  BLOB    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    email_key   TEXT    NOT NULL, -- the address that it proves
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    used_at     INTEGER
) STRICT;

CREATE INDEX address_links_by_account ON address_links (account_id);
CREATE INDEX address_links_by_end ON address_links (expires_at);
