CREATE TABLE model_connections (
    id uuid PRIMARY KEY,
    user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    name text NOT NULL,
    provider text NOT NULL CHECK (provider IN ('anthropic', 'openai', 'gemini', 'openai-compatible')),
    address text NOT NULL,
    key_sealed bytea,
    key_end text,
    models json NOT NULL,
    problem json,
    checked_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX model_connections_name_key ON model_connections (user_id, lower(name)) NULLS NOT DISTINCT;
COMMENT ON TABLE model_connections IS 'How models are reached: whose API, where, and with which key.';
COMMENT ON COLUMN model_connections.user_id IS 'Whose it is; null: everybody may use it.';
COMMENT ON COLUMN model_connections.address IS 'The base address of the API.';
COMMENT ON COLUMN model_connections.key_sealed IS 'The key, with whose it is and where it may be sent; null: the server needs none.';
COMMENT ON COLUMN model_connections.key_end IS 'The last characters of the key, by which people know it; null: the server needs none.';
COMMENT ON COLUMN model_connections.models IS 'What the last check that succeeded found.';
COMMENT ON COLUMN model_connections.problem IS 'Why the last check failed: a code with its facts; null: it succeeded, or there was none.';

ALTER TABLE users ADD COLUMN model_choice json;
COMMENT ON COLUMN users.model_choice IS 'The model of chats without one of their own; null: the one of the installation.';
ALTER TABLE chats ADD COLUMN model_choice json;
COMMENT ON COLUMN chats.model_choice IS 'The model of this chat; null: the one of its owner.';
