CREATE TABLE master_key_versions (
    version integer PRIMARY KEY,
    created_at timestamptz NOT NULL,
    retired_at timestamptz,
    "check" bytea NOT NULL
);
COMMENT ON TABLE master_key_versions IS 'The master keys that secrets in other tables are sealed with. The keys themselves are not in the database.';
COMMENT ON COLUMN master_key_versions.retired_at IS 'When nothing was sealed with it any more.';
COMMENT ON COLUMN master_key_versions."check" IS 'A known text, sealed with the key: tells whether a key is this one.';

CREATE FUNCTION tell_master_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'master_key')::text);
    RETURN NULL;
END $$;
CREATE TRIGGER master_key_versions_tell AFTER INSERT OR UPDATE OR DELETE ON master_key_versions
    FOR EACH STATEMENT EXECUTE FUNCTION tell_master_key();
