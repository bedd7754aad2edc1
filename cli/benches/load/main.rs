//! Loads a Deskhand that is started for it, and prints how it holds: many people at once, many rows, many event streams,
//! a chat of many steps, many chats, many logins, abuse of connections. Run it with `make bench-load`; name parts to measure only these: `PARTS="people rows"`.

#![expect(dead_code, reason = "the tests use more of what is shared with them")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark in which something fails is void")]
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "it is a program of its own")]

mod chats;
#[path = "../../tests/it/deskhand.rs"]
mod deskhand;
#[path = "../../tests/it/events.rs"]
mod events;
mod figures;
#[path = "../../tests/it/installation.rs"]
mod installation;
mod logins;
mod people;
#[path = "../../tests/it/processes.rs"]
mod processes;
mod rows;
mod steps;
mod streams;
mod wire;

use crate::figures::Figure;

#[tokio::main]
async fn main() {
    let parts: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wants = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    let mut figures: Vec<Figure> = Vec::new();
    if wants("people") {
        figures.extend(people::measure().await);
    }
    if wants("rows") {
        figures.extend(rows::measure().await);
    }
    if wants("streams") {
        figures.extend(streams::measure().await);
    }
    if wants("steps") {
        figures.extend(steps::measure().await);
    }
    if wants("chats") {
        figures.extend(chats::measure().await);
    }
    if wants("logins") {
        figures.extend(logins::measure().await);
    }
    if wants("wire") {
        figures.extend(wire::measure().await);
    }
    figures::report("load", &figures);
}
