//! Setup, login and users.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Api, Route};
use crate::deskhand::{Deskhand, PASSWORD, ok};
use crate::two_step::TwoStep;

fn form(username: &str) -> Value {
    json!({
        "username": username, "email": format!("{username}@example.com"), "password": PASSWORD,
        "first_name": "Ada", "last_name": "Lovelace",
    })
}

fn with(mut form: Value, field: &str, value: &str) -> Value {
    form[field] = value.into();
    form
}

/// Forms that are refused.
async fn invalid_forms(route: &mut Route, form: &Value, request: impl Fn(&Value) -> RequestBuilder) {
    for (field, value) in [
        ("username", "two words"),
        ("username", ""),
        ("email", "nowhere"),
        ("password", "short"),
        ("first_name", "\0"),
    ] {
        let case = format!("{field} {value:?}");
        route.case(&case, request(&with(form.clone(), field, value))).await;
    }
}

#[tokio::test]
async fn setup() {
    let data = tempfile::tempdir().unwrap();
    let deskhand = Deskhand::up(data.path()).await;
    let link = deskhand.setup_link.clone().unwrap();
    let form = with(form("ada"), "token", link.split_once("#token=").unwrap().1);
    let status = || deskhand.request(Method::GET, "/setup");
    let set_up = |form: &Value| deskhand.request(Method::POST, "/setup").json(form);
    let (mut get, mut post) = (Route::open("GET /setup"), Route::open("POST /setup"));

    get.case("nobody has an account", status()).await;
    post.unreadable(|| deskhand.request(Method::POST, "/setup")).await;
    invalid_forms(&mut post, &form, set_up).await;
    post.case("another link", set_up(&with(form.clone(), "token", "none"))).await;
    post.case("success", set_up(&form)).await;
    post.case("once more", set_up(&form)).await;
    get.case("somebody has an account", status()).await;
    get.compare();
    post.compare();
}

#[tokio::test]
async fn logging_in_and_out() {
    let api = Api::start().await;
    let right = json!({ "username": "ada", "password": PASSWORD });
    let eve = api.user("eve").await;
    let mut codes = TwoStep::turn_on(&api.deskhand, &eve, PASSWORD).await.recovery_codes;
    let of_eve = json!({ "username": "eve", "password": PASSWORD });
    for operation in ["POST /auth/login", "POST /auth/session"] {
        let path = operation.split_once(' ').unwrap().1;
        let post = || api.deskhand.request(Method::POST, path);
        let mut route = Route::open(operation);
        route.unreadable(post).await;
        route.case("wrong password", post().json(&with(right.clone(), "password", "wrong"))).await;
        route.case("success", post().json(&right)).await;
        route.case("a missing code", post().json(&of_eve)).await;
        route.case("a wrong code", post().json(&with(of_eve.clone(), "code", "12345"))).await;
        let code = codes.pop().unwrap();
        route.case("a recovery code", post().json(&with(of_eve.clone(), "code", &code))).await;
        route.compare();
    }
    tokens_of(&api, &right).await;
    let mut route = Route::open("DELETE /auth/session");
    let logout = || api.deskhand.request(Method::DELETE, "/auth/session");
    route.case("nobody is logged in", logout()).await;
    let session = api.deskhand.request(Method::POST, "/auth/session").json(&right).send().await.unwrap();
    let cookie = session.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    route.case("success", logout().header("cookie", cookie)).await;
    route.compare();
}

