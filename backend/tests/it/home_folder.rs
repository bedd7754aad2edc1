//! The home folder of a chat's desktop by the API.

use std::time::{Duration, Instant};

use backend::config::IdleConfig;
use protocol::ids::ChatId;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::app::{Options, TestApp, ok, problem};

/// A chat of ada's with its desktop.
struct Home {
    app: TestApp,
    ada: String,
    chat_id: ChatId,
    path: String,
}

impl Home {
    async fn open_with(options: Options) -> Self {
        let app = TestApp::start_with(options).await;
        let ada = app.user("ada").await;
        let chat = ok(app.post("/api/v1/chats", &json!({})).bearer_auth(&ada)).await;
        let chat_id: ChatId = chat["id"].as_str().unwrap().parse().unwrap();
        let path = format!("/api/v1/chats/{chat_id}/desktop/home");
        Self { app, ada, chat_id, path }
    }

    async fn open() -> Self {
        let home = Self::open_with(Options::default()).await;
        home.app.state.desktops.ensure(home.chat_id).await.unwrap();
        home
    }

    fn folder(&self, query: &str) -> RequestBuilder {
        self.app.get(&format!("{}?{query}", self.path)).bearer_auth(&self.ada)
    }

    fn content(&self, method: Method, query: &str) -> RequestBuilder {
        self.app.request(method, &format!("{}/content?{query}", self.path)).bearer_auth(&self.ada)
    }

