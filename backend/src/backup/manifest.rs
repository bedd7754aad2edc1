//! What an archive says about itself.

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::entry::identifier;
use crate::database;

/// The version of the archive's layout. Raise it when an older Deskhand could not restore a new archive.
const FORMAT: u32 = 1;

/// The first entry of an archive.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The version of the layout.
    pub(super) format: u32,
    /// The version of Deskhand that wrote it.
    pub(super) deskhand: String,
    /// The version of Postgres that the rows come from.
    pub(super) postgres: String,
    /// When the database was read.
    pub(super) created_at: DateTime<Utc>,
    /// The id of the installation.
    pub(super) installation: Uuid,
    /// The migrations of the database, oldest first.
    pub(super) migrations: Vec<String>,
    /// The tables.
    pub(super) tables: Vec<Table>,
    /// Where the columns that number rows go on.
    pub(super) sequences: Vec<Sequence>,
    /// By which the right master key is recognised.
    pub(super) master_keys: Vec<MasterKey>,
    /// Whether the file with the master keys is inside.
    pub(super) has_master_key: bool,
    /// Whether home folders are inside.
    pub(super) has_homes: bool,
    /// Whether those were volumes of containers, which earlier versions did not copy.
    #[serde(default)]
    pub(super) has_volumes: bool,
    /// Where the desktops ran.
    pub(super) desktops_in: Option<String>,
}

/// A table and its columns, in the order in which the rows have them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
}

/// A column that numbers rows.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Sequence {
    pub(super) table: String,
    pub(super) column: String,
    /// The last number, or the first one if none was given yet.
    pub(super) value: i64,
    /// Whether `value` was given to a row.
    pub(super) is_called: bool,
}

/// A version of the master key.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct MasterKey {
    pub(super) version: i32,
    /// A known text that was sealed with it, in hexadecimal.
    pub(super) check: String,
}

/// The part of a manifest that all formats have.
#[derive(Deserialize)]
struct Version {
    format: u32,
    deskhand: String,
}

impl Manifest {
    /// The format that this version writes.
    pub(super) const FORMAT: u32 = FORMAT;

    /// Fails if a text is the manifest of another format.
    pub(super) fn require_known_format(text: &[u8]) -> anyhow::Result<()> {
        let Ok(Version { format, deskhand }) = serde_json::from_slice(text) else { return Ok(()) };
        anyhow::ensure!(
            format == FORMAT,
            "The archive has format {format}, and this version of Deskhand reads format {FORMAT}. Restore it with Deskhand \
             {deskhand} or newer",
        );
        Ok(())
    }

    /// Reads the manifest of an archive, and refuses what this version of Deskhand can't restore.
    pub(super) fn parse(text: &[u8]) -> anyhow::Result<Self> {
        let manifest: Self =
            serde_json::from_slice(text).context("The manifest of the archive can't be read")?;
        let unknown = database::unknown_migrations(&manifest.migrations)?;
        anyhow::ensure!(
            unknown.is_empty(),
            "The database in the archive has migrations that this version of Deskhand does not know ({}). Restore it with \
             Deskhand {} or newer",
            unknown.join(", "),
            manifest.deskhand,
        );
        anyhow::ensure!(
            manifest.has_plain_names(),
            "The manifest of the archive has names that no table has"
        );
        Ok(manifest)
    }

    /// Whether all names can be used in SQL.
    fn has_plain_names(&self) -> bool {
        let of_tables = self.tables.iter().flat_map(|table| table.columns.iter().chain([&table.name]));
        let of_sequences = self.sequences.iter().flat_map(|sequence| [&sequence.table, &sequence.column]);
        of_tables.chain(of_sequences).all(|name| identifier(name).is_some())
    }

    /// The versions of the master key, with the known text that was sealed with each.
    pub(super) fn key_checks(&self) -> anyhow::Result<Vec<(i32, Vec<u8>)>> {
        let check = |key: &MasterKey| {
            Ok((key.version, hex::decode(&key.check).context("The manifest of the archive can't be read")?))
        };
        self.master_keys.iter().map(check).collect()
    }
}
