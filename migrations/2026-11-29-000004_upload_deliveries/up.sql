-- When an upload was written to the chat's desktop, and else why it could not be.
ALTER TABLE chat_uploads ADD COLUMN delivered_at timestamptz, ADD COLUMN failure text;
