//! The caller's files.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Api, Route};
use crate::deskhand::{Deskhand, ok};

#[tokio::test]
async fn uploading() {
    let api = Api::start().await;
    let mut route = Route::of(&api, "POST /files/upload").await;
    route.case("no form", api.post("/files/upload", &json!({}))).await;
    let other = "--frame\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--frame--\r\n";
    route.case("no file", api.form(other)).await;
    let broken = "--frame\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhalf";
    route.case("broken off", api.form(broken)).await;
    route.case("no name", api.upload("..", "x")).await;
    let keyed = |key: &str, content: &str| api.upload("list.txt", content).header("idempotency-key", key);
    route.case("a key that is too long", keyed(&"x".repeat(256), "milk")).await;
    route.case("success", keyed("one", "milk")).await;
    route.case("the same call", keyed("one", "milk")).await;
    route.case("another call with that key", keyed("one", "honey")).await;
    route.compare();
}

#[tokio::test]
async fn a_file_over_the_limit() {
    let data = tempfile::tempdir().unwrap();
    let deskhand = Deskhand::up_with(data.path(), &[("DESKHAND_UPLOAD_LIMIT", "3")]).await;
    let token = deskhand.first_administrator().await;
    let api = Api { deskhand, token, data };
    let refused = api.upload("list.txt", "milk").send().await.unwrap();
    assert_eq!(refused.status(), 413);
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "file_too_large");
}

#[tokio::test]
async fn reading_and_deleting() {
    let api = Api::start().await;
    let mut route = Route::of(&api, "GET /files").await;
    route.case("none", api.get("/files")).await;
    let file = ok(api.upload("a list.txt", "milk")).await;
    route.case("one", api.get("/files")).await;
    route.compare();

    let path = format!("/files/{}", file["id"].as_str().unwrap());
    let mut route = Route::of(&api, "GET /files/{file_id}").await;
    route.case("success", api.get(&path).header("accept", "application/json")).await;
    route.case("its bytes", api.get(&path)).await;
    let eve = api.user("eve").await;
    route.case("another person's", api.deskhand.request(Method::GET, &path).bearer_auth(eve)).await;
    route.compare();

    let mut route = Route::of(&api, "GET /files/{file_id}/content").await;
    let content = format!("{path}/content");
    route.case("success", api.get(&content)).await;
    let blobs = api.data.path().join("blobs");
    std::fs::rename(&blobs, api.data.path().join("away")).unwrap();
    route.case("its bytes are gone", api.get(&content)).await;
    std::fs::rename(api.data.path().join("away"), &blobs).unwrap();
    route.compare();

    let mut route = Route::of(&api, "DELETE /files/{file_id}").await;
    route.case("success", api.request(Method::DELETE, &path)).await;
    route.case("once more", api.request(Method::DELETE, &path)).await;
    route.compare();
}

#[tokio::test]
async fn links() {
    let api = Api::start().await;
    let file = ok(api.upload("list.txt", "milk")).await;
    let path = format!("/files/{}/links", file["id"].as_str().unwrap());
    let mut create = Route::of(&api, "POST /files/{file_id}/links").await;
    create.unreadable(|| api.request(Method::POST, &path)).await;
    create.case("too short", api.post(&path, &json!({ "expires_in": 1 }))).await;
    let link = create.case("success", api.post(&path, &json!({ "expires_in": 60 }))).await;
    create.compare();

    let mut download = Route::open("GET /files/{file_id}/linked");
    let relative = link["url"].as_str().unwrap().split_once("/api/v1").unwrap().1;
    let get = |path: &str| api.deskhand.request(Method::GET, path);
    download.case("success", get(relative)).await;
    download.case("a part", get(relative).header("range", "bytes=1-2")).await;
    download.case("outside the file", get(relative).header("range", "bytes=9-")).await;
    download.case("the address is not whole", get(relative.split_once('&').unwrap().0)).await;
    download.case("another signature", get(&format!("{relative}A"))).await;
    let mut delete = Route::of(&api, "DELETE /files/{file_id}/links").await;
    delete.case("success", api.request(Method::DELETE, &path)).await;
    delete.case("once more", api.request(Method::DELETE, &path)).await;
    delete.compare();
    download.case("it was ended", get(relative)).await;
    download.compare();
}

#[tokio::test]
async fn rules() {
    let api = Api::start().await;
    let eve = api.user("eve").await;
    let path = "/admin/file-rules";
    let mut get = Route::of(&api, "GET /admin/file-rules").await;
    let mut replace = Route::of(&api, "PUT /admin/file-rules").await;
    get.case("no superuser", api.deskhand.request(Method::GET, path).bearer_auth(&eve)).await;
    get.case("none", api.get(path)).await;
    replace
        .case("no superuser", api.deskhand.request(Method::PUT, path).bearer_auth(&eve).json(&json!({})))
        .await;
    replace.unreadable(|| api.request(Method::PUT, path)).await;
    let put = |rules: Value| api.request(Method::PUT, path).json(&rules);
    replace.case("no extension", put(json!({ "extensions": ["*.exe"] }))).await;
    replace
        .case(
            "success",
            put(json!({ "extensions": ["exe"], "patterns": ["*secret*"], "types": ["video/*"] })),
        )
        .await;
    get.case("some", api.get(path)).await;
    get.compare();
    replace.compare();
}

#[tokio::test]
async fn a_chats_files_as_an_archive() {
    let api = Api::start().await;
    let mut route = Route::of(&api, "GET /chats/{chat_id}/files.zip").await;
    let chat = api.chat(Some("run `echo milk > ~/Outputs/list.txt`")).await;
    route.case("success", api.get(&format!("{chat}/files.zip"))).await;
    route.compare();
}
