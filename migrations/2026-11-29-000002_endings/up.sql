CREATE FUNCTION tell_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'deleted', 'chat_id', OLD.id)::text);
    RETURN NULL;
END $$;
CREATE TRIGGER chats_tell_deleted AFTER DELETE ON chats FOR EACH ROW EXECUTE FUNCTION tell_deleted();

CREATE FUNCTION tell_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'session', 'id', OLD.id)::text);
    RETURN NULL;
END $$;
CREATE TRIGGER sessions_tell AFTER DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION tell_session();

CREATE FUNCTION tell_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'user', 'user_id', OLD.id)::text);
    RETURN NULL;
END $$;
CREATE TRIGGER users_tell AFTER UPDATE OF password_hash OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION tell_user();
