//! Child processes: they die with the agent, are reaped in one place, and are ended together.
//!
//! The agent is a child subreaper: orphaned processes of the desktop become its children. So one loop can reap every
//! child, and walking `/proc` by parent finds every process of the desktop.

#![expect(unsafe_code, reason = "setting a parent-death signal between fork and exec")]

mod base;
mod spawner_thread;

use std::collections::HashMap;
use std::os::unix::process::CommandExt as _;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::prctl;
use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tokio::time::Instant;

pub use self::base::BaseProcesses;
use self::spawner_thread::SpawnerThread;

/// How long programs have to exit after SIGTERM before they are killed.
const TERMINATION_GRACE: Duration = Duration::from_millis(800);

/// A process's exit status, or `None` if a signal ended it.
pub type Exit = Option<i32>;

/// All children of the agent.
#[derive(Debug, Clone, Default)]
pub struct Processes {
    // Held while a child is spawned and registered, so that the reaper never meets a pid it does not know.
    waiting: Arc<Mutex<HashMap<Pid, oneshot::Sender<Exit>>>>,
    /// The parent-death signal is sent when the thread that spawned the child exits, and the runtime's threads may exit
    /// at any time: even a worker becomes a blocking thread in `block_in_place`.
    spawner: SpawnerThread,
}

/// A child process. Dropping it does not end the process; [`Processes::end_all`] does.
#[derive(Debug)]
pub struct Process {
    /// Its process id, which is also the id of its session and process group.
    pub pid: Pid,
    /// Its standard input, when piped.
    pub stdin: Option<ChildStdin>,
    /// Its standard output, when piped.
    pub stdout: Option<ChildStdout>,
    /// Its standard error, when piped.
    pub stderr: Option<ChildStderr>,
    exited: ExitState,
}

#[derive(Debug)]
enum ExitState {
    Awaited(oneshot::Receiver<Exit>),
    Known(Exit),
}

impl Process {
    /// Waits until the process has ended.
    pub async fn exited(&mut self) -> Exit {
        match &mut self.exited {
            ExitState::Known(exit) => *exit,
            ExitState::Awaited(receiver) => {
                let exit = receiver.await.unwrap_or(None);
                self.exited = ExitState::Known(exit);
                exit
            }
        }
    }
}

impl Processes {
    /// Makes the agent a child subreaper.
    pub fn become_subreaper() -> Result<(), Errno> {
        prctl::set_child_subreaper(true)
    }

    /// Starts a process in its own session, without a controlling terminal. It is killed when the agent ends, even by a
    /// crash.
    pub fn spawn(&self, mut command: Command) -> std::io::Result<Process> {
        // SAFETY: both calls are async-signal-safe system calls that touch no memory of the parent.
        unsafe {
            command.pre_exec(|| {
                nix::unistd::setsid()?;
                prctl::set_pdeathsig(Signal::SIGKILL)?;
                Ok(())
            });
        }
        let this = self.clone();
        self.spawner.run(move || this.spawn_here(command))?
    }

    fn spawn_here(&self, mut command: Command) -> std::io::Result<Process> {
        let (sender, exited) = oneshot::channel();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let mut child = command.spawn()?;
        let pid = Pid::from_raw(child.id().cast_signed());
        waiting.insert(pid, sender);
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        Ok(Process { pid, stdin, stdout, stderr, exited: ExitState::Awaited(exited) })
    }

