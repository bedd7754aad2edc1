//! The identity providers with which people may log in.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::secret::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::AppState;
use crate::http::current_user::Superuser;
use crate::http::json::{Json, nullable};
use crate::http::own_address::OwnAddress;
use crate::http::problem::{ApiError, Problem};
use crate::routes::accounts::provider_logins::callback_address;
use crate::services::audit::Source;
use crate::services::identity_providers::Provider;
use crate::services::identity_providers::form::{NewProvider, ProviderChange, is_slug};
use crate::store::identity_providers::ProviderKind;
use crate::words::BackendReason;

/// An identity provider. Its client secret is never shown.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct IdentityProvider {
    /// Identifies it in addresses.
    slug: String,
    /// What it speaks.
    kind: ProviderKind,
    /// Its name on buttons.
    name: String,
    /// The issuer of an OpenID Connect provider, or the address of GitHub.
    issuer: String,
    /// What it knows this installation by.
    client_id: String,
    /// Whether this installation has a secret to authenticate itself with.
    has_client_secret: bool,
    /// What is asked for.
    scopes: Vec<String>,
    /// Whether people can log in with it.
    enabled: bool,
    /// Whether it makes accounts for people who have none, if they may register.
    registers: bool,
    /// The domains of the e-mail addresses with which it does; empty: all.
    email_domains: Vec<String>,
    /// Whether the environment sets it up, so that it can't be changed here.
    is_fixed: bool,
    /// Where it has to send browsers back to: enter it there as the redirect or callback address.
    callback_url: String,
}

/// An identity provider to set up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "slug": "company", "kind": "oidc", "name": "Company login", "issuer": "https://login.example.org/realms/company", "client_id": "deskhand", "client_secret": "as the provider shows it" }))]
pub(in crate::routes) struct NewIdentityProvider {
    /// Identifies it in addresses: up to 32 of a-z, 0-9 and -.
    slug: String,
    /// What it speaks.
    kind: ProviderKind,
    /// Its name on buttons.
    name: String,
    /// The issuer of an OpenID Connect provider, letter by letter as it calls itself; or the address of GitHub.
    issuer: String,
    /// What it knows this installation by.
    client_id: String,
    /// What this installation authenticates itself with; `null` for a public client.
    #[serde(default)]
    client_secret: Option<Secret>,
    /// What is asked for; by default the profile and the e-mail address.
    #[serde(default)]
    scopes: Option<Vec<String>>,
    /// Whether people can log in with it; by default they can.
    #[serde(default)]
    enabled: Option<bool>,
    /// Whether it makes accounts for people who have none, if they may register; by default it does.
    #[serde(default)]
    registers: Option<bool>,
    /// The domains of the e-mail addresses with which it does; by default all.
    #[serde(default)]
    email_domains: Option<Vec<String>>,
}

/// Changes to an identity provider; a missing field is unchanged. Another issuer is another provider.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "enabled": false }))]
pub(in crate::routes) struct IdentityProviderChanges {
    /// Its name on buttons.
    #[serde(default)]
    name: Option<String>,
    /// What it knows this installation by.
    #[serde(default)]
    client_id: Option<String>,
    /// What this installation authenticates itself with; `null` for a public client.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    client_secret: Option<Option<Secret>>,
    /// What is asked for.
    #[serde(default)]
    scopes: Option<Vec<String>>,
    /// Whether people can log in with it.
    #[serde(default)]
    enabled: Option<bool>,
    /// Whether it makes accounts for people who have none, if they may register.
    #[serde(default)]
    registers: Option<bool>,
    /// The domains of the e-mail addresses with which it does; empty: all.
    #[serde(default)]
    email_domains: Option<Vec<String>>,
}

/// What came of checking an identity provider.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct ProviderCheck {
    /// Whether it answers as it should.
    ok: bool,
    /// What is wrong, and what to do about it.
    problem: Option<String>,
}

/// Lists the identity providers. For superusers.
#[utoipa::path(get, path = "/admin/identity-providers", operation_id = "list_identity_providers", tag = "Administration", responses(
    (status = 200, body = Vec<IdentityProvider>),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser")))]
pub(in crate::routes) async fn list(
    State(state): State<AppState>,
    _: Superuser,
    address: OwnAddress,
) -> Result<Json<Vec<IdentityProvider>>, ApiError> {
    let providers = state.identity_providers.list().await?;
    Ok(Json(providers.into_iter().map(|provider| view(provider, &address)).collect()))
}

