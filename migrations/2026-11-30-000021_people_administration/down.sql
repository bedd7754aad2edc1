DROP TRIGGER users_tell ON users;
CREATE TRIGGER users_tell AFTER UPDATE OF password_hash OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION tell_user();

-- The version before has no job that finishes deletions.
DELETE FROM users WHERE deleted_at IS NOT NULL;
DROP INDEX users_username_key, users_email_key;
CREATE UNIQUE INDEX users_username_key ON users (lower(username));
CREATE UNIQUE INDEX users_email_key ON users (lower(email));
ALTER TABLE users DROP COLUMN disabled_at, DROP COLUMN deleted_at;
