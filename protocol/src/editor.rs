//! The text editor of a desktop: what `POST /v1/editor` takes and answers. It works on every file that the
//! desktop's user may use, as the shell does.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::action::Size;

/// One thing done to a file. A path is absolute, or relative to the home folder; `~` is the home folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum EditorCommand {
    /// Look at a text file with numbered lines, at a picture, or at a folder two levels deep.
    View {
        /// The file or folder.
        path: String,
        /// First and last line, from 1; a last line of -1 is the end of the file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        view_range: Option<[i64; 2]>,
        /// Characters of text after which the answer is cut, at most 100,000.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_characters: Option<usize>,
    },
    /// Write a file, in place of one that is there; missing folders are made.
    Create {
        /// The file.
        path: String,
        /// All of its text.
        file_text: String,
    },
    /// Replace text that stands in a file exactly once.
    StrReplace {
        /// The file.
        path: String,
        /// The text to replace.
        old_str: String,
        /// What to put in its place; nothing when absent.
        #[serde(default)]
        new_str: String,
    },
    /// Put lines into a file.
    Insert {
        /// The file.
        path: String,
        /// The line after which they come; 0 is the top.
        insert_line: i64,
        /// The lines. Older editors of the vendor call this `new_str`.
        #[serde(alias = "new_str")]
        insert_text: String,
    },
    /// Take back the editor's last change of a file.
    UndoEdit {
        /// The file.
        path: String,
    },
}

/// What became of an editor command.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EditorResult {
    /// How it ended.
    pub outcome: EditorOutcome,
    /// What there is to read: the numbered lines, the folder's entries, or the changed part of the file.
    /// Empty after a failure and for a picture.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The picture, when a picture was viewed.
    #[serde(default, rename = "picture", skip_serializing_if = "Option::is_none")]
    pub image: Option<EditorImage>,
}

/// How an editor command ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum EditorOutcome {
    /// Done.
    Done,
    /// Refused or failed; the file is as it was.
    Failed {
        /// One sentence that says why.
        message: String,
    },
}

/// A picture out of a file, upright and scaled down where it was too large to hand to a model.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EditorImage {
    /// `image/png` or `image/jpeg`, whatever the file's own format.
    pub media_type: String,
    /// Pixels of the picture.
    pub size: Size,
    /// The encoded picture in base64.
    pub data: String,
}
