//! Volumes that nobody needs any more: those of a restore that was killed, and those of an installation that was replaced.

use std::fs::File;
use std::path::Path;

use anyhow::Context as _;
use zeroize::Zeroizing;

use super::super::home_source::IN_CONTAINERS;
use super::STAGING;
use super::exchange::{OLD, PLAN};
use super::stage::write_private;
use crate::provider::choice::DESKTOPS_IN;
use crate::provider::docker::KEY_FILE;
use crate::provider::docker::home_volumes::HomeVolumes;

/// The file in the staging folder with the key of the volumes that are being made.
const NEW_VOLUMES: &str = "volumes.key";

/// No container is made of an image.
const NO_IMAGE: &str = "";

/// Notes that volumes with this key are going to be made, so that they are found again whatever happens.
pub(super) fn note(staging: &Path, key: &[u8]) -> anyhow::Result<()> {
    let note = || {
        write_private(&staging.join(NEW_VOLUMES), key)?;
        File::open(staging.join(NEW_VOLUMES))?.sync_all()?;
        Ok::<_, anyhow::Error>(File::open(staging)?.sync_all()?)
    };
    note().context("writing to the data folder")
}

/// Removes the volumes of a restore that did not get to its end. Returns whether none are left; otherwise the next command
/// tries again, as long as the staging folder is kept.
pub(super) async fn remove_abandoned(data_dir: &Path) -> bool {
    let note = data_dir.join(STAGING).join(NEW_VOLUMES);
    if data_dir.join(STAGING).join(PLAN).exists() {
        // It has happened, and will be finished.
        return false;
    }
    let (Some(key), used) = (read(&note), read(&data_dir.join(KEY_FILE))) else { return true };
    // It may have been killed just after its end.
    let none_left = used.as_ref() == Some(&key) || remove(&key, "an interrupted restore").await;
    if none_left {
        let _ = std::fs::remove_file(note);
    }
    none_left
}

/// Removes the volumes of the installation that was in the data folder before.
pub(super) async fn remove_replaced(data_dir: &Path) {
    let old = data_dir.join(STAGING).join(OLD);
    let were_in_containers =
        read(&old.join(DESKTOPS_IN)).is_some_and(|text| text.as_slice() == IN_CONTAINERS.as_bytes());
    let (Some(key), used) = (read(&old.join(KEY_FILE)), read(&data_dir.join(KEY_FILE))) else { return };
    if were_in_containers && used.as_ref() != Some(&key) {
        remove(&key, "the installation that was replaced").await;
    }
}

/// Removes all volumes with a key; says so if it can't.
async fn remove(key: &[u8], owner: &'static str) -> bool {
    let volumes = match HomeVolumes::connect(key, NO_IMAGE).await {
        Ok(volumes) => volumes,
        Err(error) => {
            tracing::warn!(%error, "the volumes of {owner} are left at Docker");
            return false;
        }
    };
    let removed = volumes.remove_all().await;
    if let Err(error) = &removed {
        let instance = volumes.instance();
        tracing::warn!(%error, "the volumes of {owner} are left; they have the label deskhand.instance={instance}");
    }
    removed.is_ok()
}

fn read(file: &Path) -> Option<Zeroizing<Vec<u8>>> {
    std::fs::read(file).ok().map(Zeroizing::new)
}
