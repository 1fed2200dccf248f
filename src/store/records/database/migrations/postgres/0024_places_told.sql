-- The session by which the account is told that it signed in at a new place, until its owner says that it was they; none for
-- a place that is known.
ALTER TABLE seen_places ADD COLUMN told_in BYTEA;
CREATE INDEX seen_places_by_session ON seen_places (told_in);
