//! Seals the keys of connections together with whose they are and where they may be sent. Whoever can write to the database, and
//! lacks the master key, can't have a key sent to another address, or used for another person.

use anyhow::Context as _;
use protocol::ids::UserId;
use protocol::platform::Platform;
use protocol::secret::Secret;
use redact::Lifetime;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{UseConnectionError, platform};
use crate::store::Connection;
use crate::store::model_connections::{ConnectionRow, ModelApi};
use crate::store::sealed_columns::MODEL_KEYS;
use crate::vault::{Vault, VaultError};

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct SealedKey {
    owner: Option<UserId>,
    provider: ModelApi,
    address: String,
    /// Absent in what was sealed before there were platforms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    platform: Option<Platform>,
    key: Secret,
}

/// Seals the key of a connection. Call it in the transaction that stores the row.
pub(super) async fn seal(
    vault: &Vault,
    conn: &mut Connection,
    row: &ConnectionRow,
    key: &Secret,
) -> Result<Vec<u8>, VaultError> {
    let sealed = SealedKey {
        owner: row.user_id,
        provider: row.provider,
        address: row.address.clone(),
        platform: platform::of(row),
        key: key.clone(),
    };
    let text = Zeroizing::new(serde_json::to_vec(&sealed).context("encoding a key")?);
    vault.seal(conn, MODEL_KEYS, &row.id.to_string(), &text).await
}

/// Opens the key of a connection.
///
/// # Errors
/// When it was sealed for another owner, API or address, or can't be opened.
pub(super) async fn open(
    vault: &Vault,
    row: &ConnectionRow,
    sealed: &[u8],
) -> Result<Secret, UseConnectionError> {
    let opened = match vault.open_sealed(MODEL_KEYS, &row.id.to_string(), sealed).await {
        Ok(opened) => opened,
        Err(VaultError::Broken { .. }) => return Err(broken(row)),
        Err(error) => return Err(error.into()),
    };
    let Ok(SealedKey { owner, provider, address, platform, key }) = serde_json::from_slice(&opened) else {
        return Err(broken(row));
    };
    let is_same = (owner, provider, &address) == (row.user_id, row.provider, &row.address);
    // A platform that can't be read is another one.
    if !is_same || platform != platform::of(row) || platform.is_some() != row.platform.is_some() {
        return Err(broken(row));
    }
    redact::process().learn(key.expose(), Lifetime::Transient);
    platform::keep_parts_out_of_the_log(&key);
    Ok(key)
}

fn broken(row: &ConnectionRow) -> UseConnectionError {
    tracing::error!(
        connection.id = %row.id,
        "the key of a model connection is not used: its row was changed in the database, or belongs to another"
    );
    UseConnectionError::KeyBroken(row.name.clone())
}
