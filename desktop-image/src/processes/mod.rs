//! Child processes: started so that they die with the agent, reaped in one place, ended together.
//!
//! The agent is a child subreaper: whatever a program of the desktop leaves behind becomes the agent's own
//! child. So one loop reaps every child, and walking `/proc` by parent finds every process of the desktop.

#![expect(unsafe_code, reason = "a parent-death signal can only be set between fork and exec")]

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

use self::spawner_thread::SpawnerThread;

/// How long programs have to end by themselves before they are killed.
const TERMINATION_GRACE: Duration = Duration::from_millis(800);

/// How a process ended: its exit status, or `None` after a signal.
pub type Exit = Option<i32>;

/// All children of the agent.
#[derive(Debug, Clone, Default)]
pub struct Processes {
    // Pids are registered under the same lock that the reaper holds, so none is reaped before it is known.
    waiting: Arc<Mutex<HashMap<Pid, oneshot::Sender<Exit>>>>,
    /// Starts them: the kernel kills a child when the thread ends that started it. Those of the runtime do not last, its
    /// workers included, which become blocking threads with `block_in_place`.
    spawner: SpawnerThread,
}

/// A child process. Dropping it leaves the process alone: [`Processes::end_all`] ends what is left.
#[derive(Debug)]
pub struct Process {
    /// Its process id, and the id of its session and process group.
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
    /// Makes the agent the one that orphans of the desktop fall to.
    pub fn adopt_orphans() -> Result<(), Errno> {
        prctl::set_child_subreaper(true)
    }

    /// Starts a process in a session of its own, without a controlling terminal. It is killed when the agent
    /// ends, however that ends.
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
            // It may have ended already, which is what was wanted.
            let _ = kill(pid, signal);
        }
    }

    /// Signals the process group that `pid` leads, unless its leader has been reaped.
    pub fn signal_group(&self, pid: Pid, signal: Signal) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.contains_key(&pid) {
            // The group may be gone already, which is what was wanted.
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
                // Nobody may be waiting any more.
                let _ = sender.send(exit);
            }
        }
    }

    /// Ends every process of the desktop, `last` (the X server) after the others so that they can still
    /// save their state. Returns when none is left.
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

/// Every living process below this one, found by walking `/proc`. Zombies are left out: they are as good
/// as gone, and those of others can't be reaped here.
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

/// The parent named by a line of `/proc/PID/stat`, unless the process is a zombie. The program's name
/// stands in parentheses and may itself hold any character, so the last parenthesis counts.
fn living_parent(stat: &str) -> Option<i32> {
    let mut fields = stat.get(stat.rfind(')')? + 1..)?.split_ascii_whitespace();
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
    fn a_process_outlives_the_thread_that_asked_for_it() {
        let processes = Processes::default();
        let asking = processes.clone();
        let asked = thread::spawn(move || {
            let mut command = Command::new("cat");
            command.stdin(Stdio::piped()).stdout(Stdio::piped());
            (asking.spawn(command).unwrap(), nix::unistd::gettid())
        });
        let (mut process, thread) = asked.join().unwrap();
        // The kernel is done with it a little later.
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
    fn a_parent_is_found_whatever_the_program_is_called() {
        assert_eq!(living_parent("7 (bash) S 3 7 7 0"), Some(3));
        assert_eq!(living_parent("7 (a) R 1 (b) S 4 7 7 0"), Some(4));
        assert_eq!(living_parent("7 (bash) Z 3 7 7 0"), None);
        assert_eq!(living_parent("nonsense"), None);
        assert_eq!(living_parent(""), None);
    }
}
