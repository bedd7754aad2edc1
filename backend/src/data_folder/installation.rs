//! Ties a data folder to one database. Blobs and home folders without a row in the database are deleted, so a
//! wrong database would delete all of them.

use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::create_once;
use crate::database::{Database, DatabaseUnavailable};
use crate::store;

/// The file in the data folder that holds the id of its database.
pub(crate) const FILE: &str = "installation-id";

/// A data folder that is known to belong to the database.
pub struct DataFolder(PathBuf);

/// Why a data folder can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DataFolderError {
    /// It belongs to a different or unknown database.
    #[error(
        "The data folder {folder} does not belong to {database}, so the home folders and files in it would be deleted. \
         Start with the database that belongs to it (DATABASE_URL; without that, the private one in the folder), or with \
         another folder (--data-dir). If this database is meant to take the place of the folder's own, remove {file}: the \
         folder then follows this database, and all home folders and files in it that have no row there are deleted"
    )]
    OtherDatabase {
        /// The data folder.
        folder: PathBuf,
        /// The configured database, as [`Database::place`] describes it.
        database: String,
        /// The file that holds the id of the folder's database.
        file: PathBuf,
    },
    /// The file that holds the id of the folder's database could not be read or written.
    #[error(
        "{file} can't be read or made. It says which database the data folder belongs to: let this user write there"
    )]
    File {
        /// The file.
        file: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The database can't be reached.
    #[error(transparent)]
    DatabaseUnavailable(#[from] DatabaseUnavailable),
    /// The database's id could not be read.
    #[error("asking the database which one it is")]
    Database(#[from] diesel::result::Error),
}

impl DataFolder {
    /// Opens the existing folder at `path`. A folder without a database is tied to this one.
    pub async fn open(path: &Path, database: &Database) -> Result<Self, DataFolderError> {
        let mut conn = database.connection().await?;
        let id = store::installation::id(&mut conn).await?;
        let file = path.join(FILE);
        match belongs_to(path, id) {
            Ok(true) => Ok(Self(path.into())),
            Ok(false) => Err(DataFolderError::OtherDatabase {
                folder: path.into(),
                database: database.place().to_owned(),
                file,
            }),
            Err(source) => Err(DataFolderError::File { file, source }),
        }
    }

    /// Looks whether the folder at `path` belongs to the database, or to none yet. Ties it to none.
    ///
    /// # Errors
    /// When it belongs to another database, or the database fails.
    pub async fn check(path: &Path, database: &Database) -> Result<(), DataFolderError> {
        if !path.join(FILE).exists() {
            return Ok(());
        }
        Self::open(path, database).await.map(drop)
    }

    /// The path of the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// The id of the folder's database, if it has one.
///
/// # Errors
/// When the file with the id can't be read.
pub fn id(folder: &Path) -> io::Result<Option<Uuid>> {
    match std::fs::read_to_string(folder.join(FILE)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        text => Ok(text?.trim().parse().ok()),
    }
}

/// How the file has an id.
pub(crate) fn id_text(id: Uuid) -> String {
    format!("{id}\n")
}

/// Whether anything of Deskhand is in the folder.
///
/// # Errors
/// When the folder can't be read.
pub fn is_used(folder: &Path) -> io::Result<bool> {
    for name in [FILE, super::private_cluster::FOLDER, "blobs", "desktops"] {
        if folder.join(name).try_exists()? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the folder belongs to the database with this id. A folder without a database is tied to it.
fn belongs_to(folder: &Path, id: Uuid) -> io::Result<bool> {
    let text = create_once::read_or_create(&folder.join(FILE), || id_text(id))?;
    Ok(text.trim_ascii() == id.to_string().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_new_folder_is_tied_to_its_first_database() {
        let folder = tempfile::tempdir().unwrap();
        let (first, other) = (Uuid::new_v4(), Uuid::new_v4());
        assert!(belongs_to(folder.path(), first).unwrap());
        assert!(belongs_to(folder.path(), first).unwrap());
        assert!(!belongs_to(folder.path(), other).unwrap());
        assert!(belongs_to(folder.path(), first).unwrap());
        assert_eq!(names(folder.path()), [FILE]);
        std::fs::remove_file(folder.path().join(FILE)).unwrap();
        assert!(belongs_to(folder.path(), other).unwrap());
    }

    #[test]
    fn a_malformed_file_is_kept_and_matches_no_database() {
        let folder = tempfile::tempdir().unwrap();
        for content in [b"".as_slice(), b"\n", b"half of an id", b"\xff\xfe"] {
            std::fs::write(folder.path().join(FILE), content).unwrap();
            assert!(!belongs_to(folder.path(), Uuid::new_v4()).unwrap());
            assert_eq!(std::fs::read(folder.path().join(FILE)).unwrap(), content);
        }
    }

    #[test]
    fn an_unwritable_folder_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(belongs_to(&folder.path().join("missing"), Uuid::new_v4()).is_err());
        assert!(std::fs::create_dir(folder.path().join(FILE)).is_ok());
        assert!(belongs_to(folder.path(), Uuid::new_v4()).is_err());
    }
}
