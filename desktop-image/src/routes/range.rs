//! `Range` headers, as far as players use them: one part, in bytes.

use axum::http::{HeaderMap, header};
use http_range_header::{ParsedRanges, parse_range_header};

/// A part of a file that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part(ParsedRanges);

impl Part {
    /// The part that a request asks for; `None` when it asks for everything, for several parts, or in a way
    /// that is not understood, all of which the whole file answers.
    pub(super) fn asked_for(headers: &HeaderMap) -> Option<Self> {
        // Files have no validators here, so a condition on one never holds.
        if headers.contains_key(header::IF_RANGE) {
            return None;
        }
        let ranges = parse_range_header(headers.get(header::RANGE)?.to_str().ok()?).ok()?;
        (ranges.len() == 1).then_some(Self(ranges))
    }

    /// Where the part begins and ends in a file; `None` when it has no byte of it.
    pub(super) fn within(&self, length: u64) -> Option<(u64, u64)> {
        let range = self.0.validate(length).ok()?.pop()?;
        Some((*range.start(), range.end() + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, Part, header};

    fn part(range: &str, length: u64) -> Option<Option<(u64, u64)>> {
        let headers = HeaderMap::from_iter([(header::RANGE, range.parse().unwrap())]);
        Part::asked_for(&headers).map(|part| part.within(length))
    }

    #[test]
    fn one_part_is_understood() {
        for (range, expected) in [
            ("bytes=0-", (0, 10)),
            ("bytes=0-0", (0, 1)),
            ("bytes=3-5", (3, 6)),
            ("bytes=3-500", (3, 10)),
            ("bytes=9-", (9, 10)),
            ("bytes=-4", (6, 10)),
            ("bytes=-40", (0, 10)),
            ("bytes=0-18446744073709551615", (0, 10)),
        ] {
            assert_eq!(part(range, 10), Some(Some(expected)), "{range}");
        }
    }

    #[test]
    fn what_is_not_in_the_file_is_refused() {
        for range in ["bytes=10-", "bytes=10-20", "bytes=-0"] {
            assert_eq!(part(range, 10), Some(None), "{range}");
        }
        assert_eq!(part("bytes=0-", 0), Some(None));
    }

    #[test]
    fn everything_else_asks_for_all() {
        for range in
            ["bytes=5-3", "bytes=0-1,3-4", "bytes=-", "bytes=", "lines=0-1", "bytes=a-b", "bytes=+1-2"]
        {
            assert_eq!(part(range, 10), None, "{range}");
        }
        let mut headers = HeaderMap::from_iter([(header::RANGE, "bytes=0-1".parse().unwrap())]);
        headers.insert(header::IF_RANGE, "\"x\"".parse().unwrap());
        assert_eq!(Part::asked_for(&headers), None);
    }
}
