//! Errors of the site: its settings and limits, the database and the vault.

use crate::database::DatabaseError;
use crate::http::problem::ApiError;
use crate::services::idempotency::IdempotencyError;
use crate::services::model_usage::{MAX_DAYS, ModelUsageError};
use crate::services::quotas::QuotaError;
use crate::services::retention::RetentionError;
use crate::services::site_settings::SettingError;
use crate::vault::VaultError;
use crate::words::BackendReason;

impl From<DatabaseError> for ApiError {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Unavailable(error) => error.into(),
            DatabaseError::Query(error) => {
                Self::internal(anyhow::Error::new(error).context("talking to the database"))
            }
        }
    }
}

impl From<diesel::result::Error> for ApiError {
    fn from(error: diesel::result::Error) -> Self {
        DatabaseError::from(error).into()
    }
}

impl From<VaultError> for ApiError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Database(error) => error.into(),
            other => Self::internal(other),
        }
    }
}

impl From<SettingError> for ApiError {
    fn from(error: SettingError) -> Self {
        match error {
            SettingError::Fixed(setting) => Self::conflict(BackendReason::SettingFixed { setting }),
            SettingError::Database(error) => error.into(),
            SettingError::Internal(error) => Self::internal(error),
        }
    }
}

impl From<QuotaError> for ApiError {
    fn from(error: QuotaError) -> Self {
        match error {
            QuotaError::Desktops(limit) => Self::quota(BackendReason::DesktopsLimitReached { limit }),
            QuotaError::AllDesktops => Self::quota(BackendReason::AllDesktopsInUse),
            QuotaError::RunsToday(limit) => Self::quota(BackendReason::RunsLimitReached { limit }),
            QuotaError::Spending(reached) => Self::forbidden(reached.into()),
            QuotaError::OwnLimitTooHigh(limit) => {
                Self::invalid(BackendReason::OwnLimitTooHigh { limit: limit.microdollars() })
            }
            QuotaError::Setting(error) => error.into(),
            QuotaError::Database(error) => error.into(),
            QuotaError::Internal(error) => Self::internal(error),
        }
    }
}

impl From<RetentionError> for ApiError {
    fn from(error: RetentionError) -> Self {
        match error {
            RetentionError::Setting(error) => error.into(),
            RetentionError::Database(error) => error.into(),
        }
    }
}

impl From<ModelUsageError> for ApiError {
    fn from(error: ModelUsageError) -> Self {
        match error {
            ModelUsageError::Days => Self::invalid(BackendReason::DaysInvalid { most: MAX_DAYS }),
            ModelUsageError::Database(error) => error.into(),
        }
    }
}

impl From<IdempotencyError> for ApiError {
    fn from(error: IdempotencyError) -> Self {
        match error {
            IdempotencyError::KeyReused => Self::invalid(BackendReason::KeyReused),
            IdempotencyError::Database(error) => error.into(),
            IdempotencyError::Internal(error) => Self::internal(error),
        }
    }
}
