//! Any number of chats over one WebSocket: their updates, and requests. A browser has one for each tab.

mod messages;
mod requests;

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, State};
use axum::response::Response;
use futures_util::stream::{BoxStream, FuturesUnordered, SelectAll};
use futures_util::{FutureExt as _, StreamExt as _};
use protocol::ids::ChatId;
use serde::Deserialize;
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};

pub(super) use self::messages::{SocketMessage, SocketRequest};
use self::requests::{Done, carry_out};
use crate::app::AppState;
use crate::http::current_user::CurrentUser;
use crate::http::language::ResponseLanguage;
use crate::http::login::Login;
use crate::http::problem::{ApiError, Problem};
use crate::http::server::Peer;
use crate::live::follow::ChatUpdate;
use crate::live::sockets::OpenSocket;
use crate::live::wire::WireUpdate;
use crate::metrics::{OpenStream, StreamKind};
use crate::store::users::User;
use crate::words::{BackendReason, Language};

/// The subprotocol.
const PROTOCOL: &str = "deskhand.v1";
/// Maximum size of a client's message, in bytes.
const MAX_MESSAGE: usize = 1 << 20;
/// Maximum length of a request's id, in characters.
const MAX_ID_CHARS: usize = 64;
/// Maximum number of chats that one WebSocket follows.
const MAX_CHATS: usize = 100;
/// Maximum number of requests that are carried out at once. Further ones are read later.
const REQUESTS_AT_ONCE: usize = 16;
/// Interval of pings. Proxies close what is still for a minute.
const PING_EVERY: Duration = Duration::from_secs(15);
/// How long a client may be silent, though it is pinged.
const SILENCE: Duration = PING_EVERY.saturating_mul(3);
/// The close code after the login has ended.
const LOGGED_OUT: u16 = 4003;
/// The close code during shutdown.
const GOING_AWAY: u16 = 1001;

/// Opens a WebSocket for any number of chats.
///
/// Messages are JSON objects: the client sends `SocketRequest`, the service `SocketMessage`. Each request is answered by
/// `ack` or `error` with its id, in any order. The updates of a chat come after the `ack` of its subscription. After
/// `behind`, `interrupted` or `shutdown` subscribe again with the number of the last event; after `deleted` the chat is
/// gone. A message has at most 1 MiB; a WebSocket follows at most 100 chats. The service pings every 15 s, and
/// disconnects a client that is silent for 45 s or accepts no data for 10 s. Browsers log in with their session, programs
/// with a bearer token. The subprotocol is `deskhand.v1`; naming it is optional.
#[utoipa::path(get, path = "/ws", operation_id = "open_socket", tag = "Events", responses(
    (status = 101, description = "Closes with 4003 when the login ends, and 1001 when the replica shuts down"),
    (status = 400, body = Problem, description = "No WebSocket"),
    (status = 401, body = Problem),
    (status = 429, body = Problem, description = "The person has too many open")))]
pub(super) async fn connect(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    language: ResponseLanguage,
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
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(MAX_MESSAGE);
    Ok(upgrade.on_upgrade(async move |socket| {
        let (shutdown, ended) = (state.shutdown.clone(), login.ended(state.clone()));
        let connection = Connection::new(state, user, language.get(), counted);
        connection.run(socket, shutdown, ended).await;
    }))
}

/// The number of a subscription: one to the same chat replaces the one before.
type Nth = u64;

/// The updates of a subscription; `None` at their end.
type Updates = BoxStream<'static, (ChatId, Nth, Option<ChatUpdate>)>;

/// A client that is connected.
struct Connection {
    state: AppState,
    user: User,
    language: Language,
    /// Dropping a guard ends the subscription.
    subscriptions: HashMap<ChatId, (Nth, DropGuard)>,
    updates: SelectAll<Updates>,
    next: Nth,
    _counted: (OpenSocket, OpenStream),
}

impl Connection {
    fn new(state: AppState, user: User, language: Language, counted: OpenSocket) -> Self {
        let (subscriptions, updates) = (HashMap::new(), SelectAll::new());
        let counted = (counted, state.metrics.streams.open(StreamKind::Socket));
        Self { state, user, language, subscriptions, updates, next: 0, _counted: counted }
    }

