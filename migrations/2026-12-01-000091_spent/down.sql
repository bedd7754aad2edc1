ALTER TABLE runs DROP COLUMN spending;
-- The log keeps its numbers without gaps.
UPDATE events SET kind = 'usage_total', payload = json_build_object('usage', payload->'usage', 'cached_share', 0)
    WHERE kind = 'spent';
COMMENT ON COLUMN events.kind IS 'message, assistant_turn, approval_request, decision, call_started, tool_result, answer, takeover, usage_total, run_state or file.';
