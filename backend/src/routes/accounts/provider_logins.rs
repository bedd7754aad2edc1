//! Logging in with an account elsewhere. The browser goes to the provider and comes back; whatever goes wrong is told by the page
//! that it comes back to.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use protocol::secret::Secret;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use url::Url;
use url::form_urlencoded::Serializer;
use utoipa::{IntoParams, ToSchema};

use crate::app::{AppState, Parts};
use crate::http::client::BasePath;
use crate::http::current_user::{Caller, CurrentUser};
use crate::http::json::Json;
use crate::http::local_path::LocalPath;
use crate::http::own_address::OwnAddress;
use crate::http::pending_login::PendingLogin;
use crate::http::problem::{ApiError, Problem};
use crate::http::provider_cookie::ProviderCookie;
use crate::http::query::Query;
use crate::routes::accounts::login::begin_session;
use crate::services::accounts::AccountError;
use crate::services::audit::Source;
use crate::services::identity_providers::ProviderLoginError;
use crate::services::identity_providers::attempts::{Callback, NewAttempt, Purpose};
use crate::services::identity_providers::form::is_slug;
use crate::services::identity_providers::logins::Identified;
use crate::services::sessions::LoginWith;
use crate::store::oauth_attempts::OauthAttempt;
use crate::store::users::{self, User};
use crate::words::Language;

/// The page where people link and unlink.
const ACCOUNT: &str = "/account";

/// A login to begin.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "next": "/chats/0198c2c4-8a2f-7b11-8e55-0f2d9c7a4b12" }))]
pub(in crate::routes) struct ProviderLoginForm {
    /// The path of the page to open afterwards.
    #[serde(default)]
    next: Option<String>,
    /// The token from the link of an invitation, for somebody who registers.
    #[serde(default)]
    invitation: Option<Secret>,
    /// Whether to link the account there to that of the browser's session, instead of logging in.
    #[serde(default)]
    link: bool,
}

/// A login that has begun.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct BegunProviderLogin {
    /// The address at the provider that the browser has to open, within ten minutes.
    url: Url,
}

/// Where to go after a login.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::routes) struct Next {
    /// The path of the page to open afterwards.
    #[serde(default)]
    next: Option<String>,
}

/// What the provider sends the browser back with.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::routes) struct CallbackParameters {
    /// Tells for which login the browser comes back.
    #[serde(default)]
    state: String,
    /// Gets the tokens.
    #[serde(default)]
    code: Option<String>,
    /// Why there is no code.
    #[serde(default)]
    error: Option<String>,
    /// The provider's issuer.
    #[serde(default)]
    iss: Option<String>,
}

impl From<CallbackParameters> for Callback {
    fn from(parameters: CallbackParameters) -> Self {
        let CallbackParameters { state, code, error, iss } = parameters;
        Self { state, code, error, issuer: iss }
    }
}

/// Begins to log a browser in with an identity provider, or to link an account there. Sets a cookie: only this browser can
/// complete it.
#[utoipa::path(post, path = "/auth/providers/{provider}/start", operation_id = "begin_provider_login", tag = "Accounts", security(()),
    params(("provider" = String, Path, description = "The provider, as `GET /auth/ways` names it")), request_body = ProviderLoginForm, responses(
    (status = 201, body = BegunProviderLogin, headers(("Set-Cookie", description = "What this browser is known by while it logs in"))),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem, description = "Nobody is logged in to whose account something could be linked"),
    (status = 403, body = Problem, description = "Nobody can log in with this provider (`provider_unusable`)"),
    (status = 422, body = Problem, description = "JSON of another shape"),
    (status = 429, body = Problem, description = "Too many logins were begun; `Retry-After` says when to try again"),
    (status = 502, body = Problem, description = "The provider can't be reached (`provider_unreachable`), or its answers can't be used (`provider_failed`)")))]
pub(in crate::routes) async fn begin(
    State(state): State<AppState>,
    path: Result<Path<String>, axum::extract::rejection::PathRejection>,
    source: Source,
    cookie: ProviderCookie,
    address: OwnAddress,
    caller: Result<Caller, ApiError>,
    Json(form): Json<ProviderLoginForm>,
) -> Result<Response, ApiError> {
    let slug = slug(path)?;
    let purpose = if form.link { Purpose::Link(caller?.user.id) } else { Purpose::LogIn(form.invitation) };
    let (url, set_cookie) =
        begun(&state, &slug, purpose, form.next.as_deref(), cookie, &address, &source).await?;
    let cookies = AppendHeaders([(SET_COOKIE, set_cookie)]);
    Ok((StatusCode::CREATED, cookies, Json(BegunProviderLogin { url })).into_response())
}

