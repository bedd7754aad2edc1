//! The rules of Google's Gemini API.

mod contents;
mod continuations;
mod stream;

use serde_json::{Value, json};

use super::reading::{header_of, list, unknown_field};
use super::script::ScriptedTurn;
use super::vendor::{Incoming, Rejection, VendorFake, VendorRules};
use contents::Issued;
use continuations::Continuations;

/// A strict fake of Google's Gemini API.
pub type GeminiFake = VendorFake<GeminiRules>;

/// The largest accepted request body.
const MAX_REQUEST_BYTES: usize = 20 << 20;

const PARAMETERS: [&str; 8] = [
    "contents",
    "tools",
    "toolConfig",
    "safetySettings",
    "systemInstruction",
    "generationConfig",
    "cachedContent",
    "continuationToken",
];

/// The predefined functions in each environment.
const DESKTOP: [&str; 17] = [
    "click",
    "double_click",
    "triple_click",
    "middle_click",
    "right_click",
    "mouse_down",
    "mouse_up",
    "move",
    "type",
    "drag_and_drop",
    "wait",
    "press_key",
    "key_down",
    "key_up",
    "hotkey",
    "take_screenshot",
    "scroll",
];
const BROWSER: [&str; 13] = [
    "open_web_browser",
    "click_at",
    "hover_at",
    "type_text_at",
    "scroll_document",
    "scroll_at",
    "wait_5_seconds",
    "go_back",
    "go_forward",
    "search",
    "navigate",
    "key_combination",
    "drag_and_drop",
];

/// The safety policies that a request may disable.
const POLICIES: [&str; 7] = [
    "FINANCIAL_TRANSACTIONS",
    "SENSITIVE_DATA_MODIFICATION",
    "COMMUNICATION_TOOL",
    "ACCOUNT_CREATION",
    "DATA_MODIFICATION",
    "USER_CONSENT_MANAGEMENT",
    "LEGAL_TERMS_AND_AGREEMENTS",
];

/// The rules, and the signatures and tokens that were issued.
#[derive(Debug, Default)]
pub struct GeminiRules {
    issued: Issued,
    continuations: Continuations,
}

/// The environments that a model supports; `None` for an unknown model.
fn environments(model: &str) -> Option<&'static [&'static str]> {
    match model {
        "gemini-2.5-computer-use-preview-10-2025" => Some(&["ENVIRONMENT_BROWSER"]),
        "gemini-3-flash-preview"
        | "gemini-3.5-flash"
        | "gemini-3.6-flash"
        | "gemini-3.7-flash"
        | "gemini-3.8-flash" => Some(&["ENVIRONMENT_BROWSER", "ENVIRONMENT_MOBILE", "ENVIRONMENT_DESKTOP"]),
        // The vendor's sample uses it with this environment only.
        "gemini-3.1-pro-preview" => Some(&["ENVIRONMENT_BROWSER"]),
        _ => None,
    }
}

/// Whether a function is one of the vendor's predefined ones.
fn is_predefined(name: &str) -> bool {
    DESKTOP.contains(&name) || BROWSER.contains(&name)
}

fn error_body(code: u16, status: &str, message: &str, details: &Value) -> Value {
    json!({ "error": { "code": code, "message": message, "status": status, "details": details } })
}

/// An `INVALID_ARGUMENT`.
fn invalid<T>(message: impl Into<String>) -> Result<T, Rejection> {
    let message = message.into();
    Err(Rejection { status: 400, body: error_body(400, "INVALID_ARGUMENT", &message, &json!([])), message })
}

impl VendorRules for GeminiRules {
    fn check(&self, request: Incoming<'_>) -> Result<Value, Rejection> {
        check_key(request)?;
        let path = request.uri.path().strip_prefix("/v1beta/models/");
        let model = path.and_then(|path| path.strip_suffix(":streamGenerateContent")).unwrap_or_default();
        let Some(environments) = environments(model) else {
            let message = format!("models/{model} is not found for API version v1beta, or is not supported.");
            let body = error_body(404, "NOT_FOUND", &message, &json!([]));
            return Err(Rejection { status: 404, message, body });
        };
        if request.uri.query() != Some("alt=sse") {
            return invalid("alt: the script expects a stream of events");
        }
        if request.body.len() > MAX_REQUEST_BYTES {
            return invalid("The request payload size exceeds the limit: 20971520 bytes.");
        }
        let Ok(body) = serde_json::from_str::<Value>(request.body) else {
            return invalid("Invalid JSON payload received.");
        };
        if let Some(field) = unknown_field(&body, &PARAMETERS) {
            return invalid(format!(
                "Invalid JSON payload received. Unknown name \"{field}\": Cannot find field."
            ));
        }
        check_thinking(&body["generationConfig"]["thinkingConfig"], model)?;
        check_tools(&body, environments)?;
        self.continuations.check(&body)?;
        self.issued.check(&body)?;
        Ok(body)
    }

