//! Decides when a changed file is collected: once nothing has written to it for a while, and a file that keeps changing
//! less and less often.

use std::collections::HashMap;
use std::time::Duration;

use protocol::agent::files::FileEntry;
use tokio::time::Instant;

/// How long a file must have been quiet.
const QUIET: Duration = Duration::from_secs(1);
/// The longest interval between two collections of one file. Each doubles it, beginning with [`QUIET`].
const MAX_INTERVAL: Duration = Duration::from_secs(60);
/// The number of changed files to remember. More are collected at the end of the run.
const MAX_FILES: usize = 4096;

/// The changed files of a desktop.
#[derive(Default)]
pub(super) struct QuietFiles {
    /// Files that have changed, by path.
    waiting: HashMap<String, Waiting>,
    /// Files that were collected not long ago, by path.
    collected: HashMap<String, Collected>,
}

struct Waiting {
    entry: FileEntry,
    due: Instant,
}

struct Collected {
    at: Instant,
    /// The interval until the next collection.
    interval: Duration,
}

impl QuietFiles {
    /// Notes a change.
    pub(super) fn changed(&mut self, entry: FileEntry, now: Instant) {
        if self.waiting.len() >= MAX_FILES && !self.waiting.contains_key(&entry.path) {
            return;
        }
        let earliest =
            self.collected.get(&entry.path).map_or(now, |collected| collected.at + collected.interval);
        let due = earliest.max(now + QUIET);
        self.waiting.insert(entry.path.clone(), Waiting { entry, due });
    }

    /// When the next file is to be collected.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.waiting.values().map(|waiting| waiting.due).min()
    }

    /// Takes the files that are to be collected now.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<FileEntry> {
        self.collected.retain(|_, collected| now < collected.at + collected.interval + MAX_INTERVAL);
        let due: Vec<FileEntry> = self
            .waiting
            .extract_if(|_, waiting| waiting.due <= now)
            .map(|(_, waiting)| waiting.entry)
            .collect();
        for entry in &due {
            let last = self.collected.get(&entry.path).map(|collected| collected.interval * 2);
            let interval = last.unwrap_or(QUIET).min(MAX_INTERVAL);
            self.collected.insert(entry.path.clone(), Collected { at: now, interval });
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, size: u64) -> FileEntry {
        FileEntry { path: path.into(), size, modified_ms: 0 }
    }

    /// Simulates a file that changes every `pause`, for ten minutes. Returns the seconds at which it is collected.
    fn collections(pause: Duration) -> Vec<u64> {
        let (start, mut files, mut collected) = (Instant::now(), QuietFiles::default(), Vec::new());
        let mut change = start;
        while change < start + Duration::from_secs(600) {
            while let Some(due) = files.next_due().filter(|due| *due <= change) {
                assert_eq!(files.take_due(due).len(), 1);
                collected.push((due - start).as_secs());
            }
            files.changed(entry("Outputs/log", 1), change);
            change += pause;
        }
        collected
    }

    #[test]
    fn a_file_that_is_being_written_is_not_collected() {
        assert_eq!(collections(Duration::from_millis(900)), [0; 0]);
    }

    #[test]
    fn a_file_that_keeps_changing_is_collected_less_and_less_often() {
        let at = collections(Duration::from_secs(2));
        assert_eq!(at[0], 1);
        assert!(at.len() < 20, "{at:?}");
        assert!(at.windows(2).all(|pair| pair[1] - pair[0] <= 64), "{at:?}");
        // One that changes rarely is collected each time.
        assert_eq!(collections(Duration::from_secs(150)), [1, 151, 301]);
    }

    #[test]
    fn the_newest_version_is_collected_and_the_number_of_files_is_bounded() {
        let (now, mut files) = (Instant::now(), QuietFiles::default());
        files.changed(entry("a", 1), now);
        files.changed(entry("a", 2), now);
        assert!(files.take_due(now).is_empty());
        assert_eq!(files.take_due(now + QUIET), [entry("a", 2)]);
        assert_eq!(files.next_due(), None);
        for number in 0..2 * MAX_FILES {
            files.changed(entry(&number.to_string(), 1), now);
        }
        assert_eq!(files.take_due(now + QUIET).len(), MAX_FILES);
    }
}
