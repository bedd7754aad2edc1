//! Transfers files between chats and desktops: uploads that messages name are written to `~/Uploads`, files
//! completed in `~/Outputs` and `~/Downloads` become files of the chat.

use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use futures_util::StreamExt as _;
use protocol::agent::files::{FileEntry, OUTPUT_FOLDERS, UPLOADS_FOLDER};
use protocol::ids::{ChatId, FileId, UserId};
use tokio::time::Instant;

use crate::blobs::{BlobCollector, BlobStore, StagedBlob};
use crate::clients::desktop::{DesktopCallError, DesktopClient};
use crate::services::event_log::{self, EventLog};
use crate::services::files::quiet_files::QuietFiles;
use crate::services::files::{FileError, FileView, within_quota};
use crate::services::quotas::Quotas;
use crate::store::events::{EventKind, NewEvent};
use crate::store::files::{self, ChatUpload, FileRow};
use crate::store::{blobs, chats};
use crate::text::visible;

/// Delay before reopening a broken watch on a desktop's files.
const WATCH_RETRY_DELAY: Duration = Duration::from_secs(1);

/// Delivers uploads to desktops and collects the files that desktops produce.
#[derive(Clone)]
pub struct OutputCollector {
    /// Records and publishes the collected files.
    pub log: EventLog,
    /// Holds the bytes.
    pub blobs: BlobStore,
    /// Deletes the bytes of replaced files.
    pub collector: BlobCollector,
    /// Maximum size of a collected file, in bytes.
    pub limit: u64,
    /// How much people may store.
    pub quotas: Quotas,
}

impl OutputCollector {
    /// Collects each file as it is completed, reconnecting whenever the watch breaks.
    pub async fn follow(&self, chat_id: ChatId, client: DesktopClient) -> Infallible {
        loop {
            if let Err(error) = self.follow_once(chat_id, &client).await {
                tracing::debug!(chat.id = %chat_id, error = format!("{error:#}"), "lost the watch on a desktop's files");
            }
            tokio::time::sleep(WATCH_RETRY_DELAY).await;
        }
    }

    async fn follow_once(&self, chat_id: ChatId, client: &DesktopClient) -> anyhow::Result<()> {
        // Watch before listing, so that nothing completed in between is missed.
        let mut changes = client.watch().await?;
        self.collect(chat_id, client).await?;
        let mut files = QuietFiles::default();
        loop {
            let next_due = files.next_due();
            tokio::select! {
                change = changes.next() => match change {
                    Some(change) => files.changed(change?, Instant::now()),
                    None => return Ok(()),
                },
                () = tokio::time::sleep_until(next_due.unwrap_or_else(Instant::now)), if next_due.is_some() => {
                    for entry in files.take_due(Instant::now()) {
                        self.take_changed(chat_id, client, entry).await?;
                    }
                }
            }
        }
    }

    /// Collects all new files from the output folders. Returns those that there is no room for.
    ///
    /// # Errors
    /// When the desktop does not answer, or the database or the disk fails.
    pub async fn collect(&self, chat_id: ChatId, client: &DesktopClient) -> anyhow::Result<Vec<Uncollected>> {
        let mut uncollected = Vec::new();
        let mut found = Vec::new();
        for folder in OUTPUT_FOLDERS {
            match client.list(folder).await {
                Ok(files) => found.extend(files),
                // The desktop has made something else of it, such as a link.
                Err(DesktopCallError::Refused { message: reason, .. }) => {
                    tracing::debug!(chat.id = %chat_id, folder, reason, "could not list a folder on a desktop");
                }
                Err(DesktopCallError::Lost(error)) => return Err(error),
            }
        }
        let stored = {
            let mut conn = self.log.database.connection().await?;
            files::outputs(&mut conn, chat_id).await?
        };
        let stored: HashMap<Option<&str>, &FileRow> =
            stored.iter().map(|file| (file.path.as_deref(), file)).collect();
        for entry in found {
            if !stored.get(&Some(&*entry.path)).is_some_and(|file| is_same_version(file, &entry)) {
                uncollected.extend(self.take(chat_id, client, entry).await?);
            }
        }
        Ok(uncollected)
    }

    /// Collects one file, unless this version of it is stored already.
    async fn take_changed(
        &self,
        chat_id: ChatId,
        client: &DesktopClient,
        entry: FileEntry,
    ) -> anyhow::Result<()> {
        let stored = {
            let mut conn = self.log.database.connection().await?;
            files::output(&mut conn, chat_id, &entry.path).await?
        };
        if stored.is_some_and(|file| is_same_version(&file, &entry)) {
            return Ok(());
        }
        self.take(chat_id, client, entry).await?;
        Ok(())
    }

