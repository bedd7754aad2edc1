//! Egress policies: what desktops may reach on the internet. The installation and each chat set one; the
//! provider's network and the egress proxy enforce them.

pub mod policy;
pub mod policy_watch;

use std::sync::Arc;

use anyhow::Context as _;
use futures_util::stream::{self, StreamExt as _};
use protocol::ids::ChatId;
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;

use crate::clock::Clock;
use crate::config::reachable_server::ReachableServer;
use crate::database::{Database, DatabaseError, from_database};
use crate::provider::{DesktopProvider, DesktopProviderError, EgressMode};
use crate::services::audit::Actor;
use crate::services::egress::policy::{EffectivePolicy, EgressPolicy, MAX_NAMES};
use crate::services::egress::policy_watch::PolicyWatch;
use crate::services::site_settings::{SettingError, SiteSettings};
use crate::store::desktops::DesktopRow;
use crate::store::internet_requests::{self, InternetRequest, ListedInternetRequest, RequestFilter};
use crate::store::{chat_internet, desktops};

/// Maximum number of desktops to which a policy is applied at once, to limit the load on the container engine.
const AT_ONCE: usize = 8;

/// Why a policy can't be read, set or enforced. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The list is too long.
    #[error("List at most {MAX_NAMES} names; `*.example.com` stands for all below one.")]
    TooManyNames,
    /// The list contains something that is not a host name.
    #[error("{0:?} is no name: list names such as `example.com` or `*.example.com`.")]
    NotAName(String),
    /// The provider can't enforce a policy.
    #[error("Desktops are not contained (--uncontained) and reach what this server reaches.")]
    Unenforced,
    /// The installation's policy could not be read or set.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The policy could not be applied to the running desktop.
    #[error(transparent)]
    Provider(#[from] DesktopProviderError),
    /// The policy could not be read or written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// A stored policy does not have the expected shape.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(EgressError);

/// Reads, sets and applies egress policies. Cheap to clone.
#[derive(Clone)]
pub struct Egress {
    /// Hold the installation's policy.
    pub settings: SiteSettings,
    /// Servers that desktops may reach wherever they are.
    pub reachable: Arc<[ReachableServer]>,
    /// Holds the policies of the chats.
    pub database: Database,
    /// Applies policies to desktops.
    pub provider: Arc<dyn DesktopProvider>,
    /// The clock.
    pub clock: Clock,
    /// Publishes changes to open connections.
    pub watch: PolicyWatch,
}

/// The egress policy of a chat.
#[derive(Debug, Serialize, ToSchema)]
pub struct InternetView {
    /// The installation's policy; it and the chat's own both apply.
    #[serde(rename = "site")]
    pub installation: EgressPolicy,
    /// The chat's own policy; `null` adds no restriction.
    pub chat: Option<EgressPolicy>,
    /// Whether nothing leads past it. Desktops that are started with `--uncontained` reach what the server
    /// reaches.
    pub enforced: bool,
}

impl Egress {
    /// Requests of a chat's desktop to the proxy with an id below `before`, newest first.
    pub async fn requests(
        &self,
        chat_id: ChatId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<InternetRequest>, EgressError> {
        let mut conn = self.database.connection().await?;
        Ok(internet_requests::before(&mut conn, chat_id, before, limit).await?)
    }

    /// Requests of all desktops to the proxy with an id below `before`, newest first.
    pub async fn all_requests(
        &self,
        filter: &RequestFilter,
        before: i64,
        limit: i64,
    ) -> Result<Vec<ListedInternetRequest>, EgressError> {
        let mut conn = self.database.connection().await?;
        Ok(internet_requests::of_all_before(&mut conn, filter, before, limit).await?)
    }

    /// The effective policy of a chat; also publishes it to watchers.
    pub async fn effective(&self, chat_id: ChatId) -> Result<EffectivePolicy, EgressError> {
        let mut conn = self.database.connection().await?;
        let stored = chat_internet::find(&mut conn, chat_id).await?;
        let installation = self.settings.internet(&mut conn).await?.value;
        drop(conn);
        let chat = stored.map(serde_json::from_value).transpose().context("reading a chat's policy")?;
        let effective = EffectivePolicy { installation, chat, reachable: Arc::clone(&self.reachable) };
        self.watch.tell(chat_id, &effective);
        Ok(effective)
    }

    /// The network access of a desktop that belongs to no chat.
    pub async fn mode_without_chat(&self) -> Result<EgressMode, EgressError> {
        let mut conn = self.database.connection().await?;
        let installation = self.settings.internet(&mut conn).await?.value;
        let reachable = Arc::clone(&self.reachable);
        Ok(EffectivePolicy { installation, chat: None, reachable }.egress_mode())
    }

    /// Watches a chat's effective policy. A change made through this replica arrives at once, one made
    /// through another replica with the next sweep.
    pub async fn follow(&self, chat_id: ChatId) -> Result<watch::Receiver<EffectivePolicy>, EgressError> {
        Ok(self.watch.follow(chat_id, self.effective(chat_id).await?))
    }

    /// Publishes policy changes made through other replicas.
    pub async fn catch_up(&self) -> Result<(), EgressError> {
        for chat_id in self.watch.chats() {
            self.effective(chat_id).await?;
        }
        Ok(())
    }

    /// The policy of a chat, as the API returns it.
    pub async fn view(&self, chat_id: ChatId) -> Result<InternetView, EgressError> {
        let EffectivePolicy { installation, chat, .. } = self.effective(chat_id).await?;
        Ok(InternetView { installation, chat, enforced: self.enforced() })
    }

    /// Sets a chat's policy; `None` removes it. Connections that it no longer allows are closed.
    ///
    /// # Errors
    /// When a name is invalid, the provider can't enforce the policy, or the database or the provider fails.
    pub async fn set(&self, chat_id: ChatId, policy: Option<EgressPolicy>) -> Result<(), EgressError> {
        let policy = policy.map(|policy| self.enforceable(policy)).transpose()?;
        let stored = policy.map(serde_json::to_value).transpose().context("encoding a chat's policy")?;
        let mut conn = self.database.connection().await?;
        chat_internet::set(&mut conn, chat_id, stored.as_ref()).await?;
        let desktop = desktops::find_by_chat(&mut conn, chat_id).await?;
        drop(conn);
        match desktop {
            Some(desktop) => self.apply(&desktop).await,
            None => Ok(()),
        }
    }

    /// Sets the installation's policy. Connections that it no longer allows are closed: at once by this replica, by others
    /// with their next sweep.
    ///
    /// # Errors
    /// When the environment sets it, a name is invalid, the provider can't enforce the policy, or the database or the
    /// provider fails.
    pub async fn set_for_installation(&self, policy: EgressPolicy, by: &Actor) -> Result<(), EgressError> {
        self.settings.set_internet(&self.enforceable(policy)?, by).await?;
        self.catch_up().await?;
        let up = desktops::all_up(&mut *self.database.connection().await?).await?;
        // One that fails must not keep the others on the earlier policy.
        let applied = stream::iter(up).map(async |desktop| self.apply(&desktop).await);
        let applied: Vec<Result<(), EgressError>> = applied.buffer_unordered(AT_ONCE).collect().await;
        applied.into_iter().collect()
    }

    /// Gives a desktop the network access that its chat's policy allows.
    pub(super) async fn apply(&self, desktop: &DesktopRow) -> Result<(), EgressError> {
        let egress_mode = self.effective(desktop.chat_id).await?.egress_mode();
        Ok(self.provider.set_egress_mode(desktop.id, egress_mode).await?)
    }

    fn enforceable(&self, policy: EgressPolicy) -> Result<EgressPolicy, EgressError> {
        let policy = policy.checked()?;
        if policy != EgressPolicy::All && !self.enforced() {
            return Err(EgressError::Unenforced);
        }
        Ok(policy)
    }

    /// Whether nothing leads past a policy.
    #[must_use]
    pub fn enforced(&self) -> bool {
        self.provider.enforces_egress()
    }
}
