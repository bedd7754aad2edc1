//! Administering users, registration, limits.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Api, Route};
use crate::deskhand::{PASSWORD, ok};
use crate::two_step::{self, TwoStep};

async fn me(api: &Api, token: &str) -> String {
    let me = api.deskhand.request(Method::GET, "/users/me").bearer_auth(token);
    format!("/users/{}", ok(me).await["id"].as_str().unwrap())
}

fn as_eve(api: &Api, eve: &str, method: Method, path: &str) -> RequestBuilder {
    api.deskhand.request(method, path).bearer_auth(eve)
}

/// The token at the end of a one-time link.
fn token_in(answer: &Value) -> String {
    answer["url"].as_str().unwrap().rsplit('=').next().unwrap().to_owned()
}

#[tokio::test]
async fn one_user() {
    let api = Api::start().await;
    let eve = api.user("eve").await;
    let (ada, path) = (me(&api, &api.token).await, me(&api, &eve).await);

    let mut route = Route::of(&api, "GET /users/{user_id}").await;
    route.case("success", api.get(&path)).await;
    route.case("not a superuser", as_eve(&api, &eve, Method::GET, &path)).await;
    route.compare();

    let mut route = Route::of(&api, "GET /users/{user_id}/usage").await;
    route.case("success", api.get(&format!("{path}/usage"))).await;
    route.case("not a superuser", as_eve(&api, &eve, Method::GET, &format!("{path}/usage"))).await;
    route.compare();

    let mut route = Route::of(&api, "GET /users/me/usage").await;
    route.case("success", api.get("/users/me/usage")).await;
    route.compare();

    let mut route = Route::of(&api, "PATCH /users/{user_id}").await;
    let patch = |body: &Value| api.request(Method::PATCH, &path).json(body);
    route.case("not a superuser", as_eve(&api, &eve, Method::PATCH, &path).json(&json!({}))).await;
    route.unreadable(|| api.request(Method::PATCH, &path)).await;
    for (case, body) in [
        ("nothing", json!({})),
        (
            "names",
            json!({ "username": "evelyn", "email": "e@example.com", "first_name": "E", "last_name": "V" }),
        ),
        ("limits", json!({ "limits": { "desktops": 3, "dollars_per_month": 20 } })),
        ("another role", json!({ "role": "superuser" })),
        ("disabled", json!({ "disabled": true })),
        ("enabled", json!({ "disabled": false, "role": "user", "limits": {} })),
        ("username taken", json!({ "username": "ADA" })),
        ("e-mail address taken", json!({ "email": "ada@example.com" })),
        ("an invalid username", json!({ "username": "two words" })),
        ("an unknown field", json!({ "is_superuser": true })),
        ("an unknown limit", json!({ "limits": { "chats": 3 } })),
    ] {
        route.case(case, patch(&body)).await;
    }
    let last = api.request(Method::PATCH, &ada).json(&json!({ "role": "user" }));
    route.case("the last superuser", last).await;
    route.compare();

    let mut route = Route::of(&api, "DELETE /users/{user_id}").await;
    route.case("not a superuser", as_eve(&api, &eve, Method::DELETE, &path)).await;
    route.case("the last superuser", api.request(Method::DELETE, &ada)).await;
    route.case("success", api.request(Method::DELETE, &path)).await;
    route.case("once more", api.request(Method::DELETE, &path)).await;
    route.compare();
}

#[tokio::test]
async fn model_usage() {
    let api = Api::start().await;
    let eve = api.user("eve").await;
    let path = |days: &str| format!("/admin/usage?{days}");
    let mut route = Route::of(&api, "GET /admin/usage").await;
    route.case("nothing was used", api.get(&path("from=2026-01-01&to=2026-01-31"))).await;
    route.case("not a superuser", as_eve(&api, &eve, Method::GET, &path("from=2026-01-01"))).await;
    route.case("days that are not in order", api.get(&path("from=2026-02-01&to=2026-01-31"))).await;
    route.case("too many days", api.get(&path("from=2024-01-01&to=2026-01-31"))).await;
    route.case("no date", api.get(&path("from=yesterday"))).await;
    route.compare();
}

