//! Does one tool call on the desktop and puts into words what came of it.

use std::sync::Arc;
use std::time::Instant;

use protocol::action::{Action, Point};
use protocol::agent::actions::{ActionBatch, ActionBatchResult, ActionOutcome, Screenshot};
use protocol::agent::open::OpenRequest;
use protocol::agent::shell::{ShellRequest, ShellResult};
use protocol::editor::{EditorCommand, EditorImage, EditorOutcome, EditorResult};
use protocol::transcript::{App, ScreenshotRef, Tool, ToolCall, ToolResult, ToolStatus};
use tokio_util::task::TaskTracker;

use super::effects::is_input;
use super::held_buttons::HeldButtons;
use crate::desktop_client::{DesktopClient, DesktopError};
use crate::images;
use crate::transcript::canned_results::{DESKTOP_LOST, NO_OUTPUT, OK, SHELL_RESTARTED};

/// Milliseconds that a command may take.
const SHELL_TIMEOUT_MS: u64 = 120_000;
/// Most characters of a command's output, or of a file, that the model reads.
const MAX_OUTPUT_CHARS: usize = 16_000;
/// Most characters of an error that the model reads.
const MAX_ERROR_CHARS: usize = 300;

/// The run's hands on its desktop.
#[derive(Debug)]
pub struct Hands {
    desktop: DesktopClient,
    held: HeldButtons,
    /// Whether something done before may still be changing the screen.
    unsettled: bool,
}

/// A picture with its name.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    /// SHA-256 of its bytes.
    pub(crate) sha256: String,
    /// `image/png` or `image/jpeg`.
    pub(crate) media_type: String,
    /// Its bytes.
    pub(crate) base64: Arc<str>,
}

/// What comes after a call in its turn, as far as it matters for how the call is done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Then {
    /// Another input on the screen, at once.
    pub(crate) input_follows: bool,
    /// Nothing, and the model has yet to see what the turn did on the screen.
    pub(crate) owes_a_look: bool,
}

/// What came of a call.
pub(crate) struct Performed {
    /// The answer. The model is not shown its picture yet.
    pub(crate) result: ToolResult,
    /// The picture that the answer refers to.
    pub(crate) picture: Option<Picture>,
    /// Whether the desktop is gone, so that nothing more can be done.
    pub(crate) lost_desktop: bool,
}

/// The answer on its way: how it ended, what is said, what is seen.
struct Answer {
    status: ToolStatus,
    text: String,
    screenshot: Option<Screenshot>,
}

impl Answer {
    fn words(status: ToolStatus, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), screenshot: None }
    }
}

impl Hands {
    /// Hands on the desktop behind `desktop`. `releases` owns what has to happen after a cancelled run.
    #[must_use]
    pub fn new(desktop: DesktopClient, releases: TaskTracker) -> Self {
        Self { held: HeldButtons::new(desktop.clone(), releases), desktop, unsettled: false }
    }

    /// Releases what is held.
    pub(crate) async fn release(&mut self) {
        self.held.release().await;
    }

