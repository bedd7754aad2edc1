-- Earlier versions can't read these events, and the numbers of a log have no gaps.
UPDATE events SET kind = 'run_state', payload = '{"state": "running", "code": "", "message": ""}' WHERE kind = 'model_changed';
COMMENT ON COLUMN events.kind IS 'message, assistant_turn, approval_request, decision, call_started, tool_result, answer, takeover, spent, usage_total, run_state or file.';
ALTER TABLE users DROP COLUMN model_fallbacks;
