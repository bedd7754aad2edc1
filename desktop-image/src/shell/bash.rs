//! One bash process and its pipes.

use std::io::ErrorKind;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use nix::sys::signal::Signal;
use protocol::agent::shell::ShellResult;
use tokio::io::AsyncWriteExt as _;
use tokio::net::unix::pipe;
use tokio::time::{Instant, timeout, timeout_at};

use super::collector::Collector;
use super::feed::Feed;
use super::foreground::Foreground;
use crate::environment::AppEnvironment;
use crate::locale::{LocaleValues, script};
use crate::processes::{Exit, Process, Processes};

/// How long an interrupted command may take to end before its shell is killed.
const INTERRUPT_GRACE: Duration = Duration::from_secs(2);
/// How often programs that were missed are looked for meanwhile.
const INTERRUPT_INTERVAL: Duration = Duration::from_millis(50);
/// The first line sent to the shell. It is interactive, so that an interrupt ends a whole command, including loops, but
/// not the shell; other interactive features are turned off. Its standard error contains a greeting up to the zero
/// byte. From then on that pipe carries exit statuses, as descriptor 4. Commands print to descriptor 5; output of the
/// shell itself, such as a prompt or a trace, is discarded.
const SETUP: &str = "set +mH; unset HISTFILE PROMPT_COMMAND TMOUT; PS1= PS2=; \
                     exec 4>&2 5>&1 >/dev/null 2>&1; printf '\\0' >&4\n";
