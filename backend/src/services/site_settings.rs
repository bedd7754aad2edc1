//! Settings of the installation that superusers change while it runs. What the environment sets is fixed.

use anyhow::Context as _;
use diesel_async::AsyncConnection as _;
use protocol::ids::ModelConnectionId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::config::limits::{Limits, TotalLimits};
use crate::config::models::ModelRules;
use crate::config::registration::RegistrationMode;
use crate::config::retention::RetentionPeriods;
use crate::database::{Database, DatabaseError, from_database};
use crate::services::audit::Actor;
use crate::services::egress::policy::EgressPolicy;
use crate::store::audit::{self, AuditAction};
use crate::store::model_choice::ModelChoice;
use crate::store::{Connection, settings};

/// The key of what each person may have.
const LIMITS: &str = "limits";
/// The key of what all people together may have.
const TOTAL_LIMITS: &str = "total_limits";
/// The key of who may register.
const REGISTRATION: &str = "registration";
/// The key of what desktops may reach.
const INTERNET: &str = "internet";
/// The key of how long things are kept.
const RETENTION: &str = "retention";

/// The key of what people may do with models of their own.
const MODELS: &str = "models";
/// The key of the model of people who have chosen none.
const DEFAULT_MODEL: &str = "default_model";
/// The key of the models that go on where one of the installation can't.
const MODEL_FALLBACKS: &str = "model_fallbacks";

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
    /// The limits of each person that the environment sets.
    pub limits: Limits,
    /// The limits of everybody together that the environment sets.
    pub total_limits: TotalLimits,
    /// What desktops may reach, if the environment says so.
    pub internet: Option<EgressPolicy>,
    /// How long things are kept, as far as the environment says so.
    pub retention: RetentionPeriods,
    /// What people may do with models of their own, as far as the environment says so.
    pub models: ModelRules,
}

/// A setting of several values, each of which superusers or the environment set.
#[derive(Debug, Clone)]
pub struct SettingGroup<T> {
    /// What applies.
    pub value: T,
    /// What superusers have set.
    pub set: T,
    /// What the environment sets.
    pub fixed: T,
}

impl SiteSettings {
    /// Who may register: closed unless something else is set.
    pub async fn registration(&self) -> Result<Setting<RegistrationMode>, SettingError> {
        if let Some(value) = self.registration {
            return Ok(Setting { value, is_fixed: true });
        }
        let value = stored(&mut *self.database.connection().await?, REGISTRATION).await?;
        Ok(Setting { value, is_fixed: false })
    }

    /// Sets who may register.
    ///
    /// # Errors
    /// When the environment sets it.
    pub async fn set_registration(&self, mode: RegistrationMode, by: &Actor) -> Result<(), SettingError> {
        if self.registration.is_some() {
            return Err(SettingError::Fixed("DESKHAND_REGISTRATION"));
        }
        self.set(REGISTRATION, &mode, by).await
    }

    /// What each person may have for whom nothing else is set.
    pub async fn limits(&self, conn: &mut Connection) -> Result<SettingGroup<Limits>, SettingError> {
        let (set, fixed): (Limits, _) = (stored(conn, LIMITS).await?, self.limits);
        Ok(SettingGroup { value: fixed.or(set).or(Limits::BUILT_IN), set, fixed })
    }

    /// Sets what each person may have for whom nothing else is set. What the environment sets goes before.
    pub async fn set_limits(&self, limits: Limits, by: &Actor) -> Result<(), SettingError> {
        self.set(LIMITS, &limits, by).await
    }

    /// What all people together may have.
    pub async fn total_limits(
        &self,
        conn: &mut Connection,
    ) -> Result<SettingGroup<TotalLimits>, SettingError> {
        let (set, fixed): (TotalLimits, _) = (stored(conn, TOTAL_LIMITS).await?, self.total_limits);
        Ok(SettingGroup { value: fixed.or(set).or(TotalLimits::BUILT_IN), set, fixed })
    }

    /// Sets what all people together may have. What the environment sets goes before.
    pub async fn set_total_limits(&self, limits: TotalLimits, by: &Actor) -> Result<(), SettingError> {
        self.set(TOTAL_LIMITS, &limits, by).await
    }

    /// What desktops may reach: everything unless something else is set.
    pub async fn internet(&self, conn: &mut Connection) -> Result<Setting<EgressPolicy>, SettingError> {
        Ok(match self.internet.clone() {
            Some(value) => Setting { value, is_fixed: true },
            None => Setting { value: stored(conn, INTERNET).await?, is_fixed: false },
        })
    }

