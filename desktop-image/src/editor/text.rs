//! Edits of a text, as functions on bytes: invalid UTF-8 and line ends are preserved.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr_iter, memmem};

/// Lines shown above and below a change.
const CONTEXT: usize = 4;
/// Most matches listed when there are several.
pub(super) const MAX_PLACES: usize = 10;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The result of an edit.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Edited {
    pub(super) text: Vec<u8>,
    /// The range of `text` that is new.
    pub(super) changed: Range<usize>,
}

/// Why text was not replaced.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotReplaced {
    /// It does not occur.
    Absent,
    /// It occurs more than once; `lines` are those of the first matches.
    Ambiguous { count: usize, lines: Vec<usize> },
}

/// Replaces text that occurs exactly once. In a text with CR LF line ends a line feed in `old` and `new` stands for CR
/// LF, since views do not show the difference.
pub(super) fn replace(text: &[u8], old: &str, new: &str) -> Result<Edited, NotReplaced> {
    let ends = LineEnds::of(text);
    replace_exactly(text, &ends.fit(old), &ends.fit(new)).or_else(|why| match (why, ends) {
        (NotReplaced::Absent, LineEnds::Mixed) => replace_exactly(text, &with_cr_lf(old), &with_cr_lf(new)),
        (why, _) => Err(why),
    })
}

fn replace_exactly(text: &[u8], old: &str, new: &str) -> Result<Edited, NotReplaced> {
    let mut places = memmem::find_iter(text, old.as_bytes());
    let first: Vec<usize> = places.by_ref().take(MAX_PLACES).collect();
    match first[..] {
        [] => Err(NotReplaced::Absent),
        [start] => Ok(splice(text, start..start + old.len(), new)),
        _ => {
            let count = first.len() + places.count();
            let mut lines: Vec<usize> = first.into_iter().map(|start| line_at(text, start)).collect();
            lines.dedup();
            Err(NotReplaced::Ambiguous { count, lines })
        }
    }
}

/// Inserts lines after a line; line 0 is the top. `None` if there is no such line.
pub(super) fn insert(text: &[u8], after: usize, lines: &str) -> Option<Edited> {
    let place = match after {
        0 if text.starts_with(BYTE_ORDER_MARK) => BYTE_ORDER_MARK.len(),
        0 => 0,
        _ if after == line_count(text) => text.len(),
        _ => memchr_iter(b'\n', text).nth(after - 1)? + 1,
    };
    let ends = LineEnds::of(text);
    let unended = place == text.len() && place > 0 && text[place - 1] != b'\n' && after > 0;
    let lines = match (unended, lines.ends_with('\n')) {
        // The last line has no line end, so the new lines begin with it.
        (true, _) => format!("\n{lines}"),
        (false, true) => lines.to_owned(),
        (false, false) => format!("{lines}\n"),
    };
    Some(splice(text, place..place, &ends.fit(&lines)))
}

/// The number of lines. A line end after the last line is optional.
pub(super) fn line_count(text: &[u8]) -> usize {
    let unended = text.last().is_some_and(|last| *last != b'\n');
    memchr_iter(b'\n', text).count() + usize::from(unended)
}

/// Numbers the lines as `cat -n` does, starting at `first`.
pub(super) fn numbered(text: &[u8], first: u64) -> String {
    let mut lines = Vec::new();
    for (number, line) in (first..).zip(text.split_inclusive(|byte| *byte == b'\n')) {
        let line = line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
        lines.push(format!("{number:>6}\t{}", String::from_utf8_lossy(line)));
    }
    lines.join("\n")
}

/// The numbered lines around a change.
pub(super) fn snippet(edited: &Edited) -> String {
    let Edited { text, changed } = edited;
    let start = memchr::memrchr_iter(b'\n', &text[..changed.start]).nth(CONTEXT).map_or(0, |end| end + 1);
    // The line end of the last new line belongs to that line.
    let last = changed.end.saturating_sub(1).max(changed.start);
    let end = memchr_iter(b'\n', &text[last..]).nth(CONTEXT).map_or(text.len(), |end| last + end + 1);
    numbered(&text[start..end], line_at(text, start) as u64)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineEnds {
    LineFeed,
    CrLf,
    Mixed,
}

impl LineEnds {
    fn of(text: &[u8]) -> Self {
        match (memchr_iter(b'\n', text).count(), memmem::find_iter(text, b"\r\n").count()) {
            (_, 0) => Self::LineFeed,
            (all, cr_lf) if all == cr_lf => Self::CrLf,
            _ => Self::Mixed,
        }
    }

    fn fit(self, text: &str) -> Cow<'_, str> {
        if self == Self::CrLf { with_cr_lf(text) } else { text.into() }
    }
}

fn with_cr_lf(text: &str) -> Cow<'_, str> {
    text.replace("\r\n", "\n").replace('\n', "\r\n").into()
}

fn splice(text: &[u8], place: Range<usize>, new: &str) -> Edited {
    let changed = place.start..place.start + new.len();
    Edited { text: [&text[..place.start], new.as_bytes(), &text[place.end..]].concat(), changed }
}

/// The number of the line that a byte belongs to.
fn line_at(text: &[u8], place: usize) -> usize {
    memchr_iter(b'\n', &text[..place]).count() + 1
}

