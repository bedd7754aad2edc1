//! The messages of a chat, as the API shows them.

use chrono::{DateTime, Utc};
use protocol::ids::{EventId, FileId, RunId};
use protocol::locale::Locale;
use protocol::transcript::{AssistantBlock, AssistantTurn};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::store::events::{EventKind, EventRow};
use crate::store::messages::{MessageRole, MessageRow};

/// The author of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
    /// Instructions. Clients of other chat APIs may send it; here it is refused.
    System,
}

/// A file attached to a message.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MessageFile {
    /// Identifies the file.
    pub id: FileId,
    /// The file name.
    pub name: String,
    /// Path on the desktop, relative to the home folder.
    pub path: String,
}

/// The payload of a `message` event.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MessagePayload {
    /// The text.
    pub text: String,
    /// JSON that the client attached; stored unchanged.
    pub extra_data: serde_json::Value,
    /// The attached files.
    pub files: Vec<MessageFile>,
    /// The message that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<EventId>,
    /// The time zone and language that its run tells the model and uses on the desktop: the author's when it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
}

/// One message of a chat.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// The id of its event.
    pub id: EventId,
    /// The sequence number of its event.
    pub seq: i64,
    /// The author.
    pub role: Role,
    /// The text; Markdown if the assistant wrote it.
    pub message: String,
    /// JSON that the client attached.
    pub extra_data: serde_json::Value,
    /// The attached files.
    pub files: Vec<MessageFile>,
    /// The run that it started, or that produced it.
    pub run_id: Option<RunId>,
    /// When it was written.
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

/// The message that an event represents: a person's message, or a model turn with text. `None` for other
/// events.
///
/// # Errors
/// When the payload does not match the event's kind.
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

/// The text blocks of a turn, as separate paragraphs.
fn text_of(turn: &AssistantTurn) -> String {
    let texts = turn.content.iter().filter_map(|block| match block {
        AssistantBlock::Text { text } => Some(text.as_str()),
        AssistantBlock::Thinking { .. } | AssistantBlock::ToolCall(_) => None,
    });
    texts.collect::<Vec<_>>().join("\n\n")
}
