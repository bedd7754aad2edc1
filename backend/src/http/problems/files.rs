//! Errors of files.

use crate::blobs::CollectError;
use crate::http::problem::ApiError;
use crate::services::files::FileError;

impl From<FileError> for ApiError {
    fn from(error: FileError) -> Self {
        let detail = error.to_string();
        match error {
            FileError::TooLarge { limit } => Self::FileTooLarge { limit },
            FileError::QuotaReached { .. } => Self::NoRoom { code: "quota_reached", detail },
            FileError::DiskFull => Self::NoRoom { code: "disk_full", detail },
            FileError::KindRefused { .. } => Self::invalid("file_kind_refused", detail),
            FileError::RulesInvalid(_) => Self::invalid("file_rules_invalid", detail),
            FileError::LinkLifetime => Self::invalid("expires_in_invalid", detail),
            FileError::LinkInvalid => Self::NotFound("link"),
            FileError::LinkExpired => Self::LinkExpired,
            FileError::BrokenOff(_) => Self::bad_request(detail),
            FileError::Quota(error) => error.into(),
            FileError::Key(error) => error.into(),
            FileError::Collect(error) => error.into(),
            FileError::Disk(error) => Self::Internal(error.into()),
            FileError::Database(error) => error.into(),
            FileError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<CollectError> for ApiError {
    fn from(error: CollectError) -> Self {
        match error {
            CollectError::Database(error) => error.into(),
            CollectError::Disk(error) => Self::Internal(error.into()),
        }
    }
}
