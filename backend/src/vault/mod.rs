//! Seals secrets before they are stored, with a master key that is not in the database.
//!
//! A sealed value opens only in the row and the column that it was sealed for, and only with the version of the master
//! key that it was sealed with.

mod archived;
mod key_source;
mod master_key;
mod reset;
mod rotation;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context as _;
use diesel_async::AsyncConnection as _;
use redact::Lifetime;
use zeroize::Zeroizing;

pub(crate) use self::archived::{opens_all, opens_with};
pub(crate) use self::key_source::FILE as KEY_FILE;
use self::key_source::{Candidate, KeySource};
use self::master_key::MasterKey;
pub use self::reset::reset;
pub use self::rotation::{Rotated, RotationError, rotate};
use crate::clock::Clock;
use crate::config::master_key::MasterKeyConfig;
use crate::database::{Database, DatabaseError, from_database};
use crate::store::Connection;
use crate::store::master_key_versions::{self, MasterKeyVersion};
use crate::store::sealed_columns::SealedColumn;

/// The longest secret that is kept out of the log by itself, in bytes.
const LONGEST_REDACTED: usize = 256;
/// What the check of a version seals.
const CHECK: &[u8] = b"deskhand";

/// Why a secret can't be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// No key that is at hand opens what is in the database.
    #[error(
        "The secrets in the database were sealed with a master key that is not here. {0} If that key is lost for good, \
         `deskhand keys reset` deletes what was sealed with it and begins with a new one"
    )]
    OtherKey(String),
    /// The value was changed, or moved from another row.
    #[error("a sealed value of {table}.{column} can't be opened: it was changed, or belongs to another row")]
    Broken {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// The key can't be read, or a value can't be sealed.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(VaultError);

/// The master key of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// It is at hand.
    Opens,
    /// There is none yet.
    None,
}

/// The keys in use, by version.
type Keys = BTreeMap<i32, Arc<MasterKey>>;

/// Where the keys of all versions are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeysAtHand {
    /// Where the settings say.
    All,
    /// In this process. The next one will not find them.
    InMemoryOnly,
}

/// Seals and opens secrets. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    database: Database,
    source: Arc<KeySource>,
    keys: Arc<RwLock<Keys>>,
}

impl Vault {
    /// Opens the vault with the key from the settings, else the one in the data folder, which the first start creates. A new
    /// key in the settings, beside the one before, becomes the newest version.
    ///
    /// # Errors
    /// When the keys at hand do not open what is in the database.
    pub async fn open(
        config: &MasterKeyConfig,
        data_dir: &Path,
        database: &Database,
        clock: &Clock,
    ) -> Result<Self, VaultError> {
        let source = Arc::new(KeySource::new(config, data_dir)?);
        let mut conn = database.connection().await?;
        let now = clock.now();
        let keys = conn
            .transaction(async |conn| {
                master_key_versions::lock_all(conn).await?;
                let versions = master_key_versions::list(conn).await?;
                let candidates = if versions.is_empty() { source.create()? } else { source.candidates()? };
                let mut keys = recognise(&versions, &candidates, &source)?;
                let current = candidates.last().ok_or_else(|| source.other_key())?;
                if !keys.values().any(|key| key.is(&current.key)) {
                    let version = add(conn, &current.key, now).await?;
                    keys.insert(version, Arc::clone(&current.key));
                }
                Ok::<_, VaultError>(keys)
            })
            .await?;
        Ok(Self { database: database.clone(), source, keys: Arc::new(RwLock::new(keys)) })
    }

    /// Looks whether the keys at hand open what is in the database. Makes nothing.
    ///
    /// # Errors
    /// When they do not, or the database fails.
    pub async fn probe(
        config: &MasterKeyConfig,
        data_dir: &Path,
        database: &Database,
    ) -> Result<KeyState, VaultError> {
        let source = KeySource::new(config, data_dir)?;
        let versions = master_key_versions::list(&mut *database.connection().await?).await?;
        recognise(&versions, &source.candidates()?, &source)?;
        Ok(if versions.is_empty() { KeyState::None } else { KeyState::Opens })
    }

