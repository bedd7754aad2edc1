//! The rules of OpenAI's Responses API.

mod items;
mod stream;

use serde_json::{Value, json};

use super::reading::{header_of, list, unknown_field};
use super::script::ScriptedTurn;
use super::vendor::{Incoming, Rejection, VendorFake, VendorRules};
use items::Issued;

/// A strict fake of OpenAI's Responses API.
pub type OpenAiFake = VendorFake<OpenAiRules>;

/// The largest accepted request body.
const MAX_REQUEST_BYTES: usize = 50 << 20;

const PARAMETERS: [&str; 25] = [
    "background",
    "conversation",
    "image",
    "include",
    "input",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "model",
    "parallel_tool_calls",
    "previous_response_id",
    "prompt",
    "prompt_cache_key",
    "reasoning",
    "safety_identifier",
    "service_tier",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "truncation",
];

/// The rules, and the items that were issued.
#[derive(Debug, Default)]
pub struct OpenAiRules {
    issued: Issued,
}

/// The models with the current computer tool; `gpt-6` is an imaginary one.
const COMPUTER_MODELS: [&str; 13] = [
    "gpt-5.4",
    "gpt-5.5",
    "gpt-5.6-luna",
    "gpt-5.6-sol",
    "gpt-5.6-terra",
    "gpt-6",
    "gpt-6-astra",
    "gpt-6-luna",
    "gpt-6-sol",
    "gpt-6.1-sol",
    "gpt-6.1-terra",
    "gpt-6.2-astra",
    "gpt-6.2-sol",
];

/// The computer tool of a model; `None` for an unknown model.
fn computer_tool(model: &str) -> Option<&'static str> {
    match model {
        "computer-use-preview" => Some("computer_use_preview"),
        _ => COMPUTER_MODELS.contains(&model).then_some("computer"),
    }
}

fn error_body(kind: &str, code: Option<&str>, param: Option<&str>, message: &str) -> Value {
    json!({ "error": { "message": message, "type": kind, "param": param, "code": code } })
}

/// An `invalid_request_error` about a parameter.
fn invalid<T>(param: &str, code: Option<&str>, message: impl Into<String>) -> Result<T, Rejection> {
    let message = message.into();
    let body = error_body("invalid_request_error", code, Some(param), &message);
    Err(Rejection { status: 400, message, body })
}

fn refuse<T>(status: u16, code: Option<&str>, message: &str) -> Result<T, Rejection> {
    let body = error_body("invalid_request_error", code, None, message);
    Err(Rejection { status, message: message.to_owned(), body })
}

fn check_key(request: Incoming<'_>) -> Result<(), Rejection> {
    match header_of(request.headers, "authorization").and_then(|value| value.strip_prefix("Bearer ")) {
        None => refuse(401, None, "You didn't provide an API key."),
        Some(key) if key != request.key => {
            refuse(401, Some("invalid_api_key"), &format!("Incorrect API key provided: {key}."))
        }
        Some(_) => Ok(()),
    }
}

impl VendorRules for OpenAiRules {
    fn check(&self, request: Incoming<'_>) -> Result<Value, Rejection> {
        if request.uri.path() != "/v1/responses" {
            return refuse(404, None, &format!("Invalid URL (POST {})", request.uri.path()));
        }
        check_key(request)?;
        if request.body.len() > MAX_REQUEST_BYTES {
            return refuse(413, None, "The request is too large.");
        }
        let Ok(body) = serde_json::from_str::<Value>(request.body) else {
            return refuse(400, None, "We could not parse the JSON body of your request.");
        };
        let model = body["model"].as_str().unwrap_or_default();
        let Some(tool) = computer_tool(model) else {
            let message = format!("The model `{model}` does not exist or you do not have access to it.");
            return refuse(404, Some("model_not_found"), &message);
        };
        check_parameters(&body)?;
        check_tools(&body, model, tool)?;
        self.issued.check(&body)?;
        Ok(body)
    }

    fn models(request: Incoming<'_>) -> Result<Value, Rejection> {
        if request.uri.path() != "/v1/models" {
            return refuse(404, None, &format!("Invalid URL (GET {})", request.uri.path()));
        }
        check_key(request)?;
        let model =
            |id| json!({ "id": id, "object": "model", "created": 1_780_000_000, "owned_by": "system" });
        let models =
            ["text-embedding-3-large", "whisper-1", "computer-use-preview", "gpt-5.4", "gpt-5.5", "gpt-6"];
        Ok(json!({ "object": "list", "data": models.map(model) }))
    }

