CREATE TABLE installation (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid()
);
CREATE UNIQUE INDEX installation_one_row ON installation ((true));
COMMENT ON TABLE installation IS 'Which database this is, for the data folders that belong to it. One row at most, made by the first service that opens a data folder.';
