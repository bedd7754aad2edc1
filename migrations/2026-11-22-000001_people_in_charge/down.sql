COMMENT ON COLUMN events.kind IS 'message, assistant_turn, tool_result, run_state or file.';
ALTER TABLE chats DROP COLUMN approval;
ALTER TABLE users DROP COLUMN approval;
ALTER TABLE runs DROP COLUMN pause_requested, DROP COLUMN waits_for;
