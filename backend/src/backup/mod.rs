//! Backs up an installation to one file, and restores it.
//!
//! An archive has the rows of the database as text, so that every version of Postgres can read them, the blobs that they refer
//! to, the keys, and the home folders of desktops. The schema is not in it: the migrations make it.

mod create;
mod download;
mod entry;
mod home_source;
mod homes;
mod manifest;
mod partial;
mod reader;
mod restore;
mod session;
mod snapshot;
mod sums;
mod volume_copier;
mod writer;

pub use create::{BackupOptions, Contents, back_up};
pub use restore::{RestoreOptions, Restored, finish_interrupted, restore};
use tokio_util::sync::CancellationToken;

/// Fails once `shutdown` is cancelled.
fn unless_cancelled(shutdown: &CancellationToken) -> anyhow::Result<()> {
    anyhow::ensure!(!shutdown.is_cancelled(), "It was interrupted. Nothing was changed");
    Ok(())
}
