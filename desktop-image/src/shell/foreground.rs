//! The programs that a command waits for, found by what started them.

use std::collections::HashSet;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::processes::Processes;

/// What the shell runs for one command, without the jobs that earlier commands left in the background.
/// Dropping it interrupts the command, unless it has ended.
#[derive(Debug)]
pub(super) struct Foreground {
    processes: Processes,
    shell: Pid,
    jobs: HashSet<Pid>,
    ended: bool,
}

impl Foreground {
    /// To be called before the command begins.
    pub(super) fn begin(processes: Processes, shell: Pid) -> Self {
        Self { processes, shell, jobs: children(shell).into_iter().collect(), ended: false }
    }

    /// Does what Ctrl+C does in a terminal. Programs such as `timeout` are reached too, though they leave the
    /// shell's process group.
    pub(super) fn interrupt(&self) {
        // The shell first: should its program end before it knows why, it goes on to the next one.
        self.processes.signal(self.shell, Signal::SIGINT);
        self.signal(Signal::SIGINT);
    }

    /// Ends the command's programs for good. The shell stands still from here on: it would speak of their end.
    pub(super) fn kill(&self) {
        self.processes.signal(self.shell, Signal::SIGSTOP);
        self.signal(Signal::SIGKILL);
    }

    /// There is nothing left to interrupt.
    pub(super) fn end(mut self) {
        self.ended = true;
    }

    fn signal(&self, signal: Signal) {
        let mut open: Vec<Pid> =
            children(self.shell).into_iter().filter(|child| !self.jobs.contains(child)).collect();
        while let Some(pid) = open.pop() {
            // Asked before it ends: then they are no longer its children.
            open.extend(children(pid));
            // It may have ended by itself.
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

/// The children of all threads of a process; none when it is gone.
fn children(pid: Pid) -> Vec<Pid> {
    let mut found = Vec::new();
    for thread in std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
        let pids = std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        found.extend(pids.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).map(Pid::from_raw));
    }
    found
}
