//! Changes to a new master key while replicas go on.

use anyhow::Context as _;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};

use super::key_source::{self, Candidate};
use super::{Vault, VaultError, add};
use crate::clock::Clock;
use crate::database::{DatabaseError, from_database};
use crate::store::audit::{self, AuditAction, NewAuditEntry};
use crate::store::master_key_versions;
use crate::store::sealed_columns::{self, SealedColumn, SealedRow};

/// The number of rows that are sealed anew in one transaction.
const BATCH: i64 = 100;
/// The advisory lock that lets one rotation run at a time.
const ROTATION_LOCK: i64 = 0x6465_736b_6b65_7973;

/// What a rotation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotated {
    /// The version in use now.
    pub version: i32,
    /// The number of secrets that were sealed anew.
    pub secrets: usize,
}

/// Why the master key was not changed.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The key comes from the settings, and is the newest already.
    #[error(
        "The master key comes from ENCRYPTION_KEY, and everything is sealed with it. To change it, set ENCRYPTION_KEY to a \
         new key (`openssl rand -hex 32`) and ENCRYPTION_KEY_OLD to the present one on every replica, restart them, and run \
         this again with the same settings"
    )]
    NoNewKey,
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// The file with the keys could not be written.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(RotationError);

/// Seals everything with a new master key. With keys from the file it makes one; with keys from the settings it takes the
/// newest. Replicas follow as soon as the new version is committed. The old versions are retired, and leave the file,
/// when nothing is sealed with them any more. If it is cut off, running it again completes it.
///
/// # Errors
/// When there is no new key, or a secret can't be opened.
pub async fn rotate(vault: &Vault, clock: &Clock) -> Result<Rotated, RotationError> {
    // Of its own, because the lock belongs to the session.
    let mut alone =
        AsyncPgConnection::establish(vault.database.url()).await.context("connecting to Postgres")?;
    diesel::sql_query("SELECT pg_advisory_lock($1)")
        .bind::<BigInt, _>(ROTATION_LOCK)
        .execute(&mut alone)
        .await?;
    if let Some(file) = vault.source.file() {
        let key = key_source::candidate(key_source::generate()?)?;
        let keys = vault.source.candidates()?;
        // Other replicas read the file when they hear of the version.
        key_source::write(file, keys.iter().chain([&key]).map(|key| &key.hex))?;
        let now = clock.now();
        let mut conn = vault.database.connection().await?;
        conn.transaction(async |conn| {
            master_key_versions::lock_all(conn).await?;
            add(conn, &key.key, now).await
        })
        .await?;
    }
    vault.reload().await?;
    let versions = master_key_versions::list(&mut *vault.database.connection().await?).await?;
    let versions: Vec<i32> = versions.iter().map(|row| row.version).collect();
    let Some((newest, old)) = versions.split_last() else { return Err(RotationError::NoNewKey) };
    if old.is_empty() {
        return Err(RotationError::NoNewKey);
    }
    let mut secrets = 0;
    for version in old {
        secrets += retire(vault, *version, clock).await?;
    }
    vault.reload().await?;
    if let Some(file) = vault.source.file() {
        let in_use = |key: &&Candidate| vault.known(*newest).is_some_and(|newest| newest.is(&key.key));
        key_source::write(file, vault.source.candidates()?.iter().filter(in_use).map(|key| &key.hex))?;
    }
    Ok(Rotated { version: *newest, secrets })
}

/// Seals all secrets of a version anew, and retires it; returns how many there were.
async fn retire(vault: &Vault, version: i32, clock: &Clock) -> Result<usize, RotationError> {
    let mut secrets = 0;
    for column in sealed_columns::ALL {
        loop {
            match reseal(vault, column, version).await? {
                0 => break,
                some => secrets += some,
            }
        }
    }
    let now = clock.now();
    let mut conn = vault.database.connection().await?;
    // A transaction that held the version may have sealed one more.
    let last = conn
        .transaction(async |conn| {
            master_key_versions::lock(conn, version).await?;
            let mut last = 0;
            for column in sealed_columns::ALL {
                let rows = column.sealed_with(conn, version, i64::MAX).await?;
                last += rows.len();
                for row in rows {
                    renew(vault, conn, column, row).await?;
                }
            }
            master_key_versions::retire(conn, version, now).await?;
            let entry =
                NewAuditEntry::of_installation(AuditAction::MasterKeyRotated, version.to_string(), now);
            audit::insert(conn, &entry).await?;
            Ok::<_, RotationError>(last)
        })
        .await?;
    Ok(secrets + last)
}

/// Seals a batch anew; returns its size.
async fn reseal(vault: &Vault, column: SealedColumn, version: i32) -> Result<usize, RotationError> {
    let mut conn = vault.database.connection().await?;
    conn.transaction(async |conn| {
        let rows = column.sealed_with(conn, version, BATCH).await?;
        let number = rows.len();
        for row in rows {
            renew(vault, conn, column, row).await?;
        }
        Ok(number)
    })
    .await
}

async fn renew(
    vault: &Vault,
    conn: &mut AsyncPgConnection,
    column: SealedColumn,
    row: SealedRow,
) -> Result<(), RotationError> {
    let secret = vault.open_sealed(column, &row.id, &row.sealed).await?;
    let sealed = vault.seal(conn, column, &row.id, &secret).await?;
    column.replace(conn, &SealedRow { id: row.id, sealed }).await?;
    Ok(())
}
