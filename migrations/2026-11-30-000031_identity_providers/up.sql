-- People whose account was made with an identity provider have no password until they set one.
ALTER TABLE users ALTER COLUMN password_hash DROP NOT NULL;
COMMENT ON COLUMN users.password_hash IS 'A PHC string; null: the person logs in with an identity provider only.';

-- Not every provider tells a confirmed address.
DROP INDEX users_email_key;
CREATE UNIQUE INDEX users_email_key ON users (lower(email)) WHERE deleted_at IS NULL AND email <> '';
COMMENT ON COLUMN users.email IS 'Unique without regard to case; empty: none is known.';

CREATE TABLE identity_providers (
    slug text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('github', 'oidc')),
    name text NOT NULL,
    issuer text NOT NULL,
    client_id text NOT NULL,
    client_secret_sealed bytea,
    scopes text[] NOT NULL,
    enabled boolean NOT NULL,
    registers boolean NOT NULL,
    email_domains text[] NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE identity_providers IS 'Where people may log in with accounts that they have elsewhere.';
COMMENT ON COLUMN identity_providers.slug IS 'Identifies the provider in addresses.';
COMMENT ON COLUMN identity_providers.issuer IS 'The issuer of an OpenID Connect provider, or the address of GitHub.';
COMMENT ON COLUMN identity_providers.client_secret_sealed IS 'Null: a public client.';
COMMENT ON COLUMN identity_providers.registers IS 'Whether people who have no account get one, if the installation lets them register.';
COMMENT ON COLUMN identity_providers.email_domains IS 'The domains of the addresses with which they do; empty: all.';

CREATE TABLE identities (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    issuer text NOT NULL,
    subject text NOT NULL,
    login text NOT NULL,
    linked_at timestamptz NOT NULL,
    last_used_at timestamptz,
    CONSTRAINT identities_issuer_subject_key UNIQUE (issuer, subject)
);
CREATE INDEX identities_user_id_idx ON identities (user_id);
COMMENT ON TABLE identities IS 'With which accounts at identity providers people log in.';
COMMENT ON COLUMN identities.subject IS 'Identifies the account at the issuer for good, unlike its names and addresses.';
COMMENT ON COLUMN identities.login IS 'Its name, as the provider last told it; only shown.';

CREATE TABLE oauth_attempts (
    id uuid PRIMARY KEY,
    state_sha256 bytea NOT NULL,
    browser_sha256 bytea NOT NULL,
    provider text NOT NULL,
    redirect_uri text NOT NULL,
    verifier_sealed bytea NOT NULL,
    nonce text NOT NULL,
    next text NOT NULL,
    user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    invitation_sha256 bytea,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT oauth_attempts_state_sha256_key UNIQUE (state_sha256)
);
CREATE INDEX oauth_attempts_user_id_idx ON oauth_attempts (user_id);
CREATE INDEX oauth_attempts_created_at_idx ON oauth_attempts (created_at);
COMMENT ON TABLE oauth_attempts IS 'Logins that are under way at an identity provider; deleted when the browser comes back.';
COMMENT ON COLUMN oauth_attempts.browser_sha256 IS 'The hash of the cookie of the browser that began it.';
COMMENT ON COLUMN oauth_attempts.next IS 'The path of the page to open afterwards.';
COMMENT ON COLUMN oauth_attempts.user_id IS 'Whose account the identity is linked to; null: a login.';
COMMENT ON COLUMN oauth_attempts.invitation_sha256 IS 'The hash of the token of the invitation with which somebody registers.';
