//! What a run tells about the desktop on the way: `run_state` events that leave the run running.

use serde_json::{Value, json};

use crate::services::files::outputs::{Uncollected, Undelivered};
use crate::store::runs::RunState;

/// The desktop stopped and was started again.
pub(super) fn desktop_replaced(why: &str) -> Value {
    notice("desktop_replaced", why)
}

/// An upload is not on the desktop.
pub(super) fn not_delivered(undelivered: &Undelivered) -> Value {
    let Undelivered { path, reason } = undelivered;
    notice("upload_not_delivered", &format!("~/{path}: {reason}"))
}

/// Files of the desktop are not among the chat's files; `None` if all are.
pub(super) fn not_collected(uncollected: &[Uncollected]) -> Option<Value> {
    let Uncollected { path, reason } = uncollected.first()?;
    let others = match uncollected.len() - 1 {
        0 => String::new(),
        others => format!(" and {others} more"),
    };
    Some(notice("output_not_collected", &format!("~/{path}{others}: {reason}")))
}

/// The run has begun, or goes on.
pub(super) fn running() -> Value {
    notice("", "")
}

fn notice(code: &str, message: &str) -> Value {
    json!({ "state": RunState::Running, "code": code, "message": message })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_without_room_are_told_together() {
        let uncollected = |path: &str| Uncollected { path: path.into(), reason: "It is too large.".into() };
        assert_eq!(not_collected(&[]), None);
        let message = |paths: &[&str]| {
            let all: Vec<_> = paths.iter().map(|path| uncollected(path)).collect();
            not_collected(&all).unwrap()["message"].as_str().unwrap().to_owned()
        };
        assert_eq!(message(&["Outputs/a"]), "~/Outputs/a: It is too large.");
        assert_eq!(message(&["Outputs/a", "b", "c"]), "~/Outputs/a and 2 more: It is too large.");
    }
}
