//! Figures beside what is promised.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use reqwest::RequestBuilder;
use serde::Serialize;

/// A measured figure, and the limit that it should keep.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    /// What is promised, if anything is.
    limit: Option<f64>,
    /// How many values it comes from.
    samples: usize,
}

impl Figure {
    /// A percentile of some times, in milliseconds.
    pub(crate) fn percentile(name: &str, percent: f64, mut times: Vec<Duration>, limit: Option<f64>) -> Self {
        times.sort_unstable();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
        let at = (times.len().saturating_sub(1) as f64 * percent / 100.0).round() as usize;
        let value = times.get(at).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0);
        Self { name: format!("{name}, p{percent}"), value, unit: "ms", limit, samples: times.len() }
    }

    /// A single value.
    pub(crate) fn one(name: &str, value: f64, unit: &'static str, limit: Option<f64>) -> Self {
        Self { name: name.to_owned(), value, unit, limit, samples: 1 }
    }

    fn is_kept(&self) -> Option<bool> {
        self.limit.map(|limit| self.value <= limit)
    }
}

/// Whether all promises are kept.
pub(crate) fn all_kept(figures: &[Figure]) -> bool {
    figures.iter().all(|figure| figure.is_kept() != Some(false))
}

/// Prints the figures, and writes them to a file in `target/bench`.
pub(crate) fn report(name: &str, figures: &[Figure]) {
    println!("\n{:<64} {:>10} {:>6} {:>8} {:>9}", "figure", "value", "unit", "samples", "promised");
    for figure in figures {
        let Figure { name, value, unit, limit, samples } = figure;
        let promised = limit.map(|limit| format!("<= {limit}")).unwrap_or_default();
        let verdict = match figure.is_kept() {
            Some(true) => "kept",
            Some(false) => "BROKEN",
            None => "",
        };
        println!("{name:<64} {value:>10.1} {unit:>6} {samples:>8} {promised:>9} {verdict}");
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{name}.json")), serde_json::to_vec_pretty(figures).unwrap()).unwrap();
    println!("\nwritten to target/bench/{name}.json");
}

/// The memory of a process in MiB, by its proportional set size.
pub(crate) fn memory(pid: i32) -> f64 {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}

/// How long a request takes, its answer included.
pub(crate) async fn taken(request: RequestBuilder) -> Duration {
    let started = Instant::now();
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    answer.bytes().await.unwrap();
    started.elapsed()
}

/// How long it takes from opening an event stream to the end of its replay.
pub(crate) async fn until_ready(request: RequestBuilder) -> Duration {
    let started = Instant::now();
    let mut stream = request.send().await.unwrap().bytes_stream();
    let mut text = String::new();
    while !text.contains("event: ready") {
        text.push_str(&String::from_utf8_lossy(&stream.next().await.unwrap().unwrap()));
    }
    started.elapsed()
}
