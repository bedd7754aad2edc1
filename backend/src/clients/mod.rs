//! Clients of the services that the backend calls.

pub mod desktop;
pub mod identity_provider;
pub mod model;
