//! Begins anew when a master key is lost.

use std::path::Path;

use diesel_async::AsyncConnection as _;

use super::VaultError;
use super::key_source::KeySource;
use crate::config::master_key::MasterKeyConfig;
use crate::database::Database;
use crate::store::{master_key_versions, sealed_columns};

/// Deletes all secrets and all versions of the master key; returns the number of secrets. The next start makes new
/// ones, of the kinds that can be made.
///
/// # Errors
/// When the database fails, or the file with the keys can't be removed.
pub async fn reset(
    config: &MasterKeyConfig,
    data_dir: &Path,
    database: &Database,
) -> Result<usize, VaultError> {
    let source = KeySource::new(config, data_dir)?;
    let mut conn = database.connection().await?;
    conn.transaction(async |conn| {
        master_key_versions::lock_all(conn).await?;
        let mut secrets = 0;
        for column in sealed_columns::ALL {
            secrets += column.delete_all(conn).await?;
        }
        master_key_versions::delete_all(conn).await?;
        if let Some(file) = source.file() {
            match std::fs::remove_file(file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(VaultError::Internal(error.into()));
                }
                _ => {}
            }
        }
        Ok(secrets)
    })
    .await
}
