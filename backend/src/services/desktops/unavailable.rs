//! Why a desktop can't be used.

use crate::provider::DesktopProviderError;
use crate::words::BackendReason;

/// Why a desktop can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DesktopUnavailable {
    /// No desktop starts any more.
    #[error("this replica is shutting down")]
    ShuttingDown,
    /// Another replica has it.
    #[error("the desktop runs on another server")]
    Elsewhere,
    /// Its agent does not answer.
    #[error("the desktop does not answer")]
    Silent,
    /// It was not ready within so many seconds.
    #[error("the desktop did not come up within {0} s")]
    TooSlow(u64),
    /// It ended before it was ready. Its last words say why.
    #[error("the desktop ended while it was starting: {0}")]
    EndedEarly(String),
    /// The provider or the agent says why.
    #[error("{0}")]
    Told(String),
}

impl From<DesktopProviderError> for DesktopUnavailable {
    fn from(error: DesktopProviderError) -> Self {
        match error {
            DesktopProviderError::TooSlow(seconds) => Self::TooSlow(seconds),
            DesktopProviderError::EndedEarly(reason) => Self::EndedEarly(reason),
            other => Self::Told(other.to_string()),
        }
    }
}

impl From<DesktopUnavailable> for BackendReason {
    fn from(unavailable: DesktopUnavailable) -> Self {
        match unavailable {
            DesktopUnavailable::ShuttingDown => Self::DesktopShuttingDown,
            DesktopUnavailable::Elsewhere => Self::DesktopElsewhere,
            DesktopUnavailable::Silent => Self::DesktopSilent,
            DesktopUnavailable::TooSlow(seconds) => Self::DesktopTooSlow { seconds },
            DesktopUnavailable::EndedEarly(reason) => Self::DesktopEndedEarly { reason },
            DesktopUnavailable::Told(reason) => Self::DesktopUnavailable { reason },
        }
    }
}
