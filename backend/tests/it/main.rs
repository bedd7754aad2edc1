//! Tests of the backend over HTTP, with a real Postgres and real desktops.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod accounts;
mod api_tokens;
mod app;
mod base_path;
mod blob_collection;
mod chats;
mod claims;
mod connections;
mod control;
mod desktops;
mod files;
mod follow;
mod idle_decisions;
mod installation;
mod limits;
mod locales;
mod login_required;
mod messages;
mod model_client;
mod openapi;
mod origins;
mod overload;
mod pages;
mod private_cluster;
mod program_logins;
mod quotas;
mod registration;
mod replicas;
mod schema;
mod sessions;
mod signing_keys;
mod slow_viewers;
mod socket;
mod users;
mod vault;
