//! The caller's own model connections.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::ids::ModelConnectionId;

use super::connections::{ChangeForm, NewForm, View, id};
use crate::app::AppState;
use crate::http::current_user::CurrentUser;
use crate::http::json::Json;
use crate::http::language::ResponseLanguage;
use crate::http::problem::{ApiError, Problem};
use crate::services::audit::Source;
use crate::services::model_connections::settings::Setter;

/// Lists the caller's own model connections, in the order in which they were made.
#[utoipa::path(get, path = "/users/me/model-connections", operation_id = "list_model_connections", tag = "Models", responses(
    (status = 200, body = Vec<View>),
    (status = 401, body = Problem)))]
pub(in crate::routes) async fn list(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    language: ResponseLanguage,
) -> Result<Json<Vec<View>>, ApiError> {
    let connections = state.model_connections.list(Some(user.id)).await?;
    Ok(Json(connections.into_iter().map(|connection| View::new(connection, &language)).collect()))
}

/// Makes a model connection of the caller's own. Its server is asked for its models first: if that fails, nothing is saved, and the problem says why
/// by the code that a run would end with.
#[utoipa::path(post, path = "/users/me/model-connections", operation_id = "create_model_connection", tag = "Models", request_body = NewForm, responses(
    (status = 201, body = View),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Nobody may use keys of their own here (`own_keys_forbidden`)"),
    (status = 409, body = Problem, description = "The name is taken (`connection_name_taken`), or there are too many (`too_many_model_connections`)"),
    (status = 422, body = Problem, description = "The form can't be used (codes with `connection_`), or the check failed"),
    (status = 503, body = Problem, description = "The model service can't be asked (`models_unavailable`)")))]
pub(in crate::routes) async fn create(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    source: Source,
    language: ResponseLanguage,
    Json(form): Json<NewForm>,
) -> Result<(StatusCode, Json<View>), ApiError> {
    let setter = Setter { owner: Some(user.id), by: &user, source: &source };
    let (new, check) = form.read();
    let created = state.model_connections.create(new, check, setter).await?;
    Ok((StatusCode::CREATED, Json(View::new(created, &language))))
}

/// Changes a model connection of the caller's own, after a check like that of a new one.
#[utoipa::path(patch, path = "/users/me/model-connections/{connection_id}", operation_id = "update_model_connection", tag = "Models",
    params(("connection_id" = uuid::Uuid, Path)), request_body = ChangeForm, responses(
    (status = 200, body = View),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Nobody may use keys of their own here (`own_keys_forbidden`)"),
    (status = 404, body = Problem),
    (status = 409, body = Problem, description = "The name is taken (`connection_name_taken`)"),
    (status = 422, body = Problem, description = "The form can't be used (codes with `connection_`), or the check failed"),
    (status = 503, body = Problem, description = "The model service can't be asked (`models_unavailable`)")))]
pub(in crate::routes) async fn change(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    source: Source,
    language: ResponseLanguage,
    path: Result<Path<ModelConnectionId>, PathRejection>,
    Json(form): Json<ChangeForm>,
) -> Result<Json<View>, ApiError> {
    let setter = Setter { owner: Some(user.id), by: &user, source: &source };
    let (change, check) = form.read();
    let changed = state.model_connections.change(id(path)?, change, check, setter).await?;
    Ok(Json(View::new(changed, &language)))
}

/// Deletes a model connection of the caller's own. Chats that use it have to choose another model.
#[utoipa::path(delete, path = "/users/me/model-connections/{connection_id}", operation_id = "delete_model_connection", tag = "Models",
    params(("connection_id" = uuid::Uuid, Path)), responses(
    (status = 204),
    (status = 401, body = Problem),
    (status = 404, body = Problem)))]
pub(in crate::routes) async fn delete(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    source: Source,
    path: Result<Path<ModelConnectionId>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let setter = Setter { owner: Some(user.id), by: &user, source: &source };
    state.model_connections.delete(id(path)?, setter).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks the server of a model connection of the caller's own for its models. What is wrong is in `problem`.
#[utoipa::path(post, path = "/users/me/model-connections/{connection_id}/check", operation_id = "check_model_connection", tag = "Models",
    params(("connection_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = View),
    (status = 401, body = Problem),
    (status = 404, body = Problem),
    (status = 422, body = Problem, description = "The key is lost (`connection_key_missing`)"),
    (status = 503, body = Problem, description = "The model service can't be asked (`models_unavailable`)")))]
pub(in crate::routes) async fn check(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    language: ResponseLanguage,
    path: Result<Path<ModelConnectionId>, PathRejection>,
) -> Result<Json<View>, ApiError> {
    let checked = state.model_connections.check(id(path)?, Some(user.id)).await?;
    Ok(Json(View::new(checked, &language)))
}
