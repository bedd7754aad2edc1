//! The stateful service: users, chats, files, runs and desktops, on Postgres. The only one that a browser
//! reaches; it serves the frontend too.
//!
//! Reading order: [`config`] and [`app`] say what there is, [`routes`] lists every call, [`services`] does
//! what touches more than the store, [`store`] has a file a table, [`provider`] makes desktops.

pub mod app;
pub mod auth;
pub mod blobs;
pub mod clients;
pub mod clock;
pub mod config;
pub mod data_folder;
pub mod database;
pub mod egress_proxy;
pub mod http;
pub mod jobs;
pub mod live;
pub mod provider;
pub mod routes;
pub mod serve;
pub mod services;
pub mod store;

pub use config::Config;
pub use protocol::secret::Secret;
pub use serve::serve;
