//! End-to-end tests from the outside: the program, HTTP and signals.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on panics")]

mod anthropic;
mod api;
mod api_document;
mod charge;
mod conversation;
mod crashes;
mod create_user;
mod database_away;
mod deskhand;
mod events;
mod faults;
mod forks;
mod full_disk;
mod idempotency;
mod installation;
mod keys;
mod lifetime;
mod locales;
mod login;
mod main_job;
mod model_service;
mod open_files;
mod other_database;
mod outputs;
mod processes;
mod redact;
mod replicas;
mod rows;
mod stored;
mod takeover;
mod upgrade;
mod upload_limit;
mod users;
mod vendor;
mod viewers;
