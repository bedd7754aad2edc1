//! Requests with the client, as far as they lead to this machine.

#![expect(clippy::unwrap_used, reason = "what a test relies on fails the test")]

mod harness;
mod names;
mod reasons;
