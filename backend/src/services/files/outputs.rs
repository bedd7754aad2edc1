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
use crate::clients::desktop::DesktopClient;
use crate::services::event_log::{self, EventLog};
use crate::services::files::FileView;
use crate::services::files::quiet_files::QuietFiles;
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
    /// Deletes the bytes of replaced files.
    pub collector: BlobCollector,
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

    /// Collects all new files from the output folders.
    ///
    /// # Errors
    /// When the desktop does not answer, or the database or the disk fails.
    pub async fn collect(&self, chat_id: ChatId, client: &DesktopClient) -> anyhow::Result<()> {
        let mut found = Vec::new();
        for folder in OUTPUT_FOLDERS {
            found.extend(client.list(folder).await?);
        }
        let stored = {
            let mut conn = self.log.database.connection().await?;
            files::outputs(&mut conn, chat_id).await?
        };
        let stored: HashMap<Option<&str>, &FileRow> =
            stored.iter().map(|file| (file.path.as_deref(), file)).collect();
        for entry in found {
            if !stored.get(&Some(&*entry.path)).is_some_and(|file| is_same_version(file, &entry)) {
                self.take(chat_id, client, entry).await?;
            }
        }
        Ok(())
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
        self.take(chat_id, client, entry).await
    }

    /// Collects one file. The bytes of the version that it replaces are deleted, unless something else needs them.
    async fn take(&self, chat_id: ChatId, client: &DesktopClient, entry: FileEntry) -> anyhow::Result<()> {
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
        let (event, replaced) = conn
            .transaction(async |conn| {
                let chat = chats::get(conn, chat_id).await?;
                let replaced = files::output(conn, chat_id, &entry.path).await?;
                blobs::lock_shared(conn, &staged.sha256).await?;
                self.blobs.keep(&staged).await?;
                let row =
                    files::upsert_output(conn, &output_row(chat.user_id, chat_id, &entry, &staged, now))
                        .await?;
                let payload = serde_json::to_value(FileView::from(row))?;
                let new = NewEvent { run_id: None, kind: EventKind::File, payload };
                anyhow::Ok((event_log::append(conn, chat_id, new, now).await?, replaced))
            })
            .await?;
        drop(conn);
        self.log.announce(event);
        if let Some(replaced) = replaced.filter(|file| file.sha256 != staged.sha256) {
            self.collector.remove_if_unreferenced(&replaced.sha256).await?;
        }
        Ok(())
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
