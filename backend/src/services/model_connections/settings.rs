//! Setting connections up.

use anyhow::Context as _;
use diesel_async::AsyncConnection as _;
use protocol::ids::{ModelConnectionId, UserId};
use protocol::models::ModelFacts;
use protocol::network::Network;
use protocol::reason::Reason;
use protocol::run::ModelSettings;
use protocol::secret::Secret;
use serde::Serialize;
use serde_json::{Value, json};
use url::Url;

use super::form::{self, ConnectionChange, ConnectionFormError, NewConnection};
use super::{ModelConnection, ModelConnections, UseConnectionError, key, platform};
use crate::clients::model::ModelServiceError;
use crate::database::{DatabaseError, from_database};
use crate::services::audit::Source;
use crate::services::site_settings::SettingError;
use crate::store::Connection;
use crate::store::audit::{self, AuditAction};
use crate::store::model_connections::{self, ConnectionRow, WriteConnectionError};
use crate::store::users::User;
use crate::store::{self};
use crate::vault::VaultError;

/// The most connections of a person, and of everybody.
pub const MOST: usize = 20;
/// The most models that are kept of what a server offers.
const MOST_MODELS: usize = 500;

/// Why a connection can't be set up or changed. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionSettingError {
    /// There is none with this id.
    #[error("There is no such model connection.")]
    NotFound,
    /// A field can't be used.
    #[error(transparent)]
    Form(#[from] ConnectionFormError),
    /// Another one has the name.
    #[error("There is a model connection with this name. Choose another name.")]
    NameTaken,
    /// There are too many.
    #[error("There are {MOST} model connections already. Delete those that are not needed.")]
    TooMany,
    /// People may have none of their own.
    #[error("Keys of one's own are not allowed here. Ask an administrator of this installation.")]
    OwnForbidden,
    /// The check failed, and the connection was not to be saved without.
    #[error("the check failed: {}", .0.code)]
    CheckFailed(Reason),
    /// The key can't be opened: the master key was replaced, or the row was changed.
    #[error("The key of this model connection is lost. Give it again.")]
    KeyLost,
    /// The model service, which checks connections, can't be asked.
    #[error("the model service can't check a connection")]
    ModelService(#[from] ModelServiceError),
    /// The key can't be sealed or opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A setting can't be read.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// A value can't be encoded.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(ConnectionSettingError);

impl From<WriteConnectionError> for ConnectionSettingError {
    fn from(error: WriteConnectionError) -> Self {
        match error {
            WriteConnectionError::NameTaken => Self::NameTaken,
            WriteConnectionError::Database(error) => error.into(),
        }
    }
}

impl From<UseConnectionError> for ConnectionSettingError {
    fn from(error: UseConnectionError) -> Self {
        match error {
            UseConnectionError::Gone => Self::NotFound,
            UseConnectionError::KeyLost(_) | UseConnectionError::KeyBroken(_) => Self::KeyLost,
            UseConnectionError::OwnForbidden => Self::OwnForbidden,
            UseConnectionError::Vault(error) => error.into(),
            UseConnectionError::Setting(error) => error.into(),
            UseConnectionError::Database(error) => error.into(),
        }
    }
}

/// Whether a connection has to work before it is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// It is saved only if its check succeeds.
    Required,
    /// It is saved without a check: the server may be down.
    Skipped,
}

/// Whose connections these are, and who sets them up.
#[derive(Debug, Clone, Copy)]
pub struct Setter<'a> {
    /// Whose; `None`: everybody's.
    pub owner: Option<UserId>,
    /// Who.
    pub by: &'a User,
    /// From where.
    pub source: &'a Source,
}

