//! Measures the cost of the run loop itself, without the time of the model and the desktop: prints a table and writes
//! `target/bench/loop.json`. Run it with `cargo bench -p ai-model --bench loop`.

#![expect(clippy::print_stdout, reason = "it prints a table")]

mod desktop;
mod figures;
mod runs;
mod stopwatch;
mod transcript;
mod vendor;

use figures::Figure;

/// The steps before the measured ones. Each has an image.
const BEHIND: [usize; 3] = [10, 100, 300];

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut figures: Vec<Figure> = Vec::new();
    for steps in BEHIND {
        figures.push(runs::of_the_loop(steps).await?);
    }
    for steps in BEHIND {
        figures.push(runs::with_claudes_requests(steps).await?);
    }
    figures.push(runs::cancelling().await?);
    figures::print(&figures);
    figures::write(&figures)
}
