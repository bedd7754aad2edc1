//! All routes on one screen. The same list generates the OpenAPI document.

mod accounts;
mod admin;
mod audit;
mod chats;
mod config;
mod control;
mod desktops;
mod document;
mod egress;
mod events;
mod files;
mod frontend;
mod health;
mod home;
mod jwks;
mod live_view;
mod messages;
mod metrics;
mod model_usage;
mod models;
mod runs;
mod screenshots;
mod socket;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::{Extension, Router};
use tower::util::MapRequestLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;
use tower_sessions::cookie::{self, SameSite};
use tower_sessions::{Expiry, SessionManagerLayer};
use url::Url;
use utoipa::OpenApi as _;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config as SwaggerConfig, SwaggerUi};

use self::accounts::{
    administration, api_tokens, identities, login, own_limits, password_links, provider_logins, registration,
    second_factor, sessions, setup, tickets, tokens, usage, users,
};
use self::document::ApiDoc;
use crate::app::AppState;
use crate::http::allowed_origins::AllowedOrigins;
use crate::http::base_path::{with_path, without_base_path};
use crate::http::body_pace::require_pace;
use crate::http::client::Proxies;
use crate::http::same_origin::{OriginPolicy, require_same_origin};
use crate::http::sessions::{LIFETIME, PostgresSessions};
use crate::http::{client, language, request_id, request_rate, shutting_down};

/// Maximum size of a JSON request body, in bytes.
const JSON_LIMIT: usize = 4 << 20;
/// Pages may load from and connect to this server only.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; connect-src 'self'; img-src 'self' blob: data:; \
    style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// What is wrong if the frontend is not built, and what to do.
pub const FRONTEND_MISSING: &str = frontend::MISSING;

/// Whether the frontend is built.
#[must_use]
pub fn has_frontend() -> bool {
    frontend::is_built()
}

/// The name of the session cookie.
const SESSION_COOKIE: &str = "deskhand_session";

fn administration() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(admin::invitations::list, admin::invitations::create))
        .routes(routes!(admin::invitations::delete))
        .routes(routes!(admin::identity_providers::list, admin::identity_providers::create))
        .routes(routes!(admin::identity_providers::change, admin::identity_providers::delete))
        .routes(routes!(admin::identity_providers::check))
        .routes(routes!(models::site::list, models::site::create))
        .routes(routes!(models::site::change, models::site::delete))
        .routes(routes!(models::site::check))
        .routes(routes!(models::prices::list, models::prices::set, models::prices::delete))
        .routes(routes!(admin::settings::get, admin::settings::change))
        .routes(routes!(model_usage::of_everybody))
        .routes(routes!(admin::retention::get))
        .routes(routes!(admin::internet::requests))
        .routes(routes!(admin::runs::list))
        .routes(routes!(admin::runs::cancel))
        .routes(routes!(admin::desktops::list))
        .routes(routes!(admin::desktops::stop))
        .routes(routes!(admin::desktops::thumbnail))
        .routes(routes!(audit::list))
}

fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(health::health))
        .routes(routes!(health::status))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(setup::status, setup::set_up))
        .routes(routes!(tokens::login))
        .routes(routes!(tokens::refresh))
        .routes(routes!(tokens::logout))
        .routes(routes!(tokens::logout_everywhere))
        .routes(routes!(login::open_session, login::close_session))
        .routes(routes!(users::list, users::create))
        .routes(routes!(users::me, users::change_me, users::delete_me))
        .routes(routes!(models::list))
        .routes(routes!(models::own::list, models::own::create))
        .routes(routes!(models::own::change, models::own::delete))
        .routes(routes!(models::own::check))
        .routes(routes!(administration::get, administration::change, administration::delete))
        .routes(routes!(usage::own))
        .routes(routes!(own_limits::get, own_limits::set))
        .routes(routes!(model_usage::own))
        .routes(routes!(usage::of))
        .routes(routes!(password_links::issue))
        .routes(routes!(password_links::redeem))
        .routes(routes!(registration::ways))
        .routes(routes!(registration::register))
        .routes(routes!(provider_logins::start, provider_logins::begin))
        .routes(routes!(provider_logins::callback))
        .routes(routes!(provider_logins::complete))
        .routes(routes!(identities::list))
        .routes(routes!(identities::delete))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::end))
        .routes(routes!(sessions::change_password))
        .routes(routes!(second_factor::get, second_factor::create, second_factor::delete))
        .routes(routes!(second_factor::confirm))
        .routes(routes!(second_factor::create_recovery_codes))
        .routes(routes!(second_factor::reset))
        .routes(routes!(api_tokens::list, api_tokens::create))
        .routes(routes!(api_tokens::revoke))
        .routes(routes!(tickets::create))
        .merge(administration())
        .routes(routes!(config::config))
        .routes(routes!(files::list))
        // The upload has its own limit, enforced while it streams to the disk.
        .routes(routes!(files::upload::upload).layer(DefaultBodyLimit::disable()))
        .routes(routes!(files::get, files::delete))
        .routes(routes!(files::content::content))
        .routes(routes!(files::links::create, files::links::delete))
        .routes(routes!(files::links::download))
        .routes(routes!(files::rules::get, files::rules::replace))
        .routes(routes!(chats::list, chats::create))
        .routes(routes!(chats::get, chats::rename, chats::delete))
        .routes(routes!(chats::files))
        .routes(routes!(chats::cost))
        .routes(routes!(files::archive::archive))
        .routes(routes!(chats::fork))
        .routes(routes!(messages::add))
        .routes(routes!(messages::list))
        .routes(routes!(events::stream))
        .routes(routes!(events::log))
        .routes(routes!(socket::connect))
        .routes(routes!(screenshots::content))
        .routes(routes!(desktops::get, desktops::start))
        .routes(routes!(desktops::screenshot))
        .routes(routes!(home::list))
        // The upload has its own limit, enforced while it streams to the disk.
        .routes(routes!(home::download, home::upload).layer(DefaultBodyLimit::disable()))
        .routes(routes!(egress::get, egress::set))
        .routes(routes!(egress::requests))
        .routes(routes!(control::take, control::release))
        .routes(routes!(live_view::connect))
        .routes(routes!(runs::get))
        .routes(routes!(runs::cancel))
        .routes(routes!(runs::pause))
        .routes(routes!(runs::resume))
        .routes(routes!(runs::decide))
        .routes(routes!(runs::answer))
}

