COMMENT ON COLUMN runs.message IS 'Why the run is in its state and what to do about it; user-facing.';
ALTER TABLE runs DROP COLUMN facts;
