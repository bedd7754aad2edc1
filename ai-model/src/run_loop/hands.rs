//! Does one tool call on the desktop and puts into words what came of it.

use std::sync::Arc;
use std::time::Instant;

use protocol::action::Action;
use protocol::desktop::{ActionBatchResult, ActionOutcome, Screenshot, ShellRequest, ShellResult};
use protocol::transcript::{App, ImageRef, Tool, ToolCall, ToolResult, ToolStatus};
use tokio_util::task::TaskTracker;

use super::held_buttons::HeldButtons;
use super::open_app;
use super::sentences::{DESKTOP_LOST, NO_OUTPUT, OK, SHELL_RESTARTED};
use crate::desktop_client::{DesktopClient, DesktopError};
use crate::images;

/// Milliseconds that a command may take.
const SHELL_TIMEOUT_MS: u64 = 120_000;
/// Most characters of a command's output that the model reads.
const MAX_OUTPUT_CHARS: usize = 16_000;
/// Most characters of an error that the model reads.
const MAX_ERROR_CHARS: usize = 300;

/// The run's hands on its desktop.
#[derive(Debug)]
pub struct Hands {
    desktop: DesktopClient,
    held: HeldButtons,
}

/// A picture of the screen with its name.
#[derive(Debug, Clone)]
pub(super) struct Picture {
    /// SHA-256 of its bytes.
    pub(super) sha256: String,
    /// `image/png` or `image/jpeg`.
    pub(super) media_type: String,
    /// Its bytes.
    pub(super) base64: Arc<str>,
}

/// What came of a call.
pub(super) struct Performed {
    /// The answer.
    pub(super) result: ToolResult,
    /// The picture that the answer refers to.
    pub(super) picture: Option<Picture>,
    /// Whether the desktop is gone, so that nothing more can be done.
    pub(super) lost_desktop: bool,
}

/// The answer on its way: how it ended, what is said, what is seen.
struct Answer {
    status: ToolStatus,
    text: String,
    screenshot: Option<Screenshot>,
    /// Whether the model asked to see, so that the picture is for it wherever the call stands.
    asked_to_see: bool,
}

impl Answer {
    fn words(status: ToolStatus, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), screenshot: None, asked_to_see: false }
    }
}

impl Hands {
    /// Hands on the desktop behind `desktop`. `releases` owns what has to happen after a cancelled run.
    #[must_use]
    pub fn new(desktop: DesktopClient, releases: TaskTracker) -> Self {
        Self { held: HeldButtons::new(desktop.clone(), releases), desktop }
    }

    /// Releases what is held.
    pub(super) async fn release(&mut self) {
        self.held.release().await;
    }

