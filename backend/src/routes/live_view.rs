//! The live view: RFB over a WebSocket, relayed to the agent. The lease on the desktop's control decides
//! whether input is accepted; the agent enforces it. An open window keeps its lease alive.

use std::time::Duration;

use anyhow::Context as _;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, State};
use axum::http::header;
use axum::response::Response;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use protocol::ids::ControlLeaseId;
use protocol::run::DesktopAccess;
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Mutex, Notify};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{WebSocketStream, tungstenite};
use utoipa::IntoParams;

use crate::app::AppState;
use crate::clients::desktop::CONNECT_TIMEOUT;
use crate::http::current_user::CurrentUser;
use crate::http::login::Login;
use crate::http::owned::OwnedChat;
use crate::http::problem::{ApiError, Problem};
use crate::http::query::Query;
use crate::http::server::Peer;
use crate::live::hub::{LiveEvent, Subscription};
use crate::live::sockets::OpenSocket;
use crate::metrics::{OpenStream, StreamKind};
use crate::services::control::ControlError;
use crate::services::desktops::DesktopError;
use crate::services::desktops::usage::UsageGuard;
use crate::store::control_leases::ControlLease;
use crate::words::BackendReason;

/// The close code of a window that has lost control.
const CONTROL_LOST: u16 = 4001;
/// The close code of a view whose desktop is gone.
const DESKTOP_GONE: u16 = 4004;
/// The close code of a window whose login has ended.
const LOGGED_OUT: u16 = 4003;
/// Interval of pinging a window in control and renewing its lease.
const RENEW_EVERY: Duration = Duration::from_secs(3);
/// Interval of pinging everybody else, agents included.
const PING_EVERY: Duration = Duration::from_secs(15);
/// How long an agent may be silent, though it is pinged, before it counts as gone.
const AGENT_SILENCE: Duration = PING_EVERY.saturating_mul(3);

/// The options of a live view.
#[derive(Deserialize, IntoParams)]
pub(super) struct LiveViewQuery {
    /// The control lease. Without it, mouse and keyboard input is ignored.
    lease: Option<ControlLeaseId>,
}

/// A connection to an agent, by either kind of socket.
trait AgentStream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> AgentStream for T {}

type Agent = WebSocketStream<Box<dyn AgentStream>>;

/// Opens the live view: RFB 3.8 in binary WebSocket messages.
#[utoipa::path(get, path = "/chats/{chat_id}/desktop/vnc", operation_id = "open_live_view", tag = "Desktops",
    params(("chat_id" = uuid::Uuid, Path), LiveViewQuery), responses(
    (status = 101, description = "Closes with 4001 when the lease is not held any more, 4003 when the login ends, 4004 when the desktop goes"),
    (status = 400, body = Problem, description = "No WebSocket, or `lease` is no id"),
    (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem, description = "The desktop does not run, or the lease is not held"),
    (status = 429, body = Problem, description = "The person has too many WebSockets open")))]
pub(super) async fn connect(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    OwnedChat(chat): OwnedChat,
    Query(query): Query<LiveViewQuery>,
    login: Login,
    peer: Option<Extension<ConnectInfo<Peer>>>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let upgrade = upgrade?;
    let limit = state.quotas.sockets(&mut *state.database.connection().await?, &user).await?;
    let counted = state
        .sockets
        .open(user.id, limit)
        .ok_or_else(|| ApiError::queue_full(BackendReason::TooManySockets))?;
    if let Some(Extension(ConnectInfo(peer))) = peer {
        peer.watches_live();
    }
    // Registered before the desktop is requested, so that the sweeper can't suspend it in between.
    let in_use = state.desktops.keep_in_use(chat.id);
    let access = state.desktops.come_back(chat.id).await?.ok_or(DesktopError::NotRunning)?;
    // Subscribe before checking the lease, so that losing it in between is noticed.
    let (_, live) = state.hub.subscribe(chat.id);
    let lease = match query.lease {
        Some(id) => Some(state.control.held(chat.id, user.id, id).await?),
        None => None,
    };
    let agent = reach_agent(&access, lease.as_ref()).await.map_err(ApiError::internal)?;
    let counted = (counted, state.metrics.streams.open(StreamKind::LiveView));
    let relay = Relay { state, login, lease, live, _in_use: in_use, _counted: counted };
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
    let connecting = async {
        let stream = connect_to(access).await?;
        anyhow::Ok(tokio_tungstenite::client_async(request, stream).await?.0)
    };
    tokio::time::timeout(CONNECT_TIMEOUT, connecting).await.context("no answer in time")?
}

async fn connect_to(access: &DesktopAccess) -> anyhow::Result<Box<dyn AgentStream>> {
    if let Some(socket) = &access.socket {
        return Ok(Box::new(UnixStream::connect(socket).await?));
    }
    let (host, port) = (access.url.host_str(), access.url.port_or_known_default());
    let address = host.zip(port).context("the agent's address has no host")?;
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(Box::new(stream))
}

/// Relays messages between a browser and an agent, in each direction at the receiver's pace.
struct Relay {
    state: AppState,
    login: Login,
    /// The lease, if the window is in control.
    lease: Option<ControlLease>,
    live: Subscription,
    _in_use: UsageGuard,
    _counted: (OpenSocket, OpenStream),
}