/// Refreshing, and logging out.
async fn tokens_of(api: &Api, credentials: &Value) {
    let log_in = async || ok(api.deskhand.request(Method::POST, "/auth/login").json(credentials)).await;
    let tokens = log_in().await;
    let refresh = || api.deskhand.request(Method::POST, "/auth/refresh");
    let mut route = Route::open("POST /auth/refresh");
    route.unreadable(refresh).await;
    route.case("no token", refresh().json(&json!({ "refresh_token": "none" }))).await;
    let next =
        route.case("success", refresh().json(&json!({ "refresh_token": tokens["refresh_token"] }))).await;
    let form = format!("refresh_token={}", next["refresh_token"].as_str().unwrap());
    let form = refresh().header("content-type", "application/x-www-form-urlencoded").body(form);
    route.case("a form", form).await;
    route.case("used before", refresh().json(&json!({ "refresh_token": tokens["refresh_token"] }))).await;
    route.compare();

    let mut route = Route::of(api, "POST /auth/logout").await;
    let logout = || api.deskhand.request(Method::POST, "/auth/logout");
    route.unreadable(logout).await;
    let access = log_in().await["access_token"].as_str().unwrap().to_owned();
    route.case("success", logout().bearer_auth(access)).await;
    route
        .case("by refresh token", logout().json(&json!({ "refresh_token": log_in().await["refresh_token"] })))
        .await;
    route.compare();

    let mut route = Route::of(api, "POST /auth/logout-everywhere").await;
    let everywhere = api.deskhand.request(Method::POST, "/auth/logout-everywhere");
    let access = log_in().await["access_token"].as_str().unwrap().to_owned();
    route.case("success", everywhere.bearer_auth(access)).await;
    route.compare();

    let mut route = Route::open("GET /.well-known/jwks.json");
    let keys = format!("{}/.well-known/jwks.json", api.deskhand.url);
    route.case("success", reqwest::Client::new().get(keys)).await;
    route.compare();
}

#[tokio::test]
async fn metrics() {
    let api = Api::start().await;
    let mut route = Route::open("GET /metrics");
    let http = reqwest::Client::new();
    let metrics = || http.get(format!("{}/metrics", api.deskhand.url));
    route.case("nobody is logged in", metrics()).await;
    route.case("not a superuser", metrics().bearer_auth(api.user("grace").await)).await;
    let text = metrics().bearer_auth(&api.token).send().await.unwrap().text().await.unwrap();
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    route.stream("success: the metrics and their types", types.map(Value::from).collect());
    route.compare();
}

#[tokio::test]
async fn sessions_and_the_password() {
    let api = Api::start().await;
    let mut route = Route::of(&api, "GET /users/me/sessions").await;
    let sessions = route.case("success", api.get("/users/me/sessions")).await;
    route.compare();

    let mut route = Route::of(&api, "POST /users/me/password").await;
    let post = |old: &str, new: &str| api.post("/users/me/password", &json!({ "old": old, "new": new }));
    route.unreadable(|| api.request(Method::POST, "/users/me/password")).await;
    route.case("the old password is wrong", post("wrong", "staple horse")).await;
    route.case("the new password is short", post(PASSWORD, "short")).await;
    route.case("success", post(PASSWORD, "staple horse")).await;
    route.compare();

    let mut route = Route::of(&api, "DELETE /users/me/sessions/{session_id}").await;
    let path = format!("/users/me/sessions/{}", sessions[0]["id"].as_str().unwrap());
    route.case("success", api.request(Method::DELETE, &path)).await;
    route.compare();
}

#[tokio::test]
async fn api_tokens_and_tickets() {
    let api = Api::start().await;
    let mut route = Route::of(&api, "POST /users/me/tokens").await;
    let post = |form: &Value| api.post("/users/me/tokens", form);
    let form = json!({ "name": "backup", "scopes": ["chats:read"] });
    route.unreadable(|| api.request(Method::POST, "/users/me/tokens")).await;
    route.case("no name", post(&with(form.clone(), "name", ""))).await;
    route.case("no scope", post(&json!({ "name": "backup", "scopes": [] }))).await;
    route.case("expired", post(&with(form.clone(), "expires_at", "2020-01-01T00:00:00Z"))).await;
    let created = route.case("success", post(&form)).await;
    let token = created["token"].as_str().unwrap();
    let by_token = api.deskhand.request(Method::POST, "/users/me/tokens").bearer_auth(token).json(&form);
    route.case("by an API token", by_token).await;
    route.compare();

    let mut route = Route::of(&api, "GET /users/me/tokens").await;
    route.case("success", api.get("/users/me/tokens")).await;
    route.compare();

    let mut route = Route::of(&api, "POST /auth/ticket").await;
    route.unreadable(|| api.request(Method::POST, "/auth/ticket")).await;
    route.case("success", api.request(Method::POST, "/auth/ticket")).await;
    let no_chat = json!({ "chat_id": "00000000-0000-7000-8000-000000000000" });
    route.case("there is no such chat", api.post("/auth/ticket", &no_chat)).await;
    let files = ok(post(&json!({ "name": "files", "scopes": ["files:read"] }))).await;
    let without =
        api.deskhand.request(Method::POST, "/auth/ticket").bearer_auth(files["token"].as_str().unwrap());
    route.case("without the scope", without).await;
    route.compare();

    let mut route = Route::of(&api, "DELETE /users/me/tokens/{token_id}").await;
    let path = format!("/users/me/tokens/{}", created["id"].as_str().unwrap());
    route.case("success", api.request(Method::DELETE, &path)).await;
    route.compare();
}

