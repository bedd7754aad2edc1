//! Makes everything that an archive contains, beside what is there.

use std::io::{Read, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use super::super::entry::{Entry, KeyFile};
use super::super::homes::DESKTOPS;
use super::super::reader::{self, Content};
use super::check::{Inspected, Target};
use super::exchange::{NEW, Plan};
use super::homes::Homes;
use super::rows::Rows;
use super::{RestoreOptions, schema};
use crate::blobs;
use crate::data_folder::closed::create_closed;
use crate::data_folder::private_cluster::{self, PrivateCluster};
use crate::data_folder::{self, INSTALLATION_FILE};
use crate::provider::choice::{DESKTOPS_IN, LOST};

/// Where desktops run whose home folders are in an archive.
const LOCAL: &str = "local";

/// Makes everything in the folder `staging`, and says what remains to be done.
pub(super) async fn stage(
    options: &RestoreOptions,
    inspected: &Inspected,
    target: &Target,
    staging: &Path,
    shutdown: &CancellationToken,
) -> anyhow::Result<Plan> {
    let new = staging.join(NEW);
    let plan = plan(options, inspected, target, &new)?;
    match &options.database_url {
        Some(url) => {
            schema::make(url).await?;
            fill(options, inspected, &plan, &new, url, Some(schema::STAGING), shutdown).await?;
        }
        None => {
            let cluster = PrivateCluster::start(&new).await?;
            let url = cluster.url().to_owned();
            let filled = fill(options, inspected, &plan, &new, &url, None, shutdown).await;
            cluster.stop().await.context("stopping the new database")?;
            filled?;
        }
    }
    Ok(plan)
}

/// Decides what takes whose place, and writes the small files.
fn plan(
    options: &RestoreOptions,
    inspected: &Inspected,
    target: &Target,
    new: &Path,
) -> anyhow::Result<Plan> {
    let manifest = &inspected.manifest;
    let is_same = target.installation == Some(manifest.installation);
    let with_homes = manifest.has_homes && manifest.desktops_in.as_deref() == Some(LOCAL);
    let desktops_key = inspected.desktops_key.as_ref().filter(|_| options.adopt_containers);
    let adopts = desktops_key.is_some();
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
    let keeps_homes = is_same && !with_homes;
    let desktops_in = match () {
        () if with_homes => Some(LOCAL),
        () if adopts => Some("docker"),
        () if keeps_homes || manifest.desktops_in.is_none() => None,
        () => Some(LOST),
    };
    if let Some(desktops_in) = desktops_in {
        write(DESKTOPS_IN, desktops_in.as_bytes())?;
    }
    if with_homes {
        replaced.push(DESKTOPS.to_owned());
    }
    if !is_same {
        let others = [(DESKTOPS, with_homes), (DESKTOPS_IN, desktops_in.is_some())];
        let keys = [(KeyFile::Desktops.name(), adopts)];
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
async fn fill(
    options: &RestoreOptions,
    inspected: &Inspected,
    plan: &Plan,
    new: &Path,
    url: &str,
    schema: Option<&str>,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let folder = new.join("blobs");
    create_closed(&folder)?;
    let mut homes = match plan.replaced.iter().any(|name| name == DESKTOPS) {
        true => Some(Homes::new(new.join(DESKTOPS))?),
        false => None,
    };
    let mut rows = Rows::begin(url, schema, &inspected.manifest).await?;
    let runtime = tokio::runtime::Handle::current();
    let digest = tokio::task::block_in_place(|| {
        reader::read(&options.file, |entry, attributes, content| {
            super::super::unless_cancelled(shutdown)?;
            match (entry, content) {
                (Entry::Rows { table, part }, Content::File(bytes, _)) => {
                    runtime.block_on(rows.add(&table, part, bytes))
                }
                (Entry::Blob(sha256), Content::File(bytes, _)) => write_blob(&folder, &sha256, bytes),
                (Entry::Home { desktop, path }, content) => match &mut homes {
                    Some(homes) => homes.add(desktop, &path, attributes, content),
                    None => Ok(()),
                },
                _ => Ok(()),
            }
        })
    })
    .context("Nothing was changed")?;
    anyhow::ensure!(
        digest == inspected.digest,
        "The archive was changed while it was read. Nothing was changed here"
    );
    rows.finish(&inspected.manifest.sequences).await
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

fn write_private(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    Ok(file.write_all(bytes)?)
}
