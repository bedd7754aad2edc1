//! The SHA-256 of entries, in the form that `sha256sum --check` reads.

use std::fmt::Write as _;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// Hashes what is read through it.
pub(super) struct Hashing<R> {
    source: R,
    hasher: Sha256,
    /// Whether reading from the source has failed.
    pub(super) failed: bool,
}

impl<R: Read> Hashing<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, hasher: Sha256::new(), failed: false }
    }

    /// The SHA-256 of what was read, in hexadecimal.
    pub(super) fn sha256(self) -> String {
        hex::encode(self.hasher.finalize())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer);
        match &read {
            Ok(length) => self.hasher.update(&buffer[..*length]),
            Err(error) => self.failed |= error.kind() != io::ErrorKind::Interrupted,
        }
        read
    }
}

/// The line of an entry. Names with line breaks or backslashes are escaped as `sha256sum` does.
pub(super) fn line(sha256: &str, path: &Path) -> Vec<u8> {
    let mut name = Vec::new();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'\\' => name.extend(b"\\\\"),
            b'\n' => name.extend(b"\\n"),
            b'\r' => name.extend(b"\\r"),
            other => name.push(*other),
        }
    }
    let is_escaped = name.len() != path.as_os_str().len();
    let mut start = String::from(if is_escaped { "\\" } else { "" });
    // Writing to a string can't fail.
    let _ = write!(start, "{sha256}  ");
    [start.as_bytes(), &name, b"\n"].concat()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn lines_are_those_of_sha256sum() {
        let folder = tempfile::tempdir().unwrap();
        for name in [b"plain".as_slice(), b"a b", b"a\\b\nc\rd", b"\xff"] {
            let name = Path::new(OsStr::from_bytes(name));
            std::fs::write(folder.path().join(name), "text").unwrap();
            let mut reader = Hashing::new("text".as_bytes());
            io::copy(&mut reader, &mut io::sink()).unwrap();
            let output = std::process::Command::new("sha256sum")
                .arg(name)
                .current_dir(folder.path())
                .output()
                .unwrap();
            assert_eq!(line(&reader.sha256(), name), output.stdout);
        }
    }
}
