//! What the model is told in fixed words. It reads them, so nothing from the screen goes in.

/// For each call after one that failed; the vendor prescribes it to the letter.
pub const NOT_EXECUTED: &str = "Not executed: an earlier computer action in this turn failed.";
/// For each call past the limit of actions.
pub const NOT_EXECUTED_LIMIT: &str = "Not executed: the limit of actions for this run was reached.";
/// For a call that may have run before the run was lost.
pub const INTERRUPTED: &str =
    "Interrupted: whether this took effect is not known. Look at the screen before going on.";
/// For a call during which the desktop was lost.
pub(super) const DESKTOP_LOST: &str =
    "Interrupted: the desktop stopped answering, and whether this took effect is not known.";
/// For an action that needs no words.
pub(super) const OK: &str = "OK";
/// For a command that printed nothing.
pub const NO_OUTPUT: &str = "(no output)";
/// For a shell that was started anew.
pub(super) const SHELL_RESTARTED: &str = "The shell was restarted.";
