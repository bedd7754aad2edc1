//! The egress policy of a chat, and the requests of its desktop.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::http::json::{Json, object};
use crate::http::owned::OwnedChat;
use crate::http::page::{BeforeParameters, BeforeRequest};
use crate::http::problem::{ApiError, Problem};
use crate::services::egress::InternetView;
use crate::services::egress::policy::EgressPolicy;
use crate::store::internet_requests::InternetRequest;

/// A new egress policy.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "policy": { "mode": "listed", "names": ["*.oebb.at"] } }))]
pub(super) struct NewInternetPolicy {
    /// `null` leaves only the installation's policy.
    #[serde(deserialize_with = "object")]
    policy: Option<EgressPolicy>,
}

/// Returns the egress policy of the chat.
#[utoipa::path(get, path = "/chats/{chat_id}/internet", operation_id = "get_internet_policy", tag = "Internet", params(("chat_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = InternetView), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
) -> Result<Json<InternetView>, ApiError> {
    Ok(Json(state.desktops.egress.view(chat.id).await?))
}

/// Sets what the desktop may reach, from its next request on.
#[utoipa::path(put, path = "/chats/{chat_id}/internet", operation_id = "set_internet_policy", tag = "Internet", params(("chat_id" = uuid::Uuid, Path)),
    request_body = NewInternetPolicy, responses(
    (status = 200, body = InternetView),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem, description = "Desktops can't be kept to it here"),
    (status = 422, body = Problem, description = "A name is none, or there are too many"),
    (status = 503, body = Problem, description = "The running desktop could not be kept to it")))]
pub(super) async fn set(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    Json(NewInternetPolicy { policy }): Json<NewInternetPolicy>,
) -> Result<Json<InternetView>, ApiError> {
    state.desktops.egress.set(chat.id, policy).await?;
    Ok(Json(state.desktops.egress.view(chat.id).await?))
}

/// Lists the desktop's requests to the proxy, newest first.
#[utoipa::path(get, path = "/chats/{chat_id}/internet/requests", operation_id = "list_internet_requests", tag = "Internet",
    params(("chat_id" = uuid::Uuid, Path), BeforeParameters),
    responses(
    (status = 200, body = Vec<InternetRequest>, headers(("Link", description = "The next page, if there is one: `<?...>; rel=next`"))),
    (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 422, body = Problem, description = "A parameter is out of range")))]
pub(super) async fn requests(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    request: BeforeRequest,
) -> Result<Response, ApiError> {
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let mut found = state.desktops.egress.requests(chat.id, request.before, request.limit + 1).await?;
    let next = found.get(limit).map(|earlier| earlier.id + 1);
    found.truncate(limit);
    Ok(request.answer(found, next))
}
