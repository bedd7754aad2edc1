//! Every route, on one screen.

mod api_error;
mod health;
mod run_body;
mod runs;
mod send_message;

use axum::extract::DefaultBodyLimit;
use axum::{Router, middleware};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::trace::TraceLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

use crate::state::AppState;
use api_error::ApiError;

#[derive(OpenApi)]
#[openapi(info(
    title = "Deskhand model service",
    description = "One request is one run of the computer-use loop. The service keeps nothing."
))]
struct ApiDocument;

/// The API.
pub(crate) fn router(state: AppState) -> Router {
    let (api, document) = OpenApiRouter::with_openapi(ApiDocument::openapi())
        .routes(routes!(health::health))
        .routes(routes!(send_message::send_message))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(runs::create_run))
                .layer(DefaultBodyLimit::max(run_body::LIMIT)),
        )
        .split_for_parts();
    api.merge(SwaggerUi::new("/docs").url("/openapi.json", document))
        .fallback(async || ApiError::NoRoute)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(middleware::map_response(api_error::name_request))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(TraceLayer::new_for_http())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .with_state(state)
}
