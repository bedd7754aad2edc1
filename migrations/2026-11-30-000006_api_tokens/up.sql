CREATE TABLE api_tokens (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name text NOT NULL,
    sha256 bytea NOT NULL UNIQUE,
    prefix text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX api_tokens_user_id_idx ON api_tokens (user_id);
COMMENT ON TABLE api_tokens IS 'Tokens that programs were given for good, by their SHA-256.';
COMMENT ON COLUMN api_tokens.name IS 'What the user calls it.';
COMMENT ON COLUMN api_tokens.prefix IS 'How the token begins, to tell it from others.';
COMMENT ON COLUMN api_tokens.scopes IS 'What it may do.';
COMMENT ON COLUMN api_tokens.expires_at IS 'When it becomes invalid; absent: never.';
COMMENT ON COLUMN api_tokens.last_used_at IS 'The last use, within a minute.';
COMMENT ON COLUMN api_tokens.revoked_at IS 'When it was made invalid. The row stays for a while, for the record.';

CREATE FUNCTION tell_api_token() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'api_token', 'id', OLD.id)::text);
    RETURN NULL;
END $$;
CREATE TRIGGER api_tokens_tell AFTER UPDATE OF revoked_at OR DELETE ON api_tokens
    FOR EACH ROW EXECUTE FUNCTION tell_api_token();