    /// Collects one file. The bytes of the version that it replaces are deleted, unless something else needs them. Returns
    /// the file if there is no room for it.
    async fn take(
        &self,
        chat_id: ChatId,
        client: &DesktopClient,
        entry: FileEntry,
    ) -> anyhow::Result<Option<Uncollected>> {
        if let Err(error) = self.check_room(chat_id, &entry).await {
            return uncollected(chat_id, entry, error);
        }
        let bytes = match client.read(&entry.path).await {
            Ok(bytes) => bytes,
            Err(error) => {
                // Deleted again or unreadable. The next change reports it again.
                tracing::debug!(chat.id = %chat_id, %error, "could not read a file on a desktop");
                return Ok(None);
            }
        };
        let stored = match self.blobs.stage(bytes, self.limit).await.map_err(FileError::from) {
            Ok(staged) => self.store(chat_id, &entry, &staged).await,
            Err(error) => Err(error.into()),
        };
        match stored {
            Ok(()) => Ok(None),
            Err(error) => uncollected(chat_id, entry, error),
        }
    }

    /// Looks whether there is room for a file before it is read. Looked at again when it is stored.
    async fn check_room(&self, chat_id: ChatId, entry: &FileEntry) -> Result<(), StoreError> {
        if entry.size > self.limit {
            return Err(FileError::TooLarge { limit: self.limit }.into());
        }
        let mut conn = self.log.database.connection().await.map_err(anyhow::Error::from)?;
        let chat = chats::get(&mut conn, chat_id).await?;
        let replaced = files::output(&mut conn, chat_id, &entry.path).await?;
        let freed = replaced.map_or(0, |file| file.size.cast_unsigned());
        let used = files::used_bytes(&mut conn, chat.user_id).await?;
        let quota = self.quotas.disk_bytes(&mut conn, chat.user_id).await.map_err(FileError::from)?;
        Ok(within_quota(used.saturating_sub(freed), entry.size, quota)?)
    }

    async fn store(&self, chat_id: ChatId, entry: &FileEntry, staged: &StagedBlob) -> Result<(), StoreError> {
        let now = self.log.clock.now();
        let mut conn = self.log.database.connection().await.map_err(anyhow::Error::from)?;
        let (event, replaced) = conn
            .transaction(async |conn| {
                let chat = chats::get(conn, chat_id).await?;
                files::lock_of_user(conn, chat.user_id).await?;
                let replaced = files::output(conn, chat_id, &entry.path).await?;
                let used = files::used_bytes(conn, chat.user_id).await?;
                let freed = replaced.as_ref().map_or(0, |file| file.size.cast_unsigned());
                let quota = self.quotas.disk_bytes(conn, chat.user_id).await.map_err(FileError::from)?;
                within_quota(used.saturating_sub(freed), staged.size, quota)?;
                blobs::lock_shared(conn, &staged.sha256).await?;
                self.blobs.keep(staged).await.map_err(anyhow::Error::from)?;
                let row = files::upsert_output(conn, &output_row(chat.user_id, chat_id, entry, staged, now))
                    .await?;
                let payload = serde_json::to_value(FileView::from(row)).map_err(anyhow::Error::from)?;
                let new = NewEvent { run_id: None, kind: EventKind::File, payload };
                Ok::<_, StoreError>((event_log::append(conn, chat_id, new, now).await?, replaced))
            })
            .await?;
        drop(conn);
        self.log.announce(event);
        if let Some(replaced) = replaced.filter(|file| file.sha256 != staged.sha256) {
            self.collector.remove_if_unreferenced(&replaced.sha256).await.map_err(anyhow::Error::from)?;
        }
        Ok(())
    }

