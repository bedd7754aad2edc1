//! Operations that touch more than the store: each composes rows, blobs, desktops and the model service.

pub mod accounts;
pub mod approvals;
pub mod chat_files;
pub mod chat_log;
pub mod chats;
pub mod control;
pub mod control_end;
pub mod desktop_pool;
pub mod desktops;
pub mod forks;
pub mod history;
pub mod idempotency;
pub mod idle;
pub mod internet;
pub mod messages;
pub mod pictures;
pub mod reconcile;
pub mod replicas;
pub mod run_driver;
pub mod run_request;
pub mod runs;
pub mod supervisor;
pub mod unneeded_blobs;
pub mod usage;
pub mod wishes;
