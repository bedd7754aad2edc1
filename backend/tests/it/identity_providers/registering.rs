//! People without an account, and people who come again.

use backend::config::registration::RegistrationMode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Browser, count, told, with_github, with_oidc};
use crate::app::{TestApp, ok, problem};

fn octocat() -> (Value, Value) {
    let account = json!({ "id": 583_231, "login": "octocat", "name": "Mona Lisa Octocat" });
    let emails = json!([{ "email": "octocat@example.com", "primary": true, "verified": true }]);
    (account, emails)
}

#[tokio::test(flavor = "multi_thread")]
async fn github_makes_an_account_and_logs_in_to_it_again() {
    let (app, root, github) = with_github(RegistrationMode::Open).await;
    let ways = ok(app.get("/api/v1/auth/ways")).await;
    let provider = json!({ "slug": "github", "name": "GitHub", "kind": "github", "registers": true });
    assert_eq!(ways["providers"], json!([provider]));
    let mut browser = Browser::new(&app);
    let page = browser.log_in("github", &json!({ "next": "/chats/x?y=1" })).await;
    assert_eq!(page, "/chats/x?y=1");
    let me = browser.me().await;
    assert_eq!(me["username"], "octocat");
    assert_eq!(me["email"], "octocat@example.com", "the confirmed one, which is not the first");
    assert_eq!((&me["first_name"], &me["last_name"]), (&json!("Mona Lisa"), &json!("Octocat")));
    assert_eq!((&me["has_password"], &me["is_superuser"]), (&json!(false), &json!(false)));
    // The number stays; the name, the address and everything else may change.
    let emails = json!([{ "email": "new@example.com", "primary": true, "verified": true }]);
    github.log_in(json!({ "id": 583_231, "login": "renamed", "name": null }), emails);
    let mut again = Browser::new(&app);
    assert_eq!(again.log_in("github", &json!({})).await, "/");
    assert_eq!(again.me().await, me);
    // Somebody else who has the name now.
    github.log_in(json!({ "id": 7, "login": "octocat" }), json!([]));
    let mut other = Browser::new(&app);
    other.log_in("github", &json!({})).await;
    let other = other.me().await;
    assert_ne!(other["id"], me["id"]);
    assert_eq!((&other["username"], &other["email"]), (&json!("octocat2"), &json!("")));
    let entries = ok(app.get("/api/v1/admin/audit").bearer_auth(&root)).await;
    let by_provider: Vec<_> = entries
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["action"] == "login" && entry["detail"]["provider"] == "github")
        .collect();
    assert_eq!(by_provider.len(), 3, "{entries}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_confirmed_is_not_taken_over() {
    let (app, _, github) = with_github(RegistrationMode::Open).await;
    app.user("ada").await;
    let emails = json!([{ "email": "ada@example.com", "primary": true, "verified": false },
                        { "email": "ADA@example.com", "primary": false, "verified": true }]);
    github.log_in(json!({ "id": 666, "login": "ada" }), emails);
    let mut browser = Browser::new(&app);
    browser.log_in("github", &json!({})).await;
    let me = browser.me().await;
    assert_eq!((&me["username"], &me["email"]), (&json!("ada2"), &json!("")));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_address_of_an_account_links_nothing() {
    let (app, _, github) = with_github(RegistrationMode::Open).await;
    app.user("ada").await;
    let emails = json!([{ "email": "ADA@example.com", "primary": true, "verified": true }]);
    github.log_in(json!({ "id": 666, "login": "eve" }), emails);
    let mut browser = Browser::new(&app);
    let page = browser.log_in("github", &json!({ "next": "/account" })).await;
    assert_eq!(page, "/login?error=provider_email_taken&provider=github&next=%2Faccount");
    assert_eq!(browser.me().await, Value::Null);
    assert_eq!((count(&app, "identities").await, count(&app, "users").await), (0, 2));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_may_register_only_linked_identities_log_in() {
    let (app, _, _) = with_github(RegistrationMode::Closed).await;
    app.user("ada").await;
    let mut stranger = Browser::new(&app);
    assert_eq!(told(&stranger.log_in("github", &json!({})).await), "registration_closed");
    assert_eq!(stranger.me().await, Value::Null);
    let mut ada = Browser::logged_in(&app, "ada").await;
    assert_eq!(ada.log_in("github", &json!({ "link": true })).await, "/account");
    let mut elsewhere = Browser::new(&app);
    elsewhere.log_in("github", &json!({})).await;
    assert_eq!(elsewhere.me().await["username"], "ada");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_goes_along_and_is_used_up() {
    let (app, root, github) = with_github(RegistrationMode::Invite).await;
    let invite = async |form: Value| {
        let made = ok(app.post("/api/v1/admin/invitations", &form).bearer_auth(&root)).await;
        made["url"].as_str().unwrap().split_once("#invitation=").unwrap().1.to_owned()
    };
    assert_eq!(told(&Browser::new(&app).log_in("github", &json!({})).await), "invitation_needed");
    let other = invite(json!({ "email": "grace@example.com" })).await;
    let with_other = json!({ "invitation": other });
    assert_eq!(told(&Browser::new(&app).log_in("github", &with_other).await), "invitation_for_another");
    let own =
        json!({ "invitation": invite(json!({ "email": "octocat@example.com", "role": "superuser" })).await });
    let mut browser = Browser::new(&app);
    browser.log_in("github", &own).await;
    assert_eq!(browser.me().await["is_superuser"], true);
    github.log_in(json!({ "id": 8, "login": "second" }), octocat().1);
    assert_eq!(told(&Browser::new(&app).log_in("github", &own).await), "invitation_refused");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_may_make_accounts_for_some_domains_or_none() {
    let (app, root, oidc) = with_oidc().await;
    let set = async |form: Value| {
        let path = "/api/v1/admin/identity-providers/company";
        ok(app.request(Method::PATCH, path).json(&form).bearer_auth(&root)).await
    };
    set(json!({ "email_domains": ["Example.ORG"] })).await;
    *oidc.shared.userinfo.lock().unwrap() = json!({ "sub": "subject-1" });
    for claims in [
        json!({}),
        json!({ "email": "grace@example.org", "email_verified": false }),
        json!({ "email": "grace@example.org.evil.example" }),
        json!({ "email": null }),
    ] {
        oidc.claim(claims);
        assert_eq!(told(&Browser::new(&app).log_in("company", &json!({})).await), "provider_email_refused");
    }
    oidc.claim(json!({ "email": "grace@EXAMPLE.org" }));
    set(json!({ "registers": false })).await;
    assert_eq!(told(&Browser::new(&app).log_in("company", &json!({})).await), "provider_no_account");
    set(json!({ "registers": true })).await;
    let mut browser = Browser::new(&app);
    browser.log_in("company", &json!({})).await;
    let me = browser.me().await;
    assert_eq!((&me["username"], &me["first_name"]), (&json!("grace"), &json!("Grace")));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_id_token_leaves_out_is_asked_for() {
    let (app, _, oidc) = with_oidc().await;
    oidc.claim(json!({ "email": null, "email_verified": null, "preferred_username": null,
        "given_name": null, "family_name": null }));
    *oidc.shared.userinfo.lock().unwrap() = json!({ "sub": "subject-1", "email": "ada@example.com", "email_verified": "true",
        "name": "Ada Lovelace" });
    let mut browser = Browser::new(&app);
    browser.log_in("company", &json!({})).await;
    let me = browser.me().await;
    assert_eq!((&me["username"], &me["email"]), (&json!("ada"), &json!("ada@example.com")));
    *oidc.shared.userinfo.lock().unwrap() =
        json!({ "sub": "subject-2", "email": "eve@example.com", "email_verified": true });
    assert_eq!(told(&Browser::new(&app).log_in("company", &json!({})).await), "provider_failed");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_password_sets_one_and_can_delete_their_account_then() {
    let (app, _, _) = with_github(RegistrationMode::Open).await;
    let mut browser = Browser::new(&app);
    browser.log_in("github", &json!({})).await;
    // No password fits, not even none.
    for (username, password) in [("octocat", ""), ("octocat@example.com", "password"), ("", "")] {
        let form = json!({ "username": username, "password": password });
        let code = "wrong_credentials";
        problem(app.post("/api/v1/auth/login", &form), StatusCode::UNAUTHORIZED, code).await;
    }
    let confirmation = json!({ "password": "" });
    let refused = browser.send(Method::DELETE, "/api/v1/users/me", Some(&confirmation)).await;
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "no_password");
    let identities = identities(&mut browser).await;
    let path = format!("/api/v1/users/me/identities/{}", identities[0]["id"].as_str().unwrap());
    let refused = browser.send(Method::DELETE, &path, None).await;
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "last_login");
    let password = json!({ "new": "correct horse battery" });
    let set = browser.send(Method::POST, "/api/v1/users/me/password", Some(&password)).await;
    assert_eq!(set.status(), StatusCode::NO_CONTENT);
    assert_eq!(browser.me().await["has_password"], true);
    // From now on the old one is needed.
    let refused = browser.send(Method::POST, "/api/v1/users/me/password", Some(&password)).await;
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "old_password_wrong");
    assert_eq!(browser.send(Method::DELETE, &path, None).await.status(), StatusCode::NO_CONTENT);
    let confirmation = json!({ "password": "correct horse battery" });
    let deleted = browser.send(Method::DELETE, "/api/v1/users/me", Some(&confirmation)).await;
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
    // The identity is free again.
    let mut anew = Browser::new(&app);
    anew.log_in("github", &json!({})).await;
    assert_eq!(anew.me().await["username"], "octocat");
    app.stop().await;
}

async fn identities(browser: &mut Browser<'_>) -> Value {
    browser.send(Method::GET, "/api/v1/users/me/identities", None).await.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_first_logins_at_once_make_one_account() {
    let (app, _, _) = with_github(RegistrationMode::Open).await;
    let (mut one, mut two) = (Browser::new(&app), Browser::new(&app));
    let (first, second) = (json!({}), json!({}));
    let pages = futures_util::future::join(one.log_in("github", &first), two.log_in("github", &second)).await;
    assert_eq!(pages, ("/".to_owned(), "/".to_owned()));
    assert_eq!(one.me().await["id"], two.me().await["id"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setup_that_is_not_done_is_not_anybody_s() {
    let clock = backend::clock::Clock::system();
    let github = super::fake_github::FakeGithub::start(clock).await;
    let app = TestApp::start_with(crate::app::Options {
        registration: Some(RegistrationMode::Open),
        github: super::github_config(&github),
        ..crate::app::Options::default()
    })
    .await;
    github.register(&format!("{}/api/v1/auth/providers/github/callback", app.base));
    assert_eq!(told(&Browser::new(&app).log_in("github", &json!({})).await), "registration_closed");
    app.stop().await;
}