    /// Serves the client until it leaves, its login ends or the replica shuts down.
    async fn run(
        mut self,
        mut socket: WebSocket,
        shutdown: CancellationToken,
        ended: impl Future<Output = ()>,
    ) {
        let mut ended = std::pin::pin!(ended);
        let mut requests = FuturesUnordered::new();
        let mut ping = tokio::time::interval(PING_EVERY);
        let mut heard = Instant::now();
        let close = loop {
            let message = tokio::select! {
                () = &mut ended => break Some((LOGGED_OUT, "logged out")),
                Some((chat_id, nth, update)) = self.updates.next(), if !self.updates.is_empty() => {
                    self.passed_on(chat_id, nth, update)
                }
                Some((id, done)) = requests.next(), if !requests.is_empty() => Some(self.answer(id, done)),
                received = socket.recv(), if requests.len() < REQUESTS_AT_ONCE => {
                    heard = Instant::now();
                    match received {
                        Some(Ok(Message::Text(text))) => match read(&text) {
                            Ok(SocketRequest { id, action }) => {
                                let done = carry_out(self.state.clone(), self.user.clone(), self.language, action);
                                // Boxed: it is far larger than the rest of the connection.
                                requests.push(done.map(|done| (id, done)).boxed());
                                None
                            }
                            Err((id, reason)) => Some(self.refused(id, ApiError::bad_request(reason))),
                        },
                        Some(Ok(Message::Binary(_))) => Some(self.refused(None, ApiError::bad_request(BackendReason::NoText))),
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => None,
                        Some(Ok(Message::Close(_)) | Err(_)) | None => break None,
                    }
                }
                _ = ping.tick() => {
                    if heard.elapsed() > SILENCE || socket.send(Message::Ping(Bytes::new())).await.is_err() {
                        break None;
                    }
                    None
                }
                // The updates tell so themselves; this ends a client that follows nothing.
                () = shutdown.cancelled(), if self.updates.is_empty() => break Some((GOING_AWAY, "going away")),
            };
            let Some(message) = message else { continue };
            // Our own types always serialize.
            let Ok(text) = serde_json::to_string(&message) else { continue };
            if socket.send(Message::Text(text.into())).await.is_err() {
                break None;
            }
        };
        if let Some((code, reason)) = close {
            // The client may be gone already.
            let _ = socket.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await;
        }
    }

    /// The message that passes an update on. A subscription that has ended is forgotten.
    fn passed_on(&mut self, chat_id: ChatId, nth: Nth, update: Option<ChatUpdate>) -> Option<SocketMessage> {
        // It may have been replaced since.
        let is_current = self.subscriptions.get(&chat_id).is_some_and(|(current, _)| *current == nth);
        match update {
            Some(update) => {
                is_current.then(|| SocketMessage::event(chat_id, WireUpdate::new(update, self.language)))
            }
            None => {
                if is_current {
                    self.subscriptions.remove(&chat_id);
                }
                None
            }
        }
    }

    fn answer(&mut self, id: String, done: Result<Done, ApiError>) -> SocketMessage {
        let result = match done {
            Ok(Done::Answered(result)) => result,
            Ok(Done::Subscribed(chat_id, updates)) => {
                if self.subscriptions.len() >= MAX_CHATS && !self.subscriptions.contains_key(&chat_id) {
                    let error = ApiError::conflict(BackendReason::TooManyChats { limit: MAX_CHATS });
                    return self.refused(Some(id), error);
                }
                self.follow(chat_id, updates);
                None
            }
            Ok(Done::Unsubscribed(chat_id)) => {
                self.subscriptions.remove(&chat_id);
                None
            }
            Err(error) => return self.refused(Some(id), error),
        };
        SocketMessage::Ack { id, result }
    }

    fn refused(&self, id: Option<String>, error: ApiError) -> SocketMessage {
        SocketMessage::Error { id, problem: error.into_problem(self.language) }
    }

    fn follow(&mut self, chat_id: ChatId, updates: BoxStream<'static, ChatUpdate>) {
        let nth = self.next;
        self.next += 1;
        let wanted = CancellationToken::new();
        let until = wanted.clone().cancelled_owned();
        let updates = updates.take_until(until).map(Some).chain(futures_util::stream::iter([None]));
        self.updates.push(updates.map(move |update| (chat_id, nth, update)).boxed());
        self.subscriptions.insert(chat_id, (nth, wanted.drop_guard()));
    }
}

/// Reads a request.
///
/// # Errors
/// With the request's id, if it has one.
fn read(text: &str) -> Result<SocketRequest, (Option<String>, BackendReason)> {
    #[derive(Deserialize)]
    struct Identified {
        id: String,
    }

    let request: SocketRequest = serde_json::from_str(text).map_err(|error| {
        let id = serde_json::from_str(text).ok().map(|Identified { id }| id);
        (id, BackendReason::NoRequest { reason: error.to_string() })
    })?;
    if request.id.chars().count() > MAX_ID_CHARS {
        return Err((None, BackendReason::RequestIdTooLong { limit: MAX_ID_CHARS }));
    }
    Ok(request)
}
