//! Errors of desktops: their state, control, egress and home folders.

use crate::http::problem::ApiError;
use crate::services::administration::desktops::DesktopAdministrationError;
use crate::services::control::ControlError;
use crate::services::desktops::DesktopError;
use crate::services::desktops::unavailable::DesktopUnavailable;
use crate::services::egress::EgressError;
use crate::services::egress::policy::MAX_NAMES;
use crate::services::home::HomeError;
use crate::words::BackendReason;

impl From<DesktopError> for ApiError {
    fn from(error: DesktopError) -> Self {
        match error {
            DesktopError::Unavailable(unavailable) => Self::unavailable(unavailable.into()),
            DesktopError::NotRunning => Self::conflict(BackendReason::DesktopNotRunning),
            DesktopError::Quota(error) => error.into(),
            DesktopError::ChatGone => Self::not_found(BackendReason::NoChat),
            DesktopError::Egress(error) => error.into(),
            DesktopError::Database(error) => error.into(),
            DesktopError::Internal(error) => Self::internal(error),
        }
    }
}

impl From<DesktopAdministrationError> for ApiError {
    fn from(error: DesktopAdministrationError) -> Self {
        match error {
            DesktopAdministrationError::NotFound => Self::not_found(BackendReason::NoDesktop),
            DesktopAdministrationError::NotShown => Self::conflict(BackendReason::DesktopNotShown),
            DesktopAdministrationError::Desktop(error) => error.into(),
            DesktopAdministrationError::Run(error) => error.into(),
            DesktopAdministrationError::Database(error) => error.into(),
            DesktopAdministrationError::Internal(error) => Self::internal(error),
        }
    }
}

impl From<ControlError> for ApiError {
    fn from(error: ControlError) -> Self {
        match error {
            ControlError::HeldByAnother => Self::conflict(BackendReason::ControlHeld),
            ControlError::Lost => Self::conflict(BackendReason::ControlLost),
            ControlError::Desktop(error) => error.into(),
            ControlError::Database(error) => error.into(),
            ControlError::Internal(error) => Self::internal(error),
        }
    }
}

impl From<EgressError> for ApiError {
    fn from(error: EgressError) -> Self {
        match error {
            EgressError::TooManyNames => {
                Self::invalid(BackendReason::TooManyInternetNames { most: MAX_NAMES })
            }
            EgressError::NotAName(name) => Self::invalid(BackendReason::InternetNameInvalid { name }),
            EgressError::Unenforced => Self::conflict(BackendReason::InternetUnenforced),
            EgressError::Setting(error) => error.into(),
            EgressError::Provider(error) => Self::unavailable(DesktopUnavailable::from(error).into()),
            EgressError::Database(error) => error.into(),
            EgressError::Internal(error) => Self::internal(error),
        }
    }
}

impl From<HomeError> for ApiError {
    fn from(error: HomeError) -> Self {
        match error {
            HomeError::NotFound => Self::not_found(BackendReason::NothingOnDesktop),
            HomeError::Outside => Self::invalid(BackendReason::PathOutsideHome),
            HomeError::NotAFile => Self::conflict(BackendReason::NotAFile),
            HomeError::Exists => Self::conflict(BackendReason::FileExists),
            HomeError::Full => Self::no_room(BackendReason::DesktopDiskFull),
            HomeError::Desktop(error) => error.into(),
        }
    }
}
