//! Rows and queries, one file per table. Every function takes a connection, so that a service can combine
//! calls in one transaction. Every query fails if the database does; `# Errors` sections list only further
//! reasons.

pub mod api_tokens;
pub mod audit;
pub mod blobs;
pub mod budget_use;
pub mod chat_internet;
pub mod chat_limits;
pub mod chats;
pub mod control_leases;
pub mod desktops;
pub mod events;
pub mod file_link_keys;
pub mod file_rules;
pub mod files;
pub mod idempotency_keys;
pub mod identities;
pub mod identity_providers;
pub mod installation;
pub mod internet_requests;
pub mod invitations;
pub mod leases;
pub mod live_turns;
pub mod master_key_versions;
pub mod messages;
pub mod migrations;
pub mod model_choice;
pub mod model_connections;
pub mod model_prices;
pub mod oauth_attempts;
pub mod own_limits;
pub mod password_links;
pub mod pool_desktops;
pub mod quota_use;
pub mod recovery_codes;
pub mod refresh_tokens;
pub mod retention_sweeps;
pub mod run_list;
pub mod run_traces;
pub mod run_usage;
pub mod runs;
#[expect(missing_docs, reason = "generated; the tables and columns carry their comments in the migrations")]
pub mod schema;
pub mod screenshots;
pub mod sealed_columns;
pub mod second_factors;
pub mod sessions;
pub mod settings;
pub mod setup_tokens;
pub mod shown_uploads;
pub mod signing_keys;
pub mod spending;
pub(crate) mod text_enum;
pub mod tickets;
pub mod token_families;
pub mod usage_daily;
pub mod usage_of_person;
pub mod users;

/// The number of rows in one statement: it has at most 65,535 parameters.
const ROWS_AT_ONCE: usize = 5000;

/// The most rows of a page that a client may ask for.
pub const MAX_PAGE: u32 = 500;

/// A part of a list.
#[derive(Debug, Clone)]
pub struct Page<C> {
    /// Only what follows this position.
    pub after: Option<C>,
    /// The number of rows to leave out after that.
    pub skip: i64,
    /// The most rows of a page. Queries return one more if there is one, which tells that another page follows.
    pub limit: i64,
}

/// The connection that every query takes.
pub type Connection = diesel_async::AsyncPgConnection;

/// An `ILIKE` pattern for text that contains `text`.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern + "%"
}
