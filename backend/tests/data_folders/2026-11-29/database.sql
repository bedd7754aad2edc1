--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: supervisor_is_there(uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.supervisor_is_there(id uuid) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    SELECT EXISTS (
        SELECT FROM pg_locks
         WHERE locktype = 'advisory' AND granted AND objsubid = 1
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND (classid::bigint << 32 | objid::bigint) = supervisor_key(id))
$$;


--
-- Name: FUNCTION supervisor_is_there(id uuid); Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON FUNCTION public.supervisor_is_there(id uuid) IS 'Whether the service of that id is connected.';


--
-- Name: supervisor_key(uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.supervisor_key(id uuid) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT hashtextextended('supervisor ' || id::text, 0)
$$;


--
-- Name: FUNCTION supervisor_key(id uuid); Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON FUNCTION public.supervisor_key(id uuid) IS 'The advisory lock that a service''s session holds for as long as it is there.';


--
-- Name: tell_control(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_control() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'control', 'chat_id', coalesce(NEW.chat_id, OLD.chat_id))::text);
    RETURN NULL;
END $$;


--
-- Name: tell_deleted(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'deleted', 'chat_id', OLD.id)::text);
    RETURN NULL;
END $$;


--
-- Name: tell_desktop(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_desktop() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'desktop', 'chat_id', NEW.chat_id)::text);
    RETURN NULL;
END $$;


--
-- Name: tell_event(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_event() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'event', 'chat_id', NEW.chat_id, 'seq', NEW.seq)::text);
    RETURN NULL;
END $$;


--
-- Name: tell_live_turn(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_live_turn() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'live_turn', 'chat_id', NEW.chat_id, 'origin', NEW.origin)::text);
    RETURN NULL;
END $$;


--
-- Name: tell_run(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_run() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'run', 'run_id', NEW.id,
        'cancel', NEW.cancel_requested, 'pause', NEW.pause_requested)::text);
    RETURN NULL;
END $$;


--
-- Name: tell_session(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_session() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'session', 'id', OLD.id)::text);
    RETURN NULL;
END $$;


--
-- Name: tell_title(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_title() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'title', 'chat_id', NEW.id)::text);
    RETURN NULL;
END $$;


--
-- Name: tell_user(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_user() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'user', 'user_id', OLD.id)::text);
    RETURN NULL;
END $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: __diesel_schema_migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.__diesel_schema_migrations (
    version character varying(50) NOT NULL,
    run_on timestamp without time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);


--
-- Name: chat_internet; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.chat_internet (
    chat_id uuid NOT NULL,
    policy json NOT NULL
);


--
-- Name: TABLE chat_internet; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.chat_internet IS 'What the desktop of a chat may reach, where a person has said so. The installation''s policy counts as well: what either forbids is forbidden.';


--
-- Name: chat_uploads; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.chat_uploads (
    chat_id uuid NOT NULL,
    file_id uuid NOT NULL,
    path text NOT NULL,
    delivered_at timestamp with time zone,
    failure text
);


--
-- Name: TABLE chat_uploads; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.chat_uploads IS 'Uploads that were named in a chat''s messages.';


--
-- Name: COLUMN chat_uploads.path; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.chat_uploads.path IS 'Where it appears on the desktop, relative to the home folder.';


--
-- Name: chats; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.chats (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    title text NOT NULL,
    last_seq bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    approval json
);


--
-- Name: TABLE chats; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.chats IS 'Conversations; each owns one desktop.';


--
-- Name: COLUMN chats.title; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.chats.title IS 'Empty until the first message gives it.';


--
-- Name: COLUMN chats.last_seq; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.chats.last_seq IS 'The number of the newest event; raised in the transaction that appends.';


--
-- Name: COLUMN chats.approval; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.chats.approval IS 'What needs the person''s word before it is done; null: as the person set it for all chats.';


--
-- Name: control_leases; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.control_leases (
    chat_id uuid NOT NULL,
    id uuid NOT NULL,
    takeover_id uuid NOT NULL,
    user_id uuid NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);


--
-- Name: TABLE control_leases; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.control_leases IS 'Desktops that a person controls. A row stays until what the person did is in the log; until then nothing is done for the model.';


--
-- Name: COLUMN control_leases.id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.control_leases.id IS 'The window that has control; another one that takes over gets another.';


--
-- Name: COLUMN control_leases.takeover_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.control_leases.takeover_id IS 'Names the whole stretch to the desktop''s agent, which notes down what the person does.';


--
-- Name: COLUMN control_leases.expires_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.control_leases.expires_at IS 'From then on control is being handed back; it can''t be renewed any more.';


--
-- Name: desktops; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.desktops (
    id uuid NOT NULL,
    chat_id uuid NOT NULL,
    desired text NOT NULL,
    observed text NOT NULL,
    reason text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    host uuid,
    CONSTRAINT desktops_desired_check CHECK ((desired = ANY (ARRAY['ready'::text, 'stopped'::text, 'removed'::text]))),
    CONSTRAINT desktops_observed_check CHECK ((observed = ANY (ARRAY['creating'::text, 'ready'::text, 'paused'::text, 'stopped'::text, 'removed'::text, 'failed'::text])))
);


--
-- Name: TABLE desktops; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.desktops IS 'One virtual desktop a chat.';


--
-- Name: COLUMN desktops.desired; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.desktops.desired IS 'What we want of it.';


--
-- Name: COLUMN desktops.observed; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.desktops.observed IS 'What we last saw of it.';


--
-- Name: COLUMN desktops.reason; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.desktops.reason IS 'Why it is not ready, for people.';


--
-- Name: COLUMN desktops.host; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.desktops.host IS 'The service that runs it; of no meaning once that service is not there any more.';


--
-- Name: events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.events (
    id uuid NOT NULL,
    chat_id uuid NOT NULL,
    seq bigint NOT NULL,
    run_id uuid,
    kind text NOT NULL,
    payload json NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: TABLE events; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.events IS 'The log of each chat: append-only, numbered without gaps from 1. It is the truth.';


--
-- Name: COLUMN events.kind; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.events.kind IS 'message, assistant_turn, approval_request, decision, call_started, tool_result, answer, takeover, usage_total, run_state or file.';


--
-- Name: COLUMN events.payload; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.events.payload IS 'json, not jsonb: what a model said is kept byte for byte, NUL escapes included.';


--
-- Name: files; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.files (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    chat_id uuid,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    sha256 text NOT NULL,
    path text,
    modified_ms bigint,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT files_origin_check CHECK (((chat_id IS NULL) = (path IS NULL)))
);


--
-- Name: TABLE files; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.files IS 'Uploads of people (chat_id null) and what landed in a desktop''s ~/Outputs or ~/Downloads.';


--
-- Name: COLUMN files.sha256; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.files.sha256 IS 'The blob that holds the bytes, in hexadecimal.';


--
-- Name: COLUMN files.path; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.files.path IS 'Where a desktop made it, relative to the home folder.';


--
-- Name: COLUMN files.modified_ms; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.files.modified_ms IS 'The desktop''s time of last change, in milliseconds since 1970: tells a changed file from a known one.';


--
-- Name: idempotency_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.idempotency_keys (
    user_id uuid NOT NULL,
    key text NOT NULL,
    request_sha256 bytea NOT NULL,
    answer json,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: TABLE idempotency_keys; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.idempotency_keys IS 'What calls with an Idempotency-Key came to, for 24 hours. Written in the transaction of the effect itself.';


--
-- Name: COLUMN idempotency_keys.request_sha256; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.idempotency_keys.request_sha256 IS 'Names the call and its body: the same key with another one is refused.';


--
-- Name: COLUMN idempotency_keys.answer; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.idempotency_keys.answer IS 'The body of the answer.';


--
-- Name: installation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.installation (
    id uuid DEFAULT gen_random_uuid() NOT NULL
);


--
-- Name: TABLE installation; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.installation IS 'Which database this is, for the data folders that belong to it. One row at most, made by the first service that opens a data folder.';


--
-- Name: internet_requests; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.internet_requests (
    id bigint NOT NULL,
    chat_id uuid NOT NULL,
    host text NOT NULL,
    port integer NOT NULL,
    refused text,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: TABLE internet_requests; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.internet_requests IS 'What desktops asked the proxy for, the newest 10,000 of each chat.';


--
-- Name: COLUMN internet_requests.refused; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.internet_requests.refused IS 'Why it was refused; absent: it was let through.';


--
-- Name: internet_requests_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.internet_requests ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.internet_requests_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: live_turn_pieces; Type: TABLE; Schema: public; Owner: -
--

CREATE UNLOGGED TABLE public.live_turn_pieces (
    chat_id uuid NOT NULL,
    id bigint NOT NULL,
    run_id uuid NOT NULL,
    origin uuid NOT NULL,
    is_first boolean NOT NULL,
    piece json NOT NULL
);


--
-- Name: TABLE live_turn_pieces; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.live_turn_pieces IS 'The turn being streamed in each chat, in pieces, for those who watch it through another service; a crash may empty it.';


--
-- Name: COLUMN live_turn_pieces.origin; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.live_turn_pieces.origin IS 'The service that drives the run.';


--
-- Name: COLUMN live_turn_pieces.is_first; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.live_turn_pieces.is_first IS 'Whether earlier pieces of the chat are void.';


--
-- Name: COLUMN live_turn_pieces.piece; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.live_turn_pieces.piece IS 'A partial turn with the text since the previous piece.';


--
-- Name: live_turn_pieces_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.live_turn_pieces ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.live_turn_pieces_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: messages; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.messages (
    id uuid NOT NULL,
    chat_id uuid NOT NULL,
    seq bigint NOT NULL,
    run_id uuid NOT NULL,
    role text NOT NULL,
    text text NOT NULL,
    extra_data json NOT NULL,
    files json NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT messages_role_check CHECK ((role = ANY (ARRAY['user'::text, 'assistant'::text])))
);


--
-- Name: TABLE messages; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.messages IS 'What people and models said, without the rest of the log: one row for each event of the kind message, and of assistant_turn with text. Written in the transaction of the event.';


--
-- Name: COLUMN messages.id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.messages.id IS 'The event.';


--
-- Name: COLUMN messages.seq; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.messages.seq IS 'The number of the event in the chat''s log.';


--
-- Name: COLUMN messages.run_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.messages.run_id IS 'The run that it began, or that it came from. The row counts unless that run is withdrawn.';


--
-- Name: COLUMN messages.text; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.messages.text IS 'Markdown from the assistant. NUL, which text can''t hold, is U+FFFD here.';


--
-- Name: COLUMN messages.extra_data; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.messages.extra_data IS 'What a program sent along.';


--
-- Name: COLUMN messages.files; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.messages.files IS 'Uploads that came with it: id, name, and path relative to the home folder.';


--
-- Name: pool_desktops; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.pool_desktops (
    id uuid NOT NULL,
    host uuid NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: TABLE pool_desktops; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.pool_desktops IS 'Desktops that were started before anyone needs them. A row is written before its desktop is made, and goes in the transaction that gives the desktop to a chat.';


--
-- Name: COLUMN pool_desktops.host; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.pool_desktops.host IS 'The service that started it. Once that is gone, its desktops are removed.';


--
-- Name: runs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.runs (
    id uuid NOT NULL,
    chat_id uuid NOT NULL,
    state text NOT NULL,
    code text DEFAULT ''::text NOT NULL,
    message text DEFAULT ''::text NOT NULL,
    cancel_requested boolean DEFAULT false NOT NULL,
    lease_owner uuid,
    lease_expires_at timestamp with time zone,
    attempt integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    waits_for text,
    pause_requested boolean DEFAULT false NOT NULL,
    withdrawn boolean DEFAULT false NOT NULL,
    "position" bigint NOT NULL,
    CONSTRAINT runs_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'awaiting_approval'::text, 'awaiting_human'::text, 'paused'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text, 'limit_reached'::text])))
);


--
-- Name: TABLE runs; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.runs IS 'Runs of the computer-use loop, one a message.';


--
-- Name: COLUMN runs.code; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.runs.code IS 'Why it is in this state, as a word for programs.';


--
-- Name: COLUMN runs.message; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.runs.message IS 'Why it is in this state and what to do, for people.';


--
-- Name: COLUMN runs.lease_owner; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.runs.lease_owner IS 'The supervisor that drives it.';


--
-- Name: COLUMN runs.lease_expires_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.runs.lease_expires_at IS 'When another supervisor may take it.';


--
-- Name: COLUMN runs.attempt; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.runs.attempt IS 'Raised by each claim; with the owner it fences the writes of a supervisor that lost its lease.';


--
-- Name: COLUMN runs.waits_for; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.runs.waits_for IS 'The call that waits for a person''s decision or answer, in the states awaiting_approval and awaiting_human.';


--
-- Name: COLUMN runs.pause_requested; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.runs.pause_requested IS 'A person wants it to pause before its next action.';


--
-- Name: COLUMN runs.withdrawn; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.runs.withdrawn IS 'Its message was replaced, or withdrawn while it was queued: neither the model nor a list of messages is shown what belongs to it.';


--
-- Name: runs_position_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.runs ALTER COLUMN "position" ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.runs_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: screenshots; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.screenshots (
    chat_id uuid NOT NULL,
    sha256 text NOT NULL,
    media_type text NOT NULL
);


