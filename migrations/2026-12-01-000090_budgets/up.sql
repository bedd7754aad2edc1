CREATE TABLE run_usage (
    run_id uuid NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    provider text NOT NULL,
    model text NOT NULL,
    chat_id uuid NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    turns bigint NOT NULL,
    input_tokens bigint NOT NULL,
    cache_read_tokens bigint NOT NULL,
    cache_write_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    microdollars bigint NOT NULL,
    own_microdollars bigint NOT NULL,
    PRIMARY KEY (run_id, provider, model)
);
CREATE INDEX run_usage_chat_idx ON run_usage (chat_id);
COMMENT ON TABLE run_usage IS 'What models have done in a run. Written in the transaction that appends the turn.';
COMMENT ON COLUMN run_usage.microdollars IS 'Millionths of a dollar at list prices; a model without a known price costs nothing.';
COMMENT ON COLUMN run_usage.own_microdollars IS 'The part of it that people paid for with keys of their own.';

ALTER TABLE users ADD COLUMN own_limits jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN users.own_limits IS 'What this person lets their runs cost, in dollars; a limit that is absent does not exist.';

ALTER TABLE chats ADD COLUMN work_limits jsonb;
COMMENT ON COLUMN chats.work_limits IS 'What the owner lets this chat cost, and how long its runs may work; NULL: no such limits.';

COMMENT ON COLUMN quota_use.kind IS 'runs and microdollars_of_day, by the day; microdollars, by the month; own_microdollars_of_day and own_microdollars likewise, for what people paid for with keys of their own.';

-- As for usage_daily. Nothing tells any more which keys were used.
INSERT INTO run_usage
SELECT run_id, left(turn->>'provider', 200), left(turn->>'model', 200), chat_id, count(*),
    sum(coalesce((turn->'usage'->>'input_tokens')::numeric, 0)),
    sum(coalesce((turn->'usage'->>'cache_read_tokens')::numeric, 0)),
    sum(coalesce((turn->'usage'->>'cache_write_tokens')::numeric, 0)),
    sum(coalesce((turn->'usage'->>'output_tokens')::numeric, 0)),
    sum(coalesce((turn->'cost'->>'microdollars')::numeric, 0)),
    0
FROM (
    SELECT events.run_id, events.chat_id,
        CASE
            WHEN strpos(payload::text, '\u0000') = 0 THEN payload
            ELSE regexp_replace(payload::text, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g')::json
        END AS turn
    FROM events JOIN runs ON runs.id = events.run_id
    WHERE events.kind = 'assistant_turn' AND runs.started_at IS NOT NULL
) AS turns
WHERE turn->>'provider' IS NOT NULL AND turn->>'model' IS NOT NULL
GROUP BY 1, 2, 3, 4;
