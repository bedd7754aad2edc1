ALTER TABLE users ADD COLUMN limits jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN users.limits IS 'What a superuser has set for this person; a limit that is absent is as for everybody.';

ALTER TABLE desktops ADD COLUMN home_bytes bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN desktops.home_bytes IS 'The disk usage of the home folder when it was last measured.';

CREATE TABLE quota_use (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind text NOT NULL,
    period date NOT NULL,
    used bigint NOT NULL,
    PRIMARY KEY (user_id, kind, period)
);
CREATE INDEX quota_use_period_idx ON quota_use (kind, period);
COMMENT ON TABLE quota_use IS 'What people have used in a day or a month. Written in the transaction that takes it, and not given back.';
COMMENT ON COLUMN quota_use.kind IS 'runs, by the day; microdollars, by the month.';
COMMENT ON COLUMN quota_use.period IS 'The day, or the first day of the month, in UTC.';
