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
-- Name: tell_title(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_title() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'title', 'chat_id', NEW.id)::text);
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
    path text NOT NULL
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
-- Name: live_turns; Type: TABLE; Schema: public; Owner: -
--

CREATE UNLOGGED TABLE public.live_turns (
    chat_id uuid NOT NULL,
    run_id uuid NOT NULL,
    origin uuid NOT NULL,
    turn json NOT NULL
);


--
-- Name: TABLE live_turns; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.live_turns IS 'The turn being streamed in each chat, for those who watch it through another service; a crash may empty it.';


--
-- Name: COLUMN live_turns.origin; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.live_turns.origin IS 'The service that drives the run.';


--
-- Name: COLUMN live_turns.turn; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.live_turns.turn IS 'The turn so far.';


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
    approval json
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
-- Data for Name: __diesel_schema_migrations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.__diesel_schema_migrations VALUES
	('20261121000001', '2026-11-28 17:54:42.816507'),
	('20261122000001', '2026-11-28 17:54:43.436856'),
	('20261122000002', '2026-11-28 17:54:43.484487'),
	('20261122000003', '2026-11-28 17:54:43.603693'),
	('20261122000004', '2026-11-28 17:54:43.692484'),
	('20261122000011', '2026-11-28 17:54:43.784491'),
	('20261122000012', '2026-11-28 17:54:43.832516'),
	('20261122000013', '2026-11-28 17:54:43.925108');


--
-- Data for Name: chat_internet; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.chat_internet VALUES
	('01a2234c-223a-7717-b4cb-bad91c963321', '{"mode":"all"}');


--
-- Data for Name: chat_uploads; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.chat_uploads VALUES
	('01a2234b-a3a5-7474-b6c4-d542d6d925ef', '01a2234b-a210-7796-9cf6-85402def86e2', 'Uploads/list.txt');


--
-- Data for Name: chats; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.chats VALUES
	('01a2234b-a3a5-7474-b6c4-d542d6d925ef', '01a2234b-97f8-75aa-b1ac-25b04dea9c51', 'run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, create…', 46, '2026-11-28 17:54:49.281653+00', '2026-11-28 17:55:03.004297+00', NULL),
	('01a2234b-da89-7502-bfbb-3e8346176ddd', '01a2234b-97f8-75aa-b1ac-25b04dea9c51', 'In charge', 34, '2026-11-28 17:55:03.387061+00', '2026-11-28 17:55:13.991471+00', '{"ask_for":"effects","effects":["shell"]}'),
	('01a2234c-0508-7760-91c5-16577d15d5f7', '01a2234b-97f8-75aa-b1ac-25b04dea9c51', 'run `echo first > ~/Outputs/first.txt`', 29, '2026-11-28 17:55:14.239441+00', '2026-11-28 17:55:20.182879+00', NULL),
	('01a2234c-1e36-71e1-b55d-796609a98800', '01a2234b-97f8-75aa-b1ac-25b04dea9c51', 'run `echo first > ~/Outputs/first.txt`', 5, '2026-11-28 17:55:20.68523+00', '2026-11-28 17:55:20.68523+00', NULL),
	('01a2234c-223a-7717-b4cb-bad91c963321', '01a2234b-a0e8-776c-827c-71a359c4b702', 'say "hello"', 5, '2026-11-28 17:55:21.757333+00', '2026-11-28 17:55:23.470231+00', NULL),
	('01a2234c-3f7c-7109-8063-d433602586ef', '01a2234b-97f8-75aa-b1ac-25b04dea9c51', 'take a screenshot', 4, '2026-11-28 17:55:29.197995+00', '2026-11-28 17:55:31.265286+00', NULL),
	('01a2234c-5b6a-773d-944a-ba483813882d', '01a2234b-97f8-75aa-b1ac-25b04dea9c51', 'run `until [ -e ~/go ]; do sleep 0.1; done`, run `echo…', 7, '2026-11-28 17:55:36.425309+00', '2026-11-28 17:55:38.786045+00', NULL),
	('01a2234c-65f9-7437-951f-1586991822c3', '01a2234b-97f8-75aa-b1ac-25b04dea9c51', 'run `echo approved > ~/Outputs/approved.txt`', 6, '2026-11-28 17:55:39.061407+00', '2026-11-28 17:55:41.637413+00', '{"ask_for":"everything"}');


