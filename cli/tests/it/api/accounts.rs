//! Setup, login and users.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Api, Route};
use crate::deskhand::{Deskhand, PASSWORD};

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
    for operation in ["POST /auth/login", "POST /auth/session"] {
        let path = operation.split_once(' ').unwrap().1;
        let post = || api.deskhand.request(Method::POST, path);
        let mut route = Route::open(operation);
        route.unreadable(post).await;
        route.case("wrong password", post().json(&with(right.clone(), "password", "wrong"))).await;
        route.case("success", post().json(&right)).await;
        route.compare();
    }
    let mut route = Route::open("DELETE /auth/session");
    let logout = || api.deskhand.request(Method::DELETE, "/auth/session");
    route.case("nobody is logged in", logout()).await;
    let session = api.deskhand.request(Method::POST, "/auth/session").json(&right).send().await.unwrap();
    let cookie = session.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    route.case("success", logout().header("cookie", cookie)).await;
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
    route.case("an unknown time zone", patch(&json!({ "time_zone": "Europe/Wien" }))).await;
    route.case("no language tag", patch(&json!({ "language": "german" }))).await;
    route.compare();

    let mut route = Route::of(&api, "GET /config").await;
    route.case("success", api.get("/config")).await;
    route.compare();
}
