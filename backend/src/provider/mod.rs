//! Where desktops come from. Nothing here knows of chats, users or HTTP statuses.

pub mod local;
mod sandbox;

use async_trait::async_trait;
use protocol::ids::DesktopId;
use protocol::run::DesktopAccess;

/// Makes, runs and removes desktops. "Already gone" is success.
#[async_trait]
pub trait DesktopProvider: Send + Sync {
    /// One sentence about how this provider keeps desktops apart, for the start-up log.
    fn isolation(&self) -> String;

    /// Starts a desktop, making it on first call, and answers once it can be used. One that runs is left alone.
    async fn start(&self, id: DesktopId) -> Result<DesktopAccess, ProviderError>;

    /// Waits until a desktop ends and says why. At once, when it does not run.
    async fn ended(&self, id: DesktopId) -> String;

    /// Ends a desktop, keeping its home folder.
    async fn stop(&self, id: DesktopId) -> Result<(), ProviderError>;

    /// Ends a desktop and removes its home folder.
    async fn remove(&self, id: DesktopId) -> Result<(), ProviderError>;

    /// Every desktop there is, running or not.
    async fn list(&self) -> Result<Vec<DesktopId>, ProviderError>;

    /// Ends all desktops, keeping their home folders.
    async fn stop_all(&self);
}

/// Why a desktop can't be had. The text is for people.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// Something that it needs is not there.
    #[error("{0}")]
    Missing(String),
    /// It ended before it could be used.
    #[error("The desktop ended while it was starting: {0}")]
    EndedEarly(String),
    /// It took too long.
    #[error("The desktop did not come up within {0} s.")]
    TooSlow(u64),
    /// The machine failed.
    #[error("The desktop could not be {attempt}: {source}")]
    Machine {
        /// What was being attempted, as a past participle.
        attempt: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
}
