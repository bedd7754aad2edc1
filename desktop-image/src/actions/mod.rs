//! Runs batches of actions strictly in order. The first failure stops the batch, and keys and buttons are released
//! however it ends.

mod error;
mod input;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use protocol::action::{Action, Point, Region};
use protocol::agent::actions::{
    ActionBatch, ActionBatchResult, ActionOutcome, ActionResult, Screenshot, ScreenshotOptions, Settle,
};
use tokio::time::Instant;

use error::ActionError;

use crate::blocking::blocking;
use crate::desktop::Desktop;
use crate::input::Input;
use crate::screen::EncodedScreenshot;
use crate::settle::Settling;
use crate::x11::XError;

const MAX_DURATION: Duration = Duration::from_millis(300_000);
/// After a wait this long the screen has settled.
const LONG_WAIT: Duration = Duration::from_secs(2);
/// Runs a batch. Batches of one desktop run one at a time. Dropping the future cancels the batch between two inputs and
/// releases everything that is held down.
pub async fn run(desktop: &Desktop, batch: ActionBatch) -> ActionBatchResult {
    let _turn = desktop.turn.lock().await;
    let release = ReleaseOnCancel { input: &desktop.input, armed: true };
    let mut runner = Runner {
        desktop,
        options: batch.screenshot,
        settling: Settling::begin(desktop),
        unsettled: batch.unsettled,
        more_follows: batch.more_follows,
    };
    let mut results = Vec::with_capacity(batch.actions.len());
    let mut failed = false;
    for (index, action) in batch.actions.iter().enumerate() {
        if failed {
            results.push(skipped());
            continue;
        }
        // An await point after each action, where a batch can be cancelled.
        tokio::task::yield_now().await;
        let last = index + 1 == batch.actions.len();
        let result = runner.run(action, batch.actions.get(index + 1), last).await;
        failed = matches!(result.outcome, ActionOutcome::Failed { .. });
        results.push(result);
    }
    if failed && let Err(error) = lock(&desktop.input).release_unkept() {
        tracing::error!(error = %error, "could not release the held keys");
    }
    let screenshot = if batch.capture { runner.final_screenshot(&mut results).await } else { None };
    release.disarm();
    ActionBatchResult { results, screenshot, notices: desktop.notices.take() }
}

/// Releases what is held down, unless the batch completes.
struct ReleaseOnCancel<'a> {
    input: &'a Mutex<Input>,
    armed: bool,
}

impl ReleaseOnCancel<'_> {
    fn disarm(mut self) {
        self.armed = false;
    }
}

impl Drop for ReleaseOnCancel<'_> {
    fn drop(&mut self) {
        if self.armed
            && let Err(error) = lock(self.input).release_all()
        {
            tracing::error!(error = %error, "could not release the held keys");
        }
    }
}

/// The results of an action besides its outcome.
#[derive(Default)]
struct ActionOutput {
    screenshot: Option<Screenshot>,
    cursor: Option<Point>,
    settle: Option<Settle>,
}

struct Runner<'a> {
    desktop: &'a Desktop,
    options: ScreenshotOptions,
    settling: Settling<'a>,
    /// Whether an input may still be changing the screen.
    unsettled: bool,
    /// Whether another batch with input follows immediately.
    more_follows: bool,
}