    /// Writes the uploads that the chat's messages name to the desktop, each once: a file that the desktop has changed or
    /// deleted since does not come back. Returns those that can't be written and whose reason is new; the next call tries
    /// them again.
    ///
    /// # Errors
    /// When the desktop does not answer, or the database fails.
    pub async fn deliver_uploads(
        &self,
        chat_id: ChatId,
        client: &DesktopClient,
    ) -> anyhow::Result<Vec<Undelivered>> {
        let mut waiting = {
            let mut conn = self.log.database.connection().await?;
            files::uploads(&mut conn, chat_id).await?
        };
        waiting.retain(|upload| !upload.delivered);
        if waiting.is_empty() {
            return Ok(Vec::new());
        }
        let present = match client.list(UPLOADS_FOLDER).await {
            Ok(present) => present,
            Err(DesktopCallError::Refused { .. }) => Vec::new(),
            Err(DesktopCallError::Lost(error)) => return Err(error),
        };
        let mut undelivered = Vec::new();
        for upload in waiting {
            // Written by a version of Deskhand that recorded no deliveries.
            let is_present = present.iter().any(|entry| entry.path == upload.path);
            let failure = if is_present { None } else { self.deliver(&upload, client).await? };
            let mut conn = self.log.database.connection().await?;
            let Some(reason) = failure else {
                let now = self.log.clock.now();
                files::set_delivered(&mut conn, chat_id, upload.file.id, now).await?;
                continue;
            };
            if upload.failure.as_ref() != Some(&reason) {
                files::set_failure(&mut conn, chat_id, upload.file.id, &reason).await?;
                undelivered.push(Undelivered { path: upload.path, reason });
            }
        }
        Ok(undelivered)
    }

    /// Writes one upload. Returns why it can't be written.
    async fn deliver(&self, upload: &ChatUpload, client: &DesktopClient) -> anyhow::Result<Option<String>> {
        let bytes = match self.blobs.open_blob(&upload.file.sha256).await {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::error!(file.id = %upload.file.id, %error, "could not read an upload");
                return Ok(Some("Its bytes can't be read on the server.".to_owned()));
            }
        };
        match client.write(&upload.path, upload.file.size.cast_unsigned(), bytes).await {
            Ok(()) => Ok(None),
            Err(DesktopCallError::Refused { message, .. }) => Ok(Some(message)),
            Err(DesktopCallError::Lost(error)) => Err(error),
        }
    }
}

/// A file of a desktop that there is no room for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncollected {
    /// Its path, relative to the home folder.
    pub path: String,
    /// Why.
    pub why: NoRoom,
}

/// Why there is no room for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRoom {
    /// It exceeds the size limit, in bytes.
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// The person's files would exceed their quota, in bytes.
    QuotaReached {
        /// The quota.
        limit: u64,
    },
    /// The server's disk is full.
    DiskFull,
}

/// Why a file of a desktop could not be stored.
#[derive(Debug, thiserror::Error)]
enum StoreError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

impl From<diesel::result::Error> for StoreError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Other(error.into())
    }
}

/// An upload that could not be written to the desktop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// Its path, relative to the home folder.
    pub path: String,
    /// Why; user-facing.
    pub reason: String,
}

/// The file, if it has no room.
///
/// # Errors
/// When it could not be stored for another reason.
fn uncollected(chat_id: ChatId, entry: FileEntry, error: StoreError) -> anyhow::Result<Option<Uncollected>> {
    let error = match error {
        StoreError::File(error) => error,
        StoreError::Other(error) => return Err(error),
    };
    tracing::warn!(chat.id = %chat_id, file.size = entry.size, %error, "could not collect a file on a desktop");
    let why = match error {
        FileError::TooLarge { limit } => NoRoom::TooLarge { limit },
        FileError::QuotaReached { limit } => NoRoom::QuotaReached { limit },
        FileError::DiskFull => NoRoom::DiskFull,
        _ => return Ok(None),
    };
    Ok(Some(Uncollected { path: entry.path, why }))
}

/// Whether the stored file is the version that the desktop has.
fn is_same_version(file: &FileRow, entry: &FileEntry) -> bool {
    file.modified_ms == Some(entry.modified_ms) && file.size.cast_unsigned() == entry.size
}

fn output_row(
    user_id: UserId,
    chat_id: ChatId,
    entry: &FileEntry,
    staged: &StagedBlob,
    now: DateTime<Utc>,
) -> FileRow {
    let name = visible(entry.path.rsplit('/').next().unwrap_or(&entry.path));
    FileRow {
        id: FileId::generate(),
        user_id,
        chat_id: Some(chat_id),
        media_type: mime_guess::from_path(&name).first_or_octet_stream().to_string(),
        name,
        size: staged.size.cast_signed(),
        sha256: staged.sha256.clone(),
        path: Some(entry.path.clone()),
        modified_ms: Some(entry.modified_ms),
        created_at: now,
        detected_type: staged.detected_type.clone(),
    }
}
