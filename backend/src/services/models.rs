//! Which models people may use, and which one a chat uses.

mod fallbacks;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use protocol::ids::{ChatId, ModelConnectionId, UserId};
use protocol::models::{ConfiguredModels, ConfiguredProvider, ModelFacts};
use protocol::price::Price;
use protocol::reason::Reason;
use protocol::run::MOST_FALLBACKS;
use protocol::run::ModelSettings;
use serde::Serialize;
use tokio::time::Instant;
use utoipa::ToSchema;

use crate::clients::model::ModelClient;
use crate::database::{Database, DatabaseError, from_database};
use crate::services::model_connections::{ModelConnection, ModelConnections, UseConnectionError};
use crate::services::model_prices::ModelPrices;
use crate::services::site_settings::{SettingError, SiteSettings};
use crate::store::model_choice::ModelChoice;
use crate::store::model_connections::ModelApi;
use crate::store::users::User;
use crate::store::{chats, users};
use crate::words::BackendReason;

/// The most characters of a model's id.
pub const MODEL_LIMIT: usize = 200;
/// How long what the model service says of its configuration is remembered. It changes only with a restart.
const REMEMBERED: Duration = Duration::from_secs(60);

/// Whose models these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelOwner {
    /// Everybody's, at the installation's expense.
    Installation,
    /// The person's own.
    Person,
}

/// Models that are reached in one way.
#[derive(Debug, Clone)]
pub struct ModelSource {
    /// The connection; `None`: what the installation was started with.
    pub connection: Option<ModelConnectionId>,
    /// Whose they are.
    pub owner: ModelOwner,
    /// The name of the connection; empty without one.
    pub name: String,
    /// The provider.
    pub provider: String,
    /// The models.
    pub models: Vec<ModelFacts>,
    /// Why they can't be used, as far as it is known.
    pub problem: Option<Reason>,
}

/// The models that a person may use.
#[derive(Debug, Clone)]
pub struct ModelList {
    /// What their chats use that have no model of their own; `None` while the model service can't be reached.
    pub default: Option<ModelChoice>,
    /// What that is for people who have chosen no default; `None` likewise.
    pub installation_default: Option<ModelChoice>,
    /// Which models go on where one of the installation can't, for people who have no list of their own; empty: none.
    pub installation_fallbacks: Vec<ModelChoice>,
    /// Whether the person may use connections of their own.
    pub own_keys_allowed: bool,
    /// The models, the person's own first.
    pub sources: Vec<ModelSource>,
}

/// A model with its price.
#[derive(Debug, Clone)]
pub struct PricedModel {
    /// The provider.
    pub provider: String,
    /// The vendor's id of the model.
    pub model: String,
    /// What it costs, if anybody knows.
    pub price: Option<Price>,
    /// The size of its context window in tokens, if it is known.
    pub context: Option<u64>,
    /// Whether the person pays for it, with a key of their own.
    pub on_own_key: bool,
}

/// Why a model can't be chosen. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum ModelChoiceError {
    /// The connection does not exist, or the installation was not started with the provider.
    #[error("There is no such model connection. Choose a model of the list.")]
    NoConnection,
    /// The person may not use the model.
    #[error("There is no such model here. Choose a model of the list.")]
    NoModel,
    /// The model does not have the effort.
    #[error("This model does not have this effort. Choose another effort.")]
    NoEffort,
    /// The list of fallbacks is too long.
    #[error("Choose at most {MOST_FALLBACKS} models to fall back on.")]
    TooManyFallbacks,
    /// A fallback is in its list twice.
    #[error("{0} is in the list twice. Remove one of them.")]
    FallbackTwice(String),
    /// The model service, which knows what the installation was started with, can't be reached.
    #[error("the model service can't be reached")]
    ModelService(#[source] anyhow::Error),
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
}

from_database!(ModelChoiceError);

