//! Decides on requests and records them.

use std::io;

use axum::http::StatusCode;
use protocol::ids::ChatId;
use tokio::sync::watch;

use super::Proxy;
use super::client::{Client, Origin};
use crate::services::egress::policy::EffectivePolicy;
use crate::store::desktops;
use crate::store::internet_requests::{self, NewInternetRequest};

/// An allowed request; lasts until the policy forbids it.
pub(super) struct Permission {
    policy: watch::Receiver<EffectivePolicy>,
    host: String,
    port: u16,
}

impl Permission {
    /// Waits until the policy forbids the request.
    pub(super) async fn withdrawn(self) {
        let Self { mut policy, host, port } = self;
        // An error means that the policy is no longer watched, as on shutdown.
        let _ = policy.wait_for(|policy| policy.refusal(&host, port).is_some()).await;
    }
}

/// Why a request was refused.
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) reason: String,
}

impl Proxy {
    /// Connects to the requested host with `connect` if the policy allows it, and records the request with its result.
    pub(super) async fn permit<T>(
        &self,
        client: &Client,
        host: &str,
        port: u16,
        connect: impl Future<Output = io::Result<T>>,
    ) -> Result<(T, Permission), Refusal> {
        let internal = |error: anyhow::Error| {
            tracing::error!(error = format!("{error:#}"), "could not decide on a request of a desktop");
            Refusal {
                status: StatusCode::BAD_GATEWAY,
                reason: "It could not be decided whether you may.".into(),
            }
        };
        self.rate_limiter.turn(client.origin).await;
        let Some(chat_id) = self.chat_of(client).await.map_err(internal)? else {
            let reason = "No conversation has its desktop at your address.".into();
            return Err(Refusal { status: StatusCode::FORBIDDEN, reason });
        };
        let policy = self.egress.follow(chat_id).await.map_err(|error| internal(error.into()))?;
        let refusal = policy.borrow().refusal(host, port);
        let connected = match refusal {
            Some(reason) => Err(Refusal { status: StatusCode::FORBIDDEN, reason }),
            None => connect.await.map_err(|error| cant_reach(host, &error)),
        };
        let forbidden = connected.as_ref().err().filter(|refusal| refusal.status == StatusCode::FORBIDDEN);
        let refused = forbidden.map(|refusal| refusal.reason.as_str());
        self.note(chat_id, host, port, refused).await.map_err(internal)?;
        Ok((connected?, Permission { policy, host: host.to_owned(), port }))
    }

    /// The chat of the client's desktop; `None` while it has none.
    async fn chat_of(&self, client: &Client) -> anyhow::Result<Option<ChatId>> {
        if let Some(chat) = client.chat.get() {
            return Ok(Some(*chat));
        }
        let desktop = match client.origin {
            Origin::Desktop(id) => Some(id),
            Origin::Address(address) => self.egress.provider.desktop_at(address).await?,
        };
        let Some(desktop) = desktop else { return Ok(None) };
        let chat = desktops::chat_of(&mut *self.egress.database.connection().await?, desktop).await?;
        if let Some(chat) = chat {
            // A concurrent request may have set it.
            let _ = client.chat.set(chat);
        }
        Ok(chat)
    }

    async fn note(
        &self,
        chat_id: ChatId,
        host: &str,
        port: u16,
        refused: Option<&str>,
    ) -> anyhow::Result<()> {
        let created_at = self.egress.clock.now();
        let request = NewInternetRequest { chat_id, host, port: port.into(), refused, created_at };
        let mut conn = self.egress.database.connection().await?;
        Ok(internet_requests::insert(&mut conn, request).await?)
    }
}

fn cant_reach(host: &str, error: &io::Error) -> Refusal {
    if error.kind() == io::ErrorKind::PermissionDenied {
        return Refusal { status: StatusCode::FORBIDDEN, reason: format!("{error}.") };
    }
    Refusal { status: StatusCode::BAD_GATEWAY, reason: format!("{host} can't be reached: {error}.") }
}
