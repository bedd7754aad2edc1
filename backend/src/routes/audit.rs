//! The audit log.

use axum::extract::State;
use axum::response::Response;

use crate::app::AppState;
use crate::http::current_user::Superuser;
use crate::http::page::{PageParameters, PageRequest};
use crate::http::problem::{ApiError, Problem};
use crate::store::audit::{self, AuditEntry};

/// Lists who did what to accounts, keys and settings, the newest first. For superusers.
///
/// Entries are kept as long as the retention says, at first for a year, and at most a million.
#[utoipa::path(get, path = "/admin/audit", operation_id = "list_audit_entries", tag = "Administration", params(PageParameters), responses(
    (status = 200, body = Vec<AuditEntry>, headers(("Link", description = "The next page, if there is one: `<?...>; rel=next`"))),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 422, body = Problem, description = "A parameter is out of range")))]
pub(super) async fn list(
    State(state): State<AppState>,
    _: Superuser,
    request: PageRequest,
) -> Result<Response, ApiError> {
    let page = request.page()?;
    let entries = audit::list(&mut *state.database.connection().await?, page).await?;
    Ok(request.answer(entries, |entry| entry.id))
}