/// Why a run can't ask its model.
#[derive(Debug, thiserror::Error)]
pub enum ResolveModelError {
    /// The connection can't be used.
    #[error(transparent)]
    Connection(#[from] UseConnectionError),
    /// A setting can't be read.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A stored choice has another shape.
    #[error("reading a stored model choice")]
    Choice(#[from] serde_json::Error),
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
}

from_database!(ResolveModelError);

/// What the model service was started with, and when it said so.
type Configured = (Instant, Arc<ConfiguredModels>);

/// The models. Cheap to clone.
#[derive(Clone)]
pub struct Models {
    database: Database,
    client: ModelClient,
    connections: ModelConnections,
    prices: ModelPrices,
    settings: SiteSettings,
    configured: Arc<Mutex<Option<Configured>>>,
}

impl Models {
    /// The models that can be reached by connections, and those of the model service.
    #[must_use]
    pub fn new(connections: ModelConnections, prices: ModelPrices) -> Self {
        Self {
            database: connections.database.clone(),
            client: connections.model.clone(),
            settings: connections.settings.clone(),
            configured: Arc::default(),
            connections,
            prices,
        }
    }

    /// The models that a person may use.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, user: &User) -> Result<ModelList, ResolveModelError> {
        let configured = self.configured().await;
        let own_keys_allowed = self.connections.is_allowed(Some(user.id)).await?;
        let mut sources = Vec::new();
        for (owner, of) in [(ModelOwner::Person, Some(user.id)), (ModelOwner::Installation, None)] {
            for mut connection in self.connections.list(of).await? {
                if of.is_some() && !own_keys_allowed {
                    connection.problem = Some(BackendReason::OwnKeysForbidden.into());
                }
                sources.push(by_connection(owner, connection));
            }
        }
        let mut installation_default = self.installation_default().await?;
        match configured {
            Ok(configured) => {
                sources.extend(configured.providers.iter().cloned().map(by_configuration));
                installation_default = installation_default.or_else(|| usual(&configured));
            }
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "the model service did not tell its models");
            }
        }
        let prices = self.prices.lookup().await?;
        for source in &mut sources {
            prices.apply(&source.provider, &mut source.models);
        }
        let default = self.own_default(user.id).await?.or_else(|| installation_default.clone());
        let installation_fallbacks = self.installation_fallbacks().await?;
        Ok(ModelList { default, installation_default, installation_fallbacks, own_keys_allowed, sources })
    }

    /// Fails unless a person may use a model.
    ///
    /// # Errors
    /// When they may not, or what may be used can't be found out.
    pub async fn check(&self, choice: &ModelChoice, user_id: UserId) -> Result<(), ModelChoiceError> {
        self.check_among(choice, Some(user_id)).await
    }

    /// Fails unless everybody may use a model.
    ///
    /// # Errors
    /// When they may not, or what may be used can't be found out.
    pub async fn check_for_everybody(&self, choice: &ModelChoice) -> Result<(), ModelChoiceError> {
        self.check_among(choice, None).await
    }

    async fn check_among(
        &self,
        choice: &ModelChoice,
        user_id: Option<UserId>,
    ) -> Result<(), ModelChoiceError> {
        let is_id = |id: &str| {
            (1..=MODEL_LIMIT).contains(&id.chars().count()) && !id.contains(|char: char| char.is_control())
        };
        if !is_id(&choice.model) || choice.connection.is_some() == choice.provider.is_some() {
            return Err(ModelChoiceError::NoModel);
        }
        let offered = match choice.connection {
            Some(id) => {
                let found = self.connections.find_usable(id, user_id).await?;
                let connection = found.ok_or(ModelChoiceError::NoConnection)?;
                let is_offered = connection.models.iter().any(|model| model.id == choice.model);
                if connection.owner.is_some() && !is_offered {
                    // Their server may have more than it lists.
                    return Ok(());
                }
                connection.models
            }
            None => {
                let configured = self.configured().await.map_err(ModelChoiceError::ModelService)?;
                let named = |one: &&ConfiguredProvider| Some(&one.provider) == choice.provider.as_ref();
                let provider = configured.providers.iter().find(named);
                provider.ok_or(ModelChoiceError::NoConnection)?.models.clone()
            }
        };
        let model = offered.iter().find(|model| model.id == choice.model);
        let model = model.ok_or(ModelChoiceError::NoModel)?;
        let has_effort = choice.effort.is_none_or(|effort| model.efforts.contains(&effort));
        if has_effort { Ok(()) } else { Err(ModelChoiceError::NoEffort) }
    }

    /// What a chat uses; `None`: what the model service was started with.
    pub async fn choice_of(
        &self,
        chat_id: ChatId,
    ) -> Result<(UserId, Option<ModelChoice>), ResolveModelError> {
        let chat = chats::get(&mut *self.database.connection().await?, chat_id).await?;
        let chosen = chat.model_choice.map(serde_json::from_value).transpose()?;
        Ok(match chosen {
            Some(choice) => (chat.user_id, Some(choice)),
            None => (chat.user_id, self.default_of(chat.user_id).await?),
        })
    }

    /// What the model service needs to ask the model of a chat.
    ///
    /// # Errors
    /// When its connection can't be used.
    pub async fn resolve(&self, chat_id: ChatId) -> Result<ModelSettings, ResolveModelError> {
        let (user_id, choice) = self.choice_of(chat_id).await?;
        let Some(choice) = choice else {
            return Ok(ModelSettings { price: self.usual_price().await?, ..ModelSettings::default() });
        };
        self.settings_of(choice, user_id).await
    }

    /// What the model service needs to ask a model on behalf of a person.
    async fn settings_of(
        &self,
        choice: ModelChoice,
        user_id: UserId,
    ) -> Result<ModelSettings, ResolveModelError> {
        let ModelChoice { connection, provider, model, effort } = choice;
        let mut settings = match connection {
            Some(id) => self.connections.settings_for(id, &model, user_id).await?,
            None => ModelSettings { provider, ..ModelSettings::default() },
        };
        let provider = settings.provider.as_deref().unwrap_or_default();
        settings.price = self.prices.lookup().await?.of(provider, &model).or(settings.price);
        Ok(ModelSettings { model: Some(model), effort, ..settings })
    }

    /// The model that a person's chat uses with this choice, and what it costs; `None` if that can't be told now: the model
    /// service can't be reached, the connection is gone, or a vendor has the model that has not listed it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn priced(
        &self,
        user_id: UserId,
        choice: Option<ModelChoice>,
    ) -> Result<Option<PricedModel>, ResolveModelError> {
        let choice = match choice {
            Some(choice) => Some(choice),
            None => self.default_of(user_id).await?,
        };
        let configured = match &choice {
            Some(ModelChoice { connection: Some(_), .. }) => None,
            _ => self.configured().await.ok(),
        };
        let choice = choice.or_else(|| configured.as_deref().and_then(usual));
        let Some(ModelChoice { connection, provider, model, .. }) = choice else { return Ok(None) };
        let (provider, models, on_own_key) = match (connection, provider) {
            (Some(id), _) => match self.connections.find_usable(id, Some(user_id)).await? {
                Some(found) => (found.provider.as_str().to_owned(), found.models, found.owner.is_some()),
                None => return Ok(None),
            },
            (None, Some(provider)) => {
                let providers = configured.iter().flat_map(|configured| &configured.providers);
                let found = providers.into_iter().find(|it| it.provider == provider);
                let models = found.map(|found| found.models.clone()).unwrap_or_default();
                (provider, models, false)
            }
            (None, None) => return Ok(None),
        };
        let facts = models.into_iter().find(|facts| facts.id == model);
        let set = self.prices.lookup().await?.of(&provider, &model);
        // The model service knows the prices of vendors' models that their lists leave out.
        if facts.is_none() && set.is_none() && provider != ModelApi::OpenAiCompatible.as_str() {
            return Ok(None);
        }
        let context = facts.as_ref().and_then(|facts| facts.context);
        let price = set.or_else(|| facts.and_then(|facts| facts.price));
        Ok(Some(PricedModel { provider, model, price, context, on_own_key }))
    }

    /// The price that was set for what requests use that name nothing.
    async fn usual_price(&self) -> Result<Option<Price>, ResolveModelError> {
        let prices = self.prices.lookup().await?;
        let usual =
            if prices.is_empty() { None } else { self.configured().await.ok().and_then(|it| usual(&it)) };
        Ok(usual.and_then(|choice| prices.of(choice.provider.as_deref()?, &choice.model)))
    }

    /// The person's model, else the installation's, if either was chosen.
    async fn default_of(&self, user_id: UserId) -> Result<Option<ModelChoice>, ResolveModelError> {
        match self.own_default(user_id).await? {
            Some(choice) => Ok(Some(choice)),
            None => self.installation_default().await,
        }
    }

    /// The model that the person has chosen.
    async fn own_default(&self, user_id: UserId) -> Result<Option<ModelChoice>, ResolveModelError> {
        let choice = users::model_choice(&mut *self.database.connection().await?, user_id).await?;
        Ok(choice.map(serde_json::from_value).transpose()?)
    }

    /// The model that superusers have chosen for everybody.
    async fn installation_default(&self) -> Result<Option<ModelChoice>, ResolveModelError> {
        Ok(self.settings.default_model(&mut *self.database.connection().await?).await?)
    }

    /// What the model service was started with.
    async fn configured(&self) -> anyhow::Result<Arc<ConfiguredModels>> {
        let remembered = self.configured.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((at, models)) = remembered
            && at.elapsed() < REMEMBERED
        {
            return Ok(models);
        }
        let models = Arc::new(self.client.configured_models().await?);
        let now = Instant::now();
        *self.configured.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&models)));
        Ok(models)
    }
}

fn by_connection(owner: ModelOwner, connection: ModelConnection) -> ModelSource {
    ModelSource {
        connection: Some(connection.id),
        owner,
        name: connection.name,
        provider: connection.provider.as_str().to_owned(),
        models: connection.models,
        problem: connection.problem,
    }
}

fn by_configuration(configured: ConfiguredProvider) -> ModelSource {
    ModelSource {
        connection: None,
        owner: ModelOwner::Installation,
        name: String::new(),
        provider: configured.provider,
        models: configured.models,
        problem: None,
    }
}

/// What requests use that name nothing.
fn usual(configured: &ConfiguredModels) -> Option<ModelChoice> {
    let provider = configured.providers.iter().find(|provider| provider.provider == configured.default)?;
    let model = provider.model.clone()?;
    Some(ModelChoice { connection: None, provider: Some(provider.provider.clone()), model, effort: None })
}
