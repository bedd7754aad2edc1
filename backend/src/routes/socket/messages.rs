//! The messages of the WebSocket, as JSON objects in text messages.

use protocol::ids::{ChatId, RunId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::http::problem::Problem;
use crate::live::wire::WireUpdate;
use crate::routes::messages::HistoryEntry;
use crate::routes::runs::{NewAnswer, NewDecision};

/// What a client sends.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({ "id": "1", "type": "subscribe", "chat_id": "01a2271f-f1a8-74bd-b20d-51a7dc902664" }))]
pub(in crate::routes) struct SocketRequest {
    /// Chosen by the client; the answer has the same. At most 64 characters.
    pub(super) id: String,
    /// What to do.
    #[serde(flatten)]
    pub(super) action: SocketAction,
}

/// What a client asks for.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(in crate::routes) enum SocketAction {
    /// Follow a chat, in place of an earlier subscription to it.
    Subscribe {
        /// The chat.
        chat_id: ChatId,
        /// Replay begins after this number; 0 replays everything. Without it, it begins with the chat's tail.
        #[serde(default)]
        after: Option<i64>,
    },
    /// Stop following a chat.
    Unsubscribe {
        /// The chat.
        chat_id: ChatId,
    },
    /// Like `POST /chats/{chat_id}/history`.
    Send {
        /// The chat.
        chat_id: ChatId,
        /// Makes a repeated call harmless, for 24 hours. It counts for both ways of sending a message.
        #[serde(default)]
        idempotency_key: Option<String>,
        /// The message.
        entry: HistoryEntry,
    },
    /// Like `POST /runs/{run_id}/decisions`.
    Decide {
        /// The run.
        run_id: RunId,
        /// The decision.
        decision: NewDecision,
    },
    /// Like `POST /runs/{run_id}/answer`.
    Answer {
        /// The run.
        run_id: RunId,
        /// The answer.
        answer: NewAnswer,
    },
    /// Like `POST /runs/{run_id}/cancel`.
    Cancel {
        /// The run.
        run_id: RunId,
    },
    /// Like `POST /runs/{run_id}/pause`.
    Pause {
        /// The run.
        run_id: RunId,
    },
    /// Like `POST /runs/{run_id}/resume`.
    Resume {
        /// The run.
        run_id: RunId,
    },
    /// Do nothing, to see whether the service answers.
    Ping,
}

/// What the service sends.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(in crate::routes) enum SocketMessage {
    /// A request was carried out.
    Ack {
        /// The request.
        id: String,
        /// What the same call answers over HTTP; `null` if there is none.
        #[schema(value_type = Option<serde_json::Value>)]
        result: Option<Box<RawValue>>,
    },
    /// A request failed, or was no request.
    Error {
        /// The request, if it had an id.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Why.
        problem: Problem,
    },
    /// An update of a chat that is followed, as `GET /chats/{chat_id}/events` sends it.
    Event {
        /// The chat.
        chat_id: ChatId,
        /// The name of the event.
        event: &'static str,
        /// The number of a durable event.
        #[serde(skip_serializing_if = "Option::is_none")]
        seq: Option<i64>,
        /// The event.
        #[schema(value_type = serde_json::Value)]
        data: Box<RawValue>,
    },
}

impl SocketMessage {
    pub(super) fn event(chat_id: ChatId, update: WireUpdate) -> Self {
        let WireUpdate { name, seq, data, is_interruption: _ } = update;
        Self::Event { chat_id, event: name, seq, data }
    }
}
