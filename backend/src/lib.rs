//! The backend: users, chats, files, runs and desktops, stored in Postgres. The only service that browsers
//! connect to; it also serves the frontend.
//!
//! Reading order: [`config`] and [`app`] show the parts, [`routes`] lists the API, [`services`] holds the
//! operations, [`store`] has one file per table, [`words`] is what people are told, [`provider`] runs desktops.

pub mod app;
pub mod auth;
pub mod backup;
pub mod blobs;
pub mod clients;
pub mod clock;
pub mod config;
pub mod connection_limits;
pub mod data_folder;
pub mod database;
pub mod egress_proxy;
pub mod http;
pub mod jobs;
pub mod live;
pub mod locale;
pub mod metrics;
pub mod provider;
pub mod routes;
pub mod serve;
pub mod services;
pub mod store;
pub mod text;
pub mod thumbnail;
pub mod unix_socket;
pub mod vault;
pub mod words;

pub use config::Config;
pub use protocol::secret::Secret;
pub use serve::{serve, serve_metrics};
