//! Desktop providers. Nothing here knows about chats, users or HTTP.

pub mod choice;
pub mod docker;
pub mod local;

use std::net::{IpAddr, SocketAddr};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use protocol::ids::DesktopId;
use protocol::locale::Locale;
use protocol::run::DesktopAccess;
use tokio::net::UnixListener;
use tokio_util::sync::CancellationToken;

/// Creates, runs and removes desktops. Operations are idempotent: a state that is reached already counts as
/// success.
#[async_trait]
pub trait DesktopProvider: Send + Sync {
    /// Its name, as in the setting that chooses one.
    fn name(&self) -> &'static str;

    /// Describes the isolation of desktops in one sentence, for the start-up log.
    fn isolation(&self) -> String;

    /// The pool size to use unless one is configured.
    fn default_pool_size(&self) -> usize;

    /// Looks whether desktops can be started, without starting one.
    ///
    /// # Errors
    /// When what runs them, or what they are made of, is away.
    async fn check(&self) -> Result<(), DesktopProviderError>;

    /// Starts a desktop, creating it on the first call, and returns once it is ready. A running desktop is
    /// unchanged, a paused one is resumed.
    async fn start(&self, id: DesktopId) -> Result<DesktopAccess, DesktopProviderError>;

    /// How to reach a running or paused desktop; `None` otherwise.
    async fn endpoint(&self, id: DesktopId) -> Result<Option<DesktopAccess>, DesktopProviderError>;

    /// Freezes a desktop's programs. They keep their memory and use no CPU time.
    async fn pause(&self, id: DesktopId) -> Result<(), DesktopProviderError>;

    /// Resumes a paused desktop.
    async fn resume(&self, id: DesktopId) -> Result<(), DesktopProviderError>;

    /// The address that desktops share to reach the egress proxy; `None` if they don't.
    fn proxy_address(&self) -> Option<SocketAddr>;

    /// The desktop that connects to the proxy from this address.
    async fn desktop_at(&self, address: IpAddr) -> Result<Option<DesktopId>, DesktopProviderError>;

    /// Waits for the next desktop that reaches the egress proxy by a socket of its own.
    async fn next_egress_socket(&self) -> EgressSocket;

    /// Whether nothing but the egress proxy leads desktops with a policy to the internet.
    fn enforces_egress(&self) -> bool;

    /// Sets how a running desktop reaches the internet. Every desktop starts with [`EgressMode::Proxy`]. Has
    /// no effect on one that is not running.
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

    /// All desktops of this installation, running or not. Fails rather than return an incomplete list.
    async fn list(&self) -> Result<Vec<Listed>, DesktopProviderError>;

    /// Removes a listed desktop, unless a newer generation has replaced it.
    async fn discard(&self, listed: &Listed) -> Result<(), DesktopProviderError>;

    /// Releases shared resources on shutdown. Stops desktops that can't outlive this process.
    async fn close(&self);
}

/// The socket by which one desktop reaches the egress proxy.
#[derive(Debug)]
pub struct EgressSocket {
    /// The desktop.
    pub desktop: DesktopId,
    /// Where it connects.
    pub listener: UnixListener,
    /// Cancelled when the desktop has ended.
    pub ended: CancellationToken,
}

/// How a desktop reaches the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EgressMode {
    /// Through the egress proxy, which decides request by request.
    Proxy,
    /// Directly, except to private networks.
    Internet,
}

/// A desktop as found by the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Identifies the desktop.
    pub id: DesktopId,
    /// Distinguishes the desktop's successive containers; `None` if only the home folder exists.
    pub generation: Option<String>,
    /// Whether it is running.
    pub state: ListedState,
    /// When this generation was created, or the home folder if there is none.
    pub created_at: DateTime<Utc>,
}

/// Whether a listed desktop is running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListedState {
    /// Its programs are running.
    Running,
    /// Its programs are frozen.
    Paused,
    /// It is not running.
    Stopped,
}

/// The arguments by which an agent is given the time zone and language until others are set.
fn locale_arguments(locale: &Locale) -> Vec<String> {
    let language = locale.language.iter().flat_map(|language| ["--language".to_owned(), language.clone()]);
    ["--time-zone".to_owned(), locale.time_zone.clone()].into_iter().chain(language).collect()
}

/// The settings of this process's log, which hold for agents too: their lines are among its own, or beside them.
fn log_variables() -> impl Iterator<Item = (&'static str, String)> {
    use telemetry::{access_log, logging};
    let names = [logging::FILTER_VARIABLE, logging::FORMAT_VARIABLE, access_log::VARIABLE];
    names.into_iter().filter_map(|name| Some((name, std::env::var(name).ok()?)))
}

/// Why a desktop ended whose agent exited with [`protocol::agent::HOME_OUTGROWN`].
fn home_outgrown(home_bytes: u64) -> String {
    format!(
        "Its home folder has outgrown the {} MB that it may have. It starts again so that you can delete what is not needed; \
         when it grows instead, it ends again.",
        home_bytes >> 20
    )
}

/// Why a desktop ended whose agent exited with [`protocol::agent::MEMORY_OUTGROWN`].
fn memory_outgrown(memory_bytes: u64) -> String {
    format!("Its programs used more than the {} MB of memory that they may have.", memory_bytes >> 20)
}

/// Why a desktop is not available. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum DesktopProviderError {
    /// A prerequisite is missing.
    #[error("{0}")]
    Missing(String),
    /// It ended before it was ready.
    #[error("The desktop ended while it was starting: {0}")]
    EndedEarly(String),
    /// It was not ready in time.
    #[error("The desktop did not come up within {0} s.")]
    TooSlow(u64),
    /// An operation on this machine failed.
    #[error("The desktop could not be {attempt}: {source}")]
    Machine {
        /// What was attempted, as a past participle.
        attempt: &'static str,
        /// The cause.
        source: std::io::Error,
    },
    /// The container engine can't be reached. The message says why and what to do.
    #[error("{0}")]
    EngineAway(String),
    /// The container engine returned an error.
    #[error("The desktop could not be {attempt}: Docker says: {reason}")]
    Engine {
        /// What was attempted, as a past participle.
        attempt: &'static str,
        /// The engine's message.
        reason: String,
    },
}
