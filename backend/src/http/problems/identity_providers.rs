//! Errors of logins by identity providers.

use axum::http::StatusCode;

use crate::http::problem::ApiError;
use crate::services::identity_providers::ProviderLoginError;
use crate::services::identity_providers::form::{LIST_LIMIT, NAME_LIMIT, ProviderFormError, SLUG_LIMIT};
use crate::services::identity_providers::identities::{self, IdentityError};
use crate::services::identity_providers::settings::{self, ProviderSettingError};
use crate::words::BackendReason;

impl From<ProviderLoginError> for ApiError {
    fn from(error: ProviderLoginError) -> Self {
        match error {
            ProviderLoginError::NoProvider => Self::forbidden(BackendReason::ProviderUnusable),
            ProviderLoginError::AttemptInvalid => Self::forbidden(BackendReason::ProviderLoginExpired),
            ProviderLoginError::Denied => Self::forbidden(BackendReason::ProviderDenied),
            ProviderLoginError::ProviderFailed | ProviderLoginError::Provider(_) => {
                Self::new(StatusCode::BAD_GATEWAY, BackendReason::ProviderFailed)
            }
            ProviderLoginError::Unreachable(_) => {
                Self::new(StatusCode::BAD_GATEWAY, BackendReason::ProviderUnreachable)
            }
            ProviderLoginError::Disabled => Self::forbidden(BackendReason::AccountDisabled),
            ProviderLoginError::NoAccount => Self::forbidden(BackendReason::ProviderNoAccount),
            ProviderLoginError::EmailRefused => Self::forbidden(BackendReason::ProviderEmailRefused),
            ProviderLoginError::EmailTaken => Self::conflict(BackendReason::ProviderEmailTaken),
            ProviderLoginError::IdentityTaken => Self::conflict(BackendReason::IdentityTaken),
            ProviderLoginError::TooMany => {
                Self::conflict(BackendReason::TooManyIdentities { most: identities::MOST })
            }
            ProviderLoginError::SessionChanged => Self::forbidden(BackendReason::ProviderSessionChanged),
            ProviderLoginError::Throttled(wait) => {
                Self::throttled(wait, |seconds| BackendReason::TooManyProviderLogins { seconds })
            }
            ProviderLoginError::Registration(error) => error.into(),
            ProviderLoginError::Account(error) => error.into(),
            ProviderLoginError::Vault(error) => error.into(),
            ProviderLoginError::Database(error) => error.into(),
        }
    }
}

impl From<IdentityError> for ApiError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::NotFound => Self::not_found(BackendReason::NoIdentity),
            IdentityError::LastLogin => Self::conflict(BackendReason::LastLogin),
            IdentityError::Database(error) => error.into(),
        }
    }
}

impl From<ProviderFormError> for ApiError {
    fn from(error: ProviderFormError) -> Self {
        Self::invalid(match error {
            ProviderFormError::SlugInvalid => BackendReason::SlugInvalid { limit: SLUG_LIMIT },
            ProviderFormError::NameInvalid => BackendReason::ProviderNameInvalid { limit: NAME_LIMIT },
            ProviderFormError::IssuerInvalid => BackendReason::IssuerInvalid,
            ProviderFormError::ClientInvalid => BackendReason::ClientInvalid,
            ProviderFormError::SecretNeeded => BackendReason::ClientSecretNeeded,
            ProviderFormError::ScopesInvalid => BackendReason::ProviderScopesInvalid { limit: LIST_LIMIT },
            ProviderFormError::DomainsInvalid => BackendReason::EmailDomainsInvalid { limit: LIST_LIMIT },
        })
    }
}

impl From<ProviderSettingError> for ApiError {
    fn from(error: ProviderSettingError) -> Self {
        match error {
            ProviderSettingError::NotFound => Self::not_found(BackendReason::NoLoginProvider),
            ProviderSettingError::SlugTaken => Self::conflict(BackendReason::SlugTaken),
            ProviderSettingError::TooMany => {
                Self::conflict(BackendReason::TooManyProviders { most: settings::MOST })
            }
            ProviderSettingError::Fixed => Self::conflict(BackendReason::ProviderFixed),
            ProviderSettingError::Form(error) => error.into(),
            ProviderSettingError::Vault(error) => error.into(),
            ProviderSettingError::Database(error) => error.into(),
        }
    }
}
