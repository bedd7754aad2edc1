//! Tests of the whole agent: the real binary on a real X server with real programs.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what a test relies on fails the test")]

mod accessibility;
mod actions;
mod agent;
mod batches;
mod classic;
mod clipboard;
mod cut_text;
mod editor;
mod files;
mod home_limit;
mod kinds;
mod lifetime;
mod live;
mod locale;
mod memory_limit;
mod open;
mod playback;
mod programs;
mod reading;
mod recording;
mod recording_end;
mod resize;
mod screenshot;
mod session;
mod shell;
mod shell_stream;
mod soak;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "the tests use only a part of it")]
mod support;
mod takeover;
mod token;
mod typing;
mod video;
mod viewer;
mod window;
mod windows;
mod x_client;
