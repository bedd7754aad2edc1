//! The foreground programs of a command, found through their parents.

use std::collections::HashSet;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::processes::Processes;

/// The processes of one command, without background jobs of earlier commands.
#[derive(Debug)]
pub(super) struct Foreground {
    processes: Processes,
    shell: Pid,
    jobs: HashSet<Pid>,
    /// The programs that were interrupted. A process that has started another program since is a different one.
    interrupted: HashSet<(Pid, Vec<u8>)>,
}

impl Foreground {
    /// Must be called before the command begins.
    pub(super) fn begin(processes: Processes, shell: Pid) -> Self {
        let jobs = children(shell).into_iter().collect();
        Self { processes, shell, jobs, interrupted: HashSet::new() }
    }

    /// Interrupts like Ctrl+C in a terminal, but also reaches programs that leave the shell's process group, such as
    /// `timeout`. Reaches each program once, however often it is called: a program that has just been started when the
    /// others are listed is missed, and one that cleans up must not be interrupted again.
    pub(super) fn interrupt(&mut self) {
        // Signal the shell first: if its program ended first, it would continue with the next one.
        if self.interrupted.insert((self.shell, Vec::new())) {
            self.processes.signal(self.shell, Signal::SIGINT);
        }
        for pid in self.programs() {
            if self.interrupted.insert((pid, arguments(pid))) {
                // It may have ended already.
                let _ = kill(pid, Signal::SIGINT);
            }
        }
    }

    /// Kills the command's programs. The shell is stopped first, since it would report their end.
    pub(super) fn kill(&self) {
        self.processes.signal(self.shell, Signal::SIGSTOP);
        for pid in self.programs() {
            let _ = kill(pid, Signal::SIGKILL);
        }
    }

    /// All programs of the command, parents first. They are listed before any is signalled: children of one that has ended
    /// are no longer found.
    fn programs(&self) -> Vec<Pid> {
        let mut found: Vec<Pid> =
            children(self.shell).into_iter().filter(|child| !self.jobs.contains(child)).collect();
        let mut visited = 0;
        while let Some(pid) = found.get(visited) {
            let below = children(*pid);
            found.extend(below);
            visited += 1;
        }
        found
    }
}

/// The program and arguments of a process; empty if it is gone.
fn arguments(pid: Pid) -> Vec<u8> {
    std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default()
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
