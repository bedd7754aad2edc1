//! What an API token may do.

use crate::store::text_enum::text_enum;

text_enum! {
    /// What an API token may do. Writing includes reading.
    Scope {
        /// Read chats: messages, runs, events.
        ChatsRead = "chats:read",
        /// Create and change chats, send messages, decide on calls.
        ChatsWrite = "chats:write",
        /// Read files.
        FilesRead = "files:read",
        /// Upload and delete files.
        FilesWrite = "files:write",
        /// See desktops, and what they reach.
        DesktopsRead = "desktops:read",
        /// Start and control desktops, and set what they reach.
        DesktopsWrite = "desktops:write",
        /// Read the own account, and the settings of the installation.
        AccountRead = "account:read",
        /// Change the own settings; not the password, tokens and sessions.
        AccountWrite = "account:write",
        /// What superusers may do with people, the prices of models, and the audit log. Of no use to others.
        Admin = "admin",
        /// Read the metrics. Of use to superusers only.
        Metrics = "metrics",
    }
}

impl Scope {
    /// The scope with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.as_str() == name)
    }

    /// Whether this scope allows what needs another.
    #[must_use]
    pub fn includes(self, needed: Self) -> bool {
        self == needed
            || matches!(
                (self, needed),
                (Self::ChatsWrite, Self::ChatsRead)
                    | (Self::FilesWrite, Self::FilesRead)
                    | (Self::DesktopsWrite, Self::DesktopsRead)
                    | (Self::AccountWrite, Self::AccountRead)
            )
    }

    /// The scope that an operation needs; `None` if no API token may do it. An operation that is not known here needs a
    /// login.
    #[must_use]
    pub fn of_operation(id: &str, tag: &str, reads: bool) -> Option<Self> {
        let either = |read, write| Some(if reads { read } else { write });
        match (id, tag) {
            ("get_metrics", _) => Some(Self::Metrics),
            (
                "get_current_user"
                | "get_current_usage"
                | "get_own_model_usage"
                | "get_own_limits"
                | "get_config"
                | "list_models",
                _,
            ) => Some(Self::AccountRead),
            ("update_current_user" | "set_own_limits", _) => Some(Self::AccountWrite),
            (
                "list_users"
                | "create_user"
                | "get_user"
                | "update_user"
                | "delete_user"
                | "create_password_link"
                | "reset_second_factor"
                | "get_usage"
                | "list_model_prices"
                | "set_model_price"
                | "delete_model_price",
                _,
            )
            | (_, "Administration") => Some(Self::Admin),
            // It takes requests that change something.
            ("open_socket", _) => Some(Self::ChatsWrite),
            ("create_ticket", _) => Some(Self::ChatsRead),
            (_, "Chats" | "Messages" | "Runs" | "Events") => either(Self::ChatsRead, Self::ChatsWrite),
            (_, "Files") => either(Self::FilesRead, Self::FilesWrite),
            (_, "Desktops" | "Internet") => either(Self::DesktopsRead, Self::DesktopsWrite),
            _ => None,
        }
    }
}
