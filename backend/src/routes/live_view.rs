//! The live desktop: RFB over a WebSocket, passed on to the agent. Whether input counts is decided here and
//! enforced by the agent.

use std::sync::Arc;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use futures_util::{SinkExt as _, StreamExt as _};
use protocol::ids::ChatId;
use protocol::run::DesktopAccess;
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite};
use utoipa::IntoParams;

use super::desktop::not_running;
use crate::api_error::{ApiError, Problem};
use crate::auth::owned::OwnedChat;
use crate::hub::LiveEvent;
use crate::services::chat_log::EventView;
use crate::services::usage::Attendance;
use crate::state::AppState;
use crate::store::events::EventKind;
use crate::store::runs::{self, RunState};

/// The close code that tells a person in control that the model went to work.
const RUN_STARTED: u16 = 4001;
/// The close code that tells a viewer that the desktop is gone.
const DESKTOP_GONE: u16 = 4004;

/// How to watch.
#[derive(Deserialize, IntoParams)]
pub(super) struct LiveViewQuery {
    /// Whether mouse and keys count. Only while no run is at work.
    #[serde(default)]
    control: bool,
}

type Agent = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The live desktop, as RFB 3.8 in binary messages of a WebSocket.
#[utoipa::path(get, path = "/chats/{chat_id}/desktop/vnc",
    params(("chat_id" = uuid::Uuid, Path), LiveViewQuery), responses(
    (status = 101, description = "Closes with 4001 when a run starts under a person in control, 4004 when the desktop goes"),
    (status = 400, body = Problem, description = "No WebSocket"),
    (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem, description = "The desktop does not run, or a run is at work")))]
pub(super) async fn connect(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    Query(query): Query<LiveViewQuery>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let upgrade = upgrade.map_err(|rejection| ApiError::Unreadable {
        status: StatusCode::BAD_REQUEST,
        detail: format!("This address speaks WebSocket: {}.", rejection.body_text()),
    })?;
    // Said first, so that the desktop is not put to rest in between.
    let attendance = state.desktops.attend(chat.id);
    let access = state.desktops.come_back(chat.id).await?.ok_or_else(not_running)?;
    // Watch first, then look: a run that starts in between is seen.
    let (_, live) = state.hub.subscribe(chat.id);
    if query.control {
        let mut conn = state.database.connection().await?;
        if runs::any_running(&mut conn, chat.id).await? {
            let detail = "The model is at work. Stop it, or wait until it has finished.".into();
            return Err(ApiError::Conflict { code: "run_active", detail });
        }
    }
    let agent = reach_agent(&access, query.control).await.map_err(ApiError::Internal)?;
    let relay = Relay { state, chat_id: chat.id, in_control: query.control, live, _attendance: attendance };
    Ok(upgrade.protocols(["binary"]).on_upgrade(move |browser| relay.run(browser, agent)))
}

async fn reach_agent(access: &DesktopAccess, in_control: bool) -> anyhow::Result<Agent> {
    let mut url = access.url.join("/v1/live")?;
    url.query_pairs_mut().append_pair("input", if in_control { "true" } else { "false" });
    let url = url.as_str().replacen("http", "ws", 1);
    let mut request = url.into_client_request()?;
    let bearer = format!("Bearer {}", access.token.expose());
    request.headers_mut().insert(header::AUTHORIZATION, bearer.parse()?);
    Ok(tokio_tungstenite::connect_async(request).await?.0)
}

/// Passes messages between a browser and an agent, each at the other's pace.
struct Relay {
    state: AppState,
    chat_id: ChatId,
    in_control: bool,
    live: tokio::sync::broadcast::Receiver<LiveEvent>,
    _attendance: Attendance,
}

impl Relay {
    async fn run(mut self, browser: WebSocket, agent: Agent) {
        let (mut to_browser, mut from_browser) = browser.split();
        let (mut to_agent, mut from_agent) = agent.split();
        let down = async {
            while let Some(Ok(message)) = from_agent.next().await {
                let passed = match message {
                    tungstenite::Message::Binary(bytes) => to_browser.send(Message::Binary(bytes)).await,
                    tungstenite::Message::Close(_) => break,
                    _ => Ok(()),
                };
                if passed.is_err() {
                    break;
                }
            }
        };
        let up = async {
            while let Some(Ok(message)) = from_browser.next().await {
                let passed = match message {
                    Message::Binary(bytes) => to_agent.send(tungstenite::Message::Binary(bytes)).await,
                    Message::Close(_) => break,
                    _ => Ok(()),
                };
                if passed.is_err() {
                    break;
                }
            }
        };
        let shutdown = self.state.shutdown.clone();
        let close = tokio::select! {
            () = down => Some((DESKTOP_GONE, "desktop gone")),
            () = up => None,
            () = self.run_started() => Some((RUN_STARTED, "run started")),
            () = shutdown.cancelled() => Some((1001, "going away")),
        };
        if let Some((code, reason)) = close {
            let frame = CloseFrame { code, reason: reason.into() };
            // The browser may be gone; then there is nobody to tell.
            let _ = to_browser.send(Message::Close(Some(frame))).await;
        }
        let _ = to_agent.close().await;
    }

    /// Returns when a run starts under a person in control; never for a viewer.
    async fn run_started(&mut self) {
        if !self.in_control {
            return std::future::pending().await;
        }
        loop {
            match self.live.recv().await {
                Ok(LiveEvent::Durable(event)) if says_running(&event) => return,
                Ok(_) => {}
                // What was missed may have been a start, so control is given up.
                Err(_) => return tracing::debug!(chat.id = %self.chat_id, "a person in control fell behind"),
            }
        }
    }
}

fn says_running(event: &Arc<EventView>) -> bool {
    event.kind == EventKind::RunState && event.payload["state"] == RunState::Running.as_str()
}