#[cfg(test)]
mod tests {
    use super::{Edited, NotReplaced, insert, line_count, numbered, replace, snippet};

    fn replaced(text: &str, old: &str, new: &str) -> String {
        String::from_utf8(replace(text.as_bytes(), old, new).unwrap().text).unwrap()
    }

    fn inserted(text: &str, after: usize, lines: &str) -> String {
        String::from_utf8(insert(text.as_bytes(), after, lines).unwrap().text).unwrap()
    }

    #[test]
    fn text_that_occurs_once_is_replaced() {
        assert_eq!(replaced("one\ntwo\n", "two", "zwei\ndrei"), "one\nzwei\ndrei\n");
        assert_eq!(replaced("one\ntwo\n", "one\n", ""), "two\n");
        assert_eq!(replaced("no end", "end", "final newline"), "no final newline");
        assert_eq!(replaced("a.c abc", "a.c", "$0"), "$0 abc");
    }

    #[test]
    fn text_that_is_absent_or_ambiguous_is_not_replaced() {
        assert_eq!(replace(b"one\n", "One", "x"), Err(NotReplaced::Absent));
        assert_eq!(replace(b"", "x", "y"), Err(NotReplaced::Absent));
        let text = b"x = 1\ny\nx = 1, x = 1\n";
        assert_eq!(replace(text, "x = 1", "x"), Err(NotReplaced::Ambiguous { count: 3, lines: vec![1, 3] }));
        let Err(NotReplaced::Ambiguous { count, lines }) = replace(&b"a\n".repeat(5000), "a", "b") else {
            panic!("replaced one of many")
        };
        assert_eq!((count, lines), (5000, (1..=10).collect()));
    }

    #[test]
    fn cr_lf_line_ends_are_kept() {
        assert_eq!(replaced("one\r\ntwo\r\n", "one\ntwo", "1\n2\n3"), "1\r\n2\r\n3\r\n");
        assert_eq!(replaced("one\r\ntwo\r\n", "one\r\ntwo", "1\r\n2"), "1\r\n2\r\n");
        assert_eq!(inserted("one\r\ntwo\r\n", 1, "a\nb"), "one\r\na\r\nb\r\ntwo\r\n");
        assert_eq!(inserted("one\r\ntwo", 2, "a"), "one\r\ntwo\r\na");
    }

    #[test]
    fn mixed_line_ends_are_left_alone() {
        assert_eq!(replaced("one\r\ntwo\nthree", "two\nthree", "2\n3"), "one\r\n2\n3");
        assert_eq!(replaced("one\r\ntwo\nthree", "one\ntwo", "1\n2"), "1\r\n2\nthree");
    }

    #[test]
    fn invalid_utf8_is_preserved() {
        let edited = replace(b"caf\xe9 = 1\n", "= 1", "= 2").unwrap();
        assert_eq!(edited, Edited { text: b"caf\xe9 = 2\n".to_vec(), changed: 5..8 });
    }

    #[test]
    fn lines_are_inserted_after_a_line() {
        assert_eq!(inserted("one\ntwo\n", 0, "zero"), "zero\none\ntwo\n");
        assert_eq!(inserted("one\ntwo\n", 1, "middle\n"), "one\nmiddle\ntwo\n");
        assert_eq!(inserted("one\ntwo\n", 2, "three"), "one\ntwo\nthree\n");
        assert_eq!(inserted("one\ntwo", 2, "three"), "one\ntwo\nthree");
        assert_eq!(inserted("one\ntwo", 1, ""), "one\n\ntwo");
        assert_eq!(inserted("", 0, "first"), "first\n");
        assert_eq!(inserted("\u{feff}one\n", 0, "zero"), "\u{feff}zero\none\n");
        assert_eq!(insert(b"one\ntwo\n", 3, "x"), None);
        assert_eq!(insert(b"", 1, "x"), None);
    }

    #[test]
    fn lines_are_numbered_as_cat_does() {
        assert_eq!(numbered(b"a\n\n b\r\n", 9), "     9\ta\n    10\t\n    11\t b");
        assert_eq!(numbered(b"\xff", 1_234_567), "1234567\t\u{fffd}");
        assert_eq!(numbered(b"", 1), "");
        let counts = [b"".as_slice(), b"a", b"a\n", b"a\nb", b"\n\n"].map(line_count);
        assert_eq!(counts, [0, 1, 1, 2, 2]);
    }

    #[test]
    fn a_snippet_shows_four_lines_around_a_change() {
        let text: String = (1..=20).map(|line| format!("l{line}\n")).collect();
        let numbers = |snippet: String| -> Vec<u32> {
            snippet.lines().map(|line| line.split('\t').next().unwrap().trim().parse().unwrap()).collect()
        };
        let edited = replace(text.as_bytes(), "l10\n", "new\nnew\n").unwrap();
        assert_eq!(numbers(snippet(&edited)), (6..=15).collect::<Vec<_>>());
        let edited = insert(text.as_bytes(), 0, "top").unwrap();
        assert_eq!(snippet(&edited), "     1\ttop\n     2\tl1\n     3\tl2\n     4\tl3\n     5\tl4");
        let edited = replace(text.as_bytes(), "l20\n", "").unwrap();
        assert_eq!(numbers(snippet(&edited)), (16..=19).collect::<Vec<_>>());
    }
}
