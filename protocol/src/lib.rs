//! The wire types that cross a process boundary: types only, no IO, no clients.
//!
//! Reading order: [`ids`] name things; [`locale`] is a person's time zone and language; [`action`] and [`editor`] are what
//! can be done on a desktop, [`takeover`] what a person does there; [`agent`] is the HTTP API of the agent inside a
//! desktop; [`network`] says where requests may go; [`models`] is what models are and can do, [`named_model`] what they are
//! called, [`platform`] the clouds that serve them, [`price`] what they cost, [`dollars`] what may be spent, [`spending`] what
//! is billed for nothing; [`transcript`] is a conversation as a model reads it; [`reason`] is why something happened, for people
//! to be
//! told in their language; [`run`] is the API of the model service: one run of the computer-use loop, its request and the
//! events that stream back.

pub mod action;
pub mod agent;
pub mod dollars;
pub mod editor;
pub mod ids;
pub mod locale;
pub mod model_check;
pub mod models;
pub mod named_model;
pub mod network;
pub mod platform;
pub mod price;
pub mod reason;
pub mod run;
pub mod secret;
pub mod spending;
pub mod takeover;
pub mod transcript;
