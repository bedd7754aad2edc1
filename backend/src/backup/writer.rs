//! Writes an archive: a tar file, compressed with gzip.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use anyhow::Context as _;
use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use super::entry::Entry;
use super::partial::PartialFile;
use super::sums::{Hashing, line};

/// How well is compressed. Most bytes are pictures, which hardly become smaller.
const COMPRESSION: Compression = Compression::new(3);

/// What an entry has besides its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attributes {
    /// The permissions.
    pub(super) mode: u32,
    /// The user.
    pub(super) uid: u32,
    /// When it was changed, in seconds since 1970.
    pub(super) modified: u64,
}

impl Attributes {
    /// Those of entries that are no files of a person.
    pub(super) const PRIVATE: Self = Self { mode: 0o600, uid: 0, modified: 0 };
}

/// An archive that is being written. Dropping it deletes what was written.
pub(super) struct ArchiveWriter {
    tar: Builder<GzEncoder<BufWriter<File>>>,
    /// The lines of the last entry so far.
    sums: BufWriter<File>,
    partial: PartialFile,
}

impl ArchiveWriter {
    /// Begins the archive that will be at `target`.
    pub(super) fn create(target: &Path) -> anyhow::Result<Self> {
        let partial = PartialFile::create(target)?;
        let output = GzEncoder::new(BufWriter::new(partial.open()?), COMPRESSION);
        let sums = BufWriter::new(tempfile::tempfile_in(partial.folder())?);
        Ok(Self { tar: Builder::new(output), sums, partial })
    }

    /// Adds an entry with these bytes.
    pub(super) fn add_bytes(&mut self, entry: &Entry, bytes: &[u8]) -> io::Result<()> {
        self.add_file(entry, Attributes::PRIVATE, bytes, bytes.len() as u64).map(drop)
    }

    /// Adds a file. If it has become shorter than `size` meanwhile, zeros take the place of what is missing; what was added
    /// at its end is left out. Returns the SHA-256 of the bytes in hexadecimal.
    pub(super) fn add_file(
        &mut self,
        entry: &Entry,
        attributes: Attributes,
        file: impl Read,
        size: u64,
    ) -> io::Result<String> {
        let mut header = header(EntryType::Regular, attributes);
        header.set_size(size);
        let mut bytes = Hashing::new(file.chain(io::repeat(0)).take(size));
        self.tar.append_data(&mut header, entry.path(), &mut bytes)?;
        let sha256 = bytes.sha256();
        self.sums.write_all(&line(&sha256, &entry.path()))?;
        Ok(sha256)
    }

    /// Adds a folder.
    pub(super) fn add_folder(&mut self, entry: &Entry, attributes: Attributes) -> io::Result<()> {
        let mut header = header(EntryType::Directory, attributes);
        header.set_size(0);
        self.tar.append_data(&mut header, entry.path(), io::empty())
    }

    /// Adds a symbolic link.
    pub(super) fn add_link(
        &mut self,
        entry: &Entry,
        attributes: Attributes,
        target: &Path,
    ) -> io::Result<()> {
        let mut header = header(EntryType::Symlink, attributes);
        header.set_size(0);
        self.tar.append_link(&mut header, entry.path(), target)
    }

    /// Ends the archive and gives it its name; returns its size in bytes.
    pub(super) fn finish(mut self) -> anyhow::Result<u64> {
        let mut sums = self.sums.into_inner().map_err(io::IntoInnerError::into_error)?;
        let size = sums.stream_position()?;
        sums.seek(SeekFrom::Start(0))?;
        let mut header = header(EntryType::Regular, Attributes::PRIVATE);
        header.set_size(size);
        self.tar.append_data(&mut header, Entry::Sums.path(), sums)?;
        self.tar.into_inner()?.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        self.partial.complete().context("completing the archive")
    }
}

fn header(kind: EntryType, attributes: Attributes) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(attributes.mode);
    header.set_uid(attributes.uid.into());
    header.set_gid(attributes.uid.into());
    header.set_mtime(attributes.modified);
    header
}
