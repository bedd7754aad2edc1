//! Where desktops come from. Nothing here knows of chats, users or HTTP statuses.

pub mod choice;
pub mod docker;
pub mod local;

use std::net::{IpAddr, SocketAddr};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use protocol::ids::DesktopId;
use protocol::run::DesktopAccess;

/// Makes, runs and removes desktops. "Already gone" is success.
#[async_trait]
pub trait DesktopProvider: Send + Sync {
    /// One sentence about how this provider keeps desktops apart, for the start-up log.
    fn isolation(&self) -> String;

    /// How many desktops are worth starting before they are needed, when nobody says a number.
    fn usual_pool(&self) -> usize;

    /// Starts a desktop, making it on first call, and answers once it can be used. One that runs is left alone;
    /// one that is paused is resumed.
    async fn start(&self, id: DesktopId) -> Result<DesktopAccess, DesktopProviderError>;

    /// How to reach a desktop that runs or is paused; none when it does neither.
    async fn endpoint(&self, id: DesktopId) -> Result<Option<DesktopAccess>, DesktopProviderError>;

    /// Freezes a desktop's programs. They keep their memory and take no time of the processor.
    async fn pause(&self, id: DesktopId) -> Result<(), DesktopProviderError>;

    /// Lets a paused desktop go on where it was.
    async fn resume(&self, id: DesktopId) -> Result<(), DesktopProviderError>;

    /// Where desktops find the proxy to the internet; none when they reach whatever this machine reaches.
    fn proxy_address(&self) -> Option<SocketAddr>;

    /// The desktop that a connection to the proxy comes from.
    async fn desktop_at(&self, address: IpAddr) -> Result<Option<DesktopId>, DesktopProviderError>;

    /// Says what a desktop that runs may reach. Each begins with the proxy alone. One that does not run is left alone.
    async fn set_egress_mode(
        &self,
        id: DesktopId,
        egress_mode: EgressMode,
    ) -> Result<(), DesktopProviderError>;

    /// Waits until a desktop ends and says why. At once, when it does not run.
    async fn ended(&self, id: DesktopId) -> String;

    /// Ends a desktop, keeping its home folder.
    async fn stop(&self, id: DesktopId) -> Result<(), DesktopProviderError>;

    /// Ends a desktop and removes its home folder.
    async fn remove(&self, id: DesktopId) -> Result<(), DesktopProviderError>;

    /// Every desktop of ours there is, running or not. All of them or an error, never some.
    async fn list(&self) -> Result<Vec<Listed>, DesktopProviderError>;

    /// Removes what was listed, and nothing that has taken its place since.
    async fn discard(&self, listed: &Listed) -> Result<(), DesktopProviderError>;

    /// Gives back what is there for all desktops, when the service ends. Those that can't go on without it end.
    async fn close(&self);
}

/// What a desktop may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EgressMode {
    /// The proxy to the internet, which decides request by request.
    Proxy,
    /// The internet, and no private network.
    Internet,
}

/// A desktop as the provider found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: DesktopId,
    /// Which of the desktop's successive incarnations it is; none when only the home folder is there.
    pub generation: Option<String>,
    /// What it does.
    pub state: ListedState,
    /// When this incarnation, or else the home folder, was made.
    pub created_at: DateTime<Utc>,
}

/// What a listed desktop does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListedState {
    /// It runs.
    Running,
    /// Its programs are frozen.
    Paused,
    /// It does not run.
    Stopped,
}

/// Why a desktop ended whose agent says [`protocol::agent::HOME_OUTGROWN`].
fn home_outgrown(home_bytes: u64) -> String {
    format!(
        "Its home folder has outgrown the {} MB that it may have. It starts again so that you can delete what is not needed; \
         when it grows instead, it ends again.",
        home_bytes >> 20
    )
}

/// Why a desktop can't be had. The text is for people.
#[derive(Debug, thiserror::Error)]
pub enum DesktopProviderError {
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
    /// The container engine can't be reached; the text says why and what to do.
    #[error("{0}")]
    EngineAway(String),
    /// The container engine refused.
    #[error("The desktop could not be {attempt}: Docker says: {reason}")]
    Engine {
        /// What was being attempted, as a past participle.
        attempt: &'static str,
        /// What the engine says.
        reason: String,
    },
}
