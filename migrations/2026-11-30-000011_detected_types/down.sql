ALTER TABLE files DROP COLUMN detected_type;
