//! The names that were probably meant.

use std::collections::BTreeMap;

use crate::names::{folded, usual};

/// The most names that are proposed.
const MOST: usize = 3;
/// One wrong letter in this many is still close.
const LETTERS_PER_MISTAKE: usize = 3;
/// Names that are longer are no misspelt ones.
const LONGEST: usize = 40;

/// Up to three names of keys that are close to a text, the closest first.
pub(crate) fn close_to(text: &str) -> Vec<String> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    let written = folded(text);
    let most_mistakes = written.chars().count() / LETTERS_PER_MISTAKE;
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for (name, key) in usual().filter(|(name, _)| name.len() > 1) {
        let mistakes = strsim::osa_distance(&written, name);
        if mistakes <= most_mistakes {
            let least = found.entry(key.to_string()).or_insert(mistakes);
            *least = mistakes.min(*least);
        }
    }
    let mut found: Vec<(String, usize)> = found.into_iter().collect();
    found.sort_by_key(|(_, mistakes)| *mistakes);
    found.into_iter().take(MOST).map(|(name, _)| name).collect()
}
