//! A person's time zone and language.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A person's time zone and language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Locale {
    /// A name of the IANA database, such as `Europe/Vienna`.
    pub time_zone: String,
    /// A BCP 47 tag, such as `de-AT`; absent if it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}
