//! Executes the calls of a run on its desktop.

use std::sync::Arc;
use std::time::Instant;

use protocol::agent::actions::{ActionBatch, Screenshot, ScreenshotOptions};
use protocol::transcript::{ScreenshotRef, ToolCall, ToolResult, ToolStatus};
use tokio_util::task::TaskTracker;

use super::behavior_of;
use super::computer::HeldButtons;
use super::output::{Output, one_line};
use crate::desktop_client::{DesktopClient, DesktopError};
use crate::images;
use crate::transcript::canned_results::DESKTOP_LOST;

/// Executes calls on one desktop. Dropping it releases the mouse buttons that the run holds down.
#[derive(Debug)]
pub struct ToolExecutor {
    pub(super) desktop: DesktopClient,
    pub(super) held_buttons: HeldButtons,
    /// Whether an earlier call may still be changing the screen.
    pub(super) unsettled: bool,
}

/// What the rest of the turn means for the execution of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CallContext {
    /// Another input to the screen follows immediately.
    pub(crate) input_follows: bool,
    /// The turn ends with this call, and the model has not yet seen the effect of the turn on the screen.
    pub(crate) owes_screenshot: bool,
}

/// What came of a call.
pub(crate) struct Executed {
    /// The result. The model is not shown its image yet.
    pub(crate) result: ToolResult,
    /// The image that the result refers to.
    pub(crate) image: Option<CapturedImage>,
    /// Whether the desktop was lost, so that no further call can be executed.
    pub(crate) desktop_lost: bool,
}

/// An image with its reference.
#[derive(Debug, Clone)]
pub(crate) struct CapturedImage {
    /// The reference in results.
    pub(crate) reference: ScreenshotRef,
    /// The bytes, in base64.
    pub(crate) base64: Arc<str>,
}

impl ToolExecutor {
    /// Executes on the desktop behind `desktop`. `releases` owns the tasks that release buttons after a cancelled run.
    #[must_use]
    pub fn new(desktop: DesktopClient, releases: TaskTracker) -> Self {
        Self { held_buttons: HeldButtons::new(desktop.clone(), releases), desktop, unsettled: false }
    }

    /// Takes later screenshots like this.
    pub(crate) fn show_screen(&mut self, images: ScreenshotOptions) {
        self.desktop.show_screen(images);
    }

    /// Releases the mouse buttons that the run holds down.
    pub(crate) async fn release(&mut self) {
        self.held_buttons.release().await;
    }

    /// Executes one call.
    pub(crate) async fn execute(&mut self, call: &ToolCall, context: CallContext) -> Executed {
        let started = Instant::now();
        self.desktop.begin_call(&call.call_id);
        let behavior = behavior_of(&call.tool);
        let executed = behavior.execute(self, context).await;
        let desktop_lost = matches!(executed, Err(DesktopError::Unreachable(_) | DesktopError::Unauthorized));
        let output = executed.unwrap_or_else(|error| explain(&error));
        let image = output.image.and_then(captured);
        let result = ToolResult {
            call_id: call.call_id.clone(),
            status: output.status,
            text: with_notices(output.text, &self.desktop.take_notices()),
            screenshot: image.as_ref().map(|image| image.reference.clone()),
            shown_to_model: false,
            elapsed_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        Executed { result, image, desktop_lost }
    }

    /// The current screen; `None` when the desktop can't capture it.
    pub(crate) async fn screenshot(&mut self) -> Option<CapturedImage> {
        self.look().await.ok().flatten().and_then(captured)
    }

    /// The screen once it has settled.
    pub(super) async fn look(&mut self) -> Result<Option<Screenshot>, DesktopError> {
        self.unsettled = false;
        let batch = ActionBatch { capture: true, unsettled: true, ..ActionBatch::default() };
        Ok(self.desktop.act(batch).await?.screenshot)
    }

    /// Adds the screenshot that the turn owes the model to an output that has no image.
    pub(super) async fn with_owed_screenshot(
        &mut self,
        mut output: Output,
        context: CallContext,
    ) -> Result<Output, DesktopError> {
        if context.owes_screenshot && output.status == ToolStatus::Done && output.image.is_none() {
            output.image = self.look().await?;
        }
        Ok(output)
    }
}

/// The text of a result, with what happened to the desktop.
fn with_notices(text: String, notices: &[String]) -> String {
    notices.iter().fold(text, |text, notice| {
        let separator = if text.is_empty() { "" } else { "\n" };
        format!("{text}{separator}[{}]", one_line(notice))
    })
}

/// Explains why the agent did not execute a call.
fn explain(error: &DesktopError) -> Output {
    match error {
        DesktopError::Refused { message } => Output::failed(message),
        DesktopError::Unreachable(_) | DesktopError::Unauthorized => {
            tracing::warn!(%error, "the desktop was lost");
            Output::text(ToolStatus::Interrupted, DESKTOP_LOST)
        }
    }
}

fn captured(screenshot: Screenshot) -> Option<CapturedImage> {
    let Screenshot { media_type, size, data, .. } = screenshot;
    let sha256 = images::name_of(&data)
        .inspect_err(|error| tracing::warn!(%error, "the desktop sent an unusable image"))
        .ok()?;
    Some(CapturedImage { reference: ScreenshotRef { sha256, media_type, size }, base64: data.into() })
}
