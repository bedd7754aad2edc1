//! Desktops: their state, control and egress policy.

use backend::data_folder::private_cluster::running_url;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::route::websocket;
use super::{Api, Route};
use crate::deskhand::ok;
use crate::rows::execute;

const NO_ID: &str = "00000000-0000-7000-8000-000000000000";

impl Api {
    async fn execute(&self, sql: &str) {
        execute(&running_url(self.data.path()).unwrap().unwrap(), sql).await;
    }
}

#[tokio::test]
async fn desktops() {
    let api = Api::start().await;
    let chat = api.chat(None).await;
    let path = format!("{chat}/desktop");
    let mut get = Route::of(&api, "GET /chats/{chat_id}/desktop").await;
    let mut start = Route::of(&api, "POST /chats/{chat_id}/desktop").await;
    let mut screenshot = Route::of(&api, "GET /chats/{chat_id}/desktop/screenshot").await;
    get.case("never started", api.get(&path)).await;
    screenshot.case("it does not run", api.get(&format!("{path}/screenshot"))).await;
    start.case("success", api.request(Method::POST, &path)).await;
    get.case("it runs", api.get(&path)).await;
    screenshot.case("success", api.get(&format!("{path}/screenshot"))).await;
    ok(api.post(&format!("{path}/control"), &json!({}))).await;
    get.case("a person is in control", api.get(&path)).await;

    let other = format!("{}/desktop", api.chat(None).await);
    std::fs::rename(api.data.path().join("desktops"), api.data.path().join("away")).unwrap();
    std::fs::write(api.data.path().join("desktops"), "no folder").unwrap();
    start.case("it can't be started", api.request(Method::POST, &other)).await;
    get.case("it could not be started", api.get(&other)).await;
    std::fs::remove_file(api.data.path().join("desktops")).unwrap();
    std::fs::rename(api.data.path().join("away"), api.data.path().join("desktops")).unwrap();
    for route in [get, start, screenshot] {
        route.compare();
    }
}

#[tokio::test]
async fn control_and_the_live_view() {
    let api = Api::start().await;
    let chat = api.chat(None).await;
    let path = format!("{chat}/desktop/control");
    let mut take = Route::of(&api, "POST /chats/{chat_id}/desktop/control").await;
    let mut release = Route::of(&api, "DELETE /chats/{chat_id}/desktop/control").await;
    let mut view = Route::of(&api, "GET /chats/{chat_id}/desktop/vnc").await;
    let taking = || api.request(Method::POST, &path);
    let watching = |query: &str| websocket(api.get(&format!("{chat}/desktop/vnc{query}")));
    take.case("the desktop does not run", taking()).await;
    view.case("the desktop does not run", watching("")).await;
    ok(api.request(Method::POST, &format!("{chat}/desktop"))).await;
    view.case("no WebSocket", api.get(&format!("{chat}/desktop/vnc"))).await;
    view.case("watching", watching("")).await;
    view.case("the lease is no id", watching("?lease=x")).await;
    view.case("the lease is not held", watching(&format!("?lease={NO_ID}"))).await;
    let lease = take.case("success", taking()).await["id"].as_str().unwrap().to_owned();
    view.case("in control", watching(&format!("?lease={lease}"))).await;
    release.case("no lease", api.request(Method::DELETE, &format!("{path}?lease=x"))).await;
    release.case("another lease", api.request(Method::DELETE, &format!("{path}?lease={NO_ID}"))).await;
    release.case("success", api.request(Method::DELETE, &path)).await;
    release.case("nobody is in control", api.request(Method::DELETE, &path)).await;

    ok(taking()).await;
    api.user("eve").await;
    api.execute("UPDATE control_leases SET user_id = (SELECT id FROM users WHERE username = 'eve')").await;
    take.case("another person is in control", taking()).await;
    for route in [take, release, view] {
        route.compare();
    }
}

#[tokio::test]
async fn internet() {
    let api = Api::start().await;
    let chat = api.chat(None).await;
    let path = format!("{chat}/internet");
    let mut get = Route::of(&api, "GET /chats/{chat_id}/internet").await;
    let mut put = Route::of(&api, "PUT /chats/{chat_id}/internet").await;
    let setting = |policy: &Value| -> RequestBuilder {
        api.request(Method::PUT, &path).json(&json!({ "policy": policy }))
    };
    get.case("as the installation says", api.get(&path)).await;
    put.unreadable(|| api.request(Method::PUT, &path)).await;
    let listed = |name: &str| json!({ "mode": "listed", "names": [name] });
    put.case("no name", setting(&listed("http://example.com"))).await;
    put.case("many names", setting(&json!({ "mode": "listed", "names": vec!["example.com"; 201] }))).await;
    put.case("desktops can't be kept to it", setting(&listed("example.com"))).await;
    put.case("everything", setting(&json!({ "mode": "all" }))).await;
    get.case("the chat's own", api.get(&path)).await;
    put.case("as the installation says", setting(&Value::Null)).await;

    let mut requests = Route::of(&api, "GET /chats/{chat_id}/internet/requests").await;
    let path = format!("{path}/requests");
    requests.case("none", api.get(&path)).await;
    api.execute(
        "INSERT INTO internet_requests (chat_id, host, port, refused, created_at)
         SELECT id, 'example.com', 443, NULL, now() FROM chats
         UNION ALL SELECT id, '10.0.0.1', 80, 'a private network', now() FROM chats",
    )
    .await;
    requests.case("newest first", api.get(&path)).await;
    requests.case("a page", api.get(&format!("{path}?limit=1&before=2"))).await;
    requests.case("no number", api.get(&format!("{path}?limit=x"))).await;
    for route in [get, put, requests] {
        route.compare();
    }
}

#[tokio::test]
async fn the_home_folder() {
    let api = Api::start().await;
    let chat = api.chat(None).await;
    let home = format!("{chat}/desktop/home");
    let mut list = Route::of(&api, "GET /chats/{chat_id}/desktop/home").await;
    let mut download = Route::of(&api, "GET /chats/{chat_id}/desktop/home/content").await;
    let mut upload = Route::of(&api, "PUT /chats/{chat_id}/desktop/home/content").await;
    let get = |query: &str| api.get(&format!("{home}/content?{query}"));
    let put = |query: &str| api.request(Method::PUT, &format!("{home}/content?{query}")).body("milk");
    list.case("the desktop does not run", api.get(&home)).await;
    download.case("the desktop does not run", get("path=list.txt")).await;
    upload.case("the desktop does not run", put("path=list.txt")).await;
    ok(api.request(Method::POST, &format!("{chat}/desktop"))).await;
    upload.case("no path", put("")).await;
    upload.case("outside", put("path=../list.txt")).await;
    upload.case("success", put("path=made/list.txt")).await;
    upload.case("once more", put("path=made/list.txt")).await;
    upload.case("in place of a file", put("path=made/list.txt&replace=true")).await;
    upload.case("in place of a folder", put("path=made&replace=true")).await;
    list.case("success", api.get(&format!("{home}?path=made"))).await;
    list.case("no such folder", api.get(&format!("{home}?path=missing"))).await;
    list.case("outside", api.get(&format!("{home}?path=/etc"))).await;
    list.case("too many", api.get(&format!("{home}?limit=501"))).await;
    download.case("success", get("path=made/list.txt")).await;
    download.case("no such file", get("path=missing")).await;
    download.case("a folder", get("path=made")).await;
    download.case("no path", get("")).await;
    for route in [list, download, upload] {
        route.compare();
    }
}
