//! What administrators do with what belongs to others.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::{Api, Route};
use crate::deskhand::ok;

const NO_ID: &str = "00000000-0000-7000-8000-000000000000";

fn as_eve(api: &Api, eve: &str, method: Method, path: &str) -> RequestBuilder {
    api.deskhand.request(method, path).bearer_auth(eve)
}

async fn first_id(api: &Api, path: &str) -> String {
    let list = ok(api.get(path)).await;
    list[0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn desktops_of_everybody() {
    let api = Api::start().await;
    let eve = api.user("eve").await;
    let mut list = Route::of(&api, "GET /admin/desktops").await;
    let mut stop = Route::of(&api, "POST /admin/desktops/{desktop_id}/stop").await;
    let mut thumbnail = Route::of(&api, "GET /admin/desktops/{desktop_id}/thumbnail").await;
    list.case("none is up", api.get("/admin/desktops")).await;
    list.case("not a superuser", as_eve(&api, &eve, Method::GET, "/admin/desktops")).await;
    let chat = api.chat(None).await;
    ok(api.request(Method::POST, &format!("{chat}/desktop"))).await;
    list.case("one is up", api.get("/admin/desktops")).await;
    let path = format!("/admin/desktops/{}", first_id(&api, "/admin/desktops").await);
    let (stopping, taking) = (format!("{path}/stop"), format!("{path}/thumbnail"));
    thumbnail.case("success", api.get(&taking)).await;
    thumbnail.case("not a superuser", as_eve(&api, &eve, Method::GET, &taking)).await;
    stop.case("not a superuser", as_eve(&api, &eve, Method::POST, &stopping)).await;
    stop.case("success", api.request(Method::POST, &stopping)).await;
    stop.case("once more", api.request(Method::POST, &stopping)).await;
    thumbnail.case("it is stopped", api.get(&taking)).await;
    for route in [list, stop, thumbnail] {
        route.compare();
    }
}

#[tokio::test]
async fn runs_of_everybody() {
    let api = Api::start().await;
    let eve = api.user("eve").await;
    let mut list = Route::of(&api, "GET /admin/runs").await;
    let mut cancel = Route::of(&api, "POST /admin/runs/{run_id}/cancel").await;
    list.case("none", api.get("/admin/runs")).await;
    list.case("not a superuser", as_eve(&api, &eve, Method::GET, "/admin/runs")).await;
    list.case("no such filter", api.get("/admin/runs?filter=all")).await;
    let chat = ok(api.post("/chats", &json!({ "initial_message": "wait 100 seconds" }))).await;
    // What is cancelled before it begins is withdrawn instead.
    api.until(&chat["run"], "running").await;
    let id = first_id(&api, "/admin/runs").await;
    let cancelling = format!("/admin/runs/{id}/cancel");
    cancel.case("not a superuser", as_eve(&api, &eve, Method::POST, &cancelling)).await;
    cancel
        .case("there is no such run", api.request(Method::POST, &format!("/admin/runs/{NO_ID}/cancel")))
        .await;
    cancel.case("success", api.request(Method::POST, &cancelling)).await;
    api.until(&chat["run"], "cancelled").await;
    cancel.case("once more", api.request(Method::POST, &cancelling)).await;
    list.case("ended", api.get("/admin/runs?filter=ended")).await;
    for route in [list, cancel] {
        route.compare();
    }
}

#[tokio::test]
async fn requests_of_desktops_and_retention() {
    let api = Api::start().await;
    let eve = api.user("eve").await;
    let mut requests = Route::of(&api, "GET /admin/internet/requests").await;
    let path = "/admin/internet/requests";
    requests.case("none", api.get(path)).await;
    requests.case("not a superuser", as_eve(&api, &eve, Method::GET, path)).await;
    requests.case("no boolean", api.get(&format!("{path}?refused=perhaps"))).await;
    requests.case("too many at once", api.get(&format!("{path}?limit=501"))).await;
    requests.compare();

    let mut retention = Route::of(&api, "GET /admin/retention").await;
    retention.case("nothing is due", api.get("/admin/retention")).await;
    retention.case("not a superuser", as_eve(&api, &eve, Method::GET, "/admin/retention")).await;
    retention.compare();
}
