//! Extractors for whoever sends a request.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, OptionalFromRequestParts, Path};
use axum::http::header::{AUTHORIZATION, UPGRADE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method};
use chrono::TimeDelta;
use protocol::ids::{ChatId, UserId};
use serde::Deserialize;
use telemetry::access_log::record;
use tower_sessions::Session;
use url::form_urlencoded;

use crate::app::AppState;
use crate::auth::credential::Credential;
use crate::auth::opaque_token::TokenKind;
use crate::auth::scope::Scope;
use crate::http::client::Client;
use crate::http::language::ResponseLanguage;
use crate::http::problem::ApiError;
use crate::http::request_rate;
use crate::http::sessions::{USER_ID, extend, stored_id};
use crate::services::audit::{Actor, Source};
use crate::store::sessions;
use crate::store::users::User;
use crate::text::visible;
use crate::words::BackendReason;

/// The header with an API token.
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// Carries an access token.
const USER_TOKEN: HeaderName = HeaderName::from_static("x-user-token");
/// The precision of the last use of a session.
const NOTE_USE_EVERY: TimeDelta = TimeDelta::seconds(60);
/// The most characters of a `User-Agent` that are kept.
const USER_AGENT_LIMIT: usize = 200;

/// Who sends a request, and what they have logged in with.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The user.
    pub user: User,
    /// What they have logged in with.
    pub credential: Credential,
    /// What they may do; `None`: everything that the user may.
    pub scopes: Option<Vec<Scope>>,
}

/// Which scope each operation needs, by method and path.
pub type OperationScopes = HashMap<(Method, String), Option<Scope>>;

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        // Several extractors of one handler need the caller.
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let caller = authenticated(parts, state).await?;
        if let (Some(caller), Some(language)) = (&caller, parts.extensions.get::<ResponseLanguage>()) {
            language.choose(&caller.user);
        }
        request_rate::count(parts, state, caller.as_ref().map(|caller| caller.user.id))?;
        let caller = caller.ok_or_else(ApiError::unauthorized)?;
        if let Some(scopes) = &caller.scopes {
            require_scope(parts, scopes)?;
        }
        record(&parts.extensions, "user.id", caller.user.id);
        parts.extensions.insert(caller.clone());
        Ok(caller)
    }
}

/// The user who sends a request.
pub struct CurrentUser(pub User);

impl FromRequestParts<AppState> for CurrentUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        Ok(Self(Caller::from_request_parts(parts, state).await?.user))
    }
}

impl OptionalFromRequestParts<AppState> for CurrentUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Option<Self>, ApiError> {
        match <Self as FromRequestParts<AppState>>::from_request_parts(parts, state).await {
            Ok(user) => Ok(Some(user)),
            Err(error) if error.is_unauthorized() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The user who sends a request, if they are a superuser.
pub struct Superuser(pub User);

impl FromRequestParts<AppState> for Superuser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Caller { user, .. } = Caller::from_request_parts(parts, state).await?;
        if user.is_superuser {
            Ok(Self(user))
        } else {
            Err(ApiError::forbidden(BackendReason::SuperuserRequired))
        }
    }
}

impl FromRequestParts<AppState> for Actor {
    type Rejection = ApiError;

    /// Superusers only.
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Superuser(user) = Superuser::from_request_parts(parts, state).await?;
        let Ok(source) = Source::from_request_parts(parts, state).await;
        Ok(Self::User(Box::new(user), source))
    }
}

impl FromRequestParts<AppState> for Source {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Infallible> {
        let address = parts.extensions.get::<Client>().and_then(|client| client.address);
        Ok(Self { address, client: user_agent(&parts.headers) })
    }
}

fn user_agent(headers: &HeaderMap) -> String {
    let text = headers.get(USER_AGENT).map(|agent| String::from_utf8_lossy(agent.as_bytes()));
    visible(&text.unwrap_or_default()).chars().take(USER_AGENT_LIMIT).collect()
}

