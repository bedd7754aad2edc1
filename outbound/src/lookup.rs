//! The addresses of a name.

use std::fmt::Debug;
use std::io;
use std::net::IpAddr;

use async_trait::async_trait;

/// Finds the addresses of names.
#[async_trait]
pub trait Lookup: Debug + Send + Sync {
    /// The addresses of a name, or the address that it is.
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// Finds the addresses that this machine knows.
#[derive(Debug, Clone, Copy)]
pub struct System;

#[async_trait]
impl Lookup for System {
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((host, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}
