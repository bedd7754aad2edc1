CREATE TABLE idempotency_keys (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key text NOT NULL,
    request_sha256 bytea NOT NULL,
    answer json,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, key)
);
COMMENT ON TABLE idempotency_keys IS 'What calls with an Idempotency-Key came to, for 24 hours. Written in the transaction of the effect itself.';
COMMENT ON COLUMN idempotency_keys.request_sha256 IS 'Names the call and its body: the same key with another one is refused.';
COMMENT ON COLUMN idempotency_keys.answer IS 'The body of the answer.';
