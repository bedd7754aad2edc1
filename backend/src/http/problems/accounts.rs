//! Errors of accounts: logging in, registering, and their administration.

use axum::http::StatusCode;

use crate::http::problem::ApiError;
use crate::services::account_form::{FormError, PASSWORD_LENGTH, TEXT_LIMIT, USERNAME_LIMIT};
use crate::services::accounts::AccountError;
use crate::services::api_tokens::{ApiTokenError, MOST, NAME_LIMIT};
use crate::services::invitations::{InvitationError, LONGEST_LIFETIME, MOST_INVITATIONS, MOST_USES};
use crate::services::password_links::PasswordLinkError;
use crate::services::program_logins::{LABEL_LIMIT, LoginError};
use crate::services::registration::RegistrationError;
use crate::services::second_factors::SecondFactorError;
use crate::services::sessions::SessionError;
use crate::services::users::UserError;
use crate::words::BackendReason;

impl From<AccountError> for ApiError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Form(error) => error.into(),
            AccountError::TimeZoneInvalid => Self::invalid(BackendReason::TimeZoneInvalid),
            AccountError::LanguageInvalid => Self::invalid(BackendReason::LanguageInvalid),
            AccountError::UsernameTaken => Self::conflict(BackendReason::UsernameTaken),
            AccountError::EmailTaken => Self::conflict(BackendReason::EmailTaken),
            AccountError::AlreadySetUp => Self::conflict(BackendReason::AlreadySetUp),
            AccountError::SetupTokenRefused => Self::forbidden(BackendReason::SetupTokenRefused),
            AccountError::WrongCredentials => {
                Self::new(StatusCode::UNAUTHORIZED, BackendReason::WrongCredentials)
            }
            AccountError::WrongPassword => Self::forbidden(BackendReason::WrongPassword),
            AccountError::NoPassword => Self::conflict(BackendReason::NoPassword),
            AccountError::Disabled => Self::forbidden(BackendReason::AccountDisabled),
            AccountError::SecondFactorRequired => {
                Self::new(StatusCode::UNAUTHORIZED, BackendReason::SecondFactorRequired)
            }
            AccountError::SecondFactorWrong => {
                Self::new(StatusCode::UNAUTHORIZED, BackendReason::SecondFactorWrong)
            }
            AccountError::Throttled(wait) => {
                Self::throttled(wait, |seconds| BackendReason::TooManyLogins { seconds })
            }
            AccountError::CodesThrottled(wait) => {
                Self::throttled(wait, |seconds| BackendReason::TooManyCodes { seconds })
            }
            AccountError::Busy => Self::busy(),
            AccountError::Database(error) => error.into(),
            AccountError::Internal(error) => Self::internal(error),
        }
    }
}

impl From<SecondFactorError> for ApiError {
    fn from(error: SecondFactorError) -> Self {
        match error {
            SecondFactorError::On => Self::conflict(BackendReason::SecondFactorOn),
            SecondFactorError::Off => Self::conflict(BackendReason::SecondFactorOff),
            SecondFactorError::NotBegun => Self::conflict(BackendReason::SecondFactorNotBegun),
            // Not 401: the caller is logged in.
            SecondFactorError::WrongCode => Self::forbidden(BackendReason::SecondFactorWrong),
            SecondFactorError::Own => Self::forbidden(BackendReason::OwnSecondFactor),
            SecondFactorError::NoSuchUser => Self::not_found(BackendReason::NoUser),
            SecondFactorError::Account(error) => error.into(),
            SecondFactorError::Database(error) => error.into(),
            SecondFactorError::Internal(error) => Self::internal(error),
        }
    }
}

impl From<FormError> for ApiError {
    fn from(error: FormError) -> Self {
        Self::invalid(match error {
            FormError::TextInvalid => BackendReason::TextInvalid { limit: TEXT_LIMIT },
            FormError::UsernameInvalid => BackendReason::UsernameInvalid { limit: USERNAME_LIMIT },
            FormError::EmailInvalid => BackendReason::EmailInvalid,
            FormError::PasswordInvalid => BackendReason::PasswordInvalid { least: *PASSWORD_LENGTH.start() },
        })
    }
}

