//! Puts what was made in the place of what was there.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use uuid::Uuid;

use super::lock::RestoreLock;
use super::{STAGING, leftovers, remove_staging, schema};

/// The folder in the staging folder with what was made; it is like a data folder.
pub(super) const NEW: &str = "new";
/// The folder in the staging folder for what was there.
pub(super) const OLD: &str = "old";
/// The file in the staging folder that says that everything is made.
pub(super) const PLAN: &str = "plan.json";

/// What remains to be done once everything is made. Each step may be repeated.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Plan {
    /// Tells the archive from others.
    pub(super) digest: String,
    /// The id of the restored installation.
    pub(super) installation: Uuid,
    /// Whether the tables are in a staging schema of a database of one's own.
    pub(super) in_schema: bool,
    /// The entries of the data folder that are replaced, by what is in the folder of new ones.
    pub(super) replaced: Vec<String>,
    /// The entries of the data folder that are deleted.
    pub(super) deleted: Vec<String>,
    /// Whether desktops get new home folders.
    pub(super) new_homes: bool,
}

impl Plan {
    /// Writes the plan once everything that it is about is on the disk. From then on the restore has happened.
    pub(super) fn write(&self, data_dir: &Path) -> anyhow::Result<()> {
        let staging = data_dir.join(STAGING);
        let write = || {
            let folder = File::open(&staging)?;
            nix::unistd::syncfs(&folder)?;
            let mut file = NamedTempFile::new_in(&staging)?;
            file.write_all(&serde_json::to_vec_pretty(self)?)?;
            file.as_file().sync_all()?;
            file.persist(staging.join(PLAN))?;
            folder.sync_all()
        };
        write().context("writing the restored data to the disk")
    }
}

/// Finishes a restore that was killed after everything was made, and removes what one has left that was killed before. Call it
/// before a data folder is used.
///
/// # Errors
/// When a restore is under way, or the exchange fails.
pub async fn finish_interrupted(data_dir: &Path, database_url: Option<&str>) -> anyhow::Result<()> {
    if !data_dir.join(STAGING).exists() {
        return Ok(());
    }
    let lock = RestoreLock::take(data_dir)?;
    if finish(data_dir, database_url, &lock).await?.is_some() {
        tracing::info!(folder = %data_dir.display(), "finished a restore that was interrupted");
    } else if leftovers::remove_abandoned(data_dir).await
        && let Err(error) = remove_staging(data_dir).await
    {
        tracing::warn!(?error, "could not remove what an interrupted restore has left");
    }
    Ok(())
}

/// Does what the plan says, if there is one; returns the digest of its archive.
pub(super) async fn finish(
    data_dir: &Path,
    database_url: Option<&str>,
    _: &RestoreLock,
) -> anyhow::Result<Option<String>> {
    let staging = data_dir.join(STAGING);
    let plan: Plan = match std::fs::read(staging.join(PLAN)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => serde_json::from_slice(&text?).context("reading the plan of an interrupted restore")?,
    };
    if plan.in_schema {
        let url = database_url.context(
            "A restore into this data folder was interrupted. Set DATABASE_URL to the database that it was for",
        )?;
        schema::exchange(url, plan.installation).await?;
    }
    move_all(data_dir, &staging, &plan).context("exchanging the folders")?;
    leftovers::remove_replaced(data_dir).await;
    // Without it, the rest of the staging folder is only something to delete.
    std::fs::remove_file(staging.join(PLAN)).context("removing the plan")?;
    std::fs::remove_dir_all(&staging).with_context(|| format!("removing {}", staging.display()))?;
    Ok(Some(plan.digest))
}

fn move_all(data_dir: &Path, staging: &Path, plan: &Plan) -> io::Result<()> {
    let (new, old) = (staging.join(NEW), staging.join(OLD));
    std::fs::create_dir_all(&old)?;
    let set_aside = |name: &str| match std::fs::rename(data_dir.join(name), old.join(name)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        renamed => renamed,
    };
    for name in &plan.replaced {
        // Otherwise it has taken its place already.
        if std::fs::symlink_metadata(new.join(name)).is_ok() {
            set_aside(name)?;
            std::fs::rename(new.join(name), data_dir.join(name))?;
        }
    }
    for name in &plan.deleted {
        set_aside(name)?;
    }
    for folder in [&new, &old, data_dir] {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// A data folder in which everything is made.
    fn planned() -> tempfile::TempDir {
        let data = tempfile::tempdir().unwrap();
        let new = data.path().join(STAGING).join(NEW);
        for (place, text) in [(data.path(), "old"), (&new, "new")] {
            write(&place.join("blobs/ab"), text);
            write(&place.join("installation-id"), text);
        }
        write(&data.path().join("desktops/x"), "old");
        write(&data.path().join("master.key"), "old");
        write(&new.join("desktops-in"), "new");
        let plan = Plan {
            digest: "digest".into(),
            installation: Uuid::nil(),
            in_schema: false,
            replaced: ["blobs", "installation-id", "desktops-in"].map(str::to_owned).into(),
            deleted: vec!["desktops".into()],
            new_homes: true,
        };
        plan.write(data.path()).unwrap();
        data
    }

    fn check(data: &Path) {
        let read = |name: &str| std::fs::read_to_string(data.join(name)).ok();
        for (name, text) in [
            ("blobs/ab", Some("new")),
            ("installation-id", Some("new")),
            ("desktops-in", Some("new")),
            ("desktops/x", None),
            ("master.key", Some("old")),
        ] {
            assert_eq!(read(name).as_deref(), text, "{name}");
        }
        assert!(!data.join(STAGING).exists());
    }

    #[tokio::test]
    async fn the_plan_is_carried_out_wherever_it_was_interrupted() {
        let data = planned();
        finish_interrupted(data.path(), None).await.unwrap();
        check(data.path());
        finish_interrupted(data.path(), None).await.unwrap();
        check(data.path());

        // The renames in order; after any number of them the process may have ended.
        let renames = [
            ("blobs", ".restoring/old/blobs"),
            (".restoring/new/blobs", "blobs"),
            ("installation-id", ".restoring/old/installation-id"),
            (".restoring/new/installation-id", "installation-id"),
            (".restoring/new/desktops-in", "desktops-in"),
            ("desktops", ".restoring/old/desktops"),
        ];
        for done in 0..=renames.len() {
            let data = planned();
            std::fs::create_dir(data.path().join(".restoring/old")).unwrap();
            for (from, to) in &renames[..done] {
                std::fs::rename(data.path().join(from), data.path().join(to)).unwrap();
            }
            finish_interrupted(data.path(), None).await.unwrap();
            check(data.path());
        }
    }

    #[tokio::test]
    async fn what_is_not_complete_changes_nothing_and_is_removed() {
        let data = planned();
        std::fs::remove_file(data.path().join(".restoring/plan.json")).unwrap();
        finish_interrupted(data.path(), None).await.unwrap();
        assert_eq!(std::fs::read_to_string(data.path().join("blobs/ab")).unwrap(), "old");
        assert!(!data.path().join(STAGING).exists());
    }

    #[tokio::test]
    async fn a_restore_that_is_under_way_is_left_alone() {
        let data = planned();
        let lock = RestoreLock::take(data.path()).unwrap();
        let told = finish_interrupted(data.path(), None).await.unwrap_err().to_string();
        assert!(told.contains("is under way"), "{told}");
        drop(lock);
        finish_interrupted(data.path(), None).await.unwrap();
        check(data.path());
    }
}
