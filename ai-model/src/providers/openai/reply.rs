//! Assembles a turn from the events of its stream.

use std::collections::BTreeMap;

use protocol::transcript::{AssistantBlock, AssistantTurn, TokenUsage, TurnCost};
use serde_json::Value;
use serde_json::value::RawValue;

use super::events::{Event, Item, Response, SafetyCheck, WireError, WireUsage};
use super::failure::from_event;
use super::misalignment::Invitation;
use super::{PROVIDER, actions, withheld};
use crate::images::ScreenScale;
use crate::providers::http::failure::{Failure, Remedy};
use crate::providers::http::receive::IncomingTurn;
use crate::providers::shared::stop_reason::stop_reason;
use crate::providers::{ModelError, TurnEvent};
use crate::tools::{invalid, read_call};
use crate::transcript::vendor_calls::calls_for;

/// A turn that is being received.
#[derive(Debug)]
pub(super) struct Reply {
    model: String,
    scale: ScreenScale,
    /// The finished items, verbatim, by their index.
    items: BTreeMap<u64, Box<RawValue>>,
    end: Option<End>,
    usage: TokenUsage,
    has_text: bool,
    thought: bool,
}

/// How a response ended.
#[derive(Debug)]
enum End {
    Completed,
    Incomplete {
        reason: String,
    },
    /// The vendor has stopped it, but a person may let the model go on.
    Misaligned(Invitation),
}

/// The stop reason of a turn that the vendor has ended at a safe place: the model goes on when it is asked again.
const PAUSED: &str = "pause_turn";

/// Whether the vendor has ended a turn at a safe place, for this reason.
fn is_pause(reason: &str) -> bool {
    matches!(reason, "max_messages" | "steered")
}

impl Reply {
    /// An empty turn of a model whose screenshots have this scale.
    pub(super) fn new(model: &str, scale: ScreenScale) -> Self {
        Self {
            model: model.to_owned(),
            scale,
            items: BTreeMap::new(),
            end: None,
            usage: TokenUsage::default(),
            has_text: false,
            thought: false,
        }
    }

    /// Opens an item. The texts of a turn are shown as one; a blank line separates them.
    fn open(&mut self, item: Option<&RawValue>) -> Option<TurnEvent> {
        let is_message =
            item.is_some_and(|item| matches!(serde_json::from_str(item.get()), Ok(Item::Message { .. })));
        (is_message && std::mem::replace(&mut self.has_text, true))
            .then(|| TurnEvent::TextDelta("\n\n".to_owned()))
    }

    fn count(&mut self, usage: Option<WireUsage>) {
        if let Some(usage) = usage {
            let details = usage.input_tokens_details.unwrap_or_default();
            let cached = details.cached_tokens + details.cache_write_tokens;
            self.usage = TokenUsage {
                input_tokens: usage.input_tokens.saturating_sub(cached),
                cache_read_tokens: details.cached_tokens,
                cache_write_tokens: details.cache_write_tokens,
                output_tokens: usage.output_tokens,
            };
        }
    }

    fn end(&mut self, end: End, usage: Option<WireUsage>) {
        self.count(usage);
        self.end = Some(end);
    }

    /// The vendor has ended the turn with an error.
    fn fail(&mut self, error: Option<WireError>, usage: Option<WireUsage>) -> Result<(), Failure> {
        match error.as_ref().and_then(Invitation::of) {
            Some(invitation) => {
                self.end(End::Misaligned(invitation), usage);
                Ok(())
            }
            None => {
                self.count(usage);
                Err(from_event(error))
            }
        }
    }

    /// The turn that asks a person whether the model may go on. What the vendor has stopped is left out.
    fn asking(self, invitation: &Invitation) -> Result<AssistantTurn, Failure> {
        let broken = |_| Failure::broken_stream();
        Ok(AssistantTurn {
            provider: PROVIDER.to_owned(),
            model: self.model,
            raw: serde_json::to_string(&[invitation.item().map_err(broken)?]).map_err(broken)?,
            content: vec![invitation.call()],
            stop_reason: stop_reason(false, true),
            usage: self.usage,
            cost: TurnCost::default(),
            connection: None,
        })
    }
}

