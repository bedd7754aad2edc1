//! A conversation as it happens: server-sent events, replayed from the log and then live.

use std::convert::Infallible;
use std::time::Duration;

use async_stream::stream;
use axum::Extension;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::Stream;
use protocol::ids::{ChatId, RunId};
use protocol::run::RunEvent;
use serde::Serialize;
use tokio::sync::broadcast::Receiver;

use crate::app::AppState;
use crate::http::connections::Reader;
use crate::http::owned::OwnedChat;
use crate::http::problem::{ApiError, Problem};
use crate::live::hub::LiveEvent;
use crate::live::partial_turn::PartialTurn;
use crate::live::views::DesktopView;
use crate::live::views::EventView;
use crate::live::views::RunProgress;
use crate::store::events::{EventKind, EventRow};
use crate::store::{events, live_turns};

/// How soon a browser comes back when the service has ended.
const RETRY: Duration = Duration::from_secs(1);
/// Bytes read from the log at once.
const PAGE: i64 = 256 << 10;

/// A conversation as it happens, as server-sent events.
///
/// Durable events carry their number as `id`, their kind as `event` and an `EventView` as `data`. A reconnecting
/// browser sends `Last-Event-ID` and misses nothing. Short-lived events have no id: `run` (`RunProgress`),
/// `partial` (`PartialTurn`, the turn being streamed so far), `desktop` (`DesktopView`), `title`, `ready` at the end of
/// the replay, and `shutdown` when the service ends: the stream closes, and another service, or this one once it is
/// back, goes on after the last id. A reader that is too slow is told `behind`, and the stream closes as well: nothing is
/// lost to one that comes back with its last id. A connection on which nothing can be written for 10 s is closed.
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
    reader: Option<Extension<ConnectInfo<Reader>>>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let after = last_event_id(&headers)?;
    if let Some(Extension(ConnectInfo(reader))) = reader {
        reader.watches_live();
    }
    // Watch first, then replay: what happens in between comes twice and is dropped once.
    let (partial, live) = state.hub.subscribe(chat.id);
    let desktop = state.desktops.view(chat.id).await?;
    let partial = match partial {
        Some(partial) => Some(partial),
        None => streamed_elsewhere(&state, chat.id).await?,
    };
    let follower = Follower { state, chat_id: chat.id, last_seq: after };
    Ok(Sse::new(follower.events(desktop, partial, live)).keep_alive(KeepAlive::default()))
}

