//! Where the home folders of an installation are, and how they get into an archive.

use std::time::Duration;

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use super::BackupOptions;
use super::download::Download;
use super::homes::{self, HomeCopier};
use super::volume_copier::VolumeCopier;
use super::writer::ArchiveWriter;
use crate::provider::docker::KEY_FILE;
use crate::provider::docker::home_volumes::{HelperLock, HomeVolumes};

/// Where desktops are recorded to run whose home folders are volumes.
pub(super) const IN_CONTAINERS: &str = "docker";
/// Delay before looking again whether another backup has ended.
const LOCK_INTERVAL: Duration = Duration::from_millis(200);

/// Where home folders come from.
pub(super) enum HomeSource {
    /// None are copied.
    Nowhere,
    /// The data folder.
    Folder,
    /// Volumes of Docker.
    Volumes(HomeVolumes),
}

/// What was copied.
#[derive(Debug, Default)]
pub(super) struct Copied {
    /// The number of home folders.
    pub(super) homes: u64,
    /// Files that were left out.
    pub(super) skipped: u64,
}

impl HomeSource {
    /// Finds the home folders of an installation whose desktops ran in `desktops_in`.
    pub(super) async fn find(options: &BackupOptions, desktops_in: Option<&str>) -> anyhow::Result<Self> {
        if !options.with_homes {
            return Ok(Self::Nowhere);
        }
        if desktops_in != Some(IN_CONTAINERS) {
            return Ok(Self::Folder);
        }
        let file = options.data_dir.join(KEY_FILE);
        let key = std::fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        match HomeVolumes::connect(&key, &options.desktop_image).await {
            Ok(volumes) => Ok(Self::Volumes(volumes)),
            Err(error) => anyhow::bail!(
                "The home folders of desktops in containers can't be copied: {error} Or leave them out with --without-homes"
            ),
        }
    }

    /// Copies all home folders into an archive.
    pub(super) async fn copy(
        &self,
        options: &BackupOptions,
        archive: &mut ArchiveWriter,
        shutdown: &CancellationToken,
    ) -> anyhow::Result<Copied> {
        match self {
            Self::Nowhere => Ok(Copied::default()),
            Self::Folder => copy_folder(options, archive, shutdown),
            Self::Volumes(volumes) => copy_volumes(volumes, options, archive, shutdown).await,
        }
    }
}

fn copy_folder(
    options: &BackupOptions,
    archive: &mut ArchiveWriter,
    shutdown: &CancellationToken,
) -> anyhow::Result<Copied> {
    let check = || super::unless_cancelled(shutdown);
    let mut copier = HomeCopier { archive, check: &check, skipped: 0 };
    let mut homes = 0;
    for desktop in homes::desktops(&options.data_dir)? {
        copier.copy(&options.data_dir, desktop)?;
        homes += 1;
    }
    Ok(Copied { homes, skipped: copier.skipped })
}

async fn copy_volumes(
    volumes: &HomeVolumes,
    options: &BackupOptions,
    archive: &mut ArchiveWriter,
    shutdown: &CancellationToken,
) -> anyhow::Result<Copied> {
    let lock = lock(options, shutdown).await?;
    volumes.remove_helpers(&lock).await?;
    let mut copied = Copied::default();
    for desktop in volumes.desktops().await? {
        let home = volumes.open(desktop).await?;
        let download = |below: &str| Download::new(&home, below, shutdown);
        let mut copier = VolumeCopier::new(archive, &download, desktop, shutdown);
        let result = tokio::task::block_in_place(|| copier.copy());
        copied.skipped += copier.skipped;
        home.close().await?;
        result?;
        copied.homes += 1;
    }
    Ok(copied)
}

/// Waits until no other backup copies the home folders.
async fn lock(options: &BackupOptions, shutdown: &CancellationToken) -> anyhow::Result<HelperLock> {
    let key = options.data_dir.join(KEY_FILE);
    loop {
        super::unless_cancelled(shutdown)?;
        if let Some(lock) = HelperLock::try_take(&key)? {
            return Ok(lock);
        }
        tokio::time::sleep(LOCK_INTERVAL).await;
    }
}
