//! The events of a chat as server-sent events: replayed from the log, then live.

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Response, Sse};
use futures_util::StreamExt as _;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::AppState;
use crate::http::language::ResponseLanguage;
use crate::http::login::Login;
use crate::http::owned::OwnedChat;
use crate::http::page::{BeforeParameters, BeforeRequest};
use crate::http::problem::{ApiError, Problem};
use crate::http::query::Query;
use crate::http::server::Peer;
use crate::live::follow::{ChatUpdate, Start};
use crate::live::views::EventView;
use crate::live::wire::WireUpdate;
use crate::metrics::StreamKind;
use crate::store::events;
use crate::words::{BackendReason, Language};

/// Tells proxies to pass each event on at once: nginx by the first header, those that compress by the second.
const UNBUFFERED: [(HeaderName, HeaderValue); 2] = [
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform")),
];
/// The delay after which a browser should reconnect.
const RETRY: Duration = Duration::from_secs(1);

/// The most payload of a page of the log, in bytes.
const PAGE_BYTES: i64 = 4 << 20;

/// Where to begin.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Begin {
    /// Replay begins after this number; 0 replays everything. The header `Last-Event-ID` takes precedence.
    #[serde(default)]
    after: Option<i64>,
}

/// Streams the events of a chat as server-sent events.
///
/// Without `after` and `Last-Event-ID` the stream begins with the newest 1000 events. If there are others, the first
/// event is `tail` with the number where these begin (`from`). The events before it that say what the first ones belong
/// to follow: messages, and states of runs. `GET /chats/{chat_id}/log` returns the rest.
///
/// Durable events have their sequence number as `id`, their kind as `event` and an `EventView` as `data`. A
/// reconnecting browser sends `Last-Event-ID` and misses nothing. Transient events have no id: `run`
/// (`RunProgress`), `partial` (`PartialTurn`, the turn streamed so far), `desktop` (`DesktopView`), `title`,
/// `ready` at the end of the replay, and `shutdown` when the replica shuts down. After `shutdown` the stream
/// closes; reconnect with the last id, to this or another replica. A peer that is too slow gets `behind`,
/// and the stream closes too; reconnecting with the last id loses nothing. The same holds for `interrupted`, sent when
/// the log can't be read. `deleted` is the last event of a chat that was deleted. A connection that accepts no data for
/// 10 s is closed, and every stream within seconds of the end of its login.
#[utoipa::path(get, path = "/chats/{chat_id}/events", operation_id = "stream_events", tag = "Events",
    params(
        ("chat_id" = uuid::Uuid, Path),
        Begin,
        ("Last-Event-ID" = Option<i64>, Header, description = "Replay begins after this number")),
    responses(
    (status = 200, body = String, content_type = "text/event-stream"),
    (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 422, body = Problem, description = "Last-Event-ID is no number")))]
pub(super) async fn stream(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    peer: Option<Extension<ConnectInfo<Peer>>>,
    language: ResponseLanguage,
    login: Login,
    Query(Begin { after }): Query<Begin>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let from = last_event_id(&headers)?.or(after).map_or(Start::Tail, Start::After);
    if let Some(Extension(ConnectInfo(peer))) = peer {
        peer.watches_live();
    }
    let open = state.metrics.streams.open(StreamKind::Events);
    let follower = state.feed.follow(chat.id, from);
    let desktop = state.desktops.view(chat.id).await?;
    let updates = follower.updates(desktop).await?;
    let events = updates.map(move |update| {
        let _until_the_stream_ends = &open;
        Ok::<_, Infallible>(sent(update, language.get()))
    });
    let events = events.take_until(Box::pin(login.ended(state)));
    Ok((UNBUFFERED, Sse::new(events).keep_alive(KeepAlive::default())))
}

/// Returns a page of the chat's log: the newest events before a number, oldest first.
///
/// A page has at most 4 MiB of payload, and at least one event if there is one.
#[utoipa::path(get, path = "/chats/{chat_id}/log", operation_id = "list_events", tag = "Events",
    params(("chat_id" = uuid::Uuid, Path), BeforeParameters),
    responses(
    (status = 200, body = Vec<EventView>, headers(("Link", description = "The next page, if there is one: `<?...>; rel=next`"))),
    (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 422, body = Problem, description = "A parameter is out of range")))]
pub(super) async fn log(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    language: ResponseLanguage,
    request: BeforeRequest,
) -> Result<Response, ApiError> {
    let mut conn = state.database.connection().await?;
    let rows = events::page_before(&mut conn, chat.id, request.before, request.limit, PAGE_BYTES).await?;
    drop(conn);
    let next = rows.first().map(|row| row.seq).filter(|seq| *seq > 1);
    let events: Vec<EventView> =
        rows.into_iter().map(|row| EventView::from(row).in_language(language.get()).into_owned()).collect();
    Ok(request.answer(events, next))
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<i64>, ApiError> {
    let Some(id) = headers.get("last-event-id") else { return Ok(None) };
    let id = id
        .to_str()
        .ok()
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| ApiError::invalid(BackendReason::LastEventIdInvalid))?;
    Ok(Some(id))
}

/// Encodes an update.
fn sent(update: ChatUpdate, language: Language) -> Event {
    let WireUpdate { name, seq, data, is_interruption } = WireUpdate::new(update, language);
    let event = Event::default().event(name).data(data.get());
    let event = if is_interruption { event.retry(RETRY) } else { event };
    match seq {
        Some(seq) => event.id(seq.to_string()),
        None => event,
    }
}