    /// Sets what desktops may reach. Apply it with [`Egress::set_for_installation`].
    ///
    /// # Errors
    /// When the environment sets it.
    ///
    /// [`Egress::set_for_installation`]: crate::services::egress::Egress::set_for_installation
    pub async fn set_internet(&self, policy: &EgressPolicy, by: &Actor) -> Result<(), SettingError> {
        if self.internet.is_some() {
            return Err(SettingError::Fixed("DESKHAND_DESKTOP_INTERNET"));
        }
        self.set(INTERNET, policy, by).await
    }

    /// How long things are kept.
    pub async fn retention(
        &self,
        conn: &mut Connection,
    ) -> Result<SettingGroup<RetentionPeriods>, SettingError> {
        let (set, fixed): (RetentionPeriods, _) = (stored(conn, RETENTION).await?, self.retention);
        Ok(SettingGroup { value: fixed.or(set).or(RetentionPeriods::BUILT_IN), set, fixed })
    }

    /// Sets how long things are kept. What the environment sets goes before.
    pub async fn set_retention(&self, periods: RetentionPeriods, by: &Actor) -> Result<(), SettingError> {
        self.set(RETENTION, &periods, by).await
    }

    /// What people may do with models of their own.
    pub async fn models(&self, conn: &mut Connection) -> Result<SettingGroup<ModelRules>, SettingError> {
        let (set, fixed): (ModelRules, _) = (stored(conn, MODELS).await?, self.models.clone());
        Ok(SettingGroup { value: fixed.clone().or(set.clone()).or(ModelRules::built_in()), set, fixed })
    }

    /// Sets what people may do with models of their own. What the environment sets goes before.
    pub async fn set_models(&self, rules: &ModelRules, by: &Actor) -> Result<(), SettingError> {
        self.set(MODELS, rules, by).await
    }

    /// The model of people who have chosen none; `None`: what the model service was started with.
    pub async fn default_model(&self, conn: &mut Connection) -> Result<Option<ModelChoice>, SettingError> {
        stored(conn, DEFAULT_MODEL).await
    }

    /// Sets the model of people who have chosen none.
    pub async fn set_default_model(
        &self,
        choice: Option<&ModelChoice>,
        by: &Actor,
    ) -> Result<(), SettingError> {
        self.set(DEFAULT_MODEL, &choice, by).await
    }

    /// The models that go on where one of the installation can't, in order, for people who have no list of their own.
    pub async fn model_fallbacks(&self, conn: &mut Connection) -> Result<Vec<ModelChoice>, SettingError> {
        stored(conn, MODEL_FALLBACKS).await
    }

    /// Sets the models that go on where one of the installation can't. The caller has checked them.
    pub async fn set_model_fallbacks(
        &self,
        fallbacks: &[ModelChoice],
        by: &Actor,
    ) -> Result<(), SettingError> {
        self.set(MODEL_FALLBACKS, &fallbacks, by).await
    }

    /// Lets people who have chosen no model use what the model service was started with, if theirs is reached by this connection,
    /// and takes its models out of the fallbacks. Call it in the transaction that deletes the connection.
    pub async fn forget_model_connection(
        &self,
        conn: &mut Connection,
        id: ModelConnectionId,
    ) -> Result<(), SettingError> {
        if self.default_model(conn).await?.is_some_and(|choice| choice.connection == Some(id)) {
            settings::set(conn, DEFAULT_MODEL, &Value::Null, None, self.clock.now()).await?;
        }
        let fallbacks = self.model_fallbacks(conn).await?;
        let left: Vec<&ModelChoice> =
            fallbacks.iter().filter(|choice| choice.connection != Some(id)).collect();
        if left.len() < fallbacks.len() {
            let left = serde_json::to_value(left).context("encoding the fallbacks")?;
            settings::set(conn, MODEL_FALLBACKS, &left, None, self.clock.now()).await?;
        }
        Ok(())
    }

    async fn set(&self, key: &str, value: &impl Serialize, by: &Actor) -> Result<(), SettingError> {
        let value = serde_json::to_value(value).with_context(|| format!("encoding the setting {key}"))?;
        let now = self.clock.now();
        let mut entry = by.entry(AuditAction::SettingChanged, key, now);
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            let before = settings::find(conn, key).await?;
            entry.detail = json!({ "from": before, "to": value });
            settings::set(conn, key, &value, by.id(), now).await?;
            Ok(audit::insert(conn, &entry).await?)
        })
        .await
    }
}

/// What superusers have set.
async fn stored<T: DeserializeOwned + Default>(conn: &mut Connection, key: &str) -> Result<T, SettingError> {
    let stored = settings::find(conn, key).await?;
    let value = stored.map(serde_json::from_value).transpose();
    Ok(value.with_context(|| format!("reading the setting {key}"))?.unwrap_or_default())
}
