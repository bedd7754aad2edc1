//! A persistent bash: working directory, variables and background jobs are kept between commands.

mod bash;
mod collector;
mod feed;
mod foreground;
mod output;

use std::sync::Arc;
use std::time::Duration;

use protocol::agent::shell::{ShellRequest, ShellResult};
use tokio::sync::Mutex;
use tokio_util::task::TaskTracker;

use crate::environment::AppEnvironment;
use crate::processes::Processes;
use bash::Bash;
pub use feed::Feed;

const MAX_TIMEOUT: Duration = Duration::from_millis(600_000);

/// Why a command did not run.
#[derive(Debug, thiserror::Error)]
pub enum ShellError {
    /// The shell could not be started or written to.
    #[error("could not start the shell")]
    Start(#[from] std::io::Error),
    /// A command can't contain a zero byte.
    #[error("The command holds a zero byte.")]
    ZeroByte,
    /// The request has neither a command nor a restart.
    #[error("There is no command.")]
    NoCommand,
    /// The time limit is out of bounds.
    #[error("The time limit must be from 1 to 600,000 milliseconds.")]
    TimeLimit,
}

/// The shell of a desktop, started by the first command.
#[derive(Debug)]
pub struct Shell {
    environment: AppEnvironment,
    processes: Processes,
    running: Arc<Mutex<Option<Bash>>>,
    /// Interrupts the commands of callers that have disconnected.
    abandoned: TaskTracker,
}

/// A caller of the shell. Dropping it before its command has ended interrupts that.
struct Caller<'a> {
    shell: &'a Shell,
    served: bool,
}

impl Drop for Caller<'_> {
    fn drop(&mut self) {
        if !self.served {
            let running = Arc::clone(&self.shell.running);
            self.shell.abandoned.spawn(async move { end_abandoned(&mut *running.lock().await).await });
        }
    }
}

/// Interrupts the command of a caller that has disconnected, and ends the shell if that does not help.
async fn end_abandoned(running: &mut Option<Bash>) {
    if let Some(bash) = running.as_mut().filter(|bash| bash.is_busy())
        && !bash.abandon().await
    {
        bash.end().await;
        *running = None;
    }
}

impl Shell {
    /// A shell that will be started with an environment.
    #[must_use]
    pub fn new(environment: AppEnvironment, processes: Processes) -> Self {
        Self { environment, processes, running: Arc::default(), abandoned: TaskTracker::new() }
    }

    /// Runs a command, one at a time. Its output is also sent to the feed, if there is one. Dropping the future
    /// interrupts the command.
    ///
    /// # Errors
    /// When the request is invalid or no shell can be started.
    pub async fn run(
        &self,
        request: ShellRequest,
        feed: Option<Arc<Feed>>,
    ) -> Result<ShellResult, ShellError> {
        check(&request)?;
        let mut caller = Caller { shell: self, served: false };
        let mut running = self.running.lock().await;
        end_abandoned(&mut running).await;
        if request.restart
            && let Some(mut bash) = running.take()
        {
            bash.end().await;
        }
        let bash = match running.as_mut() {
            Some(bash) => bash,
            None => running.insert(Bash::start(&self.environment, &self.processes)?),
        };
        let Some(command) = request.command else {
            caller.served = true;
            return Ok(ShellResult {
                output: String::new(),
                exit_code: None,
                timed_out: false,
                notices: Vec::new(),
            });
        };
        let (result, usable) = bash.run(&command, Duration::from_millis(request.timeout_ms), feed).await?;
        if !usable {
            bash.end().await;
            *running = None;
        }
        caller.served = true;
        Ok(result)
    }
}

/// Validates a request.
pub fn check(request: &ShellRequest) -> Result<(), ShellError> {
    let limit = Duration::from_millis(request.timeout_ms);
    match &request.command {
        None if !request.restart => Err(ShellError::NoCommand),
        Some(_) if limit.is_zero() || limit > MAX_TIMEOUT => Err(ShellError::TimeLimit),
        Some(command) if command.contains('\0') => Err(ShellError::ZeroByte),
        _ => Ok(()),
    }
}
