CREATE TABLE file_rules (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    rules json NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE file_rules IS 'Which kinds of files nobody may upload: one row, or none while there are no rules.';
