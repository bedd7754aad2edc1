//! The events of a chat as server-sent events: replayed from the log, then live.

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Sse};
use futures_util::StreamExt as _;
use serde::Serialize;
use serde_json::json;

use crate::app::AppState;
use crate::http::login::Login;
use crate::http::owned::OwnedChat;
use crate::http::problem::{ApiError, Problem};
use crate::http::server::Peer;
use crate::live::follow::ChatUpdate;

/// Tells proxies to pass each event on at once: nginx by the first header, those that compress by the second.
const UNBUFFERED: [(HeaderName, HeaderValue); 2] = [
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform")),
];
/// The delay after which a browser should reconnect.
const RETRY: Duration = Duration::from_secs(1);

/// Streams the events of a chat as server-sent events.
///
/// Durable events have their sequence number as `id`, their kind as `event` and an `EventView` as `data`. A
/// reconnecting browser sends `Last-Event-ID` and misses nothing. Transient events have no id: `run`
/// (`RunProgress`), `partial` (`PartialTurn`, the turn streamed so far), `desktop` (`DesktopView`), `title`,
/// `ready` at the end of the replay, and `shutdown` when the replica shuts down. After `shutdown` the stream
/// closes; reconnect with the last id, to this or another replica. A peer that is too slow gets `behind`,
/// and the stream closes too; reconnecting with the last id loses nothing. The same holds for `interrupted`, sent when
/// the log can't be read. `deleted` is the last event of a chat that was deleted. A connection that accepts no data for
/// 10 s is closed, and every stream within seconds of the end of its login.
#[utoipa::path(get, path = "/chats/{chat_id}/events",
    params(
        ("chat_id" = uuid::Uuid, Path),
        ("Last-Event-ID" = Option<i64>, Header, description = "Replay begins after this number")),
    responses(
    (status = 200, body = String, content_type = "text/event-stream"),
    (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 422, body = Problem, description = "Last-Event-ID is no number")))]
pub(super) async fn stream(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    peer: Option<Extension<ConnectInfo<Peer>>>,
    login: Login,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let after = last_event_id(&headers)?;
    if let Some(Extension(ConnectInfo(peer))) = peer {
        peer.watches_live();
    }
    let follower = state.feed.follow(chat.id, after);
    let desktop = state.desktops.view(chat.id).await?;
    let updates = follower.updates(desktop).await?;
    let events = updates.map(|update| Ok::<_, Infallible>(sent(update)));
    let events = events.take_until(Box::pin(login.ended(state)));
    Ok((UNBUFFERED, Sse::new(events).keep_alive(KeepAlive::default())))
}

fn last_event_id(headers: &HeaderMap) -> Result<i64, ApiError> {
    match headers.get("last-event-id") {
        None => Ok(0),
        Some(id) => id.to_str().ok().and_then(|id| id.parse().ok()).ok_or_else(|| {
            ApiError::invalid(
                "last_event_id_invalid",
                "Last-Event-ID has to be the id of an event of this stream.",
            )
        }),
    }
}

/// Encodes an update.
fn sent(update: ChatUpdate) -> Event {
    match update {
        ChatUpdate::Event(event) => named(event.kind.as_str(), &*event).id(event.seq.to_string()),
        ChatUpdate::Desktop(desktop) => named("desktop", &desktop),
        ChatUpdate::PartialTurn(turn) => named("partial", &*turn),
        ChatUpdate::Ready => named("ready", &json!({})),
        ChatUpdate::Progress(progress) => named("run", &*progress),
        ChatUpdate::Title(title) => named("title", &json!({ "title": title })),
        ChatUpdate::Deleted => named("deleted", &json!({})),
        ChatUpdate::Interrupted => {
            let reason = "The events could not be read. Come back with the last id.";
            named("interrupted", &json!({ "reason": reason })).retry(RETRY)
        }
        ChatUpdate::Behind => {
            let reason = "This connection is slower than what happens here. Come back with the last id.";
            named("behind", &json!({ "reason": reason })).retry(RETRY)
        }
        ChatUpdate::Shutdown => named("shutdown", &json!({})).retry(RETRY),
    }
}

fn named(name: &str, data: &impl Serialize) -> Event {
    let event = Event::default().event(name);
    // Our own types always serialize; a browser ignores an event without data.
    event.clone().json_data(data).unwrap_or(event)
}