impl IncomingTurn for Reply {
    fn accept(&mut self, data: &str) -> Result<Vec<TurnEvent>, Failure> {
        let event: Event = serde_json::from_str(data).map_err(|_| Failure::broken_stream())?;
        let text = event.delta.as_ref().and_then(Value::as_str).map(str::to_owned);
        if let Some(response) = event.response.as_ref().filter(|_| is_last(&event.r#type)) {
            withheld::log(response);
        }
        let delta = match event.r#type.as_str() {
            "response.output_item.added" => self.open(event.item.as_deref()),
            "response.output_item.done" => {
                let item = event.item.ok_or_else(Failure::broken_stream)?;
                self.items.insert(event.output_index, item);
                None
            }
            "response.output_text.delta" => text.map(TurnEvent::TextDelta),
            "response.reasoning_summary_part.added" => std::mem::replace(&mut self.thought, true)
                .then(|| TurnEvent::ThinkingDelta("\n\n".to_owned())),
            "response.reasoning_summary_text.delta" => {
                self.thought = true;
                text.map(TurnEvent::ThinkingDelta)
            }
            "response.completed" => {
                self.end(End::Completed, event.response.and_then(|response| response.usage));
                None
            }
            "response.incomplete" => {
                let details =
                    event.response.as_ref().and_then(|response| response.incomplete_details.as_ref());
                let reason = details.and_then(|details| details.reason.clone()).unwrap_or_default();
                self.end(End::Incomplete { reason }, event.response.and_then(|response| response.usage));
                None
            }
            "response.failed" => {
                let (error, usage) =
                    event.response.map(|response| (response.error, response.usage)).unwrap_or_default();
                self.fail(error, usage)?;
                None
            }
            "error" => {
                let flat = WireError { code: event.code, message: event.message, misalignment: None };
                self.fail(Some(event.error.unwrap_or(flat)), None)?;
                None
            }
            _ => None,
        };
        Ok(delta.into_iter().collect())
    }

    fn accept_whole(&mut self, json: &str) -> Result<Option<Vec<TurnEvent>>, Failure> {
        let response: Response = serde_json::from_str(json).map_err(|_| Failure::broken_stream())?;
        withheld::log(&response);
        if response.error.is_some() {
            self.fail(response.error, response.usage)?;
            return Ok(Some(Vec::new()));
        }
        let Some(items) = response.output else { return Ok(None) };
        let mut events = Vec::new();
        for (index, item) in (0..).zip(items) {
            if let Ok(Item::Message { content }) = serde_json::from_str(item.get()) {
                events.extend(self.open(Some(&item)));
                events.extend(content.into_iter().filter_map(|part| part.text).map(TurnEvent::TextDelta));
            }
            self.items.insert(index, item);
        }
        let reason = response.incomplete_details.and_then(|details| details.reason);
        let end = match response.status.as_deref() {
            Some("incomplete") => End::Incomplete { reason: reason.unwrap_or_default() },
            _ => End::Completed,
        };
        self.end(end, response.usage);
        Ok(Some(events))
    }

    fn is_complete(&self) -> bool {
        self.end.is_some()
    }

    fn usage(&self) -> TokenUsage {
        self.usage
    }

    fn into_turn(mut self) -> Result<AssistantTurn, Failure> {
        if let Some(End::Misaligned(invitation)) = self.end.take_if(|end| matches!(end, End::Misaligned(_))) {
            return self.asking(&invitation);
        }
        let read = |raw: &RawValue| serde_json::from_str(raw.get()).unwrap_or(Item::Unknown);
        let mut items: Vec<(Box<RawValue>, Item)> = self
            .items
            .into_values()
            .map(|raw| {
                let item = read(&raw);
                (raw, item)
            })
            .collect();
        let cut_off = match &self.end {
            Some(End::Incomplete { reason }) if reason == "content_filter" => {
                return Err(Failure::new(ModelError::Refusal { explanation: None }, Remedy::None));
            }
            Some(End::Incomplete { reason }) => !is_pause(reason),
            _ => false,
        };
        let paused = matches!(&self.end, Some(End::Incomplete { .. })) && !cut_off;
        if cut_off || paused {
            // At a safe place only what is known to be unfinished is.
            drop_unfinished(&mut items, |status| status.map_or(paused, |status| status == "completed"));
        }
        let mut content = Vec::new();
        for (_, item) in &items {
            content.extend(neutral(item, self.scale).map_err(|error| Failure::new(error, Remedy::None))?);
        }
        let has_calls = content.iter().any(|block| matches!(block, AssistantBlock::ToolCall(_)));
        let raw: Vec<Box<RawValue>> = items.into_iter().map(|(raw, _)| raw).collect();
        let broken = |_| Failure::broken_stream();
        Ok(AssistantTurn {
            provider: PROVIDER.to_owned(),
            model: self.model,
            raw: serde_json::to_string(&raw).map_err(broken)?,
            content,
            stop_reason: if paused && !has_calls {
                PAUSED.to_owned()
            } else {
                stop_reason(cut_off, has_calls)
            },
            usage: self.usage,
            cost: TurnCost::default(),
            connection: None,
        })
    }
}

