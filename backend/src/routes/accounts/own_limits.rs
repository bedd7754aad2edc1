//! What people let their own runs cost.

use axum::extract::State;
use protocol::dollars::Dollars;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::http::current_user::CurrentUser;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};
use crate::services::budgets::{Budget, Payer, Spender, own_limits};
use crate::store::chat_limits::ChatLimits;
use crate::store::own_limits::OwnLimits;
use crate::store::users::User;

/// What the caller's runs may cost.
#[derive(Serialize, ToSchema)]
#[schema(as = SpendingLimits)]
pub(in crate::routes) struct View {
    /// What the caller lets their own runs cost, whoever pays.
    own: OwnLimits,
    /// What superusers let the caller spend of the installation's money.
    allowed: Allowed,
    /// All that applies to a new chat at the installation's expense, and what was spent of it. Of runs and chats, nothing is
    /// used yet.
    budgets: Vec<Budget>,
}

/// What superusers let a person spend, in dollars at list prices. A limit that is `null` does not exist.
#[derive(Serialize, ToSchema)]
#[schema(as = AllowedSpending)]
pub(in crate::routes) struct Allowed {
    /// On each run.
    dollars_per_run: Option<Dollars>,
    /// On each chat.
    dollars_per_chat: Option<Dollars>,
    /// On a day in UTC.
    dollars_per_day: Option<Dollars>,
    /// On a month in UTC.
    dollars_per_month: Option<Dollars>,
}

/// Returns what the caller's runs may cost, and what was spent of it.
#[utoipa::path(get, path = "/users/me/limits", operation_id = "get_own_limits", tag = "Accounts", responses(
    (status = 200, body = View),
    (status = 401, body = Problem)))]
pub(in crate::routes) async fn get(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
) -> Result<Json<View>, ApiError> {
    view(&state, &user).await
}

/// Sets all that the caller lets their own runs cost. It applies at once, also to runs at work and to models with keys of
/// the caller's own.
#[utoipa::path(put, path = "/users/me/limits", operation_id = "set_own_limits", tag = "Accounts", request_body = OwnLimits, responses(
    (status = 200, body = View),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 422, body = Problem, description = "A limit is no amount of dollars, or above what superusers let the caller spend (`own_limit_too_high`)")))]
pub(in crate::routes) async fn set(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    Json(limits): Json<OwnLimits>,
) -> Result<Json<View>, ApiError> {
    let mut conn = state.database.connection().await?;
    state.quotas.set_own_limits(&mut conn, &user, &limits).await?;
    drop(conn);
    view(&state, &user).await
}

async fn view(state: &AppState, user: &User) -> Result<Json<View>, ApiError> {
    let mut conn = state.database.connection().await?;
    let allowed = state.quotas.of(&mut conn, user).await?;
    let spender = Spender {
        user_id: user.id,
        chat_id: None,
        chat_limits: ChatLimits::default(),
        run_id: None,
        payer: Payer::Installation,
    };
    let budgets = state.quotas.budgets(&mut conn, spender, state.clock.now()).await?;
    Ok(Json(View {
        own: own_limits(&mut conn, user.id).await?,
        allowed: Allowed {
            dollars_per_run: allowed.dollars_per_run,
            dollars_per_chat: allowed.dollars_per_chat,
            dollars_per_day: allowed.dollars_per_day,
            dollars_per_month: allowed.dollars_per_month,
        },
        budgets: budgets.all().to_vec(),
    }))
}
