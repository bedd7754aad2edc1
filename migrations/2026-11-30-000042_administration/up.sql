-- Lists of the runs of everybody, the newest first.
CREATE INDEX runs_open_idx ON runs (position DESC) WHERE finished_at IS NULL;
CREATE INDEX runs_position_idx ON runs (position DESC);

-- What desktops asked the proxy for, by name, and what was refused.
CREATE INDEX internet_requests_host ON internet_requests (host, id DESC);
CREATE INDEX internet_requests_refused ON internet_requests (id DESC) WHERE refused IS NOT NULL;

CREATE TABLE retention_sweeps (
    day date PRIMARY KEY,
    lease_expires_at timestamptz NOT NULL,
    finished_at timestamptz,
    chats bigint NOT NULL DEFAULT 0,
    audit_entries bigint NOT NULL DEFAULT 0,
    internet_requests bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE retention_sweeps IS 'The nightly deletions of what is kept no longer, those of the last year.';
COMMENT ON COLUMN retention_sweeps.day IS 'The day in UTC.';
COMMENT ON COLUMN retention_sweeps.lease_expires_at IS 'When another replica may go on, unless it is finished.';
COMMENT ON COLUMN retention_sweeps.finished_at IS 'NULL: it is under way, or its replica has died.';
COMMENT ON COLUMN retention_sweeps.chats IS 'The number of chats that it has deleted.';
COMMENT ON COLUMN retention_sweeps.audit_entries IS 'The number of entries of the audit log that it has deleted.';
COMMENT ON COLUMN retention_sweeps.internet_requests IS 'The number of recorded requests of desktops that it has deleted.';