/// The caller by the first kind of credential that the request has. The others are not looked at.
async fn authenticated(parts: &mut Parts, state: &AppState) -> Result<Option<Caller>, ApiError> {
    if let Some(header) = parts.headers.get(AUTHORIZATION) {
        let Some(token) = header.to_str().ok().and_then(bearer_token) else { return Ok(None) };
        return if token.starts_with(TokenKind::Api.prefix()) {
            api_token_caller(token, state).await
        } else {
            access_token_caller(token, state).await
        };
    }
    if let Some(header) = parts.headers.get(&API_KEY) {
        let Ok(token) = header.to_str() else { return Ok(None) };
        return api_token_caller(token, state).await;
    }
    if let Some(header) = parts.headers.get(&USER_TOKEN) {
        let Ok(token) = header.to_str() else { return Ok(None) };
        return access_token_caller(token, state).await;
    }
    if let Some(ticket) = ticket(parts) {
        return ticket_caller(&ticket, parts, state).await;
    }
    session_caller(parts, state).await
}

async fn access_token_caller(token: &str, state: &AppState) -> Result<Option<Caller>, ApiError> {
    let logins = &state.program_logins;
    let Some((user_id, family)) = logins.access_tokens.verify(token).await else { return Ok(None) };
    let user = logins.user(family).await?.filter(|user| user.id == user_id);
    Ok(user.map(|user| Caller { user, credential: Credential::TokenFamily(family), scopes: None }))
}

async fn api_token_caller(token: &str, state: &AppState) -> Result<Option<Caller>, ApiError> {
    let found = state.api_tokens.authenticate(token).await?;
    Ok(found.map(|(user, id, scopes)| Caller {
        user,
        credential: Credential::ApiToken(id),
        scopes: Some(scopes),
    }))
}

/// The ticket in the address of a WebSocket.
fn ticket(parts: &Parts) -> Option<String> {
    if !parts.headers.contains_key(UPGRADE) {
        return None;
    }
    let mut query = form_urlencoded::parse(parts.uri.query()?.as_bytes());
    query.find(|(name, _)| name == "ticket").map(|(_, ticket)| ticket.into_owned())
}

async fn ticket_caller(
    ticket: &str,
    parts: &mut Parts,
    state: &AppState,
) -> Result<Option<Caller>, ApiError> {
    #[derive(Deserialize)]
    struct LiveView {
        chat_id: ChatId,
    }

    let chat_id = <Path<LiveView> as FromRequestParts<AppState>>::from_request_parts(parts, state)
        .await
        .ok()
        .map(|Path(path)| path.chat_id);
    let found = state.tickets.redeem(ticket, chat_id).await?;
    Ok(found.map(|(user, credential, scopes)| Caller { user, credential, scopes }))
}

/// Refuses what an API token may not do. What is in no list needs a login.
fn require_scope(parts: &Parts, scopes: &[Scope]) -> Result<(), ApiError> {
    let path = parts.extensions.get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let method = if parts.method == Method::HEAD { Method::GET } else { parts.method.clone() };
    let operations = parts.extensions.get::<Arc<OperationScopes>>();
    let needed = operations.zip(path).and_then(|(all, path)| *all.get(&(method, path))?);
    match needed {
        Some(needed) if scopes.iter().any(|scope| scope.includes(needed)) => Ok(()),
        Some(needed) => Err(ApiError::forbidden(BackendReason::ScopeMissing { scope: needed.as_str() })),
        None => Err(ApiError::forbidden(BackendReason::LoginNeeded)),
    }
}

/// The token of an `Authorization` header. The scheme's case does not matter (RFC 9110, 11.1).
fn bearer_token(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start_matches(' '))
}

async fn session_caller(parts: &mut Parts, state: &AppState) -> Result<Option<Caller>, ApiError> {
    let session = Session::from_request_parts(parts, state)
        .await
        .map_err(|(_, reason)| ApiError::internal(anyhow::anyhow!("reading the session: {reason}")))?;
    let (Some(_), Some(id)) = (session.get::<UserId>(USER_ID).await?, session.id()) else { return Ok(None) };
    let now = state.clock.now();
    extend(&session, now).await?;
    let id = stored_id(id);
    let mut conn = state.database.connection().await?;
    let Some((user, last_used_at)) = sessions::find_user(&mut conn, &id, now).await? else { return Ok(None) };
    if last_used_at <= now - NOTE_USE_EVERY {
        sessions::note_use(&mut conn, &id, now).await?;
    }
    Ok(Some(Caller { user, credential: Credential::Session(id), scopes: None }))
}
