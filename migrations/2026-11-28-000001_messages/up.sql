ALTER TABLE runs ADD COLUMN withdrawn boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN runs.withdrawn IS 'Its message was replaced, or withdrawn while it was queued: neither the model nor a list of messages is shown what belongs to it.';

CREATE TABLE messages (
    id uuid PRIMARY KEY REFERENCES events (id) ON DELETE CASCADE,
    chat_id uuid NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    seq bigint NOT NULL,
    run_id uuid NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('user', 'assistant')),
    text text NOT NULL,
    extra_data json NOT NULL,
    files json NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT messages_chat_id_seq_key UNIQUE (chat_id, seq)
);
CREATE INDEX messages_run_id_idx ON messages (run_id);
COMMENT ON TABLE messages IS 'What people and models said, without the rest of the log: one row for each event of the kind message, and of assistant_turn with text. Written in the transaction of the event.';
COMMENT ON COLUMN messages.id IS 'The event.';
COMMENT ON COLUMN messages.seq IS 'The number of the event in the chat''s log.';
COMMENT ON COLUMN messages.run_id IS 'The run that it began, or that it came from. The row counts unless that run is withdrawn.';
COMMENT ON COLUMN messages.text IS 'Markdown from the assistant. NUL, which text can''t hold, is U+FFFD here.';
COMMENT ON COLUMN messages.extra_data IS 'What a program sent along.';
COMMENT ON COLUMN messages.files IS 'Uploads that came with it: id, name, and path relative to the home folder.';

-- Postgres can't look into a document that has an escaped NUL anywhere. Writes another escape in its place, but leaves a
-- backslash alone that is itself escaped.
CREATE FUNCTION replace_escape(document text, escape text, other text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN strpos(document, '\u' || escape) = 0 THEN document
        ELSE regexp_replace(document, '(?<!\\)((?:\\\\)*)\\u' || escape, '\1\\u' || other, 'g')
    END
$$;
CREATE FUNCTION without_nul(document json) RETURNS json LANGUAGE sql IMMUTABLE AS $$
    SELECT replace_escape(document::text, '0000', 'fffd')::json
$$;
-- The field as it is, NUL included: U+FDD0, which is no character, stands for it meanwhile.
CREATE FUNCTION field_with_nul(document json, field text) RETURNS json LANGUAGE sql IMMUTABLE AS $$
    SELECT replace_escape((replace_escape(document::text, '0000', 'fdd0')::json->field)::text, 'fdd0', '0000')::json
$$;

UPDATE runs SET withdrawn = true WHERE code = 'withdrawn';
UPDATE runs SET withdrawn = true
  FROM events AS replaced, events AS replacing
 WHERE replacing.kind = 'message'
   AND replaced.id = (without_nul(replacing.payload)->>'replaces')::uuid
   AND runs.id = replaced.run_id;

INSERT INTO messages (id, chat_id, seq, run_id, role, text, extra_data, files, created_at)
SELECT id, chat_id, seq, run_id, 'user', without_nul(payload)->>'text', field_with_nul(payload, 'extra_data'),
       without_nul(payload)->'files', created_at
  FROM events
 WHERE kind = 'message' AND run_id IS NOT NULL;

INSERT INTO messages (id, chat_id, seq, run_id, role, text, extra_data, files, created_at)
SELECT id, chat_id, seq, run_id, 'assistant', turn.text, '{}', '[]', created_at
  FROM events
 CROSS JOIN LATERAL (
       SELECT string_agg(block->>'text', E'\n\n' ORDER BY nth) AS text
         FROM json_array_elements(without_nul(payload)->'content') WITH ORDINALITY AS blocks (block, nth)
        WHERE block->>'type' = 'text') AS turn
 WHERE kind = 'assistant_turn' AND run_id IS NOT NULL AND turn.text <> '';

DROP FUNCTION field_with_nul, without_nul, replace_escape;