#[tokio::test]
async fn the_audit_log() {
    let api = Api::start().await;
    let member = api.user("eve").await;
    let mut route = Route::of(&api, "GET /admin/audit").await;
    route.case("success", api.get("/admin/audit?limit=2")).await;
    route
        .case("not a superuser", api.deskhand.request(Method::GET, "/admin/audit").bearer_auth(&member))
        .await;
    route.case("no page", api.get("/admin/audit?limit=0")).await;
    route.compare();
}

#[tokio::test]
async fn users() {
    let api = Api::start().await;
    let member = api.user("eve").await;
    let mut route = Route::of(&api, "GET /users").await;
    route.case("success", api.get("/users")).await;
    route.case("not a superuser", api.deskhand.request(Method::GET, "/users").bearer_auth(&member)).await;
    route.compare();

    let mut route = Route::of(&api, "POST /users").await;
    let post = |form: &Value| api.post("/users", form);
    let not_allowed = api.deskhand.request(Method::POST, "/users").bearer_auth(&member).json(&form("bob"));
    route.case("not a superuser", not_allowed).await;
    route.unreadable(|| api.request(Method::POST, "/users")).await;
    invalid_forms(&mut route, &form("bob"), post).await;
    route.case("username taken", post(&with(form("ada"), "email", "a@example.com"))).await;
    route.case("e-mail address taken", post(&with(form("bob"), "email", "ada@example.com"))).await;
    route.case("success", post(&form("bob"))).await;
    route.compare();
}

#[tokio::test]
async fn the_caller() {
    let api = Api::start().await;
    let mut route = Route::of(&api, "GET /users/me").await;
    route.case("success", api.get("/users/me")).await;
    route.compare();

    let mut route = Route::of(&api, "PATCH /users/me").await;
    let patch = |body: &Value| api.request(Method::PATCH, "/users/me").json(body);
    route.unreadable(|| api.request(Method::PATCH, "/users/me")).await;
    let policy = json!({ "approval": { "ask_for": "effects", "effects": ["shell"] } });
    route.case("a policy", patch(&policy)).await;
    route.case("nothing", patch(&json!({}))).await;
    route.case("no policy", patch(&json!({ "approval": null }))).await;
    let locale = json!({ "time_zone": "Europe/Vienna", "language": "de-AT" });
    route.case("a time zone and a language", patch(&locale)).await;
    let browser = json!({ "detected_time_zone": "Asia/Tokyo", "detected_language": "ja-JP" });
    route.case("what the browser says", patch(&browser)).await;
    route.case("no choice", patch(&json!({ "time_zone": null, "language": null }))).await;
    let profile = json!({ "first_name": "Augusta", "last_name": "King", "email": "ada@example.org" });
    route.case("a profile", patch(&profile)).await;
    route.case("no e-mail address", patch(&json!({ "email": "nobody" }))).await;
    api.user("eve").await;
    route.case("e-mail address taken", patch(&json!({ "email": "EVE@example.com" }))).await;
    route.case("an unknown time zone", patch(&json!({ "time_zone": "Europe/Wien" }))).await;
    route.case("no language tag", patch(&json!({ "language": "german" }))).await;
    route.compare();

    let mut route = Route::of(&api, "GET /config").await;
    route.case("success", api.get("/config")).await;
    route.compare();
}
