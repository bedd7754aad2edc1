DROP TABLE oauth_attempts, identities, identity_providers;
DROP INDEX users_email_key;
-- No two accounts may have the same address.
UPDATE users SET email = id || '@unknown.invalid' WHERE email = '';
CREATE UNIQUE INDEX users_email_key ON users (lower(email)) WHERE deleted_at IS NULL;
-- The hash of no password.
UPDATE users SET password_hash = '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' WHERE password_hash IS NULL;
ALTER TABLE users ALTER COLUMN password_hash SET NOT NULL;
