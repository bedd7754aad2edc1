//! The rules of servers with the Chat Completions API. Servers differ: the model's name selects which kind the fake
//! imitates.

mod messages;
mod stream;

use serde_json::{Value, json};

use super::reading::{header_of, list, unknown_field};
use super::script::ScriptedTurn;
use super::vendor::{Incoming, Rejection, VendorFake, VendorRules};

/// A strict fake of a server with the Chat Completions API.
pub type ChatCompletionsFake = VendorFake<ChatCompletionsRules>;

const PARAMETERS: [&str; 13] = [
    "model",
    "messages",
    "stream",
    "stream_options",
    "tools",
    "tool_choice",
    "temperature",
    "top_p",
    "max_tokens",
    "stop",
    "parallel_tool_calls",
    "seed",
    "reasoning_effort",
];

/// The kinds of server, by what they accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// vLLM, llama.cpp, LM Studio and the like, with a vision model.
    Plain,
    /// A model without vision.
    TextOnly,
    /// A model without tool calls, behind Ollama.
    NoTools,
    /// Mistral's API: no unknown fields, no user message right after a tool result, images in tool results, short call
    /// ids.
    Mistral,
    /// A reasoning model: its reasoning has to be sent back with its calls.
    Reasoning,
}

fn kind_of(model: &str) -> Option<Kind> {
    match model {
        "qwen-vl" => Some(Kind::Plain),
        "text-only" => Some(Kind::TextOnly),
        "no-tools" => Some(Kind::NoTools),
        "pixtral" => Some(Kind::Mistral),
        "reasoning" => Some(Kind::Reasoning),
        _ => None,
    }
}

/// The rules. They keep no state: these servers issue nothing that has to be sent back.
#[derive(Debug, Default)]
pub struct ChatCompletionsRules;

fn check_key(request: Incoming<'_>) -> Result<(), Rejection> {
    let key = header_of(request.headers, "authorization").and_then(|value| value.strip_prefix("Bearer "));
    if !request.key.is_empty() && key != Some(request.key) {
        return refuse(401, "AuthenticationError", "Unauthorized");
    }
    Ok(())
}

fn error_body(kind: &str, message: &str) -> Value {
    json!({ "error": { "message": message, "type": kind, "param": null, "code": null } })
}

fn invalid<T>(message: impl Into<String>) -> Result<T, Rejection> {
    refuse(400, "BadRequestError", message)
}

fn refuse<T>(status: u16, kind: &str, message: impl Into<String>) -> Result<T, Rejection> {
    let message = message.into();
    Err(Rejection { status, body: error_body(kind, &message), message })
}

impl VendorRules for ChatCompletionsRules {
    fn check(&self, request: Incoming<'_>) -> Result<Value, Rejection> {
        if request.uri.path() != "/v1/chat/completions" {
            return refuse(404, "NotFoundError", "Not Found");
        }
        check_key(request)?;
        let Ok(body) = serde_json::from_str::<Value>(request.body) else {
            return invalid("There was an error parsing the body");
        };
        let model = body["model"].as_str().unwrap_or_default();
        let Some(kind) = kind_of(model) else {
            return refuse(
                404,
                "NotFoundError",
                format!("model \"{model}\" not found, try pulling it first"),
            );
        };
        if let Some(field) = unknown_field(&body, &PARAMETERS) {
            return invalid(format!("Unknown field: {field}"));
        }
        let extra =
            ["stream_options", "reasoning_effort"].into_iter().find(|field| body.get(*field).is_some());
        if kind == Kind::Mistral
            && let Some(extra) = extra
        {
            let message = "Extra inputs are not permitted".to_owned();
            let at = json!(["body", extra]);
            let body = json!({ "detail": [{ "type": "extra_forbidden", "loc": at, "msg": message }] });
            return Err(Rejection { status: 422, message, body });
        }
        if body
            .get("reasoning_effort")
            .is_some_and(|effort| !["low", "medium", "high"].iter().any(|it| effort == it))
        {
            return invalid("reasoning_effort: Input should be 'low', 'medium' or 'high'");
        }
        if kind == Kind::NoTools && body.get("tools").is_some() {
            return invalid("registry.ollama.ai/library/no-tools:latest does not support tools");
        }
        check_tools(&body)?;
        messages::check(list(&body, "messages"), kind)?;
        Ok(body)
    }

    fn models(request: Incoming<'_>) -> Result<Value, Rejection> {
        if request.uri.path() != "/v1/models" {
            return refuse(404, "NotFoundError", "Not Found");
        }
        check_key(request)?;
        let model =
            |id| json!({ "id": id, "object": "model", "created": 1_780_000_000, "owned_by": "library" });
        let models = ["qwen-vl", "text-only", "no-tools", "pixtral", "reasoning", "nomic-embed-text"];
        Ok(json!({ "object": "list", "data": models.map(model) }))
    }

    fn respond(&mut self, turn: &ScriptedTurn, request: &Value, number: usize) -> Vec<String> {
        stream::frames(turn, request, number)
    }

    fn error(_status: u16, kind: &str, message: &str) -> Value {
        error_body(kind, message)
    }

    fn error_frame(kind: &str, message: &str) -> String {
        stream::frame(&error_body(kind, message))
    }
}

fn check_tools(body: &Value) -> Result<(), Rejection> {
    for tool in list(body, "tools") {
        let function = &tool["function"];
        let known = ["name", "description", "parameters", "strict"];
        if tool["type"] != "function"
            || unknown_field(tool, &["type", "function"]).is_some()
            || unknown_field(function, &known).is_some()
            || !function["name"].is_string()
            || function["parameters"]["type"] != "object"
        {
            return invalid("tools: a function needs a name and parameters that are an object");
        }
    }
    Ok(())
}
