-- How often all that the account has was ended: by an operator, or by its owner with another password. What came to be of it
-- in an earlier epoch begins nothing any more: an approval that nobody claimed, a code, a password that was just being
-- checked. A number and no time, since no two machines have the same.
ALTER TABLE accounts ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;

-- Whether whoever approved the session says that it was none of theirs. No code that it was given counts then, also for what
-- is to outlast a session.
ALTER TABLE sessions ADD COLUMN is_disowned INTEGER NOT NULL DEFAULT 0;

-- What apps are still to be told by their back channel: written in the transaction in which a session or a grant ends,
-- and deleted once the app was told.
CREATE TABLE logout_notices (
    seq          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    app_id       TEXT    NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    account_id   BLOB    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    session_hash BLOB,             -- the session that ended; none where all sign-ins of the account to this app did
    ended_at     INTEGER NOT NULL,     -- when it ended: what began later is none of it, however late the app is told
    tries        INTEGER NOT NULL DEFAULT 0,
    due_at       INTEGER NOT NULL DEFAULT 0  -- when it is to be told: at once, and moved on by every try before that is made
) STRICT;

CREATE INDEX logout_notices_by_app ON logout_notices (app_id, due_at);
CREATE INDEX logout_notices_by_account ON logout_notices (account_id);
