ALTER TABLE users
    DROP COLUMN time_zone, DROP COLUMN language, DROP COLUMN detected_time_zone, DROP COLUMN detected_language;
