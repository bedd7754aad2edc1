//! Logging in with accounts elsewhere, and setting providers up. Nothing here asks a provider.

use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Api, Route};
use crate::deskhand::ok;

const PROVIDERS: &str = "/admin/identity-providers";

fn github() -> Value {
    json!({ "slug": "staff", "kind": "github", "name": "GitHub", "issuer": "https://github.com/",
            "client_id": "Iv1.0123456789abcdef", "client_secret": "as GitHub shows it" })
}

#[tokio::test]
async fn setting_providers_up() {
    let api = Api::start().await;
    let eve = api.user("eve").await;
    let as_eve = |method: Method, path: &str| api.deskhand.request(method, path).bearer_auth(&eve);
    let path = format!("{PROVIDERS}/staff");

    let mut list = Route::of(&api, "GET /admin/identity-providers").await;
    list.case("not a superuser", as_eve(Method::GET, PROVIDERS)).await;
    list.case("none", api.get(PROVIDERS)).await;
    let mut create = Route::of(&api, "POST /admin/identity-providers").await;
    create.case("not a superuser", as_eve(Method::POST, PROVIDERS).json(&github())).await;
    create.unreadable(|| api.request(Method::POST, PROVIDERS)).await;
    create.case("success", api.post(PROVIDERS, &github())).await;
    create.case("the slug is taken", api.post(PROVIDERS, &github())).await;
    for (field, value) in [
        ("slug", json!("My company")),
        ("name", json!("")),
        ("issuer", json!("github.com")),
        ("client_id", json!("")),
        ("client_secret", json!(null)),
        ("scopes", json!(["two words"])),
        ("email_domains", json!(["ada@example.com"])),
        ("admin", json!(true)),
    ] {
        let mut form = github();
        form[field] = value;
        create.case(&format!("an invalid {field}"), api.post(PROVIDERS, &form)).await;
    }
    create.compare();
    list.case("one", api.get(PROVIDERS)).await;
    list.compare();

    let mut change = Route::of(&api, "PATCH /admin/identity-providers/{provider}").await;
    let patch = || api.request(Method::PATCH, &path);
    change.case("not a superuser", as_eve(Method::PATCH, &path).json(&json!({}))).await;
    change.unreadable(patch).await;
    let changes = json!({ "name": "Our GitHub", "registers": false, "email_domains": ["EXAMPLE.com"] });
    change.case("success", patch().json(&changes)).await;
    change.case("nothing", patch().json(&json!({}))).await;
    change.case("no secret", patch().json(&json!({ "client_secret": null }))).await;
    change.compare();

    let away = json!({ "slug": "away", "kind": "oidc", "name": "Away", "issuer": "http://127.0.0.1:1", "client_id": "x" });
    ok(api.post(PROVIDERS, &away)).await;
    let mut check = Route::of(&api, "POST /admin/identity-providers/{provider}/check").await;
    check.case("not a superuser", as_eve(Method::POST, &format!("{path}/check"))).await;
    check.case("out of reach", api.request(Method::POST, &format!("{PROVIDERS}/away/check"))).await;
    check.compare();

    let mut delete = Route::of(&api, "DELETE /admin/identity-providers/{provider}").await;
    delete.case("not a superuser", as_eve(Method::DELETE, &path)).await;
    delete.case("success", api.request(Method::DELETE, &path)).await;
    delete.case("once more", api.request(Method::DELETE, &path)).await;
    delete.compare();
}

#[tokio::test]
async fn logging_in_with_a_provider() {
    let api = Api::start().await;
    ok(api.post(PROVIDERS, &github())).await;
    let browser = Client::builder().redirect(Policy::none()).build().unwrap();
    let get = |path: &str| browser.get(format!("{}/api/v1/auth/providers/{path}", api.deskhand.url));
    let post = |provider: &str| -> RequestBuilder {
        api.deskhand.request(Method::POST, &format!("/auth/providers/{provider}/start"))
    };

    let mut begin = Route::open("POST /auth/providers/{provider}/start");
    begin.unreadable(|| post("staff")).await;
    begin.case("success", post("staff").json(&json!({ "next": "/account" }))).await;
    begin.case("there is no such provider", post("nobody").json(&json!({}))).await;
    begin.case("linking without a login", post("staff").json(&json!({ "link": true }))).await;
    begin.compare();

    let mut start = Route::open("GET /auth/providers/{provider}/start");
    start.case("there is no such provider", get("nobody/start?next=/account")).await;
    start.case("a page of another site", get("nobody/start?next=//example.com")).await;
    start.compare();

    let mut finish = Route::open("GET /auth/providers/{provider}/callback");
    finish.case("nobody has begun", get("staff/callback?state=x&code=y")).await;
    finish.case("no parameters", get("staff/callback")).await;
    finish.case("a parameter twice", get("staff/callback?state=x&state=y")).await;
    finish.compare();

    let mut complete = Route::open("POST /auth/session/code");
    let send = || api.deskhand.request(Method::POST, "/auth/session/code");
    complete.unreadable(send).await;
    complete.case("no login waits for a code", send().json(&json!({ "code": "123456" }))).await;
    complete.compare();
}

#[tokio::test]
async fn linked_identities() {
    let api = Api::start().await;
    let mut list = Route::of(&api, "GET /users/me/identities").await;
    list.case("none", api.get("/users/me/identities")).await;
    list.compare();
    Route::of(&api, "DELETE /users/me/identities/{identity_id}").await.compare();
}
