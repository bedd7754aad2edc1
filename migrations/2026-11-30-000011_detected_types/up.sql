ALTER TABLE files ADD COLUMN detected_type text;
COMMENT ON COLUMN files.detected_type IS 'The media type that its first bytes tell; null if they tell none, or it was stored before they were looked at.';
