-- The switch of the sign-in by scan for the whole server, which has one row. A server that cannot read it takes it as off.
-- A server of an earlier version does not look at it.
CREATE TABLE scan_switch (
    id         BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    is_on      BIGINT NOT NULL,
    changed_at BIGINT,                    -- when it was switched last; NULL before the first time
    changed_by TEXT    NOT NULL DEFAULT '', -- who switched it, as they were called then
    reason     TEXT    NOT NULL DEFAULT ''
);

INSERT INTO scan_switch (id, is_on) VALUES (1, 1);

-- The same for the sign-ins of one account: switched off by its owner, and by an administrator. Either is enough.
ALTER TABLE accounts ADD COLUMN scan_off_by_owner BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN scan_off_by_admin BIGINT NOT NULL DEFAULT 0;
