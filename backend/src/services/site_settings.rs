//! Settings of the installation that superusers change while it runs. What the environment sets is fixed.

use anyhow::Context as _;
use diesel_async::AsyncConnection as _;
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::config::limits::Limits;
use crate::config::registration::RegistrationMode;
use crate::database::{Database, DatabaseError, from_database};
use crate::services::audit::Actor;
use crate::store::audit::{self, AuditAction};
use crate::store::{Connection, settings};

/// The key of what each person may have.
const LIMITS: &str = "limits";
/// The key of who may register.
const REGISTRATION: &str = "registration";

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting<T> {
    /// Its value.
    pub value: T,
    /// Whether the environment sets it.
    pub is_fixed: bool,
}

/// Why a setting can't be read or changed. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    /// The environment sets it.
    #[error("{0} sets this where Deskhand is started. Change it there.")]
    Fixed(&'static str),
    /// The settings could not be read or written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// A stored value has another type.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(SettingError);

/// The settings. Cheap to clone.
#[derive(Clone)]
pub struct SiteSettings {
    /// Postgres.
    pub database: Database,
    /// The clock.
    pub clock: Clock,
    /// Who may register, if the environment says so.
    pub registration: Option<RegistrationMode>,
    /// The limits that the environment sets.
    pub limits: Limits,
}

/// What each person may have.
#[derive(Debug, Clone)]
pub struct LimitsSetting {
    /// What applies.
    pub value: Limits,
    /// What superusers have set.
    pub set: Limits,
    /// What the environment sets.
    pub fixed: Limits,
}

impl SiteSettings {
    /// Who may register: closed unless something else is set.
    pub async fn registration(&self) -> Result<Setting<RegistrationMode>, SettingError> {
        if let Some(value) = self.registration {
            return Ok(Setting { value, is_fixed: true });
        }
        let stored = settings::find(&mut *self.database.connection().await?, REGISTRATION).await?;
        let value = stored.map(serde_json::from_value).transpose().context("reading who may register")?;
        Ok(Setting { value: value.unwrap_or_default(), is_fixed: false })
    }

    /// Sets who may register.
    ///
    /// # Errors
    /// When the environment sets it.
    pub async fn set_registration(&self, mode: RegistrationMode, by: &Actor) -> Result<(), SettingError> {
        if self.registration.is_some() {
            return Err(SettingError::Fixed("DESKHAND_REGISTRATION"));
        }
        let value = serde_json::to_value(mode).context("encoding who may register")?;
        self.set(REGISTRATION, &value, by).await
    }

    /// What each person may have for whom nothing else is set.
    pub async fn limits(&self, conn: &mut Connection) -> Result<LimitsSetting, SettingError> {
        let stored = settings::find(conn, LIMITS).await?;
        let set =
            stored.map(serde_json::from_value).transpose().context("reading the limits of everybody")?;
        let set: Limits = set.unwrap_or_default();
        Ok(LimitsSetting { value: self.limits.or(set).or(Limits::BUILT_IN), set, fixed: self.limits })
    }

    /// Sets what each person may have for whom nothing else is set. What the environment sets goes before.
    pub async fn set_limits(&self, limits: Limits, by: &Actor) -> Result<(), SettingError> {
        let value = serde_json::to_value(limits).context("encoding the limits of everybody")?;
        self.set(LIMITS, &value, by).await
    }

    async fn set(&self, key: &str, value: &Value, by: &Actor) -> Result<(), SettingError> {
        let now = self.clock.now();
        let mut entry = by.entry(AuditAction::SettingChanged, key, now);
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            let before = settings::find(conn, key).await?;
            entry.detail = json!({ "from": before, "to": value });
            settings::set(conn, key, value, by.id(), now).await?;
            Ok(audit::insert(conn, &entry).await?)
        })
        .await
    }
}