#[tokio::test]
async fn own_model_usage() {
    let api = Api::start().await;
    let path = |days: &str| format!("/users/me/usage/models?{days}");
    let mut route = Route::of(&api, "GET /users/me/usage/models").await;
    route.case("nothing was used", api.get(&path("from=2026-01-01&to=2026-01-31"))).await;
    route.case("days that are not in order", api.get(&path("from=2026-02-01&to=2026-01-31"))).await;
    route.case("too many days", api.get(&path("from=2024-01-01&to=2026-01-31"))).await;
    route.case("no date", api.get(&path("from=yesterday"))).await;
    route.compare();
}

#[tokio::test]
async fn own_limits() {
    let api = Api::start_with(&[("DESKHAND_DOLLARS_PER_PERSON", "2.5")]).await;
    let mut route = Route::of(&api, "GET /users/me/limits").await;
    route.case("nothing is set", api.get("/users/me/limits")).await;
    route.compare();

    let mut route = Route::of(&api, "PUT /users/me/limits").await;
    let put = || api.request(Method::PUT, "/users/me/limits");
    route.unreadable(put).await;
    for (case, body) in [
        ("success", json!({ "dollars_per_run": 0.1, "dollars_per_month": 2 })),
        ("above what the person may spend", json!({ "dollars_per_month": 2.500_001 })),
        ("too many decimals", json!({ "dollars_per_run": 0.000_000_1 })),
        ("text", json!({ "dollars_per_run": "0.1" })),
        ("negative", json!({ "dollars_per_run": -1 })),
        ("unknown limit", json!({ "dollars_per_week": 1 })),
        ("none", json!({})),
    ] {
        route.case(case, put().json(&body)).await;
    }
    route.compare();
}

#[tokio::test]
async fn own_account() {
    let api = Api::start().await;
    let eve = api.user("eve").await;
    let mut route = Route::of(&api, "DELETE /users/me").await;
    let delete = |token: &str, password: &str| {
        let request = api.deskhand.request(Method::DELETE, "/users/me").bearer_auth(token);
        request.json(&json!({ "password": password }))
    };
    route.unreadable(|| api.request(Method::DELETE, "/users/me")).await;
    route.case("wrong password", delete(&eve, "wrong")).await;
    route.case("the last superuser", delete(&api.token, PASSWORD)).await;
    route.case("success", delete(&eve, PASSWORD)).await;
    route.compare();
}

