//! Runs the programs that read documents, with limits on time, memory and output.

use std::fs::File;
use std::io::Read;
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::Signal;
use nix::unistd::Pid;
use protocol::transcript::attachment::Unreadable;
use tokio::time::{Instant, timeout_at};

use crate::blocking::blocking;
use crate::environment::AppEnvironment;
use crate::processes::{Exit, Process, Processes};

/// Where a program finds the document, which is its standard input. Unlike a name it can't change meanwhile.
pub(super) const INPUT: &str = "/proc/self/fd/0";
/// The address space of a program, in bytes.
const MAX_MEMORY: u64 = 1 << 30;
/// The most bytes of error messages that are kept.
const MAX_MESSAGES: usize = 8 << 10;
/// The exit status of `prlimit` when there is no such program.
const NO_SUCH_PROGRAM: i32 = 127;

/// What a program has written.
#[derive(Debug)]
pub(super) struct Written {
    /// Its output, up to the limit.
    pub(super) output: Vec<u8>,
    /// Whether it wrote more, and was ended.
    pub(super) is_cut: bool,
    /// Its error messages.
    pub(super) messages: String,
    /// Its exit status.
    pub(super) exit: Exit,
}

impl Written {
    /// Whether the output is what the document has, as far as it goes.
    pub(super) fn is_usable(&self) -> bool {
        self.is_cut || self.exit == Some(0)
    }
}

/// Ends a program that nobody waits for any more.
struct Running<'a> {
    processes: &'a Processes,
    pid: Pid,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.processes.signal_group(self.pid, Signal::SIGKILL);
    }
}

/// Runs a program on a document until it ends, has written more than `most` bytes, or the time is up.
///
/// # Errors
/// When it can't be started or takes too long.
pub(super) async fn run(
    (environment, processes): (&AppEnvironment, &Processes),
    words: &[&str],
    document: &File,
    most: usize,
    deadline: Instant,
) -> Result<Written, Unreadable> {
    let unusable = |error: std::io::Error| {
        tracing::warn!(%error, "a program that reads documents can't be started");
        Unreadable::NotSupported
    };
    let left = deadline.saturating_duration_since(Instant::now());
    let mut command = environment.command("prlimit");
    command
        .arg(format!("--as={MAX_MEMORY}"))
        .arg(format!("--cpu={}", left.max(Duration::from_secs(1)).as_secs()))
        .args(["--core=0", "--"])
        .args(words)
        .env("LC_ALL", "C")
        .stdin(Stdio::from(document.try_clone().map_err(unusable)?))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut process = processes.spawn(command).map_err(unusable)?;
    let _running = Running { processes, pid: process.pid };
    let written = timeout_at(deadline, written(&mut process, processes, most)).await;
    let written = written.map_err(|_| Unreadable::TooSlow)?.map_err(unusable)?;
    if written.exit == Some(NO_SUCH_PROGRAM) { Err(Unreadable::NotSupported) } else { Ok(written) }
}

async fn written(process: &mut Process, processes: &Processes, most: usize) -> std::io::Result<Written> {
    let (output, messages) = (process.stdout.take(), process.stderr.take());
    let pid = process.pid;
    let ended = processes.clone();
    let output = blocking(move || {
        let mut kept = Vec::new();
        let Some(mut output) = output else { return Ok((kept, false)) };
        let more = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        output.by_ref().take(more).read_to_end(&mut kept)?;
        let is_cut = kept.len() > most;
        if is_cut {
            ended.signal_group(pid, Signal::SIGKILL);
            kept.truncate(most);
        }
        Ok::<_, std::io::Error>((kept, is_cut))
    });
    let messages = blocking(move || {
        let mut kept = Vec::new();
        let mut buffer = [0; 4096];
        let Some(mut messages) = messages else { return Ok(kept) };
        // All of it is taken, or the program would wait for ever.
        loop {
            match messages.read(&mut buffer)? {
                0 => return Ok::<_, std::io::Error>(kept),
                count => {
                    let room = MAX_MESSAGES.saturating_sub(kept.len()).min(count);
                    kept.extend_from_slice(&buffer[..room]);
                }
            }
        }
    });
    let (output, messages) = tokio::join!(output, messages);
    let ((output, is_cut), messages) = (output?, messages?);
    let exit = process.exited().await;
    Ok(Written { output, is_cut, messages: String::from_utf8_lossy(&messages).into_owned(), exit })
}
