//! Invitations to register.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use protocol::ids::InvitationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::AppState;
use crate::http::current_user::Superuser;
use crate::http::json::Json;
use crate::http::own_address::OwnAddress;
use crate::http::page::{PageParameters, PageRequest};
use crate::http::problem::{ApiError, Problem};
use crate::services::audit::Actor;
use crate::services::invitations::InvitationForm;
use crate::store::invitations::Invitation;
use crate::store::users::UserRole;
use crate::words::BackendReason;

/// Whom to invite.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "grace@example.com", "role": "user", "uses": 1 }))]
pub(in crate::routes) struct NewInvitation {
    /// Only who has this address may register; by default anybody who has the link.
    #[serde(default)]
    email: Option<String>,
    /// What the accounts may do.
    #[serde(default = "user")]
    #[schema(default = "user")]
    role: UserRole,
    /// When it expires, within a year; by default in a week.
    #[serde(default)]
    expires_at: Option<DateTime<Utc>>,
    /// How many people may register.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 1000, default = 1)]
    uses: i32,
}

fn user() -> UserRole {
    UserRole::User
}

fn one() -> i32 {
    1
}

/// An invitation that was just created.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct CreatedInvitation {
    #[serde(flatten)]
    invitation: Invitation,
    /// The page where people register with it. It is shown only now.
    url: String,
}

/// Lists invitations, newest first. For superusers.
#[utoipa::path(get, path = "/admin/invitations", operation_id = "list_invitations", tag = "Administration", params(PageParameters), responses(
    (status = 200, body = Vec<Invitation>, headers(("Link", description = "The next page, if there is one: `<?...>; rel=next`"))),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 422, body = Problem, description = "A parameter is out of range")))]
pub(in crate::routes) async fn list(
    State(state): State<AppState>,
    _: Superuser,
    request: PageRequest,
) -> Result<Response, ApiError> {
    let invitations = state.invitations.list(request.page()?).await?;
    Ok(request.answer(invitations, |invitation| invitation.id))
}

/// Creates an invitation. For superusers.
#[utoipa::path(post, path = "/admin/invitations", operation_id = "create_invitation", tag = "Administration", request_body = NewInvitation, responses(
    (status = 201, body = CreatedInvitation),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 409, body = Problem, description = "There are too many invitations"),
    (status = 422, body = Problem, description = "The form can't be used")))]
pub(in crate::routes) async fn create(
    State(state): State<AppState>,
    by: Actor,
    address: OwnAddress,
    Json(NewInvitation { email, role, expires_at, uses }): Json<NewInvitation>,
) -> Result<(StatusCode, Json<CreatedInvitation>), ApiError> {
    let form = InvitationForm { email, role, expires_at, uses };
    let (invitation, token) = state.invitations.create(form, &by).await?;
    let url = address.link("register", "invitation", &token);
    Ok((StatusCode::CREATED, Json(CreatedInvitation { invitation, url })))
}

/// Deletes an invitation: nobody can register with it any more. For superusers.
#[utoipa::path(delete, path = "/admin/invitations/{invitation_id}", operation_id = "delete_invitation", tag = "Administration", params(("invitation_id" = uuid::Uuid, Path)), responses(
    (status = 204),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 404, body = Problem)))]
pub(in crate::routes) async fn delete(
    State(state): State<AppState>,
    by: Actor,
    id: Result<Path<InvitationId>, axum::extract::rejection::PathRejection>,
) -> Result<StatusCode, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::not_found(BackendReason::NoInvitation))?;
    state.invitations.delete(id, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}
