//! The context of a request: its blocks in order, after the vendor's trimming. Four bytes of text count as a token;
//! images and tools count as documented.

use serde_json::{Value, json};

use super::digest::Chain;
use super::images::Images;
use crate::fakes::reading::list;

/// Tokens of the placeholder for a cleared result.
const CLEARED_TOKENS: u64 = 10;

/// A part of the prompt.
#[derive(Debug)]
pub(super) struct Unit {
    /// The digest of the prompt up to and including this part.
    pub(super) chain: Chain,
    pub(super) tokens: u64,
    /// Whether the part ends with a cache breakpoint.
    pub(super) marked: bool,
}

/// The prompt as the model sees it.
#[derive(Debug)]
pub(super) struct View {
    /// Tools, system prompt and messages, in this order.
    pub(super) units: Vec<Unit>,
    /// The edits that were applied, as the response reports them.
    pub(super) applied_edits: Vec<Value>,
    /// Whether the response begins with a summary.
    pub(super) compacts: bool,
    /// The tokens of tools and system prompt.
    pub(super) fixed_tokens: u64,
}

/// A block of a message, before its position in the prompt is known.
struct Part<'a> {
    block: &'a Value,
    tokens: u64,
    /// Whether it is the result of a call, which may be cleared.
    is_result: bool,
    cleared: bool,
    /// Whether this is the last block of an earlier request.
    ends_request: bool,
}

impl View {
    /// The context that results from a request.
    pub(super) fn of(request: &Value, images: &Images) -> Self {
        let mut parts = parts(request, images);
        let fixed_tokens: u64 = fixed(request).map(|(_, tokens)| tokens).sum();
        let applied_edits = clear_results(request, fixed_tokens, &mut parts);
        let mut chain = Chain::default().with(&request["model"]).with(&request["thinking"]["type"]);
        let mut units = Vec::new();
        for (block, tokens) in fixed(request) {
            chain = chain.with(block);
            units.push(Unit { chain, tokens, marked: block.get("cache_control").is_some() });
        }
        for part in &parts {
            chain = if part.cleared { chain.with_word("cleared") } else { chain.with(part.block) };
            let tokens = if part.cleared { CLEARED_TOKENS } else { part.tokens };
            units.push(Unit { chain, tokens, marked: part.block.get("cache_control").is_some() });
        }
        if let (true, Some(last)) = (request.get("cache_control").is_some(), units.last_mut()) {
            last.marked = true;
        }
        let total: u64 = units.iter().map(|unit| unit.tokens).sum();
        let compacts = edit(request, "compact_20260112")
            .is_some_and(|edit| total > edit["trigger"]["value"].as_u64().unwrap_or(150_000));
        Self { units, applied_edits, compacts, fixed_tokens }
    }
}

fn edit<'a>(request: &'a Value, kind: &str) -> Option<&'a Value> {
    list(&request["context_management"], "edits").iter().find(|edit| edit["type"] == kind)
}

/// What precedes the messages, with its number of tokens.
fn fixed(request: &Value) -> impl Iterator<Item = (&Value, u64)> {
    let tools = list(request, "tools").iter().map(|tool| (tool, tool_tokens(tool)));
    tools.chain(list(request, "system").iter().map(|block| (block, text_tokens(block))))
}

fn tool_tokens(tool: &Value) -> u64 {
    match tool["type"].as_str().unwrap_or_default() {
        kind if kind.starts_with("computer_toolset_") => 4520,
        kind if kind.starts_with("computer_") => 735 + 480,
        kind if kind.starts_with("bash_") => 245,
        kind if kind.starts_with("text_editor_") => 700,
        _ => text_tokens(tool),
    }
}

fn text_tokens(value: &Value) -> u64 {
    text_bytes(value).div_ceil(4) as u64
}

/// The length of a value's text, without cache breakpoints.
fn text_bytes(value: &Value) -> usize {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(key, _)| *key != "cache_control")
            .map(|(key, value)| key.len() + text_bytes(value))
            .sum(),
        Value::Array(items) => items.iter().map(text_bytes).sum(),
        Value::String(text) => text.len(),
        other => other.to_string().len(),
    }
}

/// The blocks of the messages from the last summary on: the vendor drops everything before it.
fn parts<'a>(request: &'a Value, images: &Images) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    for message in list(request, "messages") {
        for block in list(message, "content") {
            if block["type"] == "compaction" && block["content"].is_string() {
                parts.clear();
            }
            let is_result = block["type"] == "tool_result";
            let tokens = if is_result { result_tokens(block, images) } else { text_tokens(block) };
            parts.push(Part { block, tokens, is_result, cleared: false, ends_request: false });
        }
        if let (true, Some(last)) = (message["role"] == "user", parts.last_mut()) {
            last.ends_request = true;
        }
    }
    parts
}

fn result_tokens(result: &Value, images: &Images) -> u64 {
    let part_tokens = |part: &Value| match part["type"].as_str() {
        Some("image") => images.tokens(part),
        _ => text_tokens(part),
    };
    10 + list(result, "content").iter().map(part_tokens).sum::<u64>()
}

/// Clears old results in the steps in which the requests so far caused it, so that consecutive requests share a prefix.
/// The vendor documents the trigger and that later requests reuse the cleared prefix; clearing in steps is our
/// interpretation.
fn clear_results(request: &Value, fixed: u64, parts: &mut [Part<'_>]) -> Vec<Value> {
    let Some(edit) = edit(request, "clear_tool_uses_20250919") else { return Vec::new() };
    let trigger = edit["trigger"]["value"].as_u64().unwrap_or(100_000);
    let keep = usize::try_from(edit["keep"]["value"].as_u64().unwrap_or(3)).unwrap_or(usize::MAX);
    let at_least = edit["clear_at_least"]["value"].as_u64().unwrap_or_default();
    let (mut total, mut uses, mut tokens) = (fixed, 0, 0);
    for end in 0..parts.len() {
        total += parts[end].tokens;
        if !parts[end].ends_request || total <= trigger {
            continue;
        }
        let results: Vec<usize> = (0..=end).filter(|index| parts[*index].is_result).collect();
        let old = &results[..results.len().saturating_sub(keep)];
        let old: Vec<usize> = old.iter().copied().filter(|index| !parts[*index].cleared).collect();
        let saved: u64 = old.iter().map(|index| parts[*index].tokens.saturating_sub(CLEARED_TOKENS)).sum();
        if old.is_empty() || saved < at_least {
            continue;
        }
        uses += old.len();
        tokens += saved;
        total -= saved;
        for index in old {
            parts[index].cleared = true;
        }
    }
    if uses == 0 {
        return Vec::new();
    }
    vec![json!({
        "type": "clear_tool_uses_20250919", "cleared_tool_uses": uses, "cleared_input_tokens": tokens,
    })]
}
