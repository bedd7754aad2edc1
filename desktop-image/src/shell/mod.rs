//! A persistent bash: folder, variables and background jobs last from one command to the next.

mod output;

use std::io::ErrorKind;
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::unistd::Pid;
use protocol::desktop::{ShellRequest, ShellResult};
use tokio::io::AsyncWriteExt as _;
use tokio::net::unix::pipe;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::environment::AppEnvironment;
use crate::processes::{Process, Processes};
use output::Output;

const LONGEST: Duration = Duration::from_millis(600_000);
/// How long an interrupted command has to end before its shell is ended.
const INTERRUPT_GRACE: Duration = Duration::from_secs(2);
/// The first thing the shell is told. It is interactive, so an interrupt ends a whole command, loops included,
/// but not the shell; everything else that goes with that is turned off. What it writes to standard error
/// until the zero byte is its greeting; from then on that pipe carries exit statuses, as descriptor 4.
const FIRST: &str = "set +mH; unset HISTFILE PROMPT_COMMAND; PS1= PS2=; exec 4>&2 2>&1; printf '\\0' >&4\n";

/// Why a command did not run.
#[derive(Debug, thiserror::Error)]
pub enum ShellError {
    /// The shell could not be started or spoken to.
    #[error("could not start the shell")]
    Start(#[from] std::io::Error),
    /// A zero byte ends a command, so none can hold one.
    #[error("The command holds a zero byte.")]
    ZeroByte,
    /// There is neither a command nor a restart.
    #[error("There is no command.")]
    NoCommand,
    /// Longer than ten minutes.
    #[error("The time limit must be from 1 to 600,000 milliseconds.")]
    TimeLimit,
}

/// The shell of a desktop; it starts with the first command.
#[derive(Debug)]
pub struct Shell {
    environment: AppEnvironment,
    processes: Processes,
    running: Mutex<Option<Bash>>,
}

/// One bash and the pipes to it.
#[derive(Debug)]
struct Bash {
    process: Process,
    processes: Processes,
    commands: pipe::Sender,
    output: pipe::Receiver,
    statuses: pipe::Receiver,
    /// What the shell has to be told before its next command.
    greeting: Option<&'static str>,
    /// Digits of a status that has come in so far.
    digits: Vec<u8>,
    /// Set while a command runs: a bash whose caller went away in the midst of one can't be used again.
    busy: bool,
}

/// How a command ended.
enum End {
    Status(i32),
    ShellGone,
}

impl Shell {
    /// A shell that will start with an environment.
    #[must_use]
    pub fn new(environment: AppEnvironment, processes: Processes) -> Self {
        Self { environment, processes, running: Mutex::new(None) }
    }

    /// Runs a command, after those that came before it.
    ///
    /// # Errors
    /// When the request makes no sense or no shell can be started.
    pub async fn run(&self, request: ShellRequest) -> Result<ShellResult, ShellError> {
        let limit = Duration::from_millis(request.timeout_ms);
        if request.command.is_some() && (limit.is_zero() || limit > LONGEST) {
            return Err(ShellError::TimeLimit);
        }
        if request.command.as_ref().is_some_and(|command| command.contains('\0')) {
            return Err(ShellError::ZeroByte);
        }
        let mut running = self.running.lock().await;
        if (request.restart || running.as_ref().is_some_and(|bash| bash.busy))
            && let Some(mut bash) = running.take()
        {
            bash.end().await;
        }
        let Some(command) = request.command else {
            if !request.restart {
                return Err(ShellError::NoCommand);
            }
            *running = Some(self.start()?);
            return Ok(ShellResult { output: String::new(), exit_code: None, timed_out: false });
        };
        let mut bash = match running.take() {
            Some(bash) => bash,
            None => self.start()?,
        };
        bash.busy = true;
        // Back in its place before the wait, so that a caller who goes away leaves it to be ended.
        let bash = running.insert(bash);
        let (result, usable) = bash.run(&command, limit).await;
        bash.busy = false;
        if !usable && let Some(mut bash) = running.take() {
            bash.end().await;
        }
        Ok(result)
    }

