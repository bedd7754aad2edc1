//! Transfers files between chats and desktops: uploads that messages name are written to `~/Uploads`, files
//! completed in `~/Outputs` and `~/Downloads` become files of the chat.

use std::convert::Infallible;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use futures_util::StreamExt as _;
use protocol::agent::files::{FileEntry, OUTPUT_FOLDERS, UPLOADS_FOLDER};
use protocol::ids::{ChatId, FileId, UserId};

use crate::blobs::{BlobStore, StagedBlob};
use crate::clients::desktop::DesktopClient;
use crate::services::event_log::{self, EventLog};
use crate::services::files::FileView;
use crate::store::events::{EventKind, NewEvent};
use crate::store::files::{self, FileRow};
use crate::store::{blobs, chats};

/// Delay before reopening a broken watch on a desktop's files.
const WATCH_RETRY_DELAY: Duration = Duration::from_secs(1);

/// Delivers uploads to desktops and collects the files that desktops produce.
#[derive(Clone)]
pub struct OutputCollector {
    /// Records and publishes the collected files.
    pub log: EventLog,
    /// Holds the bytes.
    pub blobs: BlobStore,
    /// Maximum size of a collected file, in bytes.
    pub limit: u64,
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
        while let Some(change) = changes.next().await {
            self.take(chat_id, client, change?).await?;
        }
        Ok(())
    }

    /// Collects all new files from the output folders.
    ///
    /// # Errors
    /// When the desktop does not answer, or the database or the disk fails.
    pub async fn collect(&self, chat_id: ChatId, client: &DesktopClient) -> anyhow::Result<()> {
        for folder in OUTPUT_FOLDERS {
            for entry in client.list(folder).await? {
                self.take(chat_id, client, entry).await?;
            }
        }
        Ok(())
    }

    /// Collects one file, unless this version of it is stored already.
    async fn take(&self, chat_id: ChatId, client: &DesktopClient, entry: FileEntry) -> anyhow::Result<()> {
        if self.is_known(chat_id, &entry).await? {
            return Ok(());
        }
        let bytes = match client.read(&entry.path).await {
            Ok(bytes) => bytes,
            Err(error) => {
                // Deleted again or unreadable. The next change reports it again.
                tracing::debug!(chat.id = %chat_id, %error, "could not read a file on a desktop");
                return Ok(());
            }
        };
        let staged = match self.blobs.stage(bytes, self.limit).await {
            Ok(staged) => staged,
            Err(error) => {
                tracing::warn!(chat.id = %chat_id, file.size = entry.size, %error, "could not collect a file on a desktop");
                return Ok(());
            }
        };
        let now = self.log.clock.now();
        let mut conn = self.log.database.connection().await?;
        let event = conn
            .transaction(async |conn| {
                let chat = chats::get(conn, chat_id).await?;
                blobs::lock_shared(conn, &staged.sha256).await?;
                self.blobs.keep(&staged).await?;
                let row =
                    files::upsert_output(conn, &output_row(chat.user_id, chat_id, &entry, &staged, now))
                        .await?;
                let payload = serde_json::to_value(FileView::from(row))?;
                let new = NewEvent { run_id: None, kind: EventKind::File, payload };
                anyhow::Ok(event_log::append(conn, chat_id, new, now).await?)
            })
            .await?;
        drop(conn);
        self.log.announce(event);
        Ok(())
    }

    async fn is_known(&self, chat_id: ChatId, entry: &FileEntry) -> anyhow::Result<bool> {
        let mut conn = self.log.database.connection().await?;
        let known = files::outputs(&mut conn, chat_id).await?;
        Ok(known.iter().any(|file| {
            file.path.as_deref() == Some(&entry.path)
                && file.modified_ms == Some(entry.modified_ms)
                && file.size.cast_unsigned() == entry.size
        }))
    }

    /// Writes the uploads that the chat's messages name to the desktop. Existing files are not overwritten.
    ///
    /// # Errors
    /// When the desktop does not answer, or the database or the disk fails.
    pub async fn deliver_uploads(&self, chat_id: ChatId, client: &DesktopClient) -> anyhow::Result<()> {
        let uploads = {
            let mut conn = self.log.database.connection().await?;
            files::uploads(&mut conn, chat_id).await?
        };
        if uploads.is_empty() {
            return Ok(());
        }
        let present = client.list(UPLOADS_FOLDER).await?;
        for upload in uploads {
            if present.iter().any(|entry| entry.path == upload.path) {
                continue;
            }
            let bytes = self.blobs.open_blob(&upload.file.sha256).await?;
            client.write(&upload.path, upload.file.size.cast_unsigned(), bytes).await?;
        }
        Ok(())
    }
}

fn output_row(
    user_id: UserId,
    chat_id: ChatId,
    entry: &FileEntry,
    staged: &StagedBlob,
    now: DateTime<Utc>,
) -> FileRow {
    let name = entry.path.rsplit('/').next().unwrap_or(&entry.path).to_owned();
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
    }
}
