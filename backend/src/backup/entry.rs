//! What an archive contains, and how its entries are named. Nothing else is read from an archive.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use protocol::ids::DesktopId;

use crate::blobs;

/// The folder with the rows of the tables.
const DATABASE: &str = "database";
/// The folder with the blobs.
const BLOBS: &str = "blobs";
/// The folder with the home folders.
const HOMES: &str = "homes";

/// An entry of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// What is inside; the first entry.
    Manifest,
    /// A file of the data folder.
    Key(KeyFile),
    /// A part of a table, in the text format of `COPY`.
    Rows {
        /// The table.
        table: String,
        /// Counts the parts of the table from 0.
        part: u32,
    },
    /// A blob, by its SHA-256 in hexadecimal.
    Blob(String),
    /// A file, folder or symbolic link in a desktop's home folder.
    Home {
        /// The desktop.
        desktop: DesktopId,
        /// The path below the home folder; empty for the folder itself.
        path: PathBuf,
    },
    /// The SHA-256 of all other entries, as `sha256sum` prints them; the last entry.
    Sums,
}

/// A key of the installation that is a file in the data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyFile {
    /// What secrets in the database are sealed with.
    Master,
    /// By which the containers of desktops are found again.
    Desktops,
}

impl KeyFile {
    /// The name of the file, in the data folder and in the archive.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Master => crate::vault::KEY_FILE,
            Self::Desktops => crate::provider::docker::KEY_FILE,
        }
    }
}

impl Entry {
    /// Its path in the archive.
    pub(super) fn path(&self) -> PathBuf {
        match self {
            Self::Manifest => "manifest.json".into(),
            Self::Key(file) => file.name().into(),
            Self::Rows { table, part } => Path::new(DATABASE).join(table).join(format!("{part:06}")),
            Self::Blob(sha256) => Path::new(BLOBS).join(sha256),
            Self::Home { desktop, path } => {
                let home = Path::new(HOMES).join(desktop.to_string());
                if path.as_os_str().is_empty() { home } else { home.join(path) }
            }
            Self::Sums => "SHA256SUMS".into(),
        }
    }

    /// Reads the path of an entry. `None` if no archive of ours has such a path.
    pub(super) fn parse(path: &[u8]) -> Option<Self> {
        let path = Path::new(OsStr::from_bytes(path.strip_suffix(b"/").unwrap_or(path)));
        let names: Vec<&OsStr> = path
            .components()
            .map(|component| match component {
                Component::Normal(name) => Some(name),
                _ => None,
            })
            .collect::<Option<_>>()?;
        let (first, rest) = names.split_first()?;
        let entry = match (first.to_str()?, rest) {
            (DATABASE, [table, part]) => {
                Self::Rows { table: identifier(table.to_str()?)?, part: part.to_str()?.parse().ok()? }
            }
            (BLOBS, [name]) => Self::Blob(name.to_str().filter(|name| blobs::is_hash(name))?.to_owned()),
            (HOMES, [desktop, path @ ..]) => {
                Self::Home { desktop: desktop.to_str()?.parse().ok()?, path: path.iter().collect() }
            }
            (_, []) => [Self::Manifest, Self::Key(KeyFile::Master), Self::Key(KeyFile::Desktops), Self::Sums]
                .into_iter()
                .find(|entry| entry.path() == path)?,
            _ => return None,
        };
        // There is one way to write each path, without `.`, `//` or a number with other digits.
        (entry.path().as_os_str() == path.as_os_str()).then_some(entry)
    }
}

/// A name that is safe in SQL between quotes.
pub(super) fn identifier(name: &str) -> Option<String> {
    let plain = |byte: u8| byte == b'_' || byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (!name.is_empty() && name.len() < 64 && name.bytes().all(plain)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_they_are_written() {
        let desktop: DesktopId = "01939d5e-0000-7000-8000-000000000001".parse().unwrap();
        let odd = PathBuf::from(OsStr::from_bytes(b"a b/\xff\n/c"));
        for entry in [
            Entry::Manifest,
            Entry::Key(KeyFile::Master),
            Entry::Key(KeyFile::Desktops),
            Entry::Rows { table: "chats".into(), part: 0 },
            Entry::Rows { table: "chats".into(), part: 1_234_567 },
            Entry::Blob("ab".repeat(32)),
            Entry::Home { desktop, path: PathBuf::new() },
            Entry::Home { desktop, path: odd },
            Entry::Sums,
        ] {
            assert_eq!(Entry::parse(entry.path().as_os_str().as_bytes()), Some(entry));
        }
    }

    #[test]
    fn other_paths_are_refused() {
        let home = "homes/01939d5e-0000-7000-8000-000000000001";
        for path in [
            "",
            "/",
            "..",
            "/etc/passwd",
            "../manifest.json",
            "./manifest.json",
            "manifest.json/x",
            "installation-id",
            "postgres/PG_VERSION",
            "database/chats",
            "database/Chats/000000",
            "database/chats/0",
            "database/a\"; DROP TABLE users/000000",
            "database/../000000",
            "blobs/../../x",
            "blobs/abcd",
            "homes",
            "homes/x/y",
            &format!("{home}/../x"),
            &format!("{home}/a/../../x"),
            &format!("{home}//a"),
            &format!("{home}/./a"),
            &format!("/{home}/a"),
        ] {
            assert_eq!(Entry::parse(path.as_bytes()), None, "{path}");
        }
    }
}
