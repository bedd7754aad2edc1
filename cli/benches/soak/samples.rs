//! What a process takes while it works.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::figures::memory;

/// How often to look.
const EVERY: Duration = Duration::from_secs(2);

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    /// Minutes since the start, and MiB.
    memory: Vec<(f64, f64)>,
    /// Processes that had ended, and that nobody had waited for from one look to the next.
    pub(crate) zombies: usize,
}

impl Samples {
    /// The slope of the line that fits the memory best (least squares), in MiB a minute.
    pub(crate) fn growth(&self) -> f64 {
        let count = self.memory.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| self.memory.iter().map(of).sum::<f64>() / count;
        let (time, size) = (mean(|sample| sample.0), mean(|sample| sample.1));
        let together: f64 = self.memory.iter().map(|(at, mib)| (at - time) * (mib - size)).sum();
        let spread: f64 = self.memory.iter().map(|(at, _)| (at - time).powi(2)).sum();
        together / spread
    }
}

/// Looks at a process until it is stopped.
pub(crate) struct Sampler {
    stop: CancellationToken,
    looking: JoinSet<Samples>,
}

impl Sampler {
    pub(crate) fn start(pid: i32) -> Self {
        let stop = CancellationToken::new();
        let mut looking = JoinSet::new();
        looking.spawn(look(pid, stop.clone()));
        Self { stop, looking }
    }

    pub(crate) async fn stop(mut self) -> Samples {
        self.stop.cancel();
        self.looking.join_next().await.unwrap().unwrap()
    }
}

async fn look(pid: i32, stop: CancellationToken) -> Samples {
    let started = Instant::now();
    let mut samples = Samples::default();
    let mut before = HashSet::new();
    let mut next = tokio::time::interval(EVERY);
    while stop.run_until_cancelled(next.tick()).await.is_some() {
        samples.memory.push((started.elapsed().as_secs_f64() / 60.0, memory(pid)));
        let now = zombies_of(pid);
        samples.zombies += now.intersection(&before).count();
        before = now;
    }
    samples
}

/// The number of open descriptors of a process.
pub(crate) fn descriptors(pid: i32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count()
}

/// Children of a process that have ended and that it has not waited for.
pub(crate) fn zombies_of(pid: i32) -> HashSet<i32> {
    let entries = std::fs::read_dir("/proc").unwrap();
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
    pids.filter(|child| {
        let stat = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        let mut fields = stat.rsplit_once(") ").map_or("", |(_, tail)| tail).split(' ');
        fields.next() == Some("Z") && fields.next() == Some(&pid.to_string())
    })
    .collect()
}
