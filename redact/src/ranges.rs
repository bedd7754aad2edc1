//! The parts of a text that are secret, and the text without them.

use std::ops::Range;

use crate::counts::Counts;

/// A part of a text that is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) range: Range<usize>,
    pub(crate) kind: &'static str,
    /// The place of its detector among all.
    pub(crate) detector: usize,
}

/// Joins what overlaps; the first one's kind is that of all.
pub(crate) fn merge(mut all: Vec<Found>) -> Vec<Found> {
    all.sort_by_key(|found| (found.range.start, found.detector));
    let mut merged: Vec<Found> = Vec::with_capacity(all.len());
    for found in all {
        match merged.last_mut() {
            Some(last) if found.range.start < last.range.end => {
                last.range.end = last.range.end.max(found.range.end);
            }
            _ => merged.push(found),
        }
    }
    merged
}

/// Copies a text without what is secret, and counts that.
pub(crate) fn write(text: &str, secrets: &[Found], counts: &Counts, into: &mut String) {
    let mut at = 0;
    for Found { range, kind, .. } in secrets {
        into.push_str(text.get(at..range.start).unwrap_or_default());
        into.push_str("[redacted:");
        into.push_str(kind);
        into.push(']');
        counts.add(kind);
        at = range.end;
    }
    into.push_str(text.get(at..).unwrap_or_default());
}
