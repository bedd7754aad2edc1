//! Messages: what people and models said, as a chat shows it.

use chrono::{DateTime, Utc};
use protocol::ids::{EventId, FileId, RunId};
use protocol::transcript::{AssistantBlock, AssistantTurn};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::store::events::{EventKind, EventRow};
use crate::store::messages::{MessageRole, MessageRow};

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

impl TryFrom<MessageRow> for Message {
    type Error = serde_json::Error;

    fn try_from(row: MessageRow) -> Result<Self, Self::Error> {
        let role = match row.role {
            MessageRole::User => Role::User,
            MessageRole::Assistant => Role::Assistant,
        };
        Ok(Self {
            id: row.id,
            seq: row.seq,
            role,
            message: row.text,
            extra_data: row.extra_data,
            files: serde_json::from_value(row.files)?,
            run_id: Some(row.run_id),
            created_at: row.created_at,
        })
    }
}

/// The message that an event is, if it is one: a person's message, or a turn of the model that has text.
///
/// # Errors
/// When the payload is not of the shape that the kind says.
pub fn of_event(event: &EventRow) -> serde_json::Result<Option<MessageRow>> {
    let Some(run_id) = event.run_id else { return Ok(None) };
    let (role, text, extra_data, files) = match event.kind {
        EventKind::Message => {
            let message = MessagePayload::deserialize(&event.payload)?;
            (MessageRole::User, message.text, message.extra_data, serde_json::to_value(message.files)?)
        }
        EventKind::AssistantTurn => {
            let text = text_of(&AssistantTurn::deserialize(&event.payload)?);
            if text.is_empty() {
                return Ok(None);
            }
            (MessageRole::Assistant, text, serde_json::json!({}), serde_json::json!([]))
        }
        _ => return Ok(None),
    };
    Ok(Some(MessageRow {
        id: event.id,
        chat_id: event.chat_id,
        seq: event.seq,
        run_id,
        role,
        text: text.replace('\0', "\u{fffd}"),
        extra_data,
        files,
        created_at: event.created_at,
    }))
}

/// The text of a turn.
fn text_of(turn: &AssistantTurn) -> String {
    let texts = turn.content.iter().filter_map(|block| match block {
        AssistantBlock::Text { text } => Some(text.as_str()),
        AssistantBlock::Thinking { .. } | AssistantBlock::ToolCall(_) => None,
    });
    texts.collect::<Vec<_>>().join("\n\n")
}
