DELETE FROM quota_use WHERE kind NOT IN ('runs', 'microdollars');
COMMENT ON COLUMN quota_use.kind IS 'runs, by the day; microdollars, by the month.';
ALTER TABLE chats DROP COLUMN work_limits;
ALTER TABLE users DROP COLUMN own_limits;
DROP TABLE run_usage;
