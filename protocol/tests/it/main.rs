//! A snapshot of every message in JSON: what services and stored rows depend on, whatever the Rust types are called.
//!
//! `INSTA_UPDATE=always cargo test -p protocol` writes the snapshots anew.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod agent;
mod run;
mod sample;
mod transcript;
