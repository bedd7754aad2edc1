//! Errors of files.

use crate::blobs::CollectError;
use axum::http::StatusCode;

use crate::http::problem::ApiError;
use crate::services::files::FileError;
use crate::services::files::rules::{MAX_ENTRIES, MAX_ENTRY_BYTES, RuleError};
use crate::words::BackendReason;

impl From<FileError> for ApiError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::TooLarge { limit } => Self::file_too_large(limit),
            FileError::QuotaReached { limit } => Self::no_room(BackendReason::QuotaReached { limit }),
            FileError::DiskFull => Self::no_room(BackendReason::DiskFull),
            FileError::KindRefused { entry } => Self::invalid(BackendReason::FileKindRefused { entry }),
            FileError::Rules(error) => error.into(),
            FileError::LinkLifetime => Self::invalid(BackendReason::LinkLifetimeInvalid),
            FileError::LinkInvalid => Self::not_found(BackendReason::NoLink),
            FileError::LinkExpired => Self::new(StatusCode::GONE, BackendReason::LinkExpired),
            FileError::BrokenOff(error) => {
                Self::bad_request(BackendReason::UploadBrokenOff { reason: error.to_string() })
            }
            FileError::Quota(error) => error.into(),
            FileError::Key(error) => error.into(),
            FileError::Collect(error) => error.into(),
            FileError::Disk(error) => Self::internal(error),
            FileError::Database(error) => error.into(),
            FileError::Internal(error) => Self::internal(error),
        }
    }
}

impl From<RuleError> for ApiError {
    fn from(error: RuleError) -> Self {
        Self::invalid(match error {
            RuleError::TooMany => BackendReason::TooManyFileRules { most: MAX_ENTRIES },
            RuleError::Entry(entry) => BackendReason::FileRuleInvalid { entry, limit: MAX_ENTRY_BYTES },
            RuleError::Extension(entry) => BackendReason::FileExtensionInvalid { entry },
            RuleError::Pattern { entry, reason } => BackendReason::FilePatternInvalid { entry, reason },
            RuleError::MediaType(entry) => BackendReason::MediaTypeInvalid { entry },
        })
    }
}

impl From<CollectError> for ApiError {
    fn from(error: CollectError) -> Self {
        match error {
            CollectError::Database(error) => error.into(),
            CollectError::Disk(error) => Self::internal(error),
        }
    }
}
