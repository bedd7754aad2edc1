//! Copies a home folder that is a volume: what the engine sends as a tar file, by the rules of local ones.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use protocol::ids::DesktopId;
use tar::{Archive, EntryType};
use tokio_util::sync::CancellationToken;

use super::download::TarStream;
use super::entry::Entry;
use super::homes::{DEPTH_LIMIT, PATH_LIMIT};
use super::writer::{ArchiveWriter, Attributes};
use crate::provider::docker::home_volumes::MountedHome;

/// How often reading begins again after it was cut short.
const PASSES: usize = 20;
/// How many files are copied that have another name elsewhere in the home folder. Each is asked for by itself.
const HARD_LINK_LIMIT: usize = 10_000;

/// Copies one home folder into an archive.
pub(super) struct VolumeCopier<'a, T> {
    archive: &'a mut ArchiveWriter,
    /// Asks for the tar file of the home folder, or of a file below it.
    download: &'a dyn Fn(&str) -> T,
    desktop: DesktopId,
    shutdown: &'a CancellationToken,
    /// How many entries were left out: those that are too deep, or are no files, folders or links.
    pub(super) skipped: u64,
    /// The last entry that was dealt with. Entries come in the order of their paths.
    last: Option<PathBuf>,
    /// The folders around it, whose own entries come after what is in them.
    open: Vec<Folder>,
    /// Files that the engine sent as links to others.
    hard_links: Vec<PathBuf>,
    /// Folders that have some of those in them.
    waiting: Vec<Folder>,
}

struct Folder {
    path: PathBuf,
    attributes: Attributes,
}

/// How a pass ended.
enum Pass {
    Complete,
    /// The tar file has no end.
    CutShort,
}

impl<'a, T: TarStream> VolumeCopier<'a, T> {
    pub(super) fn new(
        archive: &'a mut ArchiveWriter,
        download: &'a dyn Fn(&str) -> T,
        desktop: DesktopId,
        shutdown: &'a CancellationToken,
    ) -> Self {
        Self {
            archive,
            download,
            desktop,
            shutdown,
            skipped: 0,
            last: None,
            open: Vec::new(),
            hard_links: Vec::new(),
            waiting: Vec::new(),
        }
    }

    /// Copies everything. Call it where blocking is allowed.
    pub(super) fn copy(&mut self) -> anyhow::Result<()> {
        for _ in 0..PASSES {
            if matches!(self.pass()?, Pass::Complete) {
                return self.finish();
            }
        }
        anyhow::bail!(
            "The files in the home folder of the desktop {} became shorter whenever they were copied. Try again when less is \
             going on there, or leave the home folders out with --without-homes",
            self.desktop
        )
    }

    /// Reads the home folder once, and copies what was not copied yet.
    fn pass(&mut self) -> anyhow::Result<Pass> {
        let mut tar = Archive::new((self.download)(""));
        let copied_before = self.last.clone();
        let read = self.read(&mut tar, copied_before.as_deref());
        let download = tar.into_inner();
        match read {
            Ok(Ok(())) => Ok(Pass::Complete),
            // The engine stops after a file that became shorter while it was read.
            Ok(Err(_)) if download.has_ended() => Ok(Pass::CutShort),
            Ok(Err(error)) => Err(download.cause(error.into())),
            Err(error) => Err(download.cause(error)),
        }
    }

    /// Copies the entries after `copied_before`. The inner error is one of the tar file.
    fn read(&mut self, tar: &mut Archive<T>, copied_before: Option<&Path>) -> anyhow::Result<io::Result<()>> {
        let entries = match tar.entries() {
            Ok(entries) => entries,
            Err(error) => return Ok(Err(error)),
        };
        for entry in entries {
            let mut entry = match entry {
                Ok(entry) => entry,
                Err(error) => return Ok(Err(error)),
            };
            super::unless_cancelled(self.shutdown)?;
            let name = entry.path_bytes().into_owned();
            let Some(path) = below_home(&name) else {
                self.skipped += 1;
                continue;
            };
            if copied_before.is_some_and(|last| path <= last) {
                continue;
            }
            self.leave_folders(path)?;
            let result = self.copy_one(path, &mut entry);
            self.last = Some(path.to_owned());
            result?;
        }
        Ok(Ok(()))
    }

