CREATE TABLE second_factors (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    last_step bigint
);
COMMENT ON TABLE second_factors IS 'What people log in with besides their password: the codes of an app (RFC 6238).';
COMMENT ON COLUMN second_factors.secret_sealed IS 'The secret that the codes follow from, sealed by the vault.';
COMMENT ON COLUMN second_factors.confirmed_at IS 'When the person proved that their app has the secret; absent: logins do not ask for a code yet.';
COMMENT ON COLUMN second_factors.last_step IS 'The 30 seconds, counted from 1970, of the last code that was accepted. Codes of this time and before are refused.';

CREATE TABLE recovery_codes (
    user_id uuid NOT NULL REFERENCES second_factors (user_id) ON DELETE CASCADE,
    sha256 bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (user_id, sha256)
);
COMMENT ON TABLE recovery_codes IS 'Codes for people whose app is not at hand, each accepted once.';
COMMENT ON COLUMN recovery_codes.sha256 IS 'The SHA-256 of the code, in lower case and without hyphens.';
COMMENT ON COLUMN recovery_codes.used_at IS 'When it was accepted.';
