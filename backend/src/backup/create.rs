//! Makes an archive.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use super::entry::{Entry, KeyFile};
use super::home_source::{HomeSource, IN_CONTAINERS};
use super::manifest::Manifest;
use super::snapshot::Snapshot;
use super::writer::{ArchiveWriter, Attributes};
use crate::data_folder;
use crate::provider::choice::DESKTOPS_IN;
use crate::vault;

/// What shall be backed up, and how.
#[derive(Debug, Clone)]
pub struct BackupOptions {
    /// The archive to write.
    pub file: PathBuf,
    /// The data folder.
    pub data_dir: PathBuf,
    /// Whether home folders are part of it.
    pub with_homes: bool,
    /// The image of desktops in containers, of which a container is made that mounts their home folders.
    pub desktop_image: String,
    /// Whether the file with the master keys is part of it, if there is one.
    pub with_master_key: bool,
}

/// What an archive contains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// The size of the archive in bytes.
    pub bytes: u64,
    /// The number of blobs: files, screenshots, recordings.
    pub blobs: u64,
    /// Blobs that rows refer to and that the data folder does not have.
    pub lost_blobs: u64,
    /// Blobs whose bytes are not those that were stored. They are inside as they are.
    pub damaged_blobs: u64,
    /// The number of home folders.
    pub homes: u64,
    /// Files of home folders that can't be copied.
    pub skipped_files: u64,
    /// Whether the master keys are inside.
    pub has_master_key: bool,
    /// Whether secrets in the database can't be read without a master key that is not inside.
    pub needs_master_key: bool,
}

/// Backs up the database at `url` and the data folder that belongs to it, while Deskhand may go on. Takes the file's name only
/// when the archive is complete.
///
/// # Errors
/// When something can't be read or written, the data folder belongs to another database, or `shutdown` is cancelled.
pub async fn back_up(
    url: &str,
    options: &BackupOptions,
    shutdown: &CancellationToken,
) -> anyhow::Result<Contents> {
    let check = || super::unless_cancelled(shutdown);
    let snapshot = Snapshot::begin(url).await?;
    let desktops_in = read_if_found(&options.data_dir.join(DESKTOPS_IN))?;
    let desktops_in = desktops_in.and_then(|text| String::from_utf8(text).ok());
    let manifest = manifest(&snapshot, options, desktops_in).await?;
    anyhow::ensure!(
        data_folder::id(&options.data_dir)? == Some(manifest.installation),
        "The data folder {} does not belong to this database. Name the database that belongs to it (DATABASE_URL; without \
         that, the private one in the folder), or another folder (--data-dir)",
        options.data_dir.display()
    );
    let mut contents = Contents {
        has_master_key: manifest.has_master_key,
        needs_master_key: !manifest.master_keys.is_empty() && !manifest.has_master_key,
        ..Contents::default()
    };
    let source = HomeSource::find(options, manifest.desktops_in.as_deref()).await?;
    let mut archive = ArchiveWriter::create(&options.file)?;
    archive.add_bytes(&Entry::Manifest, &serde_json::to_vec_pretty(&manifest)?)?;
    if manifest.has_master_key {
        let text = add_key(&mut archive, &options.data_dir, KeyFile::Master)?;
        anyhow::ensure!(
            vault::opens_all(&text, &manifest.key_checks()?)?,
            "The master keys in {} are not those of the database. If they are just being changed, try again when \
             `deskhand keys rotate` has ended; if the key comes from ENCRYPTION_KEY, leave the file out with \
             --without-master-key",
            options.data_dir.join(KeyFile::Master.name()).display()
        );
    }
    add_key(&mut archive, &options.data_dir, KeyFile::Desktops)?;
    for table in &manifest.tables {
        let each = |part, rows: &[u8]| {
            check()?;
            Ok(archive.add_bytes(&Entry::Rows { table: table.name.clone(), part }, rows)?)
        };
        snapshot.rows(table, each).await.with_context(|| format!("copying the table {}", table.name))?;
    }
    let folder = options.data_dir.join("blobs");
    let each = |sha256: String| {
        check()?;
        let count = match add_blob(&mut archive, &folder, &sha256)? {
            Blob::Whole => &mut contents.blobs,
            Blob::Lost => &mut contents.lost_blobs,
            Blob::Damaged => &mut contents.damaged_blobs,
        };
        *count += 1;
        Ok(())
    };
    snapshot.blobs(each).await.context("copying the blobs")?;
    drop(snapshot);
    let copied = source.copy(options, &mut archive, shutdown).await.context("copying the home folders")?;
    (contents.homes, contents.skipped_files) = (copied.homes, copied.skipped);
    contents.bytes = archive.finish()?;
    Ok(contents)
}

async fn manifest(
    snapshot: &Snapshot,
    options: &BackupOptions,
    desktops_in: Option<String>,
) -> anyhow::Result<Manifest> {
    let installation = snapshot.installation().await?;
    let read = |name: &str| read_if_found(&options.data_dir.join(name));
    Ok(Manifest {
        format: Manifest::FORMAT,
        deskhand: env!("CARGO_PKG_VERSION").to_owned(),
        postgres: snapshot.server_version().await?,
        created_at: snapshot.time().await?,
        installation,
        migrations: snapshot.migrations().await?,
        tables: snapshot.tables().await?,
        sequences: snapshot.sequences().await?,
        master_keys: snapshot.master_keys().await?,
        has_master_key: options.with_master_key && read(KeyFile::Master.name())?.is_some(),
        has_homes: options.with_homes,
        has_volumes: options.with_homes && desktops_in.as_deref() == Some(IN_CONTAINERS),
        desktops_in,
    })
}

/// Adds a key, if the data folder has it; returns its text.
fn add_key(
    archive: &mut ArchiveWriter,
    data_dir: &Path,
    file: KeyFile,
) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    let text = Zeroizing::new(read_if_found(&data_dir.join(file.name()))?.unwrap_or_default());
    if !text.is_empty() {
        archive.add_bytes(&Entry::Key(file), &text)?;
    }
    Ok(text)
}

/// How a blob was found.
enum Blob {
    Whole,
    Lost,
    Damaged,
}

/// Adds a blob, if the data folder has it.
fn add_blob(archive: &mut ArchiveWriter, folder: &Path, sha256: &str) -> anyhow::Result<Blob> {
    let path = crate::blobs::path_of(folder, sha256)?;
    let file = match std::fs::File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Blob::Lost),
        file => file?,
    };
    let size = file.metadata()?.len();
    let entry = Entry::Blob(sha256.to_owned());
    let found = archive.add_file(&entry, Attributes::PRIVATE, file, size)?;
    Ok(if found == sha256 { Blob::Whole } else { Blob::Damaged })
}

fn read_if_found(file: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    match std::fs::read(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        read => Ok(Some(read.with_context(|| format!("reading {}", file.display()))?)),
    }
}
