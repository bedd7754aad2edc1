//! Model connections: how models are reached. People have their own, and superusers those of the installation.
//!
//! A key is written and never read: what leaves this room is its end, and the settings of a run for the model service.

pub mod form;
mod key;
mod platform;
pub mod settings;

use chrono::{DateTime, Utc};
use protocol::ids::{ModelConnectionId, UserId};
use protocol::models::ModelFacts;
use protocol::platform::Platform;
use protocol::reason::Reason;
use protocol::run::ModelSettings;
use serde::Deserialize;

use crate::clients::model::ModelClient;
use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::services::site_settings::{SettingError, SiteSettings};
use crate::store::model_connections::{self, ConnectionRow, ModelApi};
use crate::vault::{Vault, VaultError};
use crate::words::BackendReason;

/// A connection, without its key.
#[derive(Debug, Clone)]
pub struct ModelConnection {
    /// Identifies it.
    pub id: ModelConnectionId,
    /// Whose it is; `None`: everybody may use it.
    pub owner: Option<UserId>,
    /// Its name.
    pub name: String,
    /// What the server speaks.
    pub provider: ModelApi,
    /// The base address.
    pub address: String,
    /// The cloud that serves the models in their vendor's stead.
    pub platform: Option<Platform>,
    /// Whether it has a key.
    pub has_key: bool,
    /// The last characters of the key; `None`: the server needs none.
    pub key_end: Option<String>,
    /// The models that the last check that succeeded found.
    pub models: Vec<ModelFacts>,
    /// Why the last check failed.
    pub problem: Option<Reason>,
    /// When it was checked last.
    pub checked_at: Option<DateTime<Utc>>,
}

impl From<ConnectionRow> for ModelConnection {
    fn from(row: ConnectionRow) -> Self {
        let platform = platform::of(&row);
        Self {
            id: row.id,
            owner: row.user_id,
            name: row.name,
            provider: row.provider,
            platform,
            address: row.address,
            has_key: row.key_sealed.is_some(),
            key_end: row.key_end,
            // Of another version, a check tells them again.
            models: serde_json::from_value(row.models).unwrap_or_default(),
            problem: row.problem.and_then(|problem| Reason::deserialize(problem).ok()),
            checked_at: row.checked_at,
        }
    }
}

/// Why a connection can't be used.
#[derive(Debug, thiserror::Error)]
pub enum UseConnectionError {
    /// It was deleted, or belongs to somebody else.
    #[error("there is no such model connection")]
    Gone,
    /// Its key is lost, because the master key was replaced.
    #[error("the key of the model connection `{0}` is lost")]
    KeyLost(String),
    /// Its key was sealed for another connection, owner or address.
    #[error("the key of the model connection `{0}` belongs to another owner or address")]
    KeyBroken(String),
    /// It is a person's own, and keys of one's own are not allowed.
    #[error("keys of one's own are not allowed")]
    OwnForbidden,
    /// The key can't be opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A setting can't be read.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
}

from_database!(UseConnectionError);

impl UseConnectionError {
    /// What people are told of it.
    ///
    /// # Errors
    /// With itself, if it lies in this service.
    pub fn told(self) -> Result<BackendReason, Self> {
        Ok(match self {
            Self::Gone => BackendReason::ModelConnectionGone,
            Self::KeyLost(connection) => BackendReason::ModelKeyLost { connection },
            Self::KeyBroken(connection) => BackendReason::ModelKeyBroken { connection },
            Self::OwnForbidden => BackendReason::OwnKeysForbidden,
            error @ (Self::Vault(_) | Self::Setting(_) | Self::Database(_)) => return Err(error),
        })
    }
}

/// The connections. Cheap to clone.
#[derive(Clone)]
pub struct ModelConnections {
    /// Postgres.
    pub database: Database,
    /// The clock.
    pub clock: Clock,
    /// Seals keys.
    pub vault: Vault,
    /// Asks the model service.
    pub model: ModelClient,
    /// What superusers allow.
    pub settings: SiteSettings,
}

impl ModelConnections {
    /// The connections of a person, or with `None` those of everybody.
    pub async fn list(&self, owner: Option<UserId>) -> Result<Vec<ModelConnection>, DatabaseError> {
        let rows = model_connections::list(&mut *self.database.connection().await?, owner).await?;
        Ok(rows.into_iter().map(ModelConnection::from).collect())
    }

    /// A connection that a person may use, or with `None` everybody.
    pub async fn find_usable(
        &self,
        id: ModelConnectionId,
        user_id: Option<UserId>,
    ) -> Result<Option<ModelConnection>, DatabaseError> {
        let mut conn = self.database.connection().await?;
        let found = model_connections::find_usable(&mut conn, id, user_id).await?;
        Ok(found.map(ModelConnection::from))
    }

    /// What the model service needs to ask a server on behalf of a person: everything but the model, whose price is as the server
    /// tells it.
    ///
    /// # Errors
    /// When the connection is gone, or its key can't be opened.
    pub async fn settings_for(
        &self,
        id: ModelConnectionId,
        model: &str,
        user_id: UserId,
    ) -> Result<ModelSettings, UseConnectionError> {
        let mut conn = self.database.connection().await?;
        let row = model_connections::find_usable(&mut conn, id, Some(user_id)).await?;
        drop(conn);
        let row = row.ok_or(UseConnectionError::Gone)?;
        if !self.is_allowed(row.user_id).await? {
            return Err(UseConnectionError::OwnForbidden);
        }
        let mut settings = self.model_settings(&row).await?;
        let facts = ModelConnection::from(row).models;
        settings.price = facts.into_iter().find(|facts| facts.id == model).and_then(|facts| facts.price);
        Ok(settings)
    }

    /// The settings of a model by a connection that can't be used, with all that names it: no key, and no address.
    pub async fn named(
        &self,
        id: ModelConnectionId,
        settings: ModelSettings,
        user_id: UserId,
    ) -> Result<ModelSettings, DatabaseError> {
        let found = self.find_usable(id, Some(user_id)).await?;
        let (provider, name) =
            found.map(|found| (found.provider.as_str().to_owned(), found.name)).unwrap_or_default();
        let connection = Some(protocol::named_model::ModelConnection { id, name });
        Ok(ModelSettings { provider: Some(provider), connection, ..settings })
    }

    /// Whether the connections of an owner may be used.
    pub async fn is_allowed(&self, owner: Option<UserId>) -> Result<bool, SettingError> {
        if owner.is_none() {
            return Ok(true);
        }
        let rules = self.settings.models(&mut *self.database.connection().await?).await?.value;
        Ok(rules.own_keys != Some(false))
    }

    /// The settings of a stored connection, without a model.
    async fn model_settings(&self, row: &ConnectionRow) -> Result<ModelSettings, UseConnectionError> {
        let key = match (&row.key_sealed, &row.key_end) {
            (Some(sealed), _) => Some(key::open(&self.vault, row, sealed).await?),
            (None, Some(_)) => return Err(UseConnectionError::KeyLost(row.name.clone())),
            (None, None) => None,
        };
        Ok(settings::model_settings(row, key, self.network(row.user_id).await?))
    }
}
