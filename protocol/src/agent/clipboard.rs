//! The clipboard of a desktop.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What `GET /v1/clipboard` answers and `PUT /v1/clipboard` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClipboardText {
    /// The text, at most 10 MiB as UTF-8 and without zero bytes; empty when nothing was copied yet.
    pub text: String,
}
