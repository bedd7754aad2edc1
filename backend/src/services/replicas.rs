//! Coordinates the replicas of an installation through Postgres `LISTEN`/`NOTIFY`.
//!
//! Triggers send a notification with each commit (`migrations/`), so every write is announced, whoever makes
//! it, and none before it is committed. If the listening session breaks, the next one catches up from the log.
//! Another session, which does nothing else, holds the advisory lock that proves this replica is alive.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use futures_util::StreamExt as _;
use protocol::ids::{ApiTokenId, ChatId, RunId, TokenFamilyId, UserId};
use serde::Deserialize;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::auth::credential::Credential;
use crate::auth::signing_keys::SigningKeys;
use crate::clock::Clock;
use crate::database::Database;
use crate::live::hub::{Hub, LiveEvent};
use crate::live::logins::{LoginChange, Logins};
use crate::live::views::EventView;
use crate::services::desktops::Desktops;
use crate::services::runs::signals::RunSignal;
use crate::services::runs::supervisor::Supervisor;
use crate::store::{chats, control_leases, events, live_turns};
use crate::vault::Vault;

/// Delay before reconnecting.
const RECONNECT_DELAY: Duration = Duration::from_millis(250);
/// How often an idle session is probed.
const PROBE_EVERY: Duration = Duration::from_secs(5);

/// Listens to the other replicas.
pub struct Replicas {
    /// This replica.
    pub replica_id: Uuid,
    /// Postgres.
    pub database: Database,
    /// Forwards changes to watchers of this replica.
    pub hub: Hub,
    /// Tells open streams which logins may have ended.
    pub logins: Logins,
    /// Receives signals for the runs driven here.
    pub supervisor: Supervisor,
    /// Supplies the desktop views to publish.
    pub desktops: Desktops,
    /// Reads its keys again.
    pub vault: Vault,
    /// Reads the keys again.
    pub signing_keys: SigningKeys,
    /// The clock.
    pub clock: Clock,
    /// Notified when a control lease has expired.
    pub control_expired: Arc<Notify>,
}

/// The payload of a notification.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Notice {
    /// An event was appended.
    Event { chat_id: ChatId, seq: i64 },
    /// A run was changed, or has a new request.
    Run { run_id: RunId, cancel: bool, pause: bool },
    /// A turn streamed by the replica `origin` has progressed.
    LiveTurn { chat_id: ChatId, origin: Uuid },
    /// A chat's title has changed.
    Title { chat_id: ChatId },
    /// A desktop's state has changed.
    Desktop { chat_id: ChatId },
    /// A control lease was taken, ended or deleted; renewing one is not announced.
    Control { chat_id: ChatId },
    /// A chat was deleted.
    Deleted { chat_id: ChatId },
    /// A browser's session has ended.
    Session { id: String },
    /// An API token was revoked.
    ApiToken { id: ApiTokenId },
    /// A program's login has ended.
    TokenFamily { id: TokenFamilyId },
    /// A user was changed or deleted.
    User { user_id: UserId },
    /// A version of the master key was added or retired.
    MasterKey,
    /// Another key signs access tokens.
    SigningKeys,
    /// A kind that a newer version announces.
    #[serde(other)]
    Unknown,
}

impl Replicas {
    /// Handles notifications and proves that this replica is alive until `ended` is cancelled, reconnecting as needed.
    pub async fn follow(self, ended: CancellationToken) {
        let listening = async {
            loop {
                let lost = self.listen().await;
                tracing::warn!(error = lost_because(lost), "lost the session that listens to other replicas");
                tokio::time::sleep(RECONNECT_DELAY).await;
            }
        };
        let present = async {
            loop {
                let lost = self.stay_present().await;
                self.supervisor.absent();
                tracing::warn!(
                    error = lost_because(lost),
                    "lost the session that proves that this replica is alive"
                );
                tokio::time::sleep(RECONNECT_DELAY).await;
            }
        };
        tokio::select! {
            () = listening => {}
            () = present => {}
            () = ended.cancelled() => {}
        }
    }

    /// Holds the lock that proves that this replica is alive, until the session breaks.
    async fn stay_present(&self) -> anyhow::Result<Infallible> {
        let mut conn = AsyncPgConnection::establish(self.database.url()).await?;
        diesel::sql_query("SELECT pg_advisory_lock(supervisor_key($1))")
            .bind::<diesel::sql_types::Uuid, _>(self.replica_id)
            .execute(&mut conn)
            .await?;
        self.supervisor.present();
        loop {
            // Ends as soon as the session does, since no notification is sent to it.
            let ended = tokio::time::timeout(PROBE_EVERY, async {
                std::pin::pin!(conn.notifications_stream()).next().await
            });
            if let Ok(Some(Err(error))) = ended.await {
                return Err(error.into());
            }
            diesel::sql_query("SELECT 1").execute(&mut conn).await?;
        }
    }

