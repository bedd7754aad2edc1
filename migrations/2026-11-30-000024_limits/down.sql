DROP TABLE quota_use;
ALTER TABLE desktops DROP COLUMN home_bytes;
ALTER TABLE users DROP COLUMN limits;
