//! How much was found.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::known;
use crate::shapes::KINDS;

/// How many secrets of each kind were found. Clones share the counts.
#[derive(Debug, Clone)]
pub struct Counts(Arc<[(&'static str, AtomicU64)]>);

impl Default for Counts {
    fn default() -> Self {
        Self([known::KIND].into_iter().chain(KINDS).map(|kind| (kind, AtomicU64::new(0))).collect())
    }
}

impl Counts {
    /// Each kind and how many of it were found.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0.iter().map(|(kind, count)| (*kind, count.load(Ordering::Relaxed)))
    }

    pub(crate) fn add(&self, kind: &str) {
        if let Some((_, count)) = self.0.iter().find(|(name, _)| *name == kind) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
}
