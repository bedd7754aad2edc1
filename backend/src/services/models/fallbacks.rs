//! Which models go on where the chosen one can't. A person's list goes before that of the installation, and may have models at
//! anybody's expense, because the person has chosen them. The list of the installation is for its own models: whoever pays for
//! the chosen one is not made to pay for another, nor the installation for a person who brings a key.

use protocol::ids::{ChatId, UserId};
use protocol::run::ModelSettings;
use protocol::run::{Fallback, MOST_FALLBACKS};

use super::{ModelChoiceError, Models, ResolveModelError};
use crate::services::model_connections::UseConnectionError;
use crate::store::model_choice::ModelChoice;
use crate::store::{model_connections, users};
use crate::words::BackendReason;

impl Models {
    /// Fails unless a person, or with `None` everybody, may have these models as fallbacks.
    ///
    /// # Errors
    /// When there are too many, one is there twice or may not be used, or what may be used can't be found out.
    pub async fn check_fallbacks(
        &self,
        fallbacks: &[ModelChoice],
        user_id: Option<UserId>,
    ) -> Result<(), ModelChoiceError> {
        if fallbacks.len() > MOST_FALLBACKS {
            return Err(ModelChoiceError::TooManyFallbacks);
        }
        for (at, choice) in fallbacks.iter().enumerate() {
            self.check_among(choice, user_id).await?;
            if fallbacks.iter().take(at).any(|earlier| earlier.is_same_model(choice)) {
                return Err(ModelChoiceError::FallbackTwice(choice.model.clone()));
            }
        }
        Ok(())
    }

    /// The fallbacks of people who have no list of their own; empty: none.
    pub(super) async fn installation_fallbacks(&self) -> Result<Vec<ModelChoice>, ResolveModelError> {
        Ok(self.settings.model_fallbacks(&mut *self.database.connection().await?).await?)
    }

    /// What the model service needs to ask the fallbacks of a chat, in order, and which of them it may not ask.
    pub async fn fallbacks(&self, chat_id: ChatId) -> Result<Vec<Fallback>, ResolveModelError> {
        let (user_id, chosen) = self.choice_of(chat_id).await?;
        let mut fallbacks = Vec::new();
        for choice in self.fallbacks_of(user_id, chosen.as_ref()).await? {
            let named = ModelSettings {
                provider: choice.provider.clone(),
                model: Some(choice.model.clone()),
                ..ModelSettings::default()
            };
            let connection = choice.connection;
            fallbacks.push(match self.settings_of(choice, user_id).await {
                Ok(settings) => Fallback { settings, unusable: None, needs_price: false },
                Err(ResolveModelError::Connection(error)) => {
                    let unusable = Some(unusable(error)?.into());
                    let settings = match connection {
                        Some(id) => self.connections.named(id, named, user_id).await?,
                        None => named,
                    };
                    Fallback { settings, unusable, needs_price: false }
                }
                Err(error) => return Err(error),
            });
        }
        Ok(fallbacks)
    }

    async fn fallbacks_of(
        &self,
        user_id: UserId,
        chosen: Option<&ModelChoice>,
    ) -> Result<Vec<ModelChoice>, ResolveModelError> {
        let mut conn = self.database.connection().await?;
        if let Some(own) = users::model_fallbacks(&mut conn, user_id).await? {
            return Ok(serde_json::from_value(own)?);
        }
        let owner = match chosen.and_then(|choice| choice.connection) {
            Some(id) => model_connections::owner(&mut conn, id).await?,
            None => None,
        };
        drop(conn);
        if owner.is_some() { Ok(Vec::new()) } else { self.installation_fallbacks().await }
    }
}

/// What is told of a connection that can't be used.
fn unusable(error: UseConnectionError) -> Result<BackendReason, ResolveModelError> {
    error.told().map_err(ResolveModelError::Connection)
}
