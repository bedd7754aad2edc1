CREATE TABLE chat_internet (
    chat_id uuid PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE,
    policy json NOT NULL
);
COMMENT ON TABLE chat_internet IS 'What the desktop of a chat may reach, where a person has said so. The installation''s policy counts as well: what either forbids is forbidden.';

CREATE TABLE internet_requests (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chat_id uuid NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    host text NOT NULL,
    port integer NOT NULL,
    refused text,
    created_at timestamptz NOT NULL
);
CREATE INDEX internet_requests_chat ON internet_requests (chat_id, id);
COMMENT ON TABLE internet_requests IS 'What desktops asked the proxy for, the newest 10,000 of each chat.';
COMMENT ON COLUMN internet_requests.refused IS 'Why it was refused; absent: it was let through.';
