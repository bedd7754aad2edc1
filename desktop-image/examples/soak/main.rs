//! A soak test: sends thousands of random actions in random batches, some of them cancelled, to a desktop with open
//! programs, and then checks for leaks: held keys and buttons, files, threads, memory, processes. `make soak` runs it.

#![expect(clippy::print_stdout, reason = "it prints a report")]

mod actions;
mod desktop;
mod measure;
mod run;
#[path = "../../tests/support/mod.rs"]
#[expect(dead_code, reason = "the soak uses only a part of it")]
mod support;

use clap::Parser;

/// A soak test of the agent.
#[derive(Debug, Parser)]
struct Arguments {
    /// Number of actions to send
    #[arg(default_value_t = 10_000)]
    actions: u64,
    /// Seed of the random actions
    #[arg(long)]
    seed: Option<u64>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Arguments { actions, seed } = Arguments::parse();
    let seed = seed.unwrap_or_else(rand::random);
    println!("{actions} actions, --seed {seed}");
    // The agent is in the parent of this program's folder.
    let agent = std::env::current_exe()?.with_file_name("../desktop-agent");
    let report = run::run(&agent, actions, seed).await?;
    println!("{report}");
    report.verdict()
}
