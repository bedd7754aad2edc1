//! Figures: the results of measurements, and how they are reported.

use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;

/// Median and 95th percentile of some samples.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Stat {
    pub(crate) median: f64,
    pub(crate) p95: f64,
}

impl Stat {
    /// Of at least one sample.
    pub(crate) fn of(mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        let at = |part: f64| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
            let index = ((samples.len() - 1) as f64 * part).round() as usize;
            samples[index]
        };
        Self { median: at(0.5), p95: at(0.95) }
    }

    /// Of a single value.
    pub(crate) fn once(value: f64) -> Self {
        Self { median: value, p95: value }
    }
}

/// The alternative that a user could choose.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Peer {
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) measured: Measured,
}

/// What came of measuring a peer. One that does not start here must not keep the rest from being measured.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(crate) enum Measured {
    Stat(Stat),
    Missing { missing: String },
}

/// One line of the table. A ratio above 1 is in our favour.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) unit: &'static str,
    pub(crate) ours: Stat,
    /// `None` where there is no alternative.
    pub(crate) peer: Option<Peer>,
    pub(crate) ratio: Option<f64>,
}

impl Figure {
    /// A figure for which lower is better, next to a peer's, if that could be measured.
    pub(crate) fn beside(
        name: &str,
        unit: &'static str,
        ours: Stat,
        peer: &str,
        theirs: &anyhow::Result<Stat>,
    ) -> Self {
        let (ratio, measured) = match theirs {
            Ok(theirs) => ((ours.median > 0.0).then(|| theirs.median / ours.median), Measured::Stat(*theirs)),
            Err(error) => (None, Measured::Missing { missing: format!("{error:#}") }),
        };
        Self { name: name.into(), unit, ours, peer: Some(Peer { name: peer.into(), measured }), ratio }
    }

    /// A figure without a peer.
    pub(crate) fn alone(name: &str, unit: &'static str, ours: Stat) -> Self {
        Self { name: name.into(), unit, ours, peer: None, ratio: None }
    }
}

/// Prints the table.
pub(crate) fn print(figures: &[Figure]) {
    println!(
        "\n{:<52} {:>6} {:>10} {:>10}   {:<40} {:>10} {:>10} {:>8}",
        "figure", "unit", "median", "p95", "beside", "median", "p95", "ratio"
    );
    for figure in figures {
        let Figure { name, unit, ours, peer, ratio } = figure;
        print!("{name:<52} {unit:>6} {:>10} {:>10}", short(ours.median), short(ours.p95));
        match peer {
            Some(Peer { name, measured: Measured::Missing { missing } }) => {
                println!("   {name:<40} not measured: {missing}");
            }
            Some(Peer { name, measured: Measured::Stat(stat) }) => {
                let ratio = ratio.map(|ratio| format!("{}x", short(ratio))).unwrap_or_default();
                println!("   {name:<40} {:>10} {:>10} {ratio:>8}", short(stat.median), short(stat.p95));
            }
            None => println!(),
        }
    }
}

/// Three significant digits.
fn short(value: f64) -> String {
    match value.abs() {
        ..10.0 => format!("{value:.2}"),
        ..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// Writes `target/bench/desktop.json`.
pub(crate) fn write(figures: &[Figure]) -> anyhow::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
    std::fs::create_dir_all(&folder).context("could not make target/bench")?;
    let path = folder.join("desktop.json");
    std::fs::write(&path, serde_json::to_vec_pretty(figures)?).context("could not write the figures")?;
    println!("\nwritten to target/bench/desktop.json");
    Ok(())
}
