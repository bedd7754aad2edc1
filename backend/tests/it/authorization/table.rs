//! Who may do what. A new operation of the API needs a line here.

/// To whom an operation is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Also to those who are not logged in.
    Anybody,
    /// To all who are logged in; it is about themselves.
    AnyUser,
    /// To the owner of the chat, run or file. Others are not told that it exists, and superusers are others.
    Owner,
    /// To superusers.
    Superuser,
}

use Access::{AnyUser, Anybody, Owner, Superuser};

/// The rule of each operation.
pub(super) const RULES: [(&str, Access); 127] = [
    ("get_health", Anybody),
    ("get_status", Anybody),
    ("get_liveness", Anybody),
    ("get_readiness", Anybody),
    ("get_setup", Anybody),
    ("complete_setup", Anybody),
    ("create_access_token", Anybody),
    ("refresh_access_token", Anybody),
    ("create_session", Anybody),
    ("delete_session", Anybody),
    ("get_jwks", Anybody),
    ("get_login_ways", Anybody),
    ("register_user", Anybody),
    ("use_password_link", Anybody),
    // Linking takes a session; logging in does not.
    ("begin_provider_login", Anybody),
    ("start_provider_login", Anybody),
    ("finish_provider_login", Anybody),
    ("complete_session", Anybody),
    // The signature of the link takes the place of a login.
    ("download_linked_file", Anybody),
    ("get_current_user", AnyUser),
    ("update_current_user", AnyUser),
    ("delete_current_user", AnyUser),
    ("get_current_usage", AnyUser),
    ("get_own_model_usage", AnyUser),
    ("get_own_limits", AnyUser),
    ("set_own_limits", AnyUser),
    ("list_models", AnyUser),
    ("list_model_connections", AnyUser),
    ("create_model_connection", AnyUser),
    // Somebody else's is as one that does not exist.
    ("update_model_connection", AnyUser),
    ("delete_model_connection", AnyUser),
    ("check_model_connection", AnyUser),
    ("change_password", AnyUser),
    ("get_second_factor", AnyUser),
    ("create_second_factor", AnyUser),
    ("confirm_second_factor", AnyUser),
    ("delete_second_factor", AnyUser),
    ("create_recovery_codes", AnyUser),
    ("list_sessions", AnyUser),
    ("delete_session_of_user", AnyUser),
    ("log_out", AnyUser),
    ("log_out_everywhere", AnyUser),
    ("list_identities", AnyUser),
    ("delete_identity", AnyUser),
    ("list_api_tokens", AnyUser),
    ("create_api_token", AnyUser),
    ("revoke_api_token", AnyUser),
    ("create_ticket", AnyUser),
    ("get_config", AnyUser),
    ("open_socket", AnyUser),
    ("list_chats", AnyUser),
    ("create_chat", AnyUser),
    ("list_files", AnyUser),
    ("upload_file", AnyUser),
    ("get_chat", Owner),
    ("update_chat", Owner),
    ("delete_chat", Owner),
    ("fork_chat", Owner),
    ("create_message", Owner),
    ("list_messages", Owner),
    ("stream_events", Owner),
    ("list_events", Owner),
    ("list_chat_files", Owner),
    ("get_chat_cost", Owner),
    ("download_chat_files", Owner),
    ("get_desktop", Owner),
    ("start_desktop", Owner),
    ("take_screenshot", Owner),
    ("get_screenshot", Owner),
    ("open_live_view", Owner),
    ("take_control", Owner),
    ("release_control", Owner),
    ("list_folder", Owner),
    ("download_home_file", Owner),
    ("upload_home_file", Owner),
    ("get_internet_policy", Owner),
    ("set_internet_policy", Owner),
    ("list_internet_requests", Owner),
    ("get_run", Owner),
    ("cancel_run", Owner),
    ("pause_run", Owner),
    ("resume_run", Owner),
    ("create_decision", Owner),
    ("create_answer", Owner),
    ("get_file", Owner),
    ("delete_file", Owner),
    ("download_file", Owner),
    ("create_file_link", Owner),
    ("delete_file_links", Owner),
    ("list_users", Superuser),
    ("create_user", Superuser),
    ("get_user", Superuser),
    ("update_user", Superuser),
    ("delete_user", Superuser),
    ("get_usage", Superuser),
    ("create_password_link", Superuser),
    ("reset_second_factor", Superuser),
    ("list_invitations", Superuser),
    ("create_invitation", Superuser),
    ("delete_invitation", Superuser),
    ("list_identity_providers", Superuser),
    ("create_identity_provider", Superuser),
    ("update_identity_provider", Superuser),
    ("delete_identity_provider", Superuser),
    ("check_identity_provider", Superuser),
    ("list_site_model_connections", Superuser),
    ("create_site_model_connection", Superuser),
    ("update_site_model_connection", Superuser),
    ("delete_site_model_connection", Superuser),
    ("check_site_model_connection", Superuser),
    ("list_model_prices", Superuser),
    ("set_model_price", Superuser),
    ("delete_model_price", Superuser),
    ("get_site_settings", Superuser),
    ("update_site_settings", Superuser),
    ("list_audit_entries", Superuser),
    ("get_model_usage", Superuser),
    ("list_all_runs", Superuser),
    ("cancel_any_run", Superuser),
    ("list_all_internet_requests", Superuser),
    ("get_retention", Superuser),
    ("list_running_desktops", Superuser),
    ("stop_running_desktop", Superuser),
    ("take_desktop_thumbnail", Superuser),
    ("get_metrics", Superuser),
    ("get_file_rules", Superuser),
    ("replace_file_rules", Superuser),
];

/// The rule of an operation.
pub(super) fn access(operation: &str) -> Access {
    let rule = RULES.iter().find(|(id, _)| *id == operation);
    rule.unwrap_or_else(|| panic!("{operation} has no rule: add it to `table.rs`")).1
}

/// The query parameters that an operation can't do without.
pub(super) fn query(operation: &str) -> &'static str {
    match operation {
        "download_home_file" | "upload_home_file" => "?path=list.txt",
        "release_control" => "?lease=00000000-0000-7000-8000-000000000000",
        "delete_model_price" => "?provider=openai&model=gpt-6",
        "download_linked_file" => "?expires=1&signature=",
        _ => "",
    }
}

/// Whether an error says that the chat, run or file of the path does not exist; others are about what else a request names.
pub(super) fn hides(detail: &str) -> bool {
    ["There is no such chat.", "There is no such run.", "There is no such file."].contains(&detail)
}

/// Whether an operation ends the logins of whoever calls it.
pub(super) fn ends_logins(operation: &str) -> bool {
    ["log_out", "log_out_everywhere"].contains(&operation)
}
