//! Setting providers up.

use backend::config::proxy::ProxyConfig;
use backend::config::registration::RegistrationMode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::fake_oidc::{CLIENT_SECRET, FakeOidc};
use super::{Browser, company, count, open_app, with_github, with_oidc};
use crate::app::{Options, TestApp, ok, problem};

const PROVIDERS: &str = "/api/v1/admin/identity-providers";

#[tokio::test(flavor = "multi_thread")]
async fn a_superuser_sets_up_changes_checks_and_deletes() {
    let (app, root, oidc) = with_oidc().await;
    let list = || app.get(PROVIDERS).bearer_auth(&root);
    let one = |method: Method, more: &str| {
        app.request(method, &format!("{PROVIDERS}/company{more}")).bearer_auth(&root)
    };
    let provider = ok(list()).await[0].clone();
    assert_eq!(provider["has_client_secret"], true);
    assert_eq!(provider["scopes"], json!(["openid", "profile", "email"]));
    assert_eq!(provider["callback_url"], format!("{}/api/v1/auth/providers/company/callback", app.base));
    assert!(!provider.to_string().contains(CLIENT_SECRET), "{provider}");
    assert_eq!(ok(one(Method::POST, "/check")).await, json!({ "ok": true, "problem": null }));
    let changed = ok(one(Method::PATCH, "").json(&json!({ "name": " New name ", "enabled": false }))).await;
    assert_eq!((&changed["name"], &changed["has_client_secret"]), (&json!("New name"), &json!(true)));
    let taken = app.post(PROVIDERS, &company(&oidc.issuer)).bearer_auth(&root);
    problem(taken, StatusCode::CONFLICT, "slug_taken").await;
    let public = ok(one(Method::PATCH, "").json(&json!({ "client_secret": null, "enabled": true }))).await;
    assert_eq!(public["has_client_secret"], false);
    assert_eq!(ok(list()).await.as_array().unwrap().len(), 1);
    let deleted = one(Method::DELETE, "").send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
    for (method, more, body) in
        [(Method::DELETE, "", None), (Method::PATCH, "", Some(json!({}))), (Method::POST, "/check", None)]
    {
        let request = one(method, more);
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        problem(request, StatusCode::NOT_FOUND, "not_found").await;
    }
    let entries = ok(app.get("/api/v1/admin/audit").bearer_auth(&root)).await;
    let of_provider: Vec<_> = entries
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["object"] == "company")
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    let (created, changed) = ("identity_provider_created", "identity_provider_changed");
    assert_eq!(of_provider, ["identity_provider_deleted", changed, changed, created]);
    assert!(!entries.to_string().contains(CLIENT_SECRET));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_t_be_used_is_refused_with_what_to_do() {
    let (app, root) = open_app().await;
    let github = json!({ "slug": "gh", "kind": "github", "name": "GitHub", "issuer": "https://github.com", "client_id": "x" });
    let mut forms = vec![(github, "client_secret_needed")];
    for (field, value, code) in [
        ("slug", json!(""), "slug_invalid"),
        ("slug", json!("Company"), "slug_invalid"),
        ("slug", json!("a/b"), "slug_invalid"),
        ("slug", json!("a".repeat(33)), "slug_invalid"),
        ("name", json!(" "), "name_invalid"),
        ("name", json!("a".repeat(61)), "name_invalid"),
        ("issuer", json!("login.example.org"), "issuer_invalid"),
        ("issuer", json!("ftp://login.example.org"), "issuer_invalid"),
        ("issuer", json!("https://ada:x@login.example.org"), "issuer_invalid"),
        ("issuer", json!("https://login.example.org?a"), "issuer_invalid"),
        ("client_id", json!(""), "client_invalid"),
        ("client_secret", json!(""), "client_invalid"),
        ("client_secret", json!("a\u{0}b"), "client_invalid"),
        ("scopes", json!(["profile"]), "scopes_invalid"),
        ("scopes", json!(["openid", "a b"]), "scopes_invalid"),
        ("email_domains", json!(["ada@example.org"]), "email_domains_invalid"),
    ] {
        let mut form = company("https://login.example.org");
        form[field] = value;
        forms.push((form, code));
    }
    for (form, code) in forms {
        let request = app.post(PROVIDERS, &form).bearer_auth(&root);
        problem(request, StatusCode::UNPROCESSABLE_ENTITY, code).await;
    }
    assert_eq!(count(&app, "identity_providers").await, 0);
    for number in 0..21 {
        let mut form = company("https://login.example.org");
        form["slug"] = format!("company-{number}").into();
        let request = app.post(PROVIDERS, &form).bearer_auth(&root);
        if number < 20 {
            ok(request).await;
        } else {
            problem(request, StatusCode::CONFLICT, "too_many_providers").await;
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_environment_sets_up_can_t_be_changed() {
    let (app, root, github) = with_github(RegistrationMode::Open).await;
    let listed = ok(app.get(PROVIDERS).bearer_auth(&root)).await;
    assert_eq!((&listed[0]["slug"], &listed[0]["is_fixed"]), (&json!("github"), &json!(true)));
    assert_eq!(listed[0]["issuer"], github.base);
    let one = |method: Method| app.request(method, &format!("{PROVIDERS}/github")).bearer_auth(&root);
    problem(one(Method::PATCH).json(&json!({ "enabled": false })), StatusCode::CONFLICT, "provider_fixed")
        .await;
    problem(one(Method::DELETE), StatusCode::CONFLICT, "provider_fixed").await;
    let mut own = company("https://login.example.org");
    own["slug"] = "github".into();
    problem(app.post(PROVIDERS, &own).bearer_auth(&root), StatusCode::CONFLICT, "provider_fixed").await;
    let check = app.request(Method::POST, &format!("{PROVIDERS}/github/check")).bearer_auth(&root);
    assert_eq!(ok(check).await["ok"], true);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_secret_is_sealed_and_follows_the_master_key() {
    let (app, _, _) = with_oidc().await;
    let stored = format!("identity_providers p WHERE p::text LIKE '%{}%'", hex::encode(CLIENT_SECRET));
    assert_eq!(count(&app, &stored).await, 0);
    let mut browser = Browser::new(&app);
    let url = browser.begin("company", &json!({})).await;
    let rotated = backend::vault::rotate(&app.state.vault, &app.state.clock).await.unwrap();
    assert_eq!(rotated.secrets, 3, "the signing key, the client secret and the verifier of the login");
    let callback = browser.pass_provider(&url).await;
    assert_eq!(browser.come_back(&callback).await, "/");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_everything_has_the_public_address() {
    let public = "https://desk.example/desk/";
    let app = TestApp::start_with(Options {
        registration: Some(RegistrationMode::Open),
        proxy: ProxyConfig {
            public_url: Some(public.parse().unwrap()),
            trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        },
        ..Options::default()
    })
    .await;
    let root = app.superuser("root").await;
    let oidc = FakeOidc::start(app.state.clock.clone()).await;
    ok(app.post(PROVIDERS, &company(&oidc.issuer)).bearer_auth(&root)).await;
    // As a proxy passes them on.
    let request = |method: Method, path: &str| {
        app.request(method, path)
            .header("x-forwarded-for", "198.51.100.7")
            .header("x-forwarded-proto", "https")
            .header("x-forwarded-host", "desk.example")
    };
    let start = request(Method::POST, "/desk/api/v1/auth/providers/company/start");
    let begun = start.json(&json!({ "next": "/chats/1" })).send().await.unwrap();
    let set_cookie = begun.headers()["set-cookie"].to_str().unwrap().to_owned();
    let attributes: Vec<&str> = set_cookie.split("; ").skip(1).collect();
    assert!(set_cookie.starts_with("__Host-deskhand_provider_login="), "{set_cookie}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=600"] {
        assert!(attributes.contains(&attribute), "{set_cookie}");
    }
    let url: url::Url = begun.json::<Value>().await.unwrap()["url"].as_str().unwrap().parse().unwrap();
    let redirect_uri = url.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned();
    assert_eq!(redirect_uri, format!("{public}api/v1/auth/providers/company/callback"));
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let passed = http.get(url).send().await.unwrap();
    let callback = passed.headers()["location"]
        .to_str()
        .unwrap()
        .strip_prefix("https://desk.example")
        .unwrap()
        .to_owned();
    let cookie = set_cookie.split(';').next().unwrap();
    let finish = http
        .get(format!("{}{callback}", app.base))
        .header("cookie", cookie)
        .header("x-forwarded-for", "198.51.100.7")
        .header("x-forwarded-proto", "https")
        .header("x-forwarded-host", "desk.example");
    let opened = finish.send().await.unwrap();
    assert_eq!(opened.headers()["location"], "/desk/chats/1");
    app.stop().await;
}