    fn models(request: Incoming<'_>) -> Result<Value, Rejection> {
        check_key(request)?;
        if request.uri.path() != "/v1beta/models" {
            let message = "Not found.".to_owned();
            return Err(Rejection {
                status: 404,
                body: error_body(404, "NOT_FOUND", &message, &json!([])),
                message,
            });
        }
        let model = |(id, name)| {
            json!({
                "name": format!("models/{id}"), "displayName": name, "inputTokenLimit": 1_048_576,
                "outputTokenLimit": 65_536, "supportedGenerationMethods": ["generateContent", "countTokens"],
            })
        };
        let models = [
            ("gemini-3.5-flash", "Gemini 3.5 Flash"),
            ("gemini-3-flash-preview", "Gemini 3 Flash Preview"),
            ("gemini-2.5-computer-use-preview-10-2025", "Gemini 2.5 Computer Use Preview"),
            ("gemini-3-pro-image", "Gemini 3 Pro Image"),
            ("gemini-embedding-001", "Gemini Embedding"),
        ];
        Ok(json!({ "models": models.map(model) }))
    }

    fn respond(&mut self, turn: &ScriptedTurn, request: &Value, number: usize) -> Vec<String> {
        let parts = stream::parts(turn, number);
        self.issued.record(&parts);
        let continues = turn.stop_reason.as_deref() == Some("CONTINUATION");
        let token = continues.then(|| self.continuations.issue(request, number));
        stream::frames(turn, parts, token.as_deref())
    }

    fn error(status: u16, kind: &str, message: &str) -> Value {
        // A kind such as "RESOURCE_EXHAUSTED 34s" also sets the retry delay.
        let (kind, delay) = kind.split_once(' ').unwrap_or((kind, ""));
        let details = match delay {
            "" => json!([]),
            "PerDay" => json!([{ "@type": "type.googleapis.com/google.rpc.QuotaFailure",
                "violations": [{ "quotaId": "GenerateRequestsPerDayPerProjectPerModel" }] }]),
            _ => json!([{ "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay }]),
        };
        error_body(status, kind, message, &details)
    }

    fn error_frame(kind: &str, message: &str) -> String {
        let code = match kind {
            "RESOURCE_EXHAUSTED" => 429,
            "UNAVAILABLE" => 503,
            "INVALID_ARGUMENT" => 400,
            _ => 500,
        };
        stream::frame(&error_body(code, kind, message, &json!([])))
    }
}

fn check_thinking(thinking: &Value, model: &str) -> Result<(), Rejection> {
    if let Some(field) = unknown_field(thinking, &["includeThoughts", "thinkingBudget", "thinkingLevel"]) {
        return invalid(format!("Unknown name \"{field}\" at 'generation_config.thinking_config'"));
    }
    let level = &thinking["thinkingLevel"];
    if level.is_null() {
        return Ok(());
    }
    if model.starts_with("gemini-2.") {
        return invalid("Thinking level is not supported for this model.");
    }
    let known = ["MINIMAL", "LOW", "MEDIUM", "HIGH"];
    if known.iter().any(|value| level == value) {
        return Ok(());
    }
    invalid(format!("Invalid value at 'generation_config.thinking_config.thinking_level': {level}"))
}

fn check_key(request: Incoming<'_>) -> Result<(), Rejection> {
    match header_of(request.headers, "x-goog-api-key") {
        None => {
            let message = "Method doesn't allow unregistered callers.".to_owned();
            let body = error_body(403, "PERMISSION_DENIED", &message, &json!([]));
            Err(Rejection { status: 403, message, body })
        }
        Some(key) if key != request.key => {
            let message = "API key not valid. Please pass a valid API key.".to_owned();
            let details =
                json!([{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID" }]);
            Err(Rejection {
                status: 400,
                body: error_body(400, "INVALID_ARGUMENT", &message, &details),
                message,
            })
        }
        Some(_) => Ok(()),
    }
}

fn check_tools(body: &Value, environments: &[&str]) -> Result<(), Rejection> {
    for tool in list(body, "tools") {
        if let Some(field) = unknown_field(tool, &["computerUse", "functionDeclarations"]) {
            return invalid(format!("Unknown name \"{field}\" at 'tools': Cannot find field."));
        }
        if let Some(computer) = tool.get("computerUse") {
            let known = [
                "environment",
                "excludedPredefinedFunctions",
                "enablePromptInjectionDetection",
                "disabledSafetyPolicies",
            ];
            if let Some(field) = unknown_field(computer, &known) {
                return invalid(format!(
                    "Unknown name \"{field}\" at 'tools.computer_use': Cannot find field."
                ));
            }
            if !matches!(computer["enablePromptInjectionDetection"], Value::Null | Value::Bool(_)) {
                return invalid("Invalid value at 'tools.computer_use.enable_prompt_injection_detection'.");
            }
            let disabled = list(computer, "disabledSafetyPolicies");
            if !disabled.iter().all(|policy| POLICIES.iter().any(|known| policy == known)) {
                return invalid("Invalid value at 'tools.computer_use.disabled_safety_policies'.");
            }
            let environment = computer["environment"].as_str().unwrap_or_default();
            if !environments.contains(&environment) {
                return invalid(format!(
                    "Computer use environment {environment} is not supported for this model."
                ));
            }
            let known: &[&str] = if environment == "ENVIRONMENT_DESKTOP" { &DESKTOP } else { &BROWSER };
            let excluded = list(computer, "excludedPredefinedFunctions").iter().filter_map(Value::as_str);
            if let Some(name) = excluded.into_iter().find(|name| !known.contains(name)) {
                return invalid(format!("{name} is not a predefined function of {environment}."));
            }
        }
        for function in list(tool, "functionDeclarations") {
            if unknown_field(function, &["name", "description", "parameters"]).is_some()
                || !function["name"].is_string()
            {
                return invalid("Invalid value at 'tools.function_declarations'.");
            }
        }
    }
    Ok(())
}
