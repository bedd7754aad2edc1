//! Tickets for WebSockets.

use axum::extract::State;
use protocol::ids::ChatId;
use protocol::secret::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::AppState;
use crate::http::current_user::Caller;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};
use crate::services::tickets::LIFETIME;

/// What a ticket is for.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "chat_id": null }))]
pub(in crate::routes) struct TicketForm {
    /// The chat whose live view it opens; without it, it opens `/ws`.
    #[serde(default)]
    chat_id: Option<ChatId>,
}

/// A ticket.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "ticket": "dht_6f0c...", "expires_in": 30 }))]
pub(in crate::routes) struct TicketAnswer {
    /// Append it to the address of the WebSocket: `?ticket=`.
    ticket: Secret,
    /// How many seconds it is valid.
    expires_in: i64,
}

/// Makes a ticket, which opens one WebSocket within 30 s, for clients that can't set headers.
#[utoipa::path(post, path = "/auth/ticket", operation_id = "create_ticket", tag = "Accounts", request_body = Option<TicketForm>, responses(
    (status = 200, body = TicketAnswer),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 404, body = Problem, description = "The caller has no such chat"),
    (status = 415, body = Problem, description = "No JSON"),
    (status = 422, body = Problem, description = "JSON of another shape")))]
pub(in crate::routes) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    form: Option<Json<TicketForm>>,
) -> Result<Json<TicketAnswer>, ApiError> {
    let chat_id = form.and_then(|Json(form)| form.chat_id);
    let ticket = state.tickets.create(caller.user.id, &caller.credential, chat_id).await?;
    Ok(Json(TicketAnswer { ticket, expires_in: LIFETIME.num_seconds() }))
}
