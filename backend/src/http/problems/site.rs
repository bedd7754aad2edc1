//! Errors of the site: its settings and limits, the database and the vault.

use crate::database::DatabaseError;
use crate::http::problem::ApiError;
use crate::services::idempotency::IdempotencyError;
use crate::services::model_usage::ModelUsageError;
use crate::services::quotas::QuotaError;
use crate::services::site_settings::SettingError;
use crate::vault::VaultError;

impl From<DatabaseError> for ApiError {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Unavailable(error) => Self::DatabaseUnavailable(error),
            DatabaseError::Query(error) => {
                Self::Internal(anyhow::Error::new(error).context("talking to the database"))
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
            other => Self::Internal(other.into()),
        }
    }
}

impl From<SettingError> for ApiError {
    fn from(error: SettingError) -> Self {
        let detail = error.to_string();
        match error {
            SettingError::Fixed(_) => Self::conflict("setting_fixed", detail),
            SettingError::Database(error) => error.into(),
            SettingError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<QuotaError> for ApiError {
    fn from(error: QuotaError) -> Self {
        let detail = error.to_string();
        match error {
            QuotaError::Desktops(_) => Self::quota("desktops_limit_reached", detail),
            QuotaError::AllDesktops => Self::quota("all_desktops_in_use", detail),
            QuotaError::RunsToday(_) => Self::quota("runs_limit_reached", detail),
            QuotaError::Spending(_) | QuotaError::AllSpending(_) => {
                Self::forbidden("spending_limit_reached", detail)
            }
            QuotaError::Setting(error) => error.into(),
            QuotaError::Database(error) => error.into(),
            QuotaError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<ModelUsageError> for ApiError {
    fn from(error: ModelUsageError) -> Self {
        match error {
            ModelUsageError::Days => Self::invalid("days_invalid", error.to_string()),
            ModelUsageError::Database(error) => error.into(),
        }
    }
}

impl From<IdempotencyError> for ApiError {
    fn from(error: IdempotencyError) -> Self {
        match error {
            IdempotencyError::KeyReused => Self::invalid("idempotency_key_reused", error.to_string()),
            IdempotencyError::Database(error) => error.into(),
            IdempotencyError::Internal(error) => Self::Internal(error),
        }
    }
}
