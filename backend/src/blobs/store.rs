//! A content-addressed store in a folder: each blob is `ab/cd/abcd...`, named by its SHA-256.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::{Stream, StreamExt as _};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::free_space;
use crate::data_folder::closed::create_closed;

/// The number of thumbnails made at once.
const THUMBNAILS_AT_ONCE: usize = 2;
/// How many bytes at the beginning of a file are looked at to detect its type.
const HEAD_BYTES: usize = 8 << 10;
/// After how many bytes the free space is looked at again.
const CHECK_SPACE_EVERY: u64 = 8 << 20;
/// The age at which a staging file counts as abandoned.
const STAGING_MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// A folder of blobs. Cheap to clone.
#[derive(Clone)]
pub struct BlobStore {
    pub(super) folder: Arc<Path>,
    /// How many thumbnails may be made at once: each takes a core and the memory of a whole picture.
    pub(super) thumbnail_turns: Arc<Semaphore>,
}

/// Bytes in a staging file. [`BlobStore::keep`] adds them to the store; dropping it deletes the file.
pub struct StagedBlob {
    /// The SHA-256, in hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub size: u64,
    /// The media type that the first bytes tell, if they tell one.
    pub detected_type: Option<String>,
    file: StagedFile,
}

impl StagedBlob {
    /// Opens the bytes for reading.
    pub async fn open(&self) -> io::Result<tokio::fs::File> {
        tokio::fs::File::open(&self.file.0).await
    }
}

