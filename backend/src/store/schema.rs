// Generated from the migrations by `make generate`; do not edit.

diesel::table! {
    api_tokens (id) {
        id -> Uuid,
        user_id -> Uuid,
        name -> Text,
        sha256 -> Bytea,
        prefix -> Text,
        scopes -> Array<Text>,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    audit (id) {
        id -> Int8,
        at -> Timestamptz,
        actor_id -> Nullable<Uuid>,
        actor_name -> Nullable<Text>,
        action -> Text,
        object -> Nullable<Text>,
        address -> Nullable<Text>,
        client -> Nullable<Text>,
        detail -> Jsonb,
    }
}

diesel::table! {
    chat_internet (chat_id) {
        chat_id -> Uuid,
        policy -> Json,
    }
}

diesel::table! {
    chat_uploads (chat_id, file_id) {
        chat_id -> Uuid,
        file_id -> Uuid,
        path -> Text,
        delivered_at -> Nullable<Timestamptz>,
        failure -> Nullable<Text>,
        unread -> Bool,
        shown -> Nullable<Jsonb>,
    }
}

diesel::table! {
    chats (id) {
        id -> Uuid,
        user_id -> Uuid,
        title -> Text,
        last_seq -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        approval -> Nullable<Json>,
        model_choice -> Nullable<Json>,
        work_limits -> Nullable<Jsonb>,
    }
}

diesel::table! {
    control_leases (chat_id) {
        chat_id -> Uuid,
        id -> Uuid,
        takeover_id -> Uuid,
        user_id -> Uuid,
        taken_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    desktops (id) {
        id -> Uuid,
        chat_id -> Uuid,
        desired -> Text,
        observed -> Text,
        reason -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        host -> Nullable<Uuid>,
        home_bytes -> Int8,
        memory_bytes -> Nullable<Int8>,
        processor_share -> Nullable<Float4>,
        measured_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    events (id) {
        id -> Uuid,
        chat_id -> Uuid,
        seq -> Int8,
        run_id -> Nullable<Uuid>,
        kind -> Text,
        payload -> Json,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    file_link_keys (file_id) {
        file_id -> Uuid,
        secret -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    file_rules (id) {
        id -> Bool,
        rules -> Json,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    files (id) {
        id -> Uuid,
        user_id -> Uuid,
        chat_id -> Nullable<Uuid>,
        name -> Text,
        media_type -> Text,
        size -> Int8,
        sha256 -> Text,
        path -> Nullable<Text>,
        modified_ms -> Nullable<Int8>,
        created_at -> Timestamptz,
        detected_type -> Nullable<Text>,
    }
}

diesel::table! {
    idempotency_keys (user_id, key) {
        user_id -> Uuid,
        key -> Text,
        request_sha256 -> Bytea,
        answer -> Nullable<Json>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    identities (id) {
        id -> Uuid,
        user_id -> Uuid,
        issuer -> Text,
        subject -> Text,
        login -> Text,
        linked_at -> Timestamptz,
        last_used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    identity_providers (slug) {
        slug -> Text,
        kind -> Text,
        name -> Text,
        issuer -> Text,
        client_id -> Text,
        client_secret_sealed -> Nullable<Bytea>,
        scopes -> Array<Text>,
        enabled -> Bool,
        registers -> Bool,
        email_domains -> Array<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    installation (id) {
        id -> Uuid,
    }
}

diesel::table! {
    internet_requests (id) {
        id -> Int8,
        chat_id -> Uuid,
        host -> Text,
        port -> Int4,
        refused -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    invitations (id) {
        id -> Uuid,
        token_sha256 -> Bytea,
        email -> Nullable<Text>,
        role -> Text,
        uses -> Int4,
        used -> Int4,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    live_turn_pieces (chat_id, id) {
        chat_id -> Uuid,
        id -> Int8,
        run_id -> Uuid,
        origin -> Uuid,
        is_first -> Bool,
        piece -> Json,
    }
}

diesel::table! {
    master_key_versions (version) {
        version -> Int4,
        created_at -> Timestamptz,
        retired_at -> Nullable<Timestamptz>,
        check -> Bytea,
    }
}

diesel::table! {
    messages (id) {
        id -> Uuid,
        chat_id -> Uuid,
        seq -> Int8,
        run_id -> Uuid,
        role -> Text,
        text -> Text,
        extra_data -> Json,
        files -> Json,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    model_connections (id) {
        id -> Uuid,
        user_id -> Nullable<Uuid>,
        name -> Text,
        provider -> Text,
        address -> Text,
        key_sealed -> Nullable<Bytea>,
        key_end -> Nullable<Text>,
        models -> Json,
        problem -> Nullable<Json>,
        checked_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        platform -> Nullable<Json>,
    }
}

diesel::table! {
    model_prices (provider, model) {
        provider -> Text,
        model -> Text,
        input -> Int8,
        output -> Int8,
        cache_read -> Int8,
        cache_write -> Int8,
        set_by -> Nullable<Uuid>,
        set_at -> Timestamptz,
    }
}

diesel::table! {
    oauth_attempts (id) {
        id -> Uuid,
        state_sha256 -> Bytea,
        browser_sha256 -> Bytea,
        provider -> Text,
        redirect_uri -> Text,
        verifier_sealed -> Bytea,
        nonce -> Text,
        next -> Text,
        user_id -> Nullable<Uuid>,
        invitation_sha256 -> Nullable<Bytea>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    password_links (user_id) {
        user_id -> Uuid,
        token_sha256 -> Bytea,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    pool_desktops (id) {
        id -> Uuid,
        host -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    quota_use (user_id, kind, period) {
        user_id -> Uuid,
        kind -> Text,
        period -> Date,
        used -> Int8,
    }
}

diesel::table! {
    recovery_codes (user_id, sha256) {
        user_id -> Uuid,
        sha256 -> Bytea,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    refresh_tokens (id) {
        id -> Uuid,
        family_id -> Uuid,
        parent_id -> Nullable<Uuid>,
        sha256 -> Bytea,
        successor_sealed -> Nullable<Bytea>,
        issued_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    retention_sweeps (day) {
        day -> Date,
        lease_expires_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
        chats -> Int8,
        audit_entries -> Int8,
        internet_requests -> Int8,
    }
}

diesel::table! {
    run_traces (run_id) {
        run_id -> Uuid,
        traceparent -> Text,
    }
}

diesel::table! {
    run_usage (run_id, provider, model) {
        run_id -> Uuid,
        provider -> Text,
        model -> Text,
        chat_id -> Uuid,
        turns -> Int8,
        input_tokens -> Int8,
        cache_read_tokens -> Int8,
        cache_write_tokens -> Int8,
        output_tokens -> Int8,
        microdollars -> Int8,
        own_microdollars -> Int8,
    }
}

diesel::table! {
    runs (id) {
        id -> Uuid,
        chat_id -> Uuid,
        state -> Text,
        code -> Text,
        message -> Text,
        cancel_requested -> Bool,
        lease_owner -> Nullable<Uuid>,
        lease_expires_at -> Nullable<Timestamptz>,
        attempt -> Int4,
        created_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        waits_for -> Nullable<Text>,
        pause_requested -> Bool,
        withdrawn -> Bool,
        position -> Int8,
        facts -> Nullable<Json>,
        spending -> Nullable<Json>,
    }
}

diesel::table! {
    screenshots (chat_id, sha256) {
        chat_id -> Uuid,
        sha256 -> Text,
        media_type -> Text,
    }
}

diesel::table! {
    second_factors (user_id) {
        user_id -> Uuid,
        secret_sealed -> Bytea,
        created_at -> Timestamptz,
        confirmed_at -> Nullable<Timestamptz>,
        last_step -> Nullable<Int8>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        user_id -> Nullable<Uuid>,
        data -> Jsonb,
        expires_at -> Timestamptz,
        public_id -> Uuid,
        client -> Text,
        address -> Nullable<Text>,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
    }
}

diesel::table! {
    settings (key) {
        key -> Text,
        value -> Jsonb,
        set_by -> Nullable<Uuid>,
        set_at -> Timestamptz,
    }
}

diesel::table! {
    setup_tokens (token_sha256) {
        token_sha256 -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    signing_keys (kid) {
        kid -> Uuid,
        created_at -> Timestamptz,
        algorithm -> Text,
        public_der -> Bytea,
        private_sealed -> Nullable<Bytea>,
        verifies_until -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    tickets (sha256) {
        sha256 -> Bytea,
        user_id -> Uuid,
        chat_id -> Nullable<Uuid>,
        session_id -> Nullable<Text>,
        family_id -> Nullable<Uuid>,
        api_token_id -> Nullable<Uuid>,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    token_families (id) {
        id -> Uuid,
        user_id -> Uuid,
        label -> Text,
        client -> Text,
        address -> Nullable<Text>,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
        expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    usage_daily (day, user_id, provider, model) {
        day -> Date,
        user_id -> Uuid,
        provider -> Text,
        model -> Text,
        turns -> Int8,
        input_tokens -> Int8,
        cache_read_tokens -> Int8,
        cache_write_tokens -> Int8,
        output_tokens -> Int8,
        microdollars -> Int8,
    }
}

diesel::table! {
    users (id) {
        id -> Uuid,
        username -> Text,
        email -> Text,
        password_hash -> Nullable<Text>,
        first_name -> Text,
        last_name -> Text,
        is_superuser -> Bool,
        created_at -> Timestamptz,
        approval -> Nullable<Json>,
        time_zone -> Nullable<Text>,
        language -> Nullable<Text>,
        detected_time_zone -> Nullable<Text>,
        detected_language -> Nullable<Text>,
        disabled_at -> Nullable<Timestamptz>,
        deleted_at -> Nullable<Timestamptz>,
        limits -> Jsonb,
        model_choice -> Nullable<Json>,
        own_limits -> Jsonb,
        model_fallbacks -> Nullable<Json>,
    }
}

diesel::joinable!(api_tokens -> users (user_id));
diesel::joinable!(chat_internet -> chats (chat_id));
diesel::joinable!(chat_uploads -> chats (chat_id));
diesel::joinable!(chat_uploads -> files (file_id));
diesel::joinable!(chats -> users (user_id));
diesel::joinable!(control_leases -> chats (chat_id));
diesel::joinable!(control_leases -> users (user_id));
diesel::joinable!(desktops -> chats (chat_id));
diesel::joinable!(events -> chats (chat_id));
diesel::joinable!(events -> runs (run_id));
diesel::joinable!(file_link_keys -> files (file_id));
diesel::joinable!(files -> chats (chat_id));
diesel::joinable!(files -> users (user_id));
diesel::joinable!(idempotency_keys -> users (user_id));
diesel::joinable!(identities -> users (user_id));
diesel::joinable!(internet_requests -> chats (chat_id));
diesel::joinable!(invitations -> users (created_by));
diesel::joinable!(live_turn_pieces -> chats (chat_id));
diesel::joinable!(messages -> chats (chat_id));
diesel::joinable!(messages -> events (id));
diesel::joinable!(messages -> runs (run_id));
diesel::joinable!(model_connections -> users (user_id));
diesel::joinable!(model_prices -> users (set_by));
diesel::joinable!(oauth_attempts -> users (user_id));
diesel::joinable!(password_links -> users (user_id));
diesel::joinable!(quota_use -> users (user_id));
diesel::joinable!(recovery_codes -> second_factors (user_id));
diesel::joinable!(refresh_tokens -> token_families (family_id));
diesel::joinable!(run_traces -> runs (run_id));
diesel::joinable!(run_usage -> chats (chat_id));
diesel::joinable!(run_usage -> runs (run_id));
diesel::joinable!(runs -> chats (chat_id));
diesel::joinable!(screenshots -> chats (chat_id));
diesel::joinable!(second_factors -> users (user_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(settings -> users (set_by));
diesel::joinable!(tickets -> api_tokens (api_token_id));
diesel::joinable!(tickets -> chats (chat_id));
diesel::joinable!(tickets -> sessions (session_id));
diesel::joinable!(tickets -> token_families (family_id));
diesel::joinable!(tickets -> users (user_id));
diesel::joinable!(token_families -> users (user_id));
diesel::joinable!(usage_daily -> users (user_id));

diesel::allow_tables_to_appear_in_same_query!(
    api_tokens,
    audit,
    chat_internet,
    chat_uploads,
    chats,
    control_leases,
    desktops,
    events,
    file_link_keys,
    file_rules,
    files,
    idempotency_keys,
    identities,
    identity_providers,
    installation,
    internet_requests,
    invitations,
    live_turn_pieces,
    master_key_versions,
    messages,
    model_connections,
    model_prices,
    oauth_attempts,
    password_links,
    pool_desktops,
    quota_use,
    recovery_codes,
    refresh_tokens,
    retention_sweeps,
    run_traces,
    run_usage,
    runs,
    screenshots,
    second_factors,
    sessions,
    settings,
    setup_tokens,
    signing_keys,
    tickets,
    token_families,
    usage_daily,
    users,
);
