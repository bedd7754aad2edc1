//! Starts applications, and opens files and addresses with their default applications.

mod applications;
mod entry;
mod error;
mod explain;
mod mime;
mod target;

use std::collections::HashSet;
use std::time::Duration;

use protocol::agent::open::{OpenRequest, OpenResult};
use protocol::agent::windows::Window;
use tokio::sync::Mutex;

use crate::blocking::blocking;
use crate::environment::AppEnvironment;
use crate::processes::{Process, Processes};
use crate::windows::Windows;
use crate::x11::XError;
pub use error::OpenError;
pub use explain::open_or_explain;
use target::Launch;

/// How long a window may take to appear. A browser's first start on a busy machine is the slowest.
const WINDOW_TIMEOUT: Duration = Duration::from_secs(30);
/// How long it may take once the program has exited, having handed over to a running instance.
const HANDOVER_TIMEOUT: Duration = Duration::from_secs(2);
/// How long the new window may take to get the focus; some never do.
const FOCUS_TIMEOUT: Duration = Duration::from_secs(1);

/// Starts applications.
#[derive(Debug)]
pub struct Launcher {
    environment: AppEnvironment,
    processes: Processes,
    /// Launches run one at a time, so that a new window belongs to the launched application.
    turn: Mutex<()>,
}

impl Launcher {
    /// A launcher that starts programs with an environment.
    #[must_use]
    pub fn new(environment: AppEnvironment, processes: Processes) -> Self {
        Self { environment, processes, turn: Mutex::default() }
    }

    /// Opens an application, file or address and waits for its window.
    ///
    /// # Errors
    /// When the target does not exist or no application opens it, or when the program does not start or fails at once.
    pub async fn open(&self, windows: &Windows, request: OpenRequest) -> Result<OpenResult, OpenError> {
        let environment = self.environment.clone();
        // Reads a few dozen small files.
        let launch = blocking(move || target::find(&environment, &request)).await?;
        let _turn = self.turn.lock().await;
        let before: HashSet<u32> = windows.list()?.into_iter().map(|window| window.id).collect();
        let process = self.start(&launch)?;
        let window = new_window(windows, &before, process, &launch.application).await?;
        Ok(OpenResult { application: launch.application, opened: launch.opened, window })
    }

    fn start(&self, launch: &Launch) -> Result<Process, OpenError> {
        let command = launch.command(&self.environment);
        let application = || launch.application.clone();
        self.processes
            .spawn(command)
            .map_err(|source| OpenError::Start { application: application(), source })
    }
}

/// Waits for a new window, and then briefly for it to get the focus.
async fn new_window(
    windows: &Windows,
    before: &HashSet<u32>,
    mut process: Process,
    application: &str,
) -> Result<Option<Window>, OpenError> {
    let new = |window: &&Window| !before.contains(&window.id);
    let appears = |limit| windows.wait(limit, move |windows| windows.iter().find(new).cloned());
    let appeared = tokio::select! {
        appeared = appears(WINDOW_TIMEOUT) => appeared?,
        exit = process.exited() => match exit {
            Some(status) if status != 0 => {
                return Err(OpenError::Ended { application: application.to_owned(), status });
            }
            _ => appears(HANDOVER_TIMEOUT).await?,
        },
    };
    let Some(window) = appeared else { return Ok(None) };
    let has_focus =
        |windows: &[Window]| windows.iter().find(|now| now.id == window.id && now.focused).cloned();
    let focused: Result<_, XError> = windows.wait(FOCUS_TIMEOUT, has_focus).await;
    Ok(focused?.or(Some(window)))
}
