//! Maps the errors of the services, which know nothing of HTTP, to problems. Their messages are user-facing.

use super::problem::ApiError;
use crate::blobs::CollectError;
use crate::database::DatabaseError;
use crate::live::follow::FollowError;
use crate::services::account_form::FormError;
use crate::services::accounts::AccountError;
use crate::services::api_tokens::ApiTokenError;
use crate::services::chats::ChatError;
use crate::services::chats::forks::ForkError;
use crate::services::chats::new_message::MessageError;
use crate::services::control::ControlError;
use crate::services::desktops::DesktopError;
use crate::services::egress::EgressError;
use crate::services::files::FileError;
use crate::services::home::HomeError;
use crate::services::idempotency::IdempotencyError;
use crate::services::identity_providers::ProviderLoginError;
use crate::services::identity_providers::form::ProviderFormError;
use crate::services::identity_providers::identities::IdentityError;
use crate::services::identity_providers::settings::ProviderSettingError;
use crate::services::invitations::InvitationError;
use crate::services::model_usage::ModelUsageError;
use crate::services::password_links::PasswordLinkError;
use crate::services::program_logins::LoginError;
use crate::services::quotas::QuotaError;
use crate::services::registration::RegistrationError;
use crate::services::runs::RunError;
use crate::services::second_factors::SecondFactorError;
use crate::services::sessions::SessionError;
use crate::services::site_settings::SettingError;
use crate::services::tickets::TicketError;
use crate::services::users::UserError;
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

impl From<IdempotencyError> for ApiError {
    fn from(error: IdempotencyError) -> Self {
        match error {
            IdempotencyError::KeyReused => Self::invalid("idempotency_key_reused", error.to_string()),
            IdempotencyError::Database(error) => error.into(),
            IdempotencyError::Internal(error) => Self::Internal(error),
        }
    }
}

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

impl From<VaultError> for ApiError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Database(error) => error.into(),
            other => Self::Internal(other.into()),
        }
    }
}

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

impl From<ModelUsageError> for ApiError {
    fn from(error: ModelUsageError) -> Self {
        match error {
            ModelUsageError::Days => Self::invalid("days_invalid", error.to_string()),
            ModelUsageError::Database(error) => error.into(),
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

impl From<MessageError> for ApiError {
    fn from(error: MessageError) -> Self {
        let detail = error.to_string();
        match error {
            MessageError::Empty => Self::invalid("message_empty", detail),
            MessageError::TooLong => Self::invalid("message_too_long", detail),
            MessageError::ExtraDataTooLarge => Self::invalid("extra_data_too_large", detail),
            MessageError::ExtraDataInexact => Self::invalid("extra_data_inexact", detail),
            MessageError::QueueFull => Self::QueueFull(detail),
            MessageError::Quota(error) => error.into(),
            MessageError::NoSuchFile => Self::NotFound("file"),
            MessageError::NotTheLast => Self::conflict("not_the_last_message", detail),
            MessageError::Key(error) => error.into(),
            MessageError::Database(error) => error.into(),
            MessageError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<ChatError> for ApiError {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::TitleInvalid => Self::invalid("title_invalid", error.to_string()),
            ChatError::Message(error) => error.into(),
            ChatError::Key(error) => error.into(),
            ChatError::Desktop(error) => error.into(),
            ChatError::Blobs(error) => error.into(),
            ChatError::Database(error) => error.into(),
            ChatError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<ForkError> for ApiError {
    fn from(error: ForkError) -> Self {
        match error {
            ForkError::NoSuchMessage => Self::NotFound("message"),
            ForkError::Key(error) => error.into(),
            ForkError::Database(error) => error.into(),
            ForkError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<RunError> for ApiError {
    fn from(error: RunError) -> Self {
        let detail = error.to_string();
        match error {
            RunError::NotFound => Self::NotFound("run"),
            RunError::Ended | RunError::NotActive => Self::conflict("run_not_active", detail),
            RunError::DecisionConflict => Self::conflict("decision_conflict", detail),
            RunError::AnswerConflict => Self::conflict("answer_conflict", detail),
            RunError::DecisionNotPending | RunError::AnswerNotPending => {
                Self::conflict("not_pending", detail)
            }
            RunError::ArgumentsDiffer => Self::conflict("arguments_differ", detail),
            RunError::Database(error) => error.into(),
            RunError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<DesktopError> for ApiError {
    fn from(error: DesktopError) -> Self {
        match error {
            DesktopError::Unavailable(reason) => Self::DesktopUnavailable(reason),
            DesktopError::Provider(error) => Self::DesktopUnavailable(error.to_string()),
            DesktopError::NotRunning => Self::conflict("desktop_not_running", error.to_string()),
            DesktopError::Quota(error) => error.into(),
            DesktopError::ChatGone => Self::NotFound("chat"),
            DesktopError::Egress(error) => error.into(),
            DesktopError::Database(error) => error.into(),
            DesktopError::Internal(error) => Self::Internal(error),
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

impl From<TicketError> for ApiError {
    fn from(error: TicketError) -> Self {
        match error {
            TicketError::NoChat => Self::NotFound("chat"),
            TicketError::Database(error) => error.into(),
            TicketError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<ControlError> for ApiError {
    fn from(error: ControlError) -> Self {
        let detail = error.to_string();
        match error {
            ControlError::HeldByAnother => Self::conflict("control_held", detail),
            ControlError::Lost => Self::conflict("control_lost", detail),
            ControlError::Desktop(error) => error.into(),
            ControlError::Database(error) => error.into(),
            ControlError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<EgressError> for ApiError {
    fn from(error: EgressError) -> Self {
        let detail = error.to_string();
        match error {
            EgressError::TooManyNames | EgressError::NotAName(_) => {
                Self::invalid("internet_names_invalid", detail)
            }
            EgressError::Unenforced => Self::conflict("internet_unenforced", detail),
            EgressError::Provider(_) => Self::DesktopUnavailable(detail),
            EgressError::Database(error) => error.into(),
            EgressError::Internal(error) => Self::Internal(error),
        }
    }
}

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

impl From<HomeError> for ApiError {
    fn from(error: HomeError) -> Self {
        let detail = error.to_string();
        match error {
            HomeError::NotFound => Self::NotFound("file or folder on the desktop"),
            HomeError::Outside => Self::invalid("path_outside_home", detail),
            HomeError::NotAFile => Self::conflict("not_a_file", detail),
            HomeError::Exists => Self::conflict("file_exists", detail),
            HomeError::Full => Self::NoRoom { code: "desktop_disk_full", detail },
            HomeError::Desktop(error) => error.into(),
        }
    }
}

impl From<FollowError> for ApiError {
    fn from(error: FollowError) -> Self {
        match error {
            FollowError::Database(error) => error.into(),
            FollowError::PartialTurn(error) => Self::Internal(error.into()),
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
