//! The agent inside a desktop: it starts the desktop, and serves screen, input, shell, files and live view over one
//! HTTP port, protected by a token.
//!
//! Reading order: [`config`], [`listen`], [`environment`] and [`locale`] are its settings; [`egress`] is
//! the way to the internet of a desktop without a network; [`processes`], [`xserver`] and [`session`] start the
//! desktop; [`x11`], [`screen`], [`damage`], [`framebuffer`], [`responses`], [`activity`], [`settle`], [`input`],
//! [`windows`], [`clipboard`], [`open`], [`accessibility`], [`shell`], [`files`], [`editor`], [`reading`], [`recording`] and
//! [`takeover`] are its parts, collected in [`desktop`]; [`home_limit`] and [`memory_limit`] bound what the
//! desktop takes and [`notices`] tells about it; [`process_usage`]
//! measures the agent itself; [`actions`], [`rfb`] and [`live`] build on the parts; [`http`] and [`routes`] are the
//! API; [`agent`] is the lifecycle of the whole.

mod blocking;
pub mod listen;

pub mod config;
pub mod egress;
pub mod environment;
pub mod locale;

pub mod processes;
pub mod session;
pub mod xserver;

pub mod accessibility;
pub mod activity;
pub mod clipboard;
pub mod damage;
pub mod editor;
pub mod files;
pub mod framebuffer;
pub mod home_limit;
pub mod input;
pub mod memory_limit;
pub mod notices;
pub mod open;
mod pictures;
pub mod process_usage;
pub mod reading;
pub mod recording;
mod region;
pub mod responses;
pub mod screen;
pub mod settle;
pub mod shell;
pub mod takeover;
pub mod windows;
pub mod x11;

pub mod desktop;

pub mod actions;
pub mod rfb;

pub mod live;

pub mod http;
pub mod routes;

pub mod agent;
