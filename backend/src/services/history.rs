//! A chat's messages, read from its log.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use protocol::ids::{EventId, FileId, RunId};
use protocol::transcript::{AssistantBlock, AssistantTurn};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::store::events::{EventKind, EventRow};

/// Who spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
    /// Instructions; programs may send it in other APIs, here it is refused.
    System,
}

/// A file that came with a message.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MessageFile {
    /// The file.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// Where it appears on the desktop, relative to the home folder.
    pub path: String,
}

/// What the log keeps of a person's message.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MessagePayload {
    /// The words.
    pub text: String,
    /// What a program sent along; kept as it came.
    pub extra_data: serde_json::Value,
    /// Files that came with it.
    pub files: Vec<MessageFile>,
    /// The message in whose place this one was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<EventId>,
}

/// A message.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// Its id.
    pub id: EventId,
    /// Its number in the chat's log.
    pub seq: i64,
    /// Who spoke.
    pub role: Role,
    /// The words; Markdown from the assistant.
    pub message: String,
    /// What a program sent along.
    pub extra_data: serde_json::Value,
    /// Files that came with it.
    pub files: Vec<MessageFile>,
    /// The run that it came from, or that it began.
    pub run_id: Option<RunId>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// The kinds of event that [`messages`] reads.
pub const MESSAGE_KINDS: [EventKind; 3] = [EventKind::Message, EventKind::AssistantTurn, EventKind::RunState];

/// Why a run has ended whose message was taken back in the queue.
pub const WITHDRAWN: &str = "withdrawn";

/// The log without replaced messages and what came of them, and without those that were withdrawn while queued (which shows
/// where the log has the states of runs).
///
/// # Errors
/// When a message is not of its shape.
pub fn effective_log(log: Vec<EventRow>) -> serde_json::Result<Vec<EventRow>> {
    let mut replaced = HashSet::new();
    for row in log.iter().filter(|row| row.kind == EventKind::Message) {
        replaced.extend(serde_json::from_value::<MessagePayload>(row.payload.clone())?.replaces);
    }
    let withdrawn =
        |row: &EventRow| row.kind == EventKind::RunState && row.payload["code"].as_str() == Some(WITHDRAWN);
    let gone = log.iter().filter(|row| replaced.contains(&row.id) || withdrawn(row));
    let runs: HashSet<RunId> = gone.filter_map(|row| row.run_id).collect();
    Ok(log.into_iter().filter(|row| row.run_id.is_none_or(|id| !runs.contains(&id))).collect())
}

/// The messages among a chat's events. Turns without words are left out, and so is what was replaced or withdrawn.
///
/// # Errors
/// When an entry is not of the shape that its kind says.
pub fn messages(rows: Vec<EventRow>) -> anyhow::Result<Vec<Message>> {
    let mut messages = Vec::new();
    for row in effective_log(rows)? {
        let (role, payload) = match row.kind {
            EventKind::Message => (Role::User, serde_json::from_value::<MessagePayload>(row.payload)?),
            EventKind::AssistantTurn => {
                let text = text_of(&serde_json::from_value(row.payload)?);
                if text.is_empty() {
                    continue;
                }
                let extra_data = serde_json::Value::Object(serde_json::Map::new());
                (Role::Assistant, MessagePayload { text, extra_data, files: Vec::new(), replaces: None })
            }
            _ => continue,
        };
        messages.push(Message {
            id: row.id,
            seq: row.seq,
            role,
            message: payload.text,
            extra_data: payload.extra_data,
            files: payload.files,
            run_id: row.run_id,
            created_at: row.created_at,
        });
    }
    Ok(messages)
}

/// The words of a turn.
fn text_of(turn: &AssistantTurn) -> String {
    let texts = turn.content.iter().filter_map(|block| match block {
        AssistantBlock::Text { text } => Some(text.as_str()),
        AssistantBlock::Thinking { .. } | AssistantBlock::ToolCall(_) => None,
    });
    texts.collect::<Vec<_>>().join("\n\n")
}
