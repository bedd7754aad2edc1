ALTER TABLE chats DROP COLUMN model_choice;
ALTER TABLE users DROP COLUMN model_choice;
DROP TABLE model_connections;