/// The turn that another service streams.
async fn streamed_elsewhere(state: &AppState, chat_id: ChatId) -> Result<Option<PartialTurn>, ApiError> {
    let mut conn = state.database.connection().await?;
    let turn = live_turns::find(&mut conn, chat_id).await?;
    turn.map(serde_json::from_value).transpose().map_err(|error| ApiError::Internal(error.into()))
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

/// One browser that follows one chat.
struct Follower {
    state: AppState,
    chat_id: ChatId,
    last_seq: i64,
}

impl Follower {
    fn events(
        mut self,
        desktop: DesktopView,
        partial: Option<PartialTurn>,
        mut live: Receiver<LiveEvent>,
    ) -> impl Stream<Item = Result<Event, Infallible>> {
        stream! {
            for await event in self.catch_up() {
                yield Ok(event);
            }
            yield Ok(short_lived("desktop", &desktop));
            if let Some(partial) = &partial {
                yield Ok(short_lived("partial", partial));
            }
            let mut streamed = Streamed(partial.map(|turn| (turn.run_id, turn.turn)));
            yield Ok(short_lived("ready", &serde_json::json!({})));
            loop {
                let event = tokio::select! {
                    event = live.recv() => event,
                    () = self.state.shutdown.cancelled() => {
                        yield Ok(short_lived("shutdown", &serde_json::json!({})).retry(RETRY));
                        break;
                    }
                };
                // One that fell behind is cut off; its browser comes back with the number of what it has.
                let Ok(event) = event else {
                    let reason = "This connection is slower than what happens here. Come back with the last id.";
                    yield Ok(short_lived("behind", &serde_json::json!({ "reason": reason })).retry(RETRY));
                    break;
                };
                match event {
                    LiveEvent::Durable(event) if event.seq <= self.last_seq => {
                        if let Some(nothing) = streamed.replayed(&event) {
                            yield Ok(short_lived("partial", &nothing));
                        }
                    }
                    LiveEvent::Durable(event) if event.seq == self.last_seq + 1 => {
                        self.last_seq = event.seq;
                        yield Ok(durable(&event));
                    }
                    // Two writers announced out of order: the log has the right one.
                    LiveEvent::Durable(_) | LiveEvent::CatchUp => {
                        for await event in self.catch_up() {
                            yield Ok(event);
                        }
                    }
                    LiveEvent::Run(progress) => {
                        streamed.follow(&progress);
                        yield Ok(short_lived("run", &*progress));
                    }
                    LiveEvent::Partial(turn) => yield Ok(short_lived("partial", &*turn)),
                    LiveEvent::Desktop(desktop) => yield Ok(short_lived("desktop", &desktop)),
                    LiveEvent::Title(title) => yield Ok(short_lived("title", &serde_json::json!({ "title": title }))),
                }
            }
        }
    }

    /// Everything in the log that this browser has not seen, as fast as it reads. What can't be read now comes with the
    /// next event.
    fn catch_up(&mut self) -> impl Stream<Item = Event> {
        stream! {
            loop {
                let page = self.page().await.unwrap_or_default();
                if page.is_empty() {
                    break;
                }
                for row in page {
                    self.last_seq = row.seq;
                    yield durable(&EventView::from(row));
                }
            }
        }
    }

    async fn page(&self) -> Result<Vec<EventRow>, ApiError> {
        // Given back before the page is sent: a slow reader must not keep a connection of the pool.
        let mut conn = self.state.database.connection().await?;
        Ok(events::page(&mut conn, self.chat_id, self.last_seq, PAGE).await?)
    }
}

/// The turn that a browser sees being streamed.
struct Streamed(Option<(RunId, u32)>);

impl Streamed {
    fn follow(&mut self, progress: &RunProgress) {
        if let RunEvent::TurnStarted { turn } | RunEvent::Retrying { turn, .. } = progress.event {
            self.0 = Some((progress.run_id, turn));
        }
    }

    /// What to tell of an entry that came with the replay already: it ended the turn that is shown as being streamed,
    /// which is void then.
    fn replayed(&mut self, event: &EventView) -> Option<PartialTurn> {
        if !matches!(event.kind, EventKind::AssistantTurn | EventKind::RunState) {
            return None;
        }
        let (run_id, turn) = self.0.take_if(|(run_id, _)| event.run_id == Some(*run_id))?;
        Some(PartialTurn { run_id, turn, text: String::new(), thinking: String::new(), tool: None })
    }
}

fn durable(event: &EventView) -> Event {
    short_lived(event.kind.as_str(), event).id(event.seq.to_string())
}

fn short_lived(name: &str, data: &impl Serialize) -> Event {
    let event = Event::default().event(name);
    // Our own types always serialise; a browser ignores an event without data.
    event.clone().json_data(data).unwrap_or(event)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use protocol::ids::EventId;

    use super::*;

    fn entry(run_id: RunId, kind: EventKind) -> EventView {
        let payload = serde_json::json!({});
        let created_at = DateTime::UNIX_EPOCH;
        EventView { seq: 1, id: EventId::generate(), run_id: Some(run_id), created_at, kind, payload }
    }

    #[test]
    fn a_streamed_turn_that_the_replay_brought_whole_is_void() {
        let (run_id, other) = (RunId::generate(), RunId::generate());
        let mut streamed = Streamed(None);
        assert!(streamed.replayed(&entry(run_id, EventKind::AssistantTurn)).is_none());
        streamed.follow(&RunProgress { run_id, event: RunEvent::TurnStarted { turn: 3 } });
        assert!(streamed.replayed(&entry(run_id, EventKind::ToolResult)).is_none());
        assert!(streamed.replayed(&entry(other, EventKind::AssistantTurn)).is_none());
        let nothing = streamed.replayed(&entry(run_id, EventKind::AssistantTurn)).unwrap();
        assert_eq!((nothing.run_id, nothing.turn, nothing.text.as_str()), (run_id, 3, ""));
        assert!(streamed.replayed(&entry(run_id, EventKind::RunState)).is_none());
    }
}