/// Why bytes could not be staged.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The stream exceeds the limit.
    #[error("more than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The source stream failed.
    #[error("reading the bytes")]
    Source(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The disk failed or is full.
    #[error("writing to the blob folder")]
    Disk(#[from] io::Error),
}

impl BlobStore {
    /// Opens the store in `folder`, creating it if needed.
    pub async fn open(folder: &Path) -> io::Result<Self> {
        create_closed(folder)?;
        tokio::fs::create_dir_all(folder.join("staging")).await?;
        Ok(Self { folder: folder.into(), thumbnail_turns: Arc::new(Semaphore::new(THUMBNAILS_AT_ONCE)) })
    }

    /// Deletes staging files older than a day, which a killed process left behind; younger ones may be in use by another.
    pub async fn remove_abandoned(&self) -> io::Result<()> {
        let mut staged = tokio::fs::read_dir(self.folder.join("staging")).await?;
        while let Some(file) = staged.next_entry().await? {
            // It may be gone meanwhile.
            let Some(metadata) = if_found(file.metadata().await)? else { continue };
            if metadata.modified()?.elapsed().is_ok_and(|age| age > STAGING_MAX_AGE) {
                if_found(tokio::fs::remove_file(file.path()).await)?;
            }
        }
        Ok(())
    }

    /// Whether there is room for files.
    ///
    /// # Errors
    /// [`io::ErrorKind::StorageFull`] if there is none.
    pub fn check_space(&self) -> io::Result<()> {
        free_space::check(&self.folder)
    }

    /// Writes a stream of at most `limit` bytes to a staging file, unless the disk becomes full. On failure the file is
    /// deleted.
    pub async fn stage<S, B, E>(&self, bytes: S, limit: u64) -> Result<StagedBlob, StageError>
    where
        S: Stream<Item = Result<B, E>> + Unpin,
        B: AsRef<[u8]>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.stage_checked(bytes, limit, || self.check_space()).await
    }

    /// As [`Self::stage`], for small files that may use the space that is kept free.
    pub async fn stage_always<S, B, E>(&self, bytes: S, limit: u64) -> Result<StagedBlob, StageError>
    where
        S: Stream<Item = Result<B, E>> + Unpin,
        B: AsRef<[u8]>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.stage_checked(bytes, limit, || Ok(())).await
    }

    async fn stage_checked<S, B, E>(
        &self,
        mut bytes: S,
        limit: u64,
        check: impl Fn() -> io::Result<()> + Send,
    ) -> Result<StagedBlob, StageError>
    where
        S: Stream<Item = Result<B, E>> + Unpin,
        B: AsRef<[u8]>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let staged = StagedFile(self.folder.join("staging").join(Uuid::new_v4().to_string()));
        let mut file = tokio::fs::File::create_new(&staged.0).await?;
        let mut hasher = Sha256::new();
        let mut size = 0;
        let mut checked_at = None;
        let mut head = Vec::new();
        while let Some(chunk) = bytes.next().await {
            let chunk = chunk.map_err(|error| StageError::Source(error.into()))?;
            size += chunk.as_ref().len() as u64;
            if size > limit {
                return Err(StageError::TooLarge { limit });
            }
            if checked_at.is_none_or(|at| size >= at + CHECK_SPACE_EVERY) {
                check()?;
                checked_at = Some(size);
            }
            let missing = HEAD_BYTES.saturating_sub(head.len());
            head.extend(chunk.as_ref().iter().take(missing));
            hasher.update(chunk.as_ref());
            file.write_all(chunk.as_ref()).await?;
        }
        file.sync_data().await?;
        let detected_type = infer::get(&head).map(|kind| kind.mime_type().to_owned());
        Ok(StagedBlob { sha256: hex::encode(hasher.finalize()), size, detected_type, file: staged })
    }

    /// Adds staged bytes to the store. The caller holds the blob's shared lock in the transaction that
    /// inserts the row, so that the blob is not collected in between.
    pub async fn keep(&self, staged: &StagedBlob) -> io::Result<()> {
        let path = self.path(&staged.sha256)?;
        if let Some(parent) = path.parent() {
            tokio::fs::create_dir_all(parent).await?;
        }
        match tokio::fs::hard_link(&staged.file.0, &path).await {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            result => result,
        }
    }

    /// Opens a blob for reading.
    pub async fn open_blob(&self, sha256: &str) -> io::Result<tokio::fs::File> {
        tokio::fs::File::open(self.path(sha256)?).await
    }

    /// Reads a blob into memory.
    pub async fn read(&self, sha256: &str) -> io::Result<Vec<u8>> {
        tokio::fs::read(self.path(sha256)?).await
    }

    /// The sizes of blobs in bytes. Those that are lost are left out.
    pub async fn sizes(&self, hashes: BTreeSet<String>) -> io::Result<BTreeMap<String, u64>> {
        let store = self.clone();
        let sizes = tokio::task::spawn_blocking(move || {
            let size = |sha256: String| {
                let metadata = if_found(std::fs::metadata(store.path(&sha256)?))?;
                Ok(metadata.map(|metadata| (sha256, metadata.len())))
            };
            hashes.into_iter().filter_map(|sha256| size(sha256).transpose()).collect()
        });
        sizes.await.map_err(io::Error::other)?
    }

    /// Deletes a blob and its thumbnail, if they exist.
    pub async fn remove(&self, sha256: &str) -> io::Result<()> {
        for path in [self.thumbnail_path(sha256)?, self.path(sha256)?] {
            if_found(tokio::fs::remove_file(path).await)?;
        }
        Ok(())
    }

    /// The blobs whose hash starts with the byte `prefix` and that were written before a time.
    pub async fn written_before(&self, prefix: u8, before: SystemTime) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        let folder = self.folder.join(format!("{prefix:02x}"));
        let Some(mut folders) = if_found(tokio::fs::read_dir(folder).await)? else { return Ok(found) };
        while let Some(folder) = folders.next_entry().await? {
            let Some(mut blobs) = if_found(tokio::fs::read_dir(folder.path()).await)? else { continue };
            while let Some(blob) = blobs.next_entry().await? {
                let Ok(name) = blob.file_name().into_string() else { continue };
                // It may be deleted concurrently.
                let Some(metadata) = if_found(blob.metadata().await)? else { continue };
                if is_hash(&name) && metadata.modified()? < before {
                    found.push(name);
                }
            }
        }
        Ok(found)
    }

    /// Where a blob's thumbnail is kept.
    pub(super) fn thumbnail_path(&self, sha256: &str) -> io::Result<PathBuf> {
        Ok(self.path(sha256)?.with_extension("thumbnail"))
    }

    fn path(&self, sha256: &str) -> io::Result<PathBuf> {
        path_of(&self.folder, sha256)
    }
}

/// Where a blob is in the folder of the store.
pub(crate) fn path_of(folder: &Path, sha256: &str) -> io::Result<PathBuf> {
    if !is_hash(sha256) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a blob is named by 64 hexadecimal digits"));
    }
    Ok(folder.join(&sha256[..2]).join(&sha256[2..4]).join(sha256))
}

/// Whether a text is a SHA-256 in hexadecimal, as blobs are named.
#[must_use]
pub fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Maps a missing file or folder to `None`.
fn if_found<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        found => found.map(Some),
    }
}

/// A file that is deleted when dropped.
struct StagedFile(PathBuf);

impl Drop for StagedFile {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "could not delete a staging file");
        }
    }
}
