//! What finds secrets.

use std::ops::Range;

/// Finds the secrets of one kind.
pub(crate) trait Detector: Send + Sync {
    /// What its secrets are called.
    fn kind(&self) -> &'static str;

    /// The first match that begins at `from` or later, and the part of it that is secret, if any is.
    fn next(&self, text: &str, from: usize) -> Option<(Range<usize>, Option<Range<usize>>)>;
}
