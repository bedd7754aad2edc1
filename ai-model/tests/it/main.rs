//! The model service through its HTTP API, against a strict fake of the vendor. The desktop is a fake of the agent or,
//! for what happens on a screen, the real one.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what a test relies on fails the test")]

mod acknowledged;
mod api;
mod approval;
mod arguments;
mod batches;
mod cancelling;
mod chords;
mod config;
mod conformance;
mod context;
mod demo;
mod demo_language;
mod dialects;
mod editor;
mod errors;
mod fake_agent;
mod fakes;
mod harness;
mod images;
mod limits;
mod long_run;
#[path = "../../examples/long_run/measure.rs"]
mod measure;
mod models;
mod network;
mod platforms;
mod proof;
mod real_desktop;
mod recordings;
mod requests;
mod run_loop;
mod send_message;
mod streaming;
mod takeover;
mod vendors;
