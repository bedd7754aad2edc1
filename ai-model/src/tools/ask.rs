//! Asks the person a question and waits for the answer.

use futures_util::future::{self, BoxFuture, FutureExt as _};
use protocol::transcript::{Tool, ToolStatus};
use serde_json::{Value, json};

use super::arguments::{Arguments, Read, missing};
use super::behavior::{Behavior, Description, ImageContent, Repetition};
use super::executor::{CallContext, ToolExecutor};
use super::function::FunctionTool;
use super::output::Output;
use crate::desktop_client::DesktopError;

/// The function that models call.
pub const ASK_USER: FunctionTool = FunctionTool {
    name: "ask_user",
    description: "Asks the person a question and waits for the answer. Use it when you need a decision or a fact that \
                  only the person can give: a choice between ways to go on, a confirmation, a missing detail. Ask one \
                  thing at a time. Offer choices where there are only a few; the person may still answer otherwise.",
    schema,
    read,
};

/// A question to the person.
pub(super) struct Ask<'a> {
    pub(super) question: &'a str,
    pub(super) choices: &'a [String],
}

impl Behavior for Ask<'_> {
    fn image(&self) -> ImageContent {
        ImageContent::Nothing
    }

    fn repetition(&self) -> Repetition {
        Repetition::Uncounted
    }

    fn question(&self) -> Option<&str> {
        Some(self.question)
    }

    fn function_call(&self) -> Option<(&'static str, Value)> {
        let Self { question, choices } = self;
        let input = if choices.is_empty() {
            json!({ "question": question })
        } else {
            json!({ "question": question, "choices": choices })
        };
        Some((ASK_USER.name, input))
    }

    /// Never called: the run waits for the person's answer instead.
    fn execute<'a>(
        &'a self,
        _executor: &'a mut ToolExecutor,
        _context: CallContext,
    ) -> BoxFuture<'a, Result<Output, DesktopError>> {
        future::ready(Ok(Output::text(ToolStatus::Failed, "Nobody is there to be asked."))).boxed()
    }

    fn description(&self) -> Description {
        Description::new("ask", "asked", &format!(" \"{}\"", self.question))
    }

    fn report(&self, result: &str) -> Option<String> {
        Some(format!("You answered: {result}"))
    }
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

fn read(arguments: &Arguments<'_>) -> Read<Tool> {
    let question = arguments.text("question")?.trim().to_owned();
    if question.is_empty() {
        return Err(missing("question", "a text"));
    }
    Ok(Tool::Ask { question, choices: arguments.texts("choices")? })
}
