//! What the services tell about themselves.
//!
//! Metrics belong to an application and not to the process: [`exposition`] writes a registry as text, [`http`] counts
//! requests, and [`process`] tells what the process uses. No label has a value that people or models choose.
//! [`logging`] writes the log, from which [`redacting`] removes secrets and [`redactions`] counts them, [`access_log`] a line for each request.

pub mod access_log;
pub mod exposition;
pub mod http;
pub mod logging;
mod panics;
pub mod process;
pub mod redacting;
pub mod redactions;
