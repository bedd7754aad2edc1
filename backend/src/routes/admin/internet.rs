//! What the desktops of everybody ask of the internet.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::AppState;
use crate::http::current_user::Superuser;
use crate::http::page::{BeforeParameters, BeforeRequest};
use crate::http::problem::{ApiError, Problem};
use crate::http::query::Query;
use crate::store::internet_requests::{ListedInternetRequest, RequestFilter};
use crate::text::visible;

/// Which requests to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::routes) struct RequestQuery {
    /// Only those for this host.
    #[serde(default)]
    #[param(example = "example.com")]
    host: Option<String>,
    /// Only those that were refused.
    #[serde(default)]
    refused: bool,
}

/// Lists the requests of all desktops to the proxy, the newest first. For superusers.
///
/// The newest 10,000 of each chat are kept, and as long as the retention says.
#[utoipa::path(get, path = "/admin/internet/requests", operation_id = "list_all_internet_requests", tag = "Administration",
    params(RequestQuery, BeforeParameters), responses(
    (status = 200, body = Vec<ListedInternetRequest>, headers(("Link", description = "The next page, if there is one: `<?...>; rel=next`"))),
    (status = 400, body = Problem, description = "A parameter has another type"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 422, body = Problem, description = "A parameter is out of range")))]
pub(in crate::routes) async fn requests(
    State(state): State<AppState>,
    _: Superuser,
    Query(RequestQuery { host, refused }): Query<RequestQuery>,
    request: BeforeRequest,
) -> Result<Response, ApiError> {
    let filter = RequestFilter { host: host.map(|host| visible(host.trim()).to_lowercase()), refused };
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let mut found = state.desktops.egress.all_requests(&filter, request.before, request.limit + 1).await?;
    let next = found.get(limit).map(|earlier| earlier.id + 1);
    found.truncate(limit);
    Ok(request.answer(found, next))
}
