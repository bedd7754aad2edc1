ALTER TABLE desktops
    ADD COLUMN memory_bytes bigint,
    ADD COLUMN processor_share real,
    ADD COLUMN measured_at timestamptz;
COMMENT ON COLUMN desktops.memory_bytes IS 'The memory of its programs when it was last measured; NULL: not since it came up.';
COMMENT ON COLUMN desktops.processor_share IS 'Of one processor, what its programs used between the last two measurements; above 1 with several processors.';
COMMENT ON COLUMN desktops.measured_at IS 'When both were measured.';

-- The replica that runs it stops a desktop that should be stopped.
CREATE TRIGGER desktops_tell_unwanted AFTER UPDATE OF desired ON desktops
    FOR EACH ROW WHEN (NEW.desired = 'stopped' AND OLD.desired <> 'stopped') EXECUTE FUNCTION tell_desktop();