/// Sends a browser to an identity provider to log in. For links; pages use `POST`, which tells what goes wrong.
#[utoipa::path(get, path = "/auth/providers/{provider}/start", operation_id = "start_provider_login", tag = "Accounts", security(()),
    params(("provider" = String, Path, description = "The provider, as `GET /auth/ways` names it"), Next), responses(
    (status = 303, description = "To the provider, or to the login page, which tells what went wrong")))]
pub(in crate::routes) async fn start(
    State(state): State<AppState>,
    path: Result<Path<String>, axum::extract::rejection::PathRejection>,
    Extension(base): Extension<BasePath>,
    source: Source,
    cookie: ProviderCookie,
    address: OwnAddress,
    query: Result<Query<Next>, ApiError>,
) -> Response {
    let next = query.ok().and_then(|Query(Next { next })| next);
    let slug = slug(path).unwrap_or_default();
    let purpose = Purpose::LogIn(None);
    match begun(&state, &slug, purpose, next.as_deref(), cookie, &address, &source).await {
        Ok((url, set_cookie)) => {
            (AppendHeaders([(SET_COOKIE, set_cookie)]), Redirect::to(url.as_str())).into_response()
        }
        Err(error) => {
            let next = LocalPath::asked_for(next.as_deref().unwrap_or_default());
            failed(error, "/login", &slug, &next, &base).into_response()
        }
    }
}

/// Completes a login: providers send browsers here.
#[utoipa::path(get, path = "/auth/providers/{provider}/callback", operation_id = "finish_provider_login", tag = "Accounts", security(()),
    params(("provider" = String, Path, description = "The provider"), CallbackParameters), responses(
    (status = 303, description = "To the page that was asked for, with a session; or to the login page or the account page, which tells what went wrong")))]
pub(in crate::routes) async fn callback(
    State(state): State<AppState>,
    path: Result<Path<String>, axum::extract::rejection::PathRejection>,
    Extension(base): Extension<BasePath>,
    source: Source,
    cookie: ProviderCookie,
    (session, user): (Session, Result<CurrentUser, ApiError>),
    query: Result<Query<CallbackParameters>, ApiError>,
) -> Redirect {
    let slug = slug(path).unwrap_or_default();
    let first_page = LocalPath::asked_for("");
    let callback: Callback = match query {
        Ok(Query(parameters)) => parameters.into(),
        Err(error) => return failed(error, "/login", &slug, &first_page, &base),
    };
    let attempt = match state.identity_providers.take(&slug, &callback.state, cookie.token()).await {
        Ok(attempt) => attempt,
        Err(error) => return failed(error.into(), "/login", &slug, &first_page, &base),
    };
    let next = LocalPath::asked_for(&attempt.next);
    let (page, completed) = match attempt.user_id {
        Some(_) => (ACCOUNT, link(&state, &attempt, &callback, user.ok(), &source).await),
        None => ("/login", log_in(&state, &attempt, &callback, &session, &source).await),
    };
    match completed {
        Ok(()) => Redirect::to(&next.below(&base.0)),
        Err(error) => failed(error, page, &slug, &next, &base),
    }
}

/// The code of a second factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "123456" }))]
pub(in crate::routes) struct LoginCode {
    /// A code of the authenticator app, or a recovery code.
    code: Secret,
}

/// Completes a browser's login with an identity provider that waits for the code of the second factor, for five minutes and five
/// codes.
#[utoipa::path(post, path = "/auth/session/code", operation_id = "complete_session", tag = "Accounts", security(()), request_body = LoginCode, responses(
    (status = 200, body = User),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem, description = "The code is missing (`second_factor_required`) or wrong (`second_factor_wrong`)"),
    (status = 403, body = Problem, description = "No login of this browser waits for a code (`provider_login_expired`), or the account is disabled (`account_disabled`)"),
    (status = 422, body = Problem, description = "JSON of another shape"),
    (status = 429, body = Problem, description = "Too many wrong codes; `Retry-After` says when to try again")))]
