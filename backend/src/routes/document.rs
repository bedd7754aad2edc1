//! What the OpenAPI document has besides the routes.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use serde_json::Value;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Ref, Schema, SchemaFormat, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Content, RefOr, Required, Response};
use utoipa::{Modify, OpenApi};

use super::SESSION_COOKIE;
use crate::auth::scope::Scope;
use crate::http::current_user::OperationScopes;

/// An example of each schema that is an answer.
const EXAMPLES: &str = include_str!("examples.json");
/// The media type of any bytes.
const BYTES: &str = "application/octet-stream";
/// The media type of problems.
const PROBLEM: &str = "application/problem+json";

#[derive(OpenApi)]
#[openapi(
    info(title = "Deskhand", description = "A virtual desktop for every conversation, and an AI that uses it.\n\n\
        What is meant for people is in their language: the one that the person who is logged in has chosen, else what the \
        header `Accept-Language` prefers, else English. There are English, German (`de`) and Brazilian Portuguese (`pt-BR`). \
        This holds for the `detail` of problems, whose language the header `Content-Language` says, and for what runs tell: \
        the `message` of a run and of its events. `code` and `facts` are the same in every language."),
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
        (name = "Models", description = "Which models there are, and how they are reached"),
        (name = "Internet", description = "What a desktop may reach, and what it asked for"),
        (name = "Administration", description = "The installation, for superusers"),
        (name = "Service", description = "The installation itself")),
    security(("bearer" = []), ("session" = []), ("user_token" = [])),
    components(schemas(
        crate::live::views::EventView,
        super::socket::SocketRequest,
        super::socket::SocketMessage,
        crate::services::messages::MessagePayload,
        crate::live::views::RunProgress,
        crate::live::partial_turn::PartialTurn,
        protocol::transcript::AssistantTurn,
        protocol::spending::Spending,
        protocol::transcript::ToolResult,
        protocol::transcript::Answer,
        protocol::transcript::Takeover,
        protocol::transcript::approval::CallStarted,
        protocol::transcript::model_change::ModelChange,
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
        let mut token = utoipa::openapi::security::ApiKeyValue::new("X-User-Token");
        token.description =
            Some("An access token, for clients whose `Authorization` header a proxy needs".to_owned());
        components.add_security_scheme(
            "user_token",
            SecurityScheme::ApiKey(utoipa::openapi::security::ApiKey::Header(token)),
        );
    }
}

/// Completes what all operations share: the usual descriptions, the media type of problems, and the problems that any of them
/// may be answered with; and adds the examples of what is answered.
pub(super) fn complete(openapi: &mut utoipa::openapi::OpenApi) {
    for item in openapi.paths.paths.values_mut() {
        let PathItem { get, put, post, delete, patch, .. } = item;
        let reading = get.iter_mut().map(|operation| (operation, Effect::Reads));
        let changing = [put, post, delete, patch].into_iter().flatten();
        for (operation, effect) in reading.chain(changing.map(|operation| (operation, Effect::Changes))) {
            complete_operation(operation, effect);
        }
    }
    add_examples(openapi);
}

/// Whether an operation changes something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    Reads,
    Changes,
}

fn complete_operation(operation: &mut Operation, effect: Effect) {
    secure(operation, effect == Effect::Reads);
    let takes_body = operation.request_body.is_some();
    let has_query = operation.parameters.iter().flatten().any(
        |parameter| matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query),
    );
    let responses = &mut operation.responses.responses;
    for (status, response) in &mut *responses {
        if let (RefOr::T(response), Ok(status)) = (response, status.parse()) {
            complete_response(status, response);
        }
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        describe_bytes(body.content.iter_mut());
        // No bytes are an empty file.
        if body.content.keys().all(|media_type| media_type == BYTES) {
            body.required = Some(Required::False);
        }
    }
    let mut shared = vec![
        (StatusCode::INTERNAL_SERVER_ERROR, "Something unexpected went wrong; the log has the `request_id`"),
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "The service is restarting, or its database is away: `Retry-After` says when to try again",
        ),
        (StatusCode::TOO_MANY_REQUESTS, "Too many requests: `Retry-After` says when to try again"),
    ];
    if effect == Effect::Changes {
        shared.push((StatusCode::FORBIDDEN, "The request came from a page of another site (`cross_origin`)"));
    }
    if has_query || takes_body {
        shared.push((StatusCode::BAD_REQUEST, "The request can't be read"));
    }
    if takes_body {
        shared.extend([
            (StatusCode::REQUEST_TIMEOUT, "The body arrives too slowly"),
            (StatusCode::PAYLOAD_TOO_LARGE, "The body is too large"),
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body has another media type"),
            (StatusCode::UNPROCESSABLE_ENTITY, "The body has another shape"),
        ]);
    }
    for (status, description) in shared {
        let status = status.as_str().to_owned();
        responses.entry(status).or_insert_with(|| RefOr::T(problem(description)));
    }
}

fn problem(description: &str) -> Response {
    let mut response = Response::new(description);
    response
        .content
        .insert(PROBLEM.to_owned(), RefOr::T(Content::new(Some(Ref::from_schema_name("Problem")))));
    response
}

/// Adds an example to the schema of each answer.
fn add_examples(openapi: &mut utoipa::openapi::OpenApi) {
    let examples: BTreeMap<String, Value> = serde_json::from_str(EXAMPLES).unwrap_or_default();
    let components = openapi.components.get_or_insert_default();
    for (name, example) in examples {
        match components.schemas.get_mut(&name) {
            Some(RefOr::T(Schema::Object(schema))) => schema.example = Some(example),
            Some(RefOr::T(Schema::AllOf(schema))) => schema.example = Some(example),
            _ => {}
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
        SecurityRequirement::new("user_token", [""; 0]),
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
        && response.content.get("application/json").is_some_and(is_problem)
        && let Some(problem) = response.content.shift_remove("application/json")
    {
        response.content.insert(PROBLEM.to_owned(), problem);
    }
    describe_bytes(response.content.iter_mut());
}

fn is_problem(content: &RefOr<Content>) -> bool {
    let problem = Some(RefOr::Ref(Ref::from_schema_name("Problem")));
    matches!(content, RefOr::T(content) if content.schema == problem)
}

/// Describes bytes as such: utoipa takes them for a list of numbers, which they are only in JSON.
fn describe_bytes<'a>(content: impl Iterator<Item = (&'a String, &'a mut RefOr<Content>)>) {
    for (media_type, content) in content {
        if let RefOr::T(content) = content
            && !media_type.ends_with("json")
            && matches!(content.schema, Some(RefOr::T(Schema::Array(_))))
        {
            let binary = ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
            content.schema = Some(RefOr::T(Schema::Object(binary.build())));
        }
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
