CREATE TABLE password_links (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    token_sha256 bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT password_links_token_sha256_key UNIQUE (token_sha256)
);
COMMENT ON TABLE password_links IS 'One-time links for setting a new password, at most one for each user; deleted when used.';
