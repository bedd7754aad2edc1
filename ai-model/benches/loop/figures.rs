//! Figures: what was measured, and how it is printed.

use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;

/// Median, 95th percentile and maximum of some samples.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Stat {
    pub(crate) median: f64,
    pub(crate) p95: f64,
    pub(crate) max: f64,
}

impl Stat {
    /// The statistics of some samples; all are 0 when there are none.
    pub(crate) fn of(mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        let at = |part: usize| {
            let index = samples.len().saturating_sub(1) * part / 100;
            samples.get(index).copied().unwrap_or_default()
        };
        Self { median: at(50), p95: at(95), max: at(100) }
    }
}

/// A row of the table.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) unit: &'static str,
    #[serde(flatten)]
    pub(crate) stat: Stat,
}

/// Prints the table.
pub(crate) fn print(figures: &[Figure]) {
    println!("\n{:<56} {:>5} {:>9} {:>9} {:>9}", "figure", "unit", "median", "p95", "max");
    for Figure { name, unit, stat: Stat { median, p95, max } } in figures {
        println!("{name:<56} {unit:>5} {median:>9.2} {p95:>9.2} {max:>9.2}");
    }
}

/// Writes `target/bench/loop.json`.
pub(crate) fn write(figures: &[Figure]) -> anyhow::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
    std::fs::create_dir_all(&folder).context("could not make target/bench")?;
    let path = folder.join("loop.json");
    std::fs::write(&path, serde_json::to_vec_pretty(figures)?).context("could not write the figures")?;
    println!("\nwritten to target/bench/loop.json");
    Ok(())
}
