//! Errors of desktops: their state, control, egress and home folders.

use crate::http::problem::ApiError;
use crate::services::control::ControlError;
use crate::services::desktops::DesktopError;
use crate::services::egress::EgressError;
use crate::services::home::HomeError;

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
