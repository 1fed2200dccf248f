-- What mails have in common that strangers caused, so that they are counted together: the address to which they go, or the
-- network from which they were asked for. It is an HMAC, so that neither is stored. NULL for any other mail.
ALTER TABLE mails ADD COLUMN counted_with BLOB;

CREATE INDEX mails_by_common ON mails (counted_with, kind, created_at) WHERE counted_with IS NOT NULL;