#[tokio::test]
async fn second_factors() {
    let api = Api::start().await;
    let eve = api.user("eve").await;
    let own = "/users/me/second-factor";
    let send = |method: Method, path: &str, body: Value| as_eve(&api, &eve, method, path).json(&body);
    let proof = |password: &str, code: &str| json!({ "password": password, "code": code });
    let mut get = Route::of(&api, "GET /users/me/second-factor").await;
    let mut create = Route::of(&api, "POST /users/me/second-factor").await;
    let mut confirm = Route::of(&api, "POST /users/me/second-factor/confirm").await;
    let mut renew = Route::of(&api, "POST /users/me/second-factor/recovery-codes").await;
    let mut delete = Route::of(&api, "DELETE /users/me/second-factor").await;
    let mut reset = Route::of(&api, "DELETE /users/{user_id}/second-factor").await;
    let (confirming, renewing) = (format!("{own}/confirm"), format!("{own}/recovery-codes"));

    get.case("off", as_eve(&api, &eve, Method::GET, own)).await;
    delete.unreadable(|| as_eve(&api, &eve, Method::DELETE, own)).await;
    delete.case("off", send(Method::DELETE, own, proof(PASSWORD, "123456"))).await;
    renew.unreadable(|| as_eve(&api, &eve, Method::POST, &renewing)).await;
    renew.case("off", send(Method::POST, &renewing, proof(PASSWORD, "123456"))).await;
    confirm.unreadable(|| as_eve(&api, &eve, Method::POST, &confirming)).await;
    confirm.case("not begun", send(Method::POST, &confirming, json!({ "code": "123456" }))).await;
    create.unreadable(|| as_eve(&api, &eve, Method::POST, own)).await;
    create.case("wrong password", send(Method::POST, own, json!({ "password": "wrong" }))).await;
    let secret = create.case("success", send(Method::POST, own, json!({ "password": PASSWORD }))).await;
    let app = two_step::read(secret["url"].as_str().unwrap());
    confirm.case("wrong code", send(Method::POST, &confirming, json!({ "code": "12345" }))).await;
    let first = json!({ "code": two_step::code(&app, 0) });
    confirm.case("success", send(Method::POST, &confirming, first.clone())).await;
    confirm.case("on", send(Method::POST, &confirming, first)).await;
    create.case("on", send(Method::POST, own, json!({ "password": PASSWORD }))).await;
    get.case("on", as_eve(&api, &eve, Method::GET, own)).await;
    renew.case("wrong password", send(Method::POST, &renewing, proof("wrong", "123456"))).await;
    renew.case("wrong code", send(Method::POST, &renewing, proof(PASSWORD, "12345"))).await;
    let next = two_step::code(&app, 1);
    let codes = renew.case("success", send(Method::POST, &renewing, proof(PASSWORD, &next))).await;
    delete.case("wrong password", send(Method::DELETE, own, proof("wrong", "123456"))).await;
    delete.case("wrong code", send(Method::DELETE, own, proof(PASSWORD, &next))).await;
    let recovery_code = codes["codes"][0].as_str().unwrap();
    delete.case("success", send(Method::DELETE, own, proof(PASSWORD, recovery_code))).await;

    TwoStep::turn_on(&api.deskhand, &eve, PASSWORD).await;
    let path = |user: &str| format!("{user}/second-factor");
    let (of_ada, of_eve) = (path(&me(&api, &api.token).await), path(&me(&api, &eve).await));
    reset.case("not a superuser", as_eve(&api, &eve, Method::DELETE, &of_eve)).await;
    reset.case("the caller's own", api.request(Method::DELETE, &of_ada)).await;
    reset.case("success", api.request(Method::DELETE, &of_eve)).await;
    reset.case("off", api.request(Method::DELETE, &of_eve)).await;
    for route in [get, create, confirm, renew, delete, reset] {
        route.compare();
    }
}

#[tokio::test]
async fn password_links() {
    let api = Api::start().await;
    let eve = api.user("eve").await;
    let path = format!("{}/password-link", me(&api, &eve).await);
    let mut route = Route::of(&api, "POST /users/{user_id}/password-link").await;
    route.case("not a superuser", as_eve(&api, &eve, Method::POST, &path)).await;
    let link = route.case("success", api.request(Method::POST, &path)).await;
    route.compare();

    let mut route = Route::open("POST /auth/password-link");
    let post = || api.deskhand.request(Method::POST, "/auth/password-link");
    let set = |token: &str, password: &str| post().json(&json!({ "token": token, "password": password }));
    let token = token_in(&link);
    route.unreadable(post).await;
    route.case("another link", set("none", PASSWORD)).await;
    route.case("a short password", set(&token, "short")).await;
    route.case("success", set(&token, PASSWORD)).await;
    route.case("once more", set(&token, PASSWORD)).await;
    route.compare();
}

