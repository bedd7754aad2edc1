//! Restores an installation from an archive.
//!
//! Everything is made beside what there is, in the folder `.restoring` of the data folder, with a database of one's own in a
//! schema of its own, and for desktops in containers in volumes that belong to a new key. A plan is written once all of it is
//! complete; from then on the exchange is only a matter of names, and whoever opens the data folder next finishes it. Until
//! then nothing is changed, whatever ends this process.

mod check;
mod exchange;
mod home_place;
mod homes;
mod leftovers;
mod lock;
mod rows;
mod schema;
mod stage;
mod volumes;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use self::check::{Inspected, Target};
use self::exchange::Plan;
pub use self::exchange::finish_interrupted;
use self::home_place::HomePlace;
use self::lock::RestoreLock;
use self::stage::Staging;
use crate::config::DesktopsIn;
use crate::config::master_key::MasterKeyConfig;
use crate::data_folder::closed::{create_data_folder, create_passable, require_own};
use crate::data_folder::private_cluster;

/// The folder in the data folder in which everything is made.
const STAGING: &str = ".restoring";

/// What shall be restored, and where.
#[derive(Debug, Clone)]
pub struct RestoreOptions {
    /// The archive.
    pub file: PathBuf,
    /// The data folder.
    pub data_dir: PathBuf,
    /// The database; without it, a new private one in the data folder.
    pub database_url: Option<String>,
    /// Whether an installation that is there is replaced.
    pub replace: bool,
    /// Whether the containers and volumes of the installation's desktops are taken over, with their home folders.
    pub adopt_containers: bool,
    /// Where desktops shall run, and so where their home folders go.
    pub desktops: DesktopsIn,
    /// The image of desktops in containers.
    pub desktop_image: String,
    /// The master key, if it is set.
    pub master_key: MasterKeyConfig,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// When the archive was made.
    pub created_at: chrono::DateTime<chrono::Utc>,
    /// The number of blobs.
    pub blobs: u64,
    /// The number of home folders.
    pub homes: u64,
    /// Whether the master key that is needed comes from the settings only.
    pub needs_master_key: bool,
    /// Whether desktops get new, empty home folders.
    pub new_homes: bool,
}

/// Restores an installation.
///
/// Await this on the main task: it runs a private Postgres.
///
/// # Errors
/// When the archive is damaged or does not fit, the place is in use or not empty, or the disk is full; the message says what
/// to do. What there is stays as it is then.
pub async fn restore(options: &RestoreOptions, shutdown: &CancellationToken) -> anyhow::Result<Restored> {
    require_own(&options.data_dir)?;
    let inspected = check::inspect(&options.file, shutdown)?;
    create_data_folder(&options.data_dir).with_context(|| {
        format!(
            "Cannot create the data folder {}. Choose another with --data-dir",
            options.data_dir.display()
        )
    })?;
    let lock = RestoreLock::take(&options.data_dir)?;
    if exchange::finish(&options.data_dir, options.database_url.as_deref(), &lock).await?.as_ref()
        == Some(&inspected.digest)
    {
        return Ok(restored(&inspected, options, false));
    }
    let target = Target::look_at(options).await?;
    let place = HomePlace::choose(options, &inspected).await?;
    target.check(&inspected, options, &place)?;
    leftovers::remove_abandoned(&options.data_dir).await;
    let folder = &new_staging(&options.data_dir).await?;
    let (inspected, target, place) = (&inspected, &target, &place);
    let made = make(&Staging { options, inspected, target, place, folder, shutdown }).await;
    if made.is_err() {
        leftovers::remove_abandoned(&options.data_dir).await;
    }
    let new_homes = made?.new_homes;
    exchange::finish(&options.data_dir, options.database_url.as_deref(), &lock).await?;
    Ok(restored(inspected, options, new_homes))
}

/// Makes everything, and writes the plan.
async fn make(staging: &Staging<'_>) -> anyhow::Result<Plan> {
    let plan = staging.make().await?;
    let Staging { options, inspected, place, shutdown, .. } = *staging;
    // It may have been used meanwhile.
    Target::look_at(options).await?.check(inspected, options, place)?;
    super::unless_cancelled(shutdown)?;
    plan.write(&options.data_dir)?;
    Ok(plan)
}

fn restored(inspected: &Inspected, options: &RestoreOptions, new_homes: bool) -> Restored {
    let manifest = &inspected.manifest;
    Restored {
        created_at: manifest.created_at,
        blobs: inspected.blobs,
        homes: inspected.homes,
        needs_master_key: !manifest.master_keys.is_empty()
            && !options.data_dir.join(crate::vault::KEY_FILE).exists(),
        new_homes,
    }
}

/// An empty folder for what is being made.
async fn new_staging(data_dir: &Path) -> anyhow::Result<PathBuf> {
    remove_staging(data_dir).await?;
    let staging = data_dir.join(STAGING);
    create_passable(&staging)?;
    create_passable(&staging.join(exchange::NEW))?;
    Ok(staging)
}

/// Removes what a restore has left that was killed, perhaps just now.
async fn remove_staging(data_dir: &Path) -> anyhow::Result<()> {
    let staging = data_dir.join(STAGING);
    if staging.exists() {
        private_cluster::stop_abandoned(&staging.join(exchange::NEW)).await?;
        std::fs::remove_dir_all(&staging).with_context(|| format!("removing {}", staging.display()))?;
    }
    Ok(())
}
