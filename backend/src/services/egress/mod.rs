//! What desktops may reach on the internet: said for the installation and for each chat, kept by the provider's network and
//! by a proxy.

pub mod policy;
pub mod policy_watch;

use std::sync::Arc;

use anyhow::Context as _;
use protocol::ids::ChatId;
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;

use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::provider::{DesktopProvider, DesktopProviderError};
use crate::services::egress::policy::{EffectivePolicy, EgressPolicy, MAX_NAMES};
use crate::services::egress::policy_watch::PolicyWatch;
use crate::store::internet_requests::{self, InternetRequest};
use crate::store::{chat_internet, desktops};

/// Why a policy can't be read, set or enforced. The texts are for people.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The list is too long.
    #[error("List at most {MAX_NAMES} names; `*.example.com` stands for all below one.")]
    TooManyNames,
    /// This is no name of a host.
    #[error("{0:?} is no name: list names such as `example.com` or `*.example.com`.")]
    NotAName(String),
    /// Nothing keeps the desktops to a policy here.
    #[error("Desktops are processes of this server and reach what it reaches. Run them in containers first.")]
    Unenforced,
    /// The running desktop could not be kept to the policy.
    #[error(transparent)]
    Provider(#[from] DesktopProviderError),
    /// The policy could not be read or written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// A stored policy is not of the expected shape.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(EgressError);

/// The policies.
#[derive(Clone)]
pub struct Egress {
    /// The installation's.
    pub installation: EgressPolicy,
    /// Where those of the chats are.
    pub database: Database,
    /// Keeps desktops to them.
    pub provider: Arc<dyn DesktopProvider>,
    /// Dates requests.
    pub clock: Clock,
    /// Those that somebody goes by at the moment.
    pub watch: PolicyWatch,
}

/// What a chat's desktop may reach.
#[derive(Debug, Serialize, ToSchema)]
pub struct InternetView {
    /// What holds for all chats. What this or the chat's own policy forbids is forbidden.
    #[serde(rename = "site")]
    pub installation: EgressPolicy,
    /// What was said for this chat.
    pub chat: Option<EgressPolicy>,
    /// Whether desktops are kept to it. Those that are processes of the server reach what the server reaches.
    pub enforced: bool,
}

impl Egress {
    /// What a chat's desktop asked the proxy for before the request of that id, newest first.
    pub async fn requests(
        &self,
        chat_id: ChatId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<InternetRequest>, EgressError> {
        let mut conn = self.database.connection().await?;
        Ok(internet_requests::before(&mut conn, chat_id, before, limit).await?)
    }

    /// What holds for a chat. Whoever follows it is told too.
    pub async fn effective(&self, chat_id: ChatId) -> Result<EffectivePolicy, EgressError> {
        let stored = chat_internet::find(&mut *self.database.connection().await?, chat_id).await?;
        let chat = stored.map(serde_json::from_value).transpose().context("reading a chat's policy")?;
        let effective = EffectivePolicy { installation: self.installation.clone(), chat };
        self.watch.tell(chat_id, &effective);
        Ok(effective)
    }

    /// What holds for a chat, now and as it changes: at once when it is said here, and within a sweep's time when it is said
    /// to another service.
    pub async fn follow(&self, chat_id: ChatId) -> Result<watch::Receiver<EffectivePolicy>, EgressError> {
        Ok(self.watch.follow(chat_id, self.effective(chat_id).await?))
    }

    /// Tells those who follow a policy what was said to another service.
    pub async fn catch_up(&self) -> Result<(), EgressError> {
        for chat_id in self.watch.chats() {
            self.effective(chat_id).await?;
        }
        Ok(())
    }

    /// What holds for a chat, as its person sees it.
    pub async fn view(&self, chat_id: ChatId) -> Result<InternetView, EgressError> {
        let EffectivePolicy { installation, chat } = self.effective(chat_id).await?;
        Ok(InternetView { installation, chat, enforced: self.enforced() })
    }

    /// Says what a chat's desktop may reach from now on; `None`: what the installation lets it. Connections that it may not
    /// have any more are cut.
    ///
    /// # Errors
    /// When a name is none, desktops can't be kept to it, or the database or the provider fails.
    pub async fn set(&self, chat_id: ChatId, policy: Option<EgressPolicy>) -> Result<(), EgressError> {
        let policy = policy.map(EgressPolicy::checked).transpose()?;
        if policy.as_ref().is_some_and(|policy| *policy != EgressPolicy::All) && !self.enforced() {
            return Err(EgressError::Unenforced);
        }
        let stored = policy.map(serde_json::to_value).transpose().context("encoding a chat's policy")?;
        let mut conn = self.database.connection().await?;
        chat_internet::set(&mut conn, chat_id, stored.as_ref()).await?;
        let desktop = desktops::find_by_chat(&mut conn, chat_id).await?;
        drop(conn);
        let Some(desktop) = desktop else { return Ok(()) };
        let egress_mode = self.effective(chat_id).await?.egress_mode();
        Ok(self.provider.set_egress_mode(desktop.id, egress_mode).await?)
    }

    fn enforced(&self) -> bool {
        self.provider.proxy_address().is_some()
    }
}