/// Keeps programs from prompting, paging and buffering their output.
const ENVIRONMENT: [(&str, &str); 8] = [
    ("PS1", ""),
    ("TERM", "dumb"),
    ("PAGER", "cat"),
    ("GIT_PAGER", "cat"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("SSH_ASKPASS_REQUIRE", "never"),
    ("DEBIAN_FRONTEND", "noninteractive"),
    ("PYTHONUNBUFFERED", "1"),
];

/// A running shell.
#[derive(Debug)]
pub(super) struct Bash {
    process: Process,
    processes: Processes,
    commands: pipe::Sender,
    /// The file from which the shell reads a command.
    command_file: PathBuf,
    output: Collector,
    statuses: pipe::Receiver,
    state: State,
    /// The command that runs.
    foreground: Option<Foreground>,
    /// The part of a status line received so far.
    digits: Vec<u8>,
    /// The status of the last command.
    last_status: i32,
    environment: AppEnvironment,
    /// The locale that it has been given.
    locale: LocaleValues,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The setup has not been sent.
    New,
    /// Waiting for a command.
    Ready,
    /// A command is being sent.
    Sending,
    /// A command runs.
    Running,
}

/// How a command ended.
enum End {
    Status(i32),
    ShellGone(Exit),
    /// The command ended neither in time nor when interrupted.
    Stuck,
}

impl Bash {
    pub(super) fn start(environment: &AppEnvironment, processes: &Processes) -> std::io::Result<Self> {
        let locale = environment.locale();
        let mut command = environment.command("bash");
        command
            .args(["--noprofile", "--norc", "--noediting", "-i"])
            .envs(ENVIRONMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut process = processes.spawn(command)?;
        let gone = || std::io::Error::from(ErrorKind::BrokenPipe);
        let commands = OwnedFd::from(process.stdin.take().ok_or_else(gone)?);
        let output = OwnedFd::from(process.stdout.take().ok_or_else(gone)?);
        let statuses = OwnedFd::from(process.stderr.take().ok_or_else(gone)?);
        Ok(Self {
            process,
            processes: processes.clone(),
            commands: pipe::Sender::from_owned_fd(commands)?,
            command_file: environment.runtime_dir().join("shell-command"),
            output: Collector::start(output)?,
            statuses: pipe::Receiver::from_owned_fd(statuses)?,
            state: State::New,
            foreground: None,
            digits: Vec::new(),
            last_status: 0,
            environment: environment.clone(),
            locale,
        })
    }

    /// Whether a command is being sent or runs.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self.state, State::Sending | State::Running)
    }

    /// Interrupts the command of a caller that has disconnected. Returns whether the shell can run another.
    pub(super) async fn abandon(&mut self) -> bool {
        if self.state == State::Running
            && let End::Status(status) = self.interrupt().await
        {
            self.state = State::Ready;
            self.last_status = status;
            self.foreground = None;
        }
        self.output.finish();
        !self.is_busy()
    }

    /// Interrupts the command and waits for its end.
    async fn interrupt(&mut self) -> End {
        let ended = timeout(INTERRUPT_GRACE, async {
            loop {
                if let Some(foreground) = &mut self.foreground {
                    foreground.interrupt();
                }
                if let Ok(end) = timeout(INTERRUPT_INTERVAL, self.until_end()).await {
                    return end;
                }
            }
        });
        ended.await.unwrap_or(End::Stuck)
    }

    /// Runs one command; also returns whether the shell can run another.
    ///
    /// # Errors
    /// When the command file can't be written.
    pub(super) async fn run(
        &mut self,
        command: &str,
        limit: Duration,
        feed: Option<Arc<Feed>>,
    ) -> std::io::Result<(ShellResult, bool)> {
        tokio::fs::write(&self.command_file, command).await?;
        let script = self.new_locale() + &self.script();
        self.foreground = Some(Foreground::begin(self.processes.clone(), self.process.pid));
        self.output.begin(feed);
        self.state = State::Sending;
        let deadline = Instant::now() + limit;
        let in_time = timeout_at(deadline, async {
            // If the shell is gone, reading the status below notices.
            let _ = self.commands.write_all(script.as_bytes()).await;
            self.state = State::Running;
            self.until_end().await
        });
        let end = in_time.await;
        let timed_out = end.is_err();
        let end = match end {
            Ok(end) => end,
            // The shell did not read the command.
            Err(_) if self.state == State::Sending => End::Stuck,
            Err(_) => self.interrupt().await,
        };
        let foreground = self.foreground.take();
        if let (End::Stuck, Some(foreground)) = (&end, foreground) {
            foreground.kill();
        }
        let mut output = self.output.finish().into_text();
        if let Some(note) = note(&end) {
            output.push_str(if output.is_empty() || output.ends_with('\n') { "" } else { "\n" });
            output.push_str(&note);
        }
        let status = if let End::Status(status) = end { Some(status) } else { None };
        if let Some(status) = status {
            self.state = State::Ready;
            self.last_status = status;
        }
        let exit_code = status.filter(|_| !timed_out);
        Ok((ShellResult { output, exit_code, timed_out, notices: Vec::new() }, status.is_some()))
    }

    /// Gives the shell the locale that was set since its last command. If none was, what it has set itself stays.
    fn new_locale(&mut self) -> String {
        let locale = self.environment.locale();
        if locale == self.locale {
            return String::new();
        }
        self.locale = locale;
        script(&self.locale)
    }

    /// The script for a command. The command itself is in a file, since the shell reads its input byte by byte. Its
    /// standard input is empty, so that a program that reads it does not consume the next command. It finds the
    /// previous command's status in `$?`. Its own status is reported by a separate line, which an interrupt does not
    /// cancel.
    fn script(&self) -> String {
        let first = if self.state == State::New { SETUP } else { "" };
        // On the left of `&&` a failure does not trigger an `ERR` trap.
        let last =
            if self.last_status == 0 { String::new() } else { format!("(exit {}) && :\n", self.last_status) };
        let file = self.command_file.display().to_string().replace('\'', r"'\''");
        // `builtin`, in case a command has defined functions with these names.
        format!(
            "{first}\\builtin eval \"{last}$(<'{file}')\" </dev/null >&5 2>&1 4>&- 5>&-\n\
             \\builtin printf '%d\\n' \"$?\" >&4\n"
        )
    }

    /// Waits for the command's status, or for the end of the shell.
    async fn until_end(&mut self) -> End {
        loop {
            let mut byte = [0_u8; 1];
            tokio::select! {
                readable = self.statuses.readable() => {
                    if readable.is_err() {
                        return End::ShellGone(self.process.exited().await);
                    }
                }
                exit = self.process.exited() => return End::ShellGone(exit),
            }
            match self.statuses.try_read(&mut byte) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                // It has ended, or has closed the pipe and can't report a status any more.
                Ok(0) | Err(_) => {
                    let exit = timeout(INTERRUPT_GRACE, self.process.exited()).await;
                    return exit.map_or(End::Stuck, End::ShellGone);
                }
                // The end of the greeting.
                Ok(_) if byte == [0] => self.digits.clear(),
                Ok(_) if byte == *b"\n" => {
                    let digits = std::mem::take(&mut self.digits);
                    // Lines of the greeting are not numbers.
                    if let Some(status) = String::from_utf8(digits).ok().and_then(|text| text.parse().ok()) {
                        return End::Status(status);
                    }
                }
                Ok(_) => self.digits.push(byte[0]),
            }
        }
    }

    /// Kills the shell and its process group, including background jobs.
    pub(super) async fn end(&mut self) {
        self.processes.signal_group(self.process.pid, Signal::SIGKILL);
        self.process.exited().await;
    }
}

/// A note for the caller when the shell has ended.
fn note(end: &End) -> Option<String> {
    const NEW: &str = "the next command starts a new one.]\n";
    match end {
        End::Status(_) => None,
        End::ShellGone(Some(status)) => Some(format!("[The shell ended with status {status}; {NEW}")),
        End::ShellGone(None) => Some(format!("[The shell was ended by a signal; {NEW}")),
        End::Stuck => Some(format!("[The command could not be interrupted, so its shell was ended; {NEW}")),
    }
}