#[tokio::test]
async fn registration() {
    let api = Api::start().await;
    let eve = api.user("eve").await;
    let (mut ways, mut register) = (Route::open("GET /auth/ways"), Route::open("POST /auth/register"));
    let mut settings = Route::of(&api, "GET /admin/settings").await;
    let mut change = Route::of(&api, "PATCH /admin/settings").await;
    let get_ways = || api.deskhand.request(Method::GET, "/auth/ways");
    let post = || api.deskhand.request(Method::POST, "/auth/register");
    let form = json!({ "username": "bob", "email": "bob@example.com", "password": PASSWORD });
    let with = |field: &str, value: &str| {
        let mut form = form.clone();
        form[field] = value.into();
        post().json(&form)
    };
    let set = |body: &Value| api.request(Method::PATCH, "/admin/settings").json(body);

    ways.case("closed", get_ways()).await;
    register.unreadable(post).await;
    register.case("closed", post().json(&form)).await;
    settings.case("success", api.get("/admin/settings")).await;
    settings.case("not a superuser", as_eve(&api, &eve, Method::GET, "/admin/settings")).await;
    change.unreadable(|| api.request(Method::PATCH, "/admin/settings")).await;
    let refused = as_eve(&api, &eve, Method::PATCH, "/admin/settings").json(&json!({}));
    change.case("not a superuser", refused).await;
    change.case("nothing", set(&json!({}))).await;
    change.case("by invitation", set(&json!({ "registration": "invite" }))).await;
    let listed = json!({ "internet": { "mode": "listed", "names": ["*.example.com"] } });
    change.case("listed names", set(&listed)).await;
    let bad = json!({ "internet": { "mode": "listed", "names": ["http://example.com"] } });
    change.case("a name that is none", set(&bad)).await;
    change.case("the whole internet", set(&json!({ "internet": { "mode": "all" } }))).await;
    change.case("retention", set(&json!({ "retention": { "chats_days": 90 } }))).await;
    change.case("a retention of no days", set(&json!({ "retention": { "chats_days": 0 } }))).await;
    ways.case("by invitation", get_ways()).await;
    register.case("without an invitation", post().json(&form)).await;
    register.case("another invitation", with("invitation", "none")).await;

    let mut create = Route::of(&api, "POST /admin/invitations").await;
    let invite = |body: &Value| api.post("/admin/invitations", body);
    create.unreadable(|| api.request(Method::POST, "/admin/invitations")).await;
    let refused = as_eve(&api, &eve, Method::POST, "/admin/invitations").json(&json!({}));
    create.case("not a superuser", refused).await;
    create.case("for nobody", invite(&json!({ "uses": 0 }))).await;
    create.case("an invalid address", invite(&json!({ "email": "nowhere" }))).await;
    create.case("expired", invite(&json!({ "expires_at": "2020-01-01T00:00:00Z" }))).await;
    let for_grace = json!({ "email": "grace@example.com", "role": "superuser", "uses": 2 });
    let invitation = create.case("success", invite(&for_grace)).await;
    let anybody = create.case("for anybody", invite(&json!({}))).await;
    create.compare();
    register.case("for another address", with("invitation", &token_in(&invitation))).await;
    register.case("with an invitation", with("invitation", &token_in(&anybody))).await;

    let mut list = Route::of(&api, "GET /admin/invitations").await;
    list.case("success", api.get("/admin/invitations")).await;
    list.case("not a superuser", as_eve(&api, &eve, Method::GET, "/admin/invitations")).await;
    list.compare();
    let path = format!("/admin/invitations/{}", invitation["id"].as_str().unwrap());
    let mut delete = Route::of(&api, "DELETE /admin/invitations/{invitation_id}").await;
    delete.case("not a superuser", as_eve(&api, &eve, Method::DELETE, &path)).await;
    delete.case("success", api.request(Method::DELETE, &path)).await;
    delete.case("once more", api.request(Method::DELETE, &path)).await;
    delete.compare();

    change
        .case("open, and limits", set(&json!({ "registration": "open", "limits": { "desktops": 5 } })))
        .await;
    change.case("an unknown limit", set(&json!({ "limits": { "chats": 3 } }))).await;
    change.compare();
    settings.compare();
    ways.case("open", get_ways()).await;
    ways.compare();
    register.case("username taken", with("username", "ada")).await;
    let taken = json!({ "username": "carol", "email": "ada@example.com", "password": PASSWORD });
    register.case("e-mail address taken", post().json(&taken)).await;
    register.compare();
}
