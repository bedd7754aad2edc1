//! Tar files as an engine sends them.

use std::cell::Cell;
use std::io::{Cursor, Read};

use super::*;
use crate::backup::reader::{self, Content};

/// A tar file of which only the first bytes come.
struct Canned {
    bytes: io::Take<Cursor<Vec<u8>>>,
    has_ended: bool,
}

impl Canned {
    fn new(bytes: Vec<u8>, sent: usize) -> Self {
        Self { bytes: Cursor::new(bytes).take(sent as u64), has_ended: false }
    }
}

impl Read for Canned {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.has_ended |= read == 0 && !buffer.is_empty();
        Ok(read)
    }
}

impl TarStream for Canned {
    fn has_ended(&self) -> bool {
        self.has_ended
    }

    fn is_gone(&self) -> bool {
        false
    }

    fn cause(self, error: anyhow::Error) -> anyhow::Error {
        error
    }
}

/// A tar file with entries of these kinds: a folder with `/` at its end, a link with ` -> `, a second name with ` = `, a
/// pipe with `|`, and files with their content after `:`.
fn tar(entries: &[&str]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for entry in entries {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o4755);
        header.set_uid(4242);
        header.set_mtime(1_000_000);
        let parts = |by| entry.split_once(by);
        let (name, kind, target, content) = match () {
            () if entry.ends_with('/') => (*entry, EntryType::Directory, "", ""),
            () if entry.ends_with('|') => (*entry, EntryType::Fifo, "", ""),
            () => match (parts(" -> "), parts(" = "), parts(":")) {
                (Some((name, target)), ..) => (name, EntryType::Symlink, target, ""),
                (_, Some((name, target)), _) => (name, EntryType::Link, target, ""),
                (.., Some((name, content))) => (name, EntryType::Regular, "", content),
                _ => panic!("{entry}"),
            },
        };
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.as_old_mut().linkname[..target.len()].copy_from_slice(target.as_bytes());
        header.set_cksum();
        tar.append(&header, content.as_bytes()).unwrap();
    }
    tar.into_inner().unwrap()
}

/// What is in an archive of the home folder that comes in these tar files, and how many entries were left out.
fn copied(download: impl Fn(&str) -> Canned) -> anyhow::Result<(Vec<String>, u64)> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("archive");
    let mut archive = ArchiveWriter::create(&file)?;
    archive.add_bytes(&Entry::Manifest, b"{}")?;
    let shutdown = CancellationToken::new();
    let mut copier = VolumeCopier::new(&mut archive, &download, DesktopId::generate(), &shutdown);
    copier.copy()?;
    let skipped = copier.skipped;
    archive.finish()?;
    let mut entries = Vec::new();
    reader::read(&file, |entry, attributes, content| {
        let Entry::Home { path, .. } = entry else { return Ok(()) };
        assert_eq!(attributes, Attributes { mode: 0o755, uid: 4242, modified: 1_000_000 });
        let path = path.display();
        entries.push(match content {
            Content::Folder => format!("{path}/"),
            Content::Link(target) => format!("{path} -> {}", target.display()),
            Content::File(bytes, _) => format!("{path}:{}", io::read_to_string(bytes)?),
        });
        Ok(())
    })?;
    Ok((entries, skipped))
}

#[test]
fn entries_are_those_of_a_local_home_folder() {
    let whole = tar(&[
        "desktop/",
        "desktop/a/",
        "desktop/a/b/",
        "desktop/a/b/one:text",
        "desktop/a/b/two = desktop/a/b/one",
        "desktop/a/link -> ../../etc",
        "desktop/c/",
        "desktop/c/three:3",
        "desktop/d:4",
        "desktop/pipe|",
        "desktop/../../etc/passwd:root",
        "elsewhere/file:x",
        "/etc/passwd:root",
    ]);
    let two = tar(&["two:text"]);
    let download = |below: &str| {
        assert!(matches!(below, "" | "a/b/two"), "{below}");
        let bytes = if below.is_empty() { &whole } else { &two };
        Canned::new(bytes.clone(), bytes.len())
    };
    let (entries, skipped) = copied(download).unwrap();
    // What is in a folder comes before it.
    let expected =
        ["/", "a/b/one:text", "a/link -> ../../etc", "c/three:3", "c/", "d:4", "a/b/two:text", "a/b/", "a/"];
    assert_eq!(entries, expected);
    assert_eq!(skipped, 4);
}

#[test]
fn reading_goes_on_after_a_file_that_became_shorter() {
    let long = "x".repeat(2000);
    let whole =
        tar(&["desktop/", "desktop/a/", &format!("desktop/a/b:{long}"), "desktop/a/c:3", "desktop/d:4"]);
    let passes = Cell::new(0);
    let download = |_: &str| {
        passes.set(passes.get() + 1);
        // Three headers, and half of the file.
        Canned::new(whole.clone(), if passes.get() == 1 { 3 * 512 + 1000 } else { whole.len() })
    };
    let (entries, _) = copied(download).unwrap();
    let padded = format!("a/b:{}{}", "x".repeat(1000), "\0".repeat(1000));
    assert_eq!(entries, ["/", &padded, "a/c:3", "a/", "d:4"]);
    assert_eq!(passes.get(), 2);
}

#[test]
fn a_home_folder_that_never_comes_whole_is_refused() {
    let whole = tar(&["desktop/", "desktop/a:text"]);
    let told = copied(|_| Canned::new(whole.clone(), 2 * 512 + 2)).unwrap_err().to_string();
    assert!(told.contains("Try again when less is going on"), "{told}");
}
