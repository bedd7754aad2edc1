CREATE TABLE file_link_keys (
    file_id uuid PRIMARY KEY REFERENCES files (id) ON DELETE CASCADE,
    secret bytea NOT NULL,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE file_link_keys IS 'The keys that sign download links: a file''s links end with its key.';
COMMENT ON COLUMN file_link_keys.secret IS 'The HMAC key: 32 random bytes.';