    /// Does one call.
    pub(crate) async fn perform(&mut self, call: &ToolCall, then: Then) -> Performed {
        let started = Instant::now();
        let tried = self.attempt(&call.tool, then).await;
        let lost_desktop = matches!(tried, Err(DesktopError::Unreachable(_) | DesktopError::Unauthorized));
        let answer = tried.unwrap_or_else(|error| explain(&error));
        let picture = answer.screenshot.and_then(named);
        let result = ToolResult {
            call_id: call.call_id.clone(),
            status: answer.status,
            text: answer.text,
            screenshot: picture.as_ref().map(|(_, reference)| reference.clone()),
            shown_to_model: false,
            elapsed_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        Performed { result, picture: picture.map(|(picture, _)| picture), lost_desktop }
    }

    /// The screen as it is now; absent when the desktop does not show it.
    pub(crate) async fn screen(&mut self) -> Option<(Picture, ScreenshotRef)> {
        self.look().await.ok().flatten().and_then(named)
    }

    async fn attempt(&mut self, tool: &Tool, then: Then) -> Result<Answer, DesktopError> {
        let mut answer = match tool {
            Tool::Computer { action } => {
                return self.act(action, then.input_follows && is_input(tool)).await;
            }
            Tool::Open { app, argument } => return self.open(*app, argument.as_deref()).await,
            Tool::Shell { command, restart } => self.shell(command.as_deref(), *restart).await?,
            Tool::Editor { edit } => self.edit(edit).await?,
            Tool::Invalid { problem, .. } => return Ok(Answer::words(ToolStatus::Failed, problem)),
            // A question is answered by a person and never gets here.
            Tool::Ask { .. } => return Ok(Answer::words(ToolStatus::Failed, "Nobody is there to be asked.")),
        };
        if then.owes_a_look && answer.status == ToolStatus::Done && answer.screenshot.is_none() {
            answer.screenshot = self.look().await?;
        }
        Ok(answer)
    }

    async fn act(&mut self, action: &Action, more_follows: bool) -> Result<Answer, DesktopError> {
        self.held.before(action);
        // An action that looks brings its own picture; each other one gets a look at what it did.
        let looks = matches!(action, Action::Screenshot | Action::Zoom { .. });
        let batch = ActionBatch {
            actions: vec![action.clone()],
            capture: !looks,
            unsettled: std::mem::replace(&mut self.unsettled, more_follows),
            more_follows,
            ..ActionBatch::default()
        };
        let answer = acted(self.desktop.act(batch).await?, looks);
        if answer.status == ToolStatus::Done {
            self.held.after(action);
        }
        Ok(answer)
    }

    /// The screen once it has settled.
    async fn look(&mut self) -> Result<Option<Screenshot>, DesktopError> {
        self.unsettled = false;
        let batch = ActionBatch { capture: true, unsettled: true, ..ActionBatch::default() };
        Ok(self.desktop.act(batch).await?.screenshot)
    }

    async fn shell(&mut self, command: Option<&str>, restart: bool) -> Result<Answer, DesktopError> {
        self.unsettled = true;
        let request =
            ShellRequest { restart, command: command.map(str::to_owned), timeout_ms: SHELL_TIMEOUT_MS };
        let result = self.desktop.shell(&request).await?;
        Ok(match command {
            None if restart => Answer::words(ToolStatus::Done, SHELL_RESTARTED),
            _ => ran(&result),
        })
    }

    async fn edit(&mut self, edit: &EditorCommand) -> Result<Answer, DesktopError> {
        let mut edit = edit.clone();
        if let EditorCommand::View { max_characters, .. } = &mut edit {
            max_characters.get_or_insert(MAX_OUTPUT_CHARS);
        }
        Ok(edited(self.desktop.edit(&edit).await?))
    }

    async fn open(&mut self, app: App, argument: Option<&str>) -> Result<Answer, DesktopError> {
        let target = app_name(app).to_owned();
        let opened =
            self.desktop.open(&OpenRequest { target, argument: argument.map(str::to_owned) }).await?;
        // A browser that runs already shows the page in the window that it has.
        if opened.window.is_none() && app != App::Browser {
            let problem = format!("No window of the {} appeared in time.", app_name(app));
            return Ok(Answer::words(ToolStatus::Failed, problem));
        }
        Ok(Answer { status: ToolStatus::Done, text: OK.to_owned(), screenshot: self.look().await? })
    }
}

/// What people call a program, and the agent knows it by.
#[must_use]
pub(crate) fn app_name(app: App) -> &'static str {
    match app {
        App::Terminal => "terminal",
        App::Browser => "browser",
        App::TextEditor => "text editor",
        App::FileManager => "file manager",
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
        ActionOutcome::Skipped => {
            (ToolStatus::NotExecuted, crate::transcript::canned_results::NOT_EXECUTED.to_owned())
        }
    };
    if looks && status == ToolStatus::Done && screenshot.is_none() {
        return Answer::words(ToolStatus::Failed, "The desktop sent no picture.");
    }
    Answer { status, text, screenshot }
}

fn done_text(cursor: Option<Point>, looks: bool) -> String {
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

/// Puts into words what the editor did.
fn edited(result: EditorResult) -> Answer {
    match result.outcome {
        EditorOutcome::Done => Answer {
            status: ToolStatus::Done,
            text: if result.image.is_none() && result.text.trim().is_empty() {
                OK.to_owned()
            } else {
                result.text
            },
            screenshot: result.image.map(|EditorImage { media_type, size, data }| Screenshot {
                media_type,
                size,
                region: None,
                data,
            }),
        },
        EditorOutcome::Failed { message } => Answer::words(ToolStatus::Failed, one_line(&message)),
    }
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

fn named(screenshot: Screenshot) -> Option<(Picture, ScreenshotRef)> {
    let Screenshot { media_type, size, data, .. } = screenshot;
    let sha256 = images::name_of(&data)
        .inspect_err(|error| tracing::warn!(%error, "the desktop sent an unusable picture"))
        .ok()?;
    let reference = ScreenshotRef { sha256: sha256.clone(), media_type: media_type.clone(), size };
    Some((Picture { sha256, media_type, base64: data.into() }, reference))
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
pub(crate) fn one_line(message: &str) -> String {
    message.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_ERROR_CHARS).collect()
}
