-- The session in which the scan was approved that opened this one; none where a password did, or where a phone app's token
-- spoke for the person. Where that session is disowned, whatever was approved in it ends with it. No reference: its row is
-- swept long before the last of what was approved in it.
ALTER TABLE sessions ADD COLUMN approved_in BYTEA;

CREATE INDEX sessions_by_approval ON sessions (approved_in);

-- The same of a grant that came of a scan without a session of its own: of a device, of a frame, of a program.
ALTER TABLE grants ADD COLUMN approved_in BYTEA;

CREATE INDEX grants_by_approval ON grants (approved_in);
