//! The states of a node, which AT-SPI sends as a bit set.

/// A set of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct States(u64);

pub(super) const EDITABLE: u32 = 7;
pub(super) const FOCUSABLE: u32 = 11;
pub(super) const SHOWING: u32 = 25;
/// The node may have a great many children, most of them not on the screen.
pub(super) const MANAGES_DESCENDANTS: u32 = 31;

/// The reported states with their bits.
const NAMES: [(u32, &str); 27] = [
    (1, "active"),
    (3, "busy"),
    (4, "checked"),
    (5, "collapsed"),
    (EDITABLE, "editable"),
    (8, "enabled"),
    (9, "expandable"),
    (10, "expanded"),
    (FOCUSABLE, "focusable"),
    (12, "focused"),
    (15, "iconified"),
    (16, "modal"),
    (17, "multi_line"),
    (18, "multiselectable"),
    (20, "pressed"),
    (22, "selectable"),
    (23, "selected"),
    (SHOWING, "showing"),
    (30, "visible"),
    (32, "indeterminate"),
    (33, "required"),
    (36, "invalid_entry"),
    (39, "default"),
    (40, "visited"),
    (41, "checkable"),
    (42, "has_popup"),
    (43, "read_only"),
];

impl States {
    /// Combines the two words that AT-SPI sends, the lower first.
    pub(super) fn from_words(words: &[u32]) -> Self {
        let word = |index: usize| u64::from(words.get(index).copied().unwrap_or_default());
        Self(word(0) | word(1) << 32)
    }

    pub(super) fn has(self, state: u32) -> bool {
        self.0 >> state & 1 == 1
    }

    pub(super) fn names(self) -> Vec<String> {
        NAMES.iter().filter(|(bit, _)| self.has(*bit)).map(|(_, name)| (*name).to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{EDITABLE, SHOWING, States};

    #[test]
    fn both_words_are_read() {
        let states = States::from_words(&[1 << SHOWING | 1 << 4, 1 << 1]);
        assert_eq!(states.names(), ["checked", "showing", "required"]);
        assert!(states.has(SHOWING) && !states.has(EDITABLE));
    }

    #[test]
    fn a_missing_word_means_no_states() {
        assert_eq!(States::from_words(&[1 << 12]).names(), ["focused"]);
        assert_eq!(States::from_words(&[]).names(), Vec::<String>::new());
    }
}