impl Runner<'_> {
    async fn run(&mut self, action: &Action, next: Option<&Action>, last: bool) -> ActionResult {
        let started = Instant::now();
        let (outcome, output) = match self.perform(action, next, last).await {
            Ok(output) => (ActionOutcome::Done, output),
            Err(error) => {
                let source = std::error::Error::source(&error).map(ToString::to_string);
                tracing::info!(error = %error, error.source = source, "an action failed");
                (ActionOutcome::Failed { message: error.to_string() }, ActionOutput::default())
            }
        };
        let ActionOutput { screenshot, cursor, settle } = output;
        ActionResult { outcome, screenshot, cursor, elapsed_ms: millis(started.elapsed()), settle }
    }

    async fn perform(
        &mut self,
        action: &Action,
        next: Option<&Action>,
        last: bool,
    ) -> Result<ActionOutput, ActionError> {
        let mut output = ActionOutput::default();
        match action {
            Action::Screenshot => {
                output.settle = self.settle().await?;
                output.screenshot = Some(self.screenshot().await?);
                return Ok(output);
            }
            Action::Zoom { region } => {
                if !self.desktop.screen.holds(*region) {
                    return Err(ActionError::Outside);
                }
                output.settle = self.settle().await?;
                output.screenshot = Some(self.zoom(*region).await?);
                return Ok(output);
            }
            Action::CursorPosition => {
                output.cursor = Some(self.desktop.screen.pointer()?);
                return Ok(output);
            }
            Action::Wait { duration_ms } => {
                let duration = duration(*duration_ms)?;
                tokio::time::sleep(duration).await;
                self.unsettled &= duration < LONG_WAIT;
            }
            input => {
                self.settling.action_begins();
                self.unsettled = true;
                let sent = self.input(input).await;
                self.settling.action_ended();
                sent?;
            }
        }
        if last && !self.more_follows {
            output.settle = self.settle().await?;
        } else if opens_something(action) && (last || next.is_some_and(is_input)) {
            self.settling.between_inputs().await?;
        }
        if last {
            self.unsettled = false;
        }
        Ok(output)
    }

    async fn settle(&mut self) -> Result<Option<Settle>, XError> {
        if !std::mem::take(&mut self.unsettled) {
            return Ok(None);
        }
        Ok(Some(self.settling.before_screenshot().await?))
    }

    /// The screenshot at the end of a batch, once the screen has settled. The wait is reported with the last executed
    /// action.
    async fn final_screenshot(&mut self, results: &mut [ActionResult]) -> Option<Screenshot> {
        let screenshot = async {
            let settle = self.settle().await?;
            let ran = results.iter_mut().rev().find(|result| result.outcome != ActionOutcome::Skipped);
            if let (Some(settle), Some(ran)) = (settle, ran) {
                ran.settle = Some(settle);
            }
            self.screenshot().await
        };
        screenshot
            .await
            .inspect_err(|error: &ActionError| tracing::error!(error = %error, "no screenshot after a batch"))
            .ok()
    }

    async fn screenshot(&self) -> Result<Screenshot, ActionError> {
        let (screen, options) = (self.desktop.screen.clone(), self.options);
        let screenshot = blocking(move || screen.screenshot(options)).await?;
        Ok(to_message(&screenshot, None))
    }

    async fn zoom(&self, region: Region) -> Result<Screenshot, ActionError> {
        let (screen, options) = (self.desktop.screen.clone(), self.options);
        let screenshot = blocking(move || screen.zoom(region, options)).await?;
        Ok(to_message(&screenshot, Some(region)))
    }
}

/// Whether an action may open something that the next input is meant for.
fn opens_something(action: &Action) -> bool {
    // A press alone opens menus. And the window manager delays it, but not the keys that follow it.
    use Action::{Click, Drag, HoldKey, Key, MouseDown, MouseUp};
    matches!(
        action,
        Click { .. } | MouseDown { .. } | MouseUp { .. } | Key { .. } | HoldKey { .. } | Drag { .. }
    )
}

fn is_input(action: &Action) -> bool {
    !matches!(action, Action::Screenshot | Action::Zoom { .. } | Action::CursorPosition | Action::Wait { .. })
}

fn duration(milliseconds: u64) -> Result<Duration, ActionError> {
    let duration = Duration::from_millis(milliseconds);
    if duration > MAX_DURATION { Err(ActionError::Duration) } else { Ok(duration) }
}

/// The screenshot as an API message.
fn to_message(screenshot: &EncodedScreenshot, region: Option<Region>) -> Screenshot {
    let data = BASE64_STANDARD.encode(&screenshot.bytes);
    let media_type = screenshot.format.media_type().to_owned();
    Screenshot { media_type, size: screenshot.size, region, data }
}

fn skipped() -> ActionResult {
    let outcome = ActionOutcome::Skipped;
    ActionResult { outcome, screenshot: None, cursor: None, elapsed_ms: 0, settle: None }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn lock(input: &Mutex<Input>) -> MutexGuard<'_, Input> {
    input.lock().unwrap_or_else(PoisonError::into_inner)
}
