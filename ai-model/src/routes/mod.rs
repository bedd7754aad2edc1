//! Every route, on one screen.

mod api_error;
mod health;
mod metrics;
mod models;
mod run_body;
mod runs;
mod send_message;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::Uri;
use axum::middleware::Next;
use axum::response::Response;
use axum::{Router, middleware};
use tower::util::MapRequestLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, RequestId, SetRequestIdLayer};
use tower_http::trace::TraceLayer;
use tracing::Span;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

use crate::state::AppState;
use api_error::ApiError;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Deskhand model service",
        description = "One request is one run of the computer-use loop. The service keeps nothing.\n\nCallers send the token \
            that the service was started with as `Authorization: Bearer`. Without one, it only accepts programs of its own \
            machine."
    ),
    servers((url = ".")),
    tags(
        (name = "chat", description = "Plain chat, without a desktop"),
        (name = "models", description = "Which models there are, and whether they can be reached"),
        (name = "runs", description = "The computer-use loop on a desktop"),
        (name = "service", description = "The service itself")),
    security(("bearer" = []), ()),
    modifiers(&BearerScheme)
)]
struct ApiDocument;

/// Documents the token.
struct BearerScheme;

impl Modify for BearerScheme {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("bearer", scheme);
    }
}

/// The API.
fn router(state: AppState) -> Router {
    let runs =
        OpenApiRouter::new().routes(routes!(runs::create_run)).layer(DefaultBodyLimit::max(run_body::LIMIT));
    let spending = OpenApiRouter::new()
        .routes(routes!(send_message::send_message))
        .routes(routes!(metrics::metrics))
        .routes(routes!(models::list_models))
        .routes(routes!(models::check_models))
        .merge(runs)
        .layer(middleware::from_fn_with_state(state.clone(), require_access));
    let (api, document) = OpenApiRouter::with_openapi(ApiDocument::openapi())
        .routes(routes!(health::health))
        .merge(spending)
        .split_for_parts();
    api.merge(SwaggerUi::new("/docs").url("/openapi.json", document))
        .fallback(async || ApiError::NoRoute)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(middleware::map_response(api_error::name_request))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(middleware::from_fn_with_state(state.metrics.http.clone(), telemetry::http::count))
        .layer(middleware::from_fn_with_state(state.access_log, telemetry::access_log::log))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(middleware::from_fn_with_state(state.tracer.clone(), traces::server::trace))
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .with_state(state)
}

/// The tracing span of a request.
fn span(request: &Request) -> Span {
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok());
    let path = request.uri().path();
    tracing::info_span!("request", http.method = %request.method(), http.path = path, request.id = id)
}

/// The API, with trailing slashes made optional. That has to happen before routing. `/docs/` has one of its own.
pub(crate) fn service(state: AppState) -> Router {
    let routed = MapRequestLayer::new(|mut request: Request| {
        let path = request.uri().path();
        if path.len() > 1
            && path.ends_with('/')
            && !path.starts_with("/docs")
            && let Some(uri) = with_path(request.uri(), path.trim_end_matches('/'))
        {
            *request.uri_mut() = uri;
        }
        request
    });
    Router::new().fallback_service(router(state)).layer(routed)
}

/// The same address with another path.
fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let path_and_query = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path_and_query.parse().ok()?);
    Uri::from_parts(parts).ok()
}

/// Refuses callers that are not accepted, before their body is read.
async fn require_access(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    state.access.check(&parts)?;
    Ok(next.run(Request::from_parts(parts, body)).await)
}
