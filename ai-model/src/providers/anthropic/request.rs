//! The body and the headers of a request.

use protocol::models::Effort;
use serde::Serialize;

use super::blocks::{CacheControl, UserBlock};
use super::body::RequestBody;
use super::compaction::{self, Plan, Summarize};
use super::context::{self, ContextManagement};
use super::dialect::{Dialect, ToolDeclaration, declarations};
use super::messages::{Form, Message, messages};
use super::models::{ContextStrategy, ModelProfile, Thinking, profile_of};
use super::settings::{Compaction, Fallbacks};
use super::system_prompt;
use crate::chat::{ChatMessage, ChatRole};
use crate::images::ScreenScale;
use crate::providers::shared::attachments::Attachments;
use crate::providers::shared::{effort, instructions};
use crate::transcript::Conversation;

/// The most output tokens of one turn. Only tokens that are used are paid for.
const MAX_TOKENS: u32 = 32_000;
/// The thinking budget of older models, in tokens.
const THINKING_BUDGET: u32 = 4_096;
/// Has the vendor ask other models when one refuses.
const FALLBACK_BETA: &str = "server-side-fallback-2026-07-01";
/// Lets older models think between calls.
const INTERLEAVED_THINKING: &str = "interleaved-thinking-2025-05-14";

/// A request that can be sent repeatedly.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    pub(super) body: RequestBody,
    /// The value of `anthropic-beta`.
    pub(super) betas: Option<String>,
    /// The dialect of its tools, if it has any.
    pub(super) dialect: Option<Dialect>,
    /// Whether it asks for a summary, or sends one back that was asked for.
    pub(super) uses_compaction: bool,
    /// The SHA-256 of the documents that are sent whole.
    pub(super) documents: Vec<String>,
}

/// What a request asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen<'a> {
    /// The vendor's id of the model.
    pub(super) model: &'a str,
    /// How much it thinks; `None`: as much as it does by itself.
    pub(super) effort: Option<Effort>,
    /// What answers in its place if it refuses.
    pub(super) fallbacks: Option<&'a Fallbacks>,
    /// Asks why the cache was missed.
    pub(super) diagnostics: Option<Diagnostics<'a>>,
    /// Who decides when a long conversation is replaced by a summary.
    pub(super) compaction: Compaction,
    /// The version in the body, where the path names the model.
    pub(super) body_version: Option<&'static str>,
}

/// Asks why the cache of an earlier request was missed.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Diagnostics<'a> {
    /// The message before; `None` for the first one.
    pub(super) previous_message_id: Option<&'a str>,
}

/// The fields before the messages.
#[derive(Debug, Serialize)]
struct Head<'a> {
    /// Absent where the path names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
    /// In place of the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    anthropic_version: Option<&'static str>,
    max_tokens: u32,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<ThinkingParameter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_config: Option<OutputConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fallbacks: Option<&'a Fallbacks>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diagnostics: Option<Diagnostics<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context_management: Option<ContextManagement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compaction: Option<Summarize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<ToolDeclaration>,
    system: [SystemBlock<'a>; 1],
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ThinkingParameter {
    Adaptive {
        display: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        block_binding: Option<BlockBinding>,
    },
    Enabled {
        budget_tokens: u32,
    },
}

#[derive(Debug, Serialize)]
struct OutputConfig {
    effort: Effort,
}

/// What happens to thinking whose prefix has changed.
#[derive(Debug, Serialize)]
struct BlockBinding {
    prefix_mismatch_behavior: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "text")]
struct SystemBlock<'a> {
    text: &'a str,
    cache_control: CacheControl,
}

