//! How large a home folder may become.

use super::usage::DiskUsage;

/// How much a folder over its limit may still grow, since programs write a little at start: a part of the limit, but at
/// most this.
const SLACK: DiskUsage = DiskUsage { bytes: 32 << 20, files: 1000 };
/// The part of the limit: one in so many.
const PART: u64 = 16;

/// How large a home folder may become: up to the limit or, if it already exceeds that, slightly more than its size.
pub(super) struct Allowance {
    bytes: Bound,
    files: Bound,
}

struct Bound {
    limit: u64,
    slack: u64,
    allowed: u64,
}

impl Allowance {
    /// The allowance of a folder with this usage at the start.
    pub(super) fn new(limit: DiskUsage, found: DiskUsage) -> Self {
        Self {
            bytes: Bound::new(limit.bytes, SLACK.bytes, found.bytes),
            files: Bound::new(limit.files, SLACK.files, found.files),
        }
    }

    /// Whether the usage is allowed. Space that was freed above the limit is not granted again.
    pub(super) fn keeps(&mut self, found: DiskUsage) -> bool {
        let bytes = self.bytes.keeps(found.bytes);
        self.files.keeps(found.files) && bytes
    }
}

impl Bound {
    fn new(limit: u64, most_slack: u64, found: u64) -> Self {
        let slack = most_slack.min(limit / PART);
        Self { limit, slack, allowed: limit.max(found + slack) }
    }

    fn keeps(&mut self, found: u64) -> bool {
        let keeps = found <= self.allowed;
        self.allowed = self.limit.max(self.allowed.min(found + self.slack));
        keeps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(bytes: u64) -> DiskUsage {
        DiskUsage { bytes, files: 1 }
    }

    const LIMIT: DiskUsage = DiskUsage { bytes: 1600, files: 160 };

    #[test]
    fn a_folder_may_grow_up_to_its_limit() {
        let mut allowance = Allowance::new(LIMIT, bytes(100));
        assert!(allowance.keeps(bytes(1600)));
        assert!(allowance.keeps(bytes(10)));
        assert!(allowance.keeps(bytes(1600)));
        assert!(!allowance.keeps(bytes(1601)));
        assert!(!allowance.keeps(DiskUsage { bytes: 0, files: 161 }), "files are limited too");
    }

    #[test]
    fn a_folder_over_its_limit_may_shrink_and_hardly_grow() {
        let mut allowance = Allowance::new(LIMIT, bytes(5000));
        assert!(allowance.keeps(bytes(5100)));
        assert!(allowance.keeps(bytes(3000)));
        assert!(allowance.keeps(bytes(3100)));
        assert!(!allowance.keeps(bytes(3201)), "freed space is not granted again");
        assert!(allowance.keeps(bytes(500)));
        assert!(allowance.keeps(bytes(1600)));
        assert!(!allowance.keeps(bytes(1700)));
    }
}
