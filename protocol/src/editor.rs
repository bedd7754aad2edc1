//! The text editor of a desktop: request and answer of `POST /v1/editor`. It works on every file that the desktop's user
//! can access, as the shell does.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::action::Size;

/// An editor command. Paths are absolute, or relative to the home folder; `~` is the home folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum EditorCommand {
    /// View a text file with line numbers, an image, or a folder two levels deep.
    View {
        /// The file or folder.
        path: String,
        /// First and last line, from 1; a last line of -1 is the end of the file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        view_range: Option<[i64; 2]>,
        /// Characters after which the text is cut, at most 100,000.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_characters: Option<usize>,
    },
    /// Write a file, replacing an existing one; missing folders are created.
    Create {
        /// The file.
        path: String,
        /// The complete text.
        file_text: String,
    },
    /// Replace text that occurs exactly once in a file.
    StrReplace {
        /// The file.
        path: String,
        /// The text to replace.
        old_str: String,
        /// The replacement; nothing when absent.
        #[serde(default)]
        new_str: String,
    },
    /// Insert lines into a file.
    Insert {
        /// The file.
        path: String,
        /// The line to insert after; 0 is the top.
        insert_line: i64,
        /// The lines. Older versions of the vendor's tool call this `new_str`.
        #[serde(alias = "new_str")]
        insert_text: String,
    },
    /// Undo the editor's last change to a file.
    UndoEdit {
        /// The file.
        path: String,
    },
}

/// The result of an editor command.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EditorResult {
    /// How it ended.
    pub outcome: EditorOutcome,
    /// The numbered lines, the folder's entries, or the changed part of the file. Empty after a failure and for an
    /// image.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The image, when one was viewed.
    #[serde(default, rename = "picture", skip_serializing_if = "Option::is_none")]
    pub image: Option<EditorImage>,
}

/// How an editor command ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum EditorOutcome {
    /// Done.
    Done,
    /// Rejected or failed; the file is unchanged.
    Failed {
        /// One sentence that says why.
        message: String,
    },
}

/// An image from a file, upright, and scaled down where it was too large for a model.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EditorImage {
    /// `image/png` or `image/jpeg`, whatever the file's own format.
    pub media_type: String,
    /// Size in pixels.
    pub size: Size,
    /// The file in base64.
    pub data: String,
}
