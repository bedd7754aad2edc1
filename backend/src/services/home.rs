//! The home folder of a chat's desktop, for the person: looking, downloading, uploading.
//!
//! A desktop that was paused or stopped as idle is resumed or started for it. One that never ran, or has failed, is not.

use std::io;

use futures_util::Stream;
use protocol::agent::files::FolderPage;
use protocol::ids::ChatId;
use tokio_util::bytes::Bytes;

use crate::blobs::StagedBlob;
use crate::clients::desktop::{DesktopCallError, DesktopClient};
use crate::services::desktops::unavailable::DesktopUnavailable;
use crate::services::desktops::usage::UsageGuard;
use crate::services::desktops::{DesktopError, Desktops};

/// Why something of a home folder can't be used. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// There is no such file or folder.
    #[error("There is no such file or folder on the desktop.")]
    NotFound,
    /// The path leads out of the home folder, or through a symbolic link.
    #[error("The path has to lead to something inside the home folder, and through no symbolic link.")]
    Outside,
    /// It is no ordinary file.
    #[error("This is not an ordinary file.")]
    NotAFile,
    /// Something has this name already.
    #[error("There is something with this name already. Give another name, or send `replace=true`.")]
    Exists,
    /// The desktop's disk is full.
    #[error("The desktop's disk is full. Delete something on it first.")]
    Full,
    /// The desktop is not available.
    #[error(transparent)]
    Desktop(#[from] DesktopError),
}

impl From<DesktopCallError> for HomeError {
    fn from(error: DesktopCallError) -> Self {
        match error {
            DesktopCallError::Refused { code, message } => match code.as_str() {
                "not_found" => Self::NotFound,
                "outside_home" => Self::Outside,
                "not_a_file" => Self::NotAFile,
                "exists" => Self::Exists,
                "disk_full" => Self::Full,
                _ => Self::Desktop(DesktopUnavailable::Told(message).into()),
            },
            DesktopCallError::Lost(error) => {
                tracing::warn!(error = format!("{error:#}"), "a desktop does not answer");
                Self::Desktop(DesktopUnavailable::Silent.into())
            }
        }
    }
}

/// A file of a home folder that is being downloaded.
pub struct OpenedFile<S> {
    /// Its length in bytes, if it is known.
    pub length: Option<u64>,
    /// Its bytes.
    pub bytes: S,
}

/// Whether an upload may take the place of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replace {
    /// It is refused if something has the name.
    Refuse,
    /// It takes a file's place.
    Allow,
}

impl Desktops {
    /// What is in a folder of the chat's home folder: a page of at most `limit` entries after the name `after`.
    ///
    /// # Errors
    /// When there is no such folder, or the desktop is not available.
    pub async fn list_folder(
        &self,
        chat_id: ChatId,
        path: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<FolderPage, HomeError> {
        check_inside(path)?;
        let (client, _in_use) = self.home(chat_id).await?;
        Ok(client.folder(path, after, limit).await?)
    }

    /// Opens a file of the chat's home folder. The desktop stays in use until the stream is dropped.
    ///
    /// # Errors
    /// When there is no such file, or the desktop is not available.
    pub async fn open_file(
        &self,
        chat_id: ChatId,
        path: &str,
    ) -> Result<OpenedFile<impl Stream<Item = io::Result<Bytes>> + use<>>, HomeError> {
        check_file(path)?;
        let (client, in_use) = self.home(chat_id).await?;
        let (length, stream) = client.open(path).await?;
        let bytes = async_stream::stream! {
            let _in_use = in_use;
            for await item in stream {
                yield item;
            }
        };
        Ok(OpenedFile { length, bytes })
    }

    /// Writes a file to the chat's home folder, and missing folders.
    ///
    /// # Errors
    /// When the path can't be used, there is no room, or the desktop is not available.
    pub async fn write_file(
        &self,
        chat_id: ChatId,
        path: &str,
        staged: &StagedBlob,
        replace: Replace,
    ) -> Result<(), HomeError> {
        check_file(path)?;
        let (client, _in_use) = self.home(chat_id).await?;
        let bytes = staged.open().await.map_err(anyhow::Error::from).map_err(DesktopError::from)?;
        match replace {
            Replace::Allow => client.write(path, staged.size, bytes).await?,
            Replace::Refuse => client.write_new(path, staged.size, bytes).await?,
        }
        Ok(())
    }

    async fn home(&self, chat_id: ChatId) -> Result<(DesktopClient, UsageGuard), HomeError> {
        let in_use = self.keep_in_use(chat_id);
        let access = self.come_back(chat_id).await?.ok_or(DesktopError::NotRunning)?;
        Ok((self.client(access), in_use))
    }
}

/// Refuses a path that leads out of the home folder. The agent does too, but as part of an address `..` would be lost on the way.
fn check_inside(path: &str) -> Result<(), HomeError> {
    let leads_out = path.starts_with('/') || path.contains('\0') || path.split('/').any(|name| name == "..");
    if leads_out { Err(HomeError::Outside) } else { Ok(()) }
}

/// Refuses a path that can't be a file's.
fn check_file(path: &str) -> Result<(), HomeError> {
    check_inside(path)?;
    let name = path.rsplit('/').next().unwrap_or_default();
    if matches!(name, "" | ".") { Err(HomeError::NotAFile) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_out_and_those_of_no_file_are_refused() {
        for outside in ["..", "../a", "a/..", "a/../b", "/", "/etc", "a\0b"] {
            assert!(matches!(check_inside(outside), Err(HomeError::Outside)), "{outside:?}");
        }
        for inside in ["", "a", "a/b", "...", "a/..b", "a/./b", "a//b"] {
            assert!(check_inside(inside).is_ok(), "{inside:?}");
        }
        for no_file in ["", ".", "a/", "a/."] {
            assert!(matches!(check_file(no_file), Err(HomeError::NotAFile)), "{no_file:?}");
        }
    }
}
