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
-- Name: tell_api_token(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_api_token() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'api_token', 'id', OLD.id)::text);
    RETURN NULL;
END $$;


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
-- Name: tell_master_key(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_master_key() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'master_key')::text);
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
-- Name: tell_signing_keys(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_signing_keys() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'signing_keys')::text);
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
-- Name: tell_token_family(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_token_family() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('deskhand', json_build_object('kind', 'token_family', 'id', OLD.id)::text);
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
-- Name: api_tokens; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.api_tokens (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    sha256 bytea NOT NULL,
    prefix text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone
);


--
-- Name: TABLE api_tokens; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.api_tokens IS 'Tokens that programs were given for good, by their SHA-256.';


--
-- Name: COLUMN api_tokens.name; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.api_tokens.name IS 'What the user calls it.';


--
-- Name: COLUMN api_tokens.prefix; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.api_tokens.prefix IS 'How the token begins, to tell it from others.';


--
-- Name: COLUMN api_tokens.scopes; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.api_tokens.scopes IS 'What it may do.';


--
-- Name: COLUMN api_tokens.expires_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.api_tokens.expires_at IS 'When it becomes invalid; absent: never.';


--
-- Name: COLUMN api_tokens.last_used_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.api_tokens.last_used_at IS 'The last use, within a minute.';


--
-- Name: COLUMN api_tokens.revoked_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.api_tokens.revoked_at IS 'When it was made invalid. The row stays for a while, for the record.';


--
-- Name: audit; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    actor_name text,
    action text NOT NULL,
    object text,
    address text,
    client text,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL
);


--
-- Name: TABLE audit; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.audit IS 'Who did what to accounts and keys, written in the transaction of the deed. Entries outlive the users that they name, and are deleted by age and number.';


--
-- Name: COLUMN audit.actor_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.audit.actor_id IS 'The user; absent: somebody who was not logged in, or the command line.';


--
-- Name: COLUMN audit.actor_name; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.audit.actor_name IS 'The username at that time.';


--
-- Name: COLUMN audit.object; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.audit.object IS 'What was acted on, if it is not the actor: an id or a name.';


--
-- Name: COLUMN audit.address; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.audit.address IS 'The address that the request came from, if it is known.';


--
-- Name: COLUMN audit.client; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.audit.client IS 'The User-Agent of the request.';


--
-- Name: COLUMN audit.detail; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.audit.detail IS 'More about it; no secrets.';