--
-- Data for Name: control_leases; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: desktops; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.desktops VALUES
	('01a2234b-a7a1-749e-97f4-d5ea06000771', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 'ready', 'stopped', NULL, '2026-11-28 17:54:50.401125+00', '2026-11-28 17:55:28.155502+00', '01a2234b-8fc7-735f-bf32-6cc02b1d873d'),
	('01a2234b-de40-76ac-8f6e-d419027d2cd2', '01a2234b-da89-7502-bfbb-3e8346176ddd', 'ready', 'stopped', NULL, '2026-11-28 17:55:04.384935+00', '2026-11-28 17:55:28.155502+00', '01a2234b-8fc7-735f-bf32-6cc02b1d873d'),
	('01a2234c-0640-7784-be1d-d4ddcf29bd9e', '01a2234c-0508-7760-91c5-16577d15d5f7', 'ready', 'stopped', NULL, '2026-11-28 17:55:14.624814+00', '2026-11-28 17:55:28.155502+00', '01a2234b-8fc7-735f-bf32-6cc02b1d873d'),
	('01a2234c-23f8-70ca-aafc-a6cc050c0005', '01a2234c-223a-7717-b4cb-bad91c963321', 'ready', 'stopped', NULL, '2026-11-28 17:55:22.232144+00', '2026-11-28 17:55:28.155502+00', '01a2234b-8fc7-735f-bf32-6cc02b1d873d'),
	('01a2234c-4205-7796-85ff-d092beca0ad7', '01a2234c-3f7c-7109-8063-d433602586ef', 'ready', 'stopped', NULL, '2026-11-28 17:55:29.925828+00', '2026-11-28 17:55:34.685039+00', '01a2234c-39ed-7564-8e55-1e691468e27d'),
	('01a2234c-5ddd-71b0-ab6a-8d2c648e87fb', '01a2234c-5b6a-773d-944a-ba483813882d', 'ready', 'ready', NULL, '2026-11-28 17:55:37.053158+00', '2026-11-28 17:55:37.91756+00', '01a2234c-5338-7424-ae5a-0f36f7711c9f'),
	('01a2234c-69d5-76fc-9a85-7a168dbb3d43', '01a2234c-65f9-7437-951f-1586991822c3', 'ready', 'ready', NULL, '2026-11-28 17:55:40.117882+00', '2026-11-28 17:55:40.976303+00', '01a2234c-5338-7424-ae5a-0f36f7711c9f');


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.events VALUES
	('01a2234b-a4f1-773c-8ce0-fec08a782619', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 1, '01a2234b-a3e1-77d4-b3e3-f6872431c7aa', 'message', '{"extra_data":{},"files":[{"id":"01a2234b-a210-7796-9cf6-85402def86e2","name":"list.txt","path":"Uploads/list.txt"}],"text":"run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, create ~/notes.txt with \"kept for later\", replace \"later\" with \"good\" in ~/notes.txt, read ~/notes.txt, take a screenshot"}', '2026-11-28 17:54:49.281653+00'),
	('01a2234b-a55d-747b-ab2c-ec484f3d81d2', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 2, '01a2234b-a3e1-77d4-b3e3-f6872431c7aa', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-28 17:54:49.281653+00'),
	('01a2234b-a6b9-72b2-90d5-bebd3c6b3b6d', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 3, '01a2234b-a3e1-77d4-b3e3-f6872431c7aa', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-28 17:54:50.057526+00'),
	('01a2234b-ae6d-7504-a4ef-6104b7881fa6', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 4, '01a2234b-a3e1-77d4-b3e3-f6872431c7aa', 'assistant_turn', '{"content":[{"text":"I''ll run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, write ~/notes.txt, replace \"later\" in ~/notes.txt, read ~/notes.txt, and take a screenshot.","type":"text"},{"call_id":"demo_0","tool":{"command":"cp ~/Uploads/list.txt ~/Outputs/copy.txt","restart":false,"tool":"shell"},"type":"tool_call"},{"call_id":"demo_1","tool":{"edit":{"command":"create","file_text":"kept for later","path":"~/notes.txt"},"tool":"editor"},"type":"tool_call"},{"call_id":"demo_2","tool":{"edit":{"command":"str_replace","new_str":"good","old_str":"later","path":"~/notes.txt"},"tool":"editor"},"type":"tool_call"},{"call_id":"demo_3","tool":{"edit":{"command":"view","path":"~/notes.txt"},"tool":"editor"},"type":"tool_call"},{"call_id":"demo_4","tool":{"action":{"type":"screenshot"},"tool":"computer"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, write ~/notes.txt, replace \\\"later\\\" in ~/notes.txt, read ~/notes.txt, and take a screenshot.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"cp ~/Uploads/list.txt ~/Outputs/copy.txt\",\"restart\":false}},{\"type\":\"tool_call\",\"call_id\":\"demo_1\",\"tool\":{\"tool\":\"editor\",\"edit\":{\"command\":\"create\",\"path\":\"~/notes.txt\",\"file_text\":\"kept for later\"}}},{\"type\":\"tool_call\",\"call_id\":\"demo_2\",\"tool\":{\"tool\":\"editor\",\"edit\":{\"command\":\"str_replace\",\"path\":\"~/notes.txt\",\"old_str\":\"later\",\"new_str\":\"good\"}}},{\"type\":\"tool_call\",\"call_id\":\"demo_3\",\"tool\":{\"tool\":\"editor\",\"edit\":{\"command\":\"view\",\"path\":\"~/notes.txt\"}}},{\"type\":\"tool_call\",\"call_id\":\"demo_4\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"screenshot\"}}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:54:52.026529+00'),
	('01a2234b-aed4-74ee-a05d-a58ff6883686', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 5, '01a2234b-a3e1-77d4-b3e3-f6872431c7aa', 'call_started', '{"call_id":"demo_0"}', '2026-11-28 17:54:52.153622+00'),
	('01a2234b-afad-7665-a646-e4c83da03025', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 6, '01a2234b-a3e1-77d4-b3e3-f6872431c7aa', 'tool_result', '{"call_id":"demo_0","elapsed_ms":104,"shown_to_model":false,"status":"done","text":"(no output)"}', '2026-11-28 17:54:52.383913+00'),
	('01a2234b-b029-7538-a515-fbb6f2acbbd4', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 7, NULL, 'file', '{"chat_id":"01a2234b-a3a5-7474-b6c4-d542d6d925ef","created_at":"2026-11-28T17:54:52.464766Z","id":"01a2234b-afec-771f-9eae-fd78383ed262","media_type":"text/plain","name":"copy.txt","origin":"desktop","path":"Outputs/copy.txt","size":5}', '2026-11-28 17:54:52.464766+00'),
	('01a2234b-b06d-727c-b110-084c3e21934e', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 8, '01a2234b-a3e1-77d4-b3e3-f6872431c7aa', 'call_started', '{"call_id":"demo_1"}', '2026-11-28 17:54:52.514018+00'),
	('01a2234b-b0fa-72fc-a314-5d52a37f658e', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 9, '01a2234b-a3e1-77d4-b3e3-f6872431c7aa', 'tool_result', '{"call_id":"demo_1","elapsed_ms":50,"shown_to_model":false,"status":"done","text":"/home/deskhand/notes.txt was created."}', '2026-11-28 17:54:52.739503+00'),
	('01a2234b-b151-7542-9f73-8247cdb6b069', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 10, '01a2234b-a3e1-77d4-b3e3-f6872431c7aa', 'call_started', '{"call_id":"demo_2"}', '2026-11-28 17:54:52.834085+00'),
	('01a2234b-b201-74e0-bde7-3918dc6e23bb', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 11, '01a2234b-a3e1-77d4-b3e3-f6872431c7aa', 'tool_result', '{"call_id":"demo_2","elapsed_ms":27,"shown_to_model":false,"status":"done","text":"/home/deskhand/notes.txt was changed. The lines around the change are now:\n     1\tkept for good"}', '2026-11-28 17:54:52.993057+00'),
	('01a2234b-b26e-727a-bd46-dfa5f86cac70', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 12, '01a2234b-a3e1-77d4-b3e3-f6872431c7aa', 'call_started', '{"call_id":"demo_3"}', '2026-11-28 17:54:53.089988+00'),
	('01a2234b-b2f6-707f-a437-c1aa2405edde', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 13, '01a2234b-a3e1-77d4-b3e3-f6872431c7aa', 'tool_result', '{"call_id":"demo_3","elapsed_ms":43,"shown_to_model":false,"status":"done","text":"     1\tkept for good"}', '2026-11-28 17:54:53.2496+00'),
	('01a2234b-b36c-7496-8a3d-214fd2c4ea72', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 14, '01a2234b-a3e1-77d4-b3e3-f6872431c7aa', 'call_started', '{"call_id":"demo_4"}', '2026-11-28 17:54:53.361586+00'),
	('01a2234b-b57d-72d4-8434-676590b81f4d', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 15, '01a2234b-a3e1-77d4-b3e3-f6872431c7aa', 'tool_result', '{"call_id":"demo_4","elapsed_ms":177,"screenshot":{"media_type":"image/png","sha256":"67e62deecacdd803615f75e205ac1a3337443bde4128783cb308a90c823d543d","size":{"height":480,"width":640}},"shown_to_model":true,"status":"done","text":""}', '2026-11-28 17:54:53.90147+00'),
	('01a2234b-b624-74df-90da-f2b8d91371f2', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 16, '01a2234b-a3e1-77d4-b3e3-f6872431c7aa', 'assistant_turn', '{"content":[{"text":"Done: I ran `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, wrote ~/notes.txt, replaced \"later\" in ~/notes.txt, read ~/notes.txt, and took a screenshot.\n\nIn `~/notes.txt`:\n\n```\n     1\tkept for good\n```\n\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)","type":"text"}],"cost":{"elapsed_ms":34,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"Done: I ran `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, wrote ~/notes.txt, replaced \\\"later\\\" in ~/notes.txt, read ~/notes.txt, and took a screenshot.\\n\\nIn `~/notes.txt`:\\n\\n```\\n     1\\tkept for good\\n```\\n\\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:54:54.103007+00'),
	('01a2234b-b6e2-76d7-af91-6fe8e345cc4f', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 17, '01a2234b-a3e1-77d4-b3e3-f6872431c7aa', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-28 17:54:54.249293+00'),
	('01a2234b-b943-73a0-b602-c6accb47b485', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 18, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'message', '{"extra_data":{"from":"a program"},"files":[],"text":"open the terminal, wait 500 ms, click at 320,240, type \"echo héllo\", press Return, scroll down 2, drag from 10,10 to 40,40, zoom from 0,0 to 320,240, where is the pointer"}', '2026-11-28 17:54:54.733566+00'),
	('01a2234b-b994-746c-a655-9693e09248b5', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 19, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-28 17:54:54.733566+00'),
	('01a2234b-ba75-71d8-8755-e22bc0e6ec5b', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 20, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-28 17:54:55.170358+00'),
	('01a2234b-bbd1-7719-a15c-e093cd0b3043', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 21, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'assistant_turn', '{"content":[{"text":"I''ll open the terminal, wait 0.5 s, click at 320,240, type \"echo héllo\", press Return, scroll down by 2, drag from 10,10 to 40,40, zoom in at 0,0, and look where the pointer is.","type":"text"},{"call_id":"demo_5","tool":{"app":"terminal","tool":"open"},"type":"tool_call"},{"call_id":"demo_6","tool":{"action":{"duration_ms":500,"type":"wait"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_7","tool":{"action":{"at":{"x":320,"y":240},"button":"left","count":1,"type":"click"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_8","tool":{"action":{"text":"echo héllo","type":"type"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_9","tool":{"action":{"chord":"Return","repeat":1,"type":"key"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_10","tool":{"action":{"clicks":2,"direction":"down","type":"scroll"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_11","tool":{"action":{"from":{"x":10,"y":10},"to":{"x":40,"y":40},"type":"drag"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_12","tool":{"action":{"region":{"height":240,"width":320,"x":0,"y":0},"type":"zoom"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_13","tool":{"action":{"type":"cursor_position"},"tool":"computer"},"type":"tool_call"}],"cost":{"elapsed_ms":59,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll open the terminal, wait 0.5 s, click at 320,240, type \\\"echo héllo\\\", press Return, scroll down by 2, drag from 10,10 to 40,40, zoom in at 0,0, and look where the pointer is.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_5\",\"tool\":{\"tool\":\"open\",\"app\":\"terminal\"}},{\"type\":\"tool_call\",\"call_id\":\"demo_6\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"wait\",\"duration_ms\":500}}},{\"type\":\"tool_call\",\"call_id\":\"demo_7\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"click\",\"button\":\"left\",\"count\":1,\"at\":{\"x\":320,\"y\":240}}}},{\"type\":\"tool_call\",\"call_id\":\"demo_8\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"type\",\"text\":\"echo héllo\"}}},{\"type\":\"tool_call\",\"call_id\":\"demo_9\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"key\",\"chord\":\"Return\",\"repeat\":1}}},{\"type\":\"tool_call\",\"call_id\":\"demo_10\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"scroll\",\"direction\":\"down\",\"clicks\":2}}},{\"type\":\"tool_call\",\"call_id\":\"demo_11\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"drag\",\"from\":{\"x\":10,\"y\":10},\"to\":{\"x\":40,\"y\":40}}}},{\"type\":\"tool_call\",\"call_id\":\"demo_12\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"zoom\",\"region\":{\"x\":0,\"y\":0,\"width\":320,\"height\":240}}}},{\"type\":\"tool_call\",\"call_id\":\"demo_13\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"cursor_position\"}}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:54:55.476245+00'),
	('01a2234b-bc25-73e0-9e18-e3136e8bac85', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 22, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'call_started', '{"call_id":"demo_5"}', '2026-11-28 17:54:55.590083+00'),
	('01a2234b-c001-77c9-81f9-d1341f143032', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 23, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'tool_result', '{"call_id":"demo_5","elapsed_ms":592,"screenshot":{"media_type":"image/png","sha256":"916d5d57d3cae315b158a00f0e54fd50348187dbe56253aa6324340720fa1e8f","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-28 17:54:56.477264+00'),
	('01a2234b-c066-77cb-8bd0-e7ca11a617e7', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 24, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'call_started', '{"call_id":"demo_6"}', '2026-11-28 17:54:56.653368+00'),
	('01a2234b-c2f4-71eb-a399-44006182751c', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 25, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'tool_result', '{"call_id":"demo_6","elapsed_ms":521,"screenshot":{"media_type":"image/png","sha256":"916d5d57d3cae315b158a00f0e54fd50348187dbe56253aa6324340720fa1e8f","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-28 17:54:57.299332+00'),
	('01a2234b-c3a8-70ed-86ab-abb25709faeb', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 26, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'call_started', '{"call_id":"demo_7"}', '2026-11-28 17:54:57.46615+00'),
	('01a2234b-c558-747f-8547-e4505fe76cf5', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 28, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'call_started', '{"call_id":"demo_8"}', '2026-11-28 17:54:57.969102+00'),
	('01a2234b-c50c-74ee-a2dd-4d89befb6271', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 27, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'tool_result', '{"call_id":"demo_7","elapsed_ms":78,"screenshot":{"media_type":"image/png","sha256":"5b10c29a3cd096ffe53f2b07b0500579b3a8d2dec5a780da36f59664e4b111de","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-28 17:54:57.881521+00'),
	('01a2234b-c93d-712f-9b28-8e7838101dea', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 33, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'tool_result', '{"call_id":"demo_10","elapsed_ms":56,"screenshot":{"media_type":"image/png","sha256":"33c8a1f4e258b8b804abe3ffd74ce28cf709961ac50671e37e2b53b44f0c2ea6","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-28 17:54:58.945645+00'),
	('01a2234b-ce6f-74d5-91cd-f3420876e6f5', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 38, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'call_started', '{"call_id":"demo_13"}', '2026-11-28 17:55:00.285813+00'),
	('01a2234b-d052-775f-a580-50b14f317dd1', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 39, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'tool_result', '{"call_id":"demo_13","elapsed_ms":73,"screenshot":{"media_type":"image/png","sha256":"17dd235e7eee7b8ae70bfada808ee6984b8edc7bab2d4c099e1279ff7914582c","size":{"height":480,"width":640}},"shown_to_model":true,"status":"done","text":"X=40, Y=40"}', '2026-11-28 17:55:00.773238+00'),
	('01a2234b-d925-72fa-86d4-b298b3884e13', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 46, '01a2234b-d421-7192-a19d-08fc833c1f7c', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-28 17:55:03.004297+00'),
	('01a2234b-e465-734b-95f4-f13966413b24', '01a2234b-da89-7502-bfbb-3e8346176ddd', 4, '01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', 'assistant_turn', '{"content":[{"text":"I''ll run `echo approved` and run `echo denied`.","type":"text"},{"call_id":"demo_0","tool":{"command":"echo approved","restart":false,"tool":"shell"},"type":"tool_call"},{"call_id":"demo_1","tool":{"command":"echo denied","restart":false,"tool":"shell"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `echo approved` and run `echo denied`.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo approved\",\"restart\":false}},{\"type\":\"tool_call\",\"call_id\":\"demo_1\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo denied\",\"restart\":false}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:55:05.89511+00'),
	('01a2234b-ea1d-705a-a941-81aad858fb35', '01a2234b-da89-7502-bfbb-3e8346176ddd', 7, '01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', 'decision', '{"arguments_sha256":"935b5a85e3f228b4b23ab55525574ec15687184030bf86dd5fdbeef656d7d413","call_id":"demo_0","decided_by":"01a2234b-97f8-75aa-b1ac-25b04dea9c51","verdict":"approve"}', '2026-11-28 17:55:07.366281+00'),
	('01a2234b-ed5b-728f-8517-beb0bd6a5f02', '01a2234b-da89-7502-bfbb-3e8346176ddd', 10, '01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', 'tool_result', '{"call_id":"demo_0","elapsed_ms":48,"shown_to_model":false,"status":"done","text":"approved"}', '2026-11-28 17:55:08.163711+00'),
	('01a2234b-eeac-73e0-848b-4bc1ffc4fc58', '01a2234b-da89-7502-bfbb-3e8346176ddd', 12, '01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', 'run_state', '{"code":"approval_required","message":"Your approval is needed before the assistant runs a command.","state":"awaiting_approval","waits_for":"demo_1"}', '2026-11-28 17:55:08.537862+00'),
	('01a2234b-f4be-70fe-abff-d49df1f41c0d', '01a2234b-da89-7502-bfbb-3e8346176ddd', 17, '01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-28 17:55:10.047356+00'),
	('01a2234b-f668-745f-b52b-28c039b7884b', '01a2234b-da89-7502-bfbb-3e8346176ddd', 20, '01a2234b-f57e-704f-a3ae-75df6477192d', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-28 17:55:10.53637+00'),
	('01a2234b-fb82-7255-ae38-c6838af6e87a', '01a2234b-da89-7502-bfbb-3e8346176ddd', 27, '01a2234b-f57e-704f-a3ae-75df6477192d', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-28 17:55:11.754353+00'),
	('01a2234c-0174-735e-86c3-f206dca54936', '01a2234b-da89-7502-bfbb-3e8346176ddd', 30, '01a2234b-fdb4-7204-9013-fd06d7ad6fe5', 'takeover', '{"did":{"left_out":0,"steps":[{"at":{"x":200,"y":200},"button":"left","count":1,"did":"clicked"},{"characters":2,"did":"typed"}]},"screenshot":{"media_type":"image/jpeg","sha256":"d31e3711a438e2c632c0ce2ce88109fd91e23ee285a1d8d1e40a93d860f80f1a","size":{"height":480,"width":640}}}', '2026-11-28 17:55:13.373044+00'),
	('01a2234c-01b9-7542-99b7-219aaaa89834', '01a2234b-da89-7502-bfbb-3e8346176ddd', 31, '01a2234b-fdb4-7204-9013-fd06d7ad6fe5', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-28 17:55:13.249059+00'),
	('01a2234c-035c-72a2-8632-5c6bd5f0752e', '01a2234b-da89-7502-bfbb-3e8346176ddd', 33, '01a2234b-fdb4-7204-9013-fd06d7ad6fe5', 'assistant_turn', '{"content":[{"text":"back again\n\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)","type":"text"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"back again\\n\\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:55:13.793938+00'),
	('01a2234c-040c-73c2-b2de-72cdae9d0460', '01a2234b-da89-7502-bfbb-3e8346176ddd', 34, '01a2234b-fdb4-7204-9013-fd06d7ad6fe5', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-28 17:55:13.991471+00'),
	('01a2234c-284b-7668-912a-9d272aa737c7', '01a2234c-223a-7717-b4cb-bad91c963321', 4, '01a2234c-2269-7338-9a62-0d088f1382fa', 'assistant_turn', '{"content":[{"text":"hello\n\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)","type":"text"}],"cost":{"elapsed_ms":1,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"hello\\n\\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:55:23.299846+00'),
	('01a2234b-c669-71e9-baf9-f5f0b26db47d', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 29, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'tool_result', '{"call_id":"demo_8","elapsed_ms":96,"screenshot":{"media_type":"image/png","sha256":"5b10c29a3cd096ffe53f2b07b0500579b3a8d2dec5a780da36f59664e4b111de","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-28 17:54:58.145142+00'),
	('01a2234b-c828-7564-ab7e-b77e51da9d6f', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 31, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'tool_result', '{"call_id":"demo_9","elapsed_ms":212,"screenshot":{"media_type":"image/png","sha256":"33c8a1f4e258b8b804abe3ffd74ce28cf709961ac50671e37e2b53b44f0c2ea6","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-28 17:54:58.694191+00'),
	('01a2234b-d29d-7794-92c7-95b9e227c9e1', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 41, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-28 17:55:01.265908+00'),
	('01a2234b-d49a-7715-9029-5ab6b335bd2a', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 42, '01a2234b-d421-7192-a19d-08fc833c1f7c', 'message', '{"extra_data":{},"files":[],"text":"what is the meaning of it all"}', '2026-11-28 17:55:01.677274+00'),
	('01a2234b-d4d0-7353-ac40-2b7e2ed6d75a', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 43, '01a2234b-d421-7192-a19d-08fc833c1f7c', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-28 17:55:01.677274+00'),
	('01a2234b-d5bc-76a3-9ebb-659e4a20ad56', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 44, '01a2234b-d421-7192-a19d-08fc833c1f7c', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-28 17:55:02.133039+00'),
	('01a2234b-e4cf-702e-ba31-ac869b46d980', '01a2234b-da89-7502-bfbb-3e8346176ddd', 5, '01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', 'approval_request', '{"arguments_sha256":"935b5a85e3f228b4b23ab55525574ec15687184030bf86dd5fdbeef656d7d413","call_id":"demo_0","effects":["shell"],"tool":{"command":"echo approved","restart":false,"tool":"shell"}}', '2026-11-28 17:55:06.033567+00'),
	('01a2234b-e57b-74f1-8141-a85273a64090', '01a2234b-da89-7502-bfbb-3e8346176ddd', 6, '01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', 'run_state', '{"code":"approval_required","message":"Your approval is needed before the assistant runs a command.","state":"awaiting_approval","waits_for":"demo_0"}', '2026-11-28 17:55:06.158184+00'),
	('01a2234b-ec95-712e-be42-4a3cf1f6f790', '01a2234b-da89-7502-bfbb-3e8346176ddd', 9, '01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', 'call_started', '{"call_id":"demo_0"}', '2026-11-28 17:55:07.999404+00'),
	('01a2234b-ee15-7793-9c65-65a13006737d', '01a2234b-da89-7502-bfbb-3e8346176ddd', 11, '01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', 'approval_request', '{"arguments_sha256":"f6a6b48d817a6b3c86c76593740130183ddf16a8b4e54f39a436ee3ed89c3fe4","call_id":"demo_1","effects":["shell"],"tool":{"command":"echo denied","restart":false,"tool":"shell"}}', '2026-11-28 17:55:08.362708+00'),
	('01a2234b-f2a9-7572-aebd-536db297b43b', '01a2234b-da89-7502-bfbb-3e8346176ddd', 14, '01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-28 17:55:09.535237+00'),
	('01a2234b-f3d8-7623-9280-cac63a4c6e3d', '01a2234b-da89-7502-bfbb-3e8346176ddd', 16, '01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', 'assistant_turn', '{"content":[{"text":"I ran `echo approved`.\n\n`echo approved` printed:\n\n```\napproved\n```\n\nI did not run `echo denied`, because you did not approve it.\n\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)","type":"text"}],"cost":{"elapsed_ms":22,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I ran `echo approved`.\\n\\n`echo approved` printed:\\n\\n```\\napproved\\n```\\n\\nI did not run `echo denied`, because you did not approve it.\\n\\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:55:09.822446+00'),
	('01a2234b-f7b0-758b-b303-a579b45b9c84', '01a2234b-da89-7502-bfbb-3e8346176ddd', 22, '01a2234b-f57e-704f-a3ae-75df6477192d', 'run_state', '{"code":"question_asked","message":"Which one?","state":"awaiting_human","waits_for":"demo_2"}', '2026-11-28 17:55:10.822758+00'),
	('01a2234b-f88d-7313-ba81-6237346c5713', '01a2234b-da89-7502-bfbb-3e8346176ddd', 23, '01a2234b-f57e-704f-a3ae-75df6477192d', 'answer', '{"call_id":"demo_2","text":"that"}', '2026-11-28 17:55:11.116716+00'),
	('01a2234b-f974-7476-a7c5-e1b714ddb6c6', '01a2234b-da89-7502-bfbb-3e8346176ddd', 24, '01a2234b-f57e-704f-a3ae-75df6477192d', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-28 17:55:11.300919+00'),
	('01a2234b-fe27-7614-8bdf-bf32c237db66', '01a2234b-da89-7502-bfbb-3e8346176ddd', 28, '01a2234b-fdb4-7204-9013-fd06d7ad6fe5', 'message', '{"extra_data":{},"files":[],"text":"say \"back again\""}', '2026-11-28 17:55:12.401468+00'),
	('01a2234b-fe3e-72fc-bc61-d8c75892049c', '01a2234b-da89-7502-bfbb-3e8346176ddd', 29, '01a2234b-fdb4-7204-9013-fd06d7ad6fe5', 'run_state', '{"code":"person_in_control","message":"You are in control. The run begins when you hand back.","state":"queued","waits_for":null}', '2026-11-28 17:55:12.401468+00'),
	('01a2234c-060f-74ad-8765-8ce3e8eeac8a', '01a2234c-0508-7760-91c5-16577d15d5f7', 3, '01a2234c-0525-7551-8ca8-b1319e0f03db', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-28 17:55:14.573735+00'),
	('01a2234c-0bf1-7061-9acb-f99a3aee3419', '01a2234c-0508-7760-91c5-16577d15d5f7', 8, '01a2234c-0525-7551-8ca8-b1319e0f03db', 'assistant_turn', '{"content":[{"text":"Done: I ran `echo first > ~/Outputs/first.txt`.\n\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)","type":"text"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"Done: I ran `echo first > ~/Outputs/first.txt`.\\n\\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:55:16.039715+00'),
	('01a2234c-0cbe-7740-a3f1-d6d54e2f6e99', '01a2234c-0508-7760-91c5-16577d15d5f7', 9, '01a2234c-0525-7551-8ca8-b1319e0f03db', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-28 17:55:16.237359+00'),
	('01a2234c-1088-701d-b157-571ea141256d', '01a2234c-0508-7760-91c5-16577d15d5f7', 16, '01a2234c-0de0-77a4-83b3-2ed31e908832', 'call_started', '{"call_id":"demo_1"}', '2026-11-28 17:55:17.160975+00'),
	('01a2234c-1521-7068-bca8-ca9cf27bb6d0', '01a2234c-0508-7760-91c5-16577d15d5f7', 20, '01a2234c-14ec-7012-bbc6-17b74803d5ee', 'message', '{"extra_data":{},"files":[],"text":"say \"wrong\""}', '2026-11-28 17:55:18.337292+00'),
	('01a2234c-1533-76fd-aba4-e26d39bf95ce', '01a2234c-0508-7760-91c5-16577d15d5f7', 21, '01a2234c-14ec-7012-bbc6-17b74803d5ee', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-28 17:55:18.337292+00'),
	('01a2234c-15f1-76d1-a52f-ead712dbb348', '01a2234c-0508-7760-91c5-16577d15d5f7', 22, '01a2234c-14ec-7012-bbc6-17b74803d5ee', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-28 17:55:18.551573+00'),
	('01a2234c-192d-75ed-b851-32ad05f695df', '01a2234c-0508-7760-91c5-16577d15d5f7', 25, '01a2234c-18be-7474-8f87-9187322e68a8', 'message', '{"extra_data":{},"files":[],"replaces":"01a2234c-1521-7068-bca8-ca9cf27bb6d0","text":"say \"right\""}', '2026-11-28 17:55:19.288715+00'),
	('01a2234c-1970-7276-b33e-705381680852', '01a2234c-0508-7760-91c5-16577d15d5f7', 26, '01a2234c-18be-7474-8f87-9187322e68a8', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-28 17:55:19.288715+00'),
	('01a2234c-1b4b-7363-acec-a0a2afc687bf', '01a2234c-0508-7760-91c5-16577d15d5f7', 28, '01a2234c-18be-7474-8f87-9187322e68a8', 'assistant_turn', '{"content":[{"text":"right\n\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)","type":"text"}],"cost":{"elapsed_ms":55,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"right\\n\\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:55:19.952161+00'),
	('01a2234c-22bf-7069-9691-ceae11c754b1', '01a2234c-223a-7717-b4cb-bad91c963321', 1, '01a2234c-2269-7338-9a62-0d088f1382fa', 'message', '{"extra_data":{},"files":[],"text":"say \"hello\""}', '2026-11-28 17:55:21.757333+00'),
	('01a2234c-22e2-754d-9ad8-f6f6e14e75dd', '01a2234c-223a-7717-b4cb-bad91c963321', 2, '01a2234c-2269-7338-9a62-0d088f1382fa', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-28 17:55:21.757333+00'),
	('01a2234c-23b1-773a-9da3-058313feef4e', '01a2234c-223a-7717-b4cb-bad91c963321', 3, '01a2234c-2269-7338-9a62-0d088f1382fa', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-28 17:55:22.097209+00'),
	('01a2234c-2955-723c-b083-817ae44763fa', '01a2234c-223a-7717-b4cb-bad91c963321', 5, '01a2234c-2269-7338-9a62-0d088f1382fa', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-28 17:55:23.470231+00'),
	('01a2234b-c6b5-7531-9adf-e420cabcbd86', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 30, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'call_started', '{"call_id":"demo_9"}', '2026-11-28 17:54:58.309215+00'),
	('01a2234b-c87a-75da-9b5e-6c95eb0a4b94', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 32, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'call_started', '{"call_id":"demo_10"}', '2026-11-28 17:54:58.752967+00'),
	('01a2234b-c978-73f4-912f-a45c7362c75f', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 34, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'call_started', '{"call_id":"demo_11"}', '2026-11-28 17:54:59.053275+00'),
	('01a2234b-ccd9-70f9-a479-1abbc46d5065', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 36, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'call_started', '{"call_id":"demo_12"}', '2026-11-28 17:54:59.865798+00'),
	('01a2234b-d151-777f-af86-d459f7625d12', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 40, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'assistant_turn', '{"content":[{"text":"Done: I opened the terminal, waited 0.5 s, clicked at 320,240, typed \"echo héllo\", pressed Return, scrolled down by 2, dragged from 10,10 to 40,40, zoomed in at 0,0, and looked where the pointer is.\n\nThe pointer is at X=40, Y=40.\n\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)","type":"text"}],"cost":{"elapsed_ms":55,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"Done: I opened the terminal, waited 0.5 s, clicked at 320,240, typed \\\"echo héllo\\\", pressed Return, scrolled down by 2, dragged from 10,10 to 40,40, zoomed in at 0,0, and looked where the pointer is.\\n\\nThe pointer is at X=40, Y=40.\\n\\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:55:00.954012+00'),
	('01a2234b-f1d5-76e5-840f-f12b8cf9d5be', '01a2234b-da89-7502-bfbb-3e8346176ddd', 13, '01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', 'decision', '{"arguments_sha256":"f6a6b48d817a6b3c86c76593740130183ddf16a8b4e54f39a436ee3ed89c3fe4","call_id":"demo_1","decided_by":"01a2234b-97f8-75aa-b1ac-25b04dea9c51","reason":"not today","verdict":"deny"}', '2026-11-28 17:55:09.361155+00'),
	('01a2234b-f36d-7738-84a9-bfd9c050a895', '01a2234b-da89-7502-bfbb-3e8346176ddd', 15, '01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', 'tool_result', '{"call_id":"demo_1","elapsed_ms":0,"shown_to_model":false,"status":"not_executed","text":"Not executed: the person did not approve this. The person says: not today"}', '2026-11-28 17:55:09.735933+00'),
	('01a2234b-fa3f-73ed-89b9-8b711fa2e350', '01a2234b-da89-7502-bfbb-3e8346176ddd', 25, '01a2234b-f57e-704f-a3ae-75df6477192d', 'tool_result', '{"call_id":"demo_2","elapsed_ms":0,"shown_to_model":false,"status":"done","text":"that"}', '2026-11-28 17:55:11.493378+00'),
	('01a2234b-fab2-7344-986d-8e7ef01bcdb3', '01a2234b-da89-7502-bfbb-3e8346176ddd', 26, '01a2234b-f57e-704f-a3ae-75df6477192d', 'assistant_turn', '{"content":[{"text":"Done: I asked \"Which one?\".\n\nYou answered: that\n\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)","type":"text"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"Done: I asked \\\"Which one?\\\".\\n\\nYou answered: that\\n\\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:55:11.586941+00'),
	('01a2234c-0a88-7770-9ed2-257ca1895fec', '01a2234c-0508-7760-91c5-16577d15d5f7', 4, '01a2234c-0525-7551-8ca8-b1319e0f03db', 'assistant_turn', '{"content":[{"text":"I''ll run `echo first > ~/Outputs/first.txt`.","type":"text"},{"call_id":"demo_0","tool":{"command":"echo first > ~/Outputs/first.txt","restart":false,"tool":"shell"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `echo first > ~/Outputs/first.txt`.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo first > ~/Outputs/first.txt\",\"restart\":false}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:55:15.653876+00'),
	('01a2234c-0bac-73a9-a475-dab6cacf7f07', '01a2234c-0508-7760-91c5-16577d15d5f7', 7, '01a2234c-0525-7551-8ca8-b1319e0f03db', 'tool_result', '{"call_id":"demo_0","elapsed_ms":71,"shown_to_model":false,"status":"done","text":"(no output)"}', '2026-11-28 17:55:15.886661+00'),
	('01a2234c-0f52-7275-bb7e-4854b1178d47', '01a2234c-0508-7760-91c5-16577d15d5f7', 12, '01a2234c-0de0-77a4-83b3-2ed31e908832', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-28 17:55:16.885599+00'),
	('01a2234c-101e-73c6-8c2d-27eedebe3fa3', '01a2234c-0508-7760-91c5-16577d15d5f7', 15, '01a2234c-0de0-77a4-83b3-2ed31e908832', 'assistant_turn', '{"content":[{"text":"I''ll wait 100 s.","type":"text"},{"call_id":"demo_1","tool":{"action":{"duration_ms":100000,"type":"wait"},"tool":"computer"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll wait 100 s.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_1\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"wait\",\"duration_ms\":100000}}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:55:17.0651+00'),
	('01a2234c-139e-727b-9f04-a9ea52eef569', '01a2234c-0508-7760-91c5-16577d15d5f7', 19, '01a2234c-0de0-77a4-83b3-2ed31e908832', 'run_state', '{"code":"cancelled","message":"","state":"cancelled","waits_for":null}', '2026-11-28 17:55:17.913219+00'),
	('01a2234b-cc65-76f0-8cbe-910a94d678d6', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 35, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'tool_result', '{"call_id":"demo_11","elapsed_ms":396,"screenshot":{"media_type":"image/png","sha256":"a97e56f283b68b496e8946ec26f54736dd12569dbf2b9908834bb251276f71a2","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-28 17:54:59.745267+00'),
	('01a2234b-ce00-74e3-8091-d984a4a6b546', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 37, '01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', 'tool_result', '{"call_id":"demo_12","elapsed_ms":35,"screenshot":{"media_type":"image/png","sha256":"a079f29442a003a687a741f8dce13ba16a6e2c21635c0d6cba55192748ce818f","size":{"height":240,"width":320}},"shown_to_model":true,"status":"done","text":""}', '2026-11-28 17:55:00.165759+00'),
	('01a2234b-d802-74e0-8aa3-3d80c3b3ae42', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 45, '01a2234b-d421-7192-a19d-08fc833c1f7c', 'assistant_turn', '{"content":[{"text":"Hello! I am Deskhand''s demo and no AI: I only understand a few fixed commands, but I carry them out on a real desktop that you can watch. Try:\n\n> open the terminal, type \"echo hello from Deskhand\", press Return\n>\n> open the text editor, type \"My first note\", press ctrl+a, take a screenshot\n>\n> run `date > ~/Outputs/today.txt`, then open the file manager at ~/Outputs\n\nI can:\n- open the terminal, the browser at https://example.com, the text editor, the file manager\n- type \"some text\", press Return, press ctrl+s 3 times, hold shift for 2 seconds\n- click at 100,200, click right (or double, middle, triple) at 100,200, move to 100,200, drag from 100,200 to 300,400, mouse down, mouse up, where is the pointer?\n- scroll down 5 at 100,200, wait 2 seconds\n- take a screenshot, zoom from 0,0 to 640,400\n- run `ls ~`, restart the shell\n- write \"text\" into ~/Outputs/notes.txt, read ~/Outputs/notes.txt, replace \"old\" with \"new\" in ~/Outputs/notes.txt, insert \"a line\" into ~/Outputs/notes.txt after line 2, undo the last edit of ~/Outputs/notes.txt\n- say \"hello\", ask \"Which one?\" with \"this\" or \"that\"\n\nPut commas, line ends, \"then\" or \"and\" between commands.\n\nTo have Claude understand anything you write, set ANTHROPIC_API_KEY where Deskhand is started, and start it again.","type":"text"}],"cost":{"elapsed_ms":48,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"Hello! I am Deskhand''s demo and no AI: I only understand a few fixed commands, but I carry them out on a real desktop that you can watch. Try:\\n\\n> open the terminal, type \\\"echo hello from Deskhand\\\", press Return\\n>\\n> open the text editor, type \\\"My first note\\\", press ctrl+a, take a screenshot\\n>\\n> run `date > ~/Outputs/today.txt`, then open the file manager at ~/Outputs\\n\\nI can:\\n- open the terminal, the browser at https://example.com, the text editor, the file manager\\n- type \\\"some text\\\", press Return, press ctrl+s 3 times, hold shift for 2 seconds\\n- click at 100,200, click right (or double, middle, triple) at 100,200, move to 100,200, drag from 100,200 to 300,400, mouse down, mouse up, where is the pointer?\\n- scroll down 5 at 100,200, wait 2 seconds\\n- take a screenshot, zoom from 0,0 to 640,400\\n- run `ls ~`, restart the shell\\n- write \\\"text\\\" into ~/Outputs/notes.txt, read ~/Outputs/notes.txt, replace \\\"old\\\" with \\\"new\\\" in ~/Outputs/notes.txt, insert \\\"a line\\\" into ~/Outputs/notes.txt after line 2, undo the last edit of ~/Outputs/notes.txt\\n- say \\\"hello\\\", ask \\\"Which one?\\\" with \\\"this\\\" or \\\"that\\\"\\n\\nPut commas, line ends, \\\"then\\\" or \\\"and\\\" between commands.\\n\\nTo have Claude understand anything you write, set ANTHROPIC_API_KEY where Deskhand is started, and start it again.\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:55:02.714136+00'),
	('01a2234b-dcd9-751b-a477-de14c96d5519', '01a2234b-da89-7502-bfbb-3e8346176ddd', 1, '01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', 'message', '{"extra_data":{},"files":[],"text":"run `echo approved`, run `echo denied`"}', '2026-11-28 17:55:03.862408+00'),
	('01a2234b-dd41-7756-a91b-a4900ba072a6', '01a2234b-da89-7502-bfbb-3e8346176ddd', 2, '01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-28 17:55:03.862408+00'),
	('01a2234b-dded-72df-9177-fde351ecf788', '01a2234b-da89-7502-bfbb-3e8346176ddd', 3, '01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-28 17:55:04.205107+00'),
	('01a2234b-eb59-766a-88b3-85c42bcdce42', '01a2234b-da89-7502-bfbb-3e8346176ddd', 8, '01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-28 17:55:07.669684+00'),
	('01a2234b-f5b1-7231-8b86-4a08400f28f7', '01a2234b-da89-7502-bfbb-3e8346176ddd', 18, '01a2234b-f57e-704f-a3ae-75df6477192d', 'message', '{"extra_data":{},"files":[],"text":"ask \"Which one?\" with \"this\" or \"that\""}', '2026-11-28 17:55:10.333291+00'),
	('01a2234b-f5ed-7760-a757-4471a499d0fc', '01a2234b-da89-7502-bfbb-3e8346176ddd', 19, '01a2234b-f57e-704f-a3ae-75df6477192d', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-28 17:55:10.333291+00'),
	('01a2234b-f729-70ee-924a-520fbcfe3759', '01a2234b-da89-7502-bfbb-3e8346176ddd', 21, '01a2234b-f57e-704f-a3ae-75df6477192d', 'assistant_turn', '{"content":[{"text":"I''ll ask \"Which one?\".","type":"text"},{"call_id":"demo_2","tool":{"choices":["this","that"],"question":"Which one?","tool":"ask"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll ask \\\"Which one?\\\".\"},{\"type\":\"tool_call\",\"call_id\":\"demo_2\",\"tool\":{\"tool\":\"ask\",\"question\":\"Which one?\",\"choices\":[\"this\",\"that\"]}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:55:10.753665+00'),
	('01a2234c-0256-74ae-8651-e90fa38a34ba', '01a2234b-da89-7502-bfbb-3e8346176ddd', 32, '01a2234b-fdb4-7204-9013-fd06d7ad6fe5', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-28 17:55:13.593107+00');
INSERT INTO public.events VALUES
	('01a2234c-0571-7787-90ec-b4f04bce12bc', '01a2234c-0508-7760-91c5-16577d15d5f7', 1, '01a2234c-0525-7551-8ca8-b1319e0f03db', 'message', '{"extra_data":{},"files":[],"text":"run `echo first > ~/Outputs/first.txt`"}', '2026-11-28 17:55:14.239441+00'),
	('01a2234c-0599-70fb-ace8-d752c43f4a11', '01a2234c-0508-7760-91c5-16577d15d5f7', 2, '01a2234c-0525-7551-8ca8-b1319e0f03db', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-28 17:55:14.239441+00'),
	('01a2234c-0adb-729d-bce9-a698e2930059', '01a2234c-0508-7760-91c5-16577d15d5f7', 5, '01a2234c-0525-7551-8ca8-b1319e0f03db', 'call_started', '{"call_id":"demo_0"}', '2026-11-28 17:55:15.769606+00'),
	('01a2234c-0b90-7105-b5f8-14f4c9133223', '01a2234c-0508-7760-91c5-16577d15d5f7', 6, NULL, 'file', '{"chat_id":"01a2234c-0508-7760-91c5-16577d15d5f7","created_at":"2026-11-28T17:55:15.896775Z","id":"01a2234c-0b61-7661-9549-1bd6d2549790","media_type":"text/plain","name":"first.txt","origin":"desktop","path":"Outputs/first.txt","size":6}', '2026-11-28 17:55:15.896775+00'),
	('01a2234c-0e5d-76c3-8e94-08f2becd2e37', '01a2234c-0508-7760-91c5-16577d15d5f7', 10, '01a2234c-0de0-77a4-83b3-2ed31e908832', 'message', '{"extra_data":{},"files":[],"text":"wait 100 seconds"}', '2026-11-28 17:55:16.509345+00'),
	('01a2234c-0e99-72bd-8da0-0689b01de5ff', '01a2234c-0508-7760-91c5-16577d15d5f7', 11, '01a2234c-0de0-77a4-83b3-2ed31e908832', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-28 17:55:16.509345+00'),
	('01a2234c-0fc4-76b3-b312-3d03c86b70f5', '01a2234c-0508-7760-91c5-16577d15d5f7', 13, '01a2234c-0f5d-7053-97d8-07b42c787ea6', 'message', '{"extra_data":{},"files":[],"text":"say \"never\""}', '2026-11-28 17:55:16.933866+00'),
	('01a2234c-0fe8-77a1-ae49-4b0a3a707f6e', '01a2234c-0508-7760-91c5-16577d15d5f7', 14, '01a2234c-0f5d-7053-97d8-07b42c787ea6', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-28 17:55:16.933866+00'),
	('01a2234c-117d-7140-b5e6-2cadc04670c8', '01a2234c-0508-7760-91c5-16577d15d5f7', 17, '01a2234c-0f5d-7053-97d8-07b42c787ea6', 'run_state', '{"code":"withdrawn","message":"","state":"cancelled","waits_for":null}', '2026-11-28 17:55:17.396937+00'),
	('01a2234c-12d6-709f-bf8a-32d5188ffad6', '01a2234c-0508-7760-91c5-16577d15d5f7', 18, '01a2234c-0de0-77a4-83b3-2ed31e908832', 'tool_result', '{"call_id":"demo_1","elapsed_ms":0,"shown_to_model":false,"status":"interrupted","text":"Interrupted by the user; whether it took effect is not known."}', '2026-11-28 17:55:17.813541+00'),
	('01a2234c-171d-77dc-bccd-839b2713c649', '01a2234c-0508-7760-91c5-16577d15d5f7', 23, '01a2234c-14ec-7012-bbc6-17b74803d5ee', 'assistant_turn', '{"content":[{"text":"wrong\n\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)","type":"text"}],"cost":{"elapsed_ms":29,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"wrong\\n\\n(I am Deskhand''s demo and no AI: I follow a few fixed commands. Set ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:55:18.854779+00'),
	('01a2234c-17b7-70d4-b985-193fe6f7ef08', '01a2234c-0508-7760-91c5-16577d15d5f7', 24, '01a2234c-14ec-7012-bbc6-17b74803d5ee', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-28 17:55:19.061086+00'),
	('01a2234c-1a34-7557-96ce-15af13dd5311', '01a2234c-0508-7760-91c5-16577d15d5f7', 27, '01a2234c-18be-7474-8f87-9187322e68a8', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-28 17:55:19.654727+00'),
	('01a2234c-1c48-75ed-a63f-b4d5999ed82f', '01a2234c-0508-7760-91c5-16577d15d5f7', 29, '01a2234c-18be-7474-8f87-9187322e68a8', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-28 17:55:20.182879+00'),
	('01a2234c-1e68-7272-aa0e-bf7581c5c50e', '01a2234c-1e36-71e1-b55d-796609a98800', 1, '01a2234c-1e61-7411-863c-25a105cda1b6', 'message', '{"extra_data":{},"files":[],"text":"run `echo first > ~/Outputs/first.txt`"}', '2026-11-28 17:55:14.239441+00'),
	('01a2234c-1e68-7272-aa0e-bf76ba7c1496', '01a2234c-1e36-71e1-b55d-796609a98800', 2, '01a2234c-1e61-7411-863c-25a105cda1b6', 'assistant_turn', '{"content":[{"text":"I''ll run `echo first > ~/Outputs/first.txt`.","type":"text"},{"call_id":"demo_0","tool":{"command":"echo first > ~/Outputs/first.txt","restart":false,"tool":"shell"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `echo first > ~/Outputs/first.txt`.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo first > ~/Outputs/first.txt\",\"restart\":false}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:55:15.653876+00'),
	('01a2234c-1e68-7272-aa0e-bf772a356434', '01a2234c-1e36-71e1-b55d-796609a98800', 3, '01a2234c-1e61-7411-863c-25a105cda1b6', 'call_started', '{"call_id":"demo_0"}', '2026-11-28 17:55:15.769606+00'),
	('01a2234c-1e68-7272-aa0e-bf78bc3d0a7a', '01a2234c-1e36-71e1-b55d-796609a98800', 4, '01a2234c-1e61-7411-863c-25a105cda1b6', 'tool_result', '{"call_id":"demo_0","elapsed_ms":71,"shown_to_model":false,"status":"done","text":"(no output)"}', '2026-11-28 17:55:15.886661+00'),
	('01a2234c-1e68-7272-aa0e-bf79f2e8fdad', '01a2234c-1e36-71e1-b55d-796609a98800', 5, '01a2234c-1e61-7411-863c-25a105cda1b6', 'run_state', '{"code":"forked","message":"","state":"cancelled","waits_for":null}', '2026-11-28 17:55:20.68523+00'),
	('01a2234c-403d-7142-8296-e95f4607878d', '01a2234c-3f7c-7109-8063-d433602586ef', 1, '01a2234c-3fb3-76d8-80bb-0d6487ac3f42', 'message', '{"extra_data":{},"files":[],"text":"take a screenshot"}', '2026-11-28 17:55:29.197995+00'),
	('01a2234c-407d-744f-84cc-7fdcefbf33c9', '01a2234c-3f7c-7109-8063-d433602586ef', 2, '01a2234c-3fb3-76d8-80bb-0d6487ac3f42', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-28 17:55:29.197995+00'),
	('01a2234c-41ba-7563-a6f1-21c98e473291', '01a2234c-3f7c-7109-8063-d433602586ef', 3, '01a2234c-3fb3-76d8-80bb-0d6487ac3f42', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-28 17:55:29.822854+00'),
	('01a2234c-47ad-75b9-be69-4f3f054c87ad', '01a2234c-3f7c-7109-8063-d433602586ef', 4, '01a2234c-3fb3-76d8-80bb-0d6487ac3f42', 'run_state', '{"code":"api_key_refused","message":"Anthropic refused the API key. Check ANTHROPIC_API_KEY where Deskhand is started (keys are made at console.anthropic.com), and start Deskhand again.","state":"failed","waits_for":null}', '2026-11-28 17:55:31.265286+00'),
	('01a2234c-5c26-75f2-8140-a40ccb57e0f3', '01a2234c-5b6a-773d-944a-ba483813882d', 1, '01a2234c-5bc5-7498-927b-dcd3f5ef7c3d', 'message', '{"extra_data":{},"files":[],"text":"run `until [ -e ~/go ]; do sleep 0.1; done`, run `echo resumed`"}', '2026-11-28 17:55:36.425309+00'),
	('01a2234c-5c46-7249-8427-ec878dddd8bb', '01a2234c-5b6a-773d-944a-ba483813882d', 2, '01a2234c-5bc5-7498-927b-dcd3f5ef7c3d', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-28 17:55:36.425309+00'),
	('01a2234c-5e04-7411-9585-058e178b8835', '01a2234c-5b6a-773d-944a-ba483813882d', 3, '01a2234c-5bc5-7498-927b-dcd3f5ef7c3d', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-28 17:55:36.986463+00'),
	('01a2234c-62da-73cc-928b-57a4f9b6c75e', '01a2234c-5b6a-773d-944a-ba483813882d', 4, '01a2234c-5bc5-7498-927b-dcd3f5ef7c3d', 'assistant_turn', '{"content":[{"text":"I''ll run `until [ -e ~/go ]; do sleep 0.1; done` and run `echo resumed`.","type":"text"},{"call_id":"demo_0","tool":{"command":"until [ -e ~/go ]; do sleep 0.1; done","restart":false,"tool":"shell"},"type":"tool_call"},{"call_id":"demo_1","tool":{"command":"echo resumed","restart":false,"tool":"shell"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `until [ -e ~/go ]; do sleep 0.1; done` and run `echo resumed`.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"until [ -e ~/go ]; do sleep 0.1; done\",\"restart\":false}},{\"type\":\"tool_call\",\"call_id\":\"demo_1\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo resumed\",\"restart\":false}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:55:38.258876+00'),
	('01a2234c-63a9-76f9-b66e-c42b6bffee14', '01a2234c-5b6a-773d-944a-ba483813882d', 5, '01a2234c-5bc5-7498-927b-dcd3f5ef7c3d', 'call_started', '{"call_id":"demo_0"}', '2026-11-28 17:55:38.37047+00'),
	('01a2234c-6475-7606-a78e-1db4579d968a', '01a2234c-5b6a-773d-944a-ba483813882d', 6, '01a2234c-5bc5-7498-927b-dcd3f5ef7c3d', 'tool_result', '{"call_id":"demo_0","elapsed_ms":47,"shown_to_model":false,"status":"done","text":"(no output)"}', '2026-11-28 17:55:38.660032+00'),
	('01a2234c-6541-71f3-90cf-045f6030a792', '01a2234c-5b6a-773d-944a-ba483813882d', 7, '01a2234c-5bc5-7498-927b-dcd3f5ef7c3d', 'run_state', '{"code":"paused","message":"You paused the run. Resume it when you are ready.","state":"paused","waits_for":null}', '2026-11-28 17:55:38.786045+00'),
	('01a2234c-682d-77da-8aa2-3a3d4550f94b', '01a2234c-65f9-7437-951f-1586991822c3', 1, '01a2234c-67d9-7216-94f1-adb52a6c5d45', 'message', '{"extra_data":{},"files":[],"text":"run `echo approved > ~/Outputs/approved.txt`"}', '2026-11-28 17:55:39.517583+00'),
	('01a2234c-6872-72f9-8be1-8657562d8e26', '01a2234c-65f9-7437-951f-1586991822c3', 2, '01a2234c-67d9-7216-94f1-adb52a6c5d45', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-28 17:55:39.517583+00'),
	('01a2234c-6972-773c-aff5-68056b843565', '01a2234c-65f9-7437-951f-1586991822c3', 3, '01a2234c-67d9-7216-94f1-adb52a6c5d45', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-28 17:55:39.952659+00'),
	('01a2234c-6ee5-7354-8dc7-ddc81b0909ed', '01a2234c-65f9-7437-951f-1586991822c3', 4, '01a2234c-67d9-7216-94f1-adb52a6c5d45', 'assistant_turn', '{"content":[{"text":"I''ll run `echo approved > ~/Outputs/approved.txt`.","type":"text"},{"call_id":"demo_0","tool":{"command":"echo approved > ~/Outputs/approved.txt","restart":false,"tool":"shell"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `echo approved > ~/Outputs/approved.txt`.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo approved > ~/Outputs/approved.txt\",\"restart\":false}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-28 17:55:41.338+00'),
	('01a2234c-6f69-7262-8a8d-d8141c4bbf18', '01a2234c-65f9-7437-951f-1586991822c3', 5, '01a2234c-67d9-7216-94f1-adb52a6c5d45', 'approval_request', '{"arguments_sha256":"be5dfacb75f57af4380456cddfd9f2cd3f5d6da075df31e9116cd1a84e396ba3","call_id":"demo_0","effects":["shell"],"tool":{"command":"echo approved > ~/Outputs/approved.txt","restart":false,"tool":"shell"}}', '2026-11-28 17:55:41.492931+00'),
	('01a2234c-7031-7177-8a13-aef9a9650779', '01a2234c-65f9-7437-951f-1586991822c3', 6, '01a2234c-67d9-7216-94f1-adb52a6c5d45', 'run_state', '{"code":"approval_required","message":"Your approval is needed before the assistant runs a command.","state":"awaiting_approval","waits_for":"demo_0"}', '2026-11-28 17:55:41.637413+00');


--
-- Data for Name: files; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.files VALUES
	('01a2234b-a210-7796-9cf6-85402def86e2', '01a2234b-97f8-75aa-b1ac-25b04dea9c51', NULL, 'list.txt', 'text/plain', 5, '28b3e2baaf822711e28e8abc0228b6970dfe70432b4890dfee92f352959d27e0', NULL, NULL, '2026-11-28 17:54:48.97687+00'),
	('01a2234b-afec-771f-9eae-fd78383ed262', '01a2234b-97f8-75aa-b1ac-25b04dea9c51', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 'copy.txt', 'text/plain', 5, '28b3e2baaf822711e28e8abc0228b6970dfe70432b4890dfee92f352959d27e0', 'Outputs/copy.txt', 1795888492339, '2026-11-28 17:54:52.464766+00'),
	('01a2234c-0b61-7661-9549-1bd6d2549790', '01a2234b-97f8-75aa-b1ac-25b04dea9c51', '01a2234c-0508-7760-91c5-16577d15d5f7', 'first.txt', 'text/plain', 6, 'b640e840b19d378660b32fb51ae18d67dccb4a8596a29e7bd72c1b2ae5928f41', 'Outputs/first.txt', 1795888515850, '2026-11-28 17:55:15.896775+00'),
	('01a2234c-2a80-7293-94a9-5927885a7f43', '01a2234b-a0e8-776c-827c-71a359c4b702', NULL, 'secret.txt', 'text/plain', 11, 'c646a2c09543c013b1d37e69b593c4b397a0eb6df8cc5bd8818d95c1b253e62f', NULL, NULL, '2026-11-28 17:55:23.904693+00');


--
-- Data for Name: idempotency_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.idempotency_keys VALUES
	('01a2234b-97f8-75aa-b1ac-25b04dea9c51', 'upload', '\x0eab1be8ce20a8cf3e6be043bb5b53b2d7f0882f27b54f805aa6de63c9d6dc06', '{"chat_id":null,"created_at":"2026-11-28T17:54:48.976870Z","id":"01a2234b-a210-7796-9cf6-85402def86e2","media_type":"text/plain","name":"list.txt","origin":"upload","path":null,"size":5}', '2026-11-28 17:54:48.97687+00'),
	('01a2234b-97f8-75aa-b1ac-25b04dea9c51', 'chat', '\xa64a2cc351b42324293c2d190c9559d3e0c330a63b81b2c7a2436fec3892c9e0', '{"approval":null,"created_at":"2026-11-28T17:54:49.281653Z","id":"01a2234b-a3a5-7474-b6c4-d542d6d925ef","messages":[{"created_at":"2026-11-28T17:54:49.281653Z","extra_data":{},"files":[{"id":"01a2234b-a210-7796-9cf6-85402def86e2","name":"list.txt","path":"Uploads/list.txt"}],"id":"01a2234b-a4f1-773c-8ce0-fec08a782619","message":"run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, create ~/notes.txt with \"kept for later\", replace \"later\" with \"good\" in ~/notes.txt, read ~/notes.txt, take a screenshot","role":"user","run_id":"01a2234b-a3e1-77d4-b3e3-f6872431c7aa","seq":1}],"run":{"chat_id":"01a2234b-a3a5-7474-b6c4-d542d6d925ef","code":"","created_at":"2026-11-28T17:54:49.281653Z","finished_at":null,"id":"01a2234b-a3e1-77d4-b3e3-f6872431c7aa","message":"","pause_requested":false,"started_at":null,"state":"queued","waits_for":null},"run_state":"queued","title":"run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, create…","updated_at":"2026-11-28T17:54:49.281653Z"}', '2026-11-28 17:54:49.281653+00'),
	('01a2234b-97f8-75aa-b1ac-25b04dea9c51', 'fork', '\x59cdc030dfffa2b2e13f72156a8d89d100ea04302c7a579398f2ae65aa9e3ca0', '{"approval":null,"created_at":"2026-11-28T17:55:20.685230Z","id":"01a2234c-1e36-71e1-b55d-796609a98800","messages":[{"created_at":"2026-11-28T17:55:14.239441Z","extra_data":{},"files":[],"id":"01a2234c-1e68-7272-aa0e-bf7581c5c50e","message":"run `echo first > ~/Outputs/first.txt`","role":"user","run_id":"01a2234c-1e61-7411-863c-25a105cda1b6","seq":1},{"created_at":"2026-11-28T17:55:15.653876Z","extra_data":{},"files":[],"id":"01a2234c-1e68-7272-aa0e-bf76ba7c1496","message":"I''ll run `echo first > ~/Outputs/first.txt`.","role":"assistant","run_id":"01a2234c-1e61-7411-863c-25a105cda1b6","seq":2}],"run":{"chat_id":"01a2234c-1e36-71e1-b55d-796609a98800","code":"forked","created_at":"2026-11-28T17:55:20.685230Z","finished_at":"2026-11-28T17:55:20.685230Z","id":"01a2234c-1e61-7411-863c-25a105cda1b6","message":"","pause_requested":false,"started_at":null,"state":"cancelled","waits_for":null},"run_state":"cancelled","title":"run `echo first > ~/Outputs/first.txt`","updated_at":"2026-11-28T17:55:20.685230Z"}', '2026-11-28 17:55:20.68523+00'),
	('01a2234b-a0e8-776c-827c-71a359c4b702', 'upload', '\x129bbad24e247cfc1e2f3dcae18fb96b93dc66cbea7c5a4b0617e1489c5d495c', '{"chat_id":null,"created_at":"2026-11-28T17:55:23.904693Z","id":"01a2234c-2a80-7293-94a9-5927885a7f43","media_type":"text/plain","name":"secret.txt","origin":"upload","path":null,"size":11}', '2026-11-28 17:55:23.904693+00');


--
-- Data for Name: installation; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.installation VALUES
	('fbbd834f-e75f-422f-847e-d13de7555074');


--
-- Data for Name: internet_requests; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: live_turns; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: pool_desktops; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: runs; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.runs VALUES
	('01a2234b-a3e1-77d4-b3e3-f6872431c7aa', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-28 17:54:49.281653+00', '2026-11-28 17:54:49.946527+00', '2026-11-28 17:54:54.249293+00', NULL, false),
	('01a2234c-5bc5-7498-927b-dcd3f5ef7c3d', '01a2234c-5b6a-773d-944a-ba483813882d', 'paused', 'paused', 'You paused the run. Resume it when you are ready.', false, NULL, NULL, 1, '2026-11-28 17:55:36.425309+00', '2026-11-28 17:55:36.779939+00', NULL, NULL, false),
	('01a2234b-b8c9-70d1-bc93-0eb323ae8bcf', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-28 17:54:54.733566+00', '2026-11-28 17:54:55.109189+00', '2026-11-28 17:55:01.265908+00', NULL, false),
	('01a2234b-d421-7192-a19d-08fc833c1f7c', '01a2234b-a3a5-7474-b6c4-d542d6d925ef', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-28 17:55:01.677274+00', '2026-11-28 17:55:02.065056+00', '2026-11-28 17:55:03.004297+00', NULL, false),
	('01a2234b-dc6d-707b-b4dc-bc4eafe6ea07', '01a2234b-da89-7502-bfbb-3e8346176ddd', 'succeeded', 'end_turn', '', false, NULL, NULL, 3, '2026-11-28 17:55:03.862408+00', '2026-11-28 17:55:04.138151+00', '2026-11-28 17:55:10.047356+00', NULL, false),
	('01a2234c-67d9-7216-94f1-adb52a6c5d45', '01a2234c-65f9-7437-951f-1586991822c3', 'awaiting_approval', 'approval_required', 'Your approval is needed before the assistant runs a command.', false, NULL, NULL, 1, '2026-11-28 17:55:39.517583+00', '2026-11-28 17:55:39.880905+00', NULL, 'demo_0', false),
	('01a2234b-f57e-704f-a3ae-75df6477192d', '01a2234b-da89-7502-bfbb-3e8346176ddd', 'succeeded', 'end_turn', '', false, NULL, NULL, 2, '2026-11-28 17:55:10.333291+00', '2026-11-28 17:55:10.502028+00', '2026-11-28 17:55:11.754353+00', NULL, false),
	('01a2234b-fdb4-7204-9013-fd06d7ad6fe5', '01a2234b-da89-7502-bfbb-3e8346176ddd', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-28 17:55:12.401468+00', '2026-11-28 17:55:13.477609+00', '2026-11-28 17:55:13.991471+00', NULL, false),
	('01a2234c-0525-7551-8ca8-b1319e0f03db', '01a2234c-0508-7760-91c5-16577d15d5f7', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-28 17:55:14.239441+00', '2026-11-28 17:55:14.537109+00', '2026-11-28 17:55:16.237359+00', NULL, false),
	('01a2234c-0f5d-7053-97d8-07b42c787ea6', '01a2234c-0508-7760-91c5-16577d15d5f7', 'cancelled', 'withdrawn', '', true, NULL, NULL, 0, '2026-11-28 17:55:16.933866+00', NULL, '2026-11-28 17:55:17.396937+00', NULL, false),
	('01a2234c-0de0-77a4-83b3-2ed31e908832', '01a2234c-0508-7760-91c5-16577d15d5f7', 'cancelled', 'cancelled', '', true, NULL, NULL, 1, '2026-11-28 17:55:16.509345+00', '2026-11-28 17:55:16.823032+00', '2026-11-28 17:55:17.913219+00', NULL, false),
	('01a2234c-14ec-7012-bbc6-17b74803d5ee', '01a2234c-0508-7760-91c5-16577d15d5f7', 'succeeded', 'end_turn', '', true, NULL, NULL, 1, '2026-11-28 17:55:18.337292+00', '2026-11-28 17:55:18.50552+00', '2026-11-28 17:55:19.061086+00', NULL, false),
	('01a2234c-18be-7474-8f87-9187322e68a8', '01a2234c-0508-7760-91c5-16577d15d5f7', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-28 17:55:19.288715+00', '2026-11-28 17:55:19.584856+00', '2026-11-28 17:55:20.182879+00', NULL, false),
	('01a2234c-1e61-7411-863c-25a105cda1b6', '01a2234c-1e36-71e1-b55d-796609a98800', 'cancelled', 'forked', '', false, NULL, NULL, 0, '2026-11-28 17:55:20.68523+00', NULL, '2026-11-28 17:55:20.68523+00', NULL, false),
	('01a2234c-2269-7338-9a62-0d088f1382fa', '01a2234c-223a-7717-b4cb-bad91c963321', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-28 17:55:21.757333+00', '2026-11-28 17:55:22.048917+00', '2026-11-28 17:55:23.470231+00', NULL, false),
	('01a2234c-3fb3-76d8-80bb-0d6487ac3f42', '01a2234c-3f7c-7109-8063-d433602586ef', 'failed', 'api_key_refused', 'Anthropic refused the API key. Check ANTHROPIC_API_KEY where Deskhand is started (keys are made at console.anthropic.com), and start Deskhand again.', false, NULL, NULL, 1, '2026-11-28 17:55:29.197995+00', '2026-11-28 17:55:29.688912+00', '2026-11-28 17:55:31.265286+00', NULL, false);


--
-- Data for Name: screenshots; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.screenshots VALUES
	('01a2234b-a3a5-7474-b6c4-d542d6d925ef', '67e62deecacdd803615f75e205ac1a3337443bde4128783cb308a90c823d543d', 'image/png'),
	('01a2234b-a3a5-7474-b6c4-d542d6d925ef', '916d5d57d3cae315b158a00f0e54fd50348187dbe56253aa6324340720fa1e8f', 'image/png'),
	('01a2234b-a3a5-7474-b6c4-d542d6d925ef', '5b10c29a3cd096ffe53f2b07b0500579b3a8d2dec5a780da36f59664e4b111de', 'image/png'),
	('01a2234b-a3a5-7474-b6c4-d542d6d925ef', '33c8a1f4e258b8b804abe3ffd74ce28cf709961ac50671e37e2b53b44f0c2ea6', 'image/png'),
	('01a2234b-a3a5-7474-b6c4-d542d6d925ef', 'a97e56f283b68b496e8946ec26f54736dd12569dbf2b9908834bb251276f71a2', 'image/png'),
	('01a2234b-a3a5-7474-b6c4-d542d6d925ef', 'a079f29442a003a687a741f8dce13ba16a6e2c21635c0d6cba55192748ce818f', 'image/png'),
	('01a2234b-a3a5-7474-b6c4-d542d6d925ef', '17dd235e7eee7b8ae70bfada808ee6984b8edc7bab2d4c099e1279ff7914582c', 'image/png'),
	('01a2234b-da89-7502-bfbb-3e8346176ddd', 'd31e3711a438e2c632c0ce2ce88109fd91e23ee285a1d8d1e40a93d860f80f1a', 'image/jpeg');


--
-- Data for Name: sessions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sessions VALUES
	('9ee4c2ee3062576e5834a9782cf84ed1d5a823cc249bd273481fb732f19be530', '01a2234b-97f8-75aa-b1ac-25b04dea9c51', '{"user_id": "01a2234b-97f8-75aa-b1ac-25b04dea9c51"}', '2026-12-12 17:54:46+00');


--
-- Data for Name: setup_tokens; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: signing_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.signing_keys VALUES
	('01a2234b-914e-730d-921a-614467cb7de5', '\xd65a27f0d17bd8bbf8a78775ff537dda9328cd648aaacdabb2ef78a1f56b570f', '2026-11-28 17:54:44.559354+00');


--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.users VALUES
	('01a2234b-97f8-75aa-b1ac-25b04dea9c51', 'ada', 'ada@example.com', '$argon2id$v=19$m=19456,t=2,p=1$WF1FLqGR8rCI9rWnYaGVEQ$tc2/oZV/RNw16YbynjYMj0NdCD8o8VHK0YBRfBrlJsU', 'Ada', 'Lovelace', true, '2026-11-28 17:54:45.885024+00', NULL),
	('01a2234b-a0e8-776c-827c-71a359c4b702', 'eve', 'eve@example.com', '$argon2id$v=19$m=19456,t=2,p=1$f4eYPrl6HlXwvMB44nHERA$Nl5JEJPqwbjf3FelilJYyHh6K2AOpnfDjMuPj2DEcUA', '', '', false, '2026-11-28 17:54:47.865197+00', '{"ask_for":"effects","effects":["shell","editing"]}');


--
-- Name: internet_requests_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.internet_requests_id_seq', 1, false);


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
-- Name: live_turns live_turns_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.live_turns
    ADD CONSTRAINT live_turns_pkey PRIMARY KEY (chat_id);


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
-- Name: chats_user_id_updated_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX chats_user_id_updated_at_idx ON public.chats USING btree (user_id, updated_at DESC);


--
-- Name: control_leases_expires_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX control_leases_expires_at_idx ON public.control_leases USING btree (expires_at);


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
-- Name: runs_chat_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX runs_chat_id_idx ON public.runs USING btree (chat_id, id DESC);


--
-- Name: runs_one_active_per_chat; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX runs_one_active_per_chat ON public.runs USING btree (chat_id) WHERE (state = ANY (ARRAY['running'::text, 'awaiting_approval'::text, 'awaiting_human'::text, 'paused'::text]));


--
-- Name: runs_unfinished_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX runs_unfinished_idx ON public.runs USING btree (id) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));


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
-- Name: live_turns live_turns_tell; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER live_turns_tell AFTER INSERT OR UPDATE ON public.live_turns FOR EACH ROW EXECUTE FUNCTION public.tell_live_turn();


--
-- Name: runs runs_tell; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER runs_tell AFTER INSERT OR UPDATE OF state, lease_owner, cancel_requested, pause_requested ON public.runs FOR EACH ROW EXECUTE FUNCTION public.tell_run();


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
-- Name: live_turns live_turns_chat_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.live_turns
    ADD CONSTRAINT live_turns_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.chats(id) ON DELETE CASCADE;


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


