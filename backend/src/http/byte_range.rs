//! Which part of a file a request asks for: conditional requests (RFC 9110, 13) and ranges (RFC 9110, 14).

use std::ops::Range;

use axum::http::header::{IF_NONE_MATCH, IF_RANGE, RANGE};
use axum::http::{HeaderMap, HeaderName};
use http_range_header::parse_range_header;

/// The part of a file to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Nothing: the client has the current bytes.
    NotModified,
    /// All of it.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Nothing: the requested part is outside the file.
    Unsatisfiable,
}

/// The part of a file of `length` bytes that a request asks for. `etag` is the file's strong entity tag, with its quotes.
#[must_use]
pub fn select(headers: &HeaderMap, etag: &str, length: u64) -> Selection {
    if names(headers, &IF_NONE_MATCH, etag) {
        return Selection::NotModified;
    }
    // A weak tag, a date or an older version's tag does not promise the same bytes.
    if headers.get(IF_RANGE).is_some_and(|condition| condition.as_bytes() != etag.as_bytes()) {
        return Selection::Whole;
    }
    let range = headers.get(RANGE).and_then(|range| parse_range_header(range.to_str().ok()?).ok());
    // A client has to accept the whole file in place of several ranges.
    let Some(range) = range.filter(|range| range.len() == 1) else { return Selection::Whole };
    match range.validate(length).ok().and_then(|mut ranges| ranges.pop()) {
        Some(range) => Selection::Part(*range.start()..range.end() + 1),
        None => Selection::Unsatisfiable,
    }
}

/// Whether a list of entity tags has this one, or is `*`. Weak tags count (RFC 9110, 13.1.2).
fn names(headers: &HeaderMap, list: &HeaderName, etag: &str) -> bool {
    let lists = headers.get_all(list).iter().filter_map(|list| list.to_str().ok());
    lists
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|named| named == "*" || named.strip_prefix("W/").unwrap_or(named) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ETAG: &str = "\"abc\"";

    fn selected(headers: &[(HeaderName, &str)]) -> Selection {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        select(&headers, ETAG, 10)
    }

    #[test]
    fn a_client_with_the_current_bytes_gets_none() {
        for current in [ETAG, "*", "\"x\", \"abc\"", "W/\"abc\""] {
            let headers = [(IF_NONE_MATCH, current), (RANGE, "bytes=0-1")];
            assert_eq!(selected(&headers), Selection::NotModified, "{current}");
        }
        for other in ["\"x\"", "abc", ""] {
            assert_eq!(selected(&[(IF_NONE_MATCH, other)]), Selection::Whole, "{other}");
        }
    }

    #[test]
    fn a_single_range_is_sent_and_everything_else_is_the_whole_file() {
        for (range, expected) in [
            ("bytes=0-", 0..10),
            ("bytes=3-5", 3..6),
            ("bytes=3-500", 3..10),
            ("bytes=-4", 6..10),
            ("bytes=-40", 0..10),
            ("bytes=0-18446744073709551615", 0..10),
        ] {
            assert_eq!(selected(&[(RANGE, range)]), Selection::Part(expected), "{range}");
        }
        for outside in ["bytes=10-", "bytes=10-20", "bytes=-0"] {
            assert_eq!(selected(&[(RANGE, outside)]), Selection::Unsatisfiable, "{outside}");
        }
        for whole in ["bytes=5-3", "bytes=0-1,3-4", "bytes=", "lines=0-1", "bytes=a-b", ""] {
            assert_eq!(selected(&[(RANGE, whole)]), Selection::Whole, "{whole}");
        }
    }

    #[test]
    fn a_range_of_another_version_is_the_whole_file() {
        let with = |condition| selected(&[(RANGE, "bytes=0-1"), (IF_RANGE, condition)]);
        assert_eq!(with(ETAG), Selection::Part(0..2));
        for other in ["\"x\"", "W/\"abc\"", "Sun, 29 Nov 2026 00:00:00 GMT", "*"] {
            assert_eq!(with(other), Selection::Whole, "{other}");
        }
    }
}
