//! Files of people and chats: uploads, and files that desktops made.

pub mod archive;
pub mod links;
pub mod outputs;
mod quiet_files;
pub mod reading;
pub mod rules;

use std::io;

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use futures_util::Stream;
use protocol::ids::{ChatId, FileId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::blobs::{BlobCollector, BlobStore, CollectError, StageError, StagedBlob};
use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::services::files::rules::RuleError;
use crate::services::idempotency::{IdempotencyError, Idempotent};
use crate::services::quotas::{QuotaError, Quotas};
use crate::store::files::{self, FileRow};
use crate::store::users::User;
use crate::store::{Page, blobs};

/// A file as the API returns it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FileView {
    /// Identifies the file.
    pub id: FileId,
    /// The file name, without folders.
    pub name: String,
    /// The media type, such as `text/plain`, as the uploader claimed it, or as the name suggests.
    pub media_type: String,
    /// The media type that the file's first bytes tell, which may be another; `null` if they tell none, as those of text.
    #[serde(default)]
    pub detected_type: Option<String>,
    /// Size in bytes.
    pub size: i64,
    /// The chat whose desktop produced it; `null` for an upload.
    pub chat_id: Option<ChatId>,
    /// Where it came from.
    pub origin: FileOrigin,
    /// Path on the desktop, relative to the home folder.
    pub path: Option<String>,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
}

/// Where a file came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileOrigin {
    /// Uploaded by a person.
    Upload,
    /// Produced by a desktop.
    Desktop,
}

impl From<FileRow> for FileView {
    fn from(row: FileRow) -> Self {
        let origin = if row.chat_id.is_some() { FileOrigin::Desktop } else { FileOrigin::Upload };
        Self {
            id: row.id,
            name: row.name,
            media_type: row.media_type,
            size: row.size,
            chat_id: row.chat_id,
            origin,
            path: row.path,
            created_at: row.created_at,
            detected_type: row.detected_type,
        }
    }
}

/// The row of a new upload.
#[must_use]
pub fn upload_row(
    user_id: UserId,
    name: String,
    media_type: String,
    staged: &StagedBlob,
    now: DateTime<Utc>,
) -> FileRow {
    FileRow {
        id: FileId::generate(),
        user_id,
        chat_id: None,
        name,
        media_type,
        size: staged.size.cast_signed(),
        sha256: staged.sha256.clone(),
        path: None,
        modified_ms: None,
        created_at: now,
        detected_type: staged.detected_type.clone(),
    }
}

/// Stores, lists and deletes files.
#[derive(Clone)]
pub struct Files {
    /// Holds the rows.
    pub database: Database,
    /// Holds the bytes.
    pub blobs: BlobStore,
    /// Deletes blobs that no row references any more.
    pub collector: BlobCollector,
    /// The clock.
    pub clock: Clock,
    /// How much people may store.
    pub quotas: Quotas,
}

