//! The CPU time of the desktop's programs. A busy program is still handling an action, even if it has drawn nothing
//! yet.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nix::time::{clock_getcpuclockid, clock_gettime};
use nix::unistd::Pid;

use crate::processes::{self, stat_fields};

/// Milliseconds per clock tick (`USER_HZ`), the unit of CPU times in `/proc`.
const TICK_MS: u64 = 10;

/// Measures the CPU time of the desktop's programs.
#[derive(Debug)]
pub struct Activity {
    /// Excluded, since it also works for viewers and screenshots.
    x_server: Pid,
    known: Mutex<Usage>,
}

#[derive(Debug, Default)]
struct Usage {
    /// Identifies the process that was started last; changes with each new one.
    newest: String,
    used: HashMap<Pid, Duration>,
}

impl Activity {
    /// Measures all descendants of this process except the X server.
    #[must_use]
    pub fn of_programs(x_server: Pid) -> Self {
        Self { x_server, known: Mutex::default() }
    }

    /// The CPU time that the programs have used since the last call. Takes microseconds, or milliseconds if a process
    /// was started since.
    #[must_use]
    pub fn used_since_last(&self) -> Duration {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = newest_process();
        if known.newest != newest {
            known.newest = newest;
            let programs = processes::descendants().into_iter().filter(|pid| *pid != self.x_server);
            // A new process has used all of its time since the last call.
            let used = programs.map(|pid| (pid, known.used.get(&pid).copied().unwrap_or_default()));
            known.used = used.collect();
        }
        let mut sum = Duration::ZERO;
        known.used.retain(|pid, before| {
            let Some(now) = processor_time(*pid) else { return false };
            sum += now.saturating_sub(*before);
            *before = now;
            true
        });
        sum
    }
}

/// The CPU time used by all descendants of this process, including those that have exited, but excluding the processes
/// in `base` themselves. Takes some milliseconds.
#[must_use]
pub fn total_used(base: &[Pid]) -> Duration {
    // The time of an exited process is added to its parent's, so none is lost.
    let ours = times_of(Pid::this()).map_or(0, |(_, children)| children);
    let ticks = processes::descendants().into_iter().filter_map(|pid| {
        let (own, children) = times_of(pid)?;
        Some(if base.contains(&pid) { children } else { own + children })
    });
    let ticks = ours + ticks.sum::<u64>();
    Duration::from_millis(ticks * TICK_MS)
}

/// Clock ticks used by a process and by its reaped children, from `/proc/PID/stat`.
fn times_of(pid: Pid) -> Option<(u64, u64)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat_fields(&stat)?.skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    let (user, system, children_user, children_system) = (next()?, next()?, next()?, next()?);
    Some((user + system, children_user + children_system))
}

/// The last field of `/proc/loadavg`, which changes with each new process.
fn newest_process() -> String {
    let averages = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    averages.split_ascii_whitespace().next_back().unwrap_or_default().to_owned()
}

/// CPU time of all threads of a process; `None` if it is gone.
fn processor_time(pid: Pid) -> Option<Duration> {
    Some(clock_gettime(clock_getcpuclockid(pid).ok()?).ok()?.into())
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::time::Duration;

    use super::{Activity, Pid};

    #[test]
    fn a_busy_program_uses_time_and_a_sleeping_one_does_not() {
        let activity = Activity::of_programs(Pid::from_raw(1));
        let mut sleeps = Command::new("sleep").arg("1000").spawn().unwrap();
        let mut computes = Command::new("sh")
            .args(["-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo done; exec cat"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = computes.stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut line).unwrap();
        let worked = activity.used_since_last();
        assert!(worked > Duration::from_millis(2), "{worked:?}");
        computes.kill().unwrap();
        sleeps.kill().unwrap();
        computes.wait().unwrap();
        sleeps.wait().unwrap();
    }
}