--
-- Name: TABLE screenshots; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.screenshots IS 'Pictures that a chat''s log refers to; the bytes are blobs.';


--
-- Name: sessions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sessions (
    id text NOT NULL,
    user_id uuid,
    data jsonb NOT NULL,
    expires_at timestamp with time zone NOT NULL
);


--
-- Name: TABLE sessions; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.sessions IS 'Cookie sessions of browsers.';


--
-- Name: COLUMN sessions.id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.sessions.id IS 'SHA-256 of the session id in the cookie, so that a copy of the table opens nothing.';


--
-- Name: COLUMN sessions.user_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.sessions.user_id IS 'Who is logged in; lets one DELETE log a person out everywhere.';


--
-- Name: COLUMN sessions.data; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.sessions.data IS 'The session''s values; ids only.';


--
-- Name: setup_tokens; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.setup_tokens (
    token_sha256 bytea NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: TABLE setup_tokens; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.setup_tokens IS 'One-time links for making the first administrator; emptied when one is used.';


--
-- Name: signing_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.signing_keys (
    kid uuid NOT NULL,
    secret bytea NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: TABLE signing_keys; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.signing_keys IS 'HMAC keys of the bearer tokens; the newest signs, all verify.';


--
-- Name: users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.users (
    id uuid NOT NULL,
    username text NOT NULL,
    email text NOT NULL,
    password_hash text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    is_superuser boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    approval json,
    time_zone text,
    language text,
    detected_time_zone text,
    detected_language text
);


--
-- Name: TABLE users; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.users IS 'People with an account.';


--
-- Name: COLUMN users.username; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.username IS 'Unique without regard to case.';


--
-- Name: COLUMN users.email; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.email IS 'Unique without regard to case.';


--
-- Name: COLUMN users.password_hash; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.password_hash IS 'Argon2id in PHC string format.';


--
-- Name: COLUMN users.is_superuser; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.is_superuser IS 'May see and make users.';


--
-- Name: COLUMN users.approval; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.approval IS 'What needs this person''s word in chats that say nothing else; null: nothing.';


--
-- Name: COLUMN users.time_zone; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.time_zone IS 'A name of the IANA database, as chosen; null: as detected, else the installation''s.';


--
-- Name: COLUMN users.language; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.language IS 'A BCP 47 tag, as chosen; null: as detected, else the installation''s.';


--
-- Name: COLUMN users.detected_time_zone; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.detected_time_zone IS 'What the browser said that was used last.';


--
-- Name: COLUMN users.detected_language; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.detected_language IS 'What the browser said that was used last.';


--
-- Data for Name: __diesel_schema_migrations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.__diesel_schema_migrations VALUES
	('20261121000001', '2026-11-29 19:11:29.735221'),
	('20261122000001', '2026-11-29 19:11:29.979413'),
	('20261122000002', '2026-11-29 19:11:29.983155'),
	('20261122000003', '2026-11-29 19:11:30.027246'),
	('20261122000004', '2026-11-29 19:11:30.055286'),
	('20261122000011', '2026-11-29 19:11:30.106928'),
	('20261122000012', '2026-11-29 19:11:30.122919'),
	('20261122000013', '2026-11-29 19:11:30.154723'),
	('20261128000001', '2026-11-29 19:11:30.171382'),
	('20261129000001', '2026-11-29 19:11:30.219581'),
	('20261129000002', '2026-11-29 19:11:30.241141'),
	('20261129000003', '2026-11-29 19:11:30.243296'),
	('20261129000004', '2026-11-29 19:11:30.281067'),
	('20261129000005', '2026-11-29 19:11:30.287225'),
	('20261129000006', '2026-11-29 19:11:30.294926');


--
-- Data for Name: chat_internet; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.chat_internet VALUES
	('01a228b8-674b-7750-ab35-20f7cee3dc21', '{"mode":"all"}');


--
-- Data for Name: chat_uploads; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.chat_uploads VALUES
	('01a228b8-3ec7-75b7-b86f-18a4cca68364', '01a228b8-3d9b-76ee-90d1-147ebcc0ea02', 'Uploads/list.txt', '2026-11-29 19:11:34.133721+00', NULL);


--
-- Data for Name: chats; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.chats VALUES
	('01a228b8-3ec7-75b7-b86f-18a4cca68364', '01a228b8-385f-77fb-aca0-1826632b2b5f', 'run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, create…', 46, '2026-11-29 19:11:33.037732+00', '2026-11-29 19:11:37.482032+00', NULL),
	('01a228b8-506b-75bc-97cd-73e6ad5987a2', '01a228b8-385f-77fb-aca0-1826632b2b5f', 'In charge', 34, '2026-11-29 19:11:37.577039+00', '2026-11-29 19:11:40.538454+00', '{"ask_for":"effects","effects":["shell"]}'),
	('01a228b8-5c6f-7364-8d32-7d2d99c48889', '01a228b8-385f-77fb-aca0-1826632b2b5f', 'run `echo first > ~/Outputs/first.txt`', 29, '2026-11-29 19:11:40.650068+00', '2026-11-29 19:11:42.653285+00', NULL),
	('01a228b8-650f-70ff-a3ff-a8bb08b9ef13', '01a228b8-385f-77fb-aca0-1826632b2b5f', 'run `echo first > ~/Outputs/first.txt`', 5, '2026-11-29 19:11:42.838945+00', '2026-11-29 19:11:42.838945+00', NULL),
	('01a228b8-674b-7750-ab35-20f7cee3dc21', '01a228b8-3ce9-70bf-b069-c46c609e038c', 'say "hello"', 5, '2026-11-29 19:11:43.427687+00', '2026-11-29 19:11:43.937544+00', NULL),
	('01a228b8-764b-772e-921e-eaa3c83bd0cf', '01a228b8-385f-77fb-aca0-1826632b2b5f', 'take a screenshot', 4, '2026-11-29 19:11:47.268984+00', '2026-11-29 19:11:47.840416+00', NULL),
	('01a228b8-82ab-70b7-91fb-2de4d354b7ec', '01a228b8-385f-77fb-aca0-1826632b2b5f', 'run `until [ -e ~/go ]; do sleep 0.1; done`, run `echo…', 7, '2026-11-29 19:11:50.433754+00', '2026-11-29 19:11:51.476368+00', NULL),
	('01a228b8-8759-74dd-a97a-35f5d74c8a0a', '01a228b8-385f-77fb-aca0-1826632b2b5f', 'run `echo approved > ~/Outputs/approved.txt`', 6, '2026-11-29 19:11:51.625685+00', '2026-11-29 19:11:52.530104+00', '{"ask_for":"everything"}');


--
-- Data for Name: control_leases; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: desktops; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.desktops VALUES
	('01a228b8-406e-77ff-977d-4f4d5ce613de', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 'ready', 'stopped', NULL, '2026-11-29 19:11:33.488726+00', '2026-11-29 19:11:46.819297+00', '01a228b8-34ac-723a-aec1-72fcecbef564'),
	('01a228b8-521f-7569-a25a-d24e0f437d91', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 'ready', 'stopped', NULL, '2026-11-29 19:11:38.017395+00', '2026-11-29 19:11:46.819297+00', '01a228b8-34ac-723a-aec1-72fcecbef564'),
	('01a228b8-5cdc-7727-b9c7-50a3c430e6dc', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 'ready', 'stopped', NULL, '2026-11-29 19:11:40.767144+00', '2026-11-29 19:11:46.819297+00', '01a228b8-34ac-723a-aec1-72fcecbef564'),
	('01a228b8-678c-752b-b107-7c5fcb167edf', '01a228b8-674b-7750-ab35-20f7cee3dc21', 'ready', 'stopped', NULL, '2026-11-29 19:11:43.502378+00', '2026-11-29 19:11:46.819297+00', '01a228b8-34ac-723a-aec1-72fcecbef564'),
	('01a228b8-76bf-74f1-a7ad-d128f0bc8952', '01a228b8-764b-772e-921e-eaa3c83bd0cf', 'ready', 'stopped', NULL, '2026-11-29 19:11:47.391371+00', '2026-11-29 19:11:49.466674+00', '01a228b8-7384-7073-a9d7-9f67f12362c0'),
	('01a228b8-836f-702d-8592-437f85463ebf', '01a228b8-82ab-70b7-91fb-2de4d354b7ec', 'ready', 'ready', NULL, '2026-11-29 19:11:50.637655+00', '2026-11-29 19:11:51.112848+00', '01a228b8-7d78-76d4-a492-3fb3ca84a424'),
	('01a228b8-8857-77d4-8fef-1a10b30727ec', '01a228b8-8759-74dd-a97a-35f5d74c8a0a', 'ready', 'ready', NULL, '2026-11-29 19:11:51.894024+00', '2026-11-29 19:11:52.321445+00', '01a228b8-7d78-76d4-a492-3fb3ca84a424');


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.events VALUES
	('01a228b8-3f7e-706b-8d95-958351199ebc', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 1, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'message', '{"extra_data":{},"files":[{"id":"01a228b8-3d9b-76ee-90d1-147ebcc0ea02","name":"list.txt","path":"Uploads/list.txt"}],"locale":{"time_zone":"Etc/UTC"},"text":"run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, create ~/notes.txt with \"kept for later\", replace \"later\" with \"good\" in ~/notes.txt, read ~/notes.txt, take a screenshot"}', '2026-11-29 19:11:33.037732+00'),
	('01a228b8-3f8d-7301-a8f3-a756fbc9cff9', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 2, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-29 19:11:33.037732+00'),
	('01a228b8-4055-74d1-b64e-11f094d23dbe', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 3, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-29 19:11:33.447789+00'),
	('01a228b8-4347-712e-a74b-5df64e1e0ddf', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 4, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'assistant_turn', '{"content":[{"text":"I''ll run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, write ~/notes.txt, replace \"later\" in ~/notes.txt, read ~/notes.txt, and take a screenshot.","type":"text"},{"call_id":"demo_0","tool":{"command":"cp ~/Uploads/list.txt ~/Outputs/copy.txt","restart":false,"tool":"shell"},"type":"tool_call"},{"call_id":"demo_1","tool":{"edit":{"command":"create","file_text":"kept for later","path":"~/notes.txt"},"tool":"editor"},"type":"tool_call"},{"call_id":"demo_2","tool":{"edit":{"command":"str_replace","new_str":"good","old_str":"later","path":"~/notes.txt"},"tool":"editor"},"type":"tool_call"},{"call_id":"demo_3","tool":{"edit":{"command":"view","path":"~/notes.txt"},"tool":"editor"},"type":"tool_call"},{"call_id":"demo_4","tool":{"action":{"type":"screenshot"},"tool":"computer"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, write ~/notes.txt, replace \\\"later\\\" in ~/notes.txt, read ~/notes.txt, and take a screenshot.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"cp ~/Uploads/list.txt ~/Outputs/copy.txt\",\"restart\":false}},{\"type\":\"tool_call\",\"call_id\":\"demo_1\",\"tool\":{\"tool\":\"editor\",\"edit\":{\"command\":\"create\",\"path\":\"~/notes.txt\",\"file_text\":\"kept for later\"}}},{\"type\":\"tool_call\",\"call_id\":\"demo_2\",\"tool\":{\"tool\":\"editor\",\"edit\":{\"command\":\"str_replace\",\"path\":\"~/notes.txt\",\"old_str\":\"later\",\"new_str\":\"good\"}}},{\"type\":\"tool_call\",\"call_id\":\"demo_3\",\"tool\":{\"tool\":\"editor\",\"edit\":{\"command\":\"view\",\"path\":\"~/notes.txt\"}}},{\"type\":\"tool_call\",\"call_id\":\"demo_4\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"screenshot\"}}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:34.202699+00'),
	('01a228b8-436b-7113-9f6f-307c87ff8f87', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 5, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'call_started', '{"call_id":"demo_0"}', '2026-11-29 19:11:34.230037+00'),
	('01a228b8-43af-731b-baa2-02a7ab7bc623', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 6, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'tool_result', '{"call_id":"demo_0","elapsed_ms":31,"shown_to_model":false,"status":"done","text":"(no output)"}', '2026-11-29 19:11:34.291113+00'),
	('01a228b8-43d6-75db-80f9-f2c4705618da', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 7, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'call_started', '{"call_id":"demo_1"}', '2026-11-29 19:11:34.333848+00'),
	('01a228b8-43fb-775e-8fe5-ac41eccedace', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 8, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'tool_result', '{"call_id":"demo_1","elapsed_ms":5,"shown_to_model":false,"status":"done","text":"/home/deskhand/notes.txt was created."}', '2026-11-29 19:11:34.372717+00'),
	('01a228b8-442f-7564-9faa-c61945b324f0', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 9, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'call_started', '{"call_id":"demo_2"}', '2026-11-29 19:11:34.421742+00'),
	('01a228b8-4457-75ca-bbfb-c05c37c4aabc', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 10, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'tool_result', '{"call_id":"demo_2","elapsed_ms":13,"shown_to_model":false,"status":"done","text":"/home/deskhand/notes.txt was changed. The lines around the change are now:\n     1\tkept for good"}', '2026-11-29 19:11:34.470561+00'),
	('01a228b8-4465-75f8-b702-fcbba0d21663', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 11, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'call_started', '{"call_id":"demo_3"}', '2026-11-29 19:11:34.493959+00'),
	('01a228b8-448b-73a9-b6fa-50af818bf866', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 12, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'tool_result', '{"call_id":"demo_3","elapsed_ms":2,"shown_to_model":false,"status":"done","text":"     1\tkept for good"}', '2026-11-29 19:11:34.5183+00'),
	('01a228b8-449d-77ca-bcfe-1f86c9684f59', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 13, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'call_started', '{"call_id":"demo_4"}', '2026-11-29 19:11:34.545957+00'),
	('01a228b8-455f-77a6-962b-eeca95d17d7f', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 14, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'tool_result', '{"call_id":"demo_4","elapsed_ms":79,"screenshot":{"media_type":"image/png","sha256":"c74c8fae655662be31b95e3d168fa9c0de29881eb32445b3e784d69598fbe1ad","size":{"height":480,"width":640}},"shown_to_model":true,"status":"done","text":""}', '2026-11-29 19:11:34.750264+00'),
	('01a228b8-4575-7164-a8d7-801682e654ca', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 15, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'assistant_turn', '{"content":[{"text":"Done: I ran `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, wrote ~/notes.txt, replaced \"later\" in ~/notes.txt, read ~/notes.txt, and took a screenshot.\n\nIn `~/notes.txt`:\n\n```\n     1\tkept for good\n```\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":10,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"Done: I ran `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, wrote ~/notes.txt, replaced \\\"later\\\" in ~/notes.txt, read ~/notes.txt, and took a screenshot.\\n\\nIn `~/notes.txt`:\\n\\n```\\n     1\\tkept for good\\n```\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:34.762774+00'),
	('01a228b8-45fa-76ec-999d-30e995306a04', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 16, NULL, 'file', '{"chat_id":"01a228b8-3ec7-75b7-b86f-18a4cca68364","created_at":"2026-11-29T19:11:34.869496Z","id":"01a228b8-45eb-7116-af76-b9f0041e6ac5","media_type":"text/plain","name":"copy.txt","origin":"desktop","path":"Outputs/copy.txt","size":5}', '2026-11-29 19:11:34.869496+00'),
	('01a228b8-461f-7474-a7f4-e3dd6d0758cb', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 17, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-29 19:11:34.939764+00'),
	('01a228b8-4696-7605-828a-abbd1009e631', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 18, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'message', '{"extra_data":{"from":"a program"},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"open the terminal, wait 500 ms, click at 320,240, type \"echo héllo\", press Return, scroll down 2, drag from 10,10 to 40,40, zoom from 0,0 to 320,240, where is the pointer"}', '2026-11-29 19:11:35.046247+00'),
	('01a228b8-46a0-73fc-b8fd-36b1cbb0c9a9', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 19, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-29 19:11:35.046247+00'),
	('01a228b8-46d5-70b4-9596-1f431b818914', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 20, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-29 19:11:35.118188+00'),
	('01a228b8-473a-75f4-b4e8-823ee1b551d6', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 21, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'assistant_turn', '{"content":[{"text":"I''ll open the terminal, wait 0.5 s, click at 320,240, type \"echo héllo\", press Return, scroll down by 2, drag from 10,10 to 40,40, zoom in at 0,0, and look where the pointer is.","type":"text"},{"call_id":"demo_5","tool":{"app":"terminal","tool":"open"},"type":"tool_call"},{"call_id":"demo_6","tool":{"action":{"duration_ms":500,"type":"wait"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_7","tool":{"action":{"at":{"x":320,"y":240},"button":"left","count":1,"type":"click"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_8","tool":{"action":{"text":"echo héllo","type":"type"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_9","tool":{"action":{"chord":"Return","repeat":1,"type":"key"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_10","tool":{"action":{"clicks":2,"direction":"down","type":"scroll"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_11","tool":{"action":{"from":{"x":10,"y":10},"to":{"x":40,"y":40},"type":"drag"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_12","tool":{"action":{"region":{"height":240,"width":320,"x":0,"y":0},"type":"zoom"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_13","tool":{"action":{"type":"cursor_position"},"tool":"computer"},"type":"tool_call"}],"cost":{"elapsed_ms":6,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll open the terminal, wait 0.5 s, click at 320,240, type \\\"echo héllo\\\", press Return, scroll down by 2, drag from 10,10 to 40,40, zoom in at 0,0, and look where the pointer is.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_5\",\"tool\":{\"tool\":\"open\",\"app\":\"terminal\"}},{\"type\":\"tool_call\",\"call_id\":\"demo_6\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"wait\",\"duration_ms\":500}}},{\"type\":\"tool_call\",\"call_id\":\"demo_7\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"click\",\"button\":\"left\",\"count\":1,\"at\":{\"x\":320,\"y\":240}}}},{\"type\":\"tool_call\",\"call_id\":\"demo_8\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"type\",\"text\":\"echo héllo\"}}},{\"type\":\"tool_call\",\"call_id\":\"demo_9\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"key\",\"chord\":\"Return\",\"repeat\":1}}},{\"type\":\"tool_call\",\"call_id\":\"demo_10\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"scroll\",\"direction\":\"down\",\"clicks\":2}}},{\"type\":\"tool_call\",\"call_id\":\"demo_11\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"drag\",\"from\":{\"x\":10,\"y\":10},\"to\":{\"x\":40,\"y\":40}}}},{\"type\":\"tool_call\",\"call_id\":\"demo_12\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"zoom\",\"region\":{\"x\":0,\"y\":0,\"width\":320,\"height\":240}}}},{\"type\":\"tool_call\",\"call_id\":\"demo_13\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"cursor_position\"}}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:35.223012+00'),
	('01a228b8-4747-74d1-bcfa-c35549f5504d', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 22, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'call_started', '{"call_id":"demo_5"}', '2026-11-29 19:11:35.238521+00'),
	('01a228b8-4877-72f6-98ce-d157df7885ca', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 23, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'tool_result', '{"call_id":"demo_5","elapsed_ms":246,"screenshot":{"media_type":"image/png","sha256":"d9aaf91df81470140c4e0a585e3924f7f8a2e70f0d3739f61e21ff28eaec5df0","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-29 19:11:35.538653+00'),
	('01a228b8-4885-704a-8944-2ee5c5b8d4da', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 24, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'call_started', '{"call_id":"demo_6"}', '2026-11-29 19:11:35.550391+00'),
	('01a228b8-4aa1-70c2-8d29-58bb3a1efc6a', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 25, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'tool_result', '{"call_id":"demo_6","elapsed_ms":513,"screenshot":{"media_type":"image/png","sha256":"d9aaf91df81470140c4e0a585e3924f7f8a2e70f0d3739f61e21ff28eaec5df0","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-29 19:11:36.079816+00'),
	('01a228b8-4abc-72eb-8555-82ae858609f2', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 26, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'call_started', '{"call_id":"demo_7"}', '2026-11-29 19:11:36.118578+00'),
	('01a228b8-4b3b-771f-b3c1-91075bea5ab8', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 28, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'call_started', '{"call_id":"demo_8"}', '2026-11-29 19:11:36.24962+00'),
	('01a228b8-4b33-700b-9b2c-3311fbaa2c49', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 27, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'tool_result', '{"call_id":"demo_7","elapsed_ms":55,"screenshot":{"media_type":"image/png","sha256":"630594d3dfaf9f8763ac8f688d8146db9f946998237efb78dbd025dd19e7a954","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-29 19:11:36.24179+00'),
	('01a228b8-4bfa-770f-a535-523fd9e1c2d4', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 31, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'tool_result', '{"call_id":"demo_9","elapsed_ms":64,"screenshot":{"media_type":"image/png","sha256":"7e633efc4aa019539ff7e1c40935dc31dd8da1add86eaf35bba530977ee655d4","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-29 19:11:36.441945+00'),
	('01a228b8-4de9-76e2-a140-f852276352b3', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 35, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'tool_result', '{"call_id":"demo_11","elapsed_ms":364,"screenshot":{"media_type":"image/png","sha256":"1ed8a5790845560549378311b11a951700a636b0ac5dd89db58daa168269be35","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-29 19:11:36.934018+00'),
	('01a228b8-4e3b-76f3-bab2-23234b231442', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 37, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'tool_result', '{"call_id":"demo_12","elapsed_ms":6,"screenshot":{"media_type":"image/png","sha256":"a079f29442a003a687a741f8dce13ba16a6e2c21635c0d6cba55192748ce818f","size":{"height":240,"width":320}},"shown_to_model":true,"status":"done","text":""}', '2026-11-29 19:11:37.005388+00'),
	('01a228b8-4e70-71d9-a6f3-179ac64d1d76', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 39, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'tool_result', '{"call_id":"demo_13","elapsed_ms":4,"screenshot":{"media_type":"image/png","sha256":"1ed8a5790845560549378311b11a951700a636b0ac5dd89db58daa168269be35","size":{"height":480,"width":640}},"shown_to_model":true,"status":"done","text":"X=40, Y=40"}', '2026-11-29 19:11:37.061666+00'),
	('01a228b8-4ec7-769e-9a80-a7911b1329b7', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 41, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-29 19:11:37.148908+00'),
	('01a228b8-4f53-711c-b0fc-402b72942b82', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 42, '01a228b8-4f47-7581-b1d3-040666d54033', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"what is the meaning of it all"}', '2026-11-29 19:11:37.267189+00'),
	('01a228b8-4f62-74e7-9247-c445b4cd7c72', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 43, '01a228b8-4f47-7581-b1d3-040666d54033', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-29 19:11:37.267189+00'),
	('01a228b8-51b5-7105-844b-dd4f08f1d356', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 1, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"run `echo approved`, run `echo denied`"}', '2026-11-29 19:11:37.876621+00'),
	('01a228b8-51cc-7579-b67b-576f8e5ad21a', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 2, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-29 19:11:37.876621+00'),
	('01a228b8-53a8-70d6-b0be-b01c4c530ec6', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 5, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'approval_request', '{"arguments_sha256":"935b5a85e3f228b4b23ab55525574ec15687184030bf86dd5fdbeef656d7d413","call_id":"demo_0","effects":["shell"],"tool":{"command":"echo approved","restart":false,"tool":"shell"}}', '2026-11-29 19:11:38.4091+00'),
	('01a228b8-55c1-7171-8550-ad08046ba24b', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 11, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'approval_request', '{"arguments_sha256":"f6a6b48d817a6b3c86c76593740130183ddf16a8b4e54f39a436ee3ed89c3fe4","call_id":"demo_1","effects":["shell"],"tool":{"command":"echo denied","restart":false,"tool":"shell"}}', '2026-11-29 19:11:38.946108+00'),
	('01a228b8-572b-734a-8288-1c1119951eae', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 16, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'assistant_turn', '{"content":[{"text":"I ran `echo approved`.\n\n`echo approved` printed:\n\n```\napproved\n```\n\nI didn''t run `echo denied`, because you didn''t approve it.\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":9,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I ran `echo approved`.\\n\\n`echo approved` printed:\\n\\n```\\napproved\\n```\\n\\nI didn''t run `echo denied`, because you didn''t approve it.\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:39.292319+00'),
	('01a228b8-57ed-7468-8f19-d0eab73613b2', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 20, '01a228b8-57b4-749b-a37b-e70a52392483', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-29 19:11:39.501606+00'),
	('01a228b8-5843-7374-9da5-107b8feaebf9', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 21, '01a228b8-57b4-749b-a37b-e70a52392483', 'assistant_turn', '{"content":[{"text":"I''ll ask \"Which one?\".","type":"text"},{"call_id":"demo_2","tool":{"choices":["this","that"],"question":"Which one?","tool":"ask"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll ask \\\"Which one?\\\".\"},{\"type\":\"tool_call\",\"call_id\":\"demo_2\",\"tool\":{\"tool\":\"ask\",\"question\":\"Which one?\",\"choices\":[\"this\",\"that\"]}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:39.578044+00'),
	('01a228b8-5b9a-77cd-89ce-954478498b10', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 30, '01a228b8-5a26-7672-80a7-e1687475eb41', 'takeover', '{"did":{"left_out":0,"steps":[{"at":{"x":200,"y":200},"button":"left","count":1,"did":"clicked"},{"characters":2,"did":"typed"}]},"screenshot":{"media_type":"image/jpeg","sha256":"7a33485fabc37923d641ea672c22ad9d3eff0f6bc1ad931b4264a99410dc3ce0","size":{"height":480,"width":640}}}', '2026-11-29 19:11:40.443928+00'),
	('01a228b8-5b9c-7637-bf9f-8686a43ff36a', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 31, '01a228b8-5a26-7672-80a7-e1687475eb41', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-29 19:11:40.434767+00'),
	('01a228b8-5bc4-7172-8401-0f7da7222577', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 32, '01a228b8-5a26-7672-80a7-e1687475eb41', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-29 19:11:40.475048+00'),
	('01a228b8-5be9-7050-a7a7-93657b2bdbed', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 33, '01a228b8-5a26-7672-80a7-e1687475eb41', 'assistant_turn', '{"content":[{"text":"back again\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":2,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"back again\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:40.521083+00'),
	('01a228b8-5bff-77fd-8b03-5c435116ad17', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 34, '01a228b8-5a26-7672-80a7-e1687475eb41', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-29 19:11:40.538454+00'),
	('01a228b8-5f29-7170-8e65-8896aa7196ed', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 7, '01a228b8-5c8f-7587-b710-878f3e1395b2', 'assistant_turn', '{"content":[{"text":"Done: I ran `echo first > ~/Outputs/first.txt`.\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"Done: I ran `echo first > ~/Outputs/first.txt`.\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:41.345072+00'),
	('01a228b8-5f9f-736e-863a-2f397d26b7ec', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 8, NULL, 'file', '{"chat_id":"01a228b8-5c6f-7364-8d32-7d2d99c48889","created_at":"2026-11-29T19:11:41.433516Z","id":"01a228b8-5f8c-7479-aea3-3e681ddf5fd1","media_type":"text/plain","name":"first.txt","origin":"desktop","path":"Outputs/first.txt","size":6}', '2026-11-29 19:11:41.433516+00'),
	('01a228b8-6153-7315-918d-dc0abd4fb689', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 17, '01a228b8-6094-73e4-891f-c5916bf7a6c9', 'run_state', '{"code":"withdrawn","message":"","state":"cancelled","waits_for":null}', '2026-11-29 19:11:41.888126+00'),
	('01a228b8-620e-7156-95c8-837283bc5cf4', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 20, '01a228b8-620b-7424-9983-62ffb1d61e18', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"say \"wrong\""}', '2026-11-29 19:11:42.077987+00'),
	('01a228b8-4b6f-7790-ab76-f574a086e010', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 29, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'tool_result', '{"call_id":"demo_8","elapsed_ms":32,"screenshot":{"media_type":"image/png","sha256":"630594d3dfaf9f8763ac8f688d8146db9f946998237efb78dbd025dd19e7a954","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-29 19:11:36.291368+00'),
	('01a228b8-4c2b-755e-8260-3cec52eb9d04', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 33, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'tool_result', '{"call_id":"demo_10","elapsed_ms":7,"screenshot":{"media_type":"image/png","sha256":"7e633efc4aa019539ff7e1c40935dc31dd8da1add86eaf35bba530977ee655d4","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-29 19:11:36.482479+00'),
	('01a228b8-53a0-7243-830d-f090889a6ef4', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 4, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'assistant_turn', '{"content":[{"text":"I''ll run `echo approved` and run `echo denied`.","type":"text"},{"call_id":"demo_0","tool":{"command":"echo approved","restart":false,"tool":"shell"},"type":"tool_call"},{"call_id":"demo_1","tool":{"command":"echo denied","restart":false,"tool":"shell"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `echo approved` and run `echo denied`.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo approved\",\"restart\":false}},{\"type\":\"tool_call\",\"call_id\":\"demo_1\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo denied\",\"restart\":false}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:38.397127+00'),
	('01a228b8-55af-702c-bd79-6bac05d32daf', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 10, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'tool_result', '{"call_id":"demo_0","elapsed_ms":19,"shown_to_model":false,"status":"done","text":"approved"}', '2026-11-29 19:11:38.912787+00'),
	('01a228b8-5694-7010-84d6-5dd022d308ec', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 13, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'decision', '{"arguments_sha256":"f6a6b48d817a6b3c86c76593740130183ddf16a8b4e54f39a436ee3ed89c3fe4","call_id":"demo_1","decided_by":"01a228b8-385f-77fb-aca0-1826632b2b5f","reason":"not today","verdict":"deny"}', '2026-11-29 19:11:39.158272+00'),
	('01a228b8-5897-7013-805a-43be5e3e718f', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 23, '01a228b8-57b4-749b-a37b-e70a52392483', 'answer', '{"call_id":"demo_2","text":"that"}', '2026-11-29 19:11:39.666122+00'),
	('01a228b8-5a32-71fe-af7f-69c9d951047e', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 28, '01a228b8-5a26-7672-80a7-e1687475eb41', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"say \"back again\""}', '2026-11-29 19:11:40.061858+00'),
	('01a228b8-5a44-762c-9bdf-4b44ef3dfb12', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 29, '01a228b8-5a26-7672-80a7-e1687475eb41', 'run_state', '{"code":"person_in_control","message":"You''re in control. The run begins when you hand back.","state":"queued","waits_for":null}', '2026-11-29 19:11:40.061858+00'),
	('01a228b8-5eb7-717e-98fc-89b831c047a5', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 4, '01a228b8-5c8f-7587-b710-878f3e1395b2', 'assistant_turn', '{"content":[{"text":"I''ll run `echo first > ~/Outputs/first.txt`.","type":"text"},{"call_id":"demo_0","tool":{"command":"echo first > ~/Outputs/first.txt","restart":false,"tool":"shell"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `echo first > ~/Outputs/first.txt`.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo first > ~/Outputs/first.txt\",\"restart\":false}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:41.229866+00'),
	('01a228b8-60df-712c-b165-7cf12ed46c30', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 15, '01a228b8-6027-7419-99f3-4034dde5c6c9', 'assistant_turn', '{"content":[{"text":"I''ll wait 100 s.","type":"text"},{"call_id":"demo_1","tool":{"action":{"duration_ms":100000,"type":"wait"},"tool":"computer"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll wait 100 s.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_1\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"wait\",\"duration_ms\":100000}}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:41.751578+00'),
	('01a228b8-61a8-76c0-8d5a-f8ffa3426cc6', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 18, '01a228b8-6027-7419-99f3-4034dde5c6c9', 'tool_result', '{"call_id":"demo_1","elapsed_ms":0,"shown_to_model":false,"status":"interrupted","text":"Interrupted by the user; whether it took effect is not known."}', '2026-11-29 19:11:41.993112+00'),
	('01a228b8-628e-7116-be72-9fa0df7d3d82', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 23, '01a228b8-620b-7424-9983-62ffb1d61e18', 'assistant_turn', '{"content":[{"text":"wrong\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":2,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"wrong\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:42.196795+00'),
	('01a228b8-6368-710b-afdb-709c2c75820d', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 25, '01a228b8-6355-733f-9e0a-2fc2e3577f4f', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"replaces":"01a228b8-620e-7156-95c8-837283bc5cf4","text":"say \"right\""}', '2026-11-29 19:11:42.380374+00'),
	('01a228b8-6380-70bb-bf67-bb2bd964d6f4', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 26, '01a228b8-6355-733f-9e0a-2fc2e3577f4f', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-29 19:11:42.380374+00'),
	('01a228b8-6753-7732-a7a1-1120975270c4', '01a228b8-674b-7750-ab35-20f7cee3dc21', 1, '01a228b8-674e-723f-8048-51a69e8730a4', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"say \"hello\""}', '2026-11-29 19:11:43.427687+00'),
	('01a228b8-6757-74e0-bd3f-af0c56aa54a8', '01a228b8-674b-7750-ab35-20f7cee3dc21', 2, '01a228b8-674e-723f-8048-51a69e8730a4', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-29 19:11:43.427687+00'),
	('01a228b8-6929-76ae-a525-0702cd86ac20', '01a228b8-674b-7750-ab35-20f7cee3dc21', 4, '01a228b8-674e-723f-8048-51a69e8730a4', 'assistant_turn', '{"content":[{"text":"hello\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"hello\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:43.913767+00'),
	('01a228b8-6941-71af-af0a-d2a9dbcb84bc', '01a228b8-674b-7750-ab35-20f7cee3dc21', 5, '01a228b8-674e-723f-8048-51a69e8730a4', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-29 19:11:43.937544+00'),
	('01a228b8-4b7f-718c-9af6-8a51370f7211', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 30, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'call_started', '{"call_id":"demo_9"}', '2026-11-29 19:11:36.313754+00'),
	('01a228b8-4c39-7453-bcd0-ef08b0082e67', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 34, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'call_started', '{"call_id":"demo_11"}', '2026-11-29 19:11:36.495971+00'),
	('01a228b8-4e48-71b9-a71c-ef26d3f45129', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 38, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'call_started', '{"call_id":"demo_13"}', '2026-11-29 19:11:37.025802+00'),
	('01a228b8-53bb-75ff-b66f-3e0afb37f794', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 6, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'run_state', '{"code":"approval_required","message":"Your approval is needed before the assistant runs a command.","state":"awaiting_approval","waits_for":"demo_0"}', '2026-11-29 19:11:38.42563+00'),
	('01a228b8-5573-72f6-9bd3-3c9adcd47707', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 9, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'call_started', '{"call_id":"demo_0"}', '2026-11-29 19:11:38.837866+00'),
	('01a228b8-57b8-74ee-be16-96e6e0ec3268', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 18, '01a228b8-57b4-749b-a37b-e70a52392483', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"ask \"Which one?\" with \"this\" or \"that\""}', '2026-11-29 19:11:39.427544+00'),
	('01a228b8-57bf-76c5-9557-34dc3c97fa65', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 19, '01a228b8-57b4-749b-a37b-e70a52392483', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-29 19:11:39.427544+00'),
	('01a228b8-5860-72b4-8c33-b272f2c12bdf', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 22, '01a228b8-57b4-749b-a37b-e70a52392483', 'run_state', '{"code":"question_asked","message":"Which one?","state":"awaiting_human","waits_for":"demo_2"}', '2026-11-29 19:11:39.616157+00'),
	('01a228b8-5937-7663-acde-c46c1c693e2a', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 26, '01a228b8-57b4-749b-a37b-e70a52392483', 'assistant_turn', '{"content":[{"text":"Done: I asked \"Which one?\".\n\nYou answered: that\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"Done: I asked \\\"Which one?\\\".\\n\\nYou answered: that\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:39.819574+00'),
	('01a228b8-598f-76ed-9eca-c988607d40d4', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 27, '01a228b8-57b4-749b-a37b-e70a52392483', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-29 19:11:39.877753+00'),
	('01a228b8-5ca1-7482-8f2b-140298209489', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 1, '01a228b8-5c8f-7587-b710-878f3e1395b2', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"run `echo first > ~/Outputs/first.txt`"}', '2026-11-29 19:11:40.650068+00'),
	('01a228b8-5ca5-7421-a98b-437a2a6db98b', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 2, '01a228b8-5c8f-7587-b710-878f3e1395b2', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-29 19:11:40.650068+00'),
	('01a228b8-5edf-7428-8477-a708829fc5cf', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 5, '01a228b8-5c8f-7587-b710-878f3e1395b2', 'call_started', '{"call_id":"demo_0"}', '2026-11-29 19:11:41.26334+00'),
	('01a228b8-5fce-75da-b9d5-734694527372', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 9, '01a228b8-5c8f-7587-b710-878f3e1395b2', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-29 19:11:41.50222+00'),
	('01a228b8-6032-74c0-878b-c1dc84c5f068', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 10, '01a228b8-6027-7419-99f3-4034dde5c6c9', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"wait 100 seconds"}', '2026-11-29 19:11:41.59785+00'),
	('01a228b8-603f-7003-8b99-51e7c83b918f', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 11, '01a228b8-6027-7419-99f3-4034dde5c6c9', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-29 19:11:41.59785+00'),
	('01a228b8-6078-7787-b606-e42773781c97', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 12, '01a228b8-6027-7419-99f3-4034dde5c6c9', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-29 19:11:41.671794+00'),
	('01a228b8-60ab-75cd-ae71-66eed86404fb', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 13, '01a228b8-6094-73e4-891f-c5916bf7a6c9', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"say \"never\""}', '2026-11-29 19:11:41.706232+00'),
	('01a228b8-60cf-7514-821b-66fe4f9f21d9', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 14, '01a228b8-6094-73e4-891f-c5916bf7a6c9', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-29 19:11:41.706232+00'),
	('01a228b8-6103-708f-b449-3ae8b964cbbd', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 16, '01a228b8-6027-7419-99f3-4034dde5c6c9', 'call_started', '{"call_id":"demo_1"}', '2026-11-29 19:11:41.807101+00'),
	('01a228b8-6236-7673-be55-03e47e4c5c62', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 22, '01a228b8-620b-7424-9983-62ffb1d61e18', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-29 19:11:42.135128+00'),
	('01a228b8-63c8-77e3-877e-32789beca110', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 27, '01a228b8-6355-733f-9e0a-2fc2e3577f4f', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-29 19:11:42.518963+00'),
	('01a228b8-4c0c-7565-88f7-6b3c260cdf1f', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 32, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'call_started', '{"call_id":"demo_10"}', '2026-11-29 19:11:36.451868+00'),
	('01a228b8-4e07-7366-b4b0-31b0797b91dd', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 36, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'call_started', '{"call_id":"demo_12"}', '2026-11-29 19:11:36.954363+00'),
	('01a228b8-4e80-70b2-be4a-9a17dbc3f230', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 40, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'assistant_turn', '{"content":[{"text":"Done: I opened the terminal, waited 0.5 s, clicked at 320,240, typed \"echo héllo\", pressed Return, scrolled down by 2, dragged from 10,10 to 40,40, zoomed in at 0,0, and looked where the pointer is.\n\nThe pointer is at X=40, Y=40.\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":1,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"Done: I opened the terminal, waited 0.5 s, clicked at 320,240, typed \\\"echo héllo\\\", pressed Return, scrolled down by 2, dragged from 10,10 to 40,40, zoomed in at 0,0, and looked where the pointer is.\\n\\nThe pointer is at X=40, Y=40.\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:37.085829+00'),
	('01a228b8-4f95-730e-a775-2022f9f848db', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 44, '01a228b8-4f47-7581-b1d3-040666d54033', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-29 19:11:37.365004+00'),
	('01a228b8-4feb-7528-8c85-5a50748ba590', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 45, '01a228b8-4f47-7581-b1d3-040666d54033', 'assistant_turn', '{"content":[{"text":"Hello! I''m Deskhand''s demo, not an AI: I only understand a few fixed commands, but I carry them out on a real desktop that you can watch. Try:\n\n> open the terminal, type \"echo hello from Deskhand\", press Return\n>\n> open the text editor, type \"My first note\", press ctrl+a, take a screenshot\n>\n> run `date > ~/Outputs/today.txt`, then open the file manager at ~/Outputs\n\nI can:\n- open the terminal, the browser at https://example.com, the text editor, the file manager\n- type \"some text\", press Return, press ctrl+s 3 times, hold shift for 2 seconds\n- click at 100,200, click right (or double, middle, triple) at 100,200, move to 100,200, drag from 100,200 to 300,400, mouse down, mouse up, where is the pointer?\n- scroll down 5 at 100,200, wait 2 seconds\n- take a screenshot, zoom from 0,0 to 640,400\n- run `ls ~`, restart the shell\n- write \"text\" into ~/Outputs/notes.txt, read ~/Outputs/notes.txt, replace \"old\" with \"new\" in ~/Outputs/notes.txt, insert \"a line\" into ~/Outputs/notes.txt after line 2, undo the last edit of ~/Outputs/notes.txt\n- say \"hello\", ask \"Which one?\" with \"this\" or \"that\"\n\nPut commas, line ends, \"then\" or \"and\" between commands.\n\nTo have Claude understand anything you write, set ANTHROPIC_API_KEY where Deskhand is started, then restart Deskhand.","type":"text"}],"cost":{"elapsed_ms":17,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"Hello! I''m Deskhand''s demo, not an AI: I only understand a few fixed commands, but I carry them out on a real desktop that you can watch. Try:\\n\\n> open the terminal, type \\\"echo hello from Deskhand\\\", press Return\\n>\\n> open the text editor, type \\\"My first note\\\", press ctrl+a, take a screenshot\\n>\\n> run `date > ~/Outputs/today.txt`, then open the file manager at ~/Outputs\\n\\nI can:\\n- open the terminal, the browser at https://example.com, the text editor, the file manager\\n- type \\\"some text\\\", press Return, press ctrl+s 3 times, hold shift for 2 seconds\\n- click at 100,200, click right (or double, middle, triple) at 100,200, move to 100,200, drag from 100,200 to 300,400, mouse down, mouse up, where is the pointer?\\n- scroll down 5 at 100,200, wait 2 seconds\\n- take a screenshot, zoom from 0,0 to 640,400\\n- run `ls ~`, restart the shell\\n- write \\\"text\\\" into ~/Outputs/notes.txt, read ~/Outputs/notes.txt, replace \\\"old\\\" with \\\"new\\\" in ~/Outputs/notes.txt, insert \\\"a line\\\" into ~/Outputs/notes.txt after line 2, undo the last edit of ~/Outputs/notes.txt\\n- say \\\"hello\\\", ask \\\"Which one?\\\" with \\\"this\\\" or \\\"that\\\"\\n\\nPut commas, line ends, \\\"then\\\" or \\\"and\\\" between commands.\\n\\nTo have Claude understand anything you write, set ANTHROPIC_API_KEY where Deskhand is started, then restart Deskhand.\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:37.450686+00'),
	('01a228b8-500f-73e5-8106-ccfa43425cf4', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 46, '01a228b8-4f47-7581-b1d3-040666d54033', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-29 19:11:37.482032+00'),
	('01a228b8-5211-71f3-a452-706b2b922523', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 3, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-29 19:11:37.998189+00'),
	('01a228b8-54cc-729f-9234-6ffb6dd128e1', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 7, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'decision', '{"arguments_sha256":"935b5a85e3f228b4b23ab55525574ec15687184030bf86dd5fdbeef656d7d413","call_id":"demo_0","decided_by":"01a228b8-385f-77fb-aca0-1826632b2b5f","verdict":"approve"}', '2026-11-29 19:11:38.702096+00'),
	('01a228b8-5506-74a0-981d-764352d0aa2f', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 8, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-29 19:11:38.734996+00');
INSERT INTO public.events VALUES
	('01a228b8-55fa-769e-b753-06e87bdfa8ba', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 12, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'run_state', '{"code":"approval_required","message":"Your approval is needed before the assistant runs a command.","state":"awaiting_approval","waits_for":"demo_1"}', '2026-11-29 19:11:38.98564+00'),
	('01a228b8-56c5-73ec-b870-f88e0831d625', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 14, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-29 19:11:39.200805+00'),
	('01a228b8-570f-7388-9513-ee92e6eb42c2', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 15, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'tool_result', '{"call_id":"demo_1","elapsed_ms":0,"shown_to_model":false,"status":"not_executed","text":"Not executed: the person did not approve this. The person says: not today"}', '2026-11-29 19:11:39.259228+00'),
	('01a228b8-5751-7649-b1f2-230e9957713e', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 17, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-29 19:11:39.343105+00'),
	('01a228b8-58d3-7774-b70c-ead5bdb29792', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 24, '01a228b8-57b4-749b-a37b-e70a52392483', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-29 19:11:39.721515+00'),
	('01a228b8-591f-70ca-9d77-180e5a63090b', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 25, '01a228b8-57b4-749b-a37b-e70a52392483', 'tool_result', '{"call_id":"demo_2","elapsed_ms":0,"shown_to_model":false,"status":"done","text":"that"}', '2026-11-29 19:11:39.797732+00'),
	('01a228b8-5ccf-77a6-a5ab-9c753eb59598', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 3, '01a228b8-5c8f-7587-b710-878f3e1395b2', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-29 19:11:40.746731+00'),
	('01a228b8-5f13-73ed-8f9a-966f8614cbd7', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 6, '01a228b8-5c8f-7587-b710-878f3e1395b2', 'tool_result', '{"call_id":"demo_0","elapsed_ms":14,"shown_to_model":false,"status":"done","text":"(no output)"}', '2026-11-29 19:11:41.307515+00'),
	('01a228b8-61c2-73b5-9847-6fd475daa115', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 19, '01a228b8-6027-7419-99f3-4034dde5c6c9', 'run_state', '{"code":"cancelled","message":"","state":"cancelled","waits_for":null}', '2026-11-29 19:11:42.012761+00'),
	('01a228b8-62db-7622-93dc-e776cbdbb73d', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 24, '01a228b8-620b-7424-9983-62ffb1d61e18', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-29 19:11:42.286394+00'),
	('01a228b8-6411-7458-9053-e454540781b9', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 28, '01a228b8-6355-733f-9e0a-2fc2e3577f4f', 'assistant_turn', '{"content":[{"text":"right\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"right\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:42.606142+00'),
	('01a228b8-6458-73cb-adeb-26cad89f7945', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 29, '01a228b8-6355-733f-9e0a-2fc2e3577f4f', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-29 19:11:42.653285+00'),
	('01a228b8-6219-7170-a0a4-d765e7a68d2f', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 21, '01a228b8-620b-7424-9983-62ffb1d61e18', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-29 19:11:42.077987+00'),
	('01a228b8-6512-77d9-b69e-d3ffe72aa750', '01a228b8-650f-70ff-a3ff-a8bb08b9ef13', 1, '01a228b8-6510-752b-91f9-517feba86598', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"run `echo first > ~/Outputs/first.txt`"}', '2026-11-29 19:11:40.650068+00'),
	('01a228b8-6512-77d9-b69e-d400a43ae0d8', '01a228b8-650f-70ff-a3ff-a8bb08b9ef13', 2, '01a228b8-6510-752b-91f9-517feba86598', 'assistant_turn', '{"content":[{"text":"I''ll run `echo first > ~/Outputs/first.txt`.","type":"text"},{"call_id":"demo_0","tool":{"command":"echo first > ~/Outputs/first.txt","restart":false,"tool":"shell"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `echo first > ~/Outputs/first.txt`.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo first > ~/Outputs/first.txt\",\"restart\":false}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:41.229866+00'),
	('01a228b8-6512-77d9-b69e-d40136bf22e3', '01a228b8-650f-70ff-a3ff-a8bb08b9ef13', 3, '01a228b8-6510-752b-91f9-517feba86598', 'call_started', '{"call_id":"demo_0"}', '2026-11-29 19:11:41.26334+00'),
	('01a228b8-6512-77d9-b69e-d40241214908', '01a228b8-650f-70ff-a3ff-a8bb08b9ef13', 4, '01a228b8-6510-752b-91f9-517feba86598', 'tool_result', '{"call_id":"demo_0","elapsed_ms":14,"shown_to_model":false,"status":"done","text":"(no output)"}', '2026-11-29 19:11:41.307515+00'),
	('01a228b8-6512-77d9-b69e-d4030cfb0735', '01a228b8-650f-70ff-a3ff-a8bb08b9ef13', 5, '01a228b8-6510-752b-91f9-517feba86598', 'run_state', '{"code":"forked","message":"","state":"cancelled","waits_for":null}', '2026-11-29 19:11:42.838945+00'),
	('01a228b8-677f-7263-be6f-7058ac8b02c1', '01a228b8-674b-7750-ab35-20f7cee3dc21', 3, '01a228b8-674e-723f-8048-51a69e8730a4', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-29 19:11:43.473404+00'),
	('01a228b8-7670-72bb-80d1-d3fb29017a57', '01a228b8-764b-772e-921e-eaa3c83bd0cf', 1, '01a228b8-7658-7306-b36d-2e2835ee260a', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"take a screenshot"}', '2026-11-29 19:11:47.268984+00'),
	('01a228b8-767d-7417-8a5d-a0fae52bdb22', '01a228b8-764b-772e-921e-eaa3c83bd0cf', 2, '01a228b8-7658-7306-b36d-2e2835ee260a', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-29 19:11:47.268984+00'),
	('01a228b8-76aa-7025-b66c-91fa85d214a5', '01a228b8-764b-772e-921e-eaa3c83bd0cf', 3, '01a228b8-7658-7306-b36d-2e2835ee260a', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-29 19:11:47.361477+00'),
	('01a228b8-78a3-740c-8c67-6dc4832969d7', '01a228b8-764b-772e-921e-eaa3c83bd0cf', 4, '01a228b8-7658-7306-b36d-2e2835ee260a', 'run_state', '{"code":"api_key_refused","message":"Anthropic rejected the API key. Check ANTHROPIC_API_KEY where Deskhand is started (create keys at console.anthropic.com), then restart Deskhand.","state":"failed","waits_for":null}', '2026-11-29 19:11:47.840416+00'),
	('01a228b8-82cb-7065-a0d2-d199d44ffadb', '01a228b8-82ab-70b7-91fb-2de4d354b7ec', 1, '01a228b8-82c4-7649-a856-65344157397a', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"run `until [ -e ~/go ]; do sleep 0.1; done`, run `echo resumed`"}', '2026-11-29 19:11:50.433754+00'),
	('01a228b8-82dc-77bb-ae51-6c5513ec7968', '01a228b8-82ab-70b7-91fb-2de4d354b7ec', 2, '01a228b8-82c4-7649-a856-65344157397a', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-29 19:11:50.433754+00'),
	('01a228b8-8348-77bf-8c31-e0391bbcffd4', '01a228b8-82ab-70b7-91fb-2de4d354b7ec', 3, '01a228b8-82c4-7649-a856-65344157397a', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-29 19:11:50.581651+00'),
	('01a228b8-85d1-711b-9c75-f0e3c14ad7a8', '01a228b8-82ab-70b7-91fb-2de4d354b7ec', 4, '01a228b8-82c4-7649-a856-65344157397a', 'assistant_turn', '{"content":[{"text":"I''ll run `until [ -e ~/go ]; do sleep 0.1; done` and run `echo resumed`.","type":"text"},{"call_id":"demo_0","tool":{"command":"until [ -e ~/go ]; do sleep 0.1; done","restart":false,"tool":"shell"},"type":"tool_call"},{"call_id":"demo_1","tool":{"command":"echo resumed","restart":false,"tool":"shell"},"type":"tool_call"}],"cost":{"elapsed_ms":8,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `until [ -e ~/go ]; do sleep 0.1; done` and run `echo resumed`.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"until [ -e ~/go ]; do sleep 0.1; done\",\"restart\":false}},{\"type\":\"tool_call\",\"call_id\":\"demo_1\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo resumed\",\"restart\":false}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:51.223682+00'),
	('01a228b8-85ed-7161-9632-5b959a40632f', '01a228b8-82ab-70b7-91fb-2de4d354b7ec', 5, '01a228b8-82c4-7649-a856-65344157397a', 'call_started', '{"call_id":"demo_0"}', '2026-11-29 19:11:51.263078+00'),
	('01a228b8-869b-7663-965b-cf80606c814e', '01a228b8-82ab-70b7-91fb-2de4d354b7ec', 6, '01a228b8-82c4-7649-a856-65344157397a', 'tool_result', '{"call_id":"demo_0","elapsed_ms":127,"shown_to_model":false,"status":"done","text":"(no output)"}', '2026-11-29 19:11:51.419455+00'),
	('01a228b8-8717-76ec-84ba-bd805d1c6783', '01a228b8-82ab-70b7-91fb-2de4d354b7ec', 7, '01a228b8-82c4-7649-a856-65344157397a', 'run_state', '{"code":"paused","message":"You paused the run. Resume it when you are ready.","state":"paused","waits_for":null}', '2026-11-29 19:11:51.476368+00'),
	('01a228b8-87da-7347-a530-2283a5477d98', '01a228b8-8759-74dd-a97a-35f5d74c8a0a', 1, '01a228b8-87d3-758d-8115-9bfdc9d0a324', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"run `echo approved > ~/Outputs/approved.txt`"}', '2026-11-29 19:11:51.746312+00'),
	('01a228b8-87eb-758f-8164-4dfc36c2faf4', '01a228b8-8759-74dd-a97a-35f5d74c8a0a', 2, '01a228b8-87d3-758d-8115-9bfdc9d0a324', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-29 19:11:51.746312+00'),
	('01a228b8-884d-71a2-99df-fe29a5aaff43', '01a228b8-8759-74dd-a97a-35f5d74c8a0a', 3, '01a228b8-87d3-758d-8115-9bfdc9d0a324', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-29 19:11:51.853551+00'),
	('01a228b8-8a93-77b4-9648-29e8f03fab54', '01a228b8-8759-74dd-a97a-35f5d74c8a0a', 4, '01a228b8-87d3-758d-8115-9bfdc9d0a324', 'assistant_turn', '{"content":[{"text":"I''ll run `echo approved > ~/Outputs/approved.txt`.","type":"text"},{"call_id":"demo_0","tool":{"command":"echo approved > ~/Outputs/approved.txt","restart":false,"tool":"shell"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `echo approved > ~/Outputs/approved.txt`.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo approved > ~/Outputs/approved.txt\",\"restart\":false}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-29 19:11:52.446504+00'),
	('01a228b8-8ac1-76cc-95bf-e09d36bb8ea4', '01a228b8-8759-74dd-a97a-35f5d74c8a0a', 5, '01a228b8-87d3-758d-8115-9bfdc9d0a324', 'approval_request', '{"arguments_sha256":"be5dfacb75f57af4380456cddfd9f2cd3f5d6da075df31e9116cd1a84e396ba3","call_id":"demo_0","effects":["shell"],"tool":{"command":"echo approved > ~/Outputs/approved.txt","restart":false,"tool":"shell"}}', '2026-11-29 19:11:52.498253+00'),
	('01a228b8-8ae3-743c-b132-5a51a366f53f', '01a228b8-8759-74dd-a97a-35f5d74c8a0a', 6, '01a228b8-87d3-758d-8115-9bfdc9d0a324', 'run_state', '{"code":"approval_required","message":"Your approval is needed before the assistant runs a command.","state":"awaiting_approval","waits_for":"demo_0"}', '2026-11-29 19:11:52.530104+00');


--
-- Data for Name: files; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.files VALUES
	('01a228b8-3d9b-76ee-90d1-147ebcc0ea02', '01a228b8-385f-77fb-aca0-1826632b2b5f', NULL, 'list.txt', 'text/plain', 5, '28b3e2baaf822711e28e8abc0228b6970dfe70432b4890dfee92f352959d27e0', NULL, NULL, '2026-11-29 19:11:32.765708+00'),
	('01a228b8-45eb-7116-af76-b9f0041e6ac5', '01a228b8-385f-77fb-aca0-1826632b2b5f', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 'copy.txt', 'text/plain', 5, '28b3e2baaf822711e28e8abc0228b6970dfe70432b4890dfee92f352959d27e0', 'Outputs/copy.txt', 1795979494277, '2026-11-29 19:11:34.869496+00'),
	('01a228b8-5f8c-7479-aea3-3e681ddf5fd1', '01a228b8-385f-77fb-aca0-1826632b2b5f', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 'first.txt', 'text/plain', 6, 'b640e840b19d378660b32fb51ae18d67dccb4a8596a29e7bd72c1b2ae5928f41', 'Outputs/first.txt', 1795979501294, '2026-11-29 19:11:41.433516+00'),
	('01a228b8-6984-740b-b126-076ee8736ce7', '01a228b8-3ce9-70bf-b069-c46c609e038c', NULL, 'secret.txt', 'text/plain', 11, 'c646a2c09543c013b1d37e69b593c4b397a0eb6df8cc5bd8818d95c1b253e62f', NULL, NULL, '2026-11-29 19:11:44.006439+00');


--
-- Data for Name: idempotency_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.idempotency_keys VALUES
	('01a228b8-385f-77fb-aca0-1826632b2b5f', 'upload', '\x0eab1be8ce20a8cf3e6be043bb5b53b2d7f0882f27b54f805aa6de63c9d6dc06', '{"chat_id":null,"created_at":"2026-11-29T19:11:32.765708Z","id":"01a228b8-3d9b-76ee-90d1-147ebcc0ea02","media_type":"text/plain","name":"list.txt","origin":"upload","path":null,"size":5}', '2026-11-29 19:11:32.765708+00'),
	('01a228b8-385f-77fb-aca0-1826632b2b5f', 'chat', '\x45b0da33dccc3f20be284f15eeb2bb4d4863df53baabdf4eeb6a2f959b86e864', '{"approval":null,"created_at":"2026-11-29T19:11:33.037732Z","id":"01a228b8-3ec7-75b7-b86f-18a4cca68364","messages":[{"created_at":"2026-11-29T19:11:33.037732Z","extra_data":{},"files":[{"id":"01a228b8-3d9b-76ee-90d1-147ebcc0ea02","name":"list.txt","path":"Uploads/list.txt"}],"id":"01a228b8-3f7e-706b-8d95-958351199ebc","message":"run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, create ~/notes.txt with \"kept for later\", replace \"later\" with \"good\" in ~/notes.txt, read ~/notes.txt, take a screenshot","role":"user","run_id":"01a228b8-3ed3-72d2-a8ff-2d629e252805","seq":1}],"messages_before":null,"run":{"chat_id":"01a228b8-3ec7-75b7-b86f-18a4cca68364","code":"","created_at":"2026-11-29T19:11:33.037732Z","finished_at":null,"id":"01a228b8-3ed3-72d2-a8ff-2d629e252805","message":"","pause_requested":false,"started_at":null,"state":"queued","waits_for":null},"run_state":"queued","title":"run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, create…","updated_at":"2026-11-29T19:11:33.037732Z"}', '2026-11-29 19:11:33.037732+00'),
	('01a228b8-385f-77fb-aca0-1826632b2b5f', 'fork', '\xf76712df39a3106e7d4892257c687e03ea4e35e08b5a390ece89937d32c0e110', '{"approval":null,"created_at":"2026-11-29T19:11:42.838945Z","id":"01a228b8-650f-70ff-a3ff-a8bb08b9ef13","messages":[{"created_at":"2026-11-29T19:11:40.650068Z","extra_data":{},"files":[],"id":"01a228b8-6512-77d9-b69e-d3ffe72aa750","message":"run `echo first > ~/Outputs/first.txt`","role":"user","run_id":"01a228b8-6510-752b-91f9-517feba86598","seq":1},{"created_at":"2026-11-29T19:11:41.229866Z","extra_data":{},"files":[],"id":"01a228b8-6512-77d9-b69e-d400a43ae0d8","message":"I''ll run `echo first > ~/Outputs/first.txt`.","role":"assistant","run_id":"01a228b8-6510-752b-91f9-517feba86598","seq":2}],"messages_before":null,"run":{"chat_id":"01a228b8-650f-70ff-a3ff-a8bb08b9ef13","code":"forked","created_at":"2026-11-29T19:11:42.838945Z","finished_at":"2026-11-29T19:11:42.838945Z","id":"01a228b8-6510-752b-91f9-517feba86598","message":"","pause_requested":false,"started_at":null,"state":"cancelled","waits_for":null},"run_state":"cancelled","title":"run `echo first > ~/Outputs/first.txt`","updated_at":"2026-11-29T19:11:42.838945Z"}', '2026-11-29 19:11:42.838945+00'),
	('01a228b8-3ce9-70bf-b069-c46c609e038c', 'upload', '\x129bbad24e247cfc1e2f3dcae18fb96b93dc66cbea7c5a4b0617e1489c5d495c', '{"chat_id":null,"created_at":"2026-11-29T19:11:44.006439Z","id":"01a228b8-6984-740b-b126-076ee8736ce7","media_type":"text/plain","name":"secret.txt","origin":"upload","path":null,"size":11}', '2026-11-29 19:11:44.006439+00');


--
-- Data for Name: installation; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.installation VALUES
	('682c6c52-6e53-4b83-8ed1-cbabc30d4a3d');


--
-- Data for Name: internet_requests; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: live_turn_pieces; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: messages; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.messages VALUES
	('01a228b8-3f7e-706b-8d95-958351199ebc', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 1, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'user', 'run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, create ~/notes.txt with "kept for later", replace "later" with "good" in ~/notes.txt, read ~/notes.txt, take a screenshot', '{}', '[{"id":"01a228b8-3d9b-76ee-90d1-147ebcc0ea02","name":"list.txt","path":"Uploads/list.txt"}]', '2026-11-29 19:11:33.037732+00'),
	('01a228b8-4347-712e-a74b-5df64e1e0ddf', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 4, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'assistant', 'I''ll run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, write ~/notes.txt, replace "later" in ~/notes.txt, read ~/notes.txt, and take a screenshot.', '{}', '[]', '2026-11-29 19:11:34.202699+00'),
	('01a228b8-4575-7164-a8d7-801682e654ca', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 15, '01a228b8-3ed3-72d2-a8ff-2d629e252805', 'assistant', 'Done: I ran `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, wrote ~/notes.txt, replaced "later" in ~/notes.txt, read ~/notes.txt, and took a screenshot.

In `~/notes.txt`:

```
     1	kept for good
```

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-29 19:11:34.762774+00'),
	('01a228b8-4696-7605-828a-abbd1009e631', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 18, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'user', 'open the terminal, wait 500 ms, click at 320,240, type "echo héllo", press Return, scroll down 2, drag from 10,10 to 40,40, zoom from 0,0 to 320,240, where is the pointer', '{"from":"a program"}', '[]', '2026-11-29 19:11:35.046247+00'),
	('01a228b8-473a-75f4-b4e8-823ee1b551d6', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 21, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'assistant', 'I''ll open the terminal, wait 0.5 s, click at 320,240, type "echo héllo", press Return, scroll down by 2, drag from 10,10 to 40,40, zoom in at 0,0, and look where the pointer is.', '{}', '[]', '2026-11-29 19:11:35.223012+00'),
	('01a228b8-4e80-70b2-be4a-9a17dbc3f230', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 40, '01a228b8-468b-72e0-a276-7e4dc0d16271', 'assistant', 'Done: I opened the terminal, waited 0.5 s, clicked at 320,240, typed "echo héllo", pressed Return, scrolled down by 2, dragged from 10,10 to 40,40, zoomed in at 0,0, and looked where the pointer is.

The pointer is at X=40, Y=40.

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-29 19:11:37.085829+00'),
	('01a228b8-4f53-711c-b0fc-402b72942b82', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 42, '01a228b8-4f47-7581-b1d3-040666d54033', 'user', 'what is the meaning of it all', '{}', '[]', '2026-11-29 19:11:37.267189+00'),
	('01a228b8-4feb-7528-8c85-5a50748ba590', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 45, '01a228b8-4f47-7581-b1d3-040666d54033', 'assistant', 'Hello! I''m Deskhand''s demo, not an AI: I only understand a few fixed commands, but I carry them out on a real desktop that you can watch. Try:

> open the terminal, type "echo hello from Deskhand", press Return
>
> open the text editor, type "My first note", press ctrl+a, take a screenshot
>
> run `date > ~/Outputs/today.txt`, then open the file manager at ~/Outputs

I can:
- open the terminal, the browser at https://example.com, the text editor, the file manager
- type "some text", press Return, press ctrl+s 3 times, hold shift for 2 seconds
- click at 100,200, click right (or double, middle, triple) at 100,200, move to 100,200, drag from 100,200 to 300,400, mouse down, mouse up, where is the pointer?
- scroll down 5 at 100,200, wait 2 seconds
- take a screenshot, zoom from 0,0 to 640,400
- run `ls ~`, restart the shell
- write "text" into ~/Outputs/notes.txt, read ~/Outputs/notes.txt, replace "old" with "new" in ~/Outputs/notes.txt, insert "a line" into ~/Outputs/notes.txt after line 2, undo the last edit of ~/Outputs/notes.txt
- say "hello", ask "Which one?" with "this" or "that"

Put commas, line ends, "then" or "and" between commands.

To have Claude understand anything you write, set ANTHROPIC_API_KEY where Deskhand is started, then restart Deskhand.', '{}', '[]', '2026-11-29 19:11:37.450686+00'),
	('01a228b8-51b5-7105-844b-dd4f08f1d356', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 1, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'user', 'run `echo approved`, run `echo denied`', '{}', '[]', '2026-11-29 19:11:37.876621+00'),
	('01a228b8-53a0-7243-830d-f090889a6ef4', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 4, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'assistant', 'I''ll run `echo approved` and run `echo denied`.', '{}', '[]', '2026-11-29 19:11:38.397127+00'),
	('01a228b8-572b-734a-8288-1c1119951eae', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 16, '01a228b8-51a7-77b1-a98e-97963fc1de2a', 'assistant', 'I ran `echo approved`.

`echo approved` printed:

```
approved
```

I didn''t run `echo denied`, because you didn''t approve it.

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-29 19:11:39.292319+00'),
	('01a228b8-57b8-74ee-be16-96e6e0ec3268', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 18, '01a228b8-57b4-749b-a37b-e70a52392483', 'user', 'ask "Which one?" with "this" or "that"', '{}', '[]', '2026-11-29 19:11:39.427544+00'),
	('01a228b8-5843-7374-9da5-107b8feaebf9', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 21, '01a228b8-57b4-749b-a37b-e70a52392483', 'assistant', 'I''ll ask "Which one?".', '{}', '[]', '2026-11-29 19:11:39.578044+00'),
	('01a228b8-5937-7663-acde-c46c1c693e2a', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 26, '01a228b8-57b4-749b-a37b-e70a52392483', 'assistant', 'Done: I asked "Which one?".

You answered: that

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-29 19:11:39.819574+00'),
	('01a228b8-5a32-71fe-af7f-69c9d951047e', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 28, '01a228b8-5a26-7672-80a7-e1687475eb41', 'user', 'say "back again"', '{}', '[]', '2026-11-29 19:11:40.061858+00'),
	('01a228b8-5be9-7050-a7a7-93657b2bdbed', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 33, '01a228b8-5a26-7672-80a7-e1687475eb41', 'assistant', 'back again

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-29 19:11:40.521083+00'),
	('01a228b8-5ca1-7482-8f2b-140298209489', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 1, '01a228b8-5c8f-7587-b710-878f3e1395b2', 'user', 'run `echo first > ~/Outputs/first.txt`', '{}', '[]', '2026-11-29 19:11:40.650068+00'),
	('01a228b8-5eb7-717e-98fc-89b831c047a5', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 4, '01a228b8-5c8f-7587-b710-878f3e1395b2', 'assistant', 'I''ll run `echo first > ~/Outputs/first.txt`.', '{}', '[]', '2026-11-29 19:11:41.229866+00'),
	('01a228b8-5f29-7170-8e65-8896aa7196ed', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 7, '01a228b8-5c8f-7587-b710-878f3e1395b2', 'assistant', 'Done: I ran `echo first > ~/Outputs/first.txt`.

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-29 19:11:41.345072+00'),
	('01a228b8-6032-74c0-878b-c1dc84c5f068', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 10, '01a228b8-6027-7419-99f3-4034dde5c6c9', 'user', 'wait 100 seconds', '{}', '[]', '2026-11-29 19:11:41.59785+00'),
	('01a228b8-60ab-75cd-ae71-66eed86404fb', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 13, '01a228b8-6094-73e4-891f-c5916bf7a6c9', 'user', 'say "never"', '{}', '[]', '2026-11-29 19:11:41.706232+00'),
	('01a228b8-60df-712c-b165-7cf12ed46c30', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 15, '01a228b8-6027-7419-99f3-4034dde5c6c9', 'assistant', 'I''ll wait 100 s.', '{}', '[]', '2026-11-29 19:11:41.751578+00'),
	('01a228b8-620e-7156-95c8-837283bc5cf4', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 20, '01a228b8-620b-7424-9983-62ffb1d61e18', 'user', 'say "wrong"', '{}', '[]', '2026-11-29 19:11:42.077987+00'),
	('01a228b8-628e-7116-be72-9fa0df7d3d82', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 23, '01a228b8-620b-7424-9983-62ffb1d61e18', 'assistant', 'wrong

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-29 19:11:42.196795+00'),
	('01a228b8-6368-710b-afdb-709c2c75820d', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 25, '01a228b8-6355-733f-9e0a-2fc2e3577f4f', 'user', 'say "right"', '{}', '[]', '2026-11-29 19:11:42.380374+00'),
	('01a228b8-6411-7458-9053-e454540781b9', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 28, '01a228b8-6355-733f-9e0a-2fc2e3577f4f', 'assistant', 'right

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-29 19:11:42.606142+00'),
	('01a228b8-6512-77d9-b69e-d3ffe72aa750', '01a228b8-650f-70ff-a3ff-a8bb08b9ef13', 1, '01a228b8-6510-752b-91f9-517feba86598', 'user', 'run `echo first > ~/Outputs/first.txt`', '{}', '[]', '2026-11-29 19:11:40.650068+00'),
	('01a228b8-6512-77d9-b69e-d400a43ae0d8', '01a228b8-650f-70ff-a3ff-a8bb08b9ef13', 2, '01a228b8-6510-752b-91f9-517feba86598', 'assistant', 'I''ll run `echo first > ~/Outputs/first.txt`.', '{}', '[]', '2026-11-29 19:11:41.229866+00'),
	('01a228b8-6753-7732-a7a1-1120975270c4', '01a228b8-674b-7750-ab35-20f7cee3dc21', 1, '01a228b8-674e-723f-8048-51a69e8730a4', 'user', 'say "hello"', '{}', '[]', '2026-11-29 19:11:43.427687+00'),
	('01a228b8-6929-76ae-a525-0702cd86ac20', '01a228b8-674b-7750-ab35-20f7cee3dc21', 4, '01a228b8-674e-723f-8048-51a69e8730a4', 'assistant', 'hello

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-29 19:11:43.913767+00'),
	('01a228b8-7670-72bb-80d1-d3fb29017a57', '01a228b8-764b-772e-921e-eaa3c83bd0cf', 1, '01a228b8-7658-7306-b36d-2e2835ee260a', 'user', 'take a screenshot', '{}', '[]', '2026-11-29 19:11:47.268984+00'),
	('01a228b8-82cb-7065-a0d2-d199d44ffadb', '01a228b8-82ab-70b7-91fb-2de4d354b7ec', 1, '01a228b8-82c4-7649-a856-65344157397a', 'user', 'run `until [ -e ~/go ]; do sleep 0.1; done`, run `echo resumed`', '{}', '[]', '2026-11-29 19:11:50.433754+00'),
	('01a228b8-85d1-711b-9c75-f0e3c14ad7a8', '01a228b8-82ab-70b7-91fb-2de4d354b7ec', 4, '01a228b8-82c4-7649-a856-65344157397a', 'assistant', 'I''ll run `until [ -e ~/go ]; do sleep 0.1; done` and run `echo resumed`.', '{}', '[]', '2026-11-29 19:11:51.223682+00'),
	('01a228b8-87da-7347-a530-2283a5477d98', '01a228b8-8759-74dd-a97a-35f5d74c8a0a', 1, '01a228b8-87d3-758d-8115-9bfdc9d0a324', 'user', 'run `echo approved > ~/Outputs/approved.txt`', '{}', '[]', '2026-11-29 19:11:51.746312+00'),
	('01a228b8-8a93-77b4-9648-29e8f03fab54', '01a228b8-8759-74dd-a97a-35f5d74c8a0a', 4, '01a228b8-87d3-758d-8115-9bfdc9d0a324', 'assistant', 'I''ll run `echo approved > ~/Outputs/approved.txt`.', '{}', '[]', '2026-11-29 19:11:52.446504+00');


--
-- Data for Name: pool_desktops; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: runs; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.runs VALUES
	('01a228b8-3ed3-72d2-a8ff-2d629e252805', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-29 19:11:33.037732+00', '2026-11-29 19:11:33.412324+00', '2026-11-29 19:11:34.939764+00', NULL, false, false, 1),
	('01a228b8-468b-72e0-a276-7e4dc0d16271', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-29 19:11:35.046247+00', '2026-11-29 19:11:35.090746+00', '2026-11-29 19:11:37.148908+00', NULL, false, false, 2),
	('01a228b8-4f47-7581-b1d3-040666d54033', '01a228b8-3ec7-75b7-b86f-18a4cca68364', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-29 19:11:37.267189+00', '2026-11-29 19:11:37.34009+00', '2026-11-29 19:11:37.482032+00', NULL, false, false, 3),
	('01a228b8-51a7-77b1-a98e-97963fc1de2a', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 'succeeded', 'end_turn', '', false, NULL, NULL, 3, '2026-11-29 19:11:37.876621+00', '2026-11-29 19:11:37.95478+00', '2026-11-29 19:11:39.343105+00', NULL, false, false, 4),
	('01a228b8-57b4-749b-a37b-e70a52392483', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 'succeeded', 'end_turn', '', false, NULL, NULL, 2, '2026-11-29 19:11:39.427544+00', '2026-11-29 19:11:39.467923+00', '2026-11-29 19:11:39.877753+00', NULL, false, false, 5),
	('01a228b8-82c4-7649-a856-65344157397a', '01a228b8-82ab-70b7-91fb-2de4d354b7ec', 'paused', 'paused', 'You paused the run. Resume it when you are ready.', false, NULL, NULL, 1, '2026-11-29 19:11:50.433754+00', '2026-11-29 19:11:50.530023+00', NULL, NULL, false, false, 15),
	('01a228b8-5a26-7672-80a7-e1687475eb41', '01a228b8-506b-75bc-97cd-73e6ad5987a2', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-29 19:11:40.061858+00', '2026-11-29 19:11:40.453605+00', '2026-11-29 19:11:40.538454+00', NULL, false, false, 6),
	('01a228b8-5c8f-7587-b710-878f3e1395b2', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-29 19:11:40.650068+00', '2026-11-29 19:11:40.734565+00', '2026-11-29 19:11:41.50222+00', NULL, false, false, 7),
	('01a228b8-87d3-758d-8115-9bfdc9d0a324', '01a228b8-8759-74dd-a97a-35f5d74c8a0a', 'awaiting_approval', 'approval_required', 'Your approval is needed before the assistant runs a command.', false, NULL, NULL, 1, '2026-11-29 19:11:51.746312+00', '2026-11-29 19:11:51.814386+00', NULL, 'demo_0', false, false, 16),
	('01a228b8-6094-73e4-891f-c5916bf7a6c9', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 'cancelled', 'withdrawn', '', true, NULL, NULL, 0, '2026-11-29 19:11:41.706232+00', NULL, '2026-11-29 19:11:41.888126+00', NULL, false, true, 9),
	('01a228b8-6027-7419-99f3-4034dde5c6c9', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 'cancelled', 'cancelled', '', true, NULL, NULL, 1, '2026-11-29 19:11:41.59785+00', '2026-11-29 19:11:41.649896+00', '2026-11-29 19:11:42.012761+00', NULL, false, false, 8),
	('01a228b8-620b-7424-9983-62ffb1d61e18', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 'succeeded', 'end_turn', '', true, NULL, NULL, 1, '2026-11-29 19:11:42.077987+00', '2026-11-29 19:11:42.11156+00', '2026-11-29 19:11:42.286394+00', NULL, false, true, 10),
	('01a228b8-6355-733f-9e0a-2fc2e3577f4f', '01a228b8-5c6f-7364-8d32-7d2d99c48889', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-29 19:11:42.380374+00', '2026-11-29 19:11:42.498424+00', '2026-11-29 19:11:42.653285+00', NULL, false, false, 11),
	('01a228b8-6510-752b-91f9-517feba86598', '01a228b8-650f-70ff-a3ff-a8bb08b9ef13', 'cancelled', 'forked', '', false, NULL, NULL, 0, '2026-11-29 19:11:42.838945+00', NULL, '2026-11-29 19:11:42.838945+00', NULL, false, false, 12),
	('01a228b8-674e-723f-8048-51a69e8730a4', '01a228b8-674b-7750-ab35-20f7cee3dc21', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-29 19:11:43.427687+00', '2026-11-29 19:11:43.462504+00', '2026-11-29 19:11:43.937544+00', NULL, false, false, 13),
	('01a228b8-7658-7306-b36d-2e2835ee260a', '01a228b8-764b-772e-921e-eaa3c83bd0cf', 'failed', 'api_key_refused', 'Anthropic rejected the API key. Check ANTHROPIC_API_KEY where Deskhand is started (create keys at console.anthropic.com), then restart Deskhand.', false, NULL, NULL, 1, '2026-11-29 19:11:47.268984+00', '2026-11-29 19:11:47.341908+00', '2026-11-29 19:11:47.840416+00', NULL, false, false, 14);


--
-- Data for Name: screenshots; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.screenshots VALUES
	('01a228b8-3ec7-75b7-b86f-18a4cca68364', 'c74c8fae655662be31b95e3d168fa9c0de29881eb32445b3e784d69598fbe1ad', 'image/png'),
	('01a228b8-3ec7-75b7-b86f-18a4cca68364', 'd9aaf91df81470140c4e0a585e3924f7f8a2e70f0d3739f61e21ff28eaec5df0', 'image/png'),
	('01a228b8-3ec7-75b7-b86f-18a4cca68364', '630594d3dfaf9f8763ac8f688d8146db9f946998237efb78dbd025dd19e7a954', 'image/png'),
	('01a228b8-3ec7-75b7-b86f-18a4cca68364', '7e633efc4aa019539ff7e1c40935dc31dd8da1add86eaf35bba530977ee655d4', 'image/png'),
	('01a228b8-3ec7-75b7-b86f-18a4cca68364', '1ed8a5790845560549378311b11a951700a636b0ac5dd89db58daa168269be35', 'image/png'),
	('01a228b8-3ec7-75b7-b86f-18a4cca68364', 'a079f29442a003a687a741f8dce13ba16a6e2c21635c0d6cba55192748ce818f', 'image/png'),
	('01a228b8-506b-75bc-97cd-73e6ad5987a2', '7a33485fabc37923d641ea672c22ad9d3eff0f6bc1ad931b4264a99410dc3ce0', 'image/jpeg');


--
-- Data for Name: sessions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sessions VALUES
	('6f1567068ea4d8a20e39904db1b932074c3181d5796d991eb4a5d2a8612e6908', '01a228b8-385f-77fb-aca0-1826632b2b5f', '{"user_id": "01a228b8-385f-77fb-aca0-1826632b2b5f"}', '2026-12-13 19:11:31.482147+00'),
	('2e6710bc72fca0666f057687f0db872a05c9f499e126c5d0a6375305e52663cf', '01a228b8-385f-77fb-aca0-1826632b2b5f', '{"user_id": "01a228b8-385f-77fb-aca0-1826632b2b5f"}', '2026-12-13 19:11:54.878851+00'),
	('eae8ce50b682650bcf2904881eb8493cb7b4a7e2b80684a33e810b9ed0075f37', '01a228b8-3ce9-70bf-b069-c46c609e038c', '{"user_id": "01a228b8-3ce9-70bf-b069-c46c609e038c"}', '2026-12-13 19:11:55.616744+00');


--
-- Data for Name: setup_tokens; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: signing_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.signing_keys VALUES
	('01a228b8-35b0-7037-81a1-40b36c227874', '\xa7bc09ec118bf6d345e9e3f9f3e9751f4ad184ba5094a01f33d9db98e22d8b9a', '2026-11-29 19:11:30.733407+00');


--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.users VALUES
	('01a228b8-385f-77fb-aca0-1826632b2b5f', 'ada', 'ada@example.com', '$argon2id$v=19$m=19456,t=2,p=1$qL2hPxC++0jfTQc8GtLABA$5GjIpIHv7veBt3qMZFEt4/FWy3pCQ4Ez3rP3dAoIeHE', 'Ada', 'Lovelace', true, '2026-11-29 19:11:31.425598+00', NULL, NULL, NULL, NULL, NULL),
	('01a228b8-3ce9-70bf-b069-c46c609e038c', 'eve', 'eve@example.com', '$argon2id$v=19$m=19456,t=2,p=1$eA2aAtM1EY0HZCEF2GYagg$Sa5qOzjJdyTrSMkA1Nrmf0UprY7EZGwKmj/KKJq64UI', '', '', false, '2026-11-29 19:11:32.587477+00', '{"ask_for":"effects","effects":["shell","editing"]}', NULL, NULL, NULL, NULL);


--
-- Name: internet_requests_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.internet_requests_id_seq', 1, false);


--
-- Name: live_turn_pieces_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.live_turn_pieces_id_seq', 1, false);


--
-- Name: runs_position_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.runs_position_seq', 16, true);


--
-- Name: __diesel_schema_migrations __diesel_schema_migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.__diesel_schema_migrations
    ADD CONSTRAINT __diesel_schema_migrations_pkey PRIMARY KEY (version);


--
-- Name: chat_internet chat_internet_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.chat_internet
    ADD CONSTRAINT chat_internet_pkey PRIMARY KEY (chat_id);


--
-- Name: chat_uploads chat_uploads_chat_id_path_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.chat_uploads
    ADD CONSTRAINT chat_uploads_chat_id_path_key UNIQUE (chat_id, path);


--
-- Name: chat_uploads chat_uploads_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.chat_uploads
    ADD CONSTRAINT chat_uploads_pkey PRIMARY KEY (chat_id, file_id);


--
-- Name: chats chats_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.chats
    ADD CONSTRAINT chats_pkey PRIMARY KEY (id);


--
-- Name: control_leases control_leases_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.control_leases
    ADD CONSTRAINT control_leases_id_key UNIQUE (id);


--
-- Name: control_leases control_leases_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.control_leases
    ADD CONSTRAINT control_leases_pkey PRIMARY KEY (chat_id);


--
-- Name: desktops desktops_chat_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.desktops
    ADD CONSTRAINT desktops_chat_id_key UNIQUE (chat_id);


--
-- Name: desktops desktops_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.desktops
    ADD CONSTRAINT desktops_pkey PRIMARY KEY (id);


--
-- Name: events events_chat_id_seq_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_chat_id_seq_key UNIQUE (chat_id, seq);


--
-- Name: events events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);


--
-- Name: files files_chat_id_path_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.files
    ADD CONSTRAINT files_chat_id_path_key UNIQUE (chat_id, path);


--
-- Name: files files_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.files
    ADD CONSTRAINT files_pkey PRIMARY KEY (id);


--
-- Name: idempotency_keys idempotency_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, key);


--
-- Name: installation installation_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (id);


--
-- Name: internet_requests internet_requests_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.internet_requests
    ADD CONSTRAINT internet_requests_pkey PRIMARY KEY (id);


--
-- Name: live_turn_pieces live_turn_pieces_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.live_turn_pieces
    ADD CONSTRAINT live_turn_pieces_pkey PRIMARY KEY (chat_id, id);


--
-- Name: messages messages_chat_id_seq_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_chat_id_seq_key UNIQUE (chat_id, seq);


--
-- Name: messages messages_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (id);


--
-- Name: pool_desktops pool_desktops_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pool_desktops
    ADD CONSTRAINT pool_desktops_pkey PRIMARY KEY (id);


--
-- Name: runs runs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (id);


--
-- Name: screenshots screenshots_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.screenshots
    ADD CONSTRAINT screenshots_pkey PRIMARY KEY (chat_id, sha256);


--
-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);


--
-- Name: setup_tokens setup_tokens_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.setup_tokens
    ADD CONSTRAINT setup_tokens_pkey PRIMARY KEY (token_sha256);


--
-- Name: signing_keys signing_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT signing_keys_pkey PRIMARY KEY (kid);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: chat_uploads_file_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX chat_uploads_file_id_idx ON public.chat_uploads USING btree (file_id);


--
-- Name: chats_user_id_updated_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX chats_user_id_updated_at_idx ON public.chats USING btree (user_id, updated_at DESC);


--
-- Name: control_leases_expires_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX control_leases_expires_at_idx ON public.control_leases USING btree (expires_at);


--
-- Name: control_leases_user_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX control_leases_user_id_idx ON public.control_leases USING btree (user_id);


--
-- Name: events_run_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX events_run_id_idx ON public.events USING btree (run_id) WHERE (run_id IS NOT NULL);


--
-- Name: files_sha256_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX files_sha256_idx ON public.files USING btree (sha256);


--
-- Name: files_user_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX files_user_id_idx ON public.files USING btree (user_id, id DESC);


--
-- Name: installation_one_row; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX installation_one_row ON public.installation USING btree ((true));


--
-- Name: internet_requests_chat; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX internet_requests_chat ON public.internet_requests USING btree (chat_id, id);


--
-- Name: messages_run_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX messages_run_id_idx ON public.messages USING btree (run_id);


--
-- Name: runs_chat_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX runs_chat_id_idx ON public.runs USING btree (chat_id, "position" DESC);


--
-- Name: runs_one_active_per_chat; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX runs_one_active_per_chat ON public.runs USING btree (chat_id) WHERE (state = ANY (ARRAY['running'::text, 'awaiting_approval'::text, 'awaiting_human'::text, 'paused'::text]));


--
-- Name: runs_unfinished_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX runs_unfinished_idx ON public.runs USING btree ("position") WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));


--
-- Name: screenshots_sha256_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX screenshots_sha256_idx ON public.screenshots USING btree (sha256);


--
-- Name: sessions_user_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sessions_user_id_idx ON public.sessions USING btree (user_id);


--
-- Name: users_email_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX users_email_key ON public.users USING btree (lower(email));


--
-- Name: users_username_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX users_username_key ON public.users USING btree (lower(username));


--
-- Name: chats chats_tell; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER chats_tell AFTER UPDATE OF title ON public.chats FOR EACH ROW WHEN ((old.title <> new.title)) EXECUTE FUNCTION public.tell_title();


--
-- Name: chats chats_tell_deleted; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER chats_tell_deleted AFTER DELETE ON public.chats FOR EACH ROW EXECUTE FUNCTION public.tell_deleted();


--
-- Name: control_leases control_leases_tell; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER control_leases_tell AFTER INSERT OR DELETE ON public.control_leases FOR EACH ROW EXECUTE FUNCTION public.tell_control();


--
-- Name: control_leases control_leases_tell_change; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER control_leases_tell_change AFTER UPDATE ON public.control_leases FOR EACH ROW WHEN (((new.id <> old.id) OR (new.expires_at <= old.expires_at))) EXECUTE FUNCTION public.tell_control();


--
-- Name: desktops desktops_tell; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER desktops_tell AFTER INSERT OR UPDATE OF observed ON public.desktops FOR EACH ROW EXECUTE FUNCTION public.tell_desktop();


--
-- Name: events events_tell; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER events_tell AFTER INSERT ON public.events FOR EACH ROW EXECUTE FUNCTION public.tell_event();


--
-- Name: live_turn_pieces live_turn_pieces_tell; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER live_turn_pieces_tell AFTER INSERT ON public.live_turn_pieces FOR EACH ROW EXECUTE FUNCTION public.tell_live_turn();


--
-- Name: runs runs_tell; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER runs_tell AFTER INSERT OR UPDATE OF state, lease_owner, cancel_requested, pause_requested ON public.runs FOR EACH ROW EXECUTE FUNCTION public.tell_run();


--
-- Name: sessions sessions_tell; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER sessions_tell AFTER DELETE ON public.sessions FOR EACH ROW EXECUTE FUNCTION public.tell_session();


--
-- Name: users users_tell; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER users_tell AFTER DELETE OR UPDATE OF password_hash ON public.users FOR EACH ROW EXECUTE FUNCTION public.tell_user();


--
-- Name: chat_internet chat_internet_chat_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.chat_internet
    ADD CONSTRAINT chat_internet_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.chats(id) ON DELETE CASCADE;


--
-- Name: chat_uploads chat_uploads_chat_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.chat_uploads
    ADD CONSTRAINT chat_uploads_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.chats(id) ON DELETE CASCADE;


--
-- Name: chat_uploads chat_uploads_file_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.chat_uploads
    ADD CONSTRAINT chat_uploads_file_id_fkey FOREIGN KEY (file_id) REFERENCES public.files(id) ON DELETE CASCADE;


--
-- Name: chats chats_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.chats
    ADD CONSTRAINT chats_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: control_leases control_leases_chat_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.control_leases
    ADD CONSTRAINT control_leases_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.chats(id) ON DELETE CASCADE;


--
-- Name: control_leases control_leases_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.control_leases
    ADD CONSTRAINT control_leases_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: desktops desktops_chat_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.desktops
    ADD CONSTRAINT desktops_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.chats(id) ON DELETE CASCADE;


--
-- Name: events events_chat_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.chats(id) ON DELETE CASCADE;


--
-- Name: events events_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE CASCADE;


--
-- Name: files files_chat_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.files
    ADD CONSTRAINT files_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.chats(id) ON DELETE CASCADE;


--
-- Name: files files_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.files
    ADD CONSTRAINT files_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: idempotency_keys idempotency_keys_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: internet_requests internet_requests_chat_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.internet_requests
    ADD CONSTRAINT internet_requests_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.chats(id) ON DELETE CASCADE;


--
-- Name: live_turn_pieces live_turn_pieces_chat_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.live_turn_pieces
    ADD CONSTRAINT live_turn_pieces_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.chats(id) ON DELETE CASCADE;


--
-- Name: messages messages_chat_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.chats(id) ON DELETE CASCADE;


--
-- Name: messages messages_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_id_fkey FOREIGN KEY (id) REFERENCES public.events(id) ON DELETE CASCADE;


--
-- Name: messages messages_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE CASCADE;


--
-- Name: runs runs_chat_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.chats(id) ON DELETE CASCADE;


--
-- Name: screenshots screenshots_chat_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.screenshots
    ADD CONSTRAINT screenshots_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.chats(id) ON DELETE CASCADE;


--
-- Name: sessions sessions_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- PostgreSQL database dump complete
--


