//! Fixed texts of results. The model reads them, so they contain nothing from the screen.

/// For each call after a failed one. The vendor prescribes the exact text.
pub const NOT_EXECUTED: &str = "Not executed: an earlier computer action in this turn failed.";
/// For each call beyond a limit.
pub const NOT_EXECUTED_LIMIT: &str = "Not executed: a limit of this run was reached.";
/// For a call that waited for approval when a message came instead.
pub const NOT_APPROVED: &str = "Not executed: the person was asked for approval and wrote a message instead.";
/// For a call that the person denied; the reason follows.
pub const DENIED: &str = "Not executed: the person did not approve this.";
/// For a question that was not answered because a message came instead.
pub const NOT_ANSWERED: &str = "The person did not choose an answer here and wrote a message instead.";
/// For a call that had not started when a person took control.
pub const TAKEN_OVER: &str =
    "Not executed: a person took control of the desktop before. Look at the screen, then decide.";
/// For a call that may have run before the run was lost.
pub const INTERRUPTED: &str =
    "Interrupted: whether this took effect is not known. Look at the screen before going on.";
/// For a call that was cancelled at the time limit.
pub(crate) const OUT_OF_TIME: &str =
    "Interrupted: the time limit of this run was reached, and whether this took effect is not known.";
/// For a call during which the desktop was lost.
pub(crate) const DESKTOP_LOST: &str = "Interrupted: the desktop stopped answering, and whether this took effect is not known. If you can continue, it \
     was restarted: its files are kept, its programs are closed.";
/// Instead of a screenshot that would equal the previous one.
pub const SCREEN_UNCHANGED: &str = "The screen has not changed since the last picture.";
/// For an action that needs no text.
pub(crate) const OK: &str = "OK";
/// For a command that printed nothing.
pub const NO_OUTPUT: &str = "(no output)";
/// For a new shell.
pub(crate) const SHELL_RESTARTED: &str = "The shell was restarted.";
