COMMENT ON COLUMN events.kind IS 'message, assistant_turn, approval_request, decision, call_started, tool_result, answer, usage_total, run_state or file.';
DROP TABLE control_leases;
DROP FUNCTION tell_control;
