ALTER TABLE runs ADD COLUMN spending json;
COMMENT ON COLUMN runs.spending IS 'What the model''s turn under way has cost so far; NULL if nothing is. If the turn is lost, this was spent.';
COMMENT ON COLUMN events.kind IS 'message, assistant_turn, approval_request, decision, call_started, tool_result, answer, takeover, spent, usage_total, run_state or file.';
