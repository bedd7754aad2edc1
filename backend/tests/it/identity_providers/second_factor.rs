//! Accounts with a second factor: a provider is the first one, and the browser asks for the code.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Browser, told, with_oidc};
use crate::app::{TestApp, ok};
use crate::authenticator::{Authenticator, turn_on};

/// Links the provider to a new account, and turns its second factor on. Returns the app and the recovery codes.
async fn linked(app: &TestApp) -> (Authenticator, Vec<String>) {
    let token = app.user("ada").await;
    let mut browser = Browser::logged_in(app, "ada").await;
    browser.log_in("company", &json!({ "link": true })).await;
    turn_on(app, &token).await
}

/// A browser that has come back from the provider.
async fn come_back(app: &TestApp) -> Browser<'_> {
    let mut browser = Browser::new(app);
    let page = browser.log_in("company", &json!({ "next": "/account" })).await;
    assert_eq!(page, "/login?error=second_factor_required&provider=company&next=%2Faccount");
    assert_eq!(browser.me().await, Value::Null);
    browser
}

/// Sends a code. Returns the status and the code of the problem, if there is one.
async fn send(browser: &mut Browser<'_>, code: &str) -> (StatusCode, Value) {
    let answer =
        browser.send(Method::POST, "/api/v1/auth/session/code", Some(&json!({ "code": code }))).await;
    let status = answer.status();
    (status, answer.json::<Value>().await.unwrap()["code"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_with_a_provider_waits_for_the_code() {
    let (app, root, _) = with_oidc().await;
    let (authenticator, recovery) = linked(&app).await;
    let mut browser = come_back(&app).await;
    let now = app.state.clock.now();
    let wrong = (StatusCode::UNAUTHORIZED, json!("second_factor_wrong"));
    assert_eq!(send(&mut browser, &authenticator.wrong_code(now)).await, wrong);
    let missing = (StatusCode::UNAUTHORIZED, json!("second_factor_required"));
    assert_eq!(send(&mut browser, " ").await, missing);
    // Only in the browser that has been at the provider.
    let nothing = (StatusCode::FORBIDDEN, json!("provider_login_expired"));
    assert_eq!(send(&mut Browser::new(&app), &authenticator.code(now)).await, nothing);
    assert_eq!(send(&mut browser, &authenticator.code(now)).await.0, StatusCode::OK);
    assert_eq!(browser.me().await["username"], "ada");
    // Once.
    assert_eq!(send(&mut browser, &recovery[0]).await, nothing);
    let mut other = come_back(&app).await;
    assert_eq!(send(&mut other, &recovery[0]).await.0, StatusCode::OK);
    let entries = ok(app.get("/api/v1/admin/audit").bearer_auth(&root)).await;
    let of = |action: &str| {
        entries
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["action"] == action)
            .cloned()
            .collect::<Vec<_>>()
    };
    let by_provider = of("login").into_iter().filter(|entry| entry["detail"]["provider"] == "company");
    assert_eq!(by_provider.count(), 2, "{entries}");
    assert_eq!(of("login_failed")[0]["detail"]["reason"], "second_factor_wrong");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_waits_for_five_codes_and_five_minutes() {
    let (app, root, _) = with_oidc().await;
    let (authenticator, recovery) = linked(&app).await;
    let mut browser = come_back(&app).await;
    let wrong = authenticator.wrong_code(app.state.clock.now());
    for _ in 0..5 {
        assert_eq!(send(&mut browser, &wrong).await.1, "second_factor_wrong");
    }
    assert_eq!(send(&mut browser, &recovery[0]).await.1, "provider_login_expired", "a sixth code");
    let mut late = come_back(&app).await;
    app.pass(5 * 60);
    assert_eq!(send(&mut late, &recovery[0]).await.1, "provider_login_expired");
    // Disabled meanwhile.
    let mut disabled = come_back(&app).await;
    let people = ok(app.get("/api/v1/users?search=ada@example.com").bearer_auth(&root)).await;
    let path = format!("/api/v1/users/{}", people[0]["id"].as_str().unwrap());
    ok(app.request(Method::PATCH, &path).json(&json!({ "disabled": true })).bearer_auth(&root)).await;
    assert_eq!(send(&mut disabled, &recovery[0]).await.1, "account_disabled");
    assert_eq!(told(&Browser::new(&app).log_in("company", &json!({})).await), "account_disabled");
    app.stop().await;
}
