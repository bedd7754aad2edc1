//! The pointer on the screen.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::action::Point;

/// What `GET /v1/cursor` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CursorState {
    /// Where it points.
    pub at: Point,
    /// Its shape as CSS calls it, such as `default`, `text`, `pointer` or `wait`; the name in the cursor theme
    /// when CSS has none. Absent when the program drew the pointer itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<String>,
}