/// A request for the next turn of a run. `refused` says whether the server has refused a document, by its SHA-256.
pub(super) fn for_run(
    chosen: Chosen<'_>,
    dialect: Dialect,
    scale: ScreenScale,
    conversation: &Conversation,
    refused: impl Fn(&str) -> bool,
) -> Result<Prepared, serde_json::Error> {
    let model = chosen.model;
    let profile = profile_of(model);
    let is_bound = profile.context == ContextStrategy::ServerSide;
    let plan = match is_bound {
        true => Plan::new(conversation, model, &profile, chosen.compaction),
        false => Plan::Automatic { latest: None },
    };
    let rules = context::attachment_rules(&profile);
    let attachments = Attachments::new(conversation, rules, plan.in_view_from(), |sha256| refused(sha256));
    let form = Form {
        model,
        dialect,
        editor: profile.editor,
        scale,
        trimmed: context::trimmed(conversation, &profile, plan),
        sent_from: plan.sent_from(),
        attachments,
    };
    let leaves_out = match plan {
        Plan::Automatic { .. } => form.trimmed.changes_prefix(),
        Plan::OnDemand { .. } => form.trimmed.changes_prefix_in_view(),
    };
    let drops_thinking = is_bound && (leaves_out || form.attachments.changes_prefix());
    let trims = is_bound.then_some(context::SERVER_SIDE_BETAS).into_iter().flatten();
    let head = Head {
        thinking: thinking(&profile, drops_thinking),
        context_management: context::management(&profile, plan),
        compaction: plan.asks().then_some(Summarize {}),
        tools: declarations(dialect, profile.editor, scale),
        ..head(chosen, &profile, system_prompt::DESKTOP)
    };
    let betas = dialect.beta().into_iter().chain(interleaved(&profile)).chain(trims);
    let betas = betas.chain(drops_thinking.then_some(context::BINDING_BETA));
    let betas = betas.chain(plan.needs_beta().then_some(compaction::BETA));
    Ok(Prepared {
        body: RequestBody::new(&head, &messages(conversation, &form))?,
        betas: header(betas.chain(falling_back(chosen))),
        dialect: Some(dialect),
        uses_compaction: plan.needs_beta(),
        documents: form.attachments.whole_documents(),
    })
}

/// A request for an answer in a plain chat. System messages become the system prompt.
pub(super) fn for_chat(chosen: Chosen<'_>, chat: &[ChatMessage]) -> Result<Prepared, serde_json::Error> {
    let system = instructions::chat(chat);
    let profile = profile_of(chosen.model);
    let head = head(chosen, &profile, &system);
    let betas = header(interleaved(&profile).into_iter().chain(falling_back(chosen)));
    Ok(Prepared {
        body: RequestBody::new(&head, &chat_messages(chat)?)?,
        betas,
        dialect: None,
        uses_compaction: false,
        documents: Vec::new(),
    })
}

/// Merges consecutive messages of the same role.
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

fn head<'a>(chosen: Chosen<'a>, profile: &ModelProfile, system: &'a str) -> Head<'a> {
    Head {
        model: chosen.body_version.is_none().then_some(chosen.model),
        anthropic_version: chosen.body_version,
        max_tokens: MAX_TOKENS.min(profile.max_output),
        stream: true,
        thinking: thinking(profile, false),
        output_config: effort::requested(chosen.effort, profile.efforts)
            .map(|effort| OutputConfig { effort }),
        fallbacks: chosen.fallbacks,
        diagnostics: chosen.diagnostics,
        context_management: None,
        compaction: None,
        tools: Vec::new(),
        system: [SystemBlock { text: system, cache_control: CacheControl::EPHEMERAL }],
    }
}

fn thinking(profile: &ModelProfile, drops_thinking: bool) -> Option<ThinkingParameter> {
    match profile.thinking {
        // Newer models hide their thinking by default, and the person would see nothing happen.
        Thinking::Adaptive => Some(ThinkingParameter::Adaptive {
            display: "summarized",
            block_binding: drops_thinking.then_some(BlockBinding { prefix_mismatch_behavior: "drop_block" }),
        }),
        Thinking::Budget => Some(ThinkingParameter::Enabled { budget_tokens: THINKING_BUDGET }),
        Thinking::Omitted => None,
    }
}

fn interleaved(profile: &ModelProfile) -> Option<&'static str> {
    (profile.thinking == Thinking::Budget).then_some(INTERLEAVED_THINKING)
}

fn falling_back(chosen: Chosen<'_>) -> Option<&'static str> {
    chosen.fallbacks.map(|_| FALLBACK_BETA)
}

/// The value of a header with these betas.
fn header<'a>(betas: impl Iterator<Item = &'a str>) -> Option<String> {
    let betas: Vec<&str> = betas.collect();
    (!betas.is_empty()).then(|| betas.join(","))
}