    /// Handles notifications until the session breaks.
    async fn listen(&self) -> anyhow::Result<Infallible> {
        let mut conn = AsyncPgConnection::establish(self.database.url()).await?;
        diesel::sql_query("LISTEN deskhand").execute(&mut conn).await?;
        live_turns::begin_listening(&mut conn).await?;
        // Notifications sent before `LISTEN` were lost, so watchers must read the log.
        self.hub.publish_to_all(&LiveEvent::CatchUp);
        self.logins.announce(LoginChange::Unknown);
        loop {
            let heard = {
                let mut notices = std::pin::pin!(conn.notifications_stream());
                tokio::time::timeout(PROBE_EVERY, notices.next()).await
            };
            match heard {
                Ok(Some(notice)) => self.try_handle(&notice?.payload).await,
                Ok(None) => anyhow::bail!("the connection was closed"),
                Err(_) => {
                    diesel::sql_query("SELECT 1").execute(&mut conn).await?;
                }
            }
        }
    }

    /// Handles a notification. If that fails, watchers read the log instead.
    async fn try_handle(&self, notice: &str) {
        if let Err(error) = self.handle(notice).await {
            tracing::warn!(notice, error = format!("{error:#}"), "could not handle a notification");
            self.hub.publish_to_all(&LiveEvent::CatchUp);
        }
    }

    async fn handle(&self, notice: &str) -> anyhow::Result<()> {
        match serde_json::from_str(notice)? {
            Notice::Event { chat_id, seq } => {
                if self.hub.lacks(chat_id, seq) {
                    let mut conn = self.database.connection().await?;
                    if let Some(row) = events::after(&mut conn, chat_id, seq - 1, 1).await?.pop() {
                        self.hub.publish(chat_id, LiveEvent::Durable(EventView::from(row).into()));
                    }
                }
            }
            Notice::Run { run_id, cancel, pause } => {
                if pause {
                    self.supervisor.signal(run_id, RunSignal::Pause);
                }
                if cancel {
                    self.supervisor.signal(run_id, RunSignal::Stop);
                }
                self.supervisor.wake();
            }
            Notice::LiveTurn { chat_id, origin } => {
                if origin != self.replica_id
                    && let Some(last_piece) = self.hub.last_piece(chat_id)
                {
                    let mut conn = self.database.connection().await?;
                    let pieces = live_turns::after(&mut conn, chat_id, last_piece).await?;
                    self.hub.publish_pieces(chat_id, pieces)?;
                }
            }
            Notice::Title { chat_id } => {
                if self.hub.is_watched(chat_id) {
                    let mut conn = self.database.connection().await?;
                    // It may have been deleted since.
                    if let Some(title) = chats::title(&mut conn, chat_id).await? {
                        self.hub.publish(chat_id, LiveEvent::Title(title));
                    }
                }
            }
            Notice::Desktop { chat_id } => {
                self.stop_if_unwanted(chat_id);
                self.publish_desktop(chat_id).await?;
            }
            Notice::Control { chat_id } => {
                let lease = {
                    let mut conn = self.database.connection().await?;
                    control_leases::find(&mut conn, chat_id).await?
                };
                match lease {
                    Some(lease) if lease.expires_at <= self.clock.now() => self.control_expired.notify_one(),
                    Some(_) => self.supervisor.signal_chat(chat_id, RunSignal::Preempt),
                    None => self.supervisor.wake(),
                }
                self.publish_desktop(chat_id).await?;
            }
            Notice::Deleted { chat_id } => self.hub.publish(chat_id, LiveEvent::Deleted),
            Notice::Session { id } => self.ended(Credential::Session(id)),
            Notice::ApiToken { id } => self.ended(Credential::ApiToken(id)),
            Notice::TokenFamily { id } => self.ended(Credential::TokenFamily(id)),
            Notice::User { user_id } => self.logins.announce(LoginChange::User(user_id)),
            Notice::MasterKey => self.vault.reload().await?,
            Notice::SigningKeys => self.signing_keys.reload().await?,
            Notice::Unknown => {}
        }
        Ok(())
    }

    fn ended(&self, credential: Credential) {
        self.logins.announce(LoginChange::Credential(credential));
    }

    /// Stops a desktop in a task of its own: that takes seconds, and other notifications must not wait.
    fn stop_if_unwanted(&self, chat_id: ChatId) {
        let desktops = self.desktops.clone();
        self.desktops.tasks.spawn(async move {
            if let Err(error) = desktops.stop_if_unwanted(chat_id).await {
                let error = format!("{:#}", anyhow::Error::new(error));
                tracing::warn!(chat.id = %chat_id, error, "could not stop a desktop; the next sweep tries again");
            }
        });
    }

    async fn publish_desktop(&self, chat_id: ChatId) -> anyhow::Result<()> {
        if self.hub.is_watched(chat_id) {
            let view = self.desktops.view(chat_id).await?;
            self.hub.publish(chat_id, LiveEvent::Desktop(view));
        }
        Ok(())
    }
}

fn lost_because(lost: anyhow::Result<Infallible>) -> Option<String> {
    lost.err().map(|error| format!("{error:#}"))
}
