//! Requests to addresses that people choose: only to the internet, and to the servers that an administrator allows.
//!
//! Reading order: [`addresses`] says which addresses are on the internet, and connects to those alone; `lookup` asks for
//! the addresses of a name, and `resolver` does so for an HTTP client; `guard` decides on a request, `proxies` knows the
//! proxies of this site; [`Client`] sends requests; [`Cause`] is why one has no response.

pub mod addresses;
mod cause;
mod client;
mod guard;
mod lookup;
mod proxies;
mod refusal;
mod resolver;

pub use cause::{Cause, CertificateFault, ProxyFault, Unreachable};
pub use client::Client;
pub use lookup::{Lookup, System};
pub use refusal::Refusal;