impl From<UserError> for ApiError {
    fn from(error: UserError) -> Self {
        match error {
            UserError::NotFound => Self::not_found(BackendReason::NoUser),
            UserError::LastSuperuser => Self::conflict(BackendReason::LastSuperuser),
            UserError::UsernameTaken => Self::conflict(BackendReason::UsernameTaken),
            UserError::EmailTaken => Self::conflict(BackendReason::EmailTaken),
            UserError::Form(error) => error.into(),
            UserError::Run(error) => error.into(),
            UserError::Blobs(error) => error.into(),
            UserError::ChatsLeft => Self::internal(error),
            UserError::Database(error) => error.into(),
            UserError::Internal(error) => Self::internal(error),
        }
    }
}

impl From<PasswordLinkError> for ApiError {
    fn from(error: PasswordLinkError) -> Self {
        match error {
            PasswordLinkError::NoSuchUser => Self::not_found(BackendReason::NoUser),
            PasswordLinkError::Refused => Self::forbidden(BackendReason::PasswordLinkRefused),
            PasswordLinkError::Throttled(wait) => {
                Self::throttled(wait, |seconds| BackendReason::TooManyLinks { seconds })
            }
            PasswordLinkError::Form(error) => error.into(),
            PasswordLinkError::Password(error) => AccountError::from(error).into(),
            PasswordLinkError::Database(error) => error.into(),
        }
    }
}

impl From<RegistrationError> for ApiError {
    fn from(error: RegistrationError) -> Self {
        match error {
            RegistrationError::Closed => Self::forbidden(BackendReason::RegistrationClosed),
            RegistrationError::InvitationNeeded => Self::forbidden(BackendReason::InvitationNeeded),
            RegistrationError::InvitationRefused => Self::forbidden(BackendReason::InvitationRefused),
            RegistrationError::OtherAddress => Self::forbidden(BackendReason::InvitationForAnother),
            RegistrationError::Throttled(wait) => {
                Self::throttled(wait, |seconds| BackendReason::TooManyRegistrations { seconds })
            }
            RegistrationError::Account(error) => error.into(),
            RegistrationError::Setting(error) => error.into(),
            RegistrationError::Database(error) => error.into(),
        }
    }
}

impl From<InvitationError> for ApiError {
    fn from(error: InvitationError) -> Self {
        match error {
            InvitationError::Form(error) => error.into(),
            InvitationError::ExpiryInvalid => {
                Self::invalid(BackendReason::InvitationExpiryInvalid { days: LONGEST_LIFETIME.num_days() })
            }
            InvitationError::UsesInvalid => {
                Self::invalid(BackendReason::InvitationUsesInvalid { most: MOST_USES })
            }
            InvitationError::TooMany => {
                Self::conflict(BackendReason::TooManyInvitations { most: MOST_INVITATIONS })
            }
            InvitationError::NotFound => Self::not_found(BackendReason::NoInvitation),
            InvitationError::Database(error) => error.into(),
        }
    }
}

impl From<SessionError> for ApiError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::NotFound => Self::not_found(BackendReason::NoSession),
            SessionError::OldPasswordWrong => Self::invalid(BackendReason::OldPasswordWrong),
            SessionError::Account(error) => error.into(),
            SessionError::Database(error) => error.into(),
        }
    }
}

impl From<LoginError> for ApiError {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::RefreshInvalid => Self::new(StatusCode::UNAUTHORIZED, BackendReason::RefreshInvalid),
            LoginError::RefreshReused => Self::new(StatusCode::UNAUTHORIZED, BackendReason::RefreshReused),
            LoginError::LabelTooLong => Self::invalid(BackendReason::LabelTooLong { limit: LABEL_LIMIT }),
            LoginError::Database(error) => error.into(),
            LoginError::Internal(error) => Self::internal(error),
        }
    }
}

impl From<ApiTokenError> for ApiError {
    fn from(error: ApiTokenError) -> Self {
        match error {
            ApiTokenError::NameInvalid => {
                Self::invalid(BackendReason::TokenNameInvalid { limit: NAME_LIMIT })
            }
            ApiTokenError::NoScope => Self::invalid(BackendReason::TokenScopesInvalid),
            ApiTokenError::ExpiryPast => Self::invalid(BackendReason::TokenExpiryInvalid),
            ApiTokenError::AdminRefused => Self::invalid(BackendReason::TokenScopeRefused),
            ApiTokenError::TooMany => Self::conflict(BackendReason::TooManyTokens { most: MOST }),
            ApiTokenError::NotFound => Self::not_found(BackendReason::NoToken),
            ApiTokenError::Database(error) => error.into(),
            ApiTokenError::Internal(error) => Self::internal(error),
        }
    }
}
