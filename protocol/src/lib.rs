//! The wire types that cross a process boundary: types only, no IO, no clients.
//!
//! Reading order: [`ids`] name things, [`action`] is what can be done on a desktop, [`desktop`] is the API
//! of the agent inside it, with its [`windows`], [`clipboard`], [`cursor`], [`shell`], [`editor`], what it can [`open`],
//! what programs say is on its screen ([`accessibility`]) and its videos ([`recording`]); [`transcript`] is a
//! conversation as the model service sees it, [`approval`] what in it needs a person's word, [`takeover`] what a person did
//! in between, and [`run`] is one run of the computer-use loop: the request and the events that stream back.

pub mod accessibility;
pub mod action;
pub mod approval;
pub mod clipboard;
pub mod cursor;
pub mod desktop;
pub mod editor;
pub mod ids;
pub mod open;
pub mod recording;
pub mod run;
pub mod secret;
pub mod shell;
pub mod takeover;
pub mod transcript;
pub mod windows;

/// Version of the contract between backend, model service and desktop agent. Each `/health` reports it;
/// it grows when a change would make two builds misunderstand each other.
pub const PROTOCOL_VERSION: u32 = 1;
