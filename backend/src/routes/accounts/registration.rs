//! How people get in: which ways there are, and registering.

use axum::extract::State;
use axum::http::StatusCode;
use protocol::secret::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::{AppState, Parts};
use crate::config::registration::RegistrationMode;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};
use crate::routes::accounts::tokens::LoginTokens;
use crate::services::account_form::AccountForm;
use crate::services::audit::Source;
use crate::services::registration;
use crate::store::identity_providers::ProviderKind;

/// The ways to log in and to get an account.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct Ways {
    /// Whether people log in with a password.
    password: bool,
    /// Who may register.
    registration: RegistrationMode,
    /// The identity providers with which people can log in.
    providers: Vec<LoginProvider>,
}

/// An identity provider with which people can log in.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct LoginProvider {
    /// Identifies it in addresses.
    slug: String,
    /// Its name.
    name: String,
    /// What it speaks.
    kind: ProviderKind,
    /// Whether people who have no account get one with it, if they may register.
    registers: bool,
}

/// The account of somebody who registers.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({ "username": "grace", "email": "grace@example.com", "password": "correct horse battery", "invitation": "from the link" }))]
pub(in crate::routes) struct Registration {
    /// The token from the link of an invitation.
    #[serde(default)]
    invitation: Option<Secret>,
    #[serde(flatten)]
    account: AccountForm,
}

/// Tells how people can log in and whether they can register.
#[utoipa::path(get, path = "/auth/ways", operation_id = "get_login_ways", tag = "Accounts", security(()), responses((status = 200, body = Ways)))]
pub(in crate::routes) async fn ways(State(state): State<AppState>) -> Result<Json<Ways>, ApiError> {
    let registration = state.site_settings.registration().await?.value;
    let providers = state.identity_providers.enabled().await?.into_iter().map(|provider| LoginProvider {
        slug: provider.slug,
        name: provider.name,
        kind: provider.kind,
        registers: provider.registers,
    });
    Ok(Json(Ways { password: true, registration, providers: providers.collect() }))
}

/// Creates an account, and answers as a login does.
#[utoipa::path(post, path = "/auth/register", operation_id = "register_user", tag = "Accounts", security(()), request_body = Registration, responses(
    (status = 201, body = LoginTokens),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 403, body = Problem, description = "Nobody can register (`registration_closed`), or not without an invitation (`invitation_needed`), or not with this one (`invitation_refused`, `invitation_for_another`)"),
    (status = 409, body = Problem, description = "The username or e-mail address is taken"),
    (status = 422, body = Problem, description = "The form can't be used"),
    (status = 429, body = Problem, description = "Too many registrations from this address; `Retry-After` says when to try again"),
    (status = 503, body = Problem, description = "Too many passwords are being checked")))]
pub(in crate::routes) async fn register(
    State(state): State<AppState>,
    source: Source,
    Json(Registration { invitation, account }): Json<Registration>,
) -> Result<(StatusCode, Json<LoginTokens>), ApiError> {
    let Parts { accounts, site_settings, .. } = &*state;
    let user = registration::register(accounts, site_settings, account, invitation.as_ref(), &source).await?;
    Ok((StatusCode::CREATED, Json(state.program_logins.open(user, "", &source).await?.into())))
}
