//! Tools of our own, which any model may call as functions.

use protocol::transcript::Tool;
use serde_json::{Value, json};

/// A tool that is declared by name, description and JSON schema.
#[derive(Debug, Clone, Copy)]
pub struct FunctionTool {
    /// The name.
    pub name: &'static str,
    /// What it is for, in words for the model.
    pub description: &'static str,
    schema: fn() -> Value,
    read: fn(&Value) -> Result<Tool, &'static str>,
}

impl FunctionTool {
    /// The JSON schema of its input.
    #[must_use]
    pub fn schema(&self) -> Value {
        (self.schema)()
    }

    /// Reads a call of it.
    #[must_use]
    pub fn read(&self, input: &Value) -> Tool {
        (self.read)(input).unwrap_or_else(|problem| Tool::Invalid {
            name: self.name.to_owned(),
            problem: problem.to_owned(),
        })
    }
}

/// Asks the person.
pub const ASK_USER: FunctionTool = FunctionTool {
    name: "ask_user",
    description: "Asks the person a question and waits for the answer. Use it when you need a decision or a fact that \
                  only the person can give: a choice between ways to go on, a confirmation, a missing detail. Ask one \
                  thing at a time. Offer choices where there are only a few; the person may still answer otherwise.",
    schema: ask_schema,
    read: read_ask,
};

/// All of them. The list never changes within a conversation.
pub const FUNCTION_TOOLS: [FunctionTool; 1] = [ASK_USER];

/// The function tool with this name.
#[must_use]
pub fn named(name: &str) -> Option<FunctionTool> {
    FUNCTION_TOOLS.into_iter().find(|tool| tool.name == name)
}

/// A call of our own tools as a model would have written it: the name and the input.
#[must_use]
pub fn write(tool: &Tool) -> Option<(&'static str, Value)> {
    match tool {
        Tool::Ask { question, choices } if choices.is_empty() => {
            Some((ASK_USER.name, json!({ "question": question })))
        }
        Tool::Ask { question, choices } => {
            Some((ASK_USER.name, json!({ "question": question, "choices": choices })))
        }
        _ => None,
    }
}

fn ask_schema() -> Value {
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

fn read_ask(input: &Value) -> Result<Tool, &'static str> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_as_it_was_written() {
        for (question, choices) in [("Tea?", vec![]), ("Which?", vec!["a".to_owned(), "b".to_owned()])] {
            let tool = Tool::Ask { question: question.to_owned(), choices };
            let (name, input) = write(&tool).unwrap();
            assert_eq!(named(name).unwrap().read(&input), tool);
        }
    }

    #[test]
    fn a_question_that_can_not_be_asked_is_an_error() {
        for input in [json!({}), json!({ "question": " " }), json!({ "question": "?", "choices": "a" })] {
            assert!(matches!(ASK_USER.read(&input), Tool::Invalid { .. }), "{input}");
        }
    }
}
