CREATE TABLE usage_daily (
    day date NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    provider text NOT NULL,
    model text NOT NULL,
    turns bigint NOT NULL,
    input_tokens bigint NOT NULL,
    cache_read_tokens bigint NOT NULL,
    cache_write_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    microdollars bigint NOT NULL,
    PRIMARY KEY (day, user_id, provider, model)
);
CREATE INDEX usage_daily_user_idx ON usage_daily (user_id);
COMMENT ON TABLE usage_daily IS 'What models have done for people in a day, in UTC. Stays when chats are deleted.';
COMMENT ON COLUMN usage_daily.turns IS 'How often the model answered.';
COMMENT ON COLUMN usage_daily.microdollars IS 'Millionths of a dollar at list prices; a model without a known price costs nothing.';

-- Runs that were copied by a fork never started: their work was paid for once. Postgres can't look into a document that has an
-- escaped NUL anywhere, so another escape takes its place; a backslash that is itself escaped stays.
INSERT INTO usage_daily
SELECT day, user_id, left(turn->>'provider', 200), left(turn->>'model', 200), count(*),
    sum(coalesce((turn->'usage'->>'input_tokens')::numeric, 0)),
    sum(coalesce((turn->'usage'->>'cache_read_tokens')::numeric, 0)),
    sum(coalesce((turn->'usage'->>'cache_write_tokens')::numeric, 0)),
    sum(coalesce((turn->'usage'->>'output_tokens')::numeric, 0)),
    sum(coalesce((turn->'cost'->>'microdollars')::numeric, 0))
FROM (
    SELECT (events.created_at AT TIME ZONE 'UTC')::date AS day, chats.user_id,
        CASE
            WHEN strpos(payload::text, '\u0000') = 0 THEN payload
            ELSE regexp_replace(payload::text, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g')::json
        END AS turn
    FROM events JOIN runs ON runs.id = events.run_id JOIN chats ON chats.id = events.chat_id
    WHERE events.kind = 'assistant_turn' AND runs.started_at IS NOT NULL
) AS turns
WHERE turn->>'provider' IS NOT NULL AND turn->>'model' IS NOT NULL
GROUP BY 1, 2, 3, 4;