impl Relay {
    async fn run(self, browser: WebSocket, agent: Agent) {
        let Self { state, login, lease, live, _in_use, _counted } = self;
        let (to_browser, from_browser) = browser.split();
        let (mut to_agent, from_agent) = agent.split();
        // Shared, because pings and frames use the same connection.
        let to_browser = Mutex::new(to_browser);
        let heard = Notify::new();
        let close = tokio::select! {
            biased;
            () = state.shutdown.cancelled() => Some((1001, "going away")),
            () = login.ended(state.clone()) => Some((LOGGED_OUT, "logged out")),
            // Polled before the relay, so that no input passes once control is lost.
            () = lost(&state, lease.as_ref(), live) => Some((CONTROL_LOST, "control lost")),
            () = keep(&state, lease.as_ref(), &heard, &to_browser) => Some((CONTROL_LOST, "control lost")),
            // The agent disconnects a window whose takeover has ended.
            () = down(from_agent, &to_browser) => Some(if holds_no_more(&state, lease.as_ref()).await {
                (CONTROL_LOST, "control lost")
            } else {
                (DESKTOP_GONE, "desktop gone")
            }),
            () = up(from_browser, &mut to_agent, &heard) => None,
        };
        if let Some((code, reason)) = close {
            let frame = CloseFrame { code, reason: reason.into() };
            // The browser may be gone already.
            let _ = to_browser.into_inner().send(Message::Close(Some(frame))).await;
        }
        let _ = to_agent.close().await;
    }
}

/// Relays the agent's messages. Returns when the agent disconnects or is silent, though it answers pings.
async fn down(mut from_agent: SplitStream<Agent>, to_browser: &Mutex<SplitSink<WebSocket, Message>>) {
    while let Ok(Some(Ok(message))) = tokio::time::timeout(AGENT_SILENCE, from_agent.next()).await {
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

/// Relays the browser's messages, and pings the agent.
async fn up(
    mut from_browser: SplitStream<WebSocket>,
    to_agent: &mut SplitSink<Agent, tungstenite::Message>,
    heard: &Notify,
) {
    let mut ping = tokio::time::interval(PING_EVERY);
    loop {
        let message = tokio::select! {
            message = from_browser.next() => message,
            _ = ping.tick() => Some(Ok(Message::Ping(Bytes::new()))),
        };
        let passed = match message {
            Some(Ok(Message::Ping(_))) => to_agent.send(tungstenite::Message::Ping(Bytes::new())).await,
            Some(Ok(Message::Binary(bytes))) => {
                heard.notify_one();
                to_agent.send(tungstenite::Message::Binary(bytes)).await
            }
            Some(Ok(Message::Text(_) | Message::Pong(_))) => {
                heard.notify_one();
                Ok(())
            }
            Some(Ok(Message::Close(_)) | Err(_)) | None => return,
        };
        if passed.is_err() {
            return;
        }
    }
}

/// Pings the browser, since proxies close connections that are silent for a minute, and renews the lease of a window in
/// control after each answer. Returns when the lease is lost; never returns for a window that only watches.
async fn keep(
    state: &AppState,
    lease: Option<&ControlLease>,
    heard: &Notify,
    to_browser: &Mutex<SplitSink<WebSocket, Message>>,
) {
    let every = if lease.is_some() { RENEW_EVERY } else { PING_EVERY };
    loop {
        tokio::time::sleep(every).await;
        // A frame that the browser has not read blocks the connection; then send no ping.
        if let Ok(mut to_browser) = to_browser.try_lock() {
            let _ = to_browser.send(Message::Ping(Bytes::new())).await;
        }
        let Some(lease) = lease else { continue };
        heard.notified().await;
        match state.control.renew(lease).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(chat.id = %lease.chat_id, ?error, "could not renew control");
            }
        }
    }
}

/// Returns when a window has lost control; never returns for one that only watches.
async fn lost(state: &AppState, lease: Option<&ControlLease>, mut live: Subscription) {
    let Some(lease) = lease else { return std::future::pending().await };
    // It may have happened while connecting to the agent.
    while still_held(state, lease).await {
        loop {
            match live.next().await {
                Ok(LiveEvent::Desktop(view))
                    if view.control.as_ref().is_none_or(|held| held.id != lease.id) =>
                {
                    return;
                }
                // The lease may have expired, or an event was missed.
                Ok(LiveEvent::Desktop(_) | LiveEvent::CatchUp | LiveEvent::Deleted)
                | Err(RecvError::Lagged(_)) => break,
                Ok(_) => {}
                Err(RecvError::Closed) => return,
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

/// Whether the lease is still held. If Postgres can't be reached, assumes so, because nobody else can take
/// control then.
async fn still_held(state: &AppState, lease: &ControlLease) -> bool {
    match state.control.held(lease.chat_id, lease.user_id, lease.id).await {
        Ok(_) => true,
        Err(ControlError::Lost) => false,
        Err(error) => {
            tracing::warn!(chat.id = %lease.chat_id, ?error, "could not read the control lease");
            true
        }
    }
}
