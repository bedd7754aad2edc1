//! What a model is shown of the files that came with a message.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ScreenshotRef;
use crate::action::Size;

/// The media type of a PDF.
pub const PDF: &str = "application/pdf";
/// The most characters of a document's text that are stored.
pub const MAX_TEXT_CHARS: usize = 100_000;

/// What a model is shown of an attached file. It is decided once, when the file is read, so that a message never changes
/// after it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShownAttachment {
    /// The file's path, relative to the desktop's home folder.
    pub path: String,
    /// What is shown.
    pub content: AttachmentContent,
}

/// What is shown of an attached file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AttachmentContent {
    /// A picture.
    Picture(AttachedPicture),
    /// A document with pages.
    Document(AttachedDocument),
    /// Nothing: the file can't be read.
    Unreadable {
        /// Why.
        why: Unreadable,
    },
}

/// An attached picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttachedPicture {
    /// The picture, upright and no larger than vendors accept.
    pub picture: ScreenshotRef,
    /// The size of the file's picture in pixels.
    pub original: Size,
}

/// An attached document: whole for vendors that take documents, as text and pictures for the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttachedDocument {
    /// `application/pdf`.
    pub media_type: String,
    /// SHA-256 of the file, 64 hexadecimal digits: the name of its blob.
    pub sha256: String,
    /// Bytes of the file.
    pub bytes: u64,
    /// The number of its pages.
    pub pages: u32,
    /// Its text, with a form feed after each page; at most [`MAX_TEXT_CHARS`] characters.
    pub text: String,
    /// Whether there is more text.
    pub text_is_cut: bool,
    /// Pictures of its first pages.
    pub pictures: Vec<ScreenshotRef>,
}

/// Why a file can't be shown to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// It is damaged, or not what its name says.
    Broken,
    /// It opens with a password alone.
    Encrypted,
    /// Its bytes, pixels or pages would take too much memory.
    TooLarge,
    /// Reading it took too long.
    TooSlow,
    /// The desktop has an older version, or lacks the programs that read it.
    NotSupported,
}