/// Sets an identity provider up. For superusers.
#[utoipa::path(post, path = "/admin/identity-providers", operation_id = "create_identity_provider", tag = "Administration", request_body = NewIdentityProvider, responses(
    (status = 201, body = IdentityProvider),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 409, body = Problem, description = "The slug is taken (`slug_taken`), there are too many (`too_many_providers`), or the environment sets it up (`provider_fixed`)"),
    (status = 422, body = Problem, description = "The form can't be used")))]
pub(in crate::routes) async fn create(
    State(state): State<AppState>,
    Superuser(by): Superuser,
    source: Source,
    address: OwnAddress,
    Json(form): Json<NewIdentityProvider>,
) -> Result<(StatusCode, Json<IdentityProvider>), ApiError> {
    let new = NewProvider {
        slug: form.slug,
        kind: form.kind,
        issuer: form.issuer,
        changes: ProviderChange {
            name: Some(form.name),
            client_id: Some(form.client_id),
            client_secret: Some(form.client_secret),
            scopes: form.scopes,
            enabled: form.enabled,
            registers: form.registers,
            email_domains: form.email_domains,
        },
    };
    let created = state.identity_providers.create(new, &by, &source).await?;
    Ok((StatusCode::CREATED, Json(view(created, &address))))
}

/// Changes an identity provider. For superusers.
#[utoipa::path(patch, path = "/admin/identity-providers/{provider}", operation_id = "update_identity_provider", tag = "Administration",
    params(("provider" = String, Path)), request_body = IdentityProviderChanges, responses(
    (status = 200, body = IdentityProvider),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 404, body = Problem),
    (status = 409, body = Problem, description = "The environment sets it up (`provider_fixed`)"),
    (status = 422, body = Problem, description = "The form can't be used")))]
pub(in crate::routes) async fn change(
    State(state): State<AppState>,
    Superuser(by): Superuser,
    source: Source,
    address: OwnAddress,
    path: Result<Path<String>, PathRejection>,
    Json(form): Json<IdentityProviderChanges>,
) -> Result<Json<IdentityProvider>, ApiError> {
    let change = ProviderChange {
        name: form.name,
        client_id: form.client_id,
        client_secret: form.client_secret,
        scopes: form.scopes,
        enabled: form.enabled,
        registers: form.registers,
        email_domains: form.email_domains,
    };
    let changed = state.identity_providers.change(&slug(path)?, change, &by, &source).await?;
    Ok(Json(view(changed, &address)))
}

/// Deletes an identity provider. What people have linked stays, for a provider with the same issuer. For superusers.
#[utoipa::path(delete, path = "/admin/identity-providers/{provider}", operation_id = "delete_identity_provider", tag = "Administration",
    params(("provider" = String, Path)), responses(
    (status = 204),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 404, body = Problem),
    (status = 409, body = Problem, description = "The environment sets it up (`provider_fixed`)")))]
pub(in crate::routes) async fn delete(
    State(state): State<AppState>,
    Superuser(by): Superuser,
    source: Source,
    path: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    state.identity_providers.delete(&slug(path)?, &by, &source).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Checks whether an identity provider can be reached and is the one that is meant. For superusers.
///
/// The client ID and the client secret are checked only by a login.
#[utoipa::path(post, path = "/admin/identity-providers/{provider}/check", operation_id = "check_identity_provider", tag = "Administration",
    params(("provider" = String, Path)), responses(
    (status = 200, body = ProviderCheck),
    (status = 401, body = Problem),
    (status = 403, body = Problem, description = "Not a superuser"),
    (status = 404, body = Problem)))]
pub(in crate::routes) async fn check(
    State(state): State<AppState>,
    _: Superuser,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<ProviderCheck>, ApiError> {
    let problem = state.identity_providers.check(&slug(path)?).await?;
    Ok(Json(ProviderCheck { ok: problem.is_none(), problem }))
}

fn slug(path: Result<Path<String>, PathRejection>) -> Result<String, ApiError> {
    let slug = path.ok().map(|Path(slug)| slug).filter(|slug| is_slug(slug));
    slug.ok_or_else(|| ApiError::not_found(BackendReason::NoLoginProvider))
}

fn view(provider: Provider, address: &OwnAddress) -> IdentityProvider {
    IdentityProvider {
        callback_url: callback_address(address, &provider.slug),
        slug: provider.slug,
        kind: provider.kind,
        name: provider.name,
        issuer: provider.issuer,
        client_id: provider.client_id,
        has_client_secret: provider.has_client_secret,
        scopes: provider.scopes,
        enabled: provider.enabled,
        registers: provider.registers,
        email_domains: provider.email_domains,
        is_fixed: provider.is_fixed,
    }
}
