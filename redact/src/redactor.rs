//! Removes secrets from text.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use aho_corasick::AhoCorasick;

use crate::counts::Counts;
use crate::detector::Detector;
use crate::known::{KnownDetector, Learned, Lifetime};
use crate::ranges::{self, Found};
use crate::shapes::{COUNT, SHAPES, ShapeDetector};

/// Removes secrets from text. Cheap to clone; clones share what they know.
#[derive(Clone)]
pub struct Redactor(Arc<Inner>);

struct Inner {
    shapes: Vec<ShapeDetector>,
    /// The hints of all shapes.
    hints: Option<AhoCorasick>,
    /// The shape that a hint is of.
    shape_of_hint: Vec<usize>,
    learned: Mutex<Learned>,
    known: RwLock<Arc<KnownDetector>>,
    counts: Counts,
}

/// The redactor of this process. There is one, because there is one log, and secrets are read in many places.
#[must_use]
pub fn process() -> &'static Redactor {
    static PROCESS: OnceLock<Redactor> = OnceLock::new();
    PROCESS.get_or_init(Redactor::default)
}

impl Default for Redactor {
    /// Knows the shapes, and no secret of an installation.
    fn default() -> Self {
        let shapes = SHAPES.iter().filter_map(|shape| ShapeDetector::new(shape).ok()).collect();
        let hints: Vec<(usize, &str)> = SHAPES
            .iter()
            .enumerate()
            .flat_map(|(index, shape)| shape.hints.iter().map(move |hint| (index, *hint)))
            .collect();
        let automaton =
            AhoCorasick::builder().ascii_case_insensitive(true).build(hints.iter().map(|(_, hint)| hint));
        Self(Arc::new(Inner {
            shapes,
            hints: automaton.ok(),
            shape_of_hint: hints.into_iter().map(|(index, _)| index).collect(),
            learned: Mutex::default(),
            known: RwLock::default(),
            counts: Counts::default(),
        }))
    }
}

impl Redactor {
    /// Looks for a secret of this installation from now on. Texts of less than eight bytes are not looked for, and no more
    /// secrets than a few hundred.
    pub fn learn(&self, secret: &str, lifetime: Lifetime) {
        let mut learned = self.0.learned.lock().unwrap_or_else(PoisonError::into_inner);
        if learned.add(secret, lifetime) {
            *self.0.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(learned.detector());
        }
    }

    /// The text without secrets.
    #[must_use]
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let known = self.known();
        let mut secrets = secrets(0, &*known, text);
        for (index, shape) in self.hinted(text) {
            secrets.extend(self::secrets(index + 1, shape, text));
        }
        if secrets.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut redacted = String::with_capacity(text.len());
        ranges::write(text, &ranges::merge(secrets), &self.0.counts, &mut redacted);
        Cow::Owned(redacted)
    }

    /// How much was found.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        &self.0.counts
    }

    fn known(&self) -> Arc<KnownDetector> {
        Arc::clone(&self.0.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The shapes that the text may have secrets of, in their order.
    fn hinted(&self, text: &str) -> impl Iterator<Item = (usize, &ShapeDetector)> {
        let mut found = [false; COUNT];
        if let Some(hints) = &self.0.hints {
            for hint in hints.find_overlapping_iter(text) {
                if let Some(shape) = self.0.shape_of_hint.get(hint.pattern().as_usize()) {
                    found[*shape] = true;
                }
            }
        }
        self.0.shapes.iter().enumerate().filter(move |(index, _)| found[*index])
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor")
    }
}

/// All secrets of one kind in a whole text.
fn secrets(place: usize, detector: &dyn Detector, text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((whole, secret)) = detector.next(text, from) {
        found.extend(secret.map(|range| Found { range, kind: detector.kind(), detector: place }));
        from = whole.end;
    }
    found
}
