//! Has desktops read the uploads that a model is shown: pictures and PDFs.

use anyhow::Context as _;
use diesel_async::AsyncConnection as _;
use protocol::agent::reading::FileReading;
use protocol::editor::EditorImage;
use protocol::ids::ChatId;
use protocol::transcript::ScreenshotRef;
use protocol::transcript::attachment::{
    AttachedDocument, AttachedPicture, AttachmentContent, PDF, Unreadable,
};

use crate::blobs::StagedBlob;
use crate::clients::desktop::{DesktopCallError, DesktopClient};
use crate::services::files::outputs::OutputCollector;
use crate::services::screenshots;
use crate::store::shown_uploads::{self, UnreadUpload};

/// The media types of files that a model may be shown. The desktop looks for itself.
const SHOWN_TYPES: [&str; 5] = ["image/png", "image/jpeg", "image/webp", "image/gif", PDF];

/// What agents of earlier versions say. Their code is that of a missing file.
const NO_SUCH_CALL: &str = "There is no such call.";

/// An upload that the model is not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotShown {
    /// Its path, relative to the home folder.
    pub path: String,
    /// Why.
    pub why: Unreadable,
}

impl OutputCollector {
    /// Reads the uploads that are on the desktop and that the model has not been told of, each once: a message does not change
    /// after it was sent. Returns those that can't be read.
    ///
    /// # Errors
    /// When the desktop does not answer, or the database or the disk fails.
    pub async fn read_uploads(
        &self,
        chat_id: ChatId,
        client: &DesktopClient,
    ) -> anyhow::Result<Vec<NotShown>> {
        let unread = {
            let mut conn = self.log.database.connection().await?;
            shown_uploads::unread(&mut conn, chat_id).await?
        };
        let mut not_shown = Vec::new();
        for upload in unread {
            let kind = upload.file.detected_type.as_deref().unwrap_or_default();
            let reading = if upload.delivered && SHOWN_TYPES.contains(&kind) {
                read(client, &upload.path).await?
            } else {
                FileReading::Other
            };
            if let FileReading::Unreadable { why } = reading {
                not_shown.push(NotShown { path: upload.path.clone(), why });
            }
            self.keep_reading(chat_id, &upload, reading).await?;
        }
        Ok(not_shown)
    }

    async fn keep_reading(
        &self,
        chat_id: ChatId,
        upload: &UnreadUpload,
        reading: FileReading,
    ) -> anyhow::Result<()> {
        let mut staged = Vec::new();
        let content = match reading {
            FileReading::Other => None,
            FileReading::Unreadable { why } => Some(AttachmentContent::Unreadable { why }),
            FileReading::Picture { picture, original } => {
                let picture = self.stage_picture(&mut staged, picture).await?;
                Some(AttachmentContent::Picture(AttachedPicture { picture, original }))
            }
            FileReading::Document { pages, text, text_is_cut, pictures: read } => {
                let mut pictures = Vec::with_capacity(read.len());
                for picture in read {
                    pictures.push(self.stage_picture(&mut staged, picture).await?);
                }
                Some(AttachmentContent::Document(AttachedDocument {
                    media_type: PDF.to_owned(),
                    sha256: upload.file.sha256.clone(),
                    bytes: upload.file.size.cast_unsigned(),
                    pages,
                    text: text.replace('\0', "\u{fffd}"),
                    text_is_cut,
                    pictures,
                }))
            }
        };
        let shown = content.map(serde_json::to_value).transpose().context("encoding a reading")?;
        let mut conn = self.log.database.connection().await?;
        conn.transaction(async |conn| {
            for (blob, media_type) in &staged {
                screenshots::keep(conn, &self.blobs, chat_id, blob, media_type).await?;
            }
            shown_uploads::set_shown(conn, chat_id, upload.file.id, shown).await?;
            anyhow::Ok(())
        })
        .await
    }

    async fn stage_picture(
        &self,
        staged: &mut Vec<(StagedBlob, String)>,
        EditorImage { media_type, size, data }: EditorImage,
    ) -> anyhow::Result<ScreenshotRef> {
        let blob = screenshots::stage(&self.blobs, &data).await?;
        let sha256 = blob.sha256.clone();
        staged.push((blob, media_type.clone()));
        Ok(ScreenshotRef { sha256, media_type, size })
    }
}

async fn read(client: &DesktopClient, path: &str) -> anyhow::Result<FileReading> {
    match client.read_for_model(path).await {
        Ok(reading) => Ok(reading),
        // Another program may have deleted it already.
        Err(DesktopCallError::Refused { code, message }) => {
            tracing::info!(code, message, "a desktop does not read an upload");
            let why = if message == NO_SUCH_CALL { Unreadable::NotSupported } else { Unreadable::Broken };
            Ok(FileReading::Unreadable { why })
        }
        Err(DesktopCallError::Lost(error)) => Err(error),
    }
}
