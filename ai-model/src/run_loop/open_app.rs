//! Opens a program and waits until its window can be used: what a person does with two clicks and a look.

use std::collections::HashSet;
use std::time::Duration;

use protocol::desktop::ShellRequest;
use protocol::transcript::App;
use tokio::time::{Instant, sleep};

use crate::desktop_client::{DesktopClient, DesktopError};

/// How long a window may take to appear. A browser's first start on a busy machine is the slowest.
const WINDOW_DEADLINE: Duration = Duration::from_secs(30);
/// How often to look for it.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Milliseconds that putting a program into the background may take.
const LAUNCH_TIMEOUT_MS: u64 = 10_000;

/// Opens `app` and waits for a new window with the focus. The inner error is for the model and the person.
pub(super) async fn open(
    desktop: &DesktopClient,
    app: App,
    argument: Option<&str>,
) -> Result<Result<(), String>, DesktopError> {
    let before: HashSet<u32> = desktop.windows().await?.into_iter().map(|window| window.id).collect();
    let launch = ShellRequest {
        restart: false,
        command: Some(launch_command(app, argument)),
        timeout_ms: LAUNCH_TIMEOUT_MS,
    };
    let launched = desktop.shell(&launch).await?;
    if launched.exit_code != Some(0) {
        return Ok(Err(format!("The {} could not be started.", name(app))));
    }
    let deadline = Instant::now() + WINDOW_DEADLINE;
    loop {
        let windows = desktop.windows().await?;
        if windows.iter().any(|window| window.focused && !before.contains(&window.id)) {
            return Ok(Ok(()));
        }
        if Instant::now() >= deadline {
            let seconds = WINDOW_DEADLINE.as_secs();
            return Ok(Err(format!("No window of the {} appeared within {seconds} s.", name(app))));
        }
        sleep(LOOK_EVERY).await;
    }
}

/// What people call a program.
#[must_use]
pub(crate) fn name(app: App) -> &'static str {
    match app {
        App::Terminal => "terminal",
        App::Browser => "browser",
        App::TextEditor => "text editor",
        App::FileManager => "file manager",
    }
}

/// A shell command that starts a program on its own, so that it outlives the shell.
#[must_use]
pub(crate) fn launch_command(app: App, argument: Option<&str>) -> String {
    let program = match app {
        App::Terminal => "xterm",
        App::Browser => "chromium",
        App::TextEditor => "mousepad",
        App::FileManager => "pcmanfm",
    };
    let argument = argument.map(|argument| format!(" {}", quoted(argument))).unwrap_or_default();
    format!("command -v {program} >/dev/null && (setsid {program}{argument} </dev/null >/dev/null 2>&1 &)")
}

/// A word for the shell that stands for itself, except that a leading `~/` means the home folder.
fn quoted(argument: &str) -> String {
    let literal = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    match argument.strip_prefix("~/") {
        Some(rest) => format!("\"$HOME\"/{}", literal(rest)),
        None if argument == "~" => "\"$HOME\"".to_owned(),
        // A leading dash would be read as an option.
        None if argument.starts_with('-') => literal(&format!("./{argument}")),
        None => literal(argument),
    }
}
