//! The versions of the API.

use url::Url;

use crate::providers::shared::learned::Learned;

/// The versions that servers turned out to require, by address: one that stands in for the vendor may know only the older.
pub(super) type LearnedVersions = Learned<Url, ApiVersion>;

/// The header that names the version.
pub(super) const HEADER: &str = "anthropic-version";

/// The field that names it where a platform takes no header.
pub(super) const FIELD: &str = "anthropic_version";

/// A version of the API. What we send is valid in each: the newer one refuses only what we never send.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum ApiVersion {
    /// The newest one.
    #[default]
    October2026,
    /// The first one.
    June2023,
}

impl ApiVersion {
    /// The value of the header.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::October2026 => "2026-10-21",
            Self::June2023 => "2023-06-01",
        }
    }

    /// The version to send to a server that does not know this one.
    pub(super) fn older(self) -> Option<Self> {
        match self {
            Self::October2026 => Some(Self::June2023),
            Self::June2023 => None,
        }
    }
}