pub(in crate::routes) async fn complete(
    State(state): State<AppState>,
    session: Session,
    source: Source,
    Json(LoginCode { code }): Json<LoginCode>,
) -> Result<Json<User>, ApiError> {
    let pending = PendingLogin::attempt(&session, state.clock.now()).await?;
    let pending = pending.ok_or(ProviderLoginError::AttemptInvalid)?;
    let user = {
        let mut conn = state.database.connection().await?;
        users::find(&mut conn, pending.user_id).await?.ok_or(ProviderLoginError::AttemptInvalid)?
    };
    if user.disabled_at.is_some() {
        return Err(ProviderLoginError::Disabled.into());
    }
    state.second_factors.verify(&user, Some(&code), &source).await?;
    PendingLogin::end(&session).await?;
    begin_session(&state, &session, &user, LoginWith::Provider(&pending.provider), &source).await?;
    Ok(Json(user))
}

/// Begins a login. Returns the address at the provider, and the header that sets the browser's cookie.
async fn begun(
    state: &AppState,
    slug: &str,
    purpose: Purpose,
    next: Option<&str>,
    cookie: ProviderCookie,
    address: &OwnAddress,
    source: &Source,
) -> Result<(Url, String), ApiError> {
    let usual = if matches!(purpose, Purpose::Link(_)) { ACCOUNT } else { "/" };
    let (browser, set_cookie) = cookie.begin();
    let new = NewAttempt {
        purpose,
        browser,
        redirect_uri: callback_address(address, slug),
        next: LocalPath::asked_for(next.unwrap_or(usual)).as_str().to_owned(),
        address: source.address,
    };
    let url = state.identity_providers.begin(&state.accounts.throttle, slug, new).await?;
    Ok((url, set_cookie))
}

/// Where a provider sends browsers back to.
pub(in crate::routes) fn callback_address(OwnAddress(address): &OwnAddress, slug: &str) -> String {
    format!("{address}api/v1/auth/providers/{slug}/callback")
}

async fn log_in(
    state: &AppState,
    attempt: &OauthAttempt,
    callback: &Callback,
    session: &Session,
    source: &Source,
) -> Result<(), ApiError> {
    let Parts { accounts, site_settings, identity_providers, .. } = &**state;
    let (provider, profile) = identity_providers.identify(attempt, callback).await?;
    let identified = Identified { provider: &provider, profile: &profile };
    let invitation = attempt.invitation_sha256.as_deref();
    let user = identity_providers.account(accounts, site_settings, &identified, invitation, source).await?;
    match state.second_factors.verify(&user, None, source).await {
        Ok(()) => begin_session(state, session, &user, LoginWith::Provider(&provider.slug), source).await,
        Err(error @ AccountError::SecondFactorRequired) => {
            PendingLogin::begin(session, user.id, &provider.slug, state.clock.now()).await?;
            Err(error.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Links an identity to the account of the browser's session, which has to be the one that began.
async fn link(
    state: &AppState,
    attempt: &OauthAttempt,
    callback: &Callback,
    user: Option<CurrentUser>,
    source: &Source,
) -> Result<(), ApiError> {
    let user = user.map(|CurrentUser(user)| user).filter(|user| Some(user.id) == attempt.user_id);
    let user = user.ok_or(ProviderLoginError::SessionChanged)?;
    let (provider, profile) = state.identity_providers.identify(attempt, callback).await?;
    let identified = Identified { provider: &provider, profile: &profile };
    state.identity_providers.link(&user, &identified, source).await?;
    Ok(())
}

/// Sends the browser to a page of ours that tells what went wrong. Its address has a code and no text: anybody can write one.
fn failed(error: ApiError, page: &str, slug: &str, next: &LocalPath, BasePath(base): &BasePath) -> Redirect {
    let mut query = Serializer::new(String::new());
    query.append_pair("error", &error.into_problem(Language::English).code);
    query.append_pair("provider", slug);
    if page != ACCOUNT && next.as_str() != "/" {
        query.append_pair("next", next.as_str());
    }
    Redirect::to(&format!("{}{page}?{}", base.trim_end_matches('/'), query.finish()))
}

fn slug(path: Result<Path<String>, axum::extract::rejection::PathRejection>) -> Result<String, ApiError> {
    let slug = path.ok().map(|Path(slug)| slug).filter(|slug| is_slug(slug));
    slug.ok_or_else(|| ProviderLoginError::NoProvider.into())
}
