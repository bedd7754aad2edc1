//! What the vendor tells of the tokens that it bills: the input when it begins to answer, the output at the end. The numbers of a
//! message leave out the summary that was made before it; `iterations` has both.

use serde_json::{Value, json};

use super::cache::InputUsage;
use crate::fakes::recorded::RequestSummary;
use crate::fakes::script::ScriptedTurn;

/// The output tokens of a turn, without its summary.
pub(super) fn output_tokens(turn: &ScriptedTurn, blocks: &[Value]) -> u64 {
    let written = blocks.iter().filter(|block| block["type"] != "compaction");
    turn.output_tokens.unwrap_or_else(|| tokens_of(written))
}

/// What the model reads after a summary was made: the `fixed` tokens of tools and system prompt, and the summary.
pub(super) fn after_summary(fixed: u64, blocks: &[Value]) -> InputUsage {
    InputUsage { input_tokens: fixed + tokens_of(summaries(blocks)), ..InputUsage::default() }
}

/// The usage in `message_start`.
pub(super) fn at_the_start(summary: &RequestSummary) -> Value {
    with_output(summary.after_summary.unwrap_or(summary.usage), 1)
}

/// The usage in `message_delta`.
pub(super) fn at_the_end(request: &Value, summary: &RequestSummary, output: u64, blocks: &[Value]) -> Value {
    let mut usage = json!({ "output_tokens": output });
    let edits = request["context_management"]["edits"].as_array();
    if edits.into_iter().flatten().any(|edit| edit["type"] == "compact_20260112") {
        let mut iterations = Vec::new();
        if summary.after_summary.is_some() {
            iterations.push(iteration("compaction", summary.usage, tokens_of(summaries(blocks))));
        }
        iterations.push(iteration("message", summary.after_summary.unwrap_or(summary.usage), output));
        usage["iterations"] = iterations.into();
    }
    usage
}

fn iteration(kind: &str, input: InputUsage, output: u64) -> Value {
    let mut iteration = with_output(input, output);
    iteration["type"] = kind.into();
    iteration
}

fn with_output(input: InputUsage, output: u64) -> Value {
    let mut usage = json!(input);
    usage["output_tokens"] = output.into();
    usage
}

fn summaries(blocks: &[Value]) -> impl Iterator<Item = &Value> {
    blocks.iter().filter(|block| block["type"] == "compaction")
}

fn tokens_of<'a>(blocks: impl Iterator<Item = &'a Value>) -> u64 {
    let length: usize = blocks.map(|block| block.to_string().len()).sum();
    length.div_ceil(4) as u64
}
