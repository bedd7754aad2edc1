//! Compares a desktop with the alternatives in one run on one machine: prints a table and writes
//! `target/bench/desktop.json`. `cargo bench -p desktop-agent --bench desktop [-- PART ...]` runs parts of it.

#![expect(clippy::print_stdout, reason = "it prints a table")]

mod corpus;
mod desktop;
mod figures;
mod input;
mod live;
mod processes;
mod screenshots;
mod settle;
mod start;
#[path = "../../tests/support/mod.rs"]
#[expect(dead_code, reason = "the benchmarks use only a part of it")]
mod support;

use figures::Figure;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wants = |part: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == part);
    let mut figures: Vec<Figure> = Vec::new();
    if wants("screenshots") {
        figures.extend(screenshots::measure().await?);
    }
    if wants("input") {
        figures.extend(input::measure().await?);
    }
    if wants("settle") {
        figures.extend(settle::measure().await?);
    }
    if wants("start") {
        figures.extend(start::measure().await?);
    }
    if wants("live") {
        figures.extend(live::measure()?);
        figures.extend(live::recorded::measure().await?);
    }
    figures::print(&figures);
    figures::write(&figures)
}
