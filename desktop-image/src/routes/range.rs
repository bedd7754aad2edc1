//! `Range` headers as players use them: a single range in bytes.

use axum::http::{HeaderMap, header};
use http_range_header::{ParsedRanges, parse_range_header};

/// A requested part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part(ParsedRanges);

impl Part {
    /// The requested part; `None` to send the whole file: without a valid header, or if it has several ranges.
    pub(super) fn asked_for(headers: &HeaderMap) -> Option<Self> {
        // Files have no validators here, so the condition never holds.
        if headers.contains_key(header::IF_RANGE) {
            return None;
        }
        let ranges = parse_range_header(headers.get(header::RANGE)?.to_str().ok()?).ok()?;
        (ranges.len() == 1).then_some(Self(ranges))
    }

    /// First and last byte of the part; `None` if it is outside the file.
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
    fn a_single_range_is_supported() {
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
    fn a_range_outside_the_file_is_rejected() {
        for range in ["bytes=10-", "bytes=10-20", "bytes=-0"] {
            assert_eq!(part(range, 10), Some(None), "{range}");
        }
        assert_eq!(part("bytes=0-", 0), Some(None));
    }

    #[test]
    fn anything_else_requests_the_whole_file() {
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
