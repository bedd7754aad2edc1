CREATE TABLE token_families (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    label text NOT NULL,
    client text NOT NULL,
    address text,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    reason text CHECK (reason IN ('logout', 'logout_everywhere', 'ended', 'password_changed', 'reused', 'too_many', 'administered')),
    CONSTRAINT token_families_revoked_for_a_reason CHECK ((revoked_at IS NULL) = (reason IS NULL))
);
CREATE INDEX token_families_user_id_idx ON token_families (user_id, last_used_at DESC);
CREATE INDEX token_families_expires_at_idx ON token_families (expires_at);
COMMENT ON TABLE token_families IS 'Logins of programs. Each has a chain of refresh tokens, of which the newest is valid, and access tokens that name it.';
COMMENT ON COLUMN token_families.label IS 'What the program calls itself; may be empty.';
COMMENT ON COLUMN token_families.client IS 'The User-Agent of the login.';
COMMENT ON COLUMN token_families.address IS 'The address of the last use, if it is known.';
COMMENT ON COLUMN token_families.last_used_at IS 'The login, or the last refresh.';
COMMENT ON COLUMN token_families.expires_at IS 'When its newest refresh token expires.';
COMMENT ON COLUMN token_families.revoked_at IS 'When it was ended; its tokens are invalid from then on.';

CREATE TABLE refresh_tokens (
    id uuid PRIMARY KEY,
    family_id uuid NOT NULL REFERENCES token_families (id) ON DELETE CASCADE,
    parent_id uuid UNIQUE REFERENCES refresh_tokens (id) ON DELETE SET NULL,
    sha256 bytea NOT NULL UNIQUE,
    successor_sealed bytea,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX refresh_tokens_family_id_idx ON refresh_tokens (family_id);
CREATE INDEX refresh_tokens_expires_at_idx ON refresh_tokens (expires_at);
COMMENT ON TABLE refresh_tokens IS 'Refresh tokens, by their SHA-256. Each is used once.';
COMMENT ON COLUMN refresh_tokens.parent_id IS 'The token that it was given for.';
COMMENT ON COLUMN refresh_tokens.successor_sealed IS 'The token that was given for this one, sealed with a key that follows from this token itself: whoever has this token, and nobody else, gets the same one again for a moment.';
COMMENT ON COLUMN refresh_tokens.used_at IS 'When it was used. A later use ends the family.';

CREATE FUNCTION tell_token_family() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'token_family', 'id', OLD.id)::text);
    RETURN NULL;
END $$;
CREATE TRIGGER token_families_tell AFTER UPDATE OF revoked_at OR DELETE ON token_families
    FOR EACH ROW EXECUTE FUNCTION tell_token_family();
