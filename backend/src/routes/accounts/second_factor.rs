//! The second factor of the caller, and resetting that of somebody who has lost it.

use axum::extract::State;
use axum::http::StatusCode;
use protocol::secret::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::users::PasswordConfirmation;
use crate::app::AppState;
use crate::http::current_user::CurrentUser;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};
use crate::http::user_path::UserPath;
use crate::services::audit::Source;
use crate::services::second_factors::{self, SecondFactorView};

/// A secret for an authenticator app. It is shown only now.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct NewSecondFactor {
    /// The secret as people type it into the app: base32.
    secret: Secret,
    /// The same as an `otpauth:` address, which apps read from a QR code.
    url: Secret,
}

/// A code of an authenticator app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "287082" }))]
pub(in crate::routes) struct CodeForm {
    /// 6 digits.
    code: Secret,
}

/// The caller's password, and a code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "password": "correct horse battery", "code": "287082" }))]
pub(in crate::routes) struct SecondFactorProof {
    /// The caller's password.
    password: Secret,
    /// A code of the authenticator app, or a recovery code.
    code: Secret,
}

/// Recovery codes. They are shown only now.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct RecoveryCodes {
    /// Each logs in once, in place of a code of the app.
    codes: Vec<Secret>,
}

/// Tells whether the caller's logins ask for a code.
#[utoipa::path(get, path = "/users/me/second-factor", operation_id = "get_second_factor", tag = "Accounts", responses(
    (status = 200, body = SecondFactorView),
    (status = 401, body = Problem)))]
pub(in crate::routes) async fn get(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
) -> Result<Json<SecondFactorView>, ApiError> {
    Ok(Json(state.second_factors.get(user.id).await?))
}

/// Makes a secret for an authenticator app (RFC 6238: SHA-1, 6 digits, 30 s).
///
/// Logins ask for codes once the first one is confirmed, which is possible for an hour.
#[utoipa::path(post, path = "/users/me/second-factor", operation_id = "create_second_factor", tag = "Accounts", request_body = PasswordConfirmation, responses(
    (status = 201, body = NewSecondFactor),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "The password is wrong (`wrong_password`)"),
    (status = 409, body = Problem, description = "It is on already (`second_factor_on`), or the account has no password yet (`no_password`)"),
    (status = 422, body = Problem, description = "JSON of another shape"),
    (status = 429, body = Problem, description = "Too many wrong passwords; `Retry-After` says when to try again"),
    (status = 503, body = Problem, description = "Too many passwords are being checked")))]
pub(in crate::routes) async fn create(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    source: Source,
    Json(PasswordConfirmation { password }): Json<PasswordConfirmation>,
) -> Result<(StatusCode, Json<NewSecondFactor>), ApiError> {
    let totp = state.second_factors.begin(&user, &password, &source).await?;
    let url = totp.url().map_err(ApiError::internal)?;
    Ok((StatusCode::CREATED, Json(NewSecondFactor { secret: totp.secret(), url })))
}

/// Turns the second factor on with the first code of the app, and answers with recovery codes.
///
/// From then on, logins with the password need a code. Sessions, refresh tokens and API tokens go on.
#[utoipa::path(post, path = "/users/me/second-factor/confirm", operation_id = "confirm_second_factor", tag = "Accounts", request_body = CodeForm, responses(
    (status = 200, body = RecoveryCodes),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "The code is wrong (`second_factor_wrong`)"),
    (status = 409, body = Problem, description = "It is on already (`second_factor_on`), or no secret waits for a code (`second_factor_not_begun`)"),
    (status = 422, body = Problem, description = "JSON of another shape"),
    (status = 429, body = Problem, description = "Too many wrong codes; `Retry-After` says when to try again")))]
pub(in crate::routes) async fn confirm(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    source: Source,
    Json(CodeForm { code }): Json<CodeForm>,
) -> Result<Json<RecoveryCodes>, ApiError> {
    let codes = state.second_factors.confirm(&user, &code, &source).await?;
    Ok(Json(RecoveryCodes { codes }))
}

/// Turns the caller's second factor off.
#[utoipa::path(delete, path = "/users/me/second-factor", operation_id = "delete_second_factor", tag = "Accounts", request_body = SecondFactorProof, responses(
    (status = 204),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "The password is wrong (`wrong_password`), or the code (`second_factor_wrong`)"),
    (status = 409, body = Problem, description = "It is not on (`second_factor_off`)"),
    (status = 422, body = Problem, description = "JSON of another shape"),
    (status = 429, body = Problem, description = "Too many wrong passwords or codes; `Retry-After` says when to try again"),
    (status = 503, body = Problem, description = "Too many passwords are being checked")))]
pub(in crate::routes) async fn delete(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    source: Source,
    Json(SecondFactorProof { password, code }): Json<SecondFactorProof>,
) -> Result<StatusCode, ApiError> {
    state.second_factors.turn_off(&user, (&password, &code), &source).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes new recovery codes, which replace the others.
#[utoipa::path(post, path = "/users/me/second-factor/recovery-codes", operation_id = "create_recovery_codes", tag = "Accounts", request_body = SecondFactorProof, responses(
    (status = 201, body = RecoveryCodes),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "The password is wrong (`wrong_password`), or the code (`second_factor_wrong`)"),
    (status = 409, body = Problem, description = "It is not on (`second_factor_off`)"),
    (status = 422, body = Problem, description = "JSON of another shape"),
    (status = 429, body = Problem, description = "Too many wrong passwords or codes; `Retry-After` says when to try again"),
    (status = 503, body = Problem, description = "Too many passwords are being checked")))]
pub(in crate::routes) async fn create_recovery_codes(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    source: Source,
    Json(SecondFactorProof { password, code }): Json<SecondFactorProof>,
) -> Result<(StatusCode, Json<RecoveryCodes>), ApiError> {
    let codes = state.second_factors.renew_codes(&user, (&password, &code), &source).await?;
    Ok((StatusCode::CREATED, Json(RecoveryCodes { codes })))
}

/// Removes the second factor of somebody who has lost it: their next login needs the password only. For superusers.
#[utoipa::path(delete, path = "/users/{user_id}/second-factor", operation_id = "reset_second_factor", tag = "Accounts", params(("user_id" = uuid::Uuid, Path)), responses(
    (status = 204),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser, or it is the caller's own (`own_second_factor`)"),
    (status = 404, body = Problem),
    (status = 409, body = Problem, description = "It is not on (`second_factor_off`)")))]
pub(in crate::routes) async fn reset(
    State(state): State<AppState>,
    UserPath { user_id, by }: UserPath,
) -> Result<StatusCode, ApiError> {
    second_factors::reset(&state.database, &state.clock, user_id, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}
