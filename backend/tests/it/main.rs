//! Tests of the backend over HTTP, with a real Postgres and real desktops.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod accounts;
mod app;
mod authorization;
mod base_path;
mod blob_collection;
mod chats;
mod claims;
mod connections;
mod control;
mod desktops;
mod downloads;
mod file_rules;
mod files;
mod follow;
mod home_folder;
mod idle_decisions;
mod installation;
mod limits;
mod locales;
mod login_required;
mod messages;
mod model_client;
mod openapi;
mod overload;
mod pages;
mod private_cluster;
mod replicas;
mod schema;
mod slow_viewers;
mod socket;
mod traversal;
mod waiting;
