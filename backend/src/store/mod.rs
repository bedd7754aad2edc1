//! Rows and queries, one file a table. Every function takes a connection, so that calls compose in a
//! transaction that a service opens. Nothing here knows of HTTP. Every query fails when the database does, which is not said
//! again at each.

pub mod blobs;
pub mod chat_internet;
pub mod chats;
pub mod control_leases;
pub mod desktops;
pub mod events;
pub mod files;
pub mod idempotency_keys;
pub mod installation;
pub mod internet_requests;
pub mod leases;
pub mod live_turns;
pub mod messages;
pub mod pool_desktops;
pub mod runs;
#[expect(missing_docs, reason = "generated; the tables and columns carry their comments in the migrations")]
pub mod schema;
pub mod screenshots;
pub mod sessions;
pub mod setup_tokens;
pub mod signing_keys;
mod text_enum;
pub mod users;

/// The connection that queries take.
pub type Connection = diesel_async::AsyncPgConnection;
