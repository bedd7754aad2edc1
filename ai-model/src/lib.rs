//! The stateless model service: one request is one run of the computer-use loop; nothing is stored.
//!
//! Reading order: [`Config`] and [`state`] are what requests share, [`access`] who may send them, `routes` is the HTTP API, [`run_loop`] the loop,
//! [`providers`] the models and [`tools`] what they can call. All of them build on [`transcript`] and [`chat`],
//! [`images`] and [`desktop_client`], the client of the agent inside a desktop; `wall_clock` is the time of day.

pub mod access;
pub mod chat;
pub mod desktop_client;
#[cfg(feature = "fake")]
pub mod fakes;
pub mod images;
pub mod metrics;
pub mod providers;
mod routes;
pub mod run_loop;
pub mod server;
pub mod state;
pub mod tools;
pub mod transcript;
mod wall_clock;

pub use access::Access;
pub use providers::Config;
pub use server::serve;
pub use state::AppState;
