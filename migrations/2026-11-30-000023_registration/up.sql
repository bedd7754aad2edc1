CREATE TABLE settings (
    key text PRIMARY KEY,
    value jsonb NOT NULL,
    set_by uuid REFERENCES users (id) ON DELETE SET NULL,
    set_at timestamptz NOT NULL
);
CREATE INDEX settings_set_by_idx ON settings (set_by);
COMMENT ON TABLE settings IS 'What superusers have set for the installation. The environment wins.';

CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    token_sha256 bytea NOT NULL,
    email text,
    role text NOT NULL CHECK (role IN ('user', 'superuser')),
    uses integer NOT NULL CHECK (uses > 0),
    used integer NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND uses),
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT invitations_token_sha256_key UNIQUE (token_sha256)
);
CREATE INDEX invitations_created_by_idx ON invitations (created_by);
COMMENT ON TABLE invitations IS 'Links by which people register.';
COMMENT ON COLUMN invitations.email IS 'Only who has this address may register; null: anybody.';
COMMENT ON COLUMN invitations.uses IS 'How many people may register with it.';
