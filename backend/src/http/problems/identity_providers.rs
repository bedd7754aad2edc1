//! Errors of logins by identity providers.

use crate::http::problem::ApiError;
use crate::services::identity_providers::ProviderLoginError;
use crate::services::identity_providers::form::ProviderFormError;
use crate::services::identity_providers::identities::IdentityError;
use crate::services::identity_providers::settings::ProviderSettingError;

impl From<ProviderLoginError> for ApiError {
    fn from(error: ProviderLoginError) -> Self {
        let detail = error.to_string();
        match error {
            ProviderLoginError::NoProvider => Self::forbidden("provider_unusable", detail),
            ProviderLoginError::AttemptInvalid => Self::forbidden("provider_login_expired", detail),
            ProviderLoginError::Denied => Self::forbidden("provider_denied", detail),
            ProviderLoginError::ProviderFailed | ProviderLoginError::Provider(_) => {
                Self::BadGateway { code: "provider_failed", detail }
            }
            ProviderLoginError::Unreachable(_) => Self::BadGateway { code: "provider_unreachable", detail },
            ProviderLoginError::Disabled => Self::forbidden("account_disabled", detail),
            ProviderLoginError::NoAccount => Self::forbidden("provider_no_account", detail),
            ProviderLoginError::EmailRefused => Self::forbidden("provider_email_refused", detail),
            ProviderLoginError::EmailTaken => Self::conflict("provider_email_taken", detail),
            ProviderLoginError::IdentityTaken => Self::conflict("identity_taken", detail),
            ProviderLoginError::TooMany => Self::conflict("too_many_identities", detail),
            ProviderLoginError::SessionChanged => Self::forbidden("provider_session_changed", detail),
            ProviderLoginError::Throttled(wait) => Self::Throttled { detail, retry_after: wait },
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
            IdentityError::NotFound => Self::NotFound("identity"),
            IdentityError::LastLogin => Self::conflict("last_login", error.to_string()),
            IdentityError::Database(error) => error.into(),
        }
    }
}

impl From<ProviderFormError> for ApiError {
    fn from(error: ProviderFormError) -> Self {
        let code = match error {
            ProviderFormError::SlugInvalid => "slug_invalid",
            ProviderFormError::NameInvalid => "name_invalid",
            ProviderFormError::IssuerInvalid => "issuer_invalid",
            ProviderFormError::ClientInvalid => "client_invalid",
            ProviderFormError::SecretNeeded => "client_secret_needed",
            ProviderFormError::ScopesInvalid => "scopes_invalid",
            ProviderFormError::DomainsInvalid => "email_domains_invalid",
        };
        Self::invalid(code, error.to_string())
    }
}

impl From<ProviderSettingError> for ApiError {
    fn from(error: ProviderSettingError) -> Self {
        let detail = error.to_string();
        match error {
            ProviderSettingError::NotFound => Self::NotFound("login provider"),
            ProviderSettingError::SlugTaken => Self::conflict("slug_taken", detail),
            ProviderSettingError::TooMany => Self::conflict("too_many_providers", detail),
            ProviderSettingError::Fixed => Self::conflict("provider_fixed", detail),
            ProviderSettingError::Form(error) => error.into(),
            ProviderSettingError::Vault(error) => error.into(),
            ProviderSettingError::Database(error) => error.into(),
        }
    }
}
