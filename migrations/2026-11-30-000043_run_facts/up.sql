ALTER TABLE runs ADD COLUMN facts json;
COMMENT ON COLUMN runs.facts IS 'What a sentence about the code names; null if there is nothing to say, or if the message says it.';
COMMENT ON COLUMN runs.message IS 'The sentence that an earlier version stored, in English. The code and the facts have replaced it.';
