CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    actor_id uuid,
    actor_name text,
    action text NOT NULL,
    object text,
    address text,
    client text,
    detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_at_idx ON audit (at);
COMMENT ON TABLE audit IS 'Who did what to accounts and keys, written in the transaction of the deed. Entries outlive the users that they name, and are deleted by age and number.';
COMMENT ON COLUMN audit.actor_id IS 'The user; absent: somebody who was not logged in, or the command line.';
COMMENT ON COLUMN audit.actor_name IS 'The username at that time.';
COMMENT ON COLUMN audit.object IS 'What was acted on, if it is not the actor: an id or a name.';
COMMENT ON COLUMN audit.address IS 'The address that the request came from, if it is known.';
COMMENT ON COLUMN audit.client IS 'The User-Agent of the request.';
COMMENT ON COLUMN audit.detail IS 'More about it; no secrets.';