    /// Signals a child, unless it has been reaped.
    pub fn signal(&self, pid: Pid, signal: Signal) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.contains_key(&pid) {
            // It may have ended already.
            let _ = kill(pid, signal);
        }
    }

    /// Signals the process group that `pid` leads, unless its leader has been reaped.
    pub fn signal_group(&self, pid: Pid, signal: Signal) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.contains_key(&pid) {
            // The group may be gone already.
            let _ = killpg(pid, signal);
        }
    }

    /// Reaps children as they end, for as long as it is polled.
    pub async fn reap(&self) -> std::io::Result<std::convert::Infallible> {
        let mut children = signal(SignalKind::child())?;
        loop {
            self.reap_ended();
            children.recv().await;
        }
    }

    fn reap_ended(&self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while let Ok(status) = waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            let (pid, exit) = match status {
                WaitStatus::Exited(pid, code) => (pid, Some(code)),
                WaitStatus::Signaled(pid, ..) => (pid, None),
                WaitStatus::StillAlive => return,
                _ => continue,
            };
            if let Some(sender) = waiting.remove(&pid) {
                // The receiver may have been dropped.
                let _ = sender.send(exit);
            }
        }
    }

    /// Ends every process of the desktop and waits for them. `last`, the X server, is ended after the others so that
    /// they can save their state.
    pub async fn end_all(&self, last: Pid) {
        self.end(|pid| pid != last).await;
        self.end(|_| true).await;
    }

    async fn end(&self, chosen: impl Fn(Pid) -> bool) {
        let deadline = Instant::now() + TERMINATION_GRACE;
        let mut asked = std::collections::HashSet::new();
        loop {
            self.reap_ended();
            let left: Vec<Pid> = descendants().into_iter().filter(|pid| chosen(*pid)).collect();
            if left.is_empty() {
                return;
            }
            for pid in left {
                let signal = if Instant::now() < deadline { Signal::SIGTERM } else { Signal::SIGKILL };
                if signal == Signal::SIGKILL || asked.insert(pid) {
                    // It may have ended meanwhile.
                    let _ = kill(pid, signal);
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Every living descendant of this process. Zombies are left out, since those of other parents can't be reaped here.
pub(crate) fn descendants() -> Vec<Pid> {
    let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else {
            continue;
        };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        if let Some(parent) = living_parent(&stat) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut found = Vec::new();
    let mut open = vec![std::process::id().cast_signed()];
    while let Some(parent) = open.pop() {
        for pid in children.remove(&parent).unwrap_or_default() {
            found.push(Pid::from_raw(pid));
            open.push(pid);
        }
    }
    found
}

/// The fields of `/proc/PID/stat` after the program's name. The name is in parentheses and may contain any character, so
/// they are read after the last parenthesis.
pub(crate) fn stat_fields(stat: &str) -> Option<impl Iterator<Item = &str>> {
    Some(stat.get(stat.rfind(')')? + 1..)?.split_ascii_whitespace())
}

/// The parent's pid in `/proc/PID/stat`, unless the process is a zombie.
fn living_parent(stat: &str) -> Option<i32> {
    let mut fields = stat_fields(stat)?;
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    (state != "Z" && state != "X").then_some(parent)
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::path::Path;
    use std::process::Stdio;
    use std::thread;

    use super::*;

    #[test]
    fn a_process_outlives_the_thread_that_requested_it() {
        let processes = Processes::default();
        let asking = processes.clone();
        let asked = thread::spawn(move || {
            let mut command = Command::new("cat");
            command.stdin(Stdio::piped()).stdout(Stdio::piped());
            (asking.spawn(command).unwrap(), nix::unistd::gettid())
        });
        let (mut process, thread) = asked.join().unwrap();
        // `join` may return before the kernel has removed the thread.
        while Path::new(&format!("/proc/self/task/{thread}")).exists() {
            thread::yield_now();
        }
        let mut stdin = process.stdin.take().unwrap();
        stdin.write_all(b"here\n").unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "here\n");
        drop(stdin);
        assert_eq!(waitpid(process.pid, None), Ok(WaitStatus::Exited(process.pid, 0)));
    }

    #[test]
    fn the_parent_is_found_whatever_the_programs_name() {
        assert_eq!(living_parent("7 (bash) S 3 7 7 0"), Some(3));
        assert_eq!(living_parent("7 (a) R 1 (b) S 4 7 7 0"), Some(4));
        assert_eq!(living_parent("7 (bash) Z 3 7 7 0"), None);
        assert_eq!(living_parent("nonsense"), None);
        assert_eq!(living_parent(""), None);
    }
}
