//! What the OpenAPI document has besides the routes.

use axum::http::{Method, StatusCode};
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::Ref;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Content, RefOr, Response};
use utoipa::{Modify, OpenApi};

use super::SESSION_COOKIE;
use crate::auth::scope::Scope;
use crate::http::current_user::OperationScopes;

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
        (name = "Administration", description = "The installation, for superusers"),
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
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("An access token, or an API token, which may do what its scopes name"))
            .build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let cookie = utoipa::openapi::security::ApiKeyValue::new(SESSION_COOKIE);
        let cookie = utoipa::openapi::security::ApiKey::Cookie(cookie);
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
        let mut key = utoipa::openapi::security::ApiKeyValue::new("X-API-Key");
        key.description = Some("An API token, which may do what its scopes name".to_owned());
        components.add_security_scheme(
            "api_key",
            SecurityScheme::ApiKey(utoipa::openapi::security::ApiKey::Header(key)),
        );
    }
}

/// Completes what all operations share: the usual descriptions, the media type of problems, and the answer to whatever
/// else goes wrong.
pub(super) fn complete(openapi: &mut utoipa::openapi::OpenApi) {
    for item in openapi.paths.paths.values_mut() {
        let PathItem { get, put, post, delete, patch, .. } = item;
        for (operation, reads) in [(get, true), (put, false), (post, false), (delete, false), (patch, false)]
        {
            let Some(operation) = operation else { continue };
            secure(operation, reads);
            let responses = &mut operation.responses.responses;
            for (status, response) in &mut *responses {
                if let (RefOr::T(response), Ok(status)) = (response, status.parse()) {
                    complete_response(status, response);
                }
            }
            let other = problem("Any other problem: 500, or 503 while the service or its database is away");
            responses.insert("default".to_owned(), RefOr::T(other));
        }
    }
}

/// The scope that an operation needs; `None` if it needs a login. `Err` if it needs neither.
fn needed_scope(operation: &Operation, reads: bool) -> Result<Option<Scope>, Public> {
    // The document's requirement applies unless the operation has one of its own, which is none.
    if operation.security.as_ref().is_some_and(|own| own.contains(&SecurityRequirement::default())) {
        return Err(Public);
    }
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let tag = operation.tags.iter().flatten().next().map(String::as_str).unwrap_or_default();
    Ok(Scope::of_operation(id, tag, reads))
}

/// An operation that needs no login.
struct Public;

/// Says what an operation needs: a login, or an API token with a scope.
fn secure(operation: &mut Operation, reads: bool) {
    let Ok(scope) = needed_scope(operation, reads) else { return };
    let scopes: Vec<&str> = scope.iter().map(|scope| scope.as_str()).collect();
    let mut ways = vec![
        SecurityRequirement::new("bearer", scopes.clone()),
        SecurityRequirement::new("session", [""; 0]),
    ];
    let refused = if scope.is_some() {
        ways.push(SecurityRequirement::new("api_key", scopes));
        "The API token lacks the scope (`scope_missing`)"
    } else {
        "No API token may do this (`login_needed`)"
    };
    operation.security = Some(ways);
    let responses = &mut operation.responses.responses;
    match responses.get_mut("403") {
        Some(RefOr::T(response)) => response.description = format!("{}. {refused}", response.description),
        Some(RefOr::Ref(_)) => {}
        None => {
            responses.insert("403".to_owned(), RefOr::T(problem(refused)));
        }
    }
}

fn problem(description: &str) -> Response {
    let mut response = Response::new(description);
    response
        .content
        .insert(PROBLEM.to_owned(), RefOr::T(Content::new(Some(Ref::from_schema_name("Problem")))));
    response
}

/// The scope that each operation needs, by method and path; `None` if it needs a login.
pub(super) fn operation_scopes(openapi: &utoipa::openapi::OpenApi) -> OperationScopes {
    let mut scopes = OperationScopes::new();
    for (path, item) in &openapi.paths.paths {
        let PathItem { get, put, post, delete, patch, .. } = item;
        for (method, operation) in [
            (Method::GET, get),
            (Method::PUT, put),
            (Method::POST, post),
            (Method::DELETE, delete),
            (Method::PATCH, patch),
        ] {
            let Some(operation) = operation else { continue };
            if let Ok(scope) = needed_scope(operation, method == Method::GET) {
                scopes.insert((method, path.clone()), scope);
            }
        }
    }
    scopes
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
