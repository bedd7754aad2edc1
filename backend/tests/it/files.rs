//! Uploading, reading and deleting files.

use backend::blobs::BlobStore;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Options, TestApp, files_below, ok, problem};

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_comes_back_byte_for_byte_and_can_be_deleted() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let file = app.upload(&ada, "data.bin", bytes.clone()).await;
    assert_eq!((file["name"].as_str(), file["size"].as_u64()), (Some("data.bin"), Some(100_000)));
    let path = format!("/api/v1/files/{}", file["id"].as_str().unwrap());
    let get = || app.get(&format!("{path}/")).bearer_auth(&ada);
    assert_eq!(ok(get().header("accept", "application/json, */*")).await, file);
    for accept in ["*/*", "application/octet-stream", "application/json;q=0, */*"] {
        let bytes_of = get().header("accept", accept).send().await.unwrap();
        assert_eq!(bytes_of.headers()["vary"], "accept");
        assert_eq!(bytes_of.bytes().await.unwrap(), bytes, "{accept}");
    }
    let content = app.get(&format!("{path}/content")).bearer_auth(&ada).send().await.unwrap();
    assert!(content.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(content.bytes().await.unwrap(), bytes);
    // A second upload of the same bytes is another file with the same blob.
    let twin = app.upload(&ada, "twin.bin", bytes.clone()).await;
    assert_eq!(files_below(&app.data.path().join("blobs")).len(), 1);
    let twin_path = format!("/api/v1/files/{}", twin["id"].as_str().unwrap());
    for (path, blobs_left) in [(&path, 1), (&twin_path, 0)] {
        let deleted = app.request(Method::DELETE, path).bearer_auth(&ada).send().await.unwrap();
        assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
        assert_eq!(files_below(&app.data.path().join("blobs")).len(), blobs_left);
        problem(app.get(path).bearer_auth(&ada), StatusCode::NOT_FOUND, "not_found").await;
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staged_bytes_survive_another_replica_opening_the_store() {
    let app = TestApp::start().await;
    let chunks = futures_util::stream::iter([Ok::<_, std::convert::Infallible>(b"on their way")]);
    let staged = app.state.blobs.stage(chunks, 100).await.unwrap();
    BlobStore::open(&app.data.path().join("blobs")).await.unwrap();
    app.state.blobs.keep(&staged).await.unwrap();
    assert_eq!(app.state.blobs.read(&staged.sha256).await.unwrap(), b"on their way");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_over_the_limit_is_refused_and_leaves_nothing() {
    let app = TestApp::start_with(Options { upload_limit: 100_000, ..Options::default() }).await;
    let ada = app.user("ada").await;
    app.upload(&ada, "fits", vec![0; 100_000]).await;
    let detail = problem(
        app.post_file("big", vec![0; 100_001]).bearer_auth(&ada),
        StatusCode::PAYLOAD_TOO_LARGE,
        "file_too_large",
    )
    .await;
    assert_eq!(detail, "The file is larger than the limit of 100000 bytes.");
    assert_eq!(files_below(&app.data.path().join("blobs")).len(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_announced_gigabytes_are_refused_before_the_body() {
    let app = TestApp::start_with(Options { upload_limit: 1 << 30, ..Options::default() }).await;
    let ada = app.user("ada").await;
    let answer = raw_upload_header(&app, &ada, 2 << 30).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("The file is larger than the limit of 1 GiB."), "{answer}");
    app.stop().await;
}

/// Sends only the headers of an upload and reads the response.
async fn raw_upload_header(app: &TestApp, token: &str, length: u64) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let host = app.base.trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let head = format!(
        "POST /api/v1/files/upload/ HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: multipart/form-data; boundary=frame\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_form_is_refused_with_a_reason() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let upload = || app.request(Method::POST, "/api/v1/files/upload").bearer_auth(&ada);
    problem(upload().json(&json!({})), StatusCode::BAD_REQUEST, "unreadable_request").await;
    let other = upload()
        .header("content-type", "multipart/form-data; boundary=frame")
        .body("--frame\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--frame--\r\n");
    problem(other, StatusCode::UNPROCESSABLE_ENTITY, "file_missing").await;
    let cut = upload()
        .header("content-type", "multipart/form-data; boundary=frame")
        .body("--frame\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhalf of it");
    problem(cut, StatusCode::BAD_REQUEST, "unreadable_request").await;
    assert_eq!(files_below(&app.data.path().join("blobs")).len(), 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_users_file_is_not_found() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let file = app.upload(&ada, "secret", "secret").await;
    let path = format!("/api/v1/files/{}", file["id"].as_str().unwrap());
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::GET, format!("{path}/content")),
        (Method::DELETE, path.clone()),
    ] {
        problem(app.request(method, &path).bearer_auth(&eve), StatusCode::NOT_FOUND, "not_found").await;
    }
    let message = json!({ "initial_message": "read it", "file_ids": [file["id"]] });
    problem(app.post("/api/v1/chats", &message).bearer_auth(&eve), StatusCode::NOT_FOUND, "not_found").await;
    assert_eq!(ok(app.get("/api/v1/chats").bearer_auth(&eve)).await, json!([]));
    ok(app.get(&path).bearer_auth(&ada).header("accept", "application/json")).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quota_of_a_person_holds_under_parallel_uploads() {
    let app = TestApp::start_with(Options { files_quota: 1, ..Options::default() }).await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let upload = async |name: String| {
        let sent = app.post_file(&name, vec![0; 100_000]).bearer_auth(&ada).send().await.unwrap();
        (sent.status(), sent.json::<Value>().await.unwrap())
    };
    let answers = futures_util::future::join_all((0..20).map(|n| upload(n.to_string()))).await;
    let stored: Vec<_> = answers.iter().filter(|(status, _)| *status == StatusCode::CREATED).collect();
    assert_eq!(stored.len(), 10, "a mebibyte has room for ten");
    for (status, refused) in answers.iter().filter(|(status, _)| *status != StatusCode::CREATED) {
        assert_eq!((*status, &refused["code"]), (StatusCode::INSUFFICIENT_STORAGE, &json!("quota_reached")));
        assert!(refused["detail"].as_str().unwrap().contains("Delete some first"), "{refused}");
    }
    app.upload(&bob, "others have their own", vec![0; 100_000]).await;
    let path = format!("/api/v1/files/{}", stored[0].1["id"].as_str().unwrap());
    app.request(Method::DELETE, &path).bearer_auth(&ada).send().await.unwrap().error_for_status().unwrap();
    app.upload(&ada, "there is room again", vec![0; 100_000]).await;
    app.stop().await;
}
