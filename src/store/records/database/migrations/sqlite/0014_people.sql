-- What apps need to know of a person beside the name. The e-mail address is stored as it was typed, and once more in the form
-- in which two addresses are compared.
ALTER TABLE accounts ADD COLUMN email             TEXT;
ALTER TABLE accounts ADD COLUMN email_key         TEXT;
ALTER TABLE accounts ADD COLUMN email_verified_at INTEGER;
ALTER TABLE accounts ADD COLUMN given_name        TEXT;
ALTER TABLE accounts ADD COLUMN family_name       TEXT;
ALTER TABLE accounts ADD COLUMN zone              TEXT; -- a name of the IANA time zone database
ALTER TABLE accounts ADD COLUMN updated_at        INTEGER NOT NULL DEFAULT 0; -- of the profile; 0 if it never changed
-- Whether the account may invite, disable and group people. An administrator may do so in any case.
ALTER TABLE accounts ADD COLUMN manages_people    INTEGER NOT NULL DEFAULT 0;
-- When the account is deleted because its owner asked for it.
ALTER TABLE accounts ADD COLUMN deletion_due_at   INTEGER;

CREATE UNIQUE INDEX accounts_by_email ON accounts (email_key);
CREATE INDEX accounts_by_creation ON accounts (created_at, id);
-- The order of the list of people, and what its search reads, which the index of the list has as well; and the few accounts
-- that its filters select.
ALTER TABLE accounts ADD COLUMN name_key TEXT GENERATED ALWAYS AS (lower(display_name)) VIRTUAL;
ALTER TABLE accounts ADD COLUMN search_key TEXT GENERATED ALWAYS AS
    (COALESCE(username, '') || char(10) || lower(display_name) || char(10) || COALESCE(email_key, '')) VIRTUAL;
CREATE INDEX accounts_by_name ON accounts (name_key, id, search_key);
CREATE INDEX accounts_with_role ON accounts (name_key, id) WHERE is_admin <> 0 OR manages_people <> 0;
CREATE INDEX accounts_disabled ON accounts (name_key, id) WHERE disabled_at IS NOT NULL;
CREATE INDEX accounts_to_delete ON accounts (deletion_due_at) WHERE deletion_due_at IS NOT NULL;

