-- One signed line for each approval of an account, in a chain: a line contains the hash of the line before.
CREATE TABLE receipts (
    account_id BLOB    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    seq        INTEGER NOT NULL, -- the number in the account's chain; the first is 1
    ticket_id  BLOB    NOT NULL, -- the ticket that was approved, which has one receipt
    at         INTEGER NOT NULL, -- the time of the approval, as the line has it
    line       TEXT    NOT NULL, -- the signed line
    PRIMARY KEY (account_id, seq),
    UNIQUE (account_id, ticket_id)
) STRICT;

CREATE INDEX receipts_by_time ON receipts (at);

-- Where the chain of an account begins after its first receipts were deleted because of their age.
CREATE TABLE receipt_checkpoints (
    account_id BLOB    NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    seq        INTEGER NOT NULL, -- the number of the last receipt that was deleted
    hash       BLOB    NOT NULL, -- SHA-256 of its line
    line       TEXT    NOT NULL  -- the signed line that stands in their place
) STRICT;

-- The keys that sign receipts, and nothing else.
CREATE TABLE receipt_keys (
    kid        TEXT    NOT NULL PRIMARY KEY,
    public     BLOB    NOT NULL, -- Ed25519; it stays, so that old receipts can be checked
    vouched    BLOB    NOT NULL, -- a keyed hash of the key and its time: who can write here only cannot add a key that counts
    sealed     BLOB,             -- the private half (PKCS #8), encrypted with a key that follows from the code key; NULL once retired
    created_at INTEGER NOT NULL,
    follows    TEXT    NOT NULL UNIQUE -- the kid of the key before; empty for the first
) STRICT;

-- The number of the receipt that an approval left.
ALTER TABLE activity ADD COLUMN receipt INTEGER;
