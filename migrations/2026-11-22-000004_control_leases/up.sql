CREATE TABLE control_leases (
    chat_id uuid PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE,
    id uuid NOT NULL UNIQUE,
    takeover_id uuid NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    taken_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX control_leases_expires_at_idx ON control_leases (expires_at);
COMMENT ON TABLE control_leases IS 'Desktops that a person controls. A row stays until what the person did is in the log; until then nothing is done for the model.';
COMMENT ON COLUMN control_leases.id IS 'The window that has control; another one that takes over gets another.';
COMMENT ON COLUMN control_leases.takeover_id IS 'Names the whole stretch to the desktop''s agent, which notes down what the person does.';
COMMENT ON COLUMN control_leases.expires_at IS 'From then on control is being handed back; it can''t be renewed any more.';

CREATE FUNCTION tell_control() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'control', 'chat_id', coalesce(NEW.chat_id, OLD.chat_id))::text);
    RETURN NULL;
END $$;
CREATE TRIGGER control_leases_tell AFTER INSERT OR DELETE ON control_leases FOR EACH ROW EXECUTE FUNCTION tell_control();
CREATE TRIGGER control_leases_tell_change AFTER UPDATE ON control_leases
    FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.expires_at <= OLD.expires_at) EXECUTE FUNCTION tell_control();

COMMENT ON COLUMN events.kind IS 'message, assistant_turn, approval_request, decision, call_started, tool_result, answer, takeover, usage_total, run_state or file.';
