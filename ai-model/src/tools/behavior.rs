//! What every tool provides, so that no code outside this room distinguishes tools.

use futures_util::future::BoxFuture;
use protocol::transcript::approval::Effect;
use serde_json::Value;

use super::executor::{CallContext, ToolExecutor};
use super::output::Output;
use crate::desktop_client::DesktopError;

/// A call of a tool.
pub(crate) trait Behavior: Send + Sync {
    /// The effects of the call; none if it only looks, waits or asks.
    fn effects(&self) -> &'static [Effect] {
        &[]
    }

    /// Whether it is input to the screen: from mouse or keyboard.
    fn is_input(&self) -> bool {
        false
    }

    /// Whether it may change the screen.
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

    /// How repetitions of the call are counted.
    fn repetition(&self) -> Repetition {
        Repetition::Action
    }

    /// The question to the person, if it asks one. The run then waits for the answer, and nothing is executed.
    fn question(&self) -> Option<&str> {
        None
    }

    /// The call as a model encodes it: the function's name and its input. `None` when it is not a function of ours.
    fn function_call(&self) -> Option<(&'static str, Value)> {
        None
    }

    /// Executes the call.
    fn execute<'a>(
        &'a self,
        executor: &'a mut ToolExecutor,
        context: CallContext,
    ) -> BoxFuture<'a, Result<Output, DesktopError>>;

    /// The call in words.
    fn description(&self) -> Description;

    /// The part of its result that is worth repeating to a person.
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
    /// The tool has no image of its own.
    Nothing,
}

/// How repetitions of a call are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repetition {
    /// The same action again; its effect shows on the screen.
    Action,
    /// The same action with the same output, which is its only effect.
    Output,
    /// As a look at the screen.
    Look,
    /// It waits: looking again afterwards is no repetition.
    Wait,
    /// Not counted.
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
    /// Both tenses of a verb, with the same object.
    pub(crate) fn new(will: &str, did: &str, rest: &str) -> Self {
        Self { will: format!("{will}{rest}"), did: format!("{did}{rest}") }
    }
}