impl ModelConnections {
    /// Sets a connection up.
    ///
    /// # Errors
    /// When a field can't be used, the name is taken, there are too many, or the check fails.
    pub async fn create(
        &self,
        new: NewConnection,
        check: Check,
        setter: Setter<'_>,
    ) -> Result<ModelConnection, ConnectionSettingError> {
        self.require_allowed(setter.owner).await?;
        let fields = platform::checked(new.provider, new.platform)?;
        let key = form::checked_key(new.provider, fields.as_ref(), new.key)?;
        let now = self.clock.now();
        let mut row = ConnectionRow {
            id: ModelConnectionId::generate(),
            user_id: setter.owner,
            name: form::checked_name(&new.name)?,
            provider: new.provider,
            address: form::checked_address(new.provider, fields.as_ref(), new.address.as_deref())?,
            key_sealed: None,
            key_end: key.as_ref().map(form::end_of),
            models: json!([]),
            problem: None,
            checked_at: None,
            created_at: now,
            updated_at: now,
            platform: fields.as_ref().map(encoded).transpose()?,
        };
        if check == Check::Required {
            self.check_new(&mut row, key.clone()).await?;
        }
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            if model_connections::list(conn, setter.owner).await?.len() >= MOST {
                return Err(ConnectionSettingError::TooMany);
            }
            row.key_sealed = self.sealed(conn, &row, key.as_ref()).await?;
            model_connections::insert(conn, &row).await?;
            let (name, address, platform) = (&row.name, &row.address, &row.platform);
            let detail =
                json!({ "name": name, "provider": row.provider, "address": address, "platform": platform });
            note(conn, setter, AuditAction::ModelConnectionCreated, &row, detail).await?;
            Ok(row.into())
        })
        .await
    }

    /// Changes a connection.
    ///
    /// # Errors
    /// When there is none with this id, a field can't be used, the name is taken, or the check fails.
    pub async fn change(
        &self,
        id: ModelConnectionId,
        change: ConnectionChange,
        check: Check,
        setter: Setter<'_>,
    ) -> Result<ModelConnection, ConnectionSettingError> {
        self.require_allowed(setter.owner).await?;
        let before = self.find(id, setter.owner).await?;
        let mut row = before.clone();
        if let Some(name) = &change.name {
            row.name = form::checked_name(name)?;
        }
        let fields = platform::changed(&before, change.platform)?;
        row.platform = fields.as_ref().map(encoded).transpose()?;
        if let Some(address) = &change.address {
            row.address = form::checked_address(row.provider, fields.as_ref(), Some(address))?;
        }
        row.address = platform::address_after(&before, &row, change.address.is_some());
        let is_elsewhere = row.address != before.address || row.platform != before.platform;
        let key_changed = change.key.is_some();
        let key = match change.key {
            Some(key) => form::checked_key(row.provider, fields.as_ref(), key)?,
            None if is_elsewhere && before.key_end.is_some() => {
                return Err(ConnectionFormError::KeyForAddress.into());
            }
            None => match &before.key_sealed {
                Some(sealed) => Some(key::open(&self.vault, &before, sealed).await?),
                None if before.key_end.is_some() => return Err(ConnectionSettingError::KeyLost),
                None => None,
            },
        };
        row.key_end = key.as_ref().map(form::end_of);
        row.updated_at = self.clock.now();
        if check == Check::Required {
            self.check_new(&mut row, key.clone()).await?;
        }
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            let now = model_connections::find(conn, id, setter.owner).await?;
            if now.is_none_or(|now| now.updated_at != before.updated_at) {
                return Err(ConnectionSettingError::NotFound);
            }
            row.key_sealed = self.sealed(conn, &row, key.as_ref()).await?;
            model_connections::replace(conn, &row).await?;
            let (name, address, platform) = (&row.name, &row.address, &row.platform);
            let detail =
                json!({ "name": name, "address": address, "platform": platform, "key_changed": key_changed });
            note(conn, setter, AuditAction::ModelConnectionChanged, &row, detail).await?;
            Ok(row.into())
        })
        .await
    }

    /// Deletes a connection. Chats that use it have to choose another model.
    ///
    /// # Errors
    /// When there is none with this id.
    pub async fn delete(
        &self,
        id: ModelConnectionId,
        setter: Setter<'_>,
    ) -> Result<(), ConnectionSettingError> {
        let row = self.find(id, setter.owner).await?;
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            if !model_connections::delete(conn, id, setter.owner).await? {
                return Err(ConnectionSettingError::NotFound);
            }
            store::users::forget_model_connection(conn, id).await?;
            if setter.owner.is_none() {
                self.settings.forget_model_connection(conn, id).await?;
            }
            note(conn, setter, AuditAction::ModelConnectionDeleted, &row, json!({ "name": row.name }))
                .await?;
            Ok(())
        })
        .await
    }

    /// Checks a connection, and remembers what was found.
    ///
    /// # Errors
    /// When there is none with this id, its key can't be opened, or the model service can't be asked.
    pub async fn check(
        &self,
        id: ModelConnectionId,
        owner: Option<UserId>,
    ) -> Result<ModelConnection, ConnectionSettingError> {
        let mut row = self.find(id, owner).await?;
        let settings = self.model_settings(&row).await?;
        let found = self.ask(settings).await?;
        let now = self.clock.now();
        let (models, problem) = match found {
            Ok(models) => (Some(encoded(&models)?), None),
            Err(reason) => (None, Some(encoded(&reason)?)),
        };
        let mut conn = self.database.connection().await?;
        model_connections::note_check(&mut conn, &row, models.as_ref(), problem.as_ref(), now).await?;
        row.models = models.unwrap_or(row.models);
        (row.problem, row.checked_at) = (problem, Some(now));
        Ok(row.into())
    }

    /// Which addresses the connections of an owner may have.
    pub(super) async fn network(&self, owner: Option<UserId>) -> Result<Network, SettingError> {
        if owner.is_none() {
            return Ok(Network::Any);
        }
        let allowed =
            self.settings.models(&mut *self.database.connection().await?).await?.value.private_servers;
        Ok(Network::Public { allowed: allowed.unwrap_or_default() })
    }

    async fn find(
        &self,
        id: ModelConnectionId,
        owner: Option<UserId>,
    ) -> Result<ConnectionRow, ConnectionSettingError> {
        let found = model_connections::find(&mut *self.database.connection().await?, id, owner).await?;
        found.ok_or(ConnectionSettingError::NotFound)
    }

    async fn require_allowed(&self, owner: Option<UserId>) -> Result<(), ConnectionSettingError> {
        if self.is_allowed(owner).await? { Ok(()) } else { Err(ConnectionSettingError::OwnForbidden) }
    }

    /// Checks what is going to be saved.
    async fn check_new(
        &self,
        row: &mut ConnectionRow,
        key: Option<Secret>,
    ) -> Result<(), ConnectionSettingError> {
        let settings = model_settings(row, key, self.network(row.user_id).await?);
        let models = self.ask(settings).await?.map_err(ConnectionSettingError::CheckFailed)?;
        row.models = encoded(&models)?;
        row.problem = None;
        row.checked_at = Some(self.clock.now());
        Ok(())
    }

    /// The models that a server offers, or why it can't be used.
    async fn ask(
        &self,
        settings: ModelSettings,
    ) -> Result<Result<Vec<ModelFacts>, Reason>, ConnectionSettingError> {
        let mut found = self.model.check(settings).await?;
        found.models.truncate(MOST_MODELS);
        Ok(match found.reason {
            None => Ok(found.models),
            Some(reason) => Err(reason),
        })
    }

    async fn sealed(
        &self,
        conn: &mut Connection,
        row: &ConnectionRow,
        key: Option<&Secret>,
    ) -> Result<Option<Vec<u8>>, VaultError> {
        match key {
            Some(key) => Ok(Some(key::seal(&self.vault, conn, row, key).await?)),
            None => Ok(None),
        }
    }
}

/// What the model service needs to reach models this way.
pub(super) fn model_settings(row: &ConnectionRow, key: Option<Secret>, network: Network) -> ModelSettings {
    ModelSettings {
        provider: Some(row.provider.as_str().to_owned()),
        model: None,
        effort: None,
        price: None,
        api_key: key,
        // It was one when it was saved.
        base_url: Url::parse(&row.address).ok(),
        platform: platform::of(row),
        connection: Some(protocol::named_model::ModelConnection { id: row.id, name: row.name.clone() }),
        network,
    }
}

fn encoded(value: &impl Serialize) -> anyhow::Result<Value> {
    serde_json::to_value(value).context("encoding what a check found")
}

async fn note(
    conn: &mut Connection,
    setter: Setter<'_>,
    action: AuditAction,
    row: &ConnectionRow,
    mut detail: Value,
) -> diesel::QueryResult<()> {
    detail["of_installation"] = setter.owner.is_none().into();
    let mut entry = setter.source.entry(setter.by, action, row.updated_at);
    entry.object = Some(row.id.to_string());
    entry.detail = detail;
    audit::insert(conn, &entry).await
}
