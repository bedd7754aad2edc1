//! The undo history: the content of files before each change.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

/// Most undoable changes of one file.
const MAX_STEPS: usize = 10;
/// Most changes of all files, and most bytes of their previous content.
const MAX_STEPS_IN_ALL: usize = 200;
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// One change.
#[derive(Debug)]
pub(super) struct Step {
    path: PathBuf,
    /// The previous content; `None` if the file did not exist.
    pub(super) before: Option<Vec<u8>>,
    /// A digest of what the editor wrote, to detect later changes by others.
    left: u64,
}

/// The last changes, oldest first.
#[derive(Debug, Default)]
pub(super) struct History(VecDeque<Step>);

impl History {
    /// Adds a change.
    pub(super) fn remember(&mut self, path: &Path, before: Option<Vec<u8>>, after: &[u8]) {
        self.0.push_back(Step { path: path.to_owned(), before, left: digest(after) });
        let of_file = |step: &Step| step.path == path;
        if self.0.iter().filter(|step| of_file(step)).count() > MAX_STEPS
            && let Some(oldest) = self.0.iter().position(of_file)
        {
            self.0.remove(oldest);
        }
        while self.0.len() > MAX_STEPS_IN_ALL || self.bytes() > MAX_BYTES {
            self.0.pop_front();
        }
    }

    /// The last change of a file.
    pub(super) fn last(&self, path: &Path) -> Option<&Step> {
        self.0.iter().rfind(|step| step.path == path)
    }

    /// Drops the last change of a file.
    pub(super) fn forget_last(&mut self, path: &Path) {
        if let Some(last) = self.0.iter().rposition(|step| step.path == path) {
            self.0.remove(last);
        }
    }

    /// Drops all changes of a file.
    pub(super) fn forget(&mut self, path: &Path) {
        self.0.retain(|step| step.path != path);
    }

    fn bytes(&self) -> usize {
        self.0.iter().filter_map(|step| step.before.as_ref()).map(Vec::len).sum()
    }
}

impl Step {
    /// Whether the current content is what the editor wrote.
    pub(super) fn left(&self, now: &[u8]) -> bool {
        self.left == digest(now)
    }
}

fn digest(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{History, MAX_BYTES, MAX_STEPS, MAX_STEPS_IN_ALL};

    #[test]
    fn each_file_has_a_bounded_history_of_its_own() {
        let mut history = History::default();
        let (a, b) = (Path::new("/a"), Path::new("/b"));
        history.remember(b, None, b"b");
        for step in 0..=MAX_STEPS {
            history.remember(a, Some(step.to_string().into_bytes()), b"a");
        }
        for step in (1..=MAX_STEPS).rev() {
            let last = history.last(a).unwrap();
            assert_eq!(last.before, Some(step.to_string().into_bytes()));
            history.forget_last(a);
        }
        assert!(history.last(a).is_none());
        let last = history.last(b).unwrap();
        assert!(last.before.is_none() && last.left(b"b") && !last.left(b"c"));
    }

    #[test]
    fn all_histories_together_are_bounded() {
        let mut history = History::default();
        for file in 0..MAX_STEPS_IN_ALL + 7 {
            history.remember(Path::new(&file.to_string()), None, b"");
        }
        assert_eq!(history.0.len(), MAX_STEPS_IN_ALL);
        for file in ["large", "larger"] {
            history.remember(Path::new(file), Some(vec![0; MAX_BYTES / 2 + 1]), b"");
        }
        assert_eq!(history.0.len(), 1);
        history.forget(Path::new("larger"));
        assert_eq!(history.bytes(), 0);
    }
}
