//! Small versions of screenshots: made when they are first asked for, and kept beside the blob until it is deleted.

use std::io;

use tokio::fs::File;
use uuid::Uuid;

use super::BlobStore;
use crate::thumbnail::shrink;

/// The largest width and height in pixels: twice the width at which lists of steps show one, for dense screens.
const SIZE: (u32, u32) = (320, 320);
/// The quality of the JPEG.
const QUALITY: u8 = 70;

impl BlobStore {
    /// Opens the thumbnail of a picture, a JPEG. `None` if the blob is no picture.
    ///
    /// # Errors
    /// When there is no such blob, or the disk fails.
    pub async fn open_thumbnail(&self, sha256: &str) -> io::Result<Option<File>> {
        let path = self.thumbnail_path(sha256)?;
        match File::open(&path).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            opened => return opened.map(Some),
        }
        let Ok(_turn) = self.thumbnail_turns.acquire().await else { return Ok(None) };
        let picture = self.read(sha256).await?;
        let shrunk = tokio::task::spawn_blocking(move || shrink(&picture, SIZE, QUALITY)).await;
        let shrunk = shrunk.map_err(io::Error::other)?;
        let Ok(jpeg) = shrunk.inspect_err(|error| tracing::warn!(blob.sha256 = sha256, %error, "no picture"))
        else {
            return Ok(None);
        };
        let new = self.folder.join("staging").join(Uuid::new_v4().to_string());
        tokio::fs::write(&new, jpeg).await?;
        tokio::fs::rename(&new, &path).await?;
        File::open(&path).await.map(Some)
    }
}
