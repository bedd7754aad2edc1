//! What every tool provides, so that nothing outside this room has to tell tools apart.

use futures_util::future::BoxFuture;
use protocol::transcript::approval::Effect;
use serde_json::Value;

use super::executor::{CallContext, ToolExecutor};
use super::output::Output;
use crate::desktop_client::DesktopError;

/// One call of a tool.
pub(crate) trait Behavior: Send + Sync {
    /// What the call does to the world; nothing for one that only looks, waits or asks.
    fn effects(&self) -> &'static [Effect] {
        &[]
    }

    /// Whether it is input to the screen: a click or a key.
    fn is_input(&self) -> bool {
        false
    }

    /// Whether the screen may look different afterwards.
    fn changes_screen(&self) -> bool {
        self.is_input()
    }

    /// Whether it is made for the image in its result.
    fn returns_image(&self) -> bool {
        false
    }

    /// What the image in its result shows, if there is one.
    fn image(&self) -> ImageContent {
        ImageContent::Screen
    }

    /// How the call counts when it is repeated.
    fn repetition(&self) -> Repetition {
        Repetition::Action
    }

    /// The question that it asks the person. The run waits for the answer then, and nothing is executed.
    fn question(&self) -> Option<&str> {
        None
    }

    /// The call as a model writes it: the function's name and its input. `None` where it is no function of ours.
    fn function_call(&self) -> Option<(&'static str, Value)> {
        None
    }

    /// Carries the call out.
    fn execute<'a>(
        &'a self,
        executor: &'a mut ToolExecutor,
        context: CallContext,
    ) -> BoxFuture<'a, Result<Output, DesktopError>>;

    /// The call in words.
    fn description(&self) -> Description;

    /// What its result says that is worth repeating to a person.
    fn report(&self, _result: &str) -> Option<String> {
        None
    }
}

/// What an image in a result shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImageContent {
    /// The whole screen.
    Screen,
    /// An enlarged part of the screen.
    Region,
    /// An image file.
    File,
    /// Nothing: the tool has no image of its own.
    Nothing,
}

/// How a call counts when a model repeats itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repetition {
    /// As the same action; what it did shows on the screen.
    Action,
    /// As the same action only with the same output, which is all there is to see of it.
    Output,
    /// As a look at the screen.
    Look,
    /// It waits: looking again afterwards is no repetition.
    Wait,
    /// Not at all.
    Uncounted,
}

/// A call in words that follow "I'll" and "I".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Description {
    /// Such as `open the terminal`.
    pub(crate) will: String,
    /// Such as `opened the terminal`.
    pub(crate) did: String,
}

impl Description {
    /// Both tenses of the verb, with the same words after it.
    pub(crate) fn new(will: &str, did: &str, rest: &str) -> Self {
        Self { will: format!("{will}{rest}"), did: format!("{did}{rest}") }
    }
}
