//! Inspects the processes of this machine.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::deskhand::DEADLINE;

/// Identifies a process even if its process id is reused later.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Process {
    pub(crate) pid: i32,
    pub(crate) name: String,
    started: u64,
}

/// All processes below `pid`, including itself.
pub(crate) fn below(pid: i32) -> HashSet<Process> {
    let all: Vec<(Process, i32)> = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| read(entry.ok()?.file_name().to_str()?.parse().ok()?))
        .collect();
    let mut found = HashSet::new();
    let mut wanted = vec![pid];
    while let Some(pid) = wanted.pop() {
        found
            .extend(all.iter().filter(|(process, _)| process.pid == pid).map(|(process, _)| process.clone()));
        wanted.extend(all.iter().filter(|(_, parent)| *parent == pid).map(|(process, _)| process.pid));
    }
    found
}

/// All processes that have a text among their arguments.
pub(crate) fn with_argument(text: &str) -> HashSet<Process> {
    let entries = std::fs::read_dir("/proc").unwrap();
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
    let told = pids.filter(|pid| {
        let arguments = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&arguments).contains(text)
    });
    told.filter_map(|pid| Some(read(pid)?.0)).collect()
}

/// The processes that are still running; zombies are not.
pub(crate) fn alive(processes: &HashSet<Process>) -> Vec<&Process> {
    processes.iter().filter(|process| read(process.pid).is_some_and(|(now, _)| now == **process)).collect()
}

/// Kills a process and waits until everything below it has ended too. Until then it may write files, and removing their
/// folder may fail.
#[expect(
    clippy::disallowed_methods,
    reason = "called by `drop`, which can't await; nothing tells when they end"
)]
pub(crate) fn kill_and_wait(pid: i32) {
    let processes = below(pid);
    // It fails if the process has ended by itself.
    let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
    let deadline = Instant::now() + DEADLINE;
    while !alive(&processes).is_empty() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A process and the id of its parent.
fn read(pid: i32) -> Option<(Process, i32)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (head, tail) = stat.rsplit_once(") ")?;
    let name = head.split_once('(')?.1.to_owned();
    let fields: Vec<&str> = tail.split(' ').collect();
    if matches!(*fields.first()?, "Z" | "X") {
        return None;
    }
    Some((Process { pid, name, started: fields.get(19)?.parse().ok()? }, fields.get(1)?.parse().ok()?))
}
