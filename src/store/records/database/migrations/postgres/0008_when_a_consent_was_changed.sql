-- What is said of a consent later stands, whichever of two answers comes last.
ALTER TABLE consents ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
