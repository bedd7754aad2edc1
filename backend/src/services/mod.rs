//! Operations that span several parts: rows, blobs, desktops and the model service.

pub mod accounts;
pub mod chats;
pub mod control;
pub mod desktops;
pub mod egress;
pub mod event_log;
pub mod expired;
pub mod files;
pub mod home;
pub mod idempotency;
pub mod live_turns;
pub mod locales;
pub mod messages;
pub mod replicas;
pub mod runs;
pub mod screenshots;
