//! Model connections as they are sent and received.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use chrono::{DateTime, Utc};
use protocol::ids::ModelConnectionId;
use protocol::models::ModelFacts;
use protocol::platform::Platform;
use protocol::secret::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::json::nullable;
use crate::http::language::ResponseLanguage;
use crate::http::problem::ApiError;
use crate::services::model_connections::ModelConnection;
use crate::services::model_connections::form::{ConnectionChange, NewConnection};
use crate::services::model_connections::settings::Check;
use crate::store::model_connections::ModelApi;
use crate::words::{BackendReason, word};

/// How models are reached. The key is never shown.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelConnection)]
pub(in crate::routes) struct View {
    /// Identifies it.
    id: ModelConnectionId,
    /// Its name.
    name: String,
    /// What the server speaks.
    provider: ModelApi,
    /// The base address of the API.
    address: String,
    /// The cloud that serves the models in their vendor's stead; `null`: none does.
    platform: Option<Platform>,
    /// Whether it has a key.
    has_key: bool,
    /// The last characters of the key; `null`: the server needs none. Empty for a short key.
    key_end: Option<String>,
    /// The models that the last check that succeeded found.
    models: Vec<ModelFacts>,
    /// Why the last check failed, and what to do about it; `null`: it succeeded, or there was none.
    problem: Option<String>,
    /// When it was checked last.
    checked_at: Option<DateTime<Utc>>,
}

impl View {
    pub(super) fn new(connection: ModelConnection, language: &ResponseLanguage) -> Self {
        let is_lost = !connection.has_key && connection.key_end.is_some();
        let lost = || word(language.get(), &BackendReason::ConnectionKeyLost.into());
        let problem = connection.problem.map(|reason| word(language.get(), &reason));
        Self {
            id: connection.id,
            name: connection.name,
            provider: connection.provider,
            address: connection.address,
            platform: connection.platform,
            has_key: connection.has_key,
            key_end: connection.key_end,
            models: connection.models,
            problem: is_lost.then(lost).or(problem),
            checked_at: connection.checked_at,
        }
    }
}

/// A model connection to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewModelConnection, example = json!({ "name": "Work", "provider": "anthropic", "key": "as the vendor shows it" }))]
pub(in crate::routes) struct NewForm {
    /// Its name.
    name: String,
    /// What the server speaks.
    provider: ModelApi,
    /// The base address of the API; by default the vendor's.
    #[serde(default)]
    address: Option<String>,
    /// The cloud that serves the models in their vendor's stead; `null`: none does.
    #[serde(default)]
    platform: Option<Platform>,
    /// The key; `null`: the server needs none. For a platform also, as JSON, an access key of AWS (`access_key_id`,
    /// `secret_access_key`, `session_token`) or the key file of a service account of Google. It is never shown again.
    #[serde(default)]
    key: Option<Secret>,
    /// Saves it without a check: the server may be down.
    #[serde(default)]
    unchecked: bool,
}

impl NewForm {
    pub(super) fn read(self) -> (NewConnection, Check) {
        let Self { name, provider, address, platform, key, unchecked } = self;
        (NewConnection { name, provider, address, platform, key }, check(unchecked))
    }
}

/// Changes to a model connection; a missing field is unchanged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ModelConnectionChanges, example = json!({ "name": "Work" }))]
pub(in crate::routes) struct ChangeForm {
    /// Its name.
    #[serde(default)]
    name: Option<String>,
    /// The base address of the API. With another address the key has to be given again.
    #[serde(default)]
    address: Option<String>,
    /// The cloud with its region, project and workspace; it must be the same one. With others the key has to be given again.
    #[serde(default)]
    platform: Option<Platform>,
    /// The key; `null`: the server needs none. It is never shown again.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    key: Option<Option<Secret>>,
    /// Saves it without a check: the server may be down.
    #[serde(default)]
    unchecked: bool,
}

impl ChangeForm {
    pub(super) fn read(self) -> (ConnectionChange, Check) {
        let Self { name, address, platform, key, unchecked } = self;
        (ConnectionChange { name, address, platform, key }, check(unchecked))
    }
}

fn check(unchecked: bool) -> Check {
    if unchecked { Check::Skipped } else { Check::Required }
}

/// The id of a connection in a path.
pub(super) fn id(
    path: Result<Path<ModelConnectionId>, PathRejection>,
) -> Result<ModelConnectionId, ApiError> {
    path.map(|Path(id)| id).map_err(|_| ApiError::not_found(BackendReason::NoModelConnection))
}
