//! The rules of servers with the Chat Completions API. What differs from server to server depends on the model's
//! name: each stands for a kind of server.

mod messages;
mod stream;

use serde_json::{Value, json};

use super::script::ScriptedTurn;
use super::vendor::{Incoming, Refused, VendorFake, VendorRules, header_of, list, unknown_field};

/// A strict fake of a server with the Chat Completions API.
pub type ChatCompletionsFake = VendorFake<ChatCompletionsRules>;

const PARAMETERS: [&str; 12] = [
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
];

/// What a kind of server takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// vLLM, llama.cpp, LM Studio ... with a model that sees.
    Plain,
    /// A model without vision.
    Blind,
    /// A model without functions, behind Ollama.
    Handless,
    /// Mistral's own: no field too many, no message of a person behind an answer, images in answers, short ids.
    Mistral,
    /// A model whose thoughts have to come back with its calls.
    Thinker,
}

fn kind_of(model: &str) -> Option<Kind> {
    match model {
        "qwen-vl" => Some(Kind::Plain),
        "text-only" => Some(Kind::Blind),
        "no-tools" => Some(Kind::Handless),
        "pixtral" => Some(Kind::Mistral),
        "thinker" => Some(Kind::Thinker),
        _ => None,
    }
}

/// The rules. The servers remember nothing.
#[derive(Debug, Default)]
pub struct ChatCompletionsRules;

fn error_body(kind: &str, message: &str) -> Value {
    json!({ "error": { "message": message, "type": kind, "param": null, "code": null } })
}

fn invalid<T>(message: impl Into<String>) -> Result<T, Refused> {
    refuse(400, "BadRequestError", message)
}

fn refuse<T>(status: u16, kind: &str, message: impl Into<String>) -> Result<T, Refused> {
    let message = message.into();
    Err(Refused { status, body: error_body(kind, &message), message })
}

impl VendorRules for ChatCompletionsRules {
    fn check(&self, request: Incoming<'_>) -> Result<Value, Refused> {
        if request.uri.path() != "/v1/chat/completions" {
            return refuse(404, "NotFoundError", "Not Found");
        }
        let key = header_of(request.headers, "authorization").and_then(|value| value.strip_prefix("Bearer "));
        if !request.key.is_empty() && key != Some(request.key) {
            return refuse(401, "AuthenticationError", "Unauthorized");
        }
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
        if kind == Kind::Mistral && body.get("stream_options").is_some() {
            let message = "Extra inputs are not permitted".to_owned();
            let at = json!(["body", "stream_options"]);
            let body = json!({ "detail": [{ "type": "extra_forbidden", "loc": at, "msg": message }] });
            return Err(Refused { status: 422, message, body });
        }
        if kind == Kind::Handless && body.get("tools").is_some() {
            return invalid("registry.ollama.ai/library/no-tools:latest does not support tools");
        }
        check_tools(&body)?;
        messages::check(list(&body, "messages"), kind)?;
        Ok(body)
    }

    fn speak(&mut self, turn: &ScriptedTurn, request: &Value, number: usize) -> Vec<String> {
        stream::frames(turn, request, number)
    }

    fn error(_status: u16, kind: &str, message: &str) -> Value {
        error_body(kind, message)
    }

    fn error_frame(kind: &str) -> String {
        stream::frame(&error_body(kind, "the script says so"))
    }
}

fn check_tools(body: &Value) -> Result<(), Refused> {
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