--
-- Name: audit_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
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
    home_bytes bigint DEFAULT 0 NOT NULL,
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
-- Name: COLUMN desktops.home_bytes; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.desktops.home_bytes IS 'The disk usage of the home folder when it was last measured.';


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
-- Name: file_link_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.file_link_keys (
    file_id uuid NOT NULL,
    secret bytea NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: TABLE file_link_keys; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.file_link_keys IS 'The keys that sign download links: a file''s links end with its key.';


--
-- Name: COLUMN file_link_keys.secret; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.file_link_keys.secret IS 'The HMAC key: 32 random bytes.';


--
-- Name: file_rules; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.file_rules (
    id boolean DEFAULT true NOT NULL,
    rules json NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT file_rules_id_check CHECK (id)
);


--
-- Name: TABLE file_rules; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.file_rules IS 'Which kinds of files nobody may upload: one row, or none while there are no rules.';


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
    detected_type text,
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
-- Name: COLUMN files.detected_type; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.files.detected_type IS 'The media type that its first bytes tell; null if they tell none, or it was stored before they were looked at.';


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
-- Name: identities; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.identities (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    login text NOT NULL,
    linked_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);


--
-- Name: TABLE identities; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.identities IS 'With which accounts at identity providers people log in.';


--
-- Name: COLUMN identities.subject; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.identities.subject IS 'Identifies the account at the issuer for good, unlike its names and addresses.';


--
-- Name: COLUMN identities.login; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.identities.login IS 'Its name, as the provider last told it; only shown.';


--
-- Name: identity_providers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.identity_providers (
    slug text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    issuer text NOT NULL,
    client_id text NOT NULL,
    client_secret_sealed bytea,
    scopes text[] NOT NULL,
    enabled boolean NOT NULL,
    registers boolean NOT NULL,
    email_domains text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT identity_providers_kind_check CHECK ((kind = ANY (ARRAY['github'::text, 'oidc'::text])))
);


--
-- Name: TABLE identity_providers; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.identity_providers IS 'Where people may log in with accounts that they have elsewhere.';


--
-- Name: COLUMN identity_providers.slug; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.identity_providers.slug IS 'Identifies the provider in addresses.';


--
-- Name: COLUMN identity_providers.issuer; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.identity_providers.issuer IS 'The issuer of an OpenID Connect provider, or the address of GitHub.';


--
-- Name: COLUMN identity_providers.client_secret_sealed; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.identity_providers.client_secret_sealed IS 'Null: a public client.';


--
-- Name: COLUMN identity_providers.registers; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.identity_providers.registers IS 'Whether people who have no account get one, if the installation lets them register.';


--
-- Name: COLUMN identity_providers.email_domains; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.identity_providers.email_domains IS 'The domains of the addresses with which they do; empty: all.';


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
-- Name: invitations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.invitations (
    id uuid NOT NULL,
    token_sha256 bytea NOT NULL,
    email text,
    role text NOT NULL,
    uses integer NOT NULL,
    used integer DEFAULT 0 NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT invitations_check CHECK (((used >= 0) AND (used <= uses))),
    CONSTRAINT invitations_role_check CHECK ((role = ANY (ARRAY['user'::text, 'superuser'::text]))),
    CONSTRAINT invitations_uses_check CHECK ((uses > 0))
);


--
-- Name: TABLE invitations; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.invitations IS 'Links by which people register.';


--
-- Name: COLUMN invitations.email; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.invitations.email IS 'Only who has this address may register; null: anybody.';


--
-- Name: COLUMN invitations.uses; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.invitations.uses IS 'How many people may register with it.';


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
-- Name: master_key_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.master_key_versions (
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone,
    "check" bytea NOT NULL
);


--
-- Name: TABLE master_key_versions; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.master_key_versions IS 'The master keys that secrets in other tables are sealed with. The keys themselves are not in the database.';


--
-- Name: COLUMN master_key_versions.retired_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.master_key_versions.retired_at IS 'When nothing was sealed with it any more.';


--
-- Name: COLUMN master_key_versions."check"; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.master_key_versions."check" IS 'A known text, sealed with the key: tells whether a key is this one.';


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
-- Name: oauth_attempts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.oauth_attempts (
    id uuid NOT NULL,
    state_sha256 bytea NOT NULL,
    browser_sha256 bytea NOT NULL,
    provider text NOT NULL,
    redirect_uri text NOT NULL,
    verifier_sealed bytea NOT NULL,
    nonce text NOT NULL,
    next text NOT NULL,
    user_id uuid,
    invitation_sha256 bytea,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);


--
-- Name: TABLE oauth_attempts; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.oauth_attempts IS 'Logins that are under way at an identity provider; deleted when the browser comes back.';


--
-- Name: COLUMN oauth_attempts.browser_sha256; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.oauth_attempts.browser_sha256 IS 'The hash of the cookie of the browser that began it.';


--
-- Name: COLUMN oauth_attempts.next; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.oauth_attempts.next IS 'The path of the page to open afterwards.';


--
-- Name: COLUMN oauth_attempts.user_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.oauth_attempts.user_id IS 'Whose account the identity is linked to; null: a login.';


--
-- Name: COLUMN oauth_attempts.invitation_sha256; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.oauth_attempts.invitation_sha256 IS 'The hash of the token of the invitation with which somebody registers.';


--
-- Name: password_links; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.password_links (
    user_id uuid NOT NULL,
    token_sha256 bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);


--
-- Name: TABLE password_links; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.password_links IS 'One-time links for setting a new password, at most one for each user; deleted when used.';


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
-- Name: quota_use; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.quota_use (
    user_id uuid NOT NULL,
    kind text NOT NULL,
    period date NOT NULL,
    used bigint NOT NULL
);


--
-- Name: TABLE quota_use; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.quota_use IS 'What people have used in a day or a month. Written in the transaction that takes it, and not given back.';


--
-- Name: COLUMN quota_use.kind; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.quota_use.kind IS 'runs, by the day; microdollars, by the month.';


--
-- Name: COLUMN quota_use.period; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.quota_use.period IS 'The day, or the first day of the month, in UTC.';


--
-- Name: recovery_codes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.recovery_codes (
    user_id uuid NOT NULL,
    sha256 bytea NOT NULL,
    used_at timestamp with time zone
);


--
-- Name: TABLE recovery_codes; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.recovery_codes IS 'Codes for people whose app is not at hand, each accepted once.';


--
-- Name: COLUMN recovery_codes.sha256; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.recovery_codes.sha256 IS 'The SHA-256 of the code, in lower case and without hyphens.';


--
-- Name: COLUMN recovery_codes.used_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.recovery_codes.used_at IS 'When it was accepted.';


--
-- Name: refresh_tokens; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.refresh_tokens (
    id uuid NOT NULL,
    family_id uuid NOT NULL,
    parent_id uuid,
    sha256 bytea NOT NULL,
    successor_sealed bytea,
    issued_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);


--
-- Name: TABLE refresh_tokens; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.refresh_tokens IS 'Refresh tokens, by their SHA-256. Each is used once.';


--
-- Name: COLUMN refresh_tokens.parent_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.refresh_tokens.parent_id IS 'The token that it was given for.';


--
-- Name: COLUMN refresh_tokens.successor_sealed; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.refresh_tokens.successor_sealed IS 'The token that was given for this one, sealed with a key that follows from this token itself: whoever has this token, and nobody else, gets the same one again for a moment.';


--
-- Name: COLUMN refresh_tokens.used_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.refresh_tokens.used_at IS 'When it was used. A later use ends the family.';


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
-- Name: second_factors; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.second_factors (
    user_id uuid NOT NULL,
    secret_sealed bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    last_step bigint
);


--
-- Name: TABLE second_factors; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.second_factors IS 'What people log in with besides their password: the codes of an app (RFC 6238).';


--
-- Name: COLUMN second_factors.secret_sealed; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.second_factors.secret_sealed IS 'The secret that the codes follow from, sealed by the vault.';


--
-- Name: COLUMN second_factors.confirmed_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.second_factors.confirmed_at IS 'When the person proved that their app has the secret; absent: logins do not ask for a code yet.';


--
-- Name: COLUMN second_factors.last_step; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.second_factors.last_step IS 'The 30 seconds, counted from 1970, of the last code that was accepted. Codes of this time and before are refused.';


--
-- Name: sessions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sessions (
    id text NOT NULL,
    user_id uuid,
    data jsonb NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    public_id uuid NOT NULL,
    client text NOT NULL,
    address text,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL
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
-- Name: COLUMN sessions.public_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.sessions.public_id IS 'What the user knows the session by. It stays when the id in the cookie changes.';


--
-- Name: COLUMN sessions.client; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.sessions.client IS 'The User-Agent of the login.';


--
-- Name: COLUMN sessions.address; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.sessions.address IS 'The address of the login, if it is known.';


--
-- Name: COLUMN sessions.created_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.sessions.created_at IS 'When the browser logged in.';


--
-- Name: COLUMN sessions.last_used_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.sessions.last_used_at IS 'The last use, within a minute.';


--
-- Name: settings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.settings (
    key text NOT NULL,
    value jsonb NOT NULL,
    set_by uuid,
    set_at timestamp with time zone NOT NULL
);


--
-- Name: TABLE settings; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.settings IS 'What superusers have set for the installation. The environment wins.';


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
    created_at timestamp with time zone NOT NULL,
    algorithm text NOT NULL,
    public_der bytea NOT NULL,
    private_sealed bytea,
    verifies_until timestamp with time zone,
    CONSTRAINT signing_keys_algorithm_check CHECK ((algorithm = 'RS256'::text)),
    CONSTRAINT signing_keys_signs_or_ends CHECK (((private_sealed IS NULL) = (verifies_until IS NOT NULL)))
);


--
-- Name: TABLE signing_keys; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.signing_keys IS 'Keys of the access tokens. The newest signs; those before it verify for a while.';


--
-- Name: COLUMN signing_keys.algorithm; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.signing_keys.algorithm IS 'What the key is used for, whatever the header of a token says.';


--
-- Name: COLUMN signing_keys.public_der; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.signing_keys.public_der IS 'RSAPublicKey (RFC 8017) in DER.';


--
-- Name: COLUMN signing_keys.private_sealed; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.signing_keys.private_sealed IS 'RSAPrivateKey (RFC 8017) in DER, sealed with the master key; absent once another key signs.';


--
-- Name: COLUMN signing_keys.verifies_until; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.signing_keys.verifies_until IS 'When it stops to verify; absent while it signs.';


--
-- Name: tickets; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tickets (
    sha256 bytea NOT NULL,
    user_id uuid NOT NULL,
    chat_id uuid,
    session_id text,
    family_id uuid,
    api_token_id uuid,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT tickets_one_credential CHECK ((num_nonnulls(session_id, family_id, api_token_id) = 1))
);


--
-- Name: TABLE tickets; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.tickets IS 'What opens one WebSocket, by its SHA-256, for clients that can''t set headers. A row is deleted when it is used.';


--
-- Name: COLUMN tickets.chat_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.tickets.chat_id IS 'The chat whose live view it opens; absent: it opens the WebSocket of chats.';


--
-- Name: COLUMN tickets.session_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.tickets.session_id IS 'What the ticket was asked for with; it ends with that.';


--
-- Name: token_families; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.token_families (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    label text NOT NULL,
    client text NOT NULL,
    address text,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    reason text,
    CONSTRAINT token_families_reason_check CHECK ((reason = ANY (ARRAY['logout'::text, 'logout_everywhere'::text, 'ended'::text, 'password_changed'::text, 'reused'::text, 'too_many'::text, 'administered'::text]))),
    CONSTRAINT token_families_revoked_for_a_reason CHECK (((revoked_at IS NULL) = (reason IS NULL)))
);


--
-- Name: TABLE token_families; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.token_families IS 'Logins of programs. Each has a chain of refresh tokens, of which the newest is valid, and access tokens that name it.';


--
-- Name: COLUMN token_families.label; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.token_families.label IS 'What the program calls itself; may be empty.';


--
-- Name: COLUMN token_families.client; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.token_families.client IS 'The User-Agent of the login.';


--
-- Name: COLUMN token_families.address; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.token_families.address IS 'The address of the last use, if it is known.';


--
-- Name: COLUMN token_families.last_used_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.token_families.last_used_at IS 'The login, or the last refresh.';


--
-- Name: COLUMN token_families.expires_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.token_families.expires_at IS 'When its newest refresh token expires.';


--
-- Name: COLUMN token_families.revoked_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.token_families.revoked_at IS 'When it was ended; its tokens are invalid from then on.';


--
-- Name: users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.users (
    id uuid NOT NULL,
    username text NOT NULL,
    email text NOT NULL,
    password_hash text,
    first_name text NOT NULL,
    last_name text NOT NULL,
    is_superuser boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    approval json,
    time_zone text,
    language text,
    detected_time_zone text,
    detected_language text,
    disabled_at timestamp with time zone,
    deleted_at timestamp with time zone,
    limits jsonb DEFAULT '{}'::jsonb NOT NULL
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

COMMENT ON COLUMN public.users.email IS 'Unique without regard to case; empty: none is known.';


--
-- Name: COLUMN users.password_hash; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.password_hash IS 'A PHC string; null: the person logs in with an identity provider only.';


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
-- Name: COLUMN users.disabled_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.disabled_at IS 'Since when the person can''t log in; null: they can.';


--
-- Name: COLUMN users.deleted_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.deleted_at IS 'Since when the account is deleted; the row goes once all its data is gone.';


--
-- Name: COLUMN users.limits; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.limits IS 'What a superuser has set for this person; a limit that is absent is as for everybody.';


--
-- Data for Name: __diesel_schema_migrations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.__diesel_schema_migrations VALUES
	('20261121000001', '2026-11-30 06:47:45.320432'),
	('20261122000001', '2026-11-30 06:47:45.701308'),
	('20261122000002', '2026-11-30 06:47:45.730918'),
	('20261122000003', '2026-11-30 06:47:45.818911'),
	('20261122000004', '2026-11-30 06:47:45.890922'),
	('20261122000011', '2026-11-30 06:47:45.938922'),
	('20261122000012', '2026-11-30 06:47:45.967954'),
	('20261122000013', '2026-11-30 06:47:46.051423'),
	('20261128000001', '2026-11-30 06:47:46.109588'),
	('20261129000001', '2026-11-30 06:47:46.198912'),
	('20261129000002', '2026-11-30 06:47:46.238906'),
	('20261129000003', '2026-11-30 06:47:46.281439'),
	('20261129000004', '2026-11-30 06:47:46.338919'),
	('20261129000005', '2026-11-30 06:47:46.358916'),
	('20261129000006', '2026-11-30 06:47:46.386913'),
	('20261130000001', '2026-11-30 06:47:46.462944'),
	('20261130000002', '2026-11-30 06:47:46.511048'),
	('20261130000003', '2026-11-30 06:47:46.534918'),
	('20261130000004', '2026-11-30 06:47:46.579038'),
	('20261130000005', '2026-11-30 06:47:46.842922'),
	('20261130000006', '2026-11-30 06:47:46.954268'),
	('20261130000007', '2026-11-30 06:47:47.042936'),
	('20261130000011', '2026-11-30 06:47:47.190907'),
	('20261130000012', '2026-11-30 06:47:47.346936'),
	('20261130000013', '2026-11-30 06:47:47.406931'),
	('20261130000021', '2026-11-30 06:47:47.570936'),
	('20261130000022', '2026-11-30 06:47:47.658821'),
	('20261130000023', '2026-11-30 06:47:47.731049'),
	('20261130000024', '2026-11-30 06:47:47.814679'),
	('20261130000030', '2026-11-30 06:47:47.898139'),
	('20261130000031', '2026-11-30 06:47:47.98291');


--
-- Data for Name: api_tokens; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: audit; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES
	(1, '2026-11-30 06:47:51.728558+00', '01a22b35-bcb3-7250-aa65-cc3d787dda56', 'ada', 'user_created', 'ada', '127.0.0.1', 'node', '{"is_superuser": true}'),
	(2, '2026-11-30 06:47:51.959301+00', '01a22b35-bcb3-7250-aa65-cc3d787dda56', 'ada', 'login', NULL, '127.0.0.1', 'node', '{}'),
	(3, '2026-11-30 06:47:52.721137+00', '01a22b35-bcb3-7250-aa65-cc3d787dda56', 'ada', 'login', '01a22b35-c093-7688-b954-aac3d93b3c32', '127.0.0.1', 'node', '{}'),
	(4, '2026-11-30 06:47:53.367757+00', '01a22b35-bcb3-7250-aa65-cc3d787dda56', 'ada', 'user_created', 'eve', '127.0.0.1', 'node', '{"is_superuser": false}'),
	(5, '2026-11-30 06:48:09.440484+00', '01a22b35-c31a-70d0-a6d4-f409c2a46ef3', 'eve', 'login', '01a22b36-01e3-76c6-a17d-cb33d3343e8a', '127.0.0.1', 'node', '{}'),
	(6, '2026-11-30 06:48:14.306415+00', '01a22b35-bcb3-7250-aa65-cc3d787dda56', 'ada', 'login', '01a22b36-14e1-7746-b9a3-10819f1afab3', '127.0.0.1', 'node', '{}'),
	(7, '2026-11-30 06:48:18.101963+00', '01a22b35-bcb3-7250-aa65-cc3d787dda56', 'ada', 'login', '01a22b36-23b5-721d-aa6c-85ac6f6611a2', '127.0.0.1', 'node', '{}'),
	(8, '2026-11-30 06:48:18.53365+00', '01a22b35-c31a-70d0-a6d4-f409c2a46ef3', 'eve', 'login', '01a22b36-2565-7704-af89-d143f506259b', '127.0.0.1', 'node', '{}'),
	(9, '2026-11-30 06:48:24.847928+00', '01a22b35-bcb3-7250-aa65-cc3d787dda56', 'ada', 'login', NULL, '127.0.0.1', 'node', '{}'),
	(10, '2026-11-30 06:48:25.556385+00', '01a22b35-c31a-70d0-a6d4-f409c2a46ef3', 'eve', 'login', NULL, '127.0.0.1', 'node', '{}');


--
-- Data for Name: chat_internet; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.chat_internet VALUES
	('01a22b36-0267-7791-ba9b-f447ad4dfd49', '{"mode":"all"}');


--
-- Data for Name: chat_uploads; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.chat_uploads VALUES
	('01a22b35-c498-7172-a7d5-071c0864d705', '01a22b35-c3f7-77fa-ba82-0ddb511c4f8c', 'Uploads/list.txt', '2026-11-30 06:47:55.102056+00', NULL);


--
-- Data for Name: chats; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.chats VALUES
	('01a22b35-c498-7172-a7d5-071c0864d705', '01a22b35-bcb3-7250-aa65-cc3d787dda56', 'run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, create…', 46, '2026-11-30 06:47:53.741901+00', '2026-11-30 06:48:00.379807+00', NULL),
	('01a22b35-deee-72ee-bf3d-467afa298596', '01a22b35-bcb3-7250-aa65-cc3d787dda56', 'In charge', 34, '2026-11-30 06:48:00.491157+00', '2026-11-30 06:48:06.018691+00', '{"ask_for":"effects","effects":["shell"]}'),
	('01a22b35-f4f3-7049-b5f7-7250ba5017f0', '01a22b35-bcb3-7250-aa65-cc3d787dda56', 'run `echo first > ~/Outputs/first.txt`', 29, '2026-11-30 06:48:06.121496+00', '2026-11-30 06:48:08.953672+00', NULL),
	('01a22b36-00a3-76e1-a81a-5591e6836213', '01a22b35-bcb3-7250-aa65-cc3d787dda56', 'run `echo first > ~/Outputs/first.txt`', 5, '2026-11-30 06:48:09.090157+00', '2026-11-30 06:48:09.090157+00', NULL),
	('01a22b36-0267-7791-ba9b-f447ad4dfd49', '01a22b35-c31a-70d0-a6d4-f409c2a46ef3', 'say "hello"', 5, '2026-11-30 06:48:09.571258+00', '2026-11-30 06:48:10.398227+00', NULL),
	('01a22b36-1611-7426-b6ab-77407e315e86', '01a22b35-bcb3-7250-aa65-cc3d787dda56', 'take a screenshot', 4, '2026-11-30 06:48:14.610831+00', '2026-11-30 06:48:15.696698+00', NULL),
	('01a22b36-25cd-746d-b375-44480f7ddd09', '01a22b35-bcb3-7250-aa65-cc3d787dda56', 'run `until [ -e ~/go ]; do sleep 0.1; done`, run `echo…', 7, '2026-11-30 06:48:18.622114+00', '2026-11-30 06:48:20.345095+00', NULL),
	('01a22b36-2d00-7333-968c-a23a8d36983d', '01a22b35-bcb3-7250-aa65-cc3d787dda56', 'run `echo approved > ~/Outputs/approved.txt`', 6, '2026-11-30 06:48:20.469338+00', '2026-11-30 06:48:21.746088+00', '{"ask_for":"everything"}');


--
-- Data for Name: control_leases; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: desktops; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.desktops VALUES
	('01a22b35-c5e2-7419-a70b-c50959a64856', '01a22b35-c498-7172-a7d5-071c0864d705', 'ready', 'stopped', NULL, '2026-11-30 06:47:54.080028+00', '2026-11-30 06:48:13.664659+00', '01a22b35-b61c-7131-bbf9-a4d4e5cd1de7', 0),
	('01a22b35-e0e5-7008-a750-0a1d624ab290', '01a22b35-deee-72ee-bf3d-467afa298596', 'ready', 'stopped', NULL, '2026-11-30 06:48:00.994835+00', '2026-11-30 06:48:13.664659+00', '01a22b35-b61c-7131-bbf9-a4d4e5cd1de7', 0),
	('01a22b35-f5bc-7533-8f28-9e59656d581b', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 'ready', 'stopped', NULL, '2026-11-30 06:48:06.329925+00', '2026-11-30 06:48:13.664659+00', '01a22b35-b61c-7131-bbf9-a4d4e5cd1de7', 0),
	('01a22b36-02de-7481-9a8f-8f8ddabdc178', '01a22b36-0267-7791-ba9b-f447ad4dfd49', 'ready', 'stopped', NULL, '2026-11-30 06:48:09.692145+00', '2026-11-30 06:48:13.664659+00', '01a22b35-b61c-7131-bbf9-a4d4e5cd1de7', 0),
	('01a22b36-16dd-709c-a4f4-6e3601465612', '01a22b36-1611-7426-b6ab-77407e315e86', 'ready', 'stopped', NULL, '2026-11-30 06:48:14.814566+00', '2026-11-30 06:48:17.483248+00', '01a22b36-1216-70df-95a1-c795db407384', 0),
	('01a22b36-272a-70e3-8bf1-443c10792217', '01a22b36-25cd-746d-b375-44480f7ddd09', 'ready', 'ready', NULL, '2026-11-30 06:48:18.986298+00', '2026-11-30 06:48:19.95724+00', '01a22b36-20d4-7508-8f64-6bac9186c1f9', 0),
	('01a22b36-2e15-75d0-ab16-81ee9f8b862a', '01a22b36-2d00-7333-968c-a23a8d36983d', 'ready', 'ready', NULL, '2026-11-30 06:48:20.757612+00', '2026-11-30 06:48:21.610267+00', '01a22b36-20d4-7508-8f64-6bac9186c1f9', 0);


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.events VALUES
	('01a22b35-c4fb-71e8-bfd8-ecbf176ec986', '01a22b35-c498-7172-a7d5-071c0864d705', 1, '01a22b35-c4c6-7278-930c-a422827a94a2', 'message', '{"extra_data":{},"files":[{"id":"01a22b35-c3f7-77fa-ba82-0ddb511c4f8c","name":"list.txt","path":"Uploads/list.txt"}],"locale":{"time_zone":"Etc/UTC"},"text":"run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, create ~/notes.txt with \"kept for later\", replace \"later\" with \"good\" in ~/notes.txt, read ~/notes.txt, take a screenshot"}', '2026-11-30 06:47:53.741901+00'),
	('01a22b35-c52a-72b4-ac3a-bfdda17e5316', '01a22b35-c498-7172-a7d5-071c0864d705', 2, '01a22b35-c4c6-7278-930c-a422827a94a2', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-30 06:47:53.741901+00'),
	('01a22b35-c5c0-7313-865c-e6f654705042', '01a22b35-c498-7172-a7d5-071c0864d705', 3, '01a22b35-c4c6-7278-930c-a422827a94a2', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-30 06:47:54.041409+00'),
	('01a22b35-ca38-72a1-bca3-0f9899a92f27', '01a22b35-c498-7172-a7d5-071c0864d705', 4, '01a22b35-c4c6-7278-930c-a422827a94a2', 'assistant_turn', '{"content":[{"text":"I''ll run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, write ~/notes.txt, replace \"later\" in ~/notes.txt, read ~/notes.txt, and take a screenshot.","type":"text"},{"call_id":"demo_0","tool":{"command":"cp ~/Uploads/list.txt ~/Outputs/copy.txt","restart":false,"tool":"shell"},"type":"tool_call"},{"call_id":"demo_1","tool":{"edit":{"command":"create","file_text":"kept for later","path":"~/notes.txt"},"tool":"editor"},"type":"tool_call"},{"call_id":"demo_2","tool":{"edit":{"command":"str_replace","new_str":"good","old_str":"later","path":"~/notes.txt"},"tool":"editor"},"type":"tool_call"},{"call_id":"demo_3","tool":{"edit":{"command":"view","path":"~/notes.txt"},"tool":"editor"},"type":"tool_call"},{"call_id":"demo_4","tool":{"action":{"type":"screenshot"},"tool":"computer"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, write ~/notes.txt, replace \\\"later\\\" in ~/notes.txt, read ~/notes.txt, and take a screenshot.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"cp ~/Uploads/list.txt ~/Outputs/copy.txt\",\"restart\":false}},{\"type\":\"tool_call\",\"call_id\":\"demo_1\",\"tool\":{\"tool\":\"editor\",\"edit\":{\"command\":\"create\",\"path\":\"~/notes.txt\",\"file_text\":\"kept for later\"}}},{\"type\":\"tool_call\",\"call_id\":\"demo_2\",\"tool\":{\"tool\":\"editor\",\"edit\":{\"command\":\"str_replace\",\"path\":\"~/notes.txt\",\"old_str\":\"later\",\"new_str\":\"good\"}}},{\"type\":\"tool_call\",\"call_id\":\"demo_3\",\"tool\":{\"tool\":\"editor\",\"edit\":{\"command\":\"view\",\"path\":\"~/notes.txt\"}}},{\"type\":\"tool_call\",\"call_id\":\"demo_4\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"screenshot\"}}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:47:55.185561+00'),
	('01a22b35-cac2-73f9-938c-3159112b5dc1', '01a22b35-c498-7172-a7d5-071c0864d705', 5, '01a22b35-c4c6-7278-930c-a422827a94a2', 'call_started', '{"call_id":"demo_0"}', '2026-11-30 06:47:55.254726+00'),
	('01a22b35-cb4a-7140-9634-8b12cf679777', '01a22b35-c498-7172-a7d5-071c0864d705', 6, '01a22b35-c4c6-7278-930c-a422827a94a2', 'tool_result', '{"call_id":"demo_0","elapsed_ms":88,"shown_to_model":false,"status":"done","text":"(no output)"}', '2026-11-30 06:47:55.456071+00'),
	('01a22b35-cb86-7208-99bc-673d2f9aa260', '01a22b35-c498-7172-a7d5-071c0864d705', 7, '01a22b35-c4c6-7278-930c-a422827a94a2', 'call_started', '{"call_id":"demo_1"}', '2026-11-30 06:47:55.481516+00'),
	('01a22b35-cba0-70d5-93a6-3d0e4af8afbc', '01a22b35-c498-7172-a7d5-071c0864d705', 8, '01a22b35-c4c6-7278-930c-a422827a94a2', 'tool_result', '{"call_id":"demo_1","elapsed_ms":0,"shown_to_model":false,"status":"done","text":"/home/deskhand/notes.txt was created."}', '2026-11-30 06:47:55.537117+00'),
	('01a22b35-cbdb-74b6-be01-2d595e3c2f94', '01a22b35-c498-7172-a7d5-071c0864d705', 9, '01a22b35-c4c6-7278-930c-a422827a94a2', 'call_started', '{"call_id":"demo_2"}', '2026-11-30 06:47:55.57058+00'),
	('01a22b35-cc09-70c9-a1f5-4976e4b125f6', '01a22b35-c498-7172-a7d5-071c0864d705', 10, '01a22b35-c4c6-7278-930c-a422827a94a2', 'tool_result', '{"call_id":"demo_2","elapsed_ms":6,"shown_to_model":false,"status":"done","text":"/home/deskhand/notes.txt was changed. The lines around the change are now:\n     1\tkept for good"}', '2026-11-30 06:47:55.646038+00'),
	('01a22b35-cc14-72f2-9ab1-dbb5f91d18e5', '01a22b35-c498-7172-a7d5-071c0864d705', 11, '01a22b35-c4c6-7278-930c-a422827a94a2', 'call_started', '{"call_id":"demo_3"}', '2026-11-30 06:47:55.664673+00'),
	('01a22b35-cc2d-77d1-873a-dfa4828e1522', '01a22b35-c498-7172-a7d5-071c0864d705', 12, '01a22b35-c4c6-7278-930c-a422827a94a2', 'tool_result', '{"call_id":"demo_3","elapsed_ms":0,"shown_to_model":false,"status":"done","text":"     1\tkept for good"}', '2026-11-30 06:47:55.677215+00'),
	('01a22b35-cc66-763d-9544-7ba10f1b8f72', '01a22b35-c498-7172-a7d5-071c0864d705', 13, '01a22b35-c4c6-7278-930c-a422827a94a2', 'call_started', '{"call_id":"demo_4"}', '2026-11-30 06:47:55.714928+00'),
	('01a22b35-cd00-714b-a614-9346813bd69b', '01a22b35-c498-7172-a7d5-071c0864d705', 14, '01a22b35-c4c6-7278-930c-a422827a94a2', 'tool_result', '{"call_id":"demo_4","elapsed_ms":61,"screenshot":{"media_type":"image/png","sha256":"04ab0ab818e76e8f9b7d4c176f43d38b0dfbda33f2794c5f36f7057bcc8705bc","size":{"height":480,"width":640}},"shown_to_model":true,"status":"done","text":""}', '2026-11-30 06:47:55.864547+00'),
	('01a22b35-cd2a-70a3-8805-805d467ae019', '01a22b35-c498-7172-a7d5-071c0864d705', 15, '01a22b35-c4c6-7278-930c-a422827a94a2', 'assistant_turn', '{"content":[{"text":"Done: I ran `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, wrote ~/notes.txt, replaced \"later\" in ~/notes.txt, read ~/notes.txt, and took a screenshot.\n\nIn `~/notes.txt`:\n\n```\n     1\tkept for good\n```\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"Done: I ran `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, wrote ~/notes.txt, replaced \\\"later\\\" in ~/notes.txt, read ~/notes.txt, and took a screenshot.\\n\\nIn `~/notes.txt`:\\n\\n```\\n     1\\tkept for good\\n```\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:47:55.906034+00'),
	('01a22b35-cdff-73fc-a784-51e6ab33121b', '01a22b35-c498-7172-a7d5-071c0864d705', 16, NULL, 'file', '{"chat_id":"01a22b35-c498-7172-a7d5-071c0864d705","created_at":"2026-11-30T06:47:56.134185Z","detected_type":null,"id":"01a22b35-cdfe-76ec-bf44-aaa803d525a8","media_type":"text/plain","name":"copy.txt","origin":"desktop","path":"Outputs/copy.txt","size":5}', '2026-11-30 06:47:56.134185+00'),
	('01a22b35-ce10-7706-a153-1b6de5f360de', '01a22b35-c498-7172-a7d5-071c0864d705', 17, '01a22b35-c4c6-7278-930c-a422827a94a2', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-30 06:47:56.172734+00'),
	('01a22b35-cef5-7116-bd59-d7614e3b5c75', '01a22b35-c498-7172-a7d5-071c0864d705', 18, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'message', '{"extra_data":{"from":"a program"},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"open the terminal, wait 500 ms, click at 320,240, type \"echo héllo\", press Return, scroll down 2, drag from 10,10 to 40,40, zoom from 0,0 to 320,240, where is the pointer"}', '2026-11-30 06:47:56.31032+00'),
	('01a22b35-cf22-71cb-9115-f91bb4a73d5d', '01a22b35-c498-7172-a7d5-071c0864d705', 19, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-30 06:47:56.31032+00'),
	('01a22b35-cfc6-7126-bdb6-6933a5e5048e', '01a22b35-c498-7172-a7d5-071c0864d705', 20, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-30 06:47:56.553334+00'),
	('01a22b35-d02b-750e-a035-8f73718e252f', '01a22b35-c498-7172-a7d5-071c0864d705', 21, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'assistant_turn', '{"content":[{"text":"I''ll open the terminal, wait 0.5 s, click at 320,240, type \"echo héllo\", press Return, scroll down by 2, drag from 10,10 to 40,40, zoom in at 0,0, and look where the pointer is.","type":"text"},{"call_id":"demo_5","tool":{"app":"terminal","tool":"open"},"type":"tool_call"},{"call_id":"demo_6","tool":{"action":{"duration_ms":500,"type":"wait"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_7","tool":{"action":{"at":{"x":320,"y":240},"button":"left","count":1,"type":"click"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_8","tool":{"action":{"text":"echo héllo","type":"type"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_9","tool":{"action":{"chord":"Return","repeat":1,"type":"key"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_10","tool":{"action":{"clicks":2,"direction":"down","type":"scroll"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_11","tool":{"action":{"from":{"x":10,"y":10},"to":{"x":40,"y":40},"type":"drag"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_12","tool":{"action":{"region":{"height":240,"width":320,"x":0,"y":0},"type":"zoom"},"tool":"computer"},"type":"tool_call"},{"call_id":"demo_13","tool":{"action":{"type":"cursor_position"},"tool":"computer"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll open the terminal, wait 0.5 s, click at 320,240, type \\\"echo héllo\\\", press Return, scroll down by 2, drag from 10,10 to 40,40, zoom in at 0,0, and look where the pointer is.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_5\",\"tool\":{\"tool\":\"open\",\"app\":\"terminal\"}},{\"type\":\"tool_call\",\"call_id\":\"demo_6\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"wait\",\"duration_ms\":500}}},{\"type\":\"tool_call\",\"call_id\":\"demo_7\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"click\",\"button\":\"left\",\"count\":1,\"at\":{\"x\":320,\"y\":240}}}},{\"type\":\"tool_call\",\"call_id\":\"demo_8\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"type\",\"text\":\"echo héllo\"}}},{\"type\":\"tool_call\",\"call_id\":\"demo_9\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"key\",\"chord\":\"Return\",\"repeat\":1}}},{\"type\":\"tool_call\",\"call_id\":\"demo_10\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"scroll\",\"direction\":\"down\",\"clicks\":2}}},{\"type\":\"tool_call\",\"call_id\":\"demo_11\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"drag\",\"from\":{\"x\":10,\"y\":10},\"to\":{\"x\":40,\"y\":40}}}},{\"type\":\"tool_call\",\"call_id\":\"demo_12\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"zoom\",\"region\":{\"x\":0,\"y\":0,\"width\":320,\"height\":240}}}},{\"type\":\"tool_call\",\"call_id\":\"demo_13\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"cursor_position\"}}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:47:56.686782+00'),
	('01a22b35-d035-75dc-a1bd-167a7e4f7e2f', '01a22b35-c498-7172-a7d5-071c0864d705', 22, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'call_started', '{"call_id":"demo_5"}', '2026-11-30 06:47:56.720789+00'),
	('01a22b35-d2d8-743b-8c8f-898741be56b8', '01a22b35-c498-7172-a7d5-071c0864d705', 23, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'tool_result', '{"call_id":"demo_5","elapsed_ms":560,"screenshot":{"media_type":"image/png","sha256":"8e110f841d64683151e75a66435995fbfd8a9b2ebcfce7eb59dc86fa9892e720","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-30 06:47:57.346989+00'),
	('01a22b35-d321-7174-b2a0-557ed99f36b0', '01a22b35-c498-7172-a7d5-071c0864d705', 24, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'call_started', '{"call_id":"demo_6"}', '2026-11-30 06:47:57.426634+00'),
	('01a22b35-d53b-77ef-bbd6-979750cef55a', '01a22b35-c498-7172-a7d5-071c0864d705', 25, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'tool_result', '{"call_id":"demo_6","elapsed_ms":514,"screenshot":{"media_type":"image/png","sha256":"8e110f841d64683151e75a66435995fbfd8a9b2ebcfce7eb59dc86fa9892e720","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-30 06:47:58.007836+00'),
	('01a22b35-d578-74bb-8330-1f1ae821d874', '01a22b35-c498-7172-a7d5-071c0864d705', 26, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'call_started', '{"call_id":"demo_7"}', '2026-11-30 06:47:58.035376+00'),
	('01a22b35-d620-7374-97aa-27e26b4c7eec', '01a22b35-c498-7172-a7d5-071c0864d705', 27, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'tool_result', '{"call_id":"demo_7","elapsed_ms":35,"screenshot":{"media_type":"image/png","sha256":"f8bd19a83b8be96dcc0d2415d9b4051fb5986c34a8d61dc3dc95a9532a61cdb7","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-30 06:47:58.166108+00'),
	('01a22b35-d6dc-75d7-8752-efe8ab7de8ed', '01a22b35-c498-7172-a7d5-071c0864d705', 30, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'call_started', '{"call_id":"demo_9"}', '2026-11-30 06:47:58.356803+00'),
	('01a22b35-d760-76e1-a9ba-0dda880565a8', '01a22b35-c498-7172-a7d5-071c0864d705', 32, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'call_started', '{"call_id":"demo_10"}', '2026-11-30 06:47:58.549064+00'),
	('01a22b35-d9a3-719e-9c05-915a284c2aa5', '01a22b35-c498-7172-a7d5-071c0864d705', 36, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'call_started', '{"call_id":"demo_12"}', '2026-11-30 06:47:59.079967+00'),
	('01a22b35-dab9-7111-b08b-25880fdbc8a8', '01a22b35-c498-7172-a7d5-071c0864d705', 39, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'tool_result', '{"call_id":"demo_13","elapsed_ms":37,"screenshot":{"media_type":"image/png","sha256":"7abeba566a45d75b102acf31175a937720896bf5f9384374d316544198531e52","size":{"height":480,"width":640}},"shown_to_model":true,"status":"done","text":"X=40, Y=40"}', '2026-11-30 06:47:59.410942+00'),
	('01a22b35-db83-752a-9bf7-7d24b429f7a5', '01a22b35-c498-7172-a7d5-071c0864d705', 41, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-30 06:47:59.576608+00'),
	('01a22b35-e8c2-740f-b267-42163118ff5b', '01a22b35-deee-72ee-bf3d-467afa298596', 11, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'approval_request', '{"arguments_sha256":"f6a6b48d817a6b3c86c76593740130183ddf16a8b4e54f39a436ee3ed89c3fe4","call_id":"demo_1","effects":["shell"],"tool":{"command":"echo denied","restart":false,"tool":"shell"}}', '2026-11-30 06:48:03.004886+00'),
	('01a22b35-ebe2-740b-af86-813caa32d75d', '01a22b35-deee-72ee-bf3d-467afa298596', 14, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-30 06:48:03.785393+00'),
	('01a22b35-eec3-7354-91f8-3afe6d922560', '01a22b35-deee-72ee-bf3d-467afa298596', 20, '01a22b35-ee40-704c-b8e7-81914403a468', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-30 06:48:04.542137+00'),
	('01a22b35-ef55-7734-ae4c-8146191f789b', '01a22b35-deee-72ee-bf3d-467afa298596', 22, '01a22b35-ee40-704c-b8e7-81914403a468', 'run_state', '{"code":"question_asked","message":"Which one?","state":"awaiting_human","waits_for":"demo_2"}', '2026-11-30 06:48:04.68865+00'),
	('01a22b35-f04a-72d6-a93c-f02121f95195', '01a22b35-deee-72ee-bf3d-467afa298596', 26, '01a22b35-ee40-704c-b8e7-81914403a468', 'assistant_turn', '{"content":[{"text":"Done: I asked \"Which one?\".\n\nYou answered: that\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"Done: I asked \\\"Which one?\\\".\\n\\nYou answered: that\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:48:04.928554+00'),
	('01a22b35-faae-7655-ad55-cab895caf922', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 7, '01a22b35-f516-731d-bd25-1467bfe45f2d', 'assistant_turn', '{"content":[{"text":"Done: I ran `echo first > ~/Outputs/first.txt`.\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"Done: I ran `echo first > ~/Outputs/first.txt`.\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:48:07.569372+00'),
	('01a22b35-fb4c-76e2-a3d5-42ed263fbc37', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 8, NULL, 'file', '{"chat_id":"01a22b35-f4f3-7049-b5f7-7250ba5017f0","created_at":"2026-11-30T06:48:07.724215Z","detected_type":null,"id":"01a22b35-fb3b-72a3-9621-5d9180208115","media_type":"text/plain","name":"first.txt","origin":"desktop","path":"Outputs/first.txt","size":6}', '2026-11-30 06:48:07.724215+00'),
	('01a22b35-fc00-74ae-ae6e-e096abc8050f', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 13, '01a22b35-fbf3-7648-8eec-45867efa9050', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"say \"never\""}', '2026-11-30 06:48:07.896433+00'),
	('01a22b35-fc12-7255-90bf-c37518c8bd53', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 14, '01a22b35-fbf3-7648-8eec-45867efa9050', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-30 06:48:07.896433+00'),
	('01a22b35-fe93-73b7-89bd-60484550e1eb', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 24, '01a22b35-fdb3-776d-b811-f1cddda444f1', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-30 06:48:08.585765+00'),
	('01a22b36-000c-75fb-a151-7c102b36d10b', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 29, '01a22b35-ff34-7051-8985-db4eb926fb93', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-30 06:48:08.953672+00'),
	('01a22b36-05ac-7422-9d1f-1398eb7319fa', '01a22b36-0267-7791-ba9b-f447ad4dfd49', 5, '01a22b36-027d-756f-a9f9-79c7c5573b58', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-30 06:48:10.398227+00'),
	('01a22b35-d63c-7224-a530-9be442374387', '01a22b35-c498-7172-a7d5-071c0864d705', 28, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'call_started', '{"call_id":"demo_8"}', '2026-11-30 06:47:58.259705+00'),
	('01a22b35-d78b-7383-94a1-ee3b69fa27b3', '01a22b35-c498-7172-a7d5-071c0864d705', 33, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'tool_result', '{"call_id":"demo_10","elapsed_ms":3,"screenshot":{"media_type":"image/png","sha256":"b46bd66a90e41a16c7c25b7022766c545aa55a5103ae12e5762b953d911d5552","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-30 06:47:58.574115+00'),
	('01a22b35-e0af-717e-b5d2-26555e2ca801', '01a22b35-deee-72ee-bf3d-467afa298596', 3, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-30 06:48:00.919704+00'),
	('01a22b35-e681-704a-b808-3b8bcdc69129', '01a22b35-deee-72ee-bf3d-467afa298596', 6, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'run_state', '{"code":"approval_required","message":"Your approval is needed before the assistant runs a command.","state":"awaiting_approval","waits_for":"demo_0"}', '2026-11-30 06:48:02.396769+00'),
	('01a22b35-e792-703f-acbb-e6950048a54e', '01a22b35-deee-72ee-bf3d-467afa298596', 7, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'decision', '{"arguments_sha256":"935b5a85e3f228b4b23ab55525574ec15687184030bf86dd5fdbeef656d7d413","call_id":"demo_0","decided_by":"01a22b35-bcb3-7250-aa65-cc3d787dda56","verdict":"approve"}', '2026-11-30 06:48:02.694506+00'),
	('01a22b35-ec8a-7363-b071-2d826addad2f', '01a22b35-deee-72ee-bf3d-467afa298596', 16, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'assistant_turn', '{"content":[{"text":"I ran `echo approved`.\n\n`echo approved` printed:\n\n```\napproved\n```\n\nI didn''t run `echo denied`, because you didn''t approve it.\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I ran `echo approved`.\\n\\n`echo approved` printed:\\n\\n```\\napproved\\n```\\n\\nI didn''t run `echo denied`, because you didn''t approve it.\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:48:03.937648+00'),
	('01a22b35-ed5e-751e-9eb9-22ff5a998f2e', '01a22b35-deee-72ee-bf3d-467afa298596', 17, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-30 06:48:04.166598+00'),
	('01a22b35-ef21-7758-a801-87030740f26e', '01a22b35-deee-72ee-bf3d-467afa298596', 21, '01a22b35-ee40-704c-b8e7-81914403a468', 'assistant_turn', '{"content":[{"text":"I''ll ask \"Which one?\".","type":"text"},{"call_id":"demo_2","tool":{"choices":["this","that"],"question":"Which one?","tool":"ask"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll ask \\\"Which one?\\\".\"},{\"type\":\"tool_call\",\"call_id\":\"demo_2\",\"tool\":{\"tool\":\"ask\",\"question\":\"Which one?\",\"choices\":[\"this\",\"that\"]}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:48:04.638326+00'),
	('01a22b35-f1b2-727b-ac3b-dc6451de3546', '01a22b35-deee-72ee-bf3d-467afa298596', 28, '01a22b35-f1a2-7314-8314-77f6f7071816', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"say \"back again\""}', '2026-11-30 06:48:05.269815+00'),
	('01a22b35-f1d1-7361-8390-1b4fa442a7a2', '01a22b35-deee-72ee-bf3d-467afa298596', 29, '01a22b35-f1a2-7314-8314-77f6f7071816', 'run_state', '{"code":"person_in_control","message":"You''re in control. The run begins when you hand back.","state":"queued","waits_for":null}', '2026-11-30 06:48:05.269815+00'),
	('01a22b35-f9d8-72da-85c9-139316b96a48', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 5, '01a22b35-f516-731d-bd25-1467bfe45f2d', 'call_started', '{"call_id":"demo_0"}', '2026-11-30 06:48:07.372581+00'),
	('01a22b35-fb5c-7670-aad9-eec84f4a1202', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 9, '01a22b35-f516-731d-bd25-1467bfe45f2d', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-30 06:48:07.768527+00'),
	('01a22b35-fc28-7749-8a6f-4cfeff2b58b3', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 15, '01a22b35-fb9b-7677-acb9-ee18c10fef0b', 'assistant_turn', '{"content":[{"text":"I''ll wait 100 s.","type":"text"},{"call_id":"demo_1","tool":{"action":{"duration_ms":100000,"type":"wait"},"tool":"computer"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll wait 100 s.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_1\",\"tool\":{\"tool\":\"computer\",\"action\":{\"type\":\"wait\",\"duration_ms\":100000}}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:48:07.934376+00'),
	('01a22b35-fd23-7720-9501-2ee6a29af865', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 19, '01a22b35-fb9b-7677-acb9-ee18c10fef0b', 'run_state', '{"code":"cancelled","message":"","state":"cancelled","waits_for":null}', '2026-11-30 06:48:08.221393+00'),
	('01a22b35-ff3f-74ce-9e3e-7c350f4c469f', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 25, '01a22b35-ff34-7051-8985-db4eb926fb93', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"replaces":"01a22b35-fdcf-7165-89cf-f5fda751fd6e","text":"say \"right\""}', '2026-11-30 06:48:08.701423+00'),
	('01a22b35-ff4f-72c6-b967-cd962ef23bdf', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 26, '01a22b35-ff34-7051-8985-db4eb926fb93', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-30 06:48:08.701423+00'),
	('01a22b35-ff92-71fd-9803-4a878643efcb', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 27, '01a22b35-ff34-7051-8985-db4eb926fb93', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-30 06:48:08.834285+00'),
	('01a22b35-ffad-76ec-8ce3-1b61a00793d1', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 28, '01a22b35-ff34-7051-8985-db4eb926fb93', 'assistant_turn', '{"content":[{"text":"right\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"right\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:48:08.870233+00'),
	('01a22b35-d68b-77f4-b88c-3e770eb72710', '01a22b35-c498-7172-a7d5-071c0864d705', 29, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'tool_result', '{"call_id":"demo_8","elapsed_ms":46,"screenshot":{"media_type":"image/png","sha256":"f8bd19a83b8be96dcc0d2415d9b4051fb5986c34a8d61dc3dc95a9532a61cdb7","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-30 06:47:58.320833+00'),
	('01a22b35-d73b-75de-a6fc-bd2639cb83e6', '01a22b35-c498-7172-a7d5-071c0864d705', 31, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'tool_result', '{"call_id":"demo_9","elapsed_ms":37,"screenshot":{"media_type":"image/png","sha256":"b46bd66a90e41a16c7c25b7022766c545aa55a5103ae12e5762b953d911d5552","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-30 06:47:58.504015+00'),
	('01a22b35-d7a9-7040-97a0-91bb1373a63f', '01a22b35-c498-7172-a7d5-071c0864d705', 34, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'call_started', '{"call_id":"demo_11"}', '2026-11-30 06:47:58.610429+00'),
	('01a22b35-d95c-7214-bb8d-ce48c62906a9', '01a22b35-c498-7172-a7d5-071c0864d705', 35, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'tool_result', '{"call_id":"demo_11","elapsed_ms":287,"screenshot":{"media_type":"image/png","sha256":"7abeba566a45d75b102acf31175a937720896bf5f9384374d316544198531e52","size":{"height":480,"width":640}},"shown_to_model":false,"status":"done","text":"OK"}', '2026-11-30 06:47:59.028522+00'),
	('01a22b35-da26-7340-a6ad-75c8d0862549', '01a22b35-c498-7172-a7d5-071c0864d705', 37, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'tool_result', '{"call_id":"demo_12","elapsed_ms":9,"screenshot":{"media_type":"image/png","sha256":"a079f29442a003a687a741f8dce13ba16a6e2c21635c0d6cba55192748ce818f","size":{"height":240,"width":320}},"shown_to_model":true,"status":"done","text":""}', '2026-11-30 06:47:59.229343+00'),
	('01a22b35-db0a-77d9-a8a3-c04012836ddf', '01a22b35-c498-7172-a7d5-071c0864d705', 40, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'assistant_turn', '{"content":[{"text":"Done: I opened the terminal, waited 0.5 s, clicked at 320,240, typed \"echo héllo\", pressed Return, scrolled down by 2, dragged from 10,10 to 40,40, zoomed in at 0,0, and looked where the pointer is.\n\nThe pointer is at X=40, Y=40.\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"Done: I opened the terminal, waited 0.5 s, clicked at 320,240, typed \\\"echo héllo\\\", pressed Return, scrolled down by 2, dragged from 10,10 to 40,40, zoomed in at 0,0, and looked where the pointer is.\\n\\nThe pointer is at X=40, Y=40.\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:47:59.442792+00'),
	('01a22b35-de5e-719d-8d2b-9c0501e19534', '01a22b35-c498-7172-a7d5-071c0864d705', 45, '01a22b35-dc8c-74a3-9fae-8371565d39bd', 'assistant_turn', '{"content":[{"text":"Hello! I''m Deskhand''s demo, not an AI: I only understand a few fixed commands, but I carry them out on a real desktop that you can watch. Try:\n\n> open the terminal, type \"echo hello from Deskhand\", press Return\n>\n> open the text editor, type \"My first note\", press ctrl+a, take a screenshot\n>\n> run `date > ~/Outputs/today.txt`, then open the file manager at ~/Outputs\n\nI can:\n- open the terminal, the browser at https://example.com, the text editor, the file manager\n- type \"some text\", press Return, press ctrl+s 3 times, hold shift for 2 seconds\n- click at 100,200, click right (or double, middle, triple) at 100,200, move to 100,200, drag from 100,200 to 300,400, mouse down, mouse up, where is the pointer?\n- scroll down 5 at 100,200, wait 2 seconds\n- take a screenshot, zoom from 0,0 to 640,400\n- run `ls ~`, restart the shell\n- write \"text\" into ~/Outputs/notes.txt, read ~/Outputs/notes.txt, replace \"old\" with \"new\" in ~/Outputs/notes.txt, insert \"a line\" into ~/Outputs/notes.txt after line 2, undo the last edit of ~/Outputs/notes.txt\n- say \"hello\", ask \"Which one?\" with \"this\" or \"that\"\n\nPut commas, line ends, \"then\" or \"and\" between commands.\n\nTo have Claude understand anything you write, set ANTHROPIC_API_KEY where Deskhand is started, then restart Deskhand.","type":"text"}],"cost":{"elapsed_ms":1,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"Hello! I''m Deskhand''s demo, not an AI: I only understand a few fixed commands, but I carry them out on a real desktop that you can watch. Try:\\n\\n> open the terminal, type \\\"echo hello from Deskhand\\\", press Return\\n>\\n> open the text editor, type \\\"My first note\\\", press ctrl+a, take a screenshot\\n>\\n> run `date > ~/Outputs/today.txt`, then open the file manager at ~/Outputs\\n\\nI can:\\n- open the terminal, the browser at https://example.com, the text editor, the file manager\\n- type \\\"some text\\\", press Return, press ctrl+s 3 times, hold shift for 2 seconds\\n- click at 100,200, click right (or double, middle, triple) at 100,200, move to 100,200, drag from 100,200 to 300,400, mouse down, mouse up, where is the pointer?\\n- scroll down 5 at 100,200, wait 2 seconds\\n- take a screenshot, zoom from 0,0 to 640,400\\n- run `ls ~`, restart the shell\\n- write \\\"text\\\" into ~/Outputs/notes.txt, read ~/Outputs/notes.txt, replace \\\"old\\\" with \\\"new\\\" in ~/Outputs/notes.txt, insert \\\"a line\\\" into ~/Outputs/notes.txt after line 2, undo the last edit of ~/Outputs/notes.txt\\n- say \\\"hello\\\", ask \\\"Which one?\\\" with \\\"this\\\" or \\\"that\\\"\\n\\nPut commas, line ends, \\\"then\\\" or \\\"and\\\" between commands.\\n\\nTo have Claude understand anything you write, set ANTHROPIC_API_KEY where Deskhand is started, then restart Deskhand.\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:48:00.305191+00'),
	('01a22b35-e636-703b-bbdd-b635cb38ef9a', '01a22b35-deee-72ee-bf3d-467afa298596', 5, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'approval_request', '{"arguments_sha256":"935b5a85e3f228b4b23ab55525574ec15687184030bf86dd5fdbeef656d7d413","call_id":"demo_0","effects":["shell"],"tool":{"command":"echo approved","restart":false,"tool":"shell"}}', '2026-11-30 06:48:02.332753+00'),
	('01a22b35-e7ef-74c7-92e3-28819d8ae515', '01a22b35-deee-72ee-bf3d-467afa298596', 9, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'call_started', '{"call_id":"demo_0"}', '2026-11-30 06:48:02.770942+00'),
	('01a22b35-ea63-7665-aa02-2e3be3bb9749', '01a22b35-deee-72ee-bf3d-467afa298596', 12, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'run_state', '{"code":"approval_required","message":"Your approval is needed before the assistant runs a command.","state":"awaiting_approval","waits_for":"demo_1"}', '2026-11-30 06:48:03.22987+00'),
	('01a22b35-ec53-7046-a7ef-53d79de98e5b', '01a22b35-deee-72ee-bf3d-467afa298596', 15, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'tool_result', '{"call_id":"demo_1","elapsed_ms":0,"shown_to_model":false,"status":"not_executed","text":"Not executed: the person did not approve this. The person says: not today"}', '2026-11-30 06:48:03.917706+00'),
	('01a22b35-ee74-705e-a8b5-dfccf9763dcf', '01a22b35-deee-72ee-bf3d-467afa298596', 18, '01a22b35-ee40-704c-b8e7-81914403a468', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"ask \"Which one?\" with \"this\" or \"that\""}', '2026-11-30 06:48:04.356878+00'),
	('01a22b35-ee76-70d5-8163-2a32a24340d4', '01a22b35-deee-72ee-bf3d-467afa298596', 19, '01a22b35-ee40-704c-b8e7-81914403a468', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-30 06:48:04.356878+00'),
	('01a22b35-f036-73e4-a169-1192053f18a2', '01a22b35-deee-72ee-bf3d-467afa298596', 25, '01a22b35-ee40-704c-b8e7-81914403a468', 'tool_result', '{"call_id":"demo_2","elapsed_ms":0,"shown_to_model":false,"status":"done","text":"that"}', '2026-11-30 06:48:04.905079+00'),
	('01a22b35-f0bd-764b-b6dd-f238c2e355f4', '01a22b35-deee-72ee-bf3d-467afa298596', 27, '01a22b35-ee40-704c-b8e7-81914403a468', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-30 06:48:05.013718+00'),
	('01a22b35-f54e-75da-8f99-5ec198cb609d', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 1, '01a22b35-f516-731d-bd25-1467bfe45f2d', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"run `echo first > ~/Outputs/first.txt`"}', '2026-11-30 06:48:06.121496+00'),
	('01a22b35-f55d-767f-b069-97f63b6dd825', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 2, '01a22b35-f516-731d-bd25-1467bfe45f2d', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-30 06:48:06.121496+00'),
	('01a22b35-fbdc-7098-b72b-7472fb11d781', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 12, '01a22b35-fb9b-7677-acb9-ee18c10fef0b', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-30 06:48:07.896049+00'),
	('01a22b35-fc46-7757-90f8-b33cc2b4eb0f', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 16, '01a22b35-fb9b-7677-acb9-ee18c10fef0b', 'call_started', '{"call_id":"demo_1"}', '2026-11-30 06:48:07.986268+00'),
	('01a22b36-0291-7323-b5f9-e41d9f31c3e1', '01a22b36-0267-7791-ba9b-f447ad4dfd49', 1, '01a22b36-027d-756f-a9f9-79c7c5573b58', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"say \"hello\""}', '2026-11-30 06:48:09.571258+00'),
	('01a22b36-0292-73a0-9f9a-3f63d6ee2739', '01a22b36-0267-7791-ba9b-f447ad4dfd49', 2, '01a22b36-027d-756f-a9f9-79c7c5573b58', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-30 06:48:09.571258+00'),
	('01a22b36-057d-74db-855e-aec2ad62cf59', '01a22b36-0267-7791-ba9b-f447ad4dfd49', 4, '01a22b36-027d-756f-a9f9-79c7c5573b58', 'assistant_turn', '{"content":[{"text":"hello\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"hello\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:48:10.35787+00'),
	('01a22b35-da7e-727e-963f-cc7976b85036', '01a22b35-c498-7172-a7d5-071c0864d705', 38, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'call_started', '{"call_id":"demo_13"}', '2026-11-30 06:47:59.27182+00'),
	('01a22b35-e04f-7608-9bf1-b25c18cb729a', '01a22b35-deee-72ee-bf3d-467afa298596', 1, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"run `echo approved`, run `echo denied`"}', '2026-11-30 06:48:00.750947+00'),
	('01a22b35-e054-76c9-a583-a059ea7ccfdf', '01a22b35-deee-72ee-bf3d-467afa298596', 2, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-30 06:48:00.750947+00'),
	('01a22b35-e7b8-70cb-a341-b3f7b115932e', '01a22b35-deee-72ee-bf3d-467afa298596', 8, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-30 06:48:02.73365+00'),
	('01a22b35-efbf-7462-881a-55e0f22c54c2', '01a22b35-deee-72ee-bf3d-467afa298596', 23, '01a22b35-ee40-704c-b8e7-81914403a468', 'answer', '{"call_id":"demo_2","text":"that"}', '2026-11-30 06:48:04.796313+00'),
	('01a22b35-effa-7511-83a3-e14abd3576b4', '01a22b35-deee-72ee-bf3d-467afa298596', 24, '01a22b35-ee40-704c-b8e7-81914403a468', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-30 06:48:04.841277+00'),
	('01a22b35-f3d6-7180-8cd8-c9e752722b83', '01a22b35-deee-72ee-bf3d-467afa298596', 32, '01a22b35-f1a2-7314-8314-77f6f7071816', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-30 06:48:05.839226+00'),
	('01a22b35-f48b-7364-9cdb-4910617c70ad', '01a22b35-deee-72ee-bf3d-467afa298596', 34, '01a22b35-f1a2-7314-8314-77f6f7071816', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-30 06:48:06.018691+00'),
	('01a22b35-f993-7419-855a-6ba54684faa5', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 4, '01a22b35-f516-731d-bd25-1467bfe45f2d', 'assistant_turn', '{"content":[{"text":"I''ll run `echo first > ~/Outputs/first.txt`.","type":"text"},{"call_id":"demo_0","tool":{"command":"echo first > ~/Outputs/first.txt","restart":false,"tool":"shell"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `echo first > ~/Outputs/first.txt`.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo first > ~/Outputs/first.txt\",\"restart\":false}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:48:07.311178+00'),
	('01a22b35-fa77-744a-b2a0-02a35a7806a7', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 6, '01a22b35-f516-731d-bd25-1467bfe45f2d', 'tool_result', '{"call_id":"demo_0","elapsed_ms":58,"shown_to_model":false,"status":"done","text":"(no output)"}', '2026-11-30 06:48:07.485192+00'),
	('01a22b35-fbb4-7160-ade3-314155cb500c', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 10, '01a22b35-fb9b-7677-acb9-ee18c10fef0b', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"wait 100 seconds"}', '2026-11-30 06:48:07.816549+00'),
	('01a22b35-fbb6-7312-a74c-58dc314eb256', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 11, '01a22b35-fb9b-7677-acb9-ee18c10fef0b', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-30 06:48:07.816549+00'),
	('01a22b35-fc9c-72b4-b935-07e5871d421c', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 17, '01a22b35-fbf3-7648-8eec-45867efa9050', 'run_state', '{"code":"withdrawn","message":"","state":"cancelled","waits_for":null}', '2026-11-30 06:48:08.081531+00'),
	('01a22b35-fdcf-7165-89cf-f5fda751fd6e', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 20, '01a22b35-fdb3-776d-b811-f1cddda444f1', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"say \"wrong\""}', '2026-11-30 06:48:08.352088+00'),
	('01a22b35-fde0-730b-8008-b6f409bd9d1d', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 21, '01a22b35-fdb3-776d-b811-f1cddda444f1', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-30 06:48:08.352088+00'),
	('01a22b35-fe1c-7386-8471-ce7ed3ed9435', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 22, '01a22b35-fdb3-776d-b811-f1cddda444f1', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-30 06:48:08.472243+00');
INSERT INTO public.events VALUES
	('01a22b35-fe4b-71f9-a5b1-97bf6c6be0d7', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 23, '01a22b35-fdb3-776d-b811-f1cddda444f1', 'assistant_turn', '{"content":[{"text":"wrong\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"wrong\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:48:08.516806+00'),
	('01a22b36-00a8-7776-928f-c148ac34d576', '01a22b36-00a3-76e1-a81a-5591e6836213', 1, '01a22b36-00a4-7515-81bb-73cae1202790', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"run `echo first > ~/Outputs/first.txt`"}', '2026-11-30 06:48:06.121496+00'),
	('01a22b36-00a8-7776-928f-c14983d56d12', '01a22b36-00a3-76e1-a81a-5591e6836213', 2, '01a22b36-00a4-7515-81bb-73cae1202790', 'assistant_turn', '{"content":[{"text":"I''ll run `echo first > ~/Outputs/first.txt`.","type":"text"},{"call_id":"demo_0","tool":{"command":"echo first > ~/Outputs/first.txt","restart":false,"tool":"shell"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `echo first > ~/Outputs/first.txt`.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo first > ~/Outputs/first.txt\",\"restart\":false}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:48:07.311178+00'),
	('01a22b36-00a8-7776-928f-c14aeb179e27', '01a22b36-00a3-76e1-a81a-5591e6836213', 3, '01a22b36-00a4-7515-81bb-73cae1202790', 'call_started', '{"call_id":"demo_0"}', '2026-11-30 06:48:07.372581+00'),
	('01a22b36-00a8-7776-928f-c14b52f719fb', '01a22b36-00a3-76e1-a81a-5591e6836213', 4, '01a22b36-00a4-7515-81bb-73cae1202790', 'tool_result', '{"call_id":"demo_0","elapsed_ms":58,"shown_to_model":false,"status":"done","text":"(no output)"}', '2026-11-30 06:48:07.485192+00'),
	('01a22b36-00a8-7776-928f-c14cb6cee52e', '01a22b36-00a3-76e1-a81a-5591e6836213', 5, '01a22b36-00a4-7515-81bb-73cae1202790', 'run_state', '{"code":"forked","message":"","state":"cancelled","waits_for":null}', '2026-11-30 06:48:09.090157+00'),
	('01a22b35-dce7-77da-8d17-6ff246515c1d', '01a22b35-c498-7172-a7d5-071c0864d705', 42, '01a22b35-dc8c-74a3-9fae-8371565d39bd', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"what is the meaning of it all"}', '2026-11-30 06:47:59.814868+00'),
	('01a22b35-dcff-7557-a906-e62f5a8d8c1a', '01a22b35-c498-7172-a7d5-071c0864d705', 43, '01a22b35-dc8c-74a3-9fae-8371565d39bd', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-30 06:47:59.814868+00'),
	('01a22b35-dda9-709e-a465-fbcc15bd5ad4', '01a22b35-c498-7172-a7d5-071c0864d705', 44, '01a22b35-dc8c-74a3-9fae-8371565d39bd', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-30 06:48:00.120443+00'),
	('01a22b35-dea2-7589-97b1-be94057477d8', '01a22b35-c498-7172-a7d5-071c0864d705', 46, '01a22b35-dc8c-74a3-9fae-8371565d39bd', 'run_state', '{"code":"end_turn","message":"","state":"succeeded","waits_for":null}', '2026-11-30 06:48:00.379807+00'),
	('01a22b35-e579-73c2-a065-fe5aec3ea46a', '01a22b35-deee-72ee-bf3d-467afa298596', 4, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'assistant_turn', '{"content":[{"text":"I''ll run `echo approved` and run `echo denied`.","type":"text"},{"call_id":"demo_0","tool":{"command":"echo approved","restart":false,"tool":"shell"},"type":"tool_call"},{"call_id":"demo_1","tool":{"command":"echo denied","restart":false,"tool":"shell"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `echo approved` and run `echo denied`.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo approved\",\"restart\":false}},{\"type\":\"tool_call\",\"call_id\":\"demo_1\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo denied\",\"restart\":false}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:48:02.148646+00'),
	('01a22b35-e863-738c-a3a3-721026bd41f3', '01a22b35-deee-72ee-bf3d-467afa298596', 10, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'tool_result', '{"call_id":"demo_0","elapsed_ms":72,"shown_to_model":false,"status":"done","text":"approved"}', '2026-11-30 06:48:02.903016+00'),
	('01a22b35-eb58-7663-a21c-b4f86ee3037d', '01a22b35-deee-72ee-bf3d-467afa298596', 13, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'decision', '{"arguments_sha256":"f6a6b48d817a6b3c86c76593740130183ddf16a8b4e54f39a436ee3ed89c3fe4","call_id":"demo_1","decided_by":"01a22b35-bcb3-7250-aa65-cc3d787dda56","reason":"not today","verdict":"deny"}', '2026-11-30 06:48:03.667427+00'),
	('01a22b35-f387-70f0-a97d-f3ebabc57a67', '01a22b35-deee-72ee-bf3d-467afa298596', 30, '01a22b35-f1a2-7314-8314-77f6f7071816', 'takeover', '{"did":{"left_out":0,"steps":[{"at":{"x":200,"y":200},"button":"left","count":1,"did":"clicked"},{"characters":2,"did":"typed"}]},"screenshot":{"media_type":"image/jpeg","sha256":"245c6517ebed60197619c9e50e697593654cf8906f41ce2c392183855bcd6e5f","size":{"height":480,"width":640}}}', '2026-11-30 06:48:05.750008+00'),
	('01a22b35-f38b-73c7-8ef1-10f261add9ed', '01a22b35-deee-72ee-bf3d-467afa298596', 31, '01a22b35-f1a2-7314-8314-77f6f7071816', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-30 06:48:05.724879+00'),
	('01a22b35-f43b-773f-bde8-48535e011bde', '01a22b35-deee-72ee-bf3d-467afa298596', 33, '01a22b35-f1a2-7314-8314-77f6f7071816', 'assistant_turn', '{"content":[{"text":"back again\n\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)","type":"text"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"back again\\n\\n(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)\"}]","stop_reason":"end_turn","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:48:05.921142+00'),
	('01a22b35-f5ae-75fd-84cd-eac336c413a7', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 3, '01a22b35-f516-731d-bd25-1467bfe45f2d', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-30 06:48:06.311904+00'),
	('01a22b35-fd0e-77dd-bac8-af5ad937a4e2', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 18, '01a22b35-fb9b-7677-acb9-ee18c10fef0b', 'tool_result', '{"call_id":"demo_1","elapsed_ms":0,"shown_to_model":false,"status":"interrupted","text":"Interrupted by the user; whether it took effect is not known."}', '2026-11-30 06:48:08.189763+00'),
	('01a22b36-02d1-72d7-89b2-4bf0019fe61e', '01a22b36-0267-7791-ba9b-f447ad4dfd49', 3, '01a22b36-027d-756f-a9f9-79c7c5573b58', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-30 06:48:09.646513+00'),
	('01a22b36-164e-75df-b1e8-643aeb003073', '01a22b36-1611-7426-b6ab-77407e315e86', 1, '01a22b36-163c-711e-917a-b09058fc1bad', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"take a screenshot"}', '2026-11-30 06:48:14.610831+00'),
	('01a22b36-165b-7617-a045-5d8d539295f1', '01a22b36-1611-7426-b6ab-77407e315e86', 2, '01a22b36-163c-711e-917a-b09058fc1bad', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-30 06:48:14.610831+00'),
	('01a22b36-16d5-76b1-9318-38416fc4118a', '01a22b36-1611-7426-b6ab-77407e315e86', 3, '01a22b36-163c-711e-917a-b09058fc1bad', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-30 06:48:14.795536+00'),
	('01a22b36-1a70-761c-a51b-2fd95ab4719a', '01a22b36-1611-7426-b6ab-77407e315e86', 4, '01a22b36-163c-711e-917a-b09058fc1bad', 'run_state', '{"code":"api_key_refused","message":"Anthropic rejected the API key. Check ANTHROPIC_API_KEY where Deskhand is started (create keys at console.anthropic.com), then restart Deskhand.","state":"failed","waits_for":null}', '2026-11-30 06:48:15.696698+00'),
	('01a22b36-2671-762f-8d34-b9808dc7b98d', '01a22b36-25cd-746d-b375-44480f7ddd09', 1, '01a22b36-2613-77c5-a6e1-fd9d1ba5d715', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"run `until [ -e ~/go ]; do sleep 0.1; done`, run `echo resumed`"}', '2026-11-30 06:48:18.622114+00'),
	('01a22b36-26a3-74c7-817a-c990ce346c41', '01a22b36-25cd-746d-b375-44480f7ddd09', 2, '01a22b36-2613-77c5-a6e1-fd9d1ba5d715', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-30 06:48:18.622114+00'),
	('01a22b36-2734-749d-bbf8-9eba87b83a3a', '01a22b36-25cd-746d-b375-44480f7ddd09', 3, '01a22b36-2613-77c5-a6e1-fd9d1ba5d715', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-30 06:48:18.983083+00'),
	('01a22b36-2b59-7786-859d-c1b15a0b0b0d', '01a22b36-25cd-746d-b375-44480f7ddd09', 4, '01a22b36-2613-77c5-a6e1-fd9d1ba5d715', 'assistant_turn', '{"content":[{"text":"I''ll run `until [ -e ~/go ]; do sleep 0.1; done` and run `echo resumed`.","type":"text"},{"call_id":"demo_0","tool":{"command":"until [ -e ~/go ]; do sleep 0.1; done","restart":false,"tool":"shell"},"type":"tool_call"},{"call_id":"demo_1","tool":{"command":"echo resumed","restart":false,"tool":"shell"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `until [ -e ~/go ]; do sleep 0.1; done` and run `echo resumed`.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"until [ -e ~/go ]; do sleep 0.1; done\",\"restart\":false}},{\"type\":\"tool_call\",\"call_id\":\"demo_1\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo resumed\",\"restart\":false}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:48:20.045152+00'),
	('01a22b36-2b8d-7251-93a3-d84cd5c4969a', '01a22b36-25cd-746d-b375-44480f7ddd09', 5, '01a22b36-2613-77c5-a6e1-fd9d1ba5d715', 'call_started', '{"call_id":"demo_0"}', '2026-11-30 06:48:20.107835+00'),
	('01a22b36-2c76-713b-a857-75a349e3e76a', '01a22b36-25cd-746d-b375-44480f7ddd09', 6, '01a22b36-2613-77c5-a6e1-fd9d1ba5d715', 'tool_result', '{"call_id":"demo_0","elapsed_ms":195,"shown_to_model":false,"status":"done","text":"(no output)"}', '2026-11-30 06:48:20.318446+00'),
	('01a22b36-2c86-76ad-a774-47beba3e5832', '01a22b36-25cd-746d-b375-44480f7ddd09', 7, '01a22b36-2613-77c5-a6e1-fd9d1ba5d715', 'run_state', '{"code":"paused","message":"You paused the run. Resume it when you are ready.","state":"paused","waits_for":null}', '2026-11-30 06:48:20.345095+00'),
	('01a22b36-2da3-767c-827d-f9d44e06495b', '01a22b36-2d00-7333-968c-a23a8d36983d', 1, '01a22b36-2d8e-7633-a4e5-0dbafca55050', 'message', '{"extra_data":{},"files":[],"locale":{"time_zone":"Etc/UTC"},"text":"run `echo approved > ~/Outputs/approved.txt`"}', '2026-11-30 06:48:20.59278+00'),
	('01a22b36-2da7-72c3-b4eb-f8c6fb31aaf3', '01a22b36-2d00-7333-968c-a23a8d36983d', 2, '01a22b36-2d8e-7633-a4e5-0dbafca55050', 'run_state', '{"code":"","message":"","state":"queued","waits_for":null}', '2026-11-30 06:48:20.59278+00'),
	('01a22b36-2e05-73f5-9b31-8bd8081ba911', '01a22b36-2d00-7333-968c-a23a8d36983d', 3, '01a22b36-2d8e-7633-a4e5-0dbafca55050', 'run_state', '{"code":"","message":"","state":"running"}', '2026-11-30 06:48:20.740679+00'),
	('01a22b36-31f3-7757-a002-9c11be6d06e4', '01a22b36-2d00-7333-968c-a23a8d36983d', 6, '01a22b36-2d8e-7633-a4e5-0dbafca55050', 'run_state', '{"code":"approval_required","message":"Your approval is needed before the assistant runs a command.","state":"awaiting_approval","waits_for":"demo_0"}', '2026-11-30 06:48:21.746088+00'),
	('01a22b36-31b4-74e5-9180-0f7496225265', '01a22b36-2d00-7333-968c-a23a8d36983d', 4, '01a22b36-2d8e-7633-a4e5-0dbafca55050', 'assistant_turn', '{"content":[{"text":"I''ll run `echo approved > ~/Outputs/approved.txt`.","type":"text"},{"call_id":"demo_0","tool":{"command":"echo approved > ~/Outputs/approved.txt","restart":false,"tool":"shell"},"type":"tool_call"}],"cost":{"elapsed_ms":0,"microdollars":0},"model":"demo","provider":"demo","raw":"[{\"type\":\"text\",\"text\":\"I''ll run `echo approved > ~/Outputs/approved.txt`.\"},{\"type\":\"tool_call\",\"call_id\":\"demo_0\",\"tool\":{\"tool\":\"shell\",\"command\":\"echo approved > ~/Outputs/approved.txt\",\"restart\":false}}]","stop_reason":"tool_use","usage":{"cache_read_tokens":0,"cache_write_tokens":0,"input_tokens":0,"output_tokens":0}}', '2026-11-30 06:48:21.643129+00'),
	('01a22b36-31dd-7138-b979-be0506549904', '01a22b36-2d00-7333-968c-a23a8d36983d', 5, '01a22b36-2d8e-7633-a4e5-0dbafca55050', 'approval_request', '{"arguments_sha256":"be5dfacb75f57af4380456cddfd9f2cd3f5d6da075df31e9116cd1a84e396ba3","call_id":"demo_0","effects":["shell"],"tool":{"command":"echo approved > ~/Outputs/approved.txt","restart":false,"tool":"shell"}}', '2026-11-30 06:48:21.704805+00');


--
-- Data for Name: file_link_keys; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: file_rules; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: files; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.files VALUES
	('01a22b35-c3f7-77fa-ba82-0ddb511c4f8c', '01a22b35-bcb3-7250-aa65-cc3d787dda56', NULL, 'list.txt', 'text/plain', 5, '28b3e2baaf822711e28e8abc0228b6970dfe70432b4890dfee92f352959d27e0', NULL, NULL, '2026-11-30 06:47:53.588912+00', NULL),
	('01a22b35-cdfe-76ec-bf44-aaa803d525a8', '01a22b35-bcb3-7250-aa65-cc3d787dda56', '01a22b35-c498-7172-a7d5-071c0864d705', 'copy.txt', 'text/plain', 5, '28b3e2baaf822711e28e8abc0228b6970dfe70432b4890dfee92f352959d27e0', 'Outputs/copy.txt', 1796021275448, '2026-11-30 06:47:56.134185+00', NULL),
	('01a22b35-fb3b-72a3-9621-5d9180208115', '01a22b35-bcb3-7250-aa65-cc3d787dda56', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 'first.txt', 'text/plain', 6, 'b640e840b19d378660b32fb51ae18d67dccb4a8596a29e7bd72c1b2ae5928f41', 'Outputs/first.txt', 1796021287480, '2026-11-30 06:48:07.724215+00', NULL),
	('01a22b36-0635-7779-b74e-1eced08f4d0e', '01a22b35-c31a-70d0-a6d4-f409c2a46ef3', NULL, 'secret.txt', 'text/plain', 11, 'c646a2c09543c013b1d37e69b593c4b397a0eb6df8cc5bd8818d95c1b253e62f', NULL, NULL, '2026-11-30 06:48:10.546593+00', NULL);


--
-- Data for Name: idempotency_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.idempotency_keys VALUES
	('01a22b35-bcb3-7250-aa65-cc3d787dda56', 'upload', '\x0eab1be8ce20a8cf3e6be043bb5b53b2d7f0882f27b54f805aa6de63c9d6dc06', '{"chat_id":null,"created_at":"2026-11-30T06:47:53.588912Z","detected_type":null,"id":"01a22b35-c3f7-77fa-ba82-0ddb511c4f8c","media_type":"text/plain","name":"list.txt","origin":"upload","path":null,"size":5}', '2026-11-30 06:47:53.588912+00'),
	('01a22b35-bcb3-7250-aa65-cc3d787dda56', 'chat', '\x8a33a453a0a771e285ef08ad47ce7f17a34fb64c7572b7183732bfc77951d9e8', '{"approval":null,"created_at":"2026-11-30T06:47:53.741901Z","id":"01a22b35-c498-7172-a7d5-071c0864d705","messages":[{"created_at":"2026-11-30T06:47:53.741901Z","extra_data":{},"files":[{"id":"01a22b35-c3f7-77fa-ba82-0ddb511c4f8c","name":"list.txt","path":"Uploads/list.txt"}],"id":"01a22b35-c4fb-71e8-bfd8-ecbf176ec986","message":"run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, create ~/notes.txt with \"kept for later\", replace \"later\" with \"good\" in ~/notes.txt, read ~/notes.txt, take a screenshot","role":"user","run_id":"01a22b35-c4c6-7278-930c-a422827a94a2","seq":1}],"messages_before":null,"run":{"chat_id":"01a22b35-c498-7172-a7d5-071c0864d705","code":"","created_at":"2026-11-30T06:47:53.741901Z","finished_at":null,"id":"01a22b35-c4c6-7278-930c-a422827a94a2","message":"","pause_requested":false,"started_at":null,"state":"queued","waits_for":null},"run_state":"queued","title":"run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, create…","updated_at":"2026-11-30T06:47:53.741901Z"}', '2026-11-30 06:47:53.741901+00'),
	('01a22b35-bcb3-7250-aa65-cc3d787dda56', 'fork', '\x8fbd4d299cc7b00b3fa0b6cd838db072cb6eacd9683eef65881889b796a295b9', '{"approval":null,"created_at":"2026-11-30T06:48:09.090157Z","id":"01a22b36-00a3-76e1-a81a-5591e6836213","messages":[{"created_at":"2026-11-30T06:48:06.121496Z","extra_data":{},"files":[],"id":"01a22b36-00a8-7776-928f-c148ac34d576","message":"run `echo first > ~/Outputs/first.txt`","role":"user","run_id":"01a22b36-00a4-7515-81bb-73cae1202790","seq":1},{"created_at":"2026-11-30T06:48:07.311178Z","extra_data":{},"files":[],"id":"01a22b36-00a8-7776-928f-c14983d56d12","message":"I''ll run `echo first > ~/Outputs/first.txt`.","role":"assistant","run_id":"01a22b36-00a4-7515-81bb-73cae1202790","seq":2}],"messages_before":null,"run":{"chat_id":"01a22b36-00a3-76e1-a81a-5591e6836213","code":"forked","created_at":"2026-11-30T06:48:09.090157Z","finished_at":"2026-11-30T06:48:09.090157Z","id":"01a22b36-00a4-7515-81bb-73cae1202790","message":"","pause_requested":false,"started_at":null,"state":"cancelled","waits_for":null},"run_state":"cancelled","title":"run `echo first > ~/Outputs/first.txt`","updated_at":"2026-11-30T06:48:09.090157Z"}', '2026-11-30 06:48:09.090157+00'),
	('01a22b35-c31a-70d0-a6d4-f409c2a46ef3', 'upload', '\x129bbad24e247cfc1e2f3dcae18fb96b93dc66cbea7c5a4b0617e1489c5d495c', '{"chat_id":null,"created_at":"2026-11-30T06:48:10.546593Z","detected_type":null,"id":"01a22b36-0635-7779-b74e-1eced08f4d0e","media_type":"text/plain","name":"secret.txt","origin":"upload","path":null,"size":11}', '2026-11-30 06:48:10.546593+00');


--
-- Data for Name: identities; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: identity_providers; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: installation; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.installation VALUES
	('c7225f7f-db6a-4167-b9ee-561a05902628');


--
-- Data for Name: internet_requests; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: invitations; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: live_turn_pieces; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: master_key_versions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.master_key_versions VALUES
	(1, '2026-11-30 06:47:48.399507+00', NULL, '\x000000019fa92b9f6627f4e9078c66ed75a97a7c0766337560d186b030a4716b9a05a55ccdbe9a70');


--
-- Data for Name: messages; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.messages VALUES
	('01a22b35-c4fb-71e8-bfd8-ecbf176ec986', '01a22b35-c498-7172-a7d5-071c0864d705', 1, '01a22b35-c4c6-7278-930c-a422827a94a2', 'user', 'run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, create ~/notes.txt with "kept for later", replace "later" with "good" in ~/notes.txt, read ~/notes.txt, take a screenshot', '{}', '[{"id":"01a22b35-c3f7-77fa-ba82-0ddb511c4f8c","name":"list.txt","path":"Uploads/list.txt"}]', '2026-11-30 06:47:53.741901+00'),
	('01a22b35-ca38-72a1-bca3-0f9899a92f27', '01a22b35-c498-7172-a7d5-071c0864d705', 4, '01a22b35-c4c6-7278-930c-a422827a94a2', 'assistant', 'I''ll run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, write ~/notes.txt, replace "later" in ~/notes.txt, read ~/notes.txt, and take a screenshot.', '{}', '[]', '2026-11-30 06:47:55.185561+00'),
	('01a22b35-cd2a-70a3-8805-805d467ae019', '01a22b35-c498-7172-a7d5-071c0864d705', 15, '01a22b35-c4c6-7278-930c-a422827a94a2', 'assistant', 'Done: I ran `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, wrote ~/notes.txt, replaced "later" in ~/notes.txt, read ~/notes.txt, and took a screenshot.

In `~/notes.txt`:

```
     1	kept for good
```

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-30 06:47:55.906034+00'),
	('01a22b35-cef5-7116-bd59-d7614e3b5c75', '01a22b35-c498-7172-a7d5-071c0864d705', 18, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'user', 'open the terminal, wait 500 ms, click at 320,240, type "echo héllo", press Return, scroll down 2, drag from 10,10 to 40,40, zoom from 0,0 to 320,240, where is the pointer', '{"from":"a program"}', '[]', '2026-11-30 06:47:56.31032+00'),
	('01a22b35-d02b-750e-a035-8f73718e252f', '01a22b35-c498-7172-a7d5-071c0864d705', 21, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'assistant', 'I''ll open the terminal, wait 0.5 s, click at 320,240, type "echo héllo", press Return, scroll down by 2, drag from 10,10 to 40,40, zoom in at 0,0, and look where the pointer is.', '{}', '[]', '2026-11-30 06:47:56.686782+00'),
	('01a22b35-db0a-77d9-a8a3-c04012836ddf', '01a22b35-c498-7172-a7d5-071c0864d705', 40, '01a22b35-cee1-7293-9e6c-a85367c34f90', 'assistant', 'Done: I opened the terminal, waited 0.5 s, clicked at 320,240, typed "echo héllo", pressed Return, scrolled down by 2, dragged from 10,10 to 40,40, zoomed in at 0,0, and looked where the pointer is.

The pointer is at X=40, Y=40.

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-30 06:47:59.442792+00'),
	('01a22b35-dce7-77da-8d17-6ff246515c1d', '01a22b35-c498-7172-a7d5-071c0864d705', 42, '01a22b35-dc8c-74a3-9fae-8371565d39bd', 'user', 'what is the meaning of it all', '{}', '[]', '2026-11-30 06:47:59.814868+00'),
	('01a22b35-de5e-719d-8d2b-9c0501e19534', '01a22b35-c498-7172-a7d5-071c0864d705', 45, '01a22b35-dc8c-74a3-9fae-8371565d39bd', 'assistant', 'Hello! I''m Deskhand''s demo, not an AI: I only understand a few fixed commands, but I carry them out on a real desktop that you can watch. Try:

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

To have Claude understand anything you write, set ANTHROPIC_API_KEY where Deskhand is started, then restart Deskhand.', '{}', '[]', '2026-11-30 06:48:00.305191+00'),
	('01a22b35-e04f-7608-9bf1-b25c18cb729a', '01a22b35-deee-72ee-bf3d-467afa298596', 1, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'user', 'run `echo approved`, run `echo denied`', '{}', '[]', '2026-11-30 06:48:00.750947+00'),
	('01a22b35-e579-73c2-a065-fe5aec3ea46a', '01a22b35-deee-72ee-bf3d-467afa298596', 4, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'assistant', 'I''ll run `echo approved` and run `echo denied`.', '{}', '[]', '2026-11-30 06:48:02.148646+00'),
	('01a22b35-ec8a-7363-b071-2d826addad2f', '01a22b35-deee-72ee-bf3d-467afa298596', 16, '01a22b35-e022-73bf-ae6b-823c98b00e28', 'assistant', 'I ran `echo approved`.

`echo approved` printed:

```
approved
```

I didn''t run `echo denied`, because you didn''t approve it.

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-30 06:48:03.937648+00'),
	('01a22b35-ee74-705e-a8b5-dfccf9763dcf', '01a22b35-deee-72ee-bf3d-467afa298596', 18, '01a22b35-ee40-704c-b8e7-81914403a468', 'user', 'ask "Which one?" with "this" or "that"', '{}', '[]', '2026-11-30 06:48:04.356878+00'),
	('01a22b35-ef21-7758-a801-87030740f26e', '01a22b35-deee-72ee-bf3d-467afa298596', 21, '01a22b35-ee40-704c-b8e7-81914403a468', 'assistant', 'I''ll ask "Which one?".', '{}', '[]', '2026-11-30 06:48:04.638326+00'),
	('01a22b35-f04a-72d6-a93c-f02121f95195', '01a22b35-deee-72ee-bf3d-467afa298596', 26, '01a22b35-ee40-704c-b8e7-81914403a468', 'assistant', 'Done: I asked "Which one?".

You answered: that

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-30 06:48:04.928554+00'),
	('01a22b35-f1b2-727b-ac3b-dc6451de3546', '01a22b35-deee-72ee-bf3d-467afa298596', 28, '01a22b35-f1a2-7314-8314-77f6f7071816', 'user', 'say "back again"', '{}', '[]', '2026-11-30 06:48:05.269815+00'),
	('01a22b35-f43b-773f-bde8-48535e011bde', '01a22b35-deee-72ee-bf3d-467afa298596', 33, '01a22b35-f1a2-7314-8314-77f6f7071816', 'assistant', 'back again

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-30 06:48:05.921142+00'),
	('01a22b35-f54e-75da-8f99-5ec198cb609d', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 1, '01a22b35-f516-731d-bd25-1467bfe45f2d', 'user', 'run `echo first > ~/Outputs/first.txt`', '{}', '[]', '2026-11-30 06:48:06.121496+00'),
	('01a22b35-f993-7419-855a-6ba54684faa5', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 4, '01a22b35-f516-731d-bd25-1467bfe45f2d', 'assistant', 'I''ll run `echo first > ~/Outputs/first.txt`.', '{}', '[]', '2026-11-30 06:48:07.311178+00'),
	('01a22b35-faae-7655-ad55-cab895caf922', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 7, '01a22b35-f516-731d-bd25-1467bfe45f2d', 'assistant', 'Done: I ran `echo first > ~/Outputs/first.txt`.

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-30 06:48:07.569372+00'),
	('01a22b35-fbb4-7160-ade3-314155cb500c', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 10, '01a22b35-fb9b-7677-acb9-ee18c10fef0b', 'user', 'wait 100 seconds', '{}', '[]', '2026-11-30 06:48:07.816549+00'),
	('01a22b35-fc00-74ae-ae6e-e096abc8050f', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 13, '01a22b35-fbf3-7648-8eec-45867efa9050', 'user', 'say "never"', '{}', '[]', '2026-11-30 06:48:07.896433+00'),
	('01a22b35-fc28-7749-8a6f-4cfeff2b58b3', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 15, '01a22b35-fb9b-7677-acb9-ee18c10fef0b', 'assistant', 'I''ll wait 100 s.', '{}', '[]', '2026-11-30 06:48:07.934376+00'),
	('01a22b35-fdcf-7165-89cf-f5fda751fd6e', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 20, '01a22b35-fdb3-776d-b811-f1cddda444f1', 'user', 'say "wrong"', '{}', '[]', '2026-11-30 06:48:08.352088+00'),
	('01a22b35-fe4b-71f9-a5b1-97bf6c6be0d7', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 23, '01a22b35-fdb3-776d-b811-f1cddda444f1', 'assistant', 'wrong

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-30 06:48:08.516806+00'),
	('01a22b35-ff3f-74ce-9e3e-7c350f4c469f', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 25, '01a22b35-ff34-7051-8985-db4eb926fb93', 'user', 'say "right"', '{}', '[]', '2026-11-30 06:48:08.701423+00'),
	('01a22b35-ffad-76ec-8ce3-1b61a00793d1', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 28, '01a22b35-ff34-7051-8985-db4eb926fb93', 'assistant', 'right

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-30 06:48:08.870233+00'),
	('01a22b36-00a8-7776-928f-c148ac34d576', '01a22b36-00a3-76e1-a81a-5591e6836213', 1, '01a22b36-00a4-7515-81bb-73cae1202790', 'user', 'run `echo first > ~/Outputs/first.txt`', '{}', '[]', '2026-11-30 06:48:06.121496+00'),
	('01a22b36-00a8-7776-928f-c14983d56d12', '01a22b36-00a3-76e1-a81a-5591e6836213', 2, '01a22b36-00a4-7515-81bb-73cae1202790', 'assistant', 'I''ll run `echo first > ~/Outputs/first.txt`.', '{}', '[]', '2026-11-30 06:48:07.311178+00'),
	('01a22b36-0291-7323-b5f9-e41d9f31c3e1', '01a22b36-0267-7791-ba9b-f447ad4dfd49', 1, '01a22b36-027d-756f-a9f9-79c7c5573b58', 'user', 'say "hello"', '{}', '[]', '2026-11-30 06:48:09.571258+00'),
	('01a22b36-057d-74db-855e-aec2ad62cf59', '01a22b36-0267-7791-ba9b-f447ad4dfd49', 4, '01a22b36-027d-756f-a9f9-79c7c5573b58', 'assistant', 'hello

(I''m Deskhand''s demo, not an AI: I only follow a few fixed commands. To use Claude, set ANTHROPIC_API_KEY where Deskhand is started.)', '{}', '[]', '2026-11-30 06:48:10.35787+00'),
	('01a22b36-164e-75df-b1e8-643aeb003073', '01a22b36-1611-7426-b6ab-77407e315e86', 1, '01a22b36-163c-711e-917a-b09058fc1bad', 'user', 'take a screenshot', '{}', '[]', '2026-11-30 06:48:14.610831+00'),
	('01a22b36-2671-762f-8d34-b9808dc7b98d', '01a22b36-25cd-746d-b375-44480f7ddd09', 1, '01a22b36-2613-77c5-a6e1-fd9d1ba5d715', 'user', 'run `until [ -e ~/go ]; do sleep 0.1; done`, run `echo resumed`', '{}', '[]', '2026-11-30 06:48:18.622114+00'),
	('01a22b36-2b59-7786-859d-c1b15a0b0b0d', '01a22b36-25cd-746d-b375-44480f7ddd09', 4, '01a22b36-2613-77c5-a6e1-fd9d1ba5d715', 'assistant', 'I''ll run `until [ -e ~/go ]; do sleep 0.1; done` and run `echo resumed`.', '{}', '[]', '2026-11-30 06:48:20.045152+00'),
	('01a22b36-2da3-767c-827d-f9d44e06495b', '01a22b36-2d00-7333-968c-a23a8d36983d', 1, '01a22b36-2d8e-7633-a4e5-0dbafca55050', 'user', 'run `echo approved > ~/Outputs/approved.txt`', '{}', '[]', '2026-11-30 06:48:20.59278+00'),
	('01a22b36-31b4-74e5-9180-0f7496225265', '01a22b36-2d00-7333-968c-a23a8d36983d', 4, '01a22b36-2d8e-7633-a4e5-0dbafca55050', 'assistant', 'I''ll run `echo approved > ~/Outputs/approved.txt`.', '{}', '[]', '2026-11-30 06:48:21.643129+00');


--
-- Data for Name: oauth_attempts; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: password_links; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: pool_desktops; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: quota_use; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.quota_use VALUES
	('01a22b35-c31a-70d0-a6d4-f409c2a46ef3', 'runs', '2026-11-30', 1),
	('01a22b35-bcb3-7250-aa65-cc3d787dda56', 'runs', '2026-11-30', 14);


--
-- Data for Name: recovery_codes; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: refresh_tokens; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.refresh_tokens VALUES
	('01a22b35-c094-744f-ac39-698f5ea19bcf', '01a22b35-c093-7688-b954-aac3d93b3c32', NULL, '\x6c7a0b5cc1a88f6d8338ba446837a8915ca8d1bb5cb136d9cd81d4d1aec8351d', NULL, '2026-11-30 06:47:52.721137+00', '2026-12-07 06:47:52.721137+00', NULL),
	('01a22b36-01e6-774f-8f8c-2b1c1007955b', '01a22b36-01e3-76c6-a17d-cb33d3343e8a', NULL, '\x48ce912623ba5977f4f969e10608050eeef8b75cc3bf1ed21c5c6a5b4bebea69', NULL, '2026-11-30 06:48:09.440484+00', '2026-12-07 06:48:09.440484+00', NULL),
	('01a22b36-1519-75a3-a601-94aa5f57685f', '01a22b36-14e1-7746-b9a3-10819f1afab3', NULL, '\xbe16ff39bad11ff22072de1d67d266e1e3467a16ad4348165b5d4b263cdf2ea8', NULL, '2026-11-30 06:48:14.306415+00', '2026-12-07 06:48:14.306415+00', NULL),
	('01a22b36-23b7-73c7-ae15-e8b6ea92ceff', '01a22b36-23b5-721d-aa6c-85ac6f6611a2', NULL, '\xf79fcc679b81f91c5ad09e1fc2e55bd3d13a1cf4f8c0d9f80bd9286f6c81c0a6', NULL, '2026-11-30 06:48:18.101963+00', '2026-12-07 06:48:18.101963+00', NULL),
	('01a22b36-2568-77e9-991b-62b04fb265d3', '01a22b36-2565-7704-af89-d143f506259b', NULL, '\xb909dd92dba76e17c3629e57069ff992388b01a55ba1d9d93cd559b11aa65f8a', NULL, '2026-11-30 06:48:18.53365+00', '2026-12-07 06:48:18.53365+00', NULL);


--
-- Data for Name: runs; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.runs VALUES
	('01a22b35-c4c6-7278-930c-a422827a94a2', '01a22b35-c498-7172-a7d5-071c0864d705', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-30 06:47:53.741901+00', '2026-11-30 06:47:53.956378+00', '2026-11-30 06:47:56.172734+00', NULL, false, false, 1),
	('01a22b35-cee1-7293-9e6c-a85367c34f90', '01a22b35-c498-7172-a7d5-071c0864d705', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-30 06:47:56.31032+00', '2026-11-30 06:47:56.4636+00', '2026-11-30 06:47:59.576608+00', NULL, false, false, 2),
	('01a22b35-dc8c-74a3-9fae-8371565d39bd', '01a22b35-c498-7172-a7d5-071c0864d705', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-30 06:47:59.814868+00', '2026-11-30 06:48:00.071831+00', '2026-11-30 06:48:00.379807+00', NULL, false, false, 3),
	('01a22b35-e022-73bf-ae6b-823c98b00e28', '01a22b35-deee-72ee-bf3d-467afa298596', 'succeeded', 'end_turn', '', false, NULL, NULL, 3, '2026-11-30 06:48:00.750947+00', '2026-11-30 06:48:00.860827+00', '2026-11-30 06:48:04.166598+00', NULL, false, false, 4),
	('01a22b35-ee40-704c-b8e7-81914403a468', '01a22b35-deee-72ee-bf3d-467afa298596', 'succeeded', 'end_turn', '', false, NULL, NULL, 2, '2026-11-30 06:48:04.356878+00', '2026-11-30 06:48:04.504415+00', '2026-11-30 06:48:05.013718+00', NULL, false, false, 5),
	('01a22b36-2613-77c5-a6e1-fd9d1ba5d715', '01a22b36-25cd-746d-b375-44480f7ddd09', 'paused', 'paused', 'You paused the run. Resume it when you are ready.', false, NULL, NULL, 1, '2026-11-30 06:48:18.622114+00', '2026-11-30 06:48:18.876034+00', NULL, NULL, false, false, 15),
	('01a22b35-f1a2-7314-8314-77f6f7071816', '01a22b35-deee-72ee-bf3d-467afa298596', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-30 06:48:05.269815+00', '2026-11-30 06:48:05.807294+00', '2026-11-30 06:48:06.018691+00', NULL, false, false, 6),
	('01a22b35-f516-731d-bd25-1467bfe45f2d', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-30 06:48:06.121496+00', '2026-11-30 06:48:06.278617+00', '2026-11-30 06:48:07.768527+00', NULL, false, false, 7),
	('01a22b36-2d8e-7633-a4e5-0dbafca55050', '01a22b36-2d00-7333-968c-a23a8d36983d', 'awaiting_approval', 'approval_required', 'Your approval is needed before the assistant runs a command.', false, NULL, NULL, 1, '2026-11-30 06:48:20.59278+00', '2026-11-30 06:48:20.656767+00', NULL, 'demo_0', false, false, 16),
	('01a22b35-fbf3-7648-8eec-45867efa9050', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 'cancelled', 'withdrawn', '', true, NULL, NULL, 0, '2026-11-30 06:48:07.896433+00', NULL, '2026-11-30 06:48:08.081531+00', NULL, false, true, 9),
	('01a22b35-fb9b-7677-acb9-ee18c10fef0b', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 'cancelled', 'cancelled', '', true, NULL, NULL, 1, '2026-11-30 06:48:07.816549+00', '2026-11-30 06:48:07.878235+00', '2026-11-30 06:48:08.221393+00', NULL, false, false, 8),
	('01a22b35-fdb3-776d-b811-f1cddda444f1', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 'succeeded', 'end_turn', '', true, NULL, NULL, 1, '2026-11-30 06:48:08.352088+00', '2026-11-30 06:48:08.437563+00', '2026-11-30 06:48:08.585765+00', NULL, false, true, 10),
	('01a22b35-ff34-7051-8985-db4eb926fb93', '01a22b35-f4f3-7049-b5f7-7250ba5017f0', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-30 06:48:08.701423+00', '2026-11-30 06:48:08.817551+00', '2026-11-30 06:48:08.953672+00', NULL, false, false, 11),
	('01a22b36-00a4-7515-81bb-73cae1202790', '01a22b36-00a3-76e1-a81a-5591e6836213', 'cancelled', 'forked', '', false, NULL, NULL, 0, '2026-11-30 06:48:09.090157+00', NULL, '2026-11-30 06:48:09.090157+00', NULL, false, false, 12),
	('01a22b36-027d-756f-a9f9-79c7c5573b58', '01a22b36-0267-7791-ba9b-f447ad4dfd49', 'succeeded', 'end_turn', '', false, NULL, NULL, 1, '2026-11-30 06:48:09.571258+00', '2026-11-30 06:48:09.619061+00', '2026-11-30 06:48:10.398227+00', NULL, false, false, 13),
	('01a22b36-163c-711e-917a-b09058fc1bad', '01a22b36-1611-7426-b6ab-77407e315e86', 'failed', 'api_key_refused', 'Anthropic rejected the API key. Check ANTHROPIC_API_KEY where Deskhand is started (create keys at console.anthropic.com), then restart Deskhand.', false, NULL, NULL, 1, '2026-11-30 06:48:14.610831+00', '2026-11-30 06:48:14.723113+00', '2026-11-30 06:48:15.696698+00', NULL, false, false, 14);


--
-- Data for Name: screenshots; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.screenshots VALUES
	('01a22b35-c498-7172-a7d5-071c0864d705', '04ab0ab818e76e8f9b7d4c176f43d38b0dfbda33f2794c5f36f7057bcc8705bc', 'image/png'),
	('01a22b35-c498-7172-a7d5-071c0864d705', '8e110f841d64683151e75a66435995fbfd8a9b2ebcfce7eb59dc86fa9892e720', 'image/png'),
	('01a22b35-c498-7172-a7d5-071c0864d705', 'f8bd19a83b8be96dcc0d2415d9b4051fb5986c34a8d61dc3dc95a9532a61cdb7', 'image/png'),
	('01a22b35-c498-7172-a7d5-071c0864d705', 'b46bd66a90e41a16c7c25b7022766c545aa55a5103ae12e5762b953d911d5552', 'image/png'),
	('01a22b35-c498-7172-a7d5-071c0864d705', '7abeba566a45d75b102acf31175a937720896bf5f9384374d316544198531e52', 'image/png'),
	('01a22b35-c498-7172-a7d5-071c0864d705', 'a079f29442a003a687a741f8dce13ba16a6e2c21635c0d6cba55192748ce818f', 'image/png'),
	('01a22b35-deee-72ee-bf3d-467afa298596', '245c6517ebed60197619c9e50e697593654cf8906f41ce2c392183855bcd6e5f', 'image/jpeg');


--
-- Data for Name: second_factors; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: sessions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sessions VALUES
	('75649d1d171f6f9ab755620ebbea2345e9b91fe2c9a4008f8d873451a78260f0', '01a22b35-bcb3-7250-aa65-cc3d787dda56', '{"user_id": "01a22b35-bcb3-7250-aa65-cc3d787dda56", "login_place": {"at": "2026-11-30T06:47:52.088905Z", "client": "node", "address": "127.0.0.1", "public_id": "01a22b35-be4b-73e1-9a00-3066750c692d"}}', '2026-12-14 06:47:52.13709+00', '01a22b35-be4b-73e1-9a00-3066750c692d', 'node', '127.0.0.1', '2026-11-30 06:47:52.088905+00', '2026-11-30 06:47:52.13709+00'),
	('f1705f8d33f3641e3220ffb9aa669487018e69660cff115ebc572ea21e7abe8a', '01a22b35-bcb3-7250-aa65-cc3d787dda56', '{"user_id": "01a22b35-bcb3-7250-aa65-cc3d787dda56", "login_place": {"at": "2026-11-30T06:48:24.893832Z", "client": "node", "address": "127.0.0.1", "public_id": "01a22b36-3e42-7303-83c2-4d936dd77f6b"}}', '2026-12-14 06:48:24.899231+00', '01a22b36-3e42-7303-83c2-4d936dd77f6b', 'node', '127.0.0.1', '2026-11-30 06:48:24.893832+00', '2026-11-30 06:48:24.899231+00'),
	('5b5f6975a9e932fa3080877304036ef78f93e54c86fb88b5e85ab4c8826205d4', '01a22b35-c31a-70d0-a6d4-f409c2a46ef3', '{"user_id": "01a22b35-c31a-70d0-a6d4-f409c2a46ef3", "login_place": {"at": "2026-11-30T06:48:25.557984Z", "client": "node", "address": "127.0.0.1", "public_id": "01a22b36-40d6-72d9-8f18-90019c44aa55"}}', '2026-12-14 06:48:25.558381+00', '01a22b36-40d6-72d9-8f18-90019c44aa55', 'node', '127.0.0.1', '2026-11-30 06:48:25.557984+00', '2026-11-30 06:48:25.558381+00');


--
-- Data for Name: settings; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: setup_tokens; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: signing_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.signing_keys VALUES
	('33932e12-671d-8059-ae64-50013b416e04', '2026-11-30 06:47:49.160391+00', 'RS256', '\x3082010a0282010100c5246167a7cf06b2e3b27867d98d1913ca0b23ff2848ddf9e3bfd80fa58feac45b7e24fac3f462b1274d600ce8d98c134462b1c101824b697b6decc679802bafee7a800487451bf62681314b7b53ee64ffd0d6f5ca7a9f9a762bdba877b34477f0475c5c1fbd95f9236b4458d692ca93c82aea321a9308894daf604dad7187f462e2971b22651526c164e7b15ed009721e0e33696e66ded22d82ddf8521bbe999447dcf5094dc6c5f84f50af88081bc554ce119092bc0dbbdd4db219b80c59fd83d89449345676d6740b51e49d45985ed91826f553846351d4018493d49c8488190eb56039ce37730b6d7dd8034c5f9a60d828225e34511fcf777009740ecc2f0203010001', '\x00000001f3caf82647b574227d52b541a2a161d05675b6e206f7c8617224e375843638faba0b60e62ab8f724e04efe6a95935e2e3afdcb9fe911b2b533a03686a49a3ad07f0d3301e20686930c9a4da2d0113767d3e09596865cb610cd87bbe085c0b3b769787afc7ea44654d160e87f5b0e2225f58b1b98f8ba387872fc25a1cc59a1d94274ffd2a1688a6de8d23f30b494cf68df37a8932cf0b1d12183add8f38ffe0a8f29abb909d3658e0c3cf8fe4d08547506b947e7ddd107771d0f843b36c21e5ed565ddd30f55c622c8bbd75556aea747d8c7e2833749fb9d1a79e364d03e7d1d6ef00ccc75684355a2b84a359752c17346af6b970b6201292a33050c2f0ea80992d53cf20d50b38c0ac6d915e810277ab4202ecc63e510dec8067eab8ac47516cca32596a3a4f738b2fcc455db73267fdaa20cf1d79eb03f0be999d5634d2f15c59315a45ec480fb3f67b07a3470fa209554366f47d36d3229fed6d4e01274a35bf132b2287f8dcffc9271a0dea216a79aeb8bf897cfbc27f7848198fbd943974800d06722a9953ac9618711f6dd0f04962706af8f2a50498e442e1d740d6b5141dd6ed567f6d7a62f67daffecb959c2c9bed851e9173d560e013e87c87883f9e7e5bf8d742d5d24a0eb698238fc72fbf9ecc9c896462a139596744d0df464d4b8c195b8707666c79437eac6adf6ac04250321ff71a36c3b5dc23bae0f5b68a103df46cfaf74ad3781d021e765951e1a74bbb50037802404a3304a61d590e7b54850e488c33bbb3afcab3aeee19799435192055bac0f5925d91a647fecccc9d4bb521255da1c31e7914ddaf0dd4e94f918f8b23561e0941fb25b29ed78e68bfe67b210f6cac1ca9727ff05687922f61870f7d8996ff3e4ffef723f8eb7bf7f41f24c11b38130878863b64b16c53fd5df4d9030b9648af4ffda9c95d82e2732e22bcc43a6fe0a25e97086470550310903b9c8806f9965adee64bfc7081706f3e0d9b8bd79a938feaf2c046c18a550586a8707be88f74399ecc2d8d0485c0fbd0b7657cfaa7e504346fa6b539ded89d845718665a280e8524b0e88ea5b896c315e5b3005840268ad5dd603ad427805962a223b5c4f8c76db2b16e555591ee0ef96ecf39be5258675bdeeff6894d698c65cf8dde60f829940add3550c3d71bc2b0f65dea7178f63883df4ec818a6e77bc24d5684f7d13b5a2f8056d3c98af3553c1b06efc79f5e86fb93da4c3490f100038e6947b7643594763b8e1731b6e24fb637ccc29fa467f41e71d3f563c1dd8f372dfbfaa6543d93751502269c327446112fba405f128709bf25ca35cd6bbb3d00ed1c0078aed666003f8e18c105a214853a1e37ba53cda841b66fb0871f9da5d7203c31352d6d1a8a540cd86eaf1842ee6f21da5f8d3cf69eef2ff008e600482f8d10d65d5e672e68c09dfe8b124a9eafd4a6f34e33930220967d3d80b1fa1c4ad72760c62c7509e2980f91571eea6782131056fd629f89dec5c229f03ffc1fe62fcd40d8763c4800912c93fbeef48b79781dc8bc91280d7ec8582b5a87aa546671422c483d9b4af2d5187044e2e7776a9bc22cb6b4c66d5f9378c2cb5af96b177ceb77732f181138bc951cd26b87e8777f6b2b7edce23e39b0815c9122641e2e753f481714d69780194cfe48bc47d766f07ddc9407df7f0e752bbd7025f85a6aae1abc08516c2dcbc5c61a148c8b28611c6bc21c155', NULL);


--
-- Data for Name: tickets; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: token_families; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.token_families VALUES
	('01a22b35-c093-7688-b954-aac3d93b3c32', '01a22b35-bcb3-7250-aa65-cc3d787dda56', '', 'node', '127.0.0.1', '2026-11-30 06:47:52.721137+00', '2026-11-30 06:47:52.721137+00', '2026-12-07 06:47:52.721137+00', NULL, NULL),
	('01a22b36-01e3-76c6-a17d-cb33d3343e8a', '01a22b35-c31a-70d0-a6d4-f409c2a46ef3', '', 'node', '127.0.0.1', '2026-11-30 06:48:09.440484+00', '2026-11-30 06:48:09.440484+00', '2026-12-07 06:48:09.440484+00', NULL, NULL),
	('01a22b36-14e1-7746-b9a3-10819f1afab3', '01a22b35-bcb3-7250-aa65-cc3d787dda56', '', 'node', '127.0.0.1', '2026-11-30 06:48:14.306415+00', '2026-11-30 06:48:14.306415+00', '2026-12-07 06:48:14.306415+00', NULL, NULL),
	('01a22b36-23b5-721d-aa6c-85ac6f6611a2', '01a22b35-bcb3-7250-aa65-cc3d787dda56', '', 'node', '127.0.0.1', '2026-11-30 06:48:18.101963+00', '2026-11-30 06:48:18.101963+00', '2026-12-07 06:48:18.101963+00', NULL, NULL),
	('01a22b36-2565-7704-af89-d143f506259b', '01a22b35-c31a-70d0-a6d4-f409c2a46ef3', '', 'node', '127.0.0.1', '2026-11-30 06:48:18.53365+00', '2026-11-30 06:48:18.53365+00', '2026-12-07 06:48:18.53365+00', NULL, NULL);


--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.users VALUES
	('01a22b35-bcb3-7250-aa65-cc3d787dda56', 'ada', 'ada@example.com', '$argon2id$v=19$m=19456,t=2,p=1$xSSnfkl3Co3DJL3ftQrvQQ$cM4pxUX0DL+1OwOKSOSyCCsETJevK53bfluZ/9sLc9g', 'Ada', 'Lovelace', true, '2026-11-30 06:47:51.728558+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}'),
	('01a22b35-c31a-70d0-a6d4-f409c2a46ef3', 'eve', 'eve@example.com', '$argon2id$v=19$m=19456,t=2,p=1$b6x27H2wnpU2aF7obAURHQ$ufcPQN15fPoD/xJoypweVe7qiFsBuh7rtQtoWZfgHHk', '', '', false, '2026-11-30 06:47:53.367757+00', '{"ask_for":"effects","effects":["shell","editing"]}', NULL, NULL, NULL, NULL, NULL, NULL, '{}');


--
-- Name: audit_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.audit_id_seq', 10, true);


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
-- Name: api_tokens api_tokens_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_pkey PRIMARY KEY (id);


--
-- Name: api_tokens api_tokens_sha256_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_sha256_key UNIQUE (sha256);


--
-- Name: audit audit_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);


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
-- Name: file_link_keys file_link_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.file_link_keys
    ADD CONSTRAINT file_link_keys_pkey PRIMARY KEY (file_id);


--
-- Name: file_rules file_rules_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.file_rules
    ADD CONSTRAINT file_rules_pkey PRIMARY KEY (id);


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
-- Name: identities identities_issuer_subject_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.identities
    ADD CONSTRAINT identities_issuer_subject_key UNIQUE (issuer, subject);


--
-- Name: identities identities_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.identities
    ADD CONSTRAINT identities_pkey PRIMARY KEY (id);


--
-- Name: identity_providers identity_providers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.identity_providers
    ADD CONSTRAINT identity_providers_pkey PRIMARY KEY (slug);


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
-- Name: invitations invitations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_pkey PRIMARY KEY (id);


--
-- Name: invitations invitations_token_sha256_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_token_sha256_key UNIQUE (token_sha256);


--
-- Name: live_turn_pieces live_turn_pieces_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.live_turn_pieces
    ADD CONSTRAINT live_turn_pieces_pkey PRIMARY KEY (chat_id, id);


--
-- Name: master_key_versions master_key_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.master_key_versions
    ADD CONSTRAINT master_key_versions_pkey PRIMARY KEY (version);


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
-- Name: oauth_attempts oauth_attempts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.oauth_attempts
    ADD CONSTRAINT oauth_attempts_pkey PRIMARY KEY (id);


--
-- Name: oauth_attempts oauth_attempts_state_sha256_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.oauth_attempts
    ADD CONSTRAINT oauth_attempts_state_sha256_key UNIQUE (state_sha256);


--
-- Name: password_links password_links_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.password_links
    ADD CONSTRAINT password_links_pkey PRIMARY KEY (user_id);


--
-- Name: password_links password_links_token_sha256_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.password_links
    ADD CONSTRAINT password_links_token_sha256_key UNIQUE (token_sha256);


--
-- Name: pool_desktops pool_desktops_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pool_desktops
    ADD CONSTRAINT pool_desktops_pkey PRIMARY KEY (id);


--
-- Name: quota_use quota_use_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quota_use
    ADD CONSTRAINT quota_use_pkey PRIMARY KEY (user_id, kind, period);


--
-- Name: recovery_codes recovery_codes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, sha256);


--
-- Name: refresh_tokens refresh_tokens_parent_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_parent_id_key UNIQUE (parent_id);


--
-- Name: refresh_tokens refresh_tokens_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_pkey PRIMARY KEY (id);


--
-- Name: refresh_tokens refresh_tokens_sha256_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_sha256_key UNIQUE (sha256);


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
-- Name: second_factors second_factors_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.second_factors
    ADD CONSTRAINT second_factors_pkey PRIMARY KEY (user_id);


--
-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);


--
-- Name: settings settings_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (key);


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
-- Name: tickets tickets_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT tickets_pkey PRIMARY KEY (sha256);


--
-- Name: token_families token_families_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.token_families
    ADD CONSTRAINT token_families_pkey PRIMARY KEY (id);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: api_tokens_user_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX api_tokens_user_id_idx ON public.api_tokens USING btree (user_id);


--
-- Name: audit_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_at_idx ON public.audit USING btree (at);


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
-- Name: identities_user_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX identities_user_id_idx ON public.identities USING btree (user_id);


--
-- Name: installation_one_row; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX installation_one_row ON public.installation USING btree ((true));


--
-- Name: internet_requests_chat; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX internet_requests_chat ON public.internet_requests USING btree (chat_id, id);


--
-- Name: invitations_created_by_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX invitations_created_by_idx ON public.invitations USING btree (created_by);


--
-- Name: messages_run_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX messages_run_id_idx ON public.messages USING btree (run_id);


--
-- Name: oauth_attempts_created_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX oauth_attempts_created_at_idx ON public.oauth_attempts USING btree (created_at);


--
-- Name: oauth_attempts_user_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX oauth_attempts_user_id_idx ON public.oauth_attempts USING btree (user_id);


--
-- Name: quota_use_period_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX quota_use_period_idx ON public.quota_use USING btree (kind, period);


--
-- Name: refresh_tokens_expires_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX refresh_tokens_expires_at_idx ON public.refresh_tokens USING btree (expires_at);


--
-- Name: refresh_tokens_family_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX refresh_tokens_family_id_idx ON public.refresh_tokens USING btree (family_id);


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
-- Name: sessions_public_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sessions_public_id_idx ON public.sessions USING btree (public_id);


--
-- Name: sessions_user_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sessions_user_id_idx ON public.sessions USING btree (user_id);


--
-- Name: settings_set_by_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX settings_set_by_idx ON public.settings USING btree (set_by);


--
-- Name: tickets_api_token_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tickets_api_token_id_idx ON public.tickets USING btree (api_token_id);


--
-- Name: tickets_chat_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tickets_chat_id_idx ON public.tickets USING btree (chat_id);


--
-- Name: tickets_expires_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tickets_expires_at_idx ON public.tickets USING btree (expires_at);


--
-- Name: tickets_family_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tickets_family_id_idx ON public.tickets USING btree (family_id);


--
-- Name: tickets_session_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tickets_session_id_idx ON public.tickets USING btree (session_id);


--
-- Name: tickets_user_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tickets_user_id_idx ON public.tickets USING btree (user_id);


--
-- Name: token_families_expires_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX token_families_expires_at_idx ON public.token_families USING btree (expires_at);


--
-- Name: token_families_user_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX token_families_user_id_idx ON public.token_families USING btree (user_id, last_used_at DESC);


--
-- Name: users_deleted_at_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX users_deleted_at_idx ON public.users USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);


--
-- Name: users_email_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX users_email_key ON public.users USING btree (lower(email)) WHERE ((deleted_at IS NULL) AND (email <> ''::text));


--
-- Name: users_username_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX users_username_key ON public.users USING btree (lower(username)) WHERE (deleted_at IS NULL);


--
-- Name: api_tokens api_tokens_tell; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER api_tokens_tell AFTER DELETE OR UPDATE OF revoked_at ON public.api_tokens FOR EACH ROW EXECUTE FUNCTION public.tell_api_token();


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
-- Name: master_key_versions master_key_versions_tell; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER master_key_versions_tell AFTER INSERT OR DELETE OR UPDATE ON public.master_key_versions FOR EACH STATEMENT EXECUTE FUNCTION public.tell_master_key();


--
-- Name: runs runs_tell; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER runs_tell AFTER INSERT OR UPDATE OF state, lease_owner, cancel_requested, pause_requested ON public.runs FOR EACH ROW EXECUTE FUNCTION public.tell_run();


--
-- Name: sessions sessions_tell; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER sessions_tell AFTER DELETE ON public.sessions FOR EACH ROW EXECUTE FUNCTION public.tell_session();


--
-- Name: signing_keys signing_keys_tell; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER signing_keys_tell AFTER INSERT OR DELETE OR UPDATE OF verifies_until ON public.signing_keys FOR EACH STATEMENT EXECUTE FUNCTION public.tell_signing_keys();


--
-- Name: token_families token_families_tell; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER token_families_tell AFTER DELETE OR UPDATE OF revoked_at ON public.token_families FOR EACH ROW EXECUTE FUNCTION public.tell_token_family();


--
-- Name: users users_tell; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER users_tell AFTER DELETE OR UPDATE OF password_hash, disabled_at, deleted_at ON public.users FOR EACH ROW EXECUTE FUNCTION public.tell_user();


--
-- Name: api_tokens api_tokens_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


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
-- Name: file_link_keys file_link_keys_file_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.file_link_keys
    ADD CONSTRAINT file_link_keys_file_id_fkey FOREIGN KEY (file_id) REFERENCES public.files(id) ON DELETE CASCADE;


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
-- Name: identities identities_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.identities
    ADD CONSTRAINT identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: internet_requests internet_requests_chat_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.internet_requests
    ADD CONSTRAINT internet_requests_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.chats(id) ON DELETE CASCADE;


--
-- Name: invitations invitations_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE SET NULL;


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
-- Name: oauth_attempts oauth_attempts_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.oauth_attempts
    ADD CONSTRAINT oauth_attempts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: password_links password_links_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.password_links
    ADD CONSTRAINT password_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: quota_use quota_use_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quota_use
    ADD CONSTRAINT quota_use_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: recovery_codes recovery_codes_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.second_factors(user_id) ON DELETE CASCADE;


--
-- Name: refresh_tokens refresh_tokens_family_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_family_id_fkey FOREIGN KEY (family_id) REFERENCES public.token_families(id) ON DELETE CASCADE;


--
-- Name: refresh_tokens refresh_tokens_parent_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.refresh_tokens(id) ON DELETE SET NULL;


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
-- Name: second_factors second_factors_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.second_factors
    ADD CONSTRAINT second_factors_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: sessions sessions_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: settings settings_set_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_set_by_fkey FOREIGN KEY (set_by) REFERENCES public.users(id) ON DELETE SET NULL;


--
-- Name: tickets tickets_api_token_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT tickets_api_token_id_fkey FOREIGN KEY (api_token_id) REFERENCES public.api_tokens(id) ON DELETE CASCADE;


--
-- Name: tickets tickets_chat_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT tickets_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES public.chats(id) ON DELETE CASCADE;


--
-- Name: tickets tickets_family_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT tickets_family_id_fkey FOREIGN KEY (family_id) REFERENCES public.token_families(id) ON DELETE CASCADE;


--
-- Name: tickets tickets_session_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT tickets_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.sessions(id) ON DELETE CASCADE;


--
-- Name: tickets tickets_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT tickets_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: token_families token_families_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.token_families
    ADD CONSTRAINT token_families_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- PostgreSQL database dump complete
--


