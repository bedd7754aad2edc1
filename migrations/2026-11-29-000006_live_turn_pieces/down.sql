DROP TABLE live_turn_pieces;
CREATE UNLOGGED TABLE live_turns (
    chat_id uuid PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE,
    run_id uuid NOT NULL,
    origin uuid NOT NULL,
    turn json NOT NULL
);
COMMENT ON TABLE live_turns IS 'The turn being streamed in each chat, for those who watch it through another service; a crash may empty it.';
COMMENT ON COLUMN live_turns.origin IS 'The service that drives the run.';
COMMENT ON COLUMN live_turns.turn IS 'The turn so far.';
CREATE TRIGGER live_turns_tell AFTER INSERT OR UPDATE ON live_turns FOR EACH ROW EXECUTE FUNCTION tell_live_turn();
