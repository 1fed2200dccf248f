-- When an operator disabled the account: it signs nobody in until it is enabled.
ALTER TABLE accounts ADD COLUMN disabled_at INTEGER;

-- By which to tell the key that the records were made with: a value that follows from it and tells nothing of it. One row.
CREATE TABLE code_key_mark (
    id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    mark BLOB    NOT NULL
) STRICT;

-- What apps are to be told outlives the account that it is about: they hear of one that is deleted, too.
CREATE TABLE notices_of_any_account (
    seq          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    app_id       TEXT    NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    account_id   BLOB    NOT NULL,
    session_hash BLOB,             -- the session that ended; none where all sign-ins of the account to this app did
    ended_at     INTEGER NOT NULL,     -- when it ended: what began later is none of it, however late the app is told
    tries        INTEGER NOT NULL DEFAULT 0,
    due_at       INTEGER NOT NULL DEFAULT 0  -- when it is to be told: at once, and moved on by every try before that is made
) STRICT;

INSERT INTO notices_of_any_account (seq, app_id, account_id, session_hash, ended_at, tries, due_at)
    SELECT seq, app_id, account_id, session_hash, ended_at, tries, due_at FROM logout_notices;
DROP TABLE logout_notices;
ALTER TABLE notices_of_any_account RENAME TO logout_notices;

CREATE INDEX logout_notices_by_app ON logout_notices (app_id, due_at);