    fn copy_one(&mut self, path: &Path, source: &mut tar::Entry<'_, T>) -> anyhow::Result<()> {
        let entry = Entry::Home { desktop: self.desktop, path: path.to_owned() };
        if !is_copied(&entry, path) {
            self.skipped += 1;
            return Ok(());
        }
        let attributes = attributes(source.header());
        match source.header().entry_type() {
            EntryType::Directory if path.as_os_str().is_empty() => {
                self.archive.add_folder(&entry, attributes)?;
            }
            EntryType::Directory => self.open.push(Folder { path: path.to_owned(), attributes }),
            EntryType::Regular => {
                let size = source.size();
                self.archive.add_file(&entry, attributes, source, size)?;
            }
            EntryType::Symlink => match source.link_name_bytes().filter(|target| !target.is_empty()) {
                Some(target) => {
                    let target = Path::new(OsStr::from_bytes(&target)).to_owned();
                    self.archive.add_link(&entry, attributes, &target)?;
                }
                None => self.skipped += 1,
            },
            EntryType::Link if self.hard_links.len() < HARD_LINK_LIMIT => {
                self.hard_links.push(path.to_owned());
            }
            _ => self.skipped += 1,
        }
        Ok(())
    }

    /// Adds the open folders that `path` is not in.
    fn leave_folders(&mut self, path: &Path) -> io::Result<()> {
        while let Some(folder) = self.open.pop_if(|folder| !path.starts_with(&folder.path)) {
            self.leave(folder)?;
        }
        Ok(())
    }

    fn leave(&mut self, folder: Folder) -> io::Result<()> {
        if self.hard_links.last().is_some_and(|link| link.starts_with(&folder.path)) {
            self.waiting.push(folder);
            return Ok(());
        }
        self.add_folder(folder)
    }

    fn add_folder(&mut self, folder: Folder) -> io::Result<()> {
        let entry = Entry::Home { desktop: self.desktop, path: folder.path };
        self.archive.add_folder(&entry, folder.attributes)
    }

    /// Copies what was put off until everything else is copied.
    fn finish(&mut self) -> anyhow::Result<()> {
        while let Some(folder) = self.open.pop() {
            self.leave(folder)?;
        }
        for path in std::mem::take(&mut self.hard_links) {
            super::unless_cancelled(self.shutdown)?;
            if !self.copy_hard_link(&path)? {
                self.skipped += 1;
            }
        }
        for folder in std::mem::take(&mut self.waiting) {
            self.add_folder(folder)?;
        }
        Ok(())
    }

    /// Copies one file; returns whether it is still there.
    fn copy_hard_link(&mut self, path: &Path) -> anyhow::Result<bool> {
        let Some(name) = path.to_str() else { return Ok(false) };
        let mut tar = Archive::new((self.download)(name));
        let added = match tar.entries().and_then(|mut entries| entries.next().transpose()) {
            Ok(Some(mut source)) if source.header().entry_type() == EntryType::Regular => {
                let entry = Entry::Home { desktop: self.desktop, path: path.to_owned() };
                let (attributes, size) = (attributes(source.header()), source.size());
                self.archive.add_file(&entry, attributes, &mut source, size).map(|_| true)
            }
            Ok(_) => Ok(false),
            Err(error) => Err(error),
        };
        let download = tar.into_inner();
        match added {
            Err(_) if download.is_gone() => Ok(false),
            added => {
                added.map_err(|error| download.cause(error.into())).context("copying a file with two names")
            }
        }
    }
}

/// The path below the home folder; `None` if it is not in there.
fn below_home(name: &[u8]) -> Option<&Path> {
    Path::new(OsStr::from_bytes(name)).strip_prefix(MountedHome::DOWNLOADED).ok()
}

/// Whether the entry can be read again from an archive, and is not too deep.
fn is_copied(entry: &Entry, path: &Path) -> bool {
    path.as_os_str().len() <= PATH_LIMIT
        && path.components().count() <= DEPTH_LIMIT
        && Entry::parse(entry.path().as_os_str().as_bytes()).as_ref() == Some(entry)
}

fn attributes(header: &tar::Header) -> Attributes {
    Attributes {
        mode: header.mode().unwrap_or_default() & 0o777,
        uid: header.uid().ok().and_then(|uid| u32::try_from(uid).ok()).unwrap_or_default(),
        modified: header.mtime().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
