//! The body and the headers of a request.

use serde::Serialize;

use super::blocks::{CacheControl, UserBlock};
use super::dialect::{Dialect, ToolDeclaration};
use super::messages::{Form, Message, messages};
use super::models::{Thinking, profile_of};
use super::system_prompt;
use crate::images::ScreenScale;
use crate::providers::Conversation;
use crate::send_message::{ChatMessage, ChatRole};

/// Most tokens of one turn. It costs nothing until it is used.
const MAX_TOKENS: u32 = 32_000;
/// Tokens that older models may think for.
const THINKING_BUDGET: u32 = 4_096;
/// Lets older models think between calls.
const INTERLEAVED_THINKING: &str = "interleaved-thinking-2025-05-14";

/// A request that is ready to be sent, as often as needed.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    /// The JSON.
    pub(super) body: Vec<u8>,
    /// The value of `anthropic-beta`.
    pub(super) betas: Option<String>,
    /// The dialect that it is written in, when it has tools.
    pub(super) dialect: Option<Dialect>,
}

#[derive(Debug, Serialize)]
struct Body<'a> {
    model: &'a str,
    max_tokens: u32,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<ThinkingParameter>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<ToolDeclaration>,
    system: [SystemBlock<'a>; 1],
    messages: Vec<Message>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ThinkingParameter {
    Adaptive { display: &'static str },
    Enabled { budget_tokens: u32 },
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "text")]
struct SystemBlock<'a> {
    text: &'a str,
    cache_control: CacheControl,
}

/// A turn of a run.
pub(super) fn for_run(
    model: &str,
    dialect: Dialect,
    scale: ScreenScale,
    conversation: &Conversation,
) -> Result<Prepared, serde_json::Error> {
    let form = Form { model, dialect, scale };
    let tools = Tools { dialect: Some(dialect), declarations: dialect.tools(scale) };
    prepare(model, tools, system_prompt::DESKTOP, messages(conversation, form))
}

/// A plain chat. Its system messages become the system prompt.
pub(super) fn for_chat(model: &str, chat: &[ChatMessage]) -> Result<Prepared, serde_json::Error> {
    let instructions: Vec<&str> = chat
        .iter()
        .filter(|message| message.role == ChatRole::System)
        .map(|message| message.content.as_str())
        .collect();
    let system =
        if instructions.is_empty() { system_prompt::CHAT.to_owned() } else { instructions.join("\n\n") };
    prepare(model, Tools { dialect: None, declarations: Vec::new() }, &system, chat_messages(chat)?)
}

/// Messages of one speaker in a row become one.
fn chat_messages(chat: &[ChatMessage]) -> Result<Vec<Message>, serde_json::Error> {
    let mut messages = Vec::new();
    for message in chat.iter().filter(|message| message.role != ChatRole::System) {
        let block = UserBlock::text(message.content.clone());
        match (message.role, messages.last_mut()) {
            (ChatRole::Assistant, Some(Message::Assistant { content })) => {
                content.push(serde_json::value::to_raw_value(&block)?);
            }
            (ChatRole::Assistant, _) => {
                messages.push(Message::Assistant { content: vec![serde_json::value::to_raw_value(&block)?] });
            }
            (_, Some(Message::User { content })) => content.push(block),
            _ => messages.push(Message::User { content: vec![block] }),
        }
    }
    Ok(messages)
}

struct Tools {
    dialect: Option<Dialect>,
    declarations: Vec<ToolDeclaration>,
}

fn prepare(
    model: &str,
    tools: Tools,
    system: &str,
    messages: Vec<Message>,
) -> Result<Prepared, serde_json::Error> {
    let thinking = profile_of(model).thinking;
    let body = Body {
        model,
        max_tokens: MAX_TOKENS,
        stream: true,
        thinking: match thinking {
            // By default newer models hide their thinking, and the person would watch silence.
            Thinking::Adaptive => Some(ThinkingParameter::Adaptive { display: "summarized" }),
            Thinking::Budget => Some(ThinkingParameter::Enabled { budget_tokens: THINKING_BUDGET }),
            Thinking::Unsaid => None,
        },
        tools: tools.declarations,
        system: [SystemBlock { text: system, cache_control: CacheControl::EPHEMERAL }],
        messages,
    };
    let interleaved = (thinking == Thinking::Budget).then_some(INTERLEAVED_THINKING);
    let betas: Vec<&str> = tools.dialect.and_then(Dialect::beta).into_iter().chain(interleaved).collect();
    Ok(Prepared {
        body: serde_json::to_vec(&body)?,
        betas: (!betas.is_empty()).then(|| betas.join(",")),
        dialect: tools.dialect,
    })
}
