-- SHA-256 of the path that the sign-in led on to: an app that asks for a fresh sign-in gets one for its own request.
ALTER TABLE sessions ADD COLUMN led_to BLOB;

-- The key before it, of the same algorithm; empty for the first. Each key has one successor, whoever makes it first.
ALTER TABLE signing_keys ADD COLUMN follows TEXT;
CREATE UNIQUE INDEX signing_keys_follow ON signing_keys (algorithm, follows);
