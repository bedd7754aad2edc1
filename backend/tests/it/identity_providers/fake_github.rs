//! A strict fake of GitHub. It refuses what GitHub refuses:
//!
//! - an authorization for an unknown client or another callback address, or without `state`;
//! - PKCE with another method than S256;
//! - a code that is unknown, was used, is older than ten minutes, or comes with other client credentials, another callback
//!   address or another verifier. Like all errors of that endpoint, this comes with status 200;
//! - API requests without a `User-Agent` (403) or a valid token (401), and `/user/emails` without the scope (404).
//!
//! The token endpoint answers with a form unless JSON is asked for. The first address of an account is not confirmed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::{Form, Query, State};
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use backend::clock::Clock;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::serve;

pub(super) const CLIENT_ID: &str = "Iv1.0123456789abcdef";
pub(super) const CLIENT_SECRET: &str = "github-client-secret";

type Parameters = HashMap<String, String>;

struct Code {
    issued_at: DateTime<Utc>,
    redirect_uri: String,
    challenge: String,
    scope: String,
}

/// A running fake.
#[derive(Clone)]
pub(super) struct FakeGithub {
    pub(super) base: String,
    shared: Arc<Shared>,
}

struct Shared {
    clock: Clock,
    callback: Mutex<String>,
    account: Mutex<Value>,
    emails: Mutex<Value>,
    codes: Mutex<HashMap<String, Code>>,
    tokens: Mutex<HashMap<String, String>>,
    issued: AtomicUsize,
}

impl FakeGithub {
    pub(super) async fn start(clock: Clock) -> Self {
        let shared = Arc::new(Shared {
            clock,
            callback: Mutex::default(),
            account: Mutex::new(json!({ "id": 583_231, "login": "octocat", "name": "Mona Lisa Octocat" })),
            emails: Mutex::new(json!([
                { "email": "old@example.com", "primary": false, "verified": false, "visibility": null },
                { "email": "octocat@example.com", "primary": true, "verified": true, "visibility": "private" }])),
            codes: Mutex::default(),
            tokens: Mutex::default(),
            issued: AtomicUsize::new(0),
        });
        let router = Router::new()
            .route("/login/oauth/authorize", get(authorize))
            .route("/login/oauth/access_token", post(exchange))
            .route("/api/v3/user", get(user))
            .route("/api/v3/user/emails", get(emails))
            .route("/api/v3/meta", get(async || Json(json!({ "verifiable_password_authentication": false }))))
            .with_state(Arc::clone(&shared));
        Self { base: serve(router).await, shared }
    }

    /// The callback address that the app is registered with.
    pub(super) fn register(&self, callback: &str) {
        callback.clone_into(&mut self.shared.callback.lock().unwrap());
    }

    /// Who logs in from now on, with these addresses.
    pub(super) fn log_in(&self, account: Value, emails: Value) {
        *self.shared.account.lock().unwrap() = account;
        *self.shared.emails.lock().unwrap() = emails;
    }
}