fn documented() -> (Router<AppState>, utoipa::openapi::OpenApi) {
    let (router, mut openapi) = OpenApiRouter::with_openapi(ApiDoc::openapi())
        .routes(routes!(jwks::get))
        .routes(routes!(metrics::show))
        .nest("/api/v1", api())
        .split_for_parts();
    document::complete(&mut openapi);
    (router, openapi)
}

/// The OpenAPI document.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    documented().1
}

/// The router of the whole service, with its middleware.
pub fn router(state: AppState) -> Router {
    let (api, openapi) = documented();
    let scopes = Arc::new(document::operation_scopes(&openapi));
    let sessions = PostgresSessions { database: state.database.clone(), clock: state.clock.clone() };
    let sessions = SessionManagerLayer::new(sessions)
        .with_name(SESSION_COOKIE)
        .with_same_site(SameSite::Lax)
        .with_http_only(true)
        // Browsers on other machines may use plain HTTP. `client::identify` adds `Secure` for those that use HTTPS.
        .with_secure(false)
        // Also below a base path: the session is the same at the root, and which path a browser sees is not always known.
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(cookie::time::Duration::seconds(LIFETIME.num_seconds())));
    let proxies = Proxies::from(&state.proxy);
    let allowed = AllowedOrigins(Arc::clone(&state.allowed_origins));
    let cors = allowed.cors();
    let origins = OriginPolicy { proxies: proxies.clone(), allowed };
    let header = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let router = api
        .route("/health", axum::routing::get(health::health))
        .route("/health/live", axum::routing::get(health::live))
        .route("/health/ready", axum::routing::get(health::ready))
        .merge(docs(openapi))
        .fallback(frontend::serve)
        .method_not_allowed_fallback(frontend::method_not_allowed)
        .layer(from_fn_with_state(state.clone(), shutting_down::refuse_new_work))
        .layer(DefaultBodyLimit::max(JSON_LIMIT))
        .layer(Extension(scopes))
        .layer(sessions)
        .layer(from_fn_with_state(state.clone(), request_rate::limit))
        .layer(from_fn_with_state(state.connection_limits.body, require_pace))
        .layer(from_fn_with_state(origins, require_same_origin))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .layer(header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "same-origin"))
        .layer(axum::middleware::from_fn(language::complete_problems));
    // Answers what browsers ask before a request from a page of another origin.
    let router = match cors {
        Some(cors) => router.layer(cors),
        None => router,
    };
    router
        .layer(CompressionLayer::new().compress_when(is_json))
        .layer(from_fn_with_state(state.metrics.http.clone(), telemetry::http::count))
        .layer(from_fn_with_state(state.access_log, telemetry::access_log::log))
        .layer(TraceLayer::new_for_http().make_span_with(request_id::span))
        .layer(from_fn_with_state(state.tracer.clone(), traces::server::trace))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(from_fn_with_state(proxies, client::identify))
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .with_state(state)
}

/// The API's documentation. Its addresses are relative, so that they hold below every base path. Without `none`, it would send
/// its address to a validator on the internet.
fn docs(openapi: utoipa::openapi::OpenApi) -> Router<AppState> {
    let config = SwaggerConfig::new(["../openapi.json"]).validator_url("none");
    let docs = SwaggerUi::new("/docs").url("/openapi.json", openapi).config(config);
    Router::from(docs).layer(map_response(async |mut response: Response| {
        if let Some(location) = response.headers_mut().get_mut(header::LOCATION) {
            *location = HeaderValue::from_static("docs/");
        }
        response
    }))
}

/// Whether to compress a response. Files are sent as they are, and event streams must not wait for a compressor.
fn is_json(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|media_type| media_type.to_str().ok());
    let is_download = headers.contains_key(header::CONTENT_DISPOSITION);
    !is_download && media_type.is_some_and(|media_type| media_type.ends_with("json"))
}

pub use self::metrics::service as metrics_service;

/// The whole service, ready to be served. What changes the path has to happen before routing.
pub fn service(state: AppState) -> Router {
    let base_path = state.proxy.public_url.as_ref().map_or("/", Url::path).to_owned();
    let routed =
        MapRequestLayer::new(move |request| without_trailing_slash(without_base_path(request, &base_path)));
    Router::new().fallback_service(router(state)).layer(routed)
}

/// Makes the trailing slashes of API paths optional.
fn without_trailing_slash(mut request: Request) -> Request {
    let path = request.uri().path();
    if path.starts_with("/api/")
        && path.ends_with('/')
        && let Some(uri) = with_path(request.uri(), path.trim_end_matches('/'))
    {
        *request.uri_mut() = uri;
    }
    request
}
