//! Reading a file of the home folder for a model: `/v1/files/reading`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::action::Size;
use crate::editor::EditorImage;
use crate::transcript::attachment::Unreadable;

/// What a model can be shown of a file, which its first bytes decide, not its name.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FileReading {
    /// Nothing: it is neither a picture nor a PDF.
    Other,
    /// A picture: PNG, JPEG, WebP, or the first frame of a GIF.
    Picture {
        /// The picture, upright and no larger than vendors accept.
        picture: EditorImage,
        /// The size of the file's picture in pixels.
        original: Size,
    },
    /// A PDF.
    Document {
        /// The number of its pages.
        pages: u32,
        /// Its text, with a form feed after each page; at most
        /// [`MAX_TEXT_CHARS`](crate::transcript::attachment::MAX_TEXT_CHARS) characters.
        text: String,
        /// Whether there is more text.
        text_is_cut: bool,
        /// Pictures of its first pages.
        pictures: Vec<EditorImage>,
    },
    /// Nothing: it can't be read.
    Unreadable {
        /// Why.
        why: Unreadable,
    },
}
