DROP TRIGGER users_tell ON users;
DROP FUNCTION tell_user;
DROP TRIGGER sessions_tell ON sessions;
DROP FUNCTION tell_session;
DROP TRIGGER chats_tell_deleted ON chats;
DROP FUNCTION tell_deleted;
