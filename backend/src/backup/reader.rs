//! Reads an archive from its beginning to its end. Nothing in it is trusted: whoever could write to the file may have made it.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use flate2::bufread::GzDecoder;
use sha2::{Digest as _, Sha256};
use tar::{Archive, EntryType};

use super::entry::Entry;
use super::sums::{Hashing, line};
use super::writer::Attributes;

/// The longest path of an entry, and the longest target of a link, in bytes.
const PATH_LIMIT: u64 = 8192;

/// The content of an entry.
pub(super) enum Content<'a> {
    /// The bytes of a file, and how many there are.
    File(&'a mut dyn Read, u64),
    /// A folder.
    Folder,
    /// A symbolic link to this path.
    Link(PathBuf),
}

/// Something in the archive is not as it was written.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Damage(String);

/// Reads the archive and calls `visit` for each entry but the sums, the manifest first. Returns the SHA-256 of the sums, which
/// tells archives apart. Fails at the end if an entry differs from its sum.
///
/// # Errors
/// Those of `visit`, and one that says what to do if the archive is damaged or was not made by Deskhand.
pub(super) fn read(
    file: &Path,
    mut visit: impl FnMut(Entry, Attributes, Content<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<String> {
    let opened = File::open(file).with_context(|| format!("Cannot read {}", file.display()))?;
    read_from(opened, &mut visit).map_err(|error| match error.downcast::<Damage>() {
        Ok(damage) => anyhow::anyhow!(
            "{} is damaged, incomplete, or no archive of Deskhand: {damage}. Nothing was changed. Use another copy of it",
            file.display()
        ),
        Err(other) => other,
    })
}

fn read_from(
    file: File,
    visit: &mut impl FnMut(Entry, Attributes, Content<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<String> {
    let mut archive = Archive::new(GzDecoder::new(BufReader::new(file)));
    let mut sums = Sha256::new();
    let mut state = State::Empty;
    let mut long = LongNames::default();
    let mut digest = String::new();
    for found in archive.entries().map_err(unreadable)?.raw(true) {
        let mut found = found.map_err(unreadable)?;
        let kind = found.header().entry_type();
        if long.takes(kind, &mut found)? {
            continue;
        }
        let path = long.path.take().unwrap_or_else(|| found.path_bytes().into_owned());
        let link = long.link.take().or_else(|| found.link_name_bytes().map(std::borrow::Cow::into_owned));
        let shown = String::from_utf8_lossy(&path).into_owned();
        let entry = Entry::parse(&path).ok_or_else(|| damage(format!("it has an entry {shown:?}")))?;
        state = state.after(&entry).ok_or_else(|| damage(format!("{shown:?} is at a wrong place")))?;
        if entry == Entry::Sums {
            let mut hashed = Hashing::new(&mut found);
            io::copy(&mut hashed, &mut io::sink()).map_err(unreadable)?;
            digest = hashed.sha256();
            continue;
        }
        let attributes = attributes(found.header())?;
        match (kind, &entry) {
            (EntryType::Regular, _) => {
                let size = found.size();
                let mut bytes = Hashing::new(&mut found);
                let visited = visit(entry.clone(), attributes, Content::File(&mut bytes, size));
                if visited.is_err() && bytes.failed {
                    return Err(damage("it can't be read to its end").into());
                }
                visited?;
                io::copy(&mut bytes, &mut io::sink()).map_err(unreadable)?;
                sums.update(line(&bytes.sha256(), &entry.path()));
            }
            (EntryType::Directory, Entry::Home { .. }) => visit(entry, attributes, Content::Folder)?,
            (EntryType::Symlink, Entry::Home { .. }) => {
                let target = link.filter(|target| !target.is_empty());
                let target = target.ok_or_else(|| damage(format!("{shown:?} is a link to nothing")))?;
                visit(entry, attributes, Content::Link(std::ffi::OsString::from_vec(target).into()))?;
            }
            _ => return Err(damage(format!("{shown:?} is of a kind that it can't be")).into()),
        }
    }
    if !matches!(state, State::Complete) {
        return Err(damage("its end is missing").into());
    }
    at_end(archive.into_inner())?;
    if digest != hex::encode(sums.finalize()) {
        return Err(damage("its content differs from its checksums").into());
    }
    Ok(digest)
}

/// Fails unless nothing but zeros follows, whose checksum is right.
fn at_end(mut decoder: GzDecoder<BufReader<File>>) -> anyhow::Result<()> {
    io::copy(&mut decoder, &mut io::sink()).map_err(unreadable)?;
    let mut file = decoder.into_inner();
    if file.fill_buf().map_err(unreadable)?.is_empty() {
        return Ok(());
    }
    Err(damage("something follows its end").into())
}

/// What has been read so far.
enum State {
    Empty,
    Inside,
    Complete,
}

impl State {
    /// The state after an entry; `None` if the entry can't follow.
    fn after(self, entry: &Entry) -> Option<Self> {
        match (self, entry) {
            (Self::Empty, Entry::Manifest) => Some(Self::Inside),
            (Self::Empty | Self::Complete, _) | (Self::Inside, Entry::Manifest) => None,
            (Self::Inside, Entry::Sums) => Some(Self::Complete),
            (Self::Inside, _) => Some(Self::Inside),
        }
    }
}

/// Names that are too long for the header of their entry, and come before it.
#[derive(Default)]
struct LongNames {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
}

impl LongNames {
    /// Keeps the name, if the entry is one.
    fn takes(&mut self, kind: EntryType, entry: &mut impl Read) -> anyhow::Result<bool> {
        let place = match kind {
            EntryType::GNULongName => &mut self.path,
            EntryType::GNULongLink => &mut self.link,
            _ => return Ok(false),
        };
        let mut name = Vec::new();
        entry.take(PATH_LIMIT + 1).read_to_end(&mut name).map_err(unreadable)?;
        while name.last() == Some(&0) {
            name.pop();
        }
        if name.len() as u64 > PATH_LIMIT || name.contains(&0) || place.replace(name).is_some() {
            return Err(damage("the name of an entry is too long").into());
        }
        Ok(true)
    }
}

fn attributes(header: &tar::Header) -> anyhow::Result<Attributes> {
    let read = || {
        let uid = u32::try_from(header.uid()?).map_err(io::Error::other)?;
        Ok::<_, io::Error>(Attributes { mode: header.mode()?, uid, modified: header.mtime()? })
    };
    Ok(read().map_err(unreadable)?)
}

fn damage(what: impl Into<String>) -> Damage {
    Damage(what.into())
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn unreadable(error: io::Error) -> Damage {
    Damage(match error.kind() {
        io::ErrorKind::UnexpectedEof => "its end is missing".to_owned(),
        _ => format!("it can't be read ({error})"),
    })
}
