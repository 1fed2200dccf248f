-- Tells these records from all others that are made with the same key: the set-up link follows from both, so that one that
-- was printed for records which are gone opens no others. One row.
CREATE TABLE records_id (
    id    INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    value BLOB    NOT NULL
) STRICT;

INSERT INTO records_id (id, value) VALUES (1, randomblob(16));
