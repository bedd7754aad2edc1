ALTER TABLE chat_uploads DROP COLUMN shown;
ALTER TABLE chat_uploads DROP COLUMN unread;
