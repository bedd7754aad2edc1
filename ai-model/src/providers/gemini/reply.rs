//! Assembles a turn from the chunks of its stream.

use protocol::action::Size;
use protocol::transcript::{AssistantBlock, AssistantTurn, TokenUsage, Tool, TurnCost};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::VENDOR;
use super::continuation::{Beginning, Progress};
use super::failure::{from_chunk, permanent, refused};
use super::{PROVIDER, actions};
use crate::providers::http::failure::{Failure, Remedy};
use crate::providers::http::receive::IncomingTurn;
use crate::providers::shared::stop_reason::stop_reason;
use crate::providers::{ModelError, TurnEvent};
use crate::tools::{invalid, read_call};
use crate::transcript::vendor_calls::{calls_for, new_id};

/// A turn that is being received.
#[derive(Debug)]
pub(super) struct Reply {
    model: String,
    screen: Size,
    progress: Progress,
    /// What earlier requests have got of it.
    beginning: Beginning,
    /// All parts, verbatim.
    parts: Vec<Box<RawValue>>,
    /// The finish reason, once it has arrived.
    finish: Option<String>,
    /// What a further request has to name, if the turn is to be continued.
    token: Option<String>,
    /// The tokens of all requests for the turn.
    usage: TokenUsage,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chunk {
    #[serde(default)]
    candidates: Vec<Candidate>,
    #[serde(default)]
    prompt_feedback: Option<PromptFeedback>,
    #[serde(default)]
    usage_metadata: Option<UsageMetadata>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    #[serde(default)]
    content: Option<Content>,
    #[serde(default)]
    finish_reason: Option<String>,
    #[serde(default)]
    continuation_token: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PromptFeedback {
    #[serde(default)]
    block_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UsageMetadata {
    #[serde(default)]
    prompt_token_count: u64,
    #[serde(default)]
    cached_content_token_count: u64,
    #[serde(default)]
    candidates_token_count: u64,
    #[serde(default)]
    thoughts_token_count: u64,
    #[serde(default)]
    tool_use_prompt_token_count: u64,
}

/// A part, as far as we read it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    thought: bool,
    #[serde(default)]
    function_call: Option<FunctionCall>,
}

#[derive(Deserialize)]
struct FunctionCall {
    name: String,
    #[serde(default)]
    args: Value,
    #[serde(default)]
    id: Option<String>,
}

/// The vendor's safety decision on a call.
#[derive(Deserialize)]
struct SafetyDecision {
    #[serde(default)]
    decision: String,
    #[serde(default)]
    explanation: String,
}

impl Reply {
    /// A turn of a model that uses this screen, as far as earlier requests have got.
    pub(super) fn new(model: &str, screen: Size, progress: Progress) -> Self {
        let beginning = progress.get();
        Self {
            model: model.to_owned(),
            screen,
            progress,
            parts: beginning.parts.clone(),
            finish: None,
            token: None,
            usage: beginning.usage,
            beginning,
        }
    }

    /// Counts the tokens of this request so far, besides those of earlier ones.
    fn count(&mut self, usage: &UsageMetadata) {
        let cached = usage.cached_content_token_count;
        let earlier = self.beginning.usage;
        let input = usage.prompt_token_count.saturating_sub(cached) + usage.tool_use_prompt_token_count;
        self.usage = TokenUsage {
            input_tokens: earlier.input_tokens + input,
            cache_read_tokens: earlier.cache_read_tokens + cached,
            cache_write_tokens: 0,
            output_tokens: earlier.output_tokens + usage.candidates_token_count + usage.thoughts_token_count,
        };
    }

    /// Prepares a further request for the rest of the turn, if there may be one.
    fn goes_on(&mut self) -> bool {
        let Some(token) = self.token.take() else { return false };
        match self.beginning.followed_by(token, self.parts.clone(), self.usage) {
            Some(beginning) => {
                self.progress.set(beginning);
                true
            }
            None => false,
        }
    }
}

impl IncomingTurn for Reply {
    fn accept(&mut self, data: &str) -> Result<Vec<TurnEvent>, Failure> {
        let chunk: Chunk = serde_json::from_str(data).map_err(|_| Failure::broken_stream())?;
        if let Some(usage) = chunk.usage_metadata {
            self.count(&usage);
        }
        if let Some(error) = chunk.error {
            return Err(from_chunk(&error, &self.model));
        }
        if let Some(reason) = chunk.prompt_feedback.and_then(|feedback| feedback.block_reason) {
            return Err(refused(&reason));
        }
        let mut events = Vec::new();
        let Some(candidate) = chunk.candidates.into_iter().next() else { return Ok(events) };
        for raw in candidate.content.map(|content| content.parts).unwrap_or_default() {
            let part: Part = serde_json::from_str(raw.get()).map_err(|_| Failure::broken_stream())?;
            if let Some(text) = part.text.filter(|text| !text.is_empty()) {
                events.push(if part.thought {
                    TurnEvent::ThinkingDelta(text)
                } else {
                    TurnEvent::TextDelta(text)
                });
            }
            self.parts.push(raw);
        }
        // A reason before further content is none, and neither is an empty one.
        let earlier = self.finish.take().filter(|_| events.is_empty());
        self.finish = candidate.finish_reason.filter(|reason| !reason.is_empty()).or(earlier);
        self.token = candidate.continuation_token.filter(|token| !token.is_empty()).or(self.token.take());
        Ok(events)
    }

    fn accept_whole(&mut self, json: &str) -> Result<Option<Vec<TurnEvent>>, Failure> {
        // Without `alt=sse` the chunks of a stream are the items of a list.
        let chunks: Vec<Box<RawValue>> = match serde_json::from_str(json) {
            Ok(chunks) => chunks,
            Err(_) => vec![serde_json::from_str(json).map_err(|_| Failure::broken_stream())?],
        };
        let known = ["candidates", "promptFeedback", "error"];
        let mut events = None;
        for chunk in chunks {
            let fields: Value = serde_json::from_str(chunk.get()).unwrap_or_default();
            if known.iter().any(|field| fields.get(field).is_some()) {
                events.get_or_insert_with(Vec::new).extend(self.accept(chunk.get())?);
            }
        }
        Ok(events)
    }

    /// The vendor sends no end marker: token counts may follow the last text.
    fn is_complete(&self) -> bool {
        false
    }

    fn may_end(&self) -> bool {
        self.finish.is_some()
    }

    fn usage(&self) -> TokenUsage {
        self.usage
    }

    fn into_turn(mut self) -> Result<AssistantTurn, Failure> {
        let finish = self.finish.take().unwrap_or_default();
        let cut_off = match finish.as_str() {
            "STOP" | "FINISH_REASON_UNSPECIFIED" => false,
            "CONTINUATION" if self.goes_on() => {
                return Err(Failure::new(ModelError::AnswerBroken, Remedy::Immediately));
            }
            "MAX_TOKENS" | "CONTINUATION" => true,
            // The model wrote an invalid call; another attempt may succeed.
            "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" | "MALFORMED_RESPONSE" | "OTHER" => {
                return Err(Failure::broken_stream());
            }
            "TOO_MANY_TOOL_CALLS" | "MISSING_THOUGHT_SIGNATURE" => {
                return Err(permanent(ModelError::RequestRejected { vendor: &VENDOR, message: finish }));
            }
            reason => return Err(refused(reason)),
        };
        let mut content = Vec::new();
        for raw in &self.parts {
            let part: Part = serde_json::from_str(raw.get()).map_err(|_| Failure::broken_stream())?;
            add(&mut content, part, self.screen).map_err(permanent)?;
        }
        let has_calls = content.iter().any(|block| matches!(block, AssistantBlock::ToolCall(_)));
        Ok(AssistantTurn {
            provider: PROVIDER.to_owned(),
            model: self.model,
            raw: serde_json::to_string(&self.parts).map_err(|_| Failure::broken_stream())?,
            content,
            stop_reason: stop_reason(cut_off, has_calls),
            usage: self.usage,
            cost: TurnCost::default(),
            connection: None,
        })
    }
}

/// Adds a part in our types. Consecutive texts become one block.
fn add(content: &mut Vec<AssistantBlock>, part: Part, screen: Size) -> Result<(), ModelError> {
    if let Some(call) = part.function_call {
        let confirmation = confirmation(&call.args)?;
        let tools = decode(&call, screen);
        let id = call.id.filter(|id| !id.is_empty()).unwrap_or_else(new_id);
        content
            .extend(calls_for(&id, tools, confirmation.as_deref()).into_iter().map(AssistantBlock::ToolCall));
        return Ok(());
    }
    let Some(more) = part.text.filter(|text| !text.is_empty()) else { return Ok(()) };
    match (content.last_mut(), part.thought) {
        (Some(AssistantBlock::Text { text }), false) | (Some(AssistantBlock::Thinking { text }), true) => {
            text.push_str(&more);
        }
        (_, true) => content.push(AssistantBlock::Thinking { text: more }),
        (_, false) => content.push(AssistantBlock::Text { text: more }),
    }
    Ok(())
}

fn decode(call: &FunctionCall, screen: Size) -> Vec<Tool> {
    let known = read_call(&call.name, &call.args).map(|tool| vec![tool]);
    let known = known.or_else(|| actions::decode(&call.name, &call.args, screen));
    known.unwrap_or_else(|| vec![invalid(&call.name, "There is no such function.")])
}

/// Why the vendor requires confirmation, if it does. An error when the vendor blocks the call.
fn confirmation(arguments: &Value) -> Result<Option<String>, ModelError> {
    let decision = arguments.get("safety_decision").cloned();
    let Some(SafetyDecision { decision, explanation }) =
        decision.and_then(|decision| serde_json::from_value(decision).ok())
    else {
        return Ok(None);
    };
    match decision.to_ascii_lowercase().as_str() {
        "" | "regular" | "allowed" => Ok(None),
        "block" | "blocked" => Err(ModelError::Refusal { explanation: Some(explanation) }),
        _ => Ok(Some(explanation)),
    }
}