    fn start(&self) -> Result<Bash, ShellError> {
        let mut command = self.environment.command("bash");
        command
            .args(["--noprofile", "--norc", "--noediting", "-i"])
            .env("PS1", "")
            .env("TERM", "dumb")
            .env("PAGER", "cat")
            .env("GIT_PAGER", "cat")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut process = self.processes.spawn(command)?;
        let gone = || std::io::Error::from(ErrorKind::BrokenPipe);
        let commands = OwnedFd::from(process.stdin.take().ok_or_else(gone)?);
        let output = OwnedFd::from(process.stdout.take().ok_or_else(gone)?);
        let statuses = OwnedFd::from(process.stderr.take().ok_or_else(gone)?);
        Ok(Bash {
            process,
            processes: self.processes.clone(),
            commands: pipe::Sender::from_owned_fd(commands)?,
            output: pipe::Receiver::from_owned_fd(output)?,
            statuses: pipe::Receiver::from_owned_fd(statuses)?,
            greeting: Some(FIRST),
            digits: Vec::new(),
            busy: false,
        })
    }
}

impl Bash {
    /// Runs one command; the second value says whether the shell can run another.
    async fn run(&mut self, command: &str, limit: Duration) -> (ShellResult, bool) {
        let mut output = Output::default();
        let mut deadline = Instant::now() + limit;
        let mut timed_out = false;
        let mut script = Some([self.greeting.take().unwrap_or_default(), &script_of(command)].concat());
        let mut caller =
            InterruptOnDrop { processes: self.processes.clone(), pid: self.process.pid, armed: true };
        let end = loop {
            let step = async {
                if let Some(script) = &script {
                    send(&mut self.commands, &self.output, script.as_bytes(), &mut output).await;
                }
                script = None;
                self.until_end(&mut output).await
            };
            match tokio::time::timeout_at(deadline, step).await {
                Ok(end) => break end,
                // It did not even take the command in, or ignores the interrupt.
                Err(_) if timed_out || script.is_some() => break End::ShellGone,
                Err(_) => {
                    timed_out = true;
                    deadline = Instant::now() + INTERRUPT_GRACE;
                    self.processes.signal_group(self.process.pid, Signal::SIGINT);
                }
            }
        };
        caller.armed = false;
        drain(&self.output, &mut output);
        let (exit_code, usable) = match end {
            End::Status(status) => ((!timed_out).then_some(status), true),
            End::ShellGone => (None, false),
        };
        (ShellResult { output: output.into_text(), exit_code, timed_out }, usable)
    }

    /// Collects output until the command's status comes in or the shell is gone.
    async fn until_end(&mut self, output: &mut Output) -> End {
        loop {
            tokio::select! {
                readable = self.output.readable() => {
                    if readable.is_err() || drain(&self.output, output) {
                        // Nothing can print any more: the shell and all its jobs are gone.
                        return End::ShellGone;
                    }
                }
                _ = self.statuses.readable() => {
                    let mut byte = [0_u8; 1];
                    match self.statuses.try_read(&mut byte) {
                        Ok(0) => return End::ShellGone,
                        // The end of the greeting.
                        Ok(_) if byte == [0] => self.digits.clear(),
                        Ok(_) if byte == *b"\n" => {
                            let digits = std::mem::take(&mut self.digits);
                            // Lines of the greeting are no numbers.
                            if let Some(status) = String::from_utf8(digits).ok().and_then(|text| text.parse().ok()) {
                                return End::Status(status);
                            }
                        }
                        Ok(_) => self.digits.push(byte[0]),
                        Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                        Err(_) => return End::ShellGone,
                    }
                }
                _ = self.process.exited() => return End::ShellGone,
            }
        }
    }

    /// Ends the shell and everything in its session's process group.
    async fn end(&mut self) {
        self.processes.signal_group(self.process.pid, Signal::SIGKILL);
        self.process.exited().await;
    }
}

/// Interrupts a command whose caller went away.
struct InterruptOnDrop {
    processes: Processes,
    pid: Pid,
    armed: bool,
}

impl Drop for InterruptOnDrop {
    fn drop(&mut self) {
        if self.armed {
            self.processes.signal_group(self.pid, Signal::SIGINT);
        }
    }
}

/// A command as the shell reads it. Its standard input is empty: a program that asks gets no answer instead
/// of eating the next command. The status follows on a line of its own, which an interrupt leaves alone.
fn script_of(command: &str) -> String {
    let quoted = command.replace('\'', r"'\''");
    format!("eval '{quoted}' </dev/null 4>&-\nprintf '%d\\n' \"$?\" >&4\n")
}

/// Hands a command to the shell, reading output meanwhile: background jobs may print while it does not listen.
async fn send(commands: &mut pipe::Sender, from: &pipe::Receiver, command: &[u8], output: &mut Output) {
    let write = commands.write_all(command);
    tokio::pin!(write);
    loop {
        tokio::select! {
            // A shell that is gone shows itself where its status is read.
            _ = &mut write => return,
            readable = from.readable() => {
                if readable.is_err() || drain(from, output) {
                    return;
                }
            }
        }
    }
}

/// Reads what is there. Returns whether the pipe has ended.
fn drain(from: &pipe::Receiver, output: &mut Output) -> bool {
    let mut bytes = [0_u8; 8192];
    loop {
        // Asks the pipe itself: the runtime may not have heard yet of what was written last. Its own read is
        // only there to note that the pipe is empty.
        match nix::unistd::read(from, &mut bytes) {
            Ok(0) => return true,
            Ok(count) => output.push(&bytes[..count]),
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN) => match from.try_read(&mut bytes) {
                Ok(0) => return true,
                Ok(count) => output.push(&bytes[..count]),
                Err(error) => return error.kind() != ErrorKind::WouldBlock,
            },
            Err(_) => return true,
        }
    }
}
