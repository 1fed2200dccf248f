-- What the screen is shown of a person who scans its code: 'name' (with the picture), 'letter' or 'nothing'.
ALTER TABLE accounts ADD COLUMN shown_to_screens TEXT NOT NULL DEFAULT 'name';
