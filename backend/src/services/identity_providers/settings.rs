//! Setting providers up.

use diesel_async::AsyncConnection as _;
use protocol::secret::Secret;
use serde_json::json;

use super::form::{self, NewProvider, ProviderChange, ProviderFormError};
use super::{FIXED_SLUG, IdentityProviders, Provider};
use crate::database::{DatabaseError, from_database};
use crate::services::audit::Source;
use crate::store::Connection;
use crate::store::audit::{self, AuditAction};
use crate::store::identity_providers::{self, ProviderChanges, ProviderKind, ProviderRow};
use crate::store::sealed_columns::CLIENT_SECRETS;
use crate::store::users::User;
use crate::vault::VaultError;

/// The most providers.
pub const MOST: usize = 20;
/// Why a provider can't be set up or changed. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum ProviderSettingError {
    /// There is none with this slug.
    #[error("There is no such login provider.")]
    NotFound,
    /// A field can't be used.
    #[error(transparent)]
    Form(#[from] ProviderFormError),
    /// Another one has the slug.
    #[error("There is a login provider with this id. Choose another id.")]
    SlugTaken,
    /// There are too many.
    #[error("There are {MOST} login providers already. Delete those that are not needed.")]
    TooMany,
    /// The environment sets it up.
    #[error("GITHUB_CLIENT_ID sets this up where Deskhand is started. Change it there.")]
    Fixed,
    /// The secret can't be sealed or opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
}

from_database!(ProviderSettingError);

impl IdentityProviders {
    /// Sets a provider up.
    ///
    /// # Errors
    /// When a field can't be used, the slug is taken, or there are too many.
    pub async fn create(
        &self,
        new: NewProvider,
        by: &User,
        source: &Source,
    ) -> Result<Provider, ProviderSettingError> {
        let NewProvider { slug, kind, issuer, changes } = new;
        form::check_slug(&slug)?;
        self.require_changeable(&slug)?;
        let issuer = form::checked_issuer(kind, &issuer)?;
        let changes = form::checked(kind, changes)?;
        if kind == ProviderKind::Github && !matches!(changes.client_secret, Some(Some(_))) {
            return Err(ProviderFormError::SecretNeeded.into());
        }
        let now = self.clock.now();
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            if identity_providers::list(conn).await?.len() >= MOST {
                return Err(ProviderSettingError::TooMany);
            }
            let secret = changes.client_secret.flatten();
            let row = ProviderRow {
                client_secret_sealed: self.sealed(conn, &slug, secret.as_ref()).await?,
                slug,
                kind,
                issuer,
                name: changes.name.ok_or(ProviderFormError::NameInvalid)?,
                client_id: changes.client_id.ok_or(ProviderFormError::ClientInvalid)?,
                scopes: changes.scopes.unwrap_or_else(|| form::usual_scopes(kind)),
                enabled: changes.enabled.unwrap_or(true),
                registers: changes.registers.unwrap_or(true),
                email_domains: changes.email_domains.unwrap_or_default(),
                created_at: now,
                updated_at: now,
            };
            if !identity_providers::insert(conn, &row).await? {
                return Err(ProviderSettingError::SlugTaken);
            }
            let mut entry = source.entry(by, AuditAction::ProviderCreated, now);
            entry.object = Some(row.slug.clone());
            entry.detail = json!({ "kind": kind, "issuer": row.issuer, "client_id": row.client_id });
            audit::insert(conn, &entry).await?;
            Ok(row.into())
        })
        .await
    }

    /// Changes a provider.
    ///
    /// # Errors
    /// When there is none with this slug, the environment sets it up, or a field can't be used.
    pub async fn change(
        &self,
        slug: &str,
        change: ProviderChange,
        by: &User,
        source: &Source,
    ) -> Result<Provider, ProviderSettingError> {
        self.require_changeable(slug)?;
        let now = self.clock.now();
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            let before = identity_providers::find(conn, slug).await?.ok_or(ProviderSettingError::NotFound)?;
            let change = form::checked(before.kind, change)?;
            if before.kind == ProviderKind::Github && matches!(change.client_secret, Some(None)) {
                return Err(ProviderFormError::SecretNeeded.into());
            }
            let client_secret_sealed = match &change.client_secret {
                Some(secret) => Some(self.sealed(conn, slug, secret.as_ref()).await?),
                None => None,
            };
            let fields = changed_fields(&change);
            let changes = ProviderChanges {
                name: change.name,
                client_id: change.client_id,
                client_secret_sealed,
                scopes: change.scopes,
                enabled: change.enabled,
                registers: change.registers,
                email_domains: change.email_domains,
                updated_at: Some(now),
            };
            let after = identity_providers::change(conn, slug, &changes).await?;
            let after = after.ok_or(ProviderSettingError::NotFound)?;
            let mut entry = source.entry(by, AuditAction::ProviderChanged, now);
            entry.object = Some(slug.to_owned());
            entry.detail = json!({ "fields": fields, "enabled": after.enabled });
            audit::insert(conn, &entry).await?;
            Ok(after.into())
        })
        .await
    }

    /// Deletes a provider. What people have linked stays, for a provider with the same issuer.
    ///
    /// # Errors
    /// When there is none with this slug, or the environment sets it up.
    pub async fn delete(&self, slug: &str, by: &User, source: &Source) -> Result<(), ProviderSettingError> {
        self.require_changeable(slug)?;
        let mut entry = source.entry(by, AuditAction::ProviderDeleted, self.clock.now());
        entry.object = Some(slug.to_owned());
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            if !identity_providers::delete(conn, slug).await? {
                return Err(ProviderSettingError::NotFound);
            }
            audit::insert(conn, &entry).await?;
            Ok(())
        })
        .await
    }

    /// Asks a provider for what it tells to everybody: whether it can be reached and is the one that is meant. Returns what is
    /// wrong.
    ///
    /// # Errors
    /// When there is none with this slug.
    pub async fn check(&self, slug: &str) -> Result<Option<String>, ProviderSettingError> {
        let (_, settings) = self.find(slug).await?.ok_or(ProviderSettingError::NotFound)?;
        Ok(self.client.check(&settings).await.err().map(|error| error.to_string()))
    }

    fn require_changeable(&self, slug: &str) -> Result<(), ProviderSettingError> {
        let is_fixed = self.github.is_set() && slug == FIXED_SLUG;
        if is_fixed { Err(ProviderSettingError::Fixed) } else { Ok(()) }
    }

    async fn sealed(
        &self,
        conn: &mut Connection,
        slug: &str,
        secret: Option<&Secret>,
    ) -> Result<Option<Vec<u8>>, ProviderSettingError> {
        match secret {
            Some(secret) => {
                Ok(Some(self.vault.seal(conn, CLIENT_SECRETS, slug, secret.expose().as_bytes()).await?))
            }
            None => Ok(None),
        }
    }
}

/// The names of the fields that are changed.
fn changed_fields(change: &ProviderChange) -> Vec<&'static str> {
    [
        ("name", change.name.is_some()),
        ("client_id", change.client_id.is_some()),
        ("client_secret", change.client_secret.is_some()),
        ("scopes", change.scopes.is_some()),
        ("enabled", change.enabled.is_some()),
        ("registers", change.registers.is_some()),
        ("email_domains", change.email_domains.is_some()),
    ]
    .into_iter()
    .filter_map(|(name, is_changed)| is_changed.then_some(name))
    .collect()
}
