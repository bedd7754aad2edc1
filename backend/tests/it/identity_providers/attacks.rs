//! What must not let anybody in.

use std::sync::atomic::Ordering;

use backend::config::registration::RegistrationMode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::fake_oidc::Signature;
use super::{Browser, count, told, with_github, with_oidc};
use crate::app::{TestApp, ok, problem};

async fn refused(app: &TestApp, why: &str) {
    let mut browser = Browser::new(app);
    assert_eq!(told(&browser.log_in("company", &json!({})).await), "provider_failed", "{why}");
    assert_eq!(browser.me().await, Value::Null, "{why}");
    assert_eq!(count(app, "identities").await, 0, "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn id_tokens_that_are_not_for_this_login_are_refused() {
    let (app, _, oidc) = with_oidc().await;
    let now = app.state.clock.now().timestamp();
    for claims in [
        json!({ "nonce": "another" }),
        json!({ "nonce": null }),
        json!({ "aud": "another" }),
        json!({ "aud": [] }),
        json!({ "aud": null }),
        json!({ "aud": ["another", "deskhand"] }),
        json!({ "azp": "another" }),
        json!({ "aud": ["another", "deskhand"], "azp": "another" }),
        json!({ "iss": "https://evil.example" }),
        json!({ "iss": format!("{}/", oidc.issuer) }),
        json!({ "iss": null }),
        json!({ "exp": now - 61 }),
        json!({ "exp": null }),
        json!({ "iat": now + 120 }),
        json!({ "iat": null }),
        json!({ "nbf": now + 120 }),
        json!({ "sub": "" }),
        json!({ "sub": null }),
        json!({ "sub": 1 }),
        json!({ "sub": "a".repeat(256) }),
        json!({ "sub": "a\u{0}" }),
    ] {
        oidc.claim(claims.clone());
        refused(&app, &claims.to_string()).await;
    }
    oidc.claim(json!({ "aud": ["another", "deskhand"], "azp": "deskhand", "exp": now - 30 }));
    let mut browser = Browser::new(&app);
    assert_eq!(browser.log_in("company", &json!({})).await, "/", "within the leeway, and for this client");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn id_tokens_are_signed_with_a_published_key_and_its_algorithm() {
    let (app, _, oidc) = with_oidc().await;
    for signature in [Signature::None, Signature::OtherKey, Signature::PublicKeyAsSecret] {
        oidc.sign(signature);
        refused(&app, &format!("{signature:?}")).await;
    }
    oidc.sign(Signature::Good);
    Browser::new(&app).log_in("company", &json!({})).await;
    let asked = oidc.shared.key_requests.load(Ordering::Relaxed);
    // A new key is asked for once.
    oidc.rotate();
    for _ in 0..2 {
        let mut browser = Browser::new(&app);
        assert_eq!(browser.log_in("company", &json!({})).await, "/");
    }
    assert_eq!(oidc.shared.key_requests.load(Ordering::Relaxed), asked + 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_works_once_in_its_own_browser_and_for_ten_minutes() {
    let (app, _, _) = with_oidc().await;
    let mut browser = Browser::new(&app);
    let url = browser.begin("company", &json!({})).await;
    let callback = browser.pass_provider(&url).await;
    // Without the cookie, and with that of another browser.
    let mut bare = Browser::new(&app);
    assert_eq!(told(&bare.come_back(&callback).await), "provider_login_expired");
    bare.begin("company", &json!({})).await;
    assert_eq!(told(&bare.come_back(&callback).await), "provider_login_expired");
    // At another provider.
    let mixed = callback.replace("/company/", "/other/");
    assert_eq!(told(&browser.come_back(&mixed).await), "provider_login_expired");
    // Whoever does not own it has not used it up.
    assert_eq!(browser.come_back(&callback).await, "/");
    assert_eq!(told(&browser.come_back(&callback).await), "provider_login_expired");
    // A code of another login.
    let url = browser.begin("company", &json!({})).await;
    let own = browser.pass_provider(&url).await;
    let mut other = Browser::new(&app);
    let foreign = other.begin("company", &json!({})).await;
    let foreign = other.pass_provider(&foreign).await;
    let code = |callback: &str| callback.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let injected = own.replace(&code(&own), &code(&foreign));
    assert_eq!(told(&browser.come_back(&injected).await), "provider_failed");
    // Too late.
    let url = browser.begin("company", &json!({})).await;
    let late = browser.pass_provider(&url).await;
    app.pass(10 * 60);
    assert_eq!(told(&browser.come_back(&late).await), "provider_login_expired");
    for nonsense in
        ["", "?state=", "?state=x&code=y", "?error=access_denied", "?state=%00&code=%00", "?state=a&state=b"]
    {
        let path = format!("/api/v1/auth/providers/company/callback{nonsense}");
        let page = browser.come_back(&path).await;
        assert!(["provider_login_expired", "unreadable_request"].contains(&&*told(&page)), "{page}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_log_in_at_once() {
    let (app, _, _) = with_oidc().await;
    let mut browser = Browser::new(&app);
    let (one, two) = (browser.begin("company", &json!({})).await, browser.begin("company", &json!({})).await);
    for url in [one, two] {
        let callback = browser.pass_provider(&url).await;
        assert_eq!(browser.come_back(&callback).await, "/");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_is_from_the_issuer_that_was_asked() {
    let (app, _, oidc) = with_oidc().await;
    *oidc.shared.metadata.lock().unwrap() = json!({ "authorization_response_iss_parameter_supported": true });
    let issuer: String = url::form_urlencoded::byte_serialize(oidc.issuer.as_bytes()).collect();
    for (iss, page) in [
        (String::new(), "provider_failed"),
        ("&iss=https%3A%2F%2Fevil.example".to_owned(), "provider_failed"),
        (format!("&iss={issuer}"), "/"),
    ] {
        let mut browser = Browser::new(&app);
        let url = browser.begin("company", &json!({})).await;
        let callback = browser.pass_provider(&url).await + &iss;
        let opened = browser.come_back(&callback).await;
        if page == "/" { assert_eq!(opened, page) } else { assert_eq!(told(&opened), page, "{iss}") }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_calls_itself_something_else_is_not_used() {
    let (app, root, oidc) = with_oidc().await;
    *oidc.shared.metadata.lock().unwrap() = json!({ "issuer": "https://evil.example" });
    let start = "/api/v1/auth/providers/company/start";
    problem(app.post(start, &json!({})), StatusCode::BAD_GATEWAY, "provider_failed").await;
    let check =
        app.request(Method::POST, "/api/v1/admin/identity-providers/company/check").bearer_auth(&root);
    let check = ok(check).await;
    assert_eq!(check["ok"], false);
    assert!(check["problem"].as_str().unwrap().contains("https://evil.example"), "{check}");
    *oidc.shared.metadata.lock().unwrap() = json!({ "authorization_endpoint": "javascript:alert(1)" });
    problem(app.post(start, &json!({})), StatusCode::BAD_GATEWAY, "provider_failed").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_away_is_told_of() {
    let (app, root, _) = with_oidc().await;
    // Nothing listens on port 1.
    let mut away = super::company("http://127.0.0.1:1");
    away["slug"] = "away".into();
    ok(app.post("/api/v1/admin/identity-providers", &away).bearer_auth(&root)).await;
    let start = "/api/v1/auth/providers/away/start";
    problem(app.post(start, &json!({})), StatusCode::BAD_GATEWAY, "provider_unreachable").await;
    let mut browser = Browser::new(&app);
    let page = browser.come_back(&format!("{start}?next=/account")).await;
    assert_eq!(page, "/login?error=provider_unreachable&provider=away&next=%2Faccount");
    let check = app.request(Method::POST, "/api/v1/admin/identity-providers/away/check").bearer_auth(&root);
    assert!(ok(check).await["problem"].as_str().unwrap().contains("can't be reached"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_longer_than_ten_seconds_for_a_provider() {
    let (app, _, oidc) = with_oidc().await;
    oidc.shared.is_silent.store(true, Ordering::Relaxed);
    let began = std::time::Instant::now();
    let start = app.post("/api/v1/auth/providers/company/start", &json!({}));
    problem(start, StatusCode::BAD_GATEWAY, "provider_unreachable").await;
    assert!((9..15).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_sends_this_service_nowhere_and_does_not_fill_its_memory() {
    let (app, _, oidc) = with_oidc().await;
    let at = |path: &str| format!("{}/{path}", oidc.issuer);
    for metadata in [
        json!({ "token_endpoint": at("redirect") }),
        json!({ "jwks_uri": at("redirect") }),
        json!({ "jwks_uri": at("huge") }),
        json!({ "jwks_uri": at("nothing") }),
    ] {
        // What is remembered of it is too old.
        app.pass(11 * 60);
        *oidc.shared.metadata.lock().unwrap() = metadata.clone();
        refused(&app, &metadata.to_string()).await;
    }
    app.pass(11 * 60);
    *oidc.shared.metadata.lock().unwrap() = json!({});
    assert_eq!(Browser::new(&app).log_in("company", &json!({})).await, "/");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn disabled_people_and_providers_let_nobody_in() {
    let (app, root, _) = with_github(RegistrationMode::Open).await;
    let mut browser = Browser::new(&app);
    browser.log_in("github", &json!({})).await;
    let id = browser.me().await["id"].as_str().unwrap().to_owned();
    let disable =
        app.request(Method::PATCH, &format!("/api/v1/users/{id}")).json(&json!({ "disabled": true }));
    ok(disable.bearer_auth(&root)).await;
    assert_eq!(told(&browser.log_in("github", &json!({})).await), "account_disabled");
    assert_eq!(browser.me().await, Value::Null);
    for unknown in ["company", "..%2fgithub", "%00", "a/b"] {
        let path = format!("/api/v1/auth/providers/{unknown}/start");
        let answer = Browser::new(&app).send(Method::GET, &path, None).await;
        if answer.status() == StatusCode::SEE_OTHER {
            let page = answer.headers()["location"].to_str().unwrap();
            assert_eq!(told(page), "provider_unusable", "{unknown}");
        } else {
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{unknown}");
        }
    }
    app.stop().await;
    let (app, root, _) = with_oidc().await;
    let mut browser = Browser::new(&app);
    let url = browser.begin("company", &json!({})).await;
    let callback = browser.pass_provider(&url).await;
    let path = "/api/v1/admin/identity-providers/company";
    ok(app.request(Method::PATCH, path).json(&json!({ "enabled": false })).bearer_auth(&root)).await;
    assert_eq!(ok(app.get("/api/v1/auth/ways")).await["providers"], json!([]));
    assert_eq!(told(&browser.come_back(&callback).await), "provider_unusable", "disabled meanwhile");
    let start = app.post("/api/v1/auth/providers/company/start", &json!({}));
    problem(start, StatusCode::FORBIDDEN, "provider_unusable").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_afterwards_is_one_of_ours() {
    let (app, _, _) = with_oidc().await;
    for next in [
        "//e.example",
        "/\\e.example",
        "/%5ce.example",
        "https://e.example",
        "/\t/e.example",
        "/.//e.example",
    ] {
        let mut browser = Browser::new(&app);
        assert_eq!(browser.log_in("company", &json!({ "next": next })).await, "/", "{next:?}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_does_not_let_anybody_complete_a_login() {
    let (app, _, _) = with_oidc().await;
    let mut browser = Browser::new(&app);
    let url = browser.begin("company", &json!({})).await;
    let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    assert_eq!(state.len(), 64, "256 bits");
    assert_eq!(url.query_pairs().find(|(name, _)| name == "code_challenge_method").unwrap().1, "S256");
    let cookie = browser.cookies["deskhand_provider_login"].clone();
    let text = "(SELECT string_agg(a::text, '') AS stored FROM oauth_attempts a) AS s";
    for secret in [&state, &cookie] {
        let hex: String = hex::encode(secret.as_bytes());
        for form in [secret.as_str(), &hex] {
            let found = format!("{text} WHERE stored LIKE '%{form}%'");
            assert_eq!(count(&app, &found).await, 0);
        }
    }
    assert_eq!(count(&app, "oauth_attempts").await, 1);
    app.pass(10 * 60);
    backend::services::expired::delete(&app.state.database, &app.state.clock).await.unwrap();
    assert_eq!(count(&app, "oauth_attempts").await, 0);
    app.stop().await;
}
