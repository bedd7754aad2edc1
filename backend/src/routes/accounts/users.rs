//! User accounts.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use protocol::secret::Secret;
use protocol::transcript::approval::ApprovalPolicy;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::AppState;
use crate::http::current_user::{CurrentUser, Superuser};
use crate::http::json::{Json, nullable, nullable_object};
use crate::http::page::{PageParameters, PageRequest};
use crate::http::problem::{ApiError, Problem};
use crate::http::query::Query;
use crate::services::account_form::AccountForm;
use crate::services::accounts::{self, SettingsChanges};
use crate::services::audit::{Actor, Source};
use crate::store::model_choice::ModelChoice;
use crate::store::users::{User, UserRole};
use crate::text::visible;

/// A new user.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({ "username": "grace", "email": "grace@example.com", "password": "correct horse battery", "first_name": "Grace", "last_name": "Hopper", "is_superuser": false }))]
pub(in crate::routes) struct NewUserForm {
    #[serde(flatten)]
    account: AccountForm,
    /// Whether the user administers the installation.
    #[serde(default)]
    is_superuser: bool,
}

/// Changes to the caller's profile and settings; a missing field is unchanged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "approval": null }))]
pub(in crate::routes) struct OwnSettings {
    /// Given name.
    #[serde(default)]
    first_name: Option<String>,
    /// Family name.
    #[serde(default)]
    last_name: Option<String>,
    /// E-mail address; unique without regard to case.
    #[serde(default)]
    email: Option<String>,
    /// Which actions need approval in chats without a policy of their own; `null` for none.
    #[serde(default, deserialize_with = "nullable_object")]
    #[schema(value_type = Option<ApprovalPolicy>)]
    approval: Option<Option<ApprovalPolicy>>,
    /// The model of chats without one of their own; `null` for the installation's.
    #[serde(default, deserialize_with = "nullable_object")]
    #[schema(value_type = Option<ModelChoice>)]
    model_choice: Option<Option<ModelChoice>>,
    /// The models that go on where the chosen one can't, in order, at most 3; `null` for the installation's, an empty list for none.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<Vec<ModelChoice>>)]
    model_fallbacks: Option<Option<Vec<ModelChoice>>>,
    /// The time zone of the user's desktops, as a name of the IANA database; `null` for that of the browser, else the
    /// installation's.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, examples("Europe/Vienna"))]
    time_zone: Option<Option<String>>,
    /// Their language, as a BCP 47 tag; `null` for that of the browser, else the installation's.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, examples("de-AT"))]
    language: Option<Option<String>>,
    /// The time zone of the browser. Applies unless the user has chosen one.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    detected_time_zone: Option<Option<String>>,
    /// The language of the browser. Applies unless the user has chosen one.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    detected_language: Option<Option<String>>,
}

impl From<OwnSettings> for SettingsChanges {
    fn from(settings: OwnSettings) -> Self {
        let OwnSettings {
            approval,
            model_choice,
            model_fallbacks,
            time_zone,
            language,
            detected_time_zone,
            detected_language,
            first_name,
            last_name,
            email,
        } = settings;
        Self {
            approval,
            model_choice,
            model_fallbacks,
            time_zone,
            language,
            detected_time_zone,
            detected_language,
            first_name,
            last_name,
            email,
        }
    }
}

/// Which users to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::routes) struct UserFilter {
    /// Only users whose username, e-mail address or name contains this, in any case.
    #[serde(default)]
    search: String,
}

/// Lists users, oldest first. For superusers.
#[utoipa::path(get, path = "/users", operation_id = "list_users", tag = "Accounts", params(UserFilter, PageParameters), responses(
    (status = 200, body = Vec<User>, headers(("Link", description = "The next page, if there is one: `<?...>; rel=next`"))),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 422, body = Problem, description = "A parameter is out of range")))]
pub(in crate::routes) async fn list(
    State(state): State<AppState>,
    _: Superuser,
    Query(UserFilter { search }): Query<UserFilter>,
    request: PageRequest,
) -> Result<Response, ApiError> {
    let users = state.users.list(&visible(&search), request.page()?).await?;
    Ok(request.answer(users, |user| user.id))
}

/// Creates a user. For superusers.
#[utoipa::path(post, path = "/users", operation_id = "create_user", tag = "Accounts", request_body = NewUserForm, responses(
    (status = 201, body = User),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 409, body = Problem, description = "The username or e-mail address is taken"),
    (status = 422, body = Problem, description = "The form can't be used")))]
pub(in crate::routes) async fn create(
    State(state): State<AppState>,
    by: Actor,
    Json(form): Json<NewUserForm>,
) -> Result<(StatusCode, Json<User>), ApiError> {
    let role = if form.is_superuser { UserRole::Superuser } else { UserRole::User };
    Ok((StatusCode::CREATED, Json(state.accounts.create(form.account, role, &by).await?)))
}

/// Returns the caller.
#[utoipa::path(get, path = "/users/me", operation_id = "get_current_user", tag = "Accounts", responses((status = 200, body = User), (status = 401, body = Problem)))]
pub(in crate::routes) async fn me(CurrentUser(user): CurrentUser) -> Json<User> {
    Json(user)
}

/// Changes the caller's own profile and settings. A time zone or a language applies to messages that are sent, and desktops that start,
/// from then on.
#[utoipa::path(patch, path = "/users/me", operation_id = "update_current_user", tag = "Accounts", request_body = OwnSettings, responses(
    (status = 200, body = User),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 409, body = Problem, description = "The e-mail address is taken"),
    (status = 422, body = Problem, description = "The settings can't be used"),
    (status = 503, body = Problem, description = "The model service can't be asked for its models")))]
pub(in crate::routes) async fn change_me(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    Json(settings): Json<OwnSettings>,
) -> Result<Json<User>, ApiError> {
    if let Some(Some(choice)) = &settings.model_choice {
        state.models.check(choice, user.id).await?;
    }
    if let Some(Some(fallbacks)) = &settings.model_fallbacks {
        state.models.check_fallbacks(fallbacks, Some(user.id)).await?;
    }
    Ok(Json(accounts::change_settings(&state.database, user, settings.into()).await?))
}

/// The confirmation of something that can't be undone.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({ "password": "correct horse battery" }))]
pub(in crate::routes) struct PasswordConfirmation {
    /// The caller's password.
    pub(super) password: Secret,
}

/// Deletes the caller's account with all their chats, desktops and files.
#[utoipa::path(delete, path = "/users/me", operation_id = "delete_current_user", tag = "Accounts", request_body = PasswordConfirmation, responses(
    (status = 204, description = "The account is gone. What could not be deleted of its data at once is deleted later"),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "The password is wrong (`wrong_password`)"),
    (status = 409, body = Problem, description = "It is the last superuser who can log in (`last_superuser`), or the account has no password yet (`no_password`)"),
    (status = 422, body = Problem, description = "JSON of another shape"),
    (status = 429, body = Problem, description = "Too many wrong passwords; `Retry-After` says when to try again"),
    (status = 503, body = Problem, description = "Too many passwords are being checked")))]
pub(in crate::routes) async fn delete_me(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    source: Source,
    Json(PasswordConfirmation { password }): Json<PasswordConfirmation>,
) -> Result<StatusCode, ApiError> {
    state.accounts.confirm(&user, &password, &source).await?;
    state.users.delete(user.id, &Actor::User(Box::new(user), source)).await?;
    Ok(StatusCode::NO_CONTENT)
}
