//! The live desktop: RFB over a WebSocket, passed on to the agent. Whether input counts is decided here, by the lease on
//! the desktop's control, and enforced by the agent. An open window keeps its lease.

use std::time::Duration;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use protocol::ids::ControlLeaseId;
use protocol::run::DesktopAccess;
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio::sync::{Mutex, Notify, broadcast};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite};
use utoipa::IntoParams;

use crate::app::AppState;
use crate::http::connections::Reader;
use crate::http::current_user::CurrentUser;
use crate::http::owned::OwnedChat;
use crate::http::problem::{ApiError, Problem};
use crate::http::query::Query;
use crate::live::hub::LiveEvent;
use crate::services::control::ControlError;
use crate::services::desktops::DesktopError;
use crate::services::desktops::usage::UsageGuard;
use crate::store::control_leases::ControlLease;

/// The close code that tells a person that their window is not in control any more.
const CONTROL_LOST: u16 = 4001;
/// The close code that tells a viewer that the desktop is gone.
const DESKTOP_GONE: u16 = 4004;
/// How often a window in control is asked for a sign of life.
const ASK_EVERY: Duration = Duration::from_secs(3);

/// How to watch.
#[derive(Deserialize, IntoParams)]
pub(super) struct LiveViewQuery {
    /// The lease with which mouse and keys count; without it they don't.
    lease: Option<ControlLeaseId>,
}

type Agent = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The live desktop, as RFB 3.8 in binary messages of a WebSocket.
#[utoipa::path(get, path = "/chats/{chat_id}/desktop/vnc",
    params(("chat_id" = uuid::Uuid, Path), LiveViewQuery), responses(
    (status = 101, description = "Closes with 4001 when the lease is not held any more, 4004 when the desktop goes"),
    (status = 400, body = Problem, description = "No WebSocket, or `lease` is no id"),
    (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem, description = "The desktop does not run, or the lease is not held")))]
pub(super) async fn connect(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    OwnedChat(chat): OwnedChat,
    Query(query): Query<LiveViewQuery>,
    reader: Option<Extension<ConnectInfo<Reader>>>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let upgrade = upgrade.map_err(|rejection| ApiError::Unreadable {
        status: StatusCode::BAD_REQUEST,
        detail: format!("This address speaks WebSocket: {}.", rejection.body_text()),
    })?;
    if let Some(Extension(ConnectInfo(reader))) = reader {
        reader.watches_live();
    }
    // First, so that the desktop is not suspended in between.
    let in_use = state.desktops.keep_in_use(chat.id);
    let access = state.desktops.come_back(chat.id).await?.ok_or(DesktopError::NotRunning)?;
    // Watch first, then look: control that is lost in between is seen.
    let (_, live) = state.hub.subscribe(chat.id);
    let lease = match query.lease {
        Some(id) => Some(state.control.held(chat.id, user.id, id).await?),
        None => None,
    };
    let agent = reach_agent(&access, lease.as_ref()).await.map_err(ApiError::Internal)?;
    let relay = Relay { state, lease, live, _in_use: in_use };
    Ok(upgrade.protocols(["binary"]).on_upgrade(move |browser| relay.run(browser, agent)))
}

async fn reach_agent(access: &DesktopAccess, lease: Option<&ControlLease>) -> anyhow::Result<Agent> {
    let mut url = access.url.join("/v1/live")?;
    if let Some(lease) = lease {
        let takeover = lease.takeover_id.to_string();
        url.query_pairs_mut().append_pair("input", "true").append_pair("takeover", &takeover);
    }
    let url = url.as_str().replacen("http", "ws", 1);
    let mut request = url.into_client_request()?;
    let bearer = format!("Bearer {}", access.token.expose());
    request.headers_mut().insert(header::AUTHORIZATION, bearer.parse()?);
    Ok(tokio_tungstenite::connect_async(request).await?.0)
}

/// Passes messages between a browser and an agent, each at the other's pace.
struct Relay {
    state: AppState,
    /// The lease of a window in control.
    lease: Option<ControlLease>,
    live: broadcast::Receiver<LiveEvent>,
    _in_use: UsageGuard,
}

