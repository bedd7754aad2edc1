//! `Range` headers, as far as players use them: one part, in bytes.

use axum::http::{HeaderMap, header};

/// A part of a file that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// From one place up to and with another, or to the end.
    From(u64, Option<u64>),
    /// So many bytes at the end.
    Last(u64),
}

impl Part {
    /// The part that a request asks for; `None` when it asks for everything, for several parts, or in a way
    /// that is not understood, all of which the whole file answers.
    pub(super) fn asked_for(headers: &HeaderMap) -> Option<Self> {
        // Files have no validators here, so a condition on one never holds.
        if headers.contains_key(header::IF_RANGE) {
            return None;
        }
        let (first, last) =
            headers.get(header::RANGE)?.to_str().ok()?.strip_prefix("bytes=")?.split_once('-')?;
        let number = |text: &str| match text.bytes().all(|byte| byte.is_ascii_digit()) {
            true => text.parse::<u64>().ok(),
            false => None,
        };
        match (first.trim(), last.trim()) {
            ("", last) => number(last).map(Self::Last),
            (first, "") => Some(Self::From(number(first)?, None)),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                (first <= last).then_some(Self::From(first, Some(last)))
            }
        }
    }

    /// Where the part begins and ends in a file; `None` when it has no byte of it.
    pub(super) fn within(self, length: u64) -> Option<(u64, u64)> {
        let (start, end) = match self {
            Self::From(first, last) => {
                (first, last.map_or(length, |last| last.saturating_add(1).min(length)))
            }
            Self::Last(bytes) => (length.saturating_sub(bytes), length),
        };
        (start < end).then_some((start, end))
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
