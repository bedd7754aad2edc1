//! Errors of models and the connections to them.

use protocol::run::MOST_FALLBACKS;

use crate::clients::model::ModelServiceError;
use crate::http::problem::ApiError;
use crate::services::model_connections::form::{ConnectionFormError, NAME_LIMIT};
use crate::services::model_connections::settings::{ConnectionSettingError, MOST};
use crate::services::model_prices::{HIGHEST, MOST as MOST_PRICES, PriceError};
use crate::services::models::{MODEL_LIMIT, ModelChoiceError, ResolveModelError};
use crate::words::BackendReason;

impl From<ConnectionFormError> for ApiError {
    fn from(error: ConnectionFormError) -> Self {
        Self::invalid(match error {
            ConnectionFormError::NameInvalid => BackendReason::ConnectionNameInvalid { limit: NAME_LIMIT },
            ConnectionFormError::AddressInvalid => BackendReason::ConnectionAddressInvalid,
            ConnectionFormError::AddressMissing => BackendReason::ConnectionAddressMissing,
            ConnectionFormError::KeyMissing => BackendReason::ConnectionKeyMissing,
            ConnectionFormError::KeyInvalid => BackendReason::ConnectionKeyInvalid,
            ConnectionFormError::PlatformUnfit => BackendReason::ConnectionPlatformUnfit,
            ConnectionFormError::PlatformIncomplete => BackendReason::ConnectionPlatformIncomplete,
            ConnectionFormError::CredentialsInvalid => BackendReason::ConnectionCredentialsInvalid,
            ConnectionFormError::KeyForAddress => BackendReason::ConnectionKeyForAddress,
        })
    }
}

impl From<ConnectionSettingError> for ApiError {
    fn from(error: ConnectionSettingError) -> Self {
        match error {
            ConnectionSettingError::NotFound => Self::not_found(BackendReason::NoModelConnection),
            ConnectionSettingError::Form(error) => error.into(),
            ConnectionSettingError::NameTaken => Self::conflict(BackendReason::ConnectionNameTaken),
            ConnectionSettingError::TooMany => {
                Self::conflict(BackendReason::TooManyModelConnections { most: MOST })
            }
            ConnectionSettingError::OwnForbidden => Self::forbidden(BackendReason::OwnKeysForbidden),
            ConnectionSettingError::CheckFailed(reason) => Self::invalid(reason),
            ConnectionSettingError::KeyLost => Self::invalid(BackendReason::ConnectionKeyLost),
            ConnectionSettingError::ModelService(error) => error.into(),
            ConnectionSettingError::Vault(error) => error.into(),
            ConnectionSettingError::Setting(error) => error.into(),
            ConnectionSettingError::Database(error) => error.into(),
            ConnectionSettingError::Internal(error) => Self::internal(error),
        }
    }
}

impl From<PriceError> for ApiError {
    fn from(error: PriceError) -> Self {
        match error {
            PriceError::ModelInvalid => {
                Self::invalid(BackendReason::PriceModelInvalid { limit: MODEL_LIMIT })
            }
            PriceError::TooHigh => {
                Self::invalid(BackendReason::PriceTooHigh { dollars: HIGHEST / 1_000_000 })
            }
            PriceError::TooMany => Self::conflict(BackendReason::TooManyPrices { most: MOST_PRICES }),
            PriceError::NotFound => Self::not_found(BackendReason::NoModelPrice),
            PriceError::Database(error) => error.into(),
        }
    }
}

impl From<ModelServiceError> for ApiError {
    fn from(error: ModelServiceError) -> Self {
        tracing::warn!(error = format!("{:#}", anyhow::Error::new(error)), "the model service was not asked");
        Self::unavailable(BackendReason::ModelsUnavailable)
    }
}

impl From<ModelChoiceError> for ApiError {
    fn from(error: ModelChoiceError) -> Self {
        match error {
            ModelChoiceError::NoConnection => Self::invalid(BackendReason::ModelConnectionUnknown),
            ModelChoiceError::NoModel => Self::invalid(BackendReason::ModelUnknown),
            ModelChoiceError::NoEffort => Self::invalid(BackendReason::EffortNotSupported),
            ModelChoiceError::TooManyFallbacks => {
                Self::invalid(BackendReason::TooManyFallbacks { most: MOST_FALLBACKS })
            }
            ModelChoiceError::FallbackTwice(model) => Self::invalid(BackendReason::FallbackTwice { model }),
            ModelChoiceError::ModelService(error) => {
                tracing::warn!(error = format!("{error:#}"), "the model service did not tell its models");
                Self::unavailable(BackendReason::ModelsUnavailable)
            }
            ModelChoiceError::Database(error) => error.into(),
        }
    }
}

impl From<ResolveModelError> for ApiError {
    fn from(error: ResolveModelError) -> Self {
        match error {
            ResolveModelError::Setting(error) => error.into(),
            ResolveModelError::Database(error) => error.into(),
            other => Self::internal(other),
        }
    }
}
