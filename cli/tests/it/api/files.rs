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
