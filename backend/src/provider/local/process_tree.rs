//! Finds and signals the programs of a local desktop: the descendants of its first process, read from
//! `/proc`.

use std::collections::HashMap;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// Sends SIGSTOP to every descendant of the agent. The agent keeps running, because it holds the lifeline and
/// must stop the desktop if this process dies. Returns `true` once all are stopped; call it again until then,
/// because a process can fork before the signal arrives.
pub(super) fn freeze(root: u32, agent: &str) -> bool {
    let running: Vec<Pid> = programs(root, agent).into_iter().filter(|pid| !is_stopped(*pid)).collect();
    let frozen = running.is_empty();
    signal_all(running, Signal::SIGSTOP);
    frozen
}

/// Whether a process is stopped, or has ended.
fn is_stopped(pid: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(") ").and_then(|(_, fields)| fields.chars().next());
    state.is_none_or(|state| matches!(state, 'T' | 't' | 'Z' | 'X'))
}

/// Sends SIGCONT to every descendant of the agent.
pub(super) fn thaw(root: u32, agent: &str) {
    signal_all(programs(root, agent), Signal::SIGCONT);
}

/// Sends SIGKILL to a process and its descendants. Frozen ones die too, and so do those that are started meanwhile: with
/// the first process of a PID namespace everything in it ends.
pub(super) fn kill_all(root: u32) {
    let root = root.cast_signed();
    let (children, _) = processes();
    signal_all(below(root, &children).into_iter().chain([Pid::from_raw(root)]).collect(), Signal::SIGKILL);
}

fn signal_all(pids: Vec<Pid>, signal: Signal) {
    for pid in pids {
        // The process may have ended; ignore the error.
        let _ = kill(pid, signal);
    }
}

/// The descendants of the agent, which is the first process of that name at or below `root`.
fn programs(root: u32, agent: &str) -> Vec<Pid> {
    let (children, names) = processes();
    let mut level = vec![root.cast_signed()];
    while !level.is_empty() {
        if let Some(found) = level.iter().find(|pid| names.get(pid).is_some_and(|name| name == agent)) {
            return below(*found, &children);
        }
        level = level.iter().filter_map(|pid| children.get(pid)).flatten().copied().collect();
    }
    Vec::new()
}

/// The children and the name of each process.
fn processes() -> (HashMap<i32, Vec<i32>>, HashMap<i32, String>) {
    let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
    let mut names = HashMap::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else {
            continue;
        };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        if let Some((name, parent)) = name_and_parent(&stat) {
            children.entry(parent).or_default().push(pid);
            names.insert(pid, name.to_owned());
        }
    }
    (children, names)
}

fn below(root: i32, children: &HashMap<i32, Vec<i32>>) -> Vec<Pid> {
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(parent) = open.pop() {
        for pid in children.get(&parent).into_iter().flatten() {
            found.push(Pid::from_raw(*pid));
            open.push(*pid);
        }
    }
    found
}

/// Parses the name and the parent from `/proc/PID/stat`. The name is in parentheses and may contain any
/// character, including parentheses, so the last one ends it.
fn name_and_parent(stat: &str) -> Option<(&str, i32)> {
    let (start, end) = (stat.find('(')?, stat.rfind(')')?);
    let parent = stat.get(end + 1..)?.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some((stat.get(start + 1..end)?, parent))
}

#[cfg(test)]
mod tests {
    use super::name_and_parent;

    #[test]
    fn names_may_contain_parentheses_and_spaces() {
        assert_eq!(name_and_parent("7 (bash) S 3 7 7 0"), Some(("bash", 3)));
        assert_eq!(name_and_parent("7 (a) R 1 (b) S 4 7 7 0"), Some(("a) R 1 (b", 4)));
        assert_eq!(name_and_parent("nonsense"), None);
    }
}