    /// Does one call. The model is shown the screen after the turn's last one, and whenever it asked to look.
    pub(super) async fn perform(&mut self, call: &ToolCall, is_last: bool) -> Performed {
        let started = Instant::now();
        let tried = match &call.tool {
            Tool::Computer { action } => self.act(action).await,
            Tool::Shell { command, restart } => self.shell(command.as_deref(), *restart).await,
            Tool::Open { app, argument } => self.open(*app, argument.as_deref()).await,
            Tool::Invalid { problem, .. } => Ok(Answer::words(ToolStatus::Failed, problem)),
        };
        let lost_desktop = matches!(tried, Err(DesktopError::Unreachable(_) | DesktopError::Unauthorized));
        let answer = tried.unwrap_or_else(|error| explain(&error));
        let picture = answer.screenshot.as_ref().and_then(named);
        let shown = answer.status == ToolStatus::Done && (answer.asked_to_see || is_last);
        let result = ToolResult {
            call_id: call.call_id.clone(),
            status: answer.status,
            text: answer.text,
            shown_to_model: shown && picture.is_some(),
            screenshot: picture.as_ref().map(|(_, reference)| reference.clone()),
            elapsed_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        Performed { result, picture: picture.map(|(picture, _)| picture), lost_desktop }
    }

    async fn act(&mut self, action: &Action) -> Result<Answer, DesktopError> {
        self.held.before(action);
        // An action that looks brings its own picture; each other one gets a look at what it did.
        let looks = matches!(action, Action::Screenshot | Action::Zoom { .. });
        let result = self.desktop.act(action.clone(), !looks).await?;
        let answer = acted(result, looks);
        if answer.status == ToolStatus::Done {
            self.held.after(action);
        }
        Ok(answer)
    }

    async fn shell(&self, command: Option<&str>, restart: bool) -> Result<Answer, DesktopError> {
        let request =
            ShellRequest { restart, command: command.map(str::to_owned), timeout_ms: SHELL_TIMEOUT_MS };
        let result = self.desktop.shell(&request).await?;
        Ok(match command {
            None if restart => Answer::words(ToolStatus::Done, SHELL_RESTARTED),
            _ => ran(&result),
        })
    }

    async fn open(&self, app: App, argument: Option<&str>) -> Result<Answer, DesktopError> {
        if let Err(problem) = open_app::open(&self.desktop, app, argument).await? {
            return Ok(Answer::words(ToolStatus::Failed, problem));
        }
        let look = self.desktop.act(Action::Screenshot, false).await?;
        Ok(Answer { asked_to_see: false, ..acted(look, true) })
    }
}

/// Puts into words what an action did.
fn acted(result: ActionBatchResult, looks: bool) -> Answer {
    let Some(first) = result.results.into_iter().next() else {
        return Answer::words(ToolStatus::Failed, "The desktop did not say what came of the action.");
    };
    let screenshot = if looks { first.screenshot } else { result.screenshot };
    let (status, text) = match first.outcome {
        ActionOutcome::Done => (ToolStatus::Done, done_text(first.cursor, looks)),
        ActionOutcome::Failed { message } => (ToolStatus::Failed, one_line(&message)),
        ActionOutcome::Skipped => (ToolStatus::NotExecuted, super::NOT_EXECUTED.to_owned()),
    };
    if looks && status == ToolStatus::Done && screenshot.is_none() {
        return Answer::words(ToolStatus::Failed, "The desktop sent no picture.");
    }
    Answer { status, text, screenshot, asked_to_see: looks }
}

fn done_text(cursor: Option<protocol::action::Point>, looks: bool) -> String {
    match cursor {
        Some(at) => format!("X={}, Y={}", at.x, at.y),
        // The picture is the answer.
        None if looks => String::new(),
        None => OK.to_owned(),
    }
}

/// Puts into words what a command did.
fn ran(result: &ShellResult) -> Answer {
    let mut text = shortened(result.output.trim_end(), MAX_OUTPUT_CHARS);
    if result.timed_out {
        text.push_str("\n[The command was stopped after 120 s.]");
        return Answer::words(ToolStatus::Failed, text.trim_start());
    }
    match result.exit_code {
        Some(0) if text.trim().is_empty() => NO_OUTPUT.clone_into(&mut text),
        Some(0) => {}
        Some(code) => text.push_str(&format!("\n[exit status {code}]")),
        None => text.push_str("\n[The shell ended. Restart it before the next command.]"),
    }
    Answer::words(ToolStatus::Done, text.trim_start_matches('\n'))
}

/// Puts into words why the agent did not do a call.
fn explain(error: &DesktopError) -> Answer {
    match error {
        DesktopError::Refused { message } => Answer::words(ToolStatus::Failed, one_line(message)),
        DesktopError::Unreachable(_) | DesktopError::Unauthorized => {
            tracing::warn!(%error, "the desktop was lost");
            Answer::words(ToolStatus::Interrupted, DESKTOP_LOST)
        }
    }
}

fn named(screenshot: &Screenshot) -> Option<(Picture, ImageRef)> {
    let sha256 = images::name_of(&screenshot.data)
        .inspect_err(|error| tracing::warn!(%error, "the desktop sent an unusable picture"))
        .ok()?;
    let reference =
        ImageRef { sha256: sha256.clone(), media_type: screenshot.media_type.clone(), size: screenshot.size };
    let base64 = screenshot.data.as_str().into();
    Some((Picture { sha256, media_type: screenshot.media_type.clone(), base64 }, reference))
}

/// The text without its middle when it is longer than `limit` characters.
fn shortened(text: &str, limit: usize) -> String {
    let count = text.chars().count();
    if count <= limit {
        return text.to_owned();
    }
    let head: String = text.chars().take(limit / 2).collect();
    let tail: String = text.chars().skip(count - limit / 2).collect();
    format!("{head}\n[... {} characters left out ...]\n{tail}", count - limit / 2 * 2)
}

/// A short single line: errors are read by the model, so they carry as little as possible.
fn one_line(message: &str) -> String {
    message.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_ERROR_CHARS).collect()
}
