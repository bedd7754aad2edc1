-- Written as it grows, not whole at each write.
DROP TABLE live_turns;
CREATE UNLOGGED TABLE live_turn_pieces (
    chat_id uuid NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    id bigint GENERATED ALWAYS AS IDENTITY,
    run_id uuid NOT NULL,
    origin uuid NOT NULL,
    is_first boolean NOT NULL,
    piece json NOT NULL,
    PRIMARY KEY (chat_id, id)
);
COMMENT ON TABLE live_turn_pieces IS 'The turn being streamed in each chat, in pieces, for those who watch it through another service; a crash may empty it.';
COMMENT ON COLUMN live_turn_pieces.origin IS 'The service that drives the run.';
COMMENT ON COLUMN live_turn_pieces.is_first IS 'Whether earlier pieces of the chat are void.';
COMMENT ON COLUMN live_turn_pieces.piece IS 'A partial turn with the text since the previous piece.';
CREATE TRIGGER live_turn_pieces_tell AFTER INSERT ON live_turn_pieces FOR EACH ROW EXECUTE FUNCTION tell_live_turn();
