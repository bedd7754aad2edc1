//! The stateless model service: one request is one run of the computer-use loop; it keeps nothing.
//!
//! Reading order: [`config`] is what the service is told at start, [`state`] what a request may use,
//! [`routes`] the HTTP surface, [`runs`] and [`send_message`] its two operations, [`run_loop`] the loop
//! itself, [`desktop_client`] its hands, [`images`] what its eyes need, [`providers`] the models.

pub mod chat;
pub mod desktop_client;
#[cfg(feature = "fake")]
pub mod fakes;
pub mod images;
pub mod providers;
mod routes;
pub mod run_loop;
pub mod server;
pub mod state;
pub mod tools;
pub mod transcript;

pub use providers::Config;
pub use server::serve;
pub use state::AppState;
