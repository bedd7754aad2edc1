CREATE TABLE tickets (
    sha256 bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    chat_id uuid REFERENCES chats (id) ON DELETE CASCADE,
    session_id text REFERENCES sessions (id) ON DELETE CASCADE,
    family_id uuid REFERENCES token_families (id) ON DELETE CASCADE,
    api_token_id uuid REFERENCES api_tokens (id) ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    CONSTRAINT tickets_one_credential CHECK (num_nonnulls(session_id, family_id, api_token_id) = 1)
);
CREATE INDEX tickets_user_id_idx ON tickets (user_id);
CREATE INDEX tickets_chat_id_idx ON tickets (chat_id);
CREATE INDEX tickets_session_id_idx ON tickets (session_id);
CREATE INDEX tickets_family_id_idx ON tickets (family_id);
CREATE INDEX tickets_api_token_id_idx ON tickets (api_token_id);
CREATE INDEX tickets_expires_at_idx ON tickets (expires_at);
COMMENT ON TABLE tickets IS 'What opens one WebSocket, by its SHA-256, for clients that can''t set headers. A row is deleted when it is used.';
COMMENT ON COLUMN tickets.chat_id IS 'The chat whose live view it opens; absent: it opens the WebSocket of chats.';
COMMENT ON COLUMN tickets.session_id IS 'What the ticket was asked for with; it ends with that.';
