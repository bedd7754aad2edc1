DROP TABLE messages;
ALTER TABLE runs DROP COLUMN withdrawn;
