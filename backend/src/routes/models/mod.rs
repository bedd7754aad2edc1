//! Which models people may use.

pub(super) mod connections;
pub(super) mod own;
pub(super) mod prices;
pub(super) mod site;

use axum::extract::State;
use protocol::ids::ModelConnectionId;
use protocol::models::ModelFacts;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::http::current_user::CurrentUser;
use crate::http::json::Json;
use crate::http::language::ResponseLanguage;
use crate::http::problem::{ApiError, Problem};
use crate::services::models::{ModelList, ModelOwner, ModelSource};
use crate::store::model_choice::ModelChoice;
use crate::words::word;

/// The models that the caller may use.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelList)]
pub(in crate::routes) struct View {
    /// What chats use that have no model of their own; `null` while the model service can't be reached.
    default: Option<ModelChoice>,
    /// What that is for people who have chosen no default; `null` likewise.
    installation_default: Option<ModelChoice>,
    /// Which models go on where one of the installation can't, for people who have no list of their own; empty: none.
    installation_fallbacks: Vec<ModelChoice>,
    /// Whether the caller may have model connections of their own.
    own_keys_allowed: bool,
    /// The models, by how they are reached; the caller's own first.
    sources: Vec<Source>,
}

/// Models that are reached in one way.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelSource)]
pub(in crate::routes) struct Source {
    /// The model connection; `null`: what the installation was started with.
    connection: Option<ModelConnectionId>,
    /// Whose they are.
    owner: ModelOwner,
    /// The name of the connection; empty without one.
    name: String,
    /// The provider, such as `anthropic`.
    provider: String,
    /// The models. A server of one's own may have more than it lists.
    models: Vec<ModelFacts>,
    /// Why they can't be used, as far as the last check found out; user-facing.
    problem: Option<String>,
}

/// Lists the models that the caller may use.
#[utoipa::path(get, path = "/models", operation_id = "list_models", tag = "Models", responses(
    (status = 200, body = View), (status = 401, body = Problem)))]
pub(in crate::routes) async fn list(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    language: ResponseLanguage,
) -> Result<Json<View>, ApiError> {
    let ModelList { default, installation_default, installation_fallbacks, own_keys_allowed, sources } =
        state.models.list(&user).await?;
    let view = |source: ModelSource| Source {
        connection: source.connection,
        owner: source.owner,
        name: source.name,
        provider: source.provider,
        models: source.models,
        problem: source.problem.map(|reason| word(language.get(), &reason)),
    };
    let sources = sources.into_iter().map(view).collect();
    Ok(Json(View { default, installation_default, installation_fallbacks, own_keys_allowed, sources }))
}