    /// Seals a secret for a row. Call it in the transaction that stores the row: the key is not retired before that ends.
    ///
    /// # Errors
    /// When the newest key is not at hand, or the database fails.
    pub async fn seal(
        &self,
        conn: &mut Connection,
        column: SealedColumn,
        id: &str,
        secret: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        let version = master_key_versions::hold_newest(conn).await?;
        let key = self.key(version).await?;
        Ok(key.seal(version, &context(column, id), secret)?)
    }

    /// Opens a secret of a row.
    ///
    /// # Errors
    /// When it was sealed for another row, was changed, or its key is not at hand.
    pub async fn open_sealed(
        &self,
        column: SealedColumn,
        id: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let broken = VaultError::Broken { table: column.table, column: column.column };
        let Some(version) = master_key::version(sealed) else { return Err(broken) };
        let opened = self.key(version).await?.open(&context(column, id), sealed).ok_or(broken)?;
        if let Ok(text) = std::str::from_utf8(&opened)
            && text.len() <= LONGEST_REDACTED
        {
            redact::process().learn(text, Lifetime::Transient);
        }
        Ok(opened)
    }

    /// Reads the keys again, after a version was added or retired.
    ///
    /// # Errors
    /// When a key is not at hand, or the database fails.
    pub async fn reload(&self) -> Result<(), VaultError> {
        let versions = master_key_versions::list(&mut *self.database.connection().await?).await?;
        let keys = recognise(&versions, &self.source.candidates()?, &self.source)?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    /// Whether this replica can open everything that is sealed.
    ///
    /// # Errors
    /// When a key is not at hand, or the database fails.
    pub async fn check(&self) -> Result<KeysAtHand, VaultError> {
        let versions = master_key_versions::list(&mut *self.database.connection().await?).await?;
        let candidates = self.source.candidates().map_err(VaultError::from);
        match candidates.and_then(|candidates| recognise(&versions, &candidates, &self.source)) {
            Ok(_) => Ok(KeysAtHand::All),
            Err(_) if versions.iter().all(|row| self.has_key_of(row)) => Ok(KeysAtHand::InMemoryOnly),
            Err(error) => Err(error),
        }
    }

    /// Whether the key in memory is that of a version, which `keys reset` gives to another key.
    fn has_key_of(&self, row: &MasterKeyVersion) -> bool {
        let key = self.known(row.version);
        key.is_some_and(|key| {
            key.open(&check_context(row.version), &row.check).is_some_and(|text| *text == CHECK)
        })
    }

    async fn key(&self, version: i32) -> Result<Arc<MasterKey>, VaultError> {
        if let Some(key) = self.known(version) {
            return Ok(key);
        }
        self.reload().await?;
        self.known(version).ok_or_else(|| self.source.other_key())
    }

    fn known(&self, version: i32) -> Option<Arc<MasterKey>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).get(&version).cloned()
    }
}

/// The key of each version.
fn recognise(
    versions: &[MasterKeyVersion],
    candidates: &[Candidate],
    source: &KeySource,
) -> Result<Keys, VaultError> {
    let key = |row: &MasterKeyVersion| {
        let opens = |candidate: &&Candidate| opens(candidate, row.version, &row.check);
        let candidate = candidates.iter().find(opens).ok_or_else(|| source.other_key())?;
        Ok((row.version, Arc::clone(&candidate.key)))
    };
    versions.iter().map(key).collect()
}

/// Whether a key is the one of a version.
fn opens(candidate: &Candidate, version: i32, check: &[u8]) -> bool {
    candidate.key.open(&check_context(version), check).is_some_and(|text| *text == CHECK)
}

/// Makes a key the newest version. Call it in a transaction that holds the lock of all versions.
async fn add(
    conn: &mut Connection,
    key: &MasterKey,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<i32, VaultError> {
    let version = master_key_versions::next(conn).await?;
    let check = key.seal(version, &check_context(version), CHECK).context("sealing the check of a key")?;
    master_key_versions::insert(conn, &MasterKeyVersion { version, created_at: now, check }).await?;
    Ok(version)
}

/// What a sealed value is bound to, besides the version of the key.
fn context(column: SealedColumn, id: &str) -> String {
    format!("{}|{id}|{}", column.table, column.column)
}

fn check_context(version: i32) -> String {
    format!("master_key_versions|{version}|check")
}
