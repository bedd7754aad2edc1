//! The secrets of this installation.

use std::collections::{HashSet, VecDeque};
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::detector::Detector;
use crate::encodings;

/// The kind of all of them.
pub(crate) const KIND: &str = "known";
/// Shorter texts are not looked for: they stand in normal text too.
const SHORTEST: usize = 8;
/// Shorter texts of letters only are not looked for, either.
const SHORTEST_WORD: usize = 12;
/// How many there may be that last as long as the program.
const PERMANENT: usize = 256;
/// How many of the others there may be; the oldest is forgotten.
const TRANSIENT: usize = 256;

/// How long a secret is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// As long as the program runs: a setting.
    Program,
    /// Until many others have come: the token of a desktop.
    Transient,
}

/// What was learned.
#[derive(Default)]
pub(crate) struct Learned {
    permanent: HashSet<String>,
    transient: VecDeque<String>,
}

/// Finds all of them.
#[derive(Default)]
pub(crate) struct KnownDetector {
    automaton: Option<AhoCorasick>,
}

impl Learned {
    /// Adds a secret. Says whether that changes what is looked for.
    pub(crate) fn add(&mut self, secret: &str, lifetime: Lifetime) -> bool {
        if secret.len() < SHORTEST || is_word(secret) || self.permanent.contains(secret) {
            return false;
        }
        match lifetime {
            Lifetime::Program => self.permanent.len() < PERMANENT && self.permanent.insert(secret.to_owned()),
            Lifetime::Transient if self.transient.iter().any(|known| known == secret) => false,
            Lifetime::Transient => {
                if self.transient.len() >= TRANSIENT {
                    self.transient.pop_front();
                }
                self.transient.push_back(secret.to_owned());
                true
            }
        }
    }

    /// What finds them. Transient ones are random words, which no encoding changes but base64.
    pub(crate) fn detector(&self) -> KnownDetector {
        let mut patterns: Vec<String> =
            self.permanent.iter().flat_map(|secret| encodings::of(secret)).collect();
        patterns.extend(self.transient.iter().cloned());
        patterns.sort_unstable();
        patterns.dedup();
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&patterns).ok();
        KnownDetector { automaton }
    }
}

impl Detector for KnownDetector {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn next(&self, text: &str, from: usize) -> Option<(Range<usize>, Option<Range<usize>>)> {
        let found = self.automaton.as_ref()?.find(aho_corasick::Input::new(text).span(from..text.len()))?;
        Some((found.range(), Some(found.range())))
    }
}

/// Whether it is like a word of normal text, such as the password `deskhand` of a database on a developer's machine.
fn is_word(secret: &str) -> bool {
    secret.len() < SHORTEST_WORD && secret.bytes().all(|byte| byte.is_ascii_alphabetic())
}
