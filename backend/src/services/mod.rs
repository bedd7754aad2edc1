//! Operations that span several parts: rows, blobs, desktops and the model service.

pub mod account_form;
pub mod accounts;
pub mod chats;
pub mod control;
pub mod desktops;
pub mod egress;
pub mod event_log;
pub mod expired;
pub mod files;
pub mod first_admin;
pub mod idempotency;
pub mod invitations;
pub mod live_turns;
pub mod locales;
pub mod logins;
pub mod messages;
pub mod password_links;
pub mod quotas;
pub mod registration;
pub mod replicas;
pub mod runs;
pub mod screenshots;
pub mod site_settings;
pub mod users;
