//! The body of a request.

use protocol::models::Effort;
use serde::Serialize;
use serde_json::{Value, json};

use super::contents::{Content, Form, chat_contents, contents};
use super::models::Generation;
use crate::chat::ChatMessage;
use crate::providers::shared::instructions;
use crate::tools::FUNCTIONS;
use crate::transcript::Conversation;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body {
    system_instruction: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Value>,
    generation_config: Value,
    /// Continues an answer that took more than one request.
    #[serde(skip_serializing_if = "Option::is_none")]
    continuation_token: Option<String>,
    contents: Vec<Content>,
}

/// How the computer tool is declared.
#[derive(Debug, Clone, Copy)]
pub(super) struct ComputerTool {
    pub(super) generation: Generation,
    /// Whether the vendor looks for instructions of strangers in what the model sees.
    pub(super) detects_injections: bool,
}

impl Body {
    /// A request for the next turn of a run.
    pub(super) fn for_run(form: &Form<'_>, computer: ComputerTool, conversation: &Conversation) -> Self {
        let coordinates = "Coordinates run from 0 to 999 over the screen's width and height.";
        let tools = tools(computer);
        Self { tools, ..Self::new(&instructions::desktop(coordinates), contents(conversation, form)) }
    }

    /// A request for an answer in a plain chat. System messages become the instructions.
    pub(super) fn for_chat(chat: &[ChatMessage]) -> Self {
        Self::new(&instructions::chat(chat), chat_contents(chat))
    }

    /// Continues an answer.
    pub(super) fn continuing(mut self, token: Option<String>) -> Self {
        self.continuation_token = token;
        self
    }

    /// Requests an effort.
    pub(super) fn thinking(mut self, effort: Effort) -> Self {
        let level = match effort {
            Effort::Low => "LOW",
            Effort::Medium => "MEDIUM",
            Effort::High | Effort::XHigh | Effort::Max => "HIGH",
        };
        self.generation_config["thinkingConfig"]["thinkingLevel"] = level.into();
        self
    }

    fn new(instructions: &str, contents: Vec<Content>) -> Self {
        Self {
            system_instruction: json!({ "parts": [{ "text": instructions }] }),
            tools: Vec::new(),
            // The vendor recommends this temperature for computer use.
            generation_config: json!({ "temperature": 1.0, "thinkingConfig": { "includeThoughts": true } }),
            continuation_token: None,
            contents,
        }
    }
}

fn tools(ComputerTool { generation, detects_injections }: ComputerTool) -> Vec<Value> {
    let mut computer = json!({ "environment": generation.environment() });
    if detects_injections {
        computer["enablePromptInjectionDetection"] = true.into();
    }
    if !generation.excluded().is_empty() {
        computer["excludedPredefinedFunctions"] = json!(generation.excluded());
    }
    let functions: Vec<Value> = FUNCTIONS
        .into_iter()
        .map(|function| {
            json!({
                "name": function.name,
                "description": function.description,
                "parameters": function.schema(),
            })
        })
        .collect();
    vec![json!({ "computerUse": computer }), json!({ "functionDeclarations": functions })]
}
