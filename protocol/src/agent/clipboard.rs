//! The clipboard: `/v1/clipboard`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What `GET /v1/clipboard` answers and `PUT /v1/clipboard` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClipboardText {
    /// The text, at most 10 MiB of UTF-8 without zero bytes; empty when nothing has been copied.
    pub text: String,
}
