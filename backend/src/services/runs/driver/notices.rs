//! What a run tells about the desktop on the way: `run_state` events that leave the run running.

use protocol::reason::Reason;
use protocol::transcript::attachment::Unreadable;
use serde_json::{Value, json};

use crate::services::files::outputs::{NoRoom, Uncollected, Undelivered};
use crate::services::files::reading::NotShown;
use crate::store::runs::RunState;
use crate::words::BackendReason;

/// The desktop stopped and was started again.
pub(super) fn desktop_replaced(why: &str) -> Value {
    notice(BackendReason::DesktopReplaced { reason: why.to_owned() })
}

/// An upload is not on the desktop.
pub(super) fn not_delivered(undelivered: &Undelivered) -> Value {
    let Undelivered { path, reason } = undelivered.clone();
    notice(BackendReason::UploadNotDelivered { path, reason })
}

/// The model is not shown an upload, which is on the desktop all the same.
pub(super) fn not_shown(not_shown: &NotShown) -> Value {
    let path = not_shown.path.clone();
    notice(match not_shown.why {
        Unreadable::Broken => BackendReason::UploadBroken { path },
        Unreadable::Encrypted => BackendReason::UploadEncrypted { path },
        Unreadable::TooLarge => BackendReason::UploadTooLargeToShow { path },
        Unreadable::TooSlow => BackendReason::UploadTooSlowToRead { path },
        Unreadable::NotSupported => BackendReason::UploadNotReadHere { path },
    })
}

/// Files of the desktop are not among the chat's files; `None` if all are.
pub(super) fn not_collected(uncollected: &[Uncollected]) -> Option<Value> {
    let (Uncollected { path, why }, others) = uncollected.split_first()?;
    let (path, others) = (path.clone(), others.len());
    Some(notice(match *why {
        NoRoom::TooLarge { limit } => BackendReason::OutputTooLarge { path, others, limit },
        NoRoom::QuotaReached { limit } => BackendReason::OutputOverQuota { path, others, limit },
        NoRoom::DiskFull => BackendReason::OutputDiskFull { path, others },
    }))
}

/// The run has begun, or goes on.
pub(super) fn running() -> Value {
    notice(Reason::default())
}

fn notice(reason: impl Into<Reason>) -> Value {
    let Reason { code, facts } = reason.into();
    json!({ "state": RunState::Running, "code": code, "message": "", "facts": facts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_without_room_are_told_together() {
        let uncollected =
            |path: &&str| Uncollected { path: (*path).into(), why: NoRoom::TooLarge { limit: 7 } };
        assert_eq!(not_collected(&[]), None);
        let facts = |paths: &[&str]| {
            let all: Vec<_> = paths.iter().map(uncollected).collect();
            not_collected(&all).unwrap()["facts"].take()
        };
        let expected =
            |others| json!({ "variant": "too_large", "path": "Outputs/a", "others": others, "limit": 7 });
        assert_eq!(facts(&["Outputs/a"]), expected(0));
        assert_eq!(facts(&["Outputs/a", "b", "c"]), expected(2));
    }
}