/// Whether an event of this type is the last one of a stream.
fn is_last(kind: &str) -> bool {
    matches!(kind, "response.completed" | "response.incomplete" | "response.failed")
}

/// A call may be incomplete when the model ran out of tokens: it is never executed. The vendor rejects reasoning that
/// nothing follows.
fn drop_unfinished(items: &mut Vec<(Box<RawValue>, Item)>, is_whole: impl Fn(Option<&str>) -> bool) {
    items.retain(|(_, item)| match item {
        Item::FunctionCall { status, .. } | Item::ComputerCall { status, .. } => is_whole(status.as_deref()),
        _ => true,
    });
    while let Some((_, Item::Reasoning { .. })) = items.last() {
        items.pop();
    }
}

/// An item in our types; nothing for what only the vendor understands.
fn neutral(item: &Item, scale: ScreenScale) -> Result<Vec<AssistantBlock>, ModelError> {
    let calls = |id: &str, tools, confirmation: Option<String>| {
        calls_for(id, tools, confirmation.as_deref()).into_iter().map(AssistantBlock::ToolCall).collect()
    };
    Ok(match item {
        Item::Message { content } => {
            let text: String = content.iter().filter_map(|part| part.text.as_deref()).collect();
            let refusal = content.iter().find_map(|part| part.refusal.clone());
            if let (true, Some(explanation)) = (text.is_empty(), refusal) {
                return Err(ModelError::Refusal { explanation: Some(explanation) });
            }
            vec![AssistantBlock::Text { text }]
        }
        Item::Reasoning { summary } => {
            let texts: Vec<&str> = summary.iter().filter_map(|part| part.text.as_deref()).collect();
            vec![AssistantBlock::Thinking { text: texts.join("\n\n") }]
        }
        Item::FunctionCall { call_id, name, arguments, .. } => {
            let arguments = if arguments.trim().is_empty() { "{}" } else { arguments };
            let tool = match serde_json::from_str(arguments) {
                Ok(arguments) => {
                    read_call(name, &arguments).unwrap_or_else(|| invalid(name, "There is no such function."))
                }
                Err(_) => invalid(name, "The arguments were no valid JSON."),
            };
            calls(call_id, vec![tool], None)
        }
        Item::ComputerCall { call_id, action, actions, pending_safety_checks, .. } => {
            let several = actions.as_deref().filter(|actions| !actions.is_empty());
            let actions =
                several.map(<[Value]>::to_vec).or_else(|| action.clone().map(|action| vec![action]));
            let tools: Vec<_> = actions
                .unwrap_or_default()
                .iter()
                .flat_map(|action| actions::decode(action, scale))
                .collect();
            let none = || vec![invalid("computer", "The call holds no action.")];
            let tools = if tools.is_empty() { none() } else { tools };
            calls(call_id, tools, confirmation(pending_safety_checks))
        }
        Item::Unknown => Vec::new(),
    })
}

/// Why the vendor requires confirmation, if it does.
fn confirmation(checks: &[SafetyCheck]) -> Option<String> {
    let reason = |check: &SafetyCheck| {
        let text = check.message.clone().or_else(|| check.code.clone());
        text.filter(|text| !text.trim().is_empty())
    };
    let reasons: Vec<String> = checks.iter().filter_map(reason).collect();
    (!checks.is_empty()).then(|| reasons.join(" "))
}