/// Why a file can't be stored, read or deleted. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It exceeds the size limit.
    #[error("The file has more than {limit} bytes.")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The person's files would exceed their quota.
    #[error(
        "Your files and the home folders of your desktops would take more than the {} MB that they may take together. Delete \
         some first, such as old uploads or whole conversations.",
        .limit >> 20
    )]
    QuotaReached {
        /// The quota in bytes.
        limit: u64,
    },
    /// The server's disk is full.
    #[error("The server's disk is full. Ask whoever runs it to free some space.")]
    DiskFull,
    /// An administrator's rules refuse files of its kind.
    #[error("Files of this kind can't be uploaded here: an administrator's rule refuses `{entry}`.")]
    KindRefused {
        /// The entry of the rules.
        entry: String,
    },
    /// The rules can't be used.
    #[error(transparent)]
    Rules(#[from] RuleError),
    /// A link can't be valid for that long.
    #[error("A link can be valid for 60 seconds to 30 days: `expires_in` has to be 60 to 2592000.")]
    LinkLifetime,
    /// A link is forged, or has been ended.
    #[error("There is no such link.")]
    LinkInvalid,
    /// A link has expired.
    #[error("This link has expired. Ask for a new one.")]
    LinkExpired,
    /// The request body ended early or was malformed.
    #[error("The upload broke off: {0}.")]
    BrokenOff(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What the person may store is not known.
    #[error(transparent)]
    Quota(#[from] QuotaError),
    /// The idempotency key can't be used.
    #[error(transparent)]
    Key(#[from] IdempotencyError),
    /// Its blob could not be deleted.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// Its bytes could not be read or written.
    #[error("using the blob folder")]
    Disk(#[from] io::Error),
    /// Its row could not be read or written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// A stored value does not have the expected shape.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(FileError);

impl From<StageError> for FileError {
    fn from(error: StageError) -> Self {
        match error {
            StageError::TooLarge { limit } => Self::TooLarge { limit },
            StageError::Source(source) => Self::BrokenOff(source),
            StageError::Disk(error) if error.kind() == io::ErrorKind::StorageFull => Self::DiskFull,
            StageError::Disk(error) => Self::Disk(error),
        }
    }
}

/// Checks that so many more bytes fit into a person's quota.
fn within_quota(used: u64, more: u64, quota: u64) -> Result<(), FileError> {
    if used.saturating_add(more) <= quota { Ok(()) } else { Err(FileError::QuotaReached { limit: quota }) }
}

/// Lets all uploads be written to desktops again, whose home folders are new.
///
/// # Errors
/// When the database fails.
pub async fn deliver_again(database: &Database) -> Result<(), DatabaseError> {
    files::forget_deliveries(&mut *database.connection().await?).await?;
    Ok(())
}

impl Files {
    /// Refuses an upload of so many bytes before they are sent, if the person's quota or the disk has no room.
    ///
    /// # Errors
    /// When there is no room, or the database or the disk fails.
    pub async fn check_room(&self, user_id: UserId, bytes: u64) -> Result<(), FileError> {
        let mut conn = self.database.connection().await?;
        let quota = self.quotas.disk_bytes(&mut conn, user_id).await?;
        within_quota(files::used_bytes(&mut conn, user_id).await?, bytes, quota)?;
        Ok(self.blobs.check_space().map_err(StageError::Disk)?)
    }

    /// Maximum size of an upload of a user, in bytes.
    pub async fn upload_limit(&self, user: &User) -> Result<u64, FileError> {
        let mut conn = self.database.connection().await?;
        Ok(self.quotas.upload_bytes(&mut conn, user).await?)
    }

    /// Writes an upload of at most `limit` bytes to a staging file beside the blobs.
    ///
    /// # Errors
    /// When it exceeds the limit, the request body breaks off, or the disk fails or is full.
    pub async fn receive<S, B, E>(&self, bytes: S, limit: u64) -> Result<StagedBlob, FileError>
    where
        S: Stream<Item = Result<B, E>> + Unpin,
        B: AsRef<[u8]>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Ok(self.blobs.stage(bytes, limit).await?)
    }

    /// Stores an upload. With an idempotency key, a repeated call returns the recorded answer.
    ///
    /// # Errors
    /// When the person's quota is reached, or the database or the disk fails.
    pub async fn store_upload(
        &self,
        row: FileRow,
        staged: &StagedBlob,
        call: &Idempotent<FileView>,
    ) -> Result<FileView, FileError> {
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            if let Some(answer) = call.replay(conn, row.created_at).await? {
                return Ok(answer);
            }
            files::lock_of_user(conn, row.user_id).await?;
            let quota = self.quotas.disk_bytes(conn, row.user_id).await?;
            within_quota(files::used_bytes(conn, row.user_id).await?, staged.size, quota)?;
            blobs::lock_shared(conn, &staged.sha256).await?;
            self.blobs.keep(staged).await?;
            files::insert_upload(conn, &row).await?;
            let answer = FileView::from(row);
            call.record(conn, &answer).await?;
            Ok::<_, FileError>(answer)
        })
        .await
    }

    /// The person's uploads and outputs, newest first.
    pub async fn list(&self, user_id: UserId, page: Page<FileId>) -> Result<Vec<FileView>, FileError> {
        let mut conn = self.database.connection().await?;
        let rows = files::list(&mut conn, user_id, page).await?;
        Ok(rows.into_iter().map(FileView::from).collect())
    }

    /// Opens a file's bytes.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn open(&self, file: &FileRow) -> Result<tokio::fs::File, FileError> {
        Ok(self.blobs.open_blob(&file.sha256).await?)
    }

    /// Deletes a file. The copy on a desktop stays.
    ///
    /// # Errors
    /// When the database or the disk fails.
    pub async fn delete(&self, file: &FileRow) -> Result<(), FileError> {
        {
            let mut conn = self.database.connection().await?;
            files::delete(&mut conn, file.id).await?;
        }
        self.collector.remove_if_unreferenced(&file.sha256).await?;
        Ok(())
    }
}
