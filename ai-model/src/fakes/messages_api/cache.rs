//! The prompt cache: how much of a request was read from it, written to it, or neither. Entries never expire.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::context::Unit;
use super::digest::Chain;

/// How many blocks before a breakpoint the vendor searches for an earlier one.
const LOOKBACK: usize = 20;

/// The cached prefixes.
#[derive(Debug, Default)]
pub(super) struct Cache(HashSet<Chain>);

/// Input tokens of a request, as the vendor bills them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputUsage {
    /// Neither read from the cache nor written to it.
    pub input_tokens: u64,
    /// Read from the cache.
    pub cache_read_input_tokens: u64,
    /// Written to the cache.
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
    /// Counts the tokens of a request, and caches the prefixes that end at its breakpoints. A prefix of fewer than
    /// `min_cached` tokens is not cached.
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
