ALTER TABLE users
    ADD COLUMN time_zone text, ADD COLUMN language text,
    ADD COLUMN detected_time_zone text, ADD COLUMN detected_language text;
COMMENT ON COLUMN users.time_zone IS 'A name of the IANA database, as chosen; null: as detected, else the installation''s.';
COMMENT ON COLUMN users.language IS 'A BCP 47 tag, as chosen; null: as detected, else the installation''s.';
COMMENT ON COLUMN users.detected_time_zone IS 'What the browser said that was used last.';
COMMENT ON COLUMN users.detected_language IS 'What the browser said that was used last.';
