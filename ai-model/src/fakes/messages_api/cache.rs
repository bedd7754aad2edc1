//! The prompt cache: which part of a request was read from it, which was written, and which had to be paid
//! in full. Time plays no part: nothing is forgotten after five minutes.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::context::Unit;
use super::digest::Chain;

/// How many blocks before a breakpoint are looked at for an older one.
const LOOKBACK: usize = 20;

/// The prefixes that were written.
#[derive(Debug, Default)]
pub(super) struct Cache(HashSet<Chain>);

/// Input tokens of a request, as the vendor bills them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputUsage {
    /// Neither read nor written.
    pub input_tokens: u64,
    /// Read from the cache.
    pub cache_read_input_tokens: u64,
    /// Written to it.
    pub cache_creation_input_tokens: u64,
}

impl InputUsage {
    /// All input tokens.
    #[must_use]
    pub fn total(self) -> u64 {
        self.input_tokens + self.cache_read_input_tokens + self.cache_creation_input_tokens
    }
}

impl Cache {
    /// Counts a request, and keeps the prefixes at its breakpoints. A prefix of fewer than `min_cached`
    /// tokens is not kept.
    pub(super) fn count(&mut self, units: &[Unit], min_cached: u64) -> InputUsage {
        let ends: Vec<u64> = units
            .iter()
            .scan(0, |sum, unit| {
                *sum += unit.tokens;
                Some(*sum)
            })
            .collect();
        let total = ends.last().copied().unwrap_or_default();
        let marks: Vec<usize> =
            (0..units.len()).filter(|index| units[*index].marked && ends[*index] >= min_cached).collect();
        let found = marks.iter().rev().find_map(|mark| {
            (mark.saturating_sub(LOOKBACK)..=*mark).rev().find(|index| self.0.contains(&units[*index].chain))
        });
        let read = found.map_or(0, |index| ends[index]);
        let written = marks.last().map_or(0, |mark| ends[*mark].saturating_sub(read));
        self.0.extend(marks.iter().map(|mark| units[*mark].chain));
        InputUsage {
            input_tokens: total - read - written,
            cache_read_input_tokens: read,
            cache_creation_input_tokens: written,
        }
    }
}
