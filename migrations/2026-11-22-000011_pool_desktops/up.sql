CREATE TABLE pool_desktops (
    id uuid PRIMARY KEY,
    host uuid NOT NULL,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE pool_desktops IS 'Desktops that were started before anyone needs them. A row is written before its desktop is made, and goes in the transaction that gives the desktop to a chat.';
COMMENT ON COLUMN pool_desktops.host IS 'The service that started it. Once that is gone, its desktops are removed.';