    fn respond(&mut self, turn: &ScriptedTurn, request: &Value, number: usize) -> Vec<String> {
        let items = stream::items(turn, number);
        self.issued.record(&items);
        stream::frames(turn, request, &items, number)
    }

    fn error(status: u16, kind: &str, message: &str) -> Value {
        let code = (!kind.is_empty()).then_some(kind);
        let param = message.contains("reasoning.summary").then_some("reasoning.summary");
        let kind = if status >= 500 { "server_error" } else { "invalid_request_error" };
        error_body(kind, code, param, message)
    }

    fn error_frame(kind: &str, message: &str) -> String {
        stream::frame(&json!({
            "type": "error", "code": kind, "message": message, "param": null, "sequence_number": 99,
        }))
    }
}

fn check_parameters(body: &Value) -> Result<(), Rejection> {
    if let Some(field) = unknown_field(body, &PARAMETERS) {
        let message = format!("Unknown parameter: '{field}'.");
        return invalid(field, Some("unknown_parameter"), message);
    }
    let known = ["reasoning.encrypted_content", "message.input_image.image_url"];
    if let Some(value) = list(body, "include").iter().find(|value| !known.iter().any(|it| *value == it)) {
        return invalid("include", Some("invalid_value"), format!("Invalid value: {value}."));
    }
    if !matches!(body["truncation"].as_str(), None | Some("auto" | "disabled")) {
        return invalid("truncation", Some("invalid_value"), "Invalid value for 'truncation'.");
    }
    if let Some(field) = unknown_field(&body["image"], &["context_compression"]) {
        return invalid("image", Some("unknown_parameter"), format!("Unknown parameter: 'image.{field}'."));
    }
    let compression = &body["image"]["context_compression"];
    if !compression.is_null() && !matches!(compression.as_str(), Some("auto" | "enabled" | "disabled")) {
        let message = format!("Invalid value: {compression}.");
        return invalid("image.context_compression", Some("invalid_value"), message);
    }
    if let Some(field) = unknown_field(&body["reasoning"], &["effort", "summary", "context", "mode"]) {
        let message = format!("Unknown parameter: 'reasoning.{field}'.");
        return invalid("reasoning", Some("unknown_parameter"), message);
    }
    let effort = &body["reasoning"]["effort"];
    let known = ["none", "minimal", "low", "medium", "high", "xhigh"];
    let accepts_efforts = body["model"] != "computer-use-preview";
    let is_accepted = accepts_efforts && known.iter().any(|value| effort == value);
    if !effort.is_null() && !is_accepted {
        let message = format!("Unsupported value: {effort} is not supported with this model.");
        return invalid("reasoning.effort", Some("unsupported_value"), message);
    }
    Ok(())
}

fn check_tools(body: &Value, model: &str, computer: &str) -> Result<(), Rejection> {
    for (place, tool) in list(body, "tools").iter().enumerate() {
        let kind = tool["type"].as_str().unwrap_or_default();
        let known: &[&str] = match kind {
            "function" => &["type", "name", "description", "parameters", "strict"],
            "computer" => &["type"],
            "computer_use_preview" => &["type", "display_width", "display_height", "environment"],
            _ => return invalid("tools", Some("invalid_value"), format!("Invalid value: '{kind}'.")),
        };
        if kind != "function" && kind != computer {
            return invalid("tools", None, format!("Hosted tool '{kind}' is not supported with {model}."));
        }
        if let Some(field) = unknown_field(tool, known) {
            let message = format!("Unknown parameter: 'tools[{place}].{field}'.");
            return invalid("tools", Some("unknown_parameter"), message);
        }
        let required: &[&str] = if kind == "function" { &["name", "parameters"] } else { known };
        if let Some(field) = required.iter().find(|field| tool.get(**field).is_none()) {
            let message = format!("Missing required parameter: 'tools[{place}].{field}'.");
            return invalid("tools", Some("missing_required_parameter"), message);
        }
        if kind == "computer_use_preview" && body["truncation"] != "auto" {
            return invalid(
                "truncation",
                None,
                "The computer-use-preview model requires 'truncation' to be 'auto'.",
            );
        }
    }
    Ok(())
}