CREATE TABLE account_groups (
    id            BLOB    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL UNIQUE, -- as apps get it
    skeleton      TEXT    NOT NULL UNIQUE, -- what names that look alike have in common
    description   TEXT    NOT NULL DEFAULT '',
    grants_rights INTEGER NOT NULL DEFAULT 0, -- only administrators change its members
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE group_members (
    group_id   BLOB    NOT NULL REFERENCES account_groups (id) ON DELETE CASCADE,
    account_id BLOB    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    added_at   INTEGER NOT NULL,
    PRIMARY KEY (group_id, account_id)
) STRICT;

CREATE INDEX group_members_by_account ON group_members (account_id);

-- Who may use an app: everyone, or the members of the groups in the table app_groups (without a row there, no one).
-- These are no options of the app, because a server of an earlier version drops options that it does not know.
ALTER TABLE apps ADD COLUMN audience TEXT NOT NULL DEFAULT 'everyone' CHECK (audience IN ('everyone', 'groups'));
ALTER TABLE apps ADD COLUMN owner_id BLOB; -- the account that asked for the app and looks after it

CREATE INDEX apps_by_owner ON apps (owner_id) WHERE owner_id IS NOT NULL;

CREATE TABLE app_groups (
    app_id   TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    group_id BLOB NOT NULL REFERENCES account_groups (id) ON DELETE CASCADE,
    PRIMARY KEY (app_id, group_id)
) STRICT;

-- What the list of devices shows of a session.
ALTER TABLE sessions ADD COLUMN browser    TEXT;
ALTER TABLE sessions ADD COLUMN system     TEXT;
ALTER TABLE sessions ADD COLUMN address    TEXT;
ALTER TABLE sessions ADD COLUMN name       TEXT;    -- given by its owner
ALTER TABLE sessions ADD COLUMN proven_at  INTEGER; -- the last time that its owner proved themselves in it by a password
ALTER TABLE sessions ADD COLUMN by_link    INTEGER NOT NULL DEFAULT 0; -- 1 if a one-time link opened it
ALTER TABLE sessions ADD COLUMN unusual_at INTEGER; -- set if its device or network is new to the account, until its owner answers
-- Who ended the session before its time, if not the browser that has it, and in which session.
ALTER TABLE sessions ADD COLUMN ended_by   TEXT CHECK (ended_by IN ('owner', 'administrator'));
ALTER TABLE sessions ADD COLUMN ended_in   BLOB;

-- The devices and networks from which an account signed in lately.
CREATE TABLE seen_places (
    account_id BLOB    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    place      TEXT    NOT NULL, -- 'device ' or 'network ' and a hash
    last_at    INTEGER NOT NULL,
    PRIMARY KEY (account_id, place)
) STRICT;

CREATE INDEX seen_places_by_time ON seen_places (last_at);

-- Links that set up, invite or recover an account once.
CREATE TABLE one_time_links (
    token_hash           BLOB    NOT NULL PRIMARY KEY, -- SHA-256 of the link's 256 random bits
    purpose              TEXT    NOT NULL CHECK (purpose IN ('set up', 'invite', 'recover')),
    account_id           BLOB    REFERENCES accounts (id) ON DELETE CASCADE, -- none for the first account
    made_by              BLOB,             -- the account that made it; none for the command line
    made_by_name         TEXT    NOT NULL DEFAULT '',
    created_at           INTEGER NOT NULL,
    expires_at           INTEGER NOT NULL,
    bound_to             BLOB,             -- SHA-256 of the key of the browser that may use it
    bound_at             INTEGER,
    opened_elsewhere_at  INTEGER,          -- the first time that another browser tried
    used_at              INTEGER,
    withdrawn_at         INTEGER,
    ends_sessions        INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX one_time_links_by_account ON one_time_links (account_id, created_at);
CREATE INDEX one_time_links_by_end ON one_time_links (expires_at);

-- What happened to accounts, by whom and when. A line outlives the account, so it refers to no other table.
CREATE TABLE activity (
    seq          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at           INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    account_id   BLOB,             -- to whom it happened,
    account_name TEXT    NOT NULL, -- as they were called then
    actor        TEXT    NOT NULL CHECK (actor IN ('owner', 'person', 'command line', 'app', 'server')),
    actor_id     BLOB,             -- who did it, if the actor is another person,
    actor_name   TEXT,             -- as they were called then
    app_id       TEXT,
    app_name     TEXT,
    address      TEXT,
    browser      TEXT,
    system       TEXT,
    detail       TEXT    NOT NULL DEFAULT '' -- words, never a secret
) STRICT;

CREATE INDEX activity_by_account ON activity (account_id, seq);
CREATE INDEX activity_by_app ON activity (app_id, seq);
CREATE INDEX activity_by_kind ON activity (kind, seq);
CREATE INDEX activity_by_time ON activity (at);

-- Apps that people ask for, and changes of an app that its owner proposes.
CREATE TABLE app_requests (
    id            BLOB    NOT NULL PRIMARY KEY,
    account_id    BLOB    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    app_id        TEXT    REFERENCES apps (id) ON DELETE CASCADE, -- the app that is to change; none for a new app until it is made
    name          TEXT    NOT NULL,
    asked         TEXT    NOT NULL, -- what is asked for, as JSON
    status        TEXT    NOT NULL CHECK (status IN ('open', 'approved', 'declined', 'withdrawn')),
    reason        TEXT    NOT NULL DEFAULT '', -- why it was declined
    created_at    INTEGER NOT NULL,
    decided_at    INTEGER,
    decided_by    BLOB,
    sealed_secret BLOB               -- the secret of a new app until its owner saw it
) STRICT;

CREATE INDEX app_requests_by_account ON app_requests (account_id, created_at);
CREATE INDEX app_requests_by_status ON app_requests (status, created_at);
CREATE INDEX app_requests_by_app ON app_requests (app_id) WHERE app_id IS NOT NULL;

-- Whether what was done to an app was done by its owner. A server of an earlier version fails at a word for an actor that it
-- does not know, so such a line has the word 'administrator', with the owner's account, name and address, and this mark. An
-- earlier version shows it as the act of that person, which it is, and what it writes itself has no mark.
ALTER TABLE app_acts ADD COLUMN as_owner INTEGER NOT NULL DEFAULT 0;
