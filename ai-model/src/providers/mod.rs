//! The models: one trait, and a folder for each vendor.
//!
//! Reading order: [`provider`] is the trait, [`registry`] creates its implementations from the [`config`], [`error`] is
//! what can go wrong. `http` requests turns from a vendor, retries and reads the stream; `shared` is what several
//! vendors have in common, [`platform`] the clouds that serve their models.

pub mod anthropic;
mod config;
pub mod demo;
mod error;
pub mod gemini;
mod http;
pub mod openai;
pub mod openai_compatible;
pub mod platform;
mod provider;
mod registry;
mod shared;
mod unreachable;

pub use config::{Config, ProviderName};
pub use error::ModelError;
pub use http::address::LearnedAddresses;
pub use http::endpoint::Endpoint;
pub use http::patience::Patience;
pub use http::retry::Persistence;
pub use protocol::price::Price;
pub use provider::{ModelName, ModelProvider, TurnEvent, TurnEvents};
pub use registry::{DefaultModel, ModelProviders};
pub(crate) use shared::text_calls::CALLS_AS_TEXT;
pub use shared::vendor::{ApiPaths, Vendor};
pub use unreachable::Server;
