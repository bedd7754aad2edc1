ALTER TABLE sessions
    ADD COLUMN public_id uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN client text NOT NULL DEFAULT '',
    ADD COLUMN address text,
    ADD COLUMN created_at timestamptz,
    ADD COLUMN last_used_at timestamptz;
-- Until now only the expiry was known, 14 days after the session was last extended.
UPDATE sessions SET created_at = expires_at - interval '14 days', last_used_at = expires_at - interval '14 days';
ALTER TABLE sessions
    ALTER COLUMN public_id DROP DEFAULT,
    ALTER COLUMN client DROP DEFAULT,
    ALTER COLUMN created_at SET NOT NULL,
    ALTER COLUMN last_used_at SET NOT NULL;
CREATE INDEX sessions_public_id_idx ON sessions (public_id);
COMMENT ON COLUMN sessions.public_id IS 'What the user knows the session by. It stays when the id in the cookie changes.';
COMMENT ON COLUMN sessions.client IS 'The User-Agent of the login.';
COMMENT ON COLUMN sessions.address IS 'The address of the login, if it is known.';
COMMENT ON COLUMN sessions.created_at IS 'When the browser logged in.';
COMMENT ON COLUMN sessions.last_used_at IS 'The last use, within a minute.';
