CREATE TABLE users (
    id uuid PRIMARY KEY,
    username text NOT NULL,
    email text NOT NULL,
    password_hash text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    is_superuser boolean NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX users_username_key ON users (lower(username));
CREATE UNIQUE INDEX users_email_key ON users (lower(email));
COMMENT ON TABLE users IS 'People with an account.';
COMMENT ON COLUMN users.username IS 'Unique without regard to case.';
COMMENT ON COLUMN users.email IS 'Unique without regard to case.';
COMMENT ON COLUMN users.password_hash IS 'Argon2id in PHC string format.';
COMMENT ON COLUMN users.is_superuser IS 'May see and make users.';

CREATE TABLE sessions (
    id text PRIMARY KEY,
    user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    data jsonb NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_user_id_idx ON sessions (user_id);
COMMENT ON TABLE sessions IS 'Cookie sessions of browsers.';
COMMENT ON COLUMN sessions.id IS 'SHA-256 of the session id in the cookie, so that a copy of the table opens nothing.';
COMMENT ON COLUMN sessions.user_id IS 'Who is logged in; lets one DELETE log a person out everywhere.';
COMMENT ON COLUMN sessions.data IS 'The session''s values; ids only.';

CREATE TABLE signing_keys (
    kid uuid PRIMARY KEY,
    secret bytea NOT NULL,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE signing_keys IS 'HMAC keys of the bearer tokens; the newest signs, all verify.';

CREATE TABLE setup_tokens (
    token_sha256 bytea PRIMARY KEY,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE setup_tokens IS 'One-time links for making the first administrator; emptied when one is used.';

CREATE TABLE chats (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title text NOT NULL,
    last_seq bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX chats_user_id_updated_at_idx ON chats (user_id, updated_at DESC);
COMMENT ON TABLE chats IS 'Conversations; each owns one desktop.';
COMMENT ON COLUMN chats.title IS 'Empty until the first message gives it.';
COMMENT ON COLUMN chats.last_seq IS 'The number of the newest event; raised in the transaction that appends.';

CREATE TABLE runs (
    id uuid PRIMARY KEY,
    chat_id uuid NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    state text NOT NULL CHECK (state IN ('queued', 'running', 'awaiting_approval', 'awaiting_human', 'paused',
                                         'succeeded', 'failed', 'cancelled', 'limit_reached')),
    code text NOT NULL DEFAULT '',
    message text NOT NULL DEFAULT '',
    cancel_requested boolean NOT NULL DEFAULT false,
    lease_owner uuid,
    lease_expires_at timestamptz,
    attempt integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz
);
CREATE UNIQUE INDEX runs_one_active_per_chat ON runs (chat_id)
    WHERE state IN ('running', 'awaiting_approval', 'awaiting_human', 'paused');
CREATE INDEX runs_unfinished_idx ON runs (id) WHERE state IN ('queued', 'running');
CREATE INDEX runs_chat_id_idx ON runs (chat_id, id DESC);
COMMENT ON TABLE runs IS 'Runs of the computer-use loop, one a message.';
COMMENT ON COLUMN runs.code IS 'Why it is in this state, as a word for programs.';
COMMENT ON COLUMN runs.message IS 'Why it is in this state and what to do, for people.';
COMMENT ON COLUMN runs.lease_owner IS 'The supervisor that drives it.';
COMMENT ON COLUMN runs.lease_expires_at IS 'When another supervisor may take it.';
COMMENT ON COLUMN runs.attempt IS 'Raised by each claim; with the owner it fences the writes of a supervisor that lost its lease.';

CREATE TABLE events (
    id uuid PRIMARY KEY,
    chat_id uuid NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    seq bigint NOT NULL,
    run_id uuid REFERENCES runs (id) ON DELETE CASCADE,
    kind text NOT NULL,
    payload json NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT events_chat_id_seq_key UNIQUE (chat_id, seq)
);
COMMENT ON TABLE events IS 'The log of each chat: append-only, numbered without gaps from 1. It is the truth.';
COMMENT ON COLUMN events.kind IS 'message, assistant_turn, tool_result, run_state or file.';
COMMENT ON COLUMN events.payload IS 'json, not jsonb: what a model said is kept byte for byte, NUL escapes included.';

CREATE TABLE desktops (
    id uuid PRIMARY KEY,
    chat_id uuid NOT NULL UNIQUE REFERENCES chats (id) ON DELETE CASCADE,
    desired text NOT NULL CHECK (desired IN ('ready', 'stopped', 'removed')),
    observed text NOT NULL CHECK (observed IN ('creating', 'ready', 'paused', 'stopped', 'removed', 'failed')),
    reason text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE desktops IS 'One virtual desktop a chat.';
COMMENT ON COLUMN desktops.desired IS 'What we want of it.';
COMMENT ON COLUMN desktops.observed IS 'What we last saw of it.';
COMMENT ON COLUMN desktops.reason IS 'Why it is not ready, for people.';

CREATE TABLE files (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    chat_id uuid REFERENCES chats (id) ON DELETE CASCADE,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    sha256 text NOT NULL,
    path text,
    modified_ms bigint,
    created_at timestamptz NOT NULL,
    CONSTRAINT files_chat_id_path_key UNIQUE (chat_id, path),
    CONSTRAINT files_origin_check CHECK ((chat_id IS NULL) = (path IS NULL))
);
CREATE INDEX files_user_id_idx ON files (user_id, id DESC);
CREATE INDEX files_sha256_idx ON files (sha256);
COMMENT ON TABLE files IS 'Uploads of people (chat_id null) and what landed in a desktop''s ~/Outputs or ~/Downloads.';
COMMENT ON COLUMN files.sha256 IS 'The blob that holds the bytes, in hexadecimal.';
COMMENT ON COLUMN files.path IS 'Where a desktop made it, relative to the home folder.';
COMMENT ON COLUMN files.modified_ms IS 'The desktop''s time of last change, in milliseconds since 1970: tells a changed file from a known one.';

CREATE TABLE chat_uploads (
    chat_id uuid NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    file_id uuid NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    path text NOT NULL,
    PRIMARY KEY (chat_id, file_id),
    CONSTRAINT chat_uploads_chat_id_path_key UNIQUE (chat_id, path)
);
COMMENT ON TABLE chat_uploads IS 'Uploads that were named in a chat''s messages.';
COMMENT ON COLUMN chat_uploads.path IS 'Where it appears on the desktop, relative to the home folder.';

CREATE TABLE screenshots (
    chat_id uuid NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    sha256 text NOT NULL,
    media_type text NOT NULL,
    PRIMARY KEY (chat_id, sha256)
);
CREATE INDEX screenshots_sha256_idx ON screenshots (sha256);
COMMENT ON TABLE screenshots IS 'Pictures that a chat''s log refers to; the bytes are blobs.';
