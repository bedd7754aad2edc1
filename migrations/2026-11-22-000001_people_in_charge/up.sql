ALTER TABLE runs
    ADD COLUMN waits_for text,
    ADD COLUMN pause_requested boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN runs.waits_for IS 'The call that waits for a person''s decision or answer, in the states awaiting_approval and awaiting_human.';
COMMENT ON COLUMN runs.pause_requested IS 'A person wants it to pause before its next action.';

ALTER TABLE users ADD COLUMN approval json;
COMMENT ON COLUMN users.approval IS 'What needs this person''s word in chats that say nothing else; null: nothing.';
ALTER TABLE chats ADD COLUMN approval json;
COMMENT ON COLUMN chats.approval IS 'What needs the person''s word before it is done; null: as the person set it for all chats.';

COMMENT ON COLUMN events.kind IS 'message, assistant_turn, approval_request, decision, call_started, tool_result, answer, usage_total, run_state or file.';
