//! Watches the output folders for completed files.

use std::collections::{HashMap, VecDeque};
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use futures_util::StreamExt as _;
use inotify::{EventMask, EventOwned, EventStream, Inotify, WatchDescriptor, WatchMask};
use protocol::agent::files::{FileEntry, OUTPUT_FOLDERS};

use super::{Home, listing};

/// Name endings that browsers and tools use for files that are still being written.
const PARTIAL_ENDINGS: [&str; 5] = [".crdownload", ".part", ".partial", ".tmp", ".download"];
const WATCHED: WatchMask = WatchMask::CLOSE_WRITE
    .union(WatchMask::MOVED_TO)
    .union(WatchMask::CREATE)
    .union(WatchMask::ONLYDIR)
    .union(WatchMask::DONT_FOLLOW);
/// Size of the event buffer in bytes.
const BUFFER: usize = 16 * 1024;

/// Watches `~/Outputs` and `~/Downloads` recursively. Existing files are not reported.
pub struct Watch {
    home: PathBuf,
    events: EventStream<Vec<u8>>,
    /// The watched folders, relative to the home folder.
    folders: HashMap<WatchDescriptor, PathBuf>,
    ready: VecDeque<FileEntry>,
}

impl Watch {
    /// Starts watching: files completed from now on are reported.
    ///
    /// # Errors
    /// When the system's limit on inotify watches is reached.
    pub fn start(home: &Home) -> std::io::Result<Self> {
        let events = Inotify::init()?.into_event_stream(vec![0; BUFFER])?;
        let home = home.path().to_owned();
        let mut watch = Self { home, events, folders: HashMap::new(), ready: VecDeque::new() };
        watch.add(Path::new(""))?;
        for folder in OUTPUT_FOLDERS {
            watch.enter(Path::new(folder), Present::Ignore)?;
        }
        Ok(watch)
    }

    /// Waits for the next completed file.
    pub async fn next(&mut self) -> std::io::Result<FileEntry> {
        loop {
            if let Some(entry) = self.ready.pop_front() {
                return Ok(entry);
            }
            let event = self.events.next().await.ok_or(ErrorKind::UnexpectedEof)??;
            self.handle(&event)?;
        }
    }

    fn handle(&mut self, event: &EventOwned) -> std::io::Result<()> {
        if event.mask.contains(EventMask::Q_OVERFLOW) {
            // Events were lost: report every file again rather than miss one.
            for folder in OUTPUT_FOLDERS {
                self.enter(Path::new(folder), Present::Report)?;
            }
            return Ok(());
        }
        if event.mask.contains(EventMask::IGNORED) {
            self.folders.remove(&event.wd);
            return Ok(());
        }
        let (Some(folder), Some(name)) = (self.folders.get(&event.wd), event.name.as_deref()) else {
            return Ok(());
        };
        let path = folder.join(name);
        let at_home = folder.as_os_str().is_empty();
        if at_home && !OUTPUT_FOLDERS.iter().any(|output| name == OsStr::new(output)) {
            return Ok(());
        }
        if event.mask.contains(EventMask::ISDIR) {
            // Files may have been written to it before the watch began.
            return self.enter(&path, Present::Report);
        }
        let completed = EventMask::CLOSE_WRITE | EventMask::MOVED_TO;
        if !at_home && event.mask.intersects(completed) && !is_partial(name) {
            self.ready.extend(self.entry(&path));
        }
        Ok(())
    }

    /// Watches a folder and those below it.
    fn enter(&mut self, folder: &Path, present: Present) -> std::io::Result<()> {
        if !self.add(folder)? {
            return Ok(());
        }
        for entry in std::fs::read_dir(self.home.join(folder)).into_iter().flatten().flatten() {
            let path = folder.join(entry.file_name());
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => self.enter(&path, present)?,
                Ok(kind)
                    if kind.is_file() && present == Present::Report && !is_partial(&entry.file_name()) =>
                {
                    self.ready.extend(self.entry(&path));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Watches one folder. Returns false if it can't be watched.
    fn add(&mut self, folder: &Path) -> std::io::Result<bool> {
        let hidden = folder.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if hidden {
            return Ok(false);
        }
        match self.events.watches().add(self.home.join(folder), WATCHED) {
            Ok(descriptor) => {
                self.folders.insert(descriptor, folder.to_owned());
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::StorageFull => Err(error),
            // It is gone, a link, or not readable.
            Err(_) => Ok(false),
        }
    }

    fn entry(&self, path: &Path) -> Option<FileEntry> {
        let metadata = self.home.join(path).symlink_metadata().ok().filter(std::fs::Metadata::is_file)?;
        listing::describe(path, &metadata)
    }
}

/// What to do with files that exist when a watch begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Present {
    Ignore,
    Report,
}

/// Whether a name is that of a file still being written: hidden, or with one of the endings.
fn is_partial(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return true };
    name.starts_with('.')
        || name.ends_with('~')
        || PARTIAL_ENDINGS.iter().any(|ending| name.to_ascii_lowercase().ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::is_partial;

    #[test]
    fn partial_files_are_recognised_by_name() {
        for partial in ["a.crdownload", "A.PART", ".hidden", "notes.txt~", "x.tmp"] {
            assert!(is_partial(partial.as_ref()), "{partial}");
        }
        for whole in ["a.txt", "part", "a.part.txt", "report.pdf"] {
            assert!(!is_partial(whole.as_ref()), "{whole}");
        }
    }
}
