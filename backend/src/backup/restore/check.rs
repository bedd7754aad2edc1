//! Whether an archive fits, before anything is changed.

use std::path::Path;

use nix::sys::statvfs::statvfs;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::super::entry::{Entry, KeyFile};
use super::super::manifest::Manifest;
use super::super::reader::{self, Content};
use super::home_place::HomePlace;
use super::{RestoreOptions, schema};
use crate::data_folder::{self, private_cluster};
use crate::vault;

/// The size in bytes up to which a manifest or a key is read.
const TEXT_LIMIT: u64 = 4 << 20;
/// The space in bytes that a file or folder takes beyond its content, on average.
const FILE_OVERHEAD: u64 = 4096;
/// The space in bytes of an empty private database, with its write-ahead log.
const EMPTY_DATABASE: u64 = 100 << 20;
/// How much more space rows take in the database, with indexes and the write-ahead log, than as text.
const ROW_FACTOR: u64 = 3;

/// What a whole archive contains.
pub(super) struct Inspected {
    pub(super) manifest: Manifest,
    /// Tells archives apart.
    pub(super) digest: String,
    pub(super) master_key: Option<Zeroizing<Vec<u8>>>,
    pub(super) desktops_key: Option<Zeroizing<Vec<u8>>>,
    pub(super) blobs: u64,
    pub(super) homes: u64,
    /// The size of the rows as text.
    row_bytes: u64,
    /// The space that files outside of home folders take.
    file_bytes: u64,
    /// The space that home folders take.
    home_bytes: u64,
}

/// Reads the whole archive once.
pub(super) fn inspect(file: &Path, shutdown: &CancellationToken) -> anyhow::Result<Inspected> {
    let (mut manifest, mut master_key, mut desktops_key) = (Zeroizing::default(), None, None);
    let (mut blobs, mut homes, mut row_bytes) = (0, 0, 0);
    let (mut file_bytes, mut home_bytes) = (0_u64, 0_u64);
    let read = tokio::task::block_in_place(|| {
        reader::read(file, |entry, _, content| {
            super::super::unless_cancelled(shutdown)?;
            let is_home = matches!(entry, Entry::Home { .. });
            let bytes_there = if is_home { &mut home_bytes } else { &mut file_bytes };
            *bytes_there = bytes_there.saturating_add(FILE_OVERHEAD);
            homes += u64::from(matches!(&entry, Entry::Home { path, .. } if path.as_os_str().is_empty()));
            let Content::File(bytes, size) = content else { return Ok(()) };
            match entry {
                Entry::Manifest => manifest = text(bytes, size)?,
                Entry::Key(KeyFile::Master) => master_key = Some(text(bytes, size)?),
                Entry::Key(KeyFile::Desktops) => desktops_key = Some(text(bytes, size)?),
                Entry::Rows { .. } => row_bytes += size,
                Entry::Blob(_) | Entry::Home { .. } => {
                    blobs += u64::from(matches!(entry, Entry::Blob(_)));
                    *bytes_there = bytes_there.saturating_add(size);
                }
                Entry::Sums => {}
            }
            Ok(())
        })
    });
    // The archive of a newer version may have entries that this one does not know.
    Manifest::require_known_format(&manifest)?;
    let digest = read?;
    let manifest = Manifest::parse(&manifest)?;
    Ok(Inspected {
        manifest,
        digest,
        master_key,
        desktops_key,
        blobs,
        homes,
        row_bytes,
        file_bytes,
        home_bytes,
    })
}

fn text(bytes: &mut dyn std::io::Read, size: u64) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    anyhow::ensure!(
        size <= TEXT_LIMIT,
        "The archive has a manifest or a key of {size} bytes, which none has"
    );
    let mut text = Zeroizing::new(Vec::new());
    bytes.read_to_end(&mut text)?;
    Ok(text)
}

/// Where an archive is restored to.
pub(super) struct Target {
    /// The installation whose data folder it is.
    pub(super) installation: Option<Uuid>,
    /// What there is already, in words.
    occupied: Option<String>,
}

impl Target {
    /// Looks at the data folder and the database. Fails if they are in use.
    pub(super) async fn look_at(options: &RestoreOptions) -> anyhow::Result<Self> {
        let folder = &options.data_dir;
        private_cluster::stop_abandoned(folder).await?;
        let installation = data_folder::id(folder)?;
        let mut occupied = data_folder::is_used(folder)?
            .then(|| format!("The data folder {} already has the data of a Deskhand", folder.display()));
        if let Some(url) = &options.database_url
            && schema::look_at(url).await? == schema::Found::Tables
        {
            occupied = occupied.or_else(|| Some("The database (DATABASE_URL) already has tables".to_owned()));
        }
        Ok(Self { installation, occupied })
    }

    /// Fails if the archive can't be restored there.
    pub(super) fn check(
        &self,
        inspected: &Inspected,
        options: &RestoreOptions,
        place: &HomePlace,
    ) -> anyhow::Result<()> {
        if let (Some(occupied), false) = (&self.occupied, options.replace) {
            anyhow::bail!(
                "{occupied}. Choose an empty folder with --data-dir (and an empty database with DATABASE_URL), or give \
                 --replace to delete what is there once the restore is complete"
            );
        }
        check_master_key(inspected, options)?;
        check_room(inspected, options, place)
    }
}

/// Fails unless the keys at hand open the secrets.
fn check_master_key(inspected: &Inspected, options: &RestoreOptions) -> anyhow::Result<()> {
    let checks = inspected.manifest.key_checks()?;
    let archived = inspected.master_key.as_deref().map(Vec::as_slice);
    if vault::opens_with(&options.master_key, &options.data_dir, archived, &checks)? {
        return Ok(());
    }
    let place = options.data_dir.join(vault::KEY_FILE);
    let missing = match (archived, &options.master_key.encryption_key) {
        (None, None) => "The archive was made without the master key, and ENCRYPTION_KEY is not set",
        (None, Some(_)) => "ENCRYPTION_KEY is not the master key of the archive, which was made without it",
        (Some(_), _) => "The master key in the archive is not the one of its database",
    };
    anyhow::bail!(
        "{missing}. Set ENCRYPTION_KEY to the key of the installation that was backed up, or put its file at {}. Without it \
         nobody could log in",
        place.display()
    )
}

/// Fails unless the disk has room for everything, beside what is there.
fn check_room(inspected: &Inspected, options: &RestoreOptions, place: &HomePlace) -> anyhow::Result<()> {
    let private = options.database_url.is_none();
    let rows = if private { inspected.row_bytes * ROW_FACTOR + EMPTY_DATABASE } else { 0 };
    // That of the engine may be elsewhere.
    let homes = if place.is_folder() { inspected.home_bytes } else { 0 };
    let needed = inspected.file_bytes.saturating_add(homes).saturating_add(rows);
    let disk = statvfs(&options.data_dir)?;
    let free = disk.blocks_available() * disk.fragment_size();
    anyhow::ensure!(
        needed <= free,
        "The restore needs about {} MB in {}, where {} MB are free. Make room there, or choose another folder with --data-dir",
        needed.div_ceil(1 << 20),
        options.data_dir.display(),
        free >> 20,
    );
    Ok(())
}