impl Relay {
    async fn run(self, browser: WebSocket, agent: Agent) {
        let Self { state, lease, live, _in_use } = self;
        let (to_browser, from_browser) = browser.split();
        let (mut to_agent, from_agent) = agent.split();
        // Pings go the same way as the picture.
        let to_browser = Mutex::new(to_browser);
        let heard = Notify::new();
        let close = tokio::select! {
            biased;
            () = state.shutdown.cancelled() => Some((1001, "going away")),
            // Before anything is passed on: who has lost control moves nothing any more.
            () = lost(&state, lease.as_ref(), live) => Some((CONTROL_LOST, "control lost")),
            () = keep(&state, lease.as_ref(), &heard, &to_browser) => Some((CONTROL_LOST, "control lost")),
            // The agent parts with a window whose takeover is over.
            () = down(from_agent, &to_browser) => Some(if holds_no_more(&state, lease.as_ref()).await {
                (CONTROL_LOST, "control lost")
            } else {
                (DESKTOP_GONE, "desktop gone")
            }),
            () = up(from_browser, &mut to_agent, &heard) => None,
        };
        if let Some((code, reason)) = close {
            let frame = CloseFrame { code, reason: reason.into() };
            // The browser may be gone; then there is nobody to tell.
            let _ = to_browser.into_inner().send(Message::Close(Some(frame))).await;
        }
        let _ = to_agent.close().await;
    }
}

async fn down(mut from_agent: SplitStream<Agent>, to_browser: &Mutex<SplitSink<WebSocket, Message>>) {
    while let Some(Ok(message)) = from_agent.next().await {
        let passed = match message {
            tungstenite::Message::Binary(bytes) => to_browser.lock().await.send(Message::Binary(bytes)).await,
            tungstenite::Message::Close(_) => return,
            _ => Ok(()),
        };
        if passed.is_err() {
            return;
        }
    }
}

async fn up(
    mut from_browser: SplitStream<WebSocket>,
    to_agent: &mut SplitSink<Agent, tungstenite::Message>,
    heard: &Notify,
) {
    while let Some(Ok(message)) = from_browser.next().await {
        heard.notify_one();
        let passed = match message {
            Message::Binary(bytes) => to_agent.send(tungstenite::Message::Binary(bytes)).await,
            Message::Close(_) => return,
            _ => Ok(()),
        };
        if passed.is_err() {
            return;
        }
    }
}

/// Asks a window in control for a sign of life again and again, and renews its lease when there was one. Returns when that
/// is of no use any more; never for one that only watches.
async fn keep(
    state: &AppState,
    lease: Option<&ControlLease>,
    heard: &Notify,
    to_browser: &Mutex<SplitSink<WebSocket, Message>>,
) {
    let Some(lease) = lease else { return std::future::pending().await };
    loop {
        tokio::time::sleep(ASK_EVERY).await;
        // While a frame that the browser does not read blocks the connection, no ping is sent.
        if let Ok(mut to_browser) = to_browser.try_lock() {
            let _ = to_browser.send(Message::Ping(Bytes::new())).await;
        }
        heard.notified().await;
        match state.control.renew(lease).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(chat.id = %lease.chat_id, ?error, "control could not be renewed");
            }
        }
    }
}

/// Returns when a window has lost control; never for one that only watches.
async fn lost(state: &AppState, lease: Option<&ControlLease>, mut live: broadcast::Receiver<LiveEvent>) {
    let Some(lease) = lease else { return std::future::pending().await };
    // It may have happened while the agent was reached.
    while still_held(state, lease).await {
        loop {
            match live.recv().await {
                Ok(LiveEvent::Desktop(view))
                    if view.control.as_ref().is_none_or(|held| held.id != lease.id) =>
                {
                    return;
                }
                // It may have run out, or something was missed.
                Ok(LiveEvent::Desktop(_) | LiveEvent::CatchUp)
                | Err(broadcast::error::RecvError::Lagged(_)) => break,
                Ok(_) => {}
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    }
}

async fn holds_no_more(state: &AppState, lease: Option<&ControlLease>) -> bool {
    match lease {
        Some(lease) => !still_held(state, lease).await,
        None => false,
    }
}

/// Whether the lease is held, as far as that can be known: while Postgres can't be reached, nobody else takes it.
async fn still_held(state: &AppState, lease: &ControlLease) -> bool {
    match state.control.held(lease.chat_id, lease.user_id, lease.id).await {
        Ok(_) => true,
        Err(ControlError::Lost) => false,
        Err(error) => {
            tracing::warn!(chat.id = %lease.chat_id, ?error, "who is in control could not be read");
            true
        }
    }
}
