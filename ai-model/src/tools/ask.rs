//! Asks the person.

use protocol::transcript::Tool;
use serde_json::{Value, json};

use super::FunctionTool;

/// Asks the person.
pub const ASK_USER: FunctionTool = FunctionTool {
    name: "ask_user",
    description: "Asks the person a question and waits for the answer. Use it when you need a decision or a fact that \
                  only the person can give: a choice between ways to go on, a confirmation, a missing detail. Ask one \
                  thing at a time. Offer choices where there are only a few; the person may still answer otherwise.",
    schema,
    read,
};

pub(super) fn write(question: &str, choices: &[String]) -> Value {
    if choices.is_empty() {
        return json!({ "question": question });
    }
    json!({ "question": question, "choices": choices })
}

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "question": { "type": "string", "description": "The question, in plain words." },
            "choices": {
                "type": "array",
                "items": { "type": "string" },
                "description": "Two to six short answers to choose from, if the question has such.",
            },
        },
        "required": ["question"],
        "additionalProperties": false,
    })
}

fn read(input: &Value) -> Result<Tool, &'static str> {
    let question = input.get("question").and_then(Value::as_str).map(str::trim).unwrap_or_default();
    if question.is_empty() {
        return Err("'question' must be a text.");
    }
    let choices = match input.get("choices") {
        None | Some(Value::Null) => Vec::new(),
        Some(choices) => {
            let choices = choices.as_array().ok_or("'choices' must be a list of texts.")?;
            let texts = choices.iter().map(|choice| choice.as_str().map(str::to_owned));
            texts.collect::<Option<Vec<_>>>().ok_or("'choices' must be a list of texts.")?
        }
    };
    Ok(Tool::Ask { question: question.to_owned(), choices })
}
