//! Providers of desktops. Nothing here knows about chats, users or HTTP.

pub mod choice;
pub mod docker;
pub mod local;

use std::net::{IpAddr, SocketAddr};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use protocol::ids::DesktopId;
use protocol::run::DesktopAccess;

/// Creates, runs and removes desktops. What is so already, or gone already, counts as success.
#[async_trait]
pub trait DesktopProvider: Send + Sync {
    /// How this provider isolates desktops, as one sentence for the start-up log.
    fn isolation(&self) -> String;

    /// How many desktops to start before they are needed, unless configured.
    fn default_pool_size(&self) -> usize;

    /// Starts a desktop, creating it on the first call, and returns once it is ready. A running one is left alone, a paused
    /// one is resumed.
    async fn start(&self, id: DesktopId) -> Result<DesktopAccess, DesktopProviderError>;

    /// How to connect to a desktop that is running or paused; `None` otherwise.
    async fn endpoint(&self, id: DesktopId) -> Result<Option<DesktopAccess>, DesktopProviderError>;

    /// Freezes a desktop's programs. They keep their memory and use no CPU time.
    async fn pause(&self, id: DesktopId) -> Result<(), DesktopProviderError>;

    /// Resumes a paused desktop.
    async fn resume(&self, id: DesktopId) -> Result<(), DesktopProviderError>;

    /// Where desktops find the egress proxy; `None` when they reach whatever this machine reaches.
    fn proxy_address(&self) -> Option<SocketAddr>;

    /// The desktop that connects to the proxy from this address.
    async fn desktop_at(&self, address: IpAddr) -> Result<Option<DesktopId>, DesktopProviderError>;

    /// Sets how a running desktop reaches the internet. Every desktop starts with [`EgressMode::Proxy`]. One that is not
    /// running is left alone.
    async fn set_egress_mode(
        &self,
        id: DesktopId,
        egress_mode: EgressMode,
    ) -> Result<(), DesktopProviderError>;

    /// Waits until a desktop ends and returns why. Returns at once if it is not running.
    async fn ended(&self, id: DesktopId) -> String;

    /// Stops a desktop and keeps its home folder.
    async fn stop(&self, id: DesktopId) -> Result<(), DesktopProviderError>;

    /// Stops a desktop and deletes its home folder.
    async fn remove(&self, id: DesktopId) -> Result<(), DesktopProviderError>;

    /// Every desktop of this installation, running or not. The list is complete, or there is an error.
    async fn list(&self) -> Result<Vec<Listed>, DesktopProviderError>;

    /// Removes a listed desktop, unless a newer generation has taken its place.
    async fn discard(&self, listed: &Listed) -> Result<(), DesktopProviderError>;

    /// Releases what the desktops share when this replica shuts down. Desktops that can't outlive it are stopped.
    async fn close(&self);
}

/// How a desktop reaches the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EgressMode {
    /// Through the egress proxy, which decides request by request.
    Proxy,
    /// Directly, private networks excepted.
    Internet,
}

/// A desktop as the provider found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: DesktopId,
    /// Tells the desktop's successive containers apart; `None` when only the home folder exists.
    pub generation: Option<String>,
    /// Whether it runs.
    pub state: ListedState,
    /// When this generation, or else the home folder, was created.
    pub created_at: DateTime<Utc>,
}

/// Whether a listed desktop runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListedState {
    /// It is running.
    Running,
    /// Its programs are frozen.
    Paused,
    /// It is not running.
    Stopped,
}

/// Why a desktop ended whose agent exits with [`protocol::agent::HOME_OUTGROWN`].
fn home_outgrown(home_bytes: u64) -> String {
    format!(
        "Its home folder has outgrown the {} MB that it may have. It starts again so that you can delete what is not needed; \
         when it grows instead, it ends again.",
        home_bytes >> 20
    )
}

/// Why a desktop is not available. The text is for people.
#[derive(Debug, thiserror::Error)]
pub enum DesktopProviderError {
    /// Something that it needs is missing.
    #[error("{0}")]
    Missing(String),
    /// It ended before it was ready.
    #[error("The desktop ended while it was starting: {0}")]
    EndedEarly(String),
    /// It was not ready in time.
    #[error("The desktop did not come up within {0} s.")]
    TooSlow(u64),
    /// This machine failed.
    #[error("The desktop could not be {attempt}: {source}")]
    Machine {
        /// What was attempted, as a past participle.
        attempt: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The container engine can't be reached; the text says why and what to do.
    #[error("{0}")]
    EngineAway(String),
    /// The container engine refused.
    #[error("The desktop could not be {attempt}: Docker says: {reason}")]
    Engine {
        /// What was attempted, as a past participle.
        attempt: &'static str,
        /// The engine's message.
        reason: String,
    },
}