async fn authorize(State(shared): State<Arc<Shared>>, Query(asked): Query<Parameters>) -> Response {
    let value = |name: &str| asked.get(name).cloned().unwrap_or_default();
    if value("client_id") != CLIENT_ID {
        return StatusCode::NOT_FOUND.into_response();
    }
    if value("redirect_uri") != *shared.callback.lock().unwrap() {
        return (StatusCode::BAD_REQUEST, "redirect_uri_mismatch").into_response();
    }
    if value("state").is_empty()
        || value("code_challenge_method") != "S256"
        || value("code_challenge").len() != 43
    {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let name = format!("code-{}", shared.issued.fetch_add(1, Ordering::Relaxed));
    let code = Code {
        issued_at: shared.clock.now(),
        redirect_uri: value("redirect_uri"),
        challenge: value("code_challenge"),
        scope: value("scope"),
    };
    shared.codes.lock().unwrap().insert(name.clone(), code);
    let mut callback: Url = value("redirect_uri").parse().unwrap();
    callback.query_pairs_mut().append_pair("code", &name).append_pair("state", &value("state"));
    Redirect::to(callback.as_str()).into_response()
}

async fn exchange(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(asked): Form<Parameters>,
) -> Response {
    let answer = match token(&shared, &asked) {
        Ok((token, scope)) => {
            json!({ "access_token": token, "token_type": "bearer", "scope": scope.replace(' ', ",") })
        }
        Err(error) => {
            json!({ "error": error, "error_description": "It is wrong.", "error_uri": "https://docs.example" })
        }
    };
    if headers.get(ACCEPT).is_some_and(|accept| accept == "application/json") {
        return Json(answer).into_response();
    }
    let form = serde_json::from_value::<Parameters>(answer).unwrap();
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    ([(CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8")], form).into_response()
}

fn token(shared: &Shared, asked: &Parameters) -> Result<(String, String), &'static str> {
    let value = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    if (value("client_id"), value("client_secret")) != (CLIENT_ID, CLIENT_SECRET) {
        return Err("incorrect_client_credentials");
    }
    // Whatever is wrong, the code is used up.
    let code = shared.codes.lock().unwrap().remove(value("code")).ok_or("bad_verification_code")?;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(value("code_verifier")));
    if code.issued_at < shared.clock.now() - TimeDelta::minutes(10) || challenge != code.challenge {
        return Err("bad_verification_code");
    }
    if value("redirect_uri") != code.redirect_uri {
        return Err("redirect_uri_mismatch");
    }
    let token = format!("gho_{}", shared.issued.fetch_add(1, Ordering::Relaxed));
    shared.tokens.lock().unwrap().insert(token.clone(), code.scope.clone());
    Ok((token, code.scope))
}

/// The scope of a request's token.
fn authenticated(shared: &Shared, headers: &HeaderMap) -> Result<String, StatusCode> {
    if !headers.contains_key(USER_AGENT) {
        return Err(StatusCode::FORBIDDEN);
    }
    let header = headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok());
    let token = header.and_then(|header| header.strip_prefix("Bearer ")).ok_or(StatusCode::UNAUTHORIZED)?;
    shared.tokens.lock().unwrap().get(token).cloned().ok_or(StatusCode::UNAUTHORIZED)
}

async fn user(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Result<Json<Value>, StatusCode> {
    authenticated(&shared, &headers)?;
    Ok(Json(shared.account.lock().unwrap().clone()))
}

async fn emails(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Result<Json<Value>, StatusCode> {
    let scope = authenticated(&shared, &headers)?;
    if !scope.split(' ').any(|scope| scope == "user:email") {
        return Err(StatusCode::NOT_FOUND);
    }
    Ok(Json(shared.emails.lock().unwrap().clone()))
}

/// The fake itself refuses what GitHub refuses.
#[tokio::test(flavor = "multi_thread")]
async fn the_fake_is_strict() {
    let github = FakeGithub::start(Clock::system()).await;
    github.register("https://desk.example/callback");
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest("v".repeat(43)));
    let begin = |redirect_uri: &str| {
        let mut url: Url = format!("{}/login/oauth/authorize", github.base).parse().unwrap();
        url.query_pairs_mut().extend_pairs([
            ("client_id", CLIENT_ID),
            ("redirect_uri", redirect_uri),
            ("state", "s"),
            ("code_challenge", &*challenge),
            ("code_challenge_method", "S256"),
            ("scope", "read:user"),
        ]);
        http.get(url)
    };
    let other = begin("https://desk.example/callback/x").send().await.unwrap();
    assert_eq!(other.status(), StatusCode::BAD_REQUEST);
    let ask = async |changed: (&'static str, &'static str)| {
        let answer = begin("https://desk.example/callback").send().await.unwrap();
        let location: Url = answer.headers()["location"].to_str().unwrap().parse().unwrap();
        let code = location.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        let verifier = "v".repeat(43);
        let mut form = HashMap::from([
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
            ("redirect_uri", "https://desk.example/callback"),
            ("code_verifier", &verifier),
            ("code", &code),
        ]);
        form.insert(changed.0, changed.1);
        let url = format!("{}/login/oauth/access_token", github.base);
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&form).finish();
        let send = async || {
            let sent = http.post(&url).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            sent.header(ACCEPT, "application/json").body(body.clone()).send().await.unwrap()
        };
        let first = send().await;
        assert_eq!(first.status(), StatusCode::OK);
        let again: Value = send().await.json().await.unwrap();
        assert!(again["error"].is_string(), "{again}");
        first.json::<Value>().await.unwrap()
    };
    assert!(ask(("", "")).await["access_token"].is_string());
    for (changed, error) in [
        (("client_secret", "x"), "incorrect_client_credentials"),
        (("code", "x"), "bad_verification_code"),
        (("code_verifier", "x"), "bad_verification_code"),
        (("redirect_uri", "https://desk.example/"), "redirect_uri_mismatch"),
    ] {
        assert_eq!(ask(changed).await["error"], error, "{changed:?}");
    }
    let token = ask(("", "")).await["access_token"].as_str().unwrap().to_owned();
    let api = |path: &str| http.get(format!("{}/api/v3/{path}", github.base));
    assert_eq!(api("user").bearer_auth(&token).send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let api = |path: &str| api(path).header(USER_AGENT, "test");
    assert_eq!(api("user").bearer_auth("x").send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(api("user").bearer_auth(&token).send().await.unwrap().status(), StatusCode::OK);
    let emails = api("user/emails").bearer_auth(&token).send().await.unwrap();
    assert_eq!(emails.status(), StatusCode::NOT_FOUND, "without the scope");
}
