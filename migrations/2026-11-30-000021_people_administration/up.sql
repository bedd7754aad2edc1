ALTER TABLE users ADD COLUMN disabled_at timestamptz, ADD COLUMN deleted_at timestamptz;
COMMENT ON COLUMN users.disabled_at IS 'Since when the person can''t log in; null: they can.';
COMMENT ON COLUMN users.deleted_at IS 'Since when the account is deleted; the row goes once all its data is gone.';
CREATE INDEX users_deleted_at_idx ON users (deleted_at) WHERE deleted_at IS NOT NULL;

-- The name of a deleted account is free at once.
DROP INDEX users_username_key, users_email_key;
CREATE UNIQUE INDEX users_username_key ON users (lower(username)) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX users_email_key ON users (lower(email)) WHERE deleted_at IS NULL;

DROP TRIGGER users_tell ON users;
CREATE TRIGGER users_tell AFTER UPDATE OF password_hash, disabled_at, deleted_at OR DELETE ON users
    FOR EACH ROW EXECUTE FUNCTION tell_user();
