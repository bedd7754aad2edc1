//! The spans of turns and calls. They have no prompts, no arguments and no results.

use protocol::transcript::{AssistantTurn, ToolCall, ToolResult, ToolStatus};
use traces::{Span, SpanKind, keys};

use crate::providers::{ModelError, ModelName};

/// Begins the span of a turn.
pub(super) fn begin_turn(ModelName { provider, model }: ModelName<'_>) -> Span {
    let span = Span::child(SpanKind::Client, || format!("chat {model}").into());
    span.set(keys::OPERATION, "chat");
    span.set(keys::PROVIDER, provider_name(provider));
    span.set(keys::REQUEST_MODEL, model.to_owned());
    span
}

/// Notes what came of a turn.
pub(super) fn end_turn(span: &Span, turn: Result<&AssistantTurn, &ModelError>) {
    let turn = match turn {
        Ok(turn) => turn,
        Err(error) => return span.fail(error.code()),
    };
    let usage = turn.usage;
    let input = usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens;
    span.set(keys::RESPONSE_MODEL, turn.model.clone());
    span.set(keys::FINISH_REASONS, traces::list([turn.stop_reason.clone()]));
    for (key, tokens) in [
        (keys::INPUT_TOKENS, input),
        (keys::OUTPUT_TOKENS, usage.output_tokens),
        (keys::CACHE_READ_TOKENS, usage.cache_read_tokens),
        (keys::CACHE_WRITE_TOKENS, usage.cache_write_tokens),
    ] {
        span.set(key, i64::try_from(tokens).unwrap_or(i64::MAX));
    }
}

/// Begins the span of a call.
pub(super) fn begin_call(call: &ToolCall) -> Span {
    let tool = call.tool.kind();
    let span = Span::child(SpanKind::Internal, || format!("execute_tool {tool}").into());
    span.set(keys::OPERATION, "execute_tool");
    span.set(keys::TOOL, tool);
    span.set(keys::CALL_ID, call.call_id.clone());
    span
}

/// Notes what came of a call.
pub(super) fn end_call(span: &Span, result: &ToolResult) {
    let status = status(result.status);
    span.set(keys::CALL_STATUS, status);
    if result.status != ToolStatus::Done {
        span.fail(status);
    }
}

/// The vendor's name in OpenTelemetry's conventions.
fn provider_name(provider: &'static str) -> &'static str {
    match provider {
        "gemini" => "gcp.gemini",
        other => other,
    }
}

fn status(status: ToolStatus) -> &'static str {
    match status {
        ToolStatus::Done => "done",
        ToolStatus::Failed => "failed",
        ToolStatus::NotExecuted => "not_executed",
        ToolStatus::Interrupted => "interrupted",
    }
}
