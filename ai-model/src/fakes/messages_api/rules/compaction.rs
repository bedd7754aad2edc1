//! Checks requests for a summary, and those that send one back.

use serde_json::Value;

use super::{Betas, Rejection, invalid};
use crate::fakes::reading::{list, unknown_field};
use crate::fakes::script::{Script, Summaries};

/// The beta for both.
const BETA: &str = "compact-2026-09-04";
/// Begins the signature of a summary that was asked for.
pub(in crate::fakes::messages_api) const DEMANDED: &str = "demanded-summary";

/// Whether a request asks for a summary.
pub(super) fn is_asked_for(request: &Value) -> bool {
    !request["compaction"].is_null()
}

/// Whether a message begins with a summary that was asked for.
pub(super) fn begins(message: &Value, betas: &Betas<'_>) -> bool {
    betas.has(BETA) && list(message, "content").first().is_some_and(is_summary)
}

/// Whether a message is a summary, which the model continues.
pub(super) fn is_alone(message: &Value, betas: &Betas<'_>) -> bool {
    begins(message, betas) && list(message, "content").len() == 1
}

fn is_summary(block: &Value) -> bool {
    block["type"] == "compaction" && block["content"].is_string()
}

pub(super) fn check(request: &Value, betas: &Betas<'_>, script: &Script) -> Result<(), Rejection> {
    check_parameter(request, betas, script)?;
    check_place(request, betas)
}

fn check_parameter(request: &Value, betas: &Betas<'_>, script: &Script) -> Result<(), Rejection> {
    let parameter = &request["compaction"];
    if parameter.is_null() {
        return Ok(());
    }
    if !betas.has(BETA) || script.summaries == Summaries::Unknown {
        return invalid("compaction: Extra inputs are not permitted");
    }
    if let Some(field) = unknown_field(parameter, &["type", "instructions"]) {
        return invalid(format!("compaction.{field}: Extra inputs are not permitted"));
    }
    if parameter["type"] != "summarize" {
        return invalid("compaction.type: Input should be 'summarize'");
    }
    for field in ["context_management", "stop_sequences"] {
        if request.get(field).is_some() {
            return invalid(format!("compaction: cannot be combined with `{field}`"));
        }
    }
    let messages = list(request, "messages");
    if messages.last().is_some_and(|last| last["role"] == "assistant") {
        return invalid("compaction: the conversation ends on an `assistant` turn that is not finished");
    }
    Ok(())
}

fn check_place(request: &Value, betas: &Betas<'_>) -> Result<(), Rejection> {
    if !betas.has(BETA) {
        return Ok(());
    }
    let blocks = list(request, "messages").iter().flat_map(|message| list(message, "content"));
    let places: Vec<usize> =
        blocks.enumerate().filter(|(_, block)| is_summary(block)).map(|(index, _)| index).collect();
    match places[..] {
        [] => Ok(()),
        [0] if edits_summaries(request) => {
            invalid("messages: a `compaction` block can't be sent with a compaction edit")
        }
        [0] => Ok(()),
        [_] => invalid("messages: the `compaction` block is not the first block of the conversation"),
        _ => invalid("messages: more than one `compaction` block with content"),
    }
}

fn edits_summaries(request: &Value) -> bool {
    let edits = list(&request["context_management"], "edits");
    edits.iter().any(|edit| edit["type"].as_str().is_some_and(|kind| kind.starts_with("compact_")))
}
