//! Thousands of random actions in random batches, some of them cancelled, beside open programs; then a look at
//! what is left of it: keys and buttons held, files, threads, memory, processes. `make soak` runs it.

#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

mod actions;
mod desktop;
mod measure;
mod run;
#[path = "../../tests/support/mod.rs"]
#[expect(dead_code, reason = "the soak uses only a part of it")]
mod support;

use clap::Parser;

/// What to run.
#[derive(Debug, Parser)]
struct Arguments {
    /// Actions to send.
    #[arg(default_value_t = 10_000)]
    actions: u64,
    /// Chooses the actions; the same number chooses the same ones.
    #[arg(long)]
    seed: Option<u64>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Arguments { actions, seed } = Arguments::parse();
    let seed = seed.unwrap_or_else(rand::random);
    println!("{actions} actions, --seed {seed}");
    // The agent lies beside the folder that this program lies in.
    let agent = std::env::current_exe()?.with_file_name("../desktop-agent");
    let report = run::run(&agent, actions, seed).await?;
    println!("{report}");
    report.verdict()
}
