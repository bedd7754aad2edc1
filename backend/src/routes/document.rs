//! What the OpenAPI document has besides the routes.

use axum::http::StatusCode;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::schema::Ref;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, RefOr, Response};
use utoipa::{Modify, OpenApi};

use super::SESSION_COOKIE;

/// The media type of problems.
const PROBLEM: &str = "application/problem+json";

#[derive(OpenApi)]
#[openapi(
    info(title = "Deskhand", description = "A virtual desktop for every conversation, and an AI that uses it."),
    // Relative to the document, so that it holds below every base path.
    servers((url = ".")),
    modifiers(&BearerScheme),
    tags(
        (name = "Accounts", description = "Logging in, and people"),
        (name = "Chats", description = "Conversations, each with a desktop of its own"),
        (name = "Messages", description = "What people and the model say"),
        (name = "Runs", description = "The work on a message: steering it, approving its calls, answering its questions"),
        (name = "Events", description = "What happens in chats, as it happens and later"),
        (name = "Files", description = "Uploads, and what desktops produce"),
        (name = "Desktops", description = "The screen of a chat's desktop, and control over it"),
        (name = "Internet", description = "What a desktop may reach, and what it asked for"),
        (name = "Administration", description = "Invitations, and settings of the installation. For superusers"),
        (name = "Service", description = "The installation itself")),
    security(("bearer" = []), ("session" = [])),
    components(schemas(
        crate::live::views::EventView,
        super::socket::SocketRequest,
        super::socket::SocketMessage,
        crate::services::messages::MessagePayload,
        crate::live::views::RunProgress,
        crate::live::partial_turn::PartialTurn,
        protocol::transcript::AssistantTurn,
        protocol::transcript::ToolResult,
        protocol::transcript::Answer,
        protocol::transcript::Takeover,
        protocol::transcript::approval::CallStarted,
        crate::services::runs::approvals::ApprovalRequestPayload,
        crate::services::runs::DecisionPayload,
    ))
)]
pub(super) struct ApiDoc;

struct BearerScheme;

impl Modify for BearerScheme {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let cookie = utoipa::openapi::security::ApiKeyValue::new(SESSION_COOKIE);
        let cookie = utoipa::openapi::security::ApiKey::Cookie(cookie);
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    }
}

/// Completes what all operations share: the usual descriptions, the media type of problems, and the answer to whatever
/// else goes wrong.
pub(super) fn complete(openapi: &mut utoipa::openapi::OpenApi) {
    for item in openapi.paths.paths.values_mut() {
        let PathItem { get, put, post, delete, patch, .. } = item;
        for operation in [get, put, post, delete, patch].into_iter().flatten() {
            let responses = &mut operation.responses.responses;
            for (status, response) in &mut *responses {
                if let (RefOr::T(response), Ok(status)) = (response, status.parse()) {
                    complete_response(status, response);
                }
            }
            let mut other =
                Response::new("Any other problem: 500, or 503 while the service or its database is away");
            other
                .content
                .insert(PROBLEM.to_owned(), RefOr::T(Content::new(Some(Ref::from_schema_name("Problem")))));
            responses.insert("default".to_owned(), RefOr::T(other));
        }
    }
}

fn complete_response(status: StatusCode, response: &mut Response) {
    if response.description.is_empty() {
        response.description = usual(status).to_owned();
    }
    if (status.is_client_error() || status.is_server_error())
        && let Some(problem) = response.content.shift_remove("application/json")
    {
        response.content.insert(PROBLEM.to_owned(), problem);
    }
}

/// What a status means where nothing else is said.
fn usual(status: StatusCode) -> &'static str {
    match status {
        StatusCode::OK => "Success",
        StatusCode::CREATED => "It was created",
        StatusCode::NO_CONTENT => "Success, with nothing to say",
        StatusCode::UNAUTHORIZED => "Nobody is logged in",
        StatusCode::NOT_FOUND => "There is no such thing, or it belongs to somebody else",
        other => other.canonical_reason().unwrap_or("See the body"),
    }
}
