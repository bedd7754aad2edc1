//! Makes everything that an archive contains, beside what is there.

use std::io::{Read, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use super::super::entry::{Entry, KeyFile};
use super::super::home_source::IN_CONTAINERS;
use super::super::homes::DESKTOPS;
use super::super::reader::{self, Content};
use super::check::{Inspected, Target};
use super::exchange::{NEW, Plan};
use super::home_place::HomePlace;
use super::rows::Rows;
use super::{RestoreOptions, leftovers, schema};
use crate::blobs;
use crate::data_folder::closed::create_closed;
use crate::data_folder::private_cluster::{self, PrivateCluster};
use crate::data_folder::{self, INSTALLATION_FILE};
use crate::provider::choice::{DESKTOPS_IN, LOST};

/// A restore that is being made beside what is there.
pub(super) struct Staging<'a> {
    pub(super) options: &'a RestoreOptions,
    pub(super) inspected: &'a Inspected,
    pub(super) target: &'a Target,
    pub(super) place: &'a HomePlace,
    /// The folder in which it is made.
    pub(super) folder: &'a Path,
    pub(super) shutdown: &'a CancellationToken,
}

impl Staging<'_> {
    /// Makes everything, and says what remains to be done.
    pub(super) async fn make(&self) -> anyhow::Result<Plan> {
        let plan = self.plan()?;
        if let HomePlace::Volumes(volumes) = self.place {
            leftovers::note(self.folder, &volumes.key)?;
        }
        match &self.options.database_url {
            Some(url) => {
                schema::make(url).await?;
                self.fill(url, Some(schema::STAGING)).await?;
            }
            None => {
                let cluster = PrivateCluster::start(&self.new_data_dir()).await?;
                let url = cluster.url().to_owned();
                let filled = self.fill(&url, None).await;
                cluster.stop().await.context("stopping the new database")?;
                filled?;
            }
        }
        Ok(plan)
    }

    /// The folder that is like a data folder.
    fn new_data_dir(&self) -> PathBuf {
        self.folder.join(NEW)
    }

    /// Decides what takes whose place, and writes the small files.
    fn plan(&self) -> anyhow::Result<Plan> {
        let Self { options, inspected, place, .. } = *self;
        let manifest = &inspected.manifest;
        let new = self.new_data_dir();
        let is_same = self.target.installation == Some(manifest.installation);
        let desktops_key = match place {
            HomePlace::Volumes(volumes) => Some(&volumes.key),
            _ => inspected.desktops_key.as_ref().filter(|_| options.adopt_containers),
        };
        let has_key = desktops_key.is_some();
        let with_folder = place.is_folder();
        let mut replaced = vec!["blobs".to_owned()];
        let mut deleted = Vec::new();
        let mut write = |name: &str, bytes: &[u8]| {
            replaced.push(name.to_owned());
            write_private(&new.join(name), bytes)
        };
        if let Some(key) = &inspected.master_key {
            write(KeyFile::Master.name(), key)?;
        }
        if let Some(key) = desktops_key {
            write(KeyFile::Desktops.name(), key)?;
        }
        let desktops_in = match place.desktops_in() {
            Some(desktops_in) => Some(desktops_in),
            None if has_key => Some(IN_CONTAINERS),
            None if is_same || manifest.desktops_in.is_none() => None,
            None => Some(LOST),
        };
        if let Some(desktops_in) = desktops_in {
            write(DESKTOPS_IN, desktops_in.as_bytes())?;
        }
        if with_folder {
            replaced.push(DESKTOPS.to_owned());
        }
        if is_same && matches!(place, HomePlace::Volumes(_)) {
            deleted.push(DESKTOPS.to_owned());
        }
        if !is_same {
            let others = [(DESKTOPS, with_folder), (DESKTOPS_IN, desktops_in.is_some())];
            let keys = [(KeyFile::Desktops.name(), has_key)];
            let gone = others.into_iter().chain(keys).filter(|(_, is_replaced)| !is_replaced);
            deleted.extend(gone.map(|(name, _)| name.to_owned()));
        }
        if options.database_url.is_none() {
            replaced.push(private_cluster::FOLDER.to_owned());
        }
        // Last, because it ties the folder to its database.
        replaced.push(INSTALLATION_FILE.to_owned());
        write_private(&new.join(INSTALLATION_FILE), data_folder::id_text(manifest.installation).as_bytes())?;
        Ok(Plan {
            digest: inspected.digest.clone(),
            installation: manifest.installation,
            in_schema: options.database_url.is_some(),
            replaced,
            deleted,
            new_homes: desktops_in == Some(LOST),
        })
    }

    /// Reads the archive once more and writes what it contains.
    async fn fill(&self, url: &str, schema: Option<&str>) -> anyhow::Result<()> {
        let Self { inspected, shutdown, .. } = *self;
        let new = self.new_data_dir();
        let folder = new.join("blobs");
        create_closed(&folder)?;
        let mut rows = Rows::begin(url, schema, &inspected.manifest).await?;
        let runtime = tokio::runtime::Handle::current();
        let digest = tokio::task::block_in_place(|| {
            let mut homes = self.place.begin(&new, shutdown)?;
            let digest = reader::read(&self.options.file, |entry, attributes, content| {
                super::super::unless_cancelled(shutdown)?;
                match (entry, content) {
                    (Entry::Rows { table, part }, Content::File(bytes, _)) => {
                        runtime.block_on(rows.add(&table, part, bytes))
                    }
                    (Entry::Blob(sha256), Content::File(bytes, _)) => write_blob(&folder, &sha256, bytes),
                    (Entry::Home { desktop, path }, content) => {
                        homes.add(desktop, &path, attributes, content)
                    }
                    _ => Ok(()),
                }
            })?;
            homes.finish()?;
            Ok::<_, anyhow::Error>(digest)
        })
        .context("Nothing was changed")?;
        anyhow::ensure!(
            digest == inspected.digest,
            "The archive was changed while it was read. Nothing was changed here"
        );
        rows.finish(&inspected.manifest.sequences).await
    }
}

fn write_blob(folder: &Path, sha256: &str, bytes: &mut dyn Read) -> anyhow::Result<()> {
    let path = blobs::path_of(folder, sha256)?;
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut file = std::fs::File::create_new(path)?;
    std::io::copy(bytes, &mut file)?;
    Ok(())
}

pub(super) fn write_private(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    Ok(file.write_all(bytes)?)
}
