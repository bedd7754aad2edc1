//! Errors of accounts: logging in, registering, and their administration.

use crate::http::problem::ApiError;
use crate::services::account_form::FormError;
use crate::services::accounts::AccountError;
use crate::services::api_tokens::ApiTokenError;
use crate::services::invitations::InvitationError;
use crate::services::password_links::PasswordLinkError;
use crate::services::program_logins::LoginError;
use crate::services::registration::RegistrationError;
use crate::services::second_factors::SecondFactorError;
use crate::services::sessions::SessionError;
use crate::services::users::UserError;

impl From<AccountError> for ApiError {
    fn from(error: AccountError) -> Self {
        let detail = error.to_string();
        match error {
            AccountError::Form(error) => error.into(),
            AccountError::TimeZoneInvalid => Self::invalid("time_zone_invalid", detail),
            AccountError::LanguageInvalid => Self::invalid("language_invalid", detail),
            AccountError::UsernameTaken => Self::conflict("username_taken", detail),
            AccountError::EmailTaken => Self::conflict("email_taken", detail),
            AccountError::AlreadySetUp => Self::conflict("already_set_up", detail),
            AccountError::SetupTokenRefused => Self::SetupTokenRefused,
            AccountError::WrongCredentials => Self::WrongCredentials,
            AccountError::WrongPassword => Self::forbidden("wrong_password", detail),
            AccountError::NoPassword => Self::conflict("no_password", detail),
            AccountError::Disabled => Self::forbidden("account_disabled", detail),
            AccountError::SecondFactorRequired => {
                Self::TokenRefused { code: "second_factor_required", detail }
            }
            AccountError::SecondFactorWrong => Self::TokenRefused { code: "second_factor_wrong", detail },
            AccountError::Throttled(wait) | AccountError::CodesThrottled(wait) => {
                Self::Throttled { detail, retry_after: wait }
            }
            AccountError::Busy => Self::Busy(detail),
            AccountError::Database(error) => error.into(),
            AccountError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<SecondFactorError> for ApiError {
    fn from(error: SecondFactorError) -> Self {
        let detail = error.to_string();
        match error {
            SecondFactorError::On => Self::conflict("second_factor_on", detail),
            SecondFactorError::Off => Self::conflict("second_factor_off", detail),
            SecondFactorError::NotBegun => Self::conflict("second_factor_not_begun", detail),
            // Not 401: the caller is logged in.
            SecondFactorError::WrongCode => Self::forbidden("second_factor_wrong", detail),
            SecondFactorError::Own => Self::forbidden("own_second_factor", detail),
            SecondFactorError::NoSuchUser => Self::NotFound("user"),
            SecondFactorError::Account(error) => error.into(),
            SecondFactorError::Database(error) => error.into(),
            SecondFactorError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<FormError> for ApiError {
    fn from(error: FormError) -> Self {
        let code = match error {
            FormError::TextInvalid => "text_invalid",
            FormError::UsernameInvalid => "username_invalid",
            FormError::EmailInvalid => "email_invalid",
            FormError::PasswordInvalid => "password_invalid",
        };
        Self::invalid(code, error.to_string())
    }
}

impl From<UserError> for ApiError {
    fn from(error: UserError) -> Self {
        let detail = error.to_string();
        match error {
            UserError::NotFound => Self::NotFound("user"),
            UserError::LastSuperuser => Self::conflict("last_superuser", detail),
            UserError::UsernameTaken => Self::conflict("username_taken", detail),
            UserError::EmailTaken => Self::conflict("email_taken", detail),
            UserError::Form(error) => error.into(),
            UserError::Run(error) => error.into(),
            UserError::Blobs(error) => error.into(),
            UserError::ChatsLeft => Self::Internal(error.into()),
            UserError::Database(error) => error.into(),
            UserError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<PasswordLinkError> for ApiError {
    fn from(error: PasswordLinkError) -> Self {
        let detail = error.to_string();
        match error {
            PasswordLinkError::NoSuchUser => Self::NotFound("user"),
            PasswordLinkError::Refused => Self::forbidden("password_link_refused", detail),
            PasswordLinkError::Throttled(wait) => Self::Throttled { detail, retry_after: wait },
            PasswordLinkError::Form(error) => error.into(),
            PasswordLinkError::Password(error) => AccountError::from(error).into(),
            PasswordLinkError::Database(error) => error.into(),
        }
    }
}

impl From<RegistrationError> for ApiError {
    fn from(error: RegistrationError) -> Self {
        let detail = error.to_string();
        match error {
            RegistrationError::Closed => Self::forbidden("registration_closed", detail),
            RegistrationError::InvitationNeeded => Self::forbidden("invitation_needed", detail),
            RegistrationError::InvitationRefused => Self::forbidden("invitation_refused", detail),
            RegistrationError::OtherAddress => Self::forbidden("invitation_for_another", detail),
            RegistrationError::Throttled(wait) => Self::Throttled { detail, retry_after: wait },
            RegistrationError::Account(error) => error.into(),
            RegistrationError::Setting(error) => error.into(),
            RegistrationError::Database(error) => error.into(),
        }
    }
}

impl From<InvitationError> for ApiError {
    fn from(error: InvitationError) -> Self {
        let detail = error.to_string();
        match error {
            InvitationError::Form(error) => error.into(),
            InvitationError::ExpiryInvalid => Self::invalid("expiry_invalid", detail),
            InvitationError::UsesInvalid => Self::invalid("uses_invalid", detail),
            InvitationError::TooMany => Self::conflict("too_many_invitations", detail),
            InvitationError::NotFound => Self::NotFound("invitation"),
            InvitationError::Database(error) => error.into(),
        }
    }
}

impl From<SessionError> for ApiError {
    fn from(error: SessionError) -> Self {
        let detail = error.to_string();
        match error {
            SessionError::NotFound => Self::NotFound("session"),
            SessionError::OldPasswordWrong => Self::invalid("old_password_wrong", detail),
            SessionError::Account(error) => error.into(),
            SessionError::Database(error) => error.into(),
        }
    }
}

impl From<LoginError> for ApiError {
    fn from(error: LoginError) -> Self {
        let detail = error.to_string();
        match error {
            LoginError::RefreshInvalid => Self::TokenRefused { code: "refresh_invalid", detail },
            LoginError::RefreshReused => Self::TokenRefused { code: "refresh_reused", detail },
            LoginError::LabelTooLong => Self::invalid("label_too_long", detail),
            LoginError::Database(error) => error.into(),
            LoginError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<ApiTokenError> for ApiError {
    fn from(error: ApiTokenError) -> Self {
        let detail = error.to_string();
        match error {
            ApiTokenError::NameInvalid => Self::invalid("name_invalid", detail),
            ApiTokenError::NoScope => Self::invalid("scopes_invalid", detail),
            ApiTokenError::ExpiryPast => Self::invalid("expires_at_invalid", detail),
            ApiTokenError::AdminRefused => Self::invalid("scope_refused", detail),
            ApiTokenError::TooMany => Self::conflict("too_many_tokens", detail),
            ApiTokenError::NotFound => Self::NotFound("token"),
            ApiTokenError::Database(error) => error.into(),
            ApiTokenError::Internal(error) => Self::Internal(error),
        }
    }
}
