CREATE FUNCTION supervisor_key(id uuid) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT hashtextextended('supervisor ' || id::text, 0)
$$;
COMMENT ON FUNCTION supervisor_key IS 'The advisory lock that a service''s session holds for as long as it is there.';

CREATE FUNCTION supervisor_is_there(id uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM pg_locks
         WHERE locktype = 'advisory' AND granted AND objsubid = 1
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND (classid::bigint << 32 | objid::bigint) = supervisor_key(id))
$$;
COMMENT ON FUNCTION supervisor_is_there IS 'Whether the service of that id is connected.';

ALTER TABLE desktops ADD COLUMN host uuid;
COMMENT ON COLUMN desktops.host IS 'The service that runs it; of no meaning once that service is not there any more.';

CREATE UNLOGGED TABLE live_turns (
    chat_id uuid PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE,
    run_id uuid NOT NULL,
    origin uuid NOT NULL,
    turn json NOT NULL
);
COMMENT ON TABLE live_turns IS 'The turn being streamed in each chat, for those who watch it through another service; a crash may empty it.';
COMMENT ON COLUMN live_turns.origin IS 'The service that drives the run.';
COMMENT ON COLUMN live_turns.turn IS 'The turn so far.';

CREATE FUNCTION tell_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'event', 'chat_id', NEW.chat_id, 'seq', NEW.seq)::text);
    RETURN NULL;
END $$;
CREATE TRIGGER events_tell AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION tell_event();

CREATE FUNCTION tell_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'run', 'run_id', NEW.id,
        'cancel', NEW.cancel_requested, 'pause', NEW.pause_requested)::text);
    RETURN NULL;
END $$;
CREATE TRIGGER runs_tell AFTER INSERT OR UPDATE OF state, lease_owner, cancel_requested, pause_requested ON runs
    FOR EACH ROW EXECUTE FUNCTION tell_run();

CREATE FUNCTION tell_live_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'live_turn', 'chat_id', NEW.chat_id, 'origin', NEW.origin)::text);
    RETURN NULL;
END $$;
CREATE TRIGGER live_turns_tell AFTER INSERT OR UPDATE ON live_turns FOR EACH ROW EXECUTE FUNCTION tell_live_turn();

CREATE FUNCTION tell_title() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'title', 'chat_id', NEW.id)::text);
    RETURN NULL;
END $$;
CREATE TRIGGER chats_tell AFTER UPDATE OF title ON chats
    FOR EACH ROW WHEN (OLD.title <> NEW.title) EXECUTE FUNCTION tell_title();

CREATE FUNCTION tell_desktop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'desktop', 'chat_id', NEW.chat_id)::text);
    RETURN NULL;
END $$;
CREATE TRIGGER desktops_tell AFTER INSERT OR UPDATE OF observed ON desktops
    FOR EACH ROW EXECUTE FUNCTION tell_desktop();
