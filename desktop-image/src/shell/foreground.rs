//! The foreground programs of a command, found through their parents.

use std::collections::HashSet;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::processes::Processes;

/// The processes of one command, without background jobs of earlier commands. Dropping it interrupts the command,
/// unless it has ended.
#[derive(Debug)]
pub(super) struct Foreground {
    processes: Processes,
    shell: Pid,
    jobs: HashSet<Pid>,
    ended: bool,
}

impl Foreground {
    /// Must be called before the command begins.
    pub(super) fn begin(processes: Processes, shell: Pid) -> Self {
        Self { processes, shell, jobs: children(shell).into_iter().collect(), ended: false }
    }

    /// Interrupts like Ctrl+C in a terminal, but also reaches programs that leave the shell's process group, such as
    /// `timeout`.
    pub(super) fn interrupt(&self) {
        // Signal the shell first: if its program ended first, it would continue with the next one.
        self.processes.signal(self.shell, Signal::SIGINT);
        self.signal(Signal::SIGINT);
    }

    /// Kills the command's programs. The shell is stopped first, since it would report their end.
    pub(super) fn kill(&self) {
        self.processes.signal(self.shell, Signal::SIGSTOP);
        self.signal(Signal::SIGKILL);
    }

    /// The command has ended: nothing to interrupt.
    pub(super) fn end(mut self) {
        self.ended = true;
    }

    fn signal(&self, signal: Signal) {
        let mut open: Vec<Pid> =
            children(self.shell).into_iter().filter(|child| !self.jobs.contains(child)).collect();
        while let Some(pid) = open.pop() {
            // List them before the process ends: after that they are no longer its children.
            open.extend(children(pid));
            // It may have ended already.
            let _ = kill(pid, signal);
        }
    }
}

impl Drop for Foreground {
    fn drop(&mut self) {
        if !self.ended {
            self.interrupt();
        }
    }
}

/// The children of all threads of a process; empty if it is gone.
fn children(pid: Pid) -> Vec<Pid> {
    let mut found = Vec::new();
    for thread in std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
        let pids = std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        found.extend(pids.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).map(Pid::from_raw));
    }
    found
}
