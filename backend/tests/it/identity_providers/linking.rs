//! Linking and unlinking, from a session only.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Browser, count, told, with_oidc};
use crate::app::{ok, problem};

async fn identities(browser: &mut Browser<'_>) -> Vec<Value> {
    browser.send(Method::GET, "/api/v1/users/me/identities", None).await.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_is_logged_in_links_and_unlinks() {
    let (app, root, oidc) = with_oidc().await;
    app.user("ada").await;
    let mut ada = Browser::logged_in(&app, "ada").await;
    assert_eq!(identities(&mut ada).await, Vec::<Value>::new());
    assert_eq!(ada.log_in("company", &json!({ "link": true })).await, "/account");
    // Once more is nothing new.
    assert_eq!(ada.log_in("company", &json!({ "link": true })).await, "/account");
    let linked = identities(&mut ada).await;
    assert_eq!(linked.len(), 1);
    assert_eq!((&linked[0]["provider"], &linked[0]["provider_name"]), (&json!("company"), &json!("Company")));
    assert_eq!(linked[0]["login"], "grace", "the name there");
    assert_eq!(ada.me().await["email"], "ada@example.com", "the address here stays");
    let mut elsewhere = Browser::new(&app);
    elsewhere.log_in("company", &json!({})).await;
    assert_eq!(elsewhere.me().await["username"], "ada");
    // It is nobody else's then.
    app.user("eve").await;
    let mut eve = Browser::logged_in(&app, "eve").await;
    let page = eve.log_in("company", &json!({ "link": true })).await;
    assert_eq!(page, "/account?error=identity_taken&provider=company");
    let path = format!("/api/v1/users/me/identities/{}", linked[0]["id"].as_str().unwrap());
    assert_eq!(eve.send(Method::DELETE, &path, None).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(ada.send(Method::DELETE, &path, None).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(ada.send(Method::DELETE, &path, None).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(ada.me().await["username"], "ada", "the session stays");
    // Not linked any more, it makes an account.
    let mut grace = Browser::new(&app);
    grace.log_in("company", &json!({})).await;
    assert_eq!(grace.me().await["username"], "grace");
    let entries = ok(app.get("/api/v1/admin/audit").bearer_auth(&root)).await;
    let of_ada: Vec<_> = entries
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["actor_name"] == "ada" && entry["object"] == oidc.issuer)
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert_eq!(of_ada, ["identity_unlinked", "identity_linked"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn linking_takes_the_session_that_began_it() {
    let (app, _, _) = with_oidc().await;
    let token = app.user("ada").await;
    app.user("eve").await;
    let start = "/api/v1/auth/providers/company/start";
    let link = json!({ "link": true });
    problem(app.post(start, &link), StatusCode::UNAUTHORIZED, "unauthorized").await;
    let form = json!({ "name": "n", "scopes": ["account:write"] });
    let made = ok(app.post("/api/v1/users/me/tokens", &form).bearer_auth(&token)).await;
    let with_token = app.post(start, &link).bearer_auth(made["token"].as_str().unwrap());
    problem(with_token, StatusCode::FORBIDDEN, "login_needed").await;
    // A page of another site can't make somebody link what it likes.
    let foreign = app.post(start, &link).header("origin", "https://evil.example");
    problem(foreign, StatusCode::FORBIDDEN, "cross_origin").await;
    // Logged out, or somebody else, when the provider sends the browser back.
    for successor in [None, Some("eve")] {
        let mut browser = Browser::logged_in(&app, "ada").await;
        let url = browser.begin("company", &link).await;
        let callback = browser.pass_provider(&url).await;
        browser.cookies.remove("deskhand_session");
        if let Some(successor) = successor {
            let other = Browser::logged_in(&app, successor).await;
            browser.cookies.extend(other.cookies);
        }
        assert_eq!(told(&browser.come_back(&callback).await), "provider_session_changed");
    }
    assert_eq!(count(&app, "identities").await, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_at_most_twenty() {
    let (app, _, oidc) = with_oidc().await;
    app.user("ada").await;
    let mut ada = Browser::logged_in(&app, "ada").await;
    for number in 1..=21 {
        oidc.claim(json!({ "sub": format!("subject-{number}") }));
        let page = ada.log_in("company", &json!({ "link": true })).await;
        if number == 21 {
            assert_eq!(told(&page), "too_many_identities")
        } else {
            assert_eq!(page, "/account")
        }
    }
    app.stop().await;
}
