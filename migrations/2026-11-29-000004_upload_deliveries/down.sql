ALTER TABLE chat_uploads DROP COLUMN delivered_at, DROP COLUMN failure;