    async fn put(&self, query: &str, bytes: &'static str) -> StatusCode {
        self.content(Method::PUT, query).body(bytes).send().await.unwrap().status()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_looks_uploads_and_downloads() {
    let home = Home::open().await;
    assert_eq!(home.put("path=Documents/sub/a%20list.txt", "milk").await, StatusCode::NO_CONTENT);
    let root = ok(home.folder("")).await;
    let documents =
        root["entries"].as_array().unwrap().iter().find(|entry| entry["name"] == "Documents").unwrap();
    assert_eq!((&documents["kind"], &documents["size"]), (&json!("folder"), &json!(0)));
    let listed: Value = ok(home.folder("path=Documents/sub")).await;
    let entry = &listed["entries"][0];
    assert_eq!(
        (&entry["name"], &entry["kind"], &entry["size"]),
        (&json!("a list.txt"), &json!("file"), &json!(4))
    );
    assert!(entry["modified_ms"].as_i64().unwrap() > 1_600_000_000_000);

    let got = home.content(Method::GET, "path=Documents/sub/a%20list.txt").send().await.unwrap();
    assert_eq!(got.headers()["content-disposition"], "attachment; filename*=UTF-8''a%20list.txt");
    assert_eq!(
        (&got.headers()["content-length"], &got.headers()["content-type"]),
        (&"4".parse().unwrap(), &"text/plain".parse().unwrap())
    );
    assert_eq!(got.headers()["content-security-policy"], "sandbox; default-src 'none'");
    assert_eq!(got.text().await.unwrap(), "milk");

    let again = home.content(Method::PUT, "path=Documents/sub/a%20list.txt").body("honey");
    problem(again, StatusCode::CONFLICT, "file_exists").await;
    assert_eq!(
        home.put("path=Documents/sub/a%20list.txt&replace=true", "honey").await,
        StatusCode::NO_CONTENT
    );
    let got = home.content(Method::GET, "path=Documents/sub/a%20list.txt").send().await.unwrap();
    assert_eq!(got.text().await.unwrap(), "honey");
    home.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_folder_comes_in_pages() {
    let home = Home::open().await;
    for name in ["a", "b", "c", "d", "e"] {
        assert_eq!(home.put(&format!("path=many/{name}"), "x").await, StatusCode::NO_CONTENT);
    }
    let first = ok(home.folder("path=many&limit=2")).await;
    assert_eq!((first["entries"].as_array().unwrap().len(), &first["next"]), (2, &json!("b")));
    let last = ok(home.folder("path=many&limit=3&after=b")).await;
    assert_eq!((last["entries"].as_array().unwrap().len(), last.get("next")), (3, None));
    for limit in ["0", "501"] {
        problem(home.folder(&format!("limit={limit}")), StatusCode::UNPROCESSABLE_ENTITY, "limit_invalid")
            .await;
    }
    home.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_file_or_is_not_there_is_said() {
    let home = Home::open().await;
    home.put("path=folder/file", "x").await;
    for (request, status, code) in [
        (home.folder("path=missing"), 404, "not_found"),
        (home.folder("path=.."), 422, "path_outside_home"),
        (home.folder("path=/etc"), 422, "path_outside_home"),
        (home.content(Method::GET, "path=missing"), 404, "not_found"),
        (home.content(Method::GET, "path=folder"), 409, "not_a_file"),
        (home.content(Method::GET, "path=../../secret"), 422, "path_outside_home"),
        (home.content(Method::PUT, "path=folder").body("x"), 409, "not_a_file"),
        (home.content(Method::PUT, "path=../x").body("x"), 422, "path_outside_home"),
        (home.content(Method::PUT, "").body("x"), 400, "unreadable_request"),
    ] {
        problem(request, StatusCode::from_u16(status).unwrap(), code).await;
    }
    let eve = home.app.user("eve").await;
    let strange = home.app.get(&home.path).bearer_auth(&eve);
    problem(strange, StatusCode::NOT_FOUND, "not_found").await;
    home.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_that_never_ran_is_not_started() {
    let home = Home::open_with(Options::default()).await;
    problem(home.folder(""), StatusCode::CONFLICT, "desktop_not_running").await;
    problem(home.content(Method::GET, "path=x"), StatusCode::CONFLICT, "desktop_not_running").await;
    problem(home.content(Method::PUT, "path=x").body("x"), StatusCode::CONFLICT, "desktop_not_running").await;
    home.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_that_was_stopped_as_idle_is_started() {
    let idle = IdleConfig { idle_pause: 5, idle_stop: 60 };
    let home = Home::open_with(Options { idle, ..Options::default() }).await;
    home.app.state.desktops.ensure(home.chat_id).await.unwrap();
    home.put("path=kept", "x").await;
    let state = async || {
        ok(home.app.get(&home.path.replace("/home", "")).bearer_auth(&home.ada)).await["state"].clone()
    };
    let deadline = Instant::now() + Duration::from_secs(60);
    while state().await != "stopped" {
        assert!(Instant::now() < deadline, "it is never stopped");
        home.app.state.desktops.sweep_idle().await.unwrap();
        home.app.pass(3601);
    }
    let listed = ok(home.folder("")).await;
    assert!(listed["entries"].as_array().unwrap().iter().any(|entry| entry["name"] == "kept"), "{listed}");
    home.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_of_uploads_and_the_rules_hold_here_too() {
    let home = Home::open_with(Options { upload_limit: 1000, ..Options::default() }).await;
    home.app.state.desktops.ensure(home.chat_id).await.unwrap();
    let put = |bytes: Vec<u8>| home.content(Method::PUT, "path=big").body(bytes);
    problem(put(vec![0; 1001]), StatusCode::PAYLOAD_TOO_LARGE, "file_too_large").await;
    let chunks = futures_util::stream::iter((0..3).map(|_| Ok::<_, std::io::Error>(vec![0_u8; 400])));
    let chunked = home.content(Method::PUT, "path=big").body(reqwest::Body::wrap_stream(chunks));
    problem(chunked, StatusCode::PAYLOAD_TOO_LARGE, "file_too_large").await;
    let admin = home.app.superuser("root").await;
    let rules = json!({ "types": ["application/pdf"] });
    ok(home.app.request(Method::PUT, "/api/v1/admin/file-rules").json(&rules).bearer_auth(admin)).await;
    problem(put(b"%PDF-1.7".to_vec()), StatusCode::UNPROCESSABLE_ENTITY, "file_kind_refused").await;
    assert_eq!(put(vec![0; 1000]).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    home.app.stop().await;
}
