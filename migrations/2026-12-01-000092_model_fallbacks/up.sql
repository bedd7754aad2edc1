ALTER TABLE users ADD COLUMN model_fallbacks json;
COMMENT ON COLUMN users.model_fallbacks IS 'The models that go on where the chosen one can''t, in order; null: those of the installation; empty: none.';
COMMENT ON COLUMN events.kind IS 'message, assistant_turn, approval_request, decision, call_started, tool_result, answer, takeover, model_changed, spent, usage_total, run_state or file.';
