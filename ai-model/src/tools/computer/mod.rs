//! The computer: mouse, keyboard and screen.
//!
//! Several vendors train their models on a computer tool of their own, whose calls the vendor's module encodes.
//! `function` declares the computer as a function for all other models, `read` and `write` decode and encode its calls;
//! Anthropic's tools have the same names and fields.

mod description;
mod effects;
pub(crate) mod function;
mod held_buttons;
mod read;
mod write;

use futures_util::future::BoxFuture;
use protocol::action::{Action, Point};
use protocol::agent::actions::{ActionBatch, ActionBatchResult, ActionOutcome};
use protocol::transcript::ToolStatus;
use protocol::transcript::approval::Effect;

use super::behavior::{Behavior, Description, ImageContent, Repetition};
use super::executor::{CallContext, ToolExecutor};
use super::output::{Output, one_line};
use crate::desktop_client::DesktopError;
use crate::transcript::canned_results::{NOT_EXECUTED, OK};
pub(super) use held_buttons::HeldButtons;
pub(crate) use read::read;
pub(crate) use write::write;

/// An action on the screen.
pub(super) struct Computer<'a>(pub(super) &'a Action);

impl Behavior for Computer<'_> {
    fn effects(&self) -> &'static [Effect] {
        effects::of(self.0)
    }

    fn is_input(&self) -> bool {
        !self.effects().is_empty()
    }

    fn returns_image(&self) -> bool {
        matches!(self.0, Action::Screenshot | Action::Zoom { .. })
    }

    fn image(&self) -> ImageContent {
        match self.0 {
            Action::Zoom { .. } => ImageContent::Region,
            _ => ImageContent::Screen,
        }
    }

    fn repetition(&self) -> Repetition {
        match self.0 {
            Action::Wait { .. } => Repetition::Wait,
            Action::CursorPosition => Repetition::Uncounted,
            Action::Screenshot | Action::Zoom { .. } => Repetition::Look,
            _ => Repetition::Action,
        }
    }

    fn execute<'a>(
        &'a self,
        executor: &'a mut ToolExecutor,
        context: CallContext,
    ) -> BoxFuture<'a, Result<Output, DesktopError>> {
        Box::pin(self.act(executor, context.input_follows && self.is_input()))
    }

    fn description(&self) -> Description {
        description::of(self.0)
    }

    fn report(&self, result: &str) -> Option<String> {
        matches!(self.0, Action::CursorPosition).then(|| format!("The pointer is at {result}."))
    }
}

impl Computer<'_> {
    async fn act(&self, executor: &mut ToolExecutor, more_follows: bool) -> Result<Output, DesktopError> {
        executor.held_buttons.before(self.0);
        let batch = ActionBatch {
            actions: vec![self.0.clone()],
            // A screenshot or zoom returns its own image; after any other action the screen is captured.
            capture: !self.returns_image(),
            unsettled: std::mem::replace(&mut executor.unsettled, more_follows),
            more_follows,
            ..ActionBatch::default()
        };
        let output = self.output_of(executor.desktop.act(batch).await?);
        if output.status == ToolStatus::Done {
            executor.held_buttons.after(self.0);
        }
        Ok(output)
    }

    fn output_of(&self, batch: ActionBatchResult) -> Output {
        let Some(result) = batch.results.into_iter().next() else {
            return Output::failed("The desktop did not say what came of the action.");
        };
        let looks = self.returns_image();
        let image = if looks { result.screenshot } else { batch.screenshot };
        let (status, text) = match result.outcome {
            ActionOutcome::Done => (ToolStatus::Done, self.done(result.cursor)),
            ActionOutcome::Failed { message } => (ToolStatus::Failed, one_line(&message)),
            ActionOutcome::Skipped => (ToolStatus::NotExecuted, NOT_EXECUTED.to_owned()),
        };
        if looks && status == ToolStatus::Done && image.is_none() {
            return Output::failed("The desktop sent no picture.");
        }
        Output { status, text, image }
    }

    fn done(&self, cursor: Option<Point>) -> String {
        match (cursor, self.0) {
            (Some(at), _) => format!("X={}, Y={}", at.x, at.y),
            // The image is the result.
            _ if self.returns_image() => String::new(),
            // It may have asked for more.
            (None, Action::Scroll { clicks, .. }) if *clicks == u32::from(read::MAX_COUNT) => {
                format!("Scrolled by {clicks}, which is the most at once.")
            }
            (None, Action::Key { repeat: read::MAX_COUNT, .. }) => {
                format!("Pressed {} times, which is the most at once.", read::MAX_COUNT)
            }
            (None, _) => OK.to_owned(),
        }
    }
}
