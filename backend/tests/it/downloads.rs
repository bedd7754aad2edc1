//! Downloading: parts, versions, archives, links.

use std::io::{Cursor, Read as _};

use chrono::{DateTime, Utc};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use zip::ZipArchive;

use crate::app::{TestApp, ok, problem};

/// An app, a person's token, and the path of a file.
async fn with_file(bytes: &[u8]) -> (TestApp, String, String) {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let file = app.upload(&ada, "letters.txt", bytes).await;
    let path = format!("/api/v1/files/{}", file["id"].as_str().unwrap());
    (app, ada, path)
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers()[name].to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_and_versions_are_told_apart() {
    let (app, ada, path) = with_file(b"abcdefghij").await;
    for path in [path.clone(), format!("{path}/content")] {
        let get = || app.get(&path).bearer_auth(&ada);
        let whole = get().send().await.unwrap();
        let etag = header(&whole, "etag").to_owned();
        assert!(etag.starts_with('"') && etag.len() == 66, "strong, from the hash: {etag}");
        assert_eq!((header(&whole, "accept-ranges"), header(&whole, "content-length")), ("bytes", "10"));

        let current = get().header("if-none-match", format!("\"x\", W/{etag}")).send().await.unwrap();
        assert_eq!((current.status(), header(&current, "etag")), (StatusCode::NOT_MODIFIED, &*etag));
        assert_eq!(current.text().await.unwrap(), "");

        let part = get().header("range", "bytes=2-4").header("if-range", &etag).send().await.unwrap();
        assert_eq!(
            (part.status(), header(&part, "content-range")),
            (StatusCode::PARTIAL_CONTENT, "bytes 2-4/10")
        );
        assert_eq!((header(&part, "content-length"), header(&part, "etag")), ("3", &*etag));
        assert_eq!(part.text().await.unwrap(), "cde");
        let other = get().header("range", "bytes=2-4").header("if-range", "\"x\"").send().await.unwrap();
        assert_eq!((other.status(), other.text().await.unwrap().as_str()), (StatusCode::OK, "abcdefghij"));
        let outside = get().header("range", "bytes=10-").send().await.unwrap();
        assert_eq!(header(&outside, "content-range"), "bytes */10");
        problem(get().header("range", "bytes=10-"), StatusCode::RANGE_NOT_SATISFIABLE, "range_outside").await;

        let head = app.request(Method::HEAD, &path).bearer_auth(&ada).send().await.unwrap();
        assert_eq!((header(&head, "content-length"), header(&head, "etag")), ("10", &*etag));
        for (name, value) in [
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "private, no-cache"),
        ] {
            assert_eq!(header(&whole, name), value);
        }
        assert!(header(&whole, "content-disposition").starts_with("attachment"));
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_type_of_the_bytes_stands_beside_the_claimed_one() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    // All are claimed to be text.
    for (bytes, detected) in [
        (&b"%PDF-1.7\n..."[..], json!("application/pdf")),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", json!("image/png")),
        (b"MZ\x90\0\x03", json!("application/vnd.microsoft.portable-executable")),
        (b"just words", Value::Null),
        (b"", Value::Null),
    ] {
        let file = app.upload(&ada, "a.txt", bytes).await;
        assert_eq!((&file["media_type"], &file["detected_type"]), (&json!("text/plain"), &detected));
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chats_files_come_as_one_archive() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let large: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).take(900_000).collect();
    let mut ids = Vec::new();
    for (name, bytes) in
        [("list.txt", b"milk".to_vec()), ("LIST.txt", b"honey".to_vec()), ("large.bin", large.clone())]
    {
        ids.push(app.upload(&ada, name, bytes).await["id"].clone());
    }
    let message = json!({ "initial_message": "see", "file_ids": ids });
    let chat = ok(app.post("/api/v1/chats", &message).bearer_auth(&ada)).await;
    let path = format!("/api/v1/chats/{}/files.zip", chat["id"].as_str().unwrap());
    let response = app.get(&path).bearer_auth(&ada).send().await.unwrap();
    assert_eq!(header(&response, "content-type"), "application/zip");
    assert_eq!(header(&response, "content-disposition"), "attachment; filename*=UTF-8''see.zip");
    let mut archive = ZipArchive::new(Cursor::new(response.bytes().await.unwrap())).unwrap();
    let mut found = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        found.push((entry.name().unwrap().into_owned(), bytes));
    }
    found.sort();
    let expected = [
        ("Uploads/LIST (2).txt".to_owned(), b"honey".to_vec()),
        ("Uploads/large.bin".to_owned(), large),
        ("Uploads/list.txt".to_owned(), b"milk".to_vec()),
    ];
    assert!(found == expected, "{:?}", found.iter().map(|(name, _)| name).collect::<Vec<_>>());
    problem(app.get(&path).bearer_auth(&eve), StatusCode::NOT_FOUND, "not_found").await;
    app.stop().await;
}

/// Makes a link and returns its path and query.
async fn link(app: &TestApp, token: &str, file: &str, seconds: i64) -> String {
    let request = app.post(&format!("{file}/links"), &json!({ "expires_in": seconds })).bearer_auth(token);
    let made = ok(request).await;
    let expires_at: DateTime<Utc> = made["expires_at"].as_str().unwrap().parse().unwrap();
    assert!((expires_at - app.state.clock.now()).num_seconds() <= seconds);
    made["url"].as_str().unwrap().strip_prefix(&app.base).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_one_file_until_it_expires() {
    let (app, ada, file) = with_file(b"abcdefghij").await;
    let path = link(&app, &ada, &file, 120).await;
    let opened = app.get(&path).header("range", "bytes=0-2").send().await.unwrap();
    assert_eq!(
        (opened.status(), opened.text().await.unwrap().as_str()),
        (StatusCode::PARTIAL_CONTENT, "abc")
    );

    let (address, query) = path.split_once('?').unwrap();
    let signature = query.split_once("signature=").unwrap().1;
    let expires: i64 = query.trim_start_matches("expires=").split('&').next().unwrap().parse().unwrap();
    let longer = format!("{address}?expires={}&signature={signature}", expires + 1);
    let cut = format!("{address}?expires={expires}&signature={}", &signature[1..]);
    let empty = format!("{address}?expires={expires}&signature=");
    let other = app.upload(&ada, "other", "secret").await;
    let other = format!("/api/v1/files/{}", other["id"].as_str().unwrap());
    // It has a key of its own.
    link(&app, &ada, &other, 60).await;
    let moved = format!("{other}/linked?{query}");
    for forged in [longer, cut, empty, moved, format!("/api/v1/files/nonsense/linked?{query}")] {
        problem(app.get(&forged), StatusCode::NOT_FOUND, "not_found").await;
    }
    problem(app.get(address), StatusCode::BAD_REQUEST, "unreadable_request").await;
    app.pass(121);
    problem(app.get(&path), StatusCode::GONE, "link_expired").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_end_with_their_file_and_at_the_owners_word() {
    let (app, ada, file) = with_file(b"abc").await;
    let eve = app.user("eve").await;
    let links = format!("{file}/links");
    let first = link(&app, &ada, &file, 60).await;
    let second = link(&app, &ada, &file, 3600).await;
    for (method, body) in [(Method::POST, json!({ "expires_in": 60 })), (Method::DELETE, json!({}))] {
        let request = app.request(method, &links).json(&body).bearer_auth(&eve);
        problem(request, StatusCode::NOT_FOUND, "not_found").await;
    }
    app.get(&first).send().await.unwrap().error_for_status().unwrap();
    let ended = app.request(Method::DELETE, &links).bearer_auth(&ada).send().await.unwrap();
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    for path in [&first, &second] {
        problem(app.get(path), StatusCode::NOT_FOUND, "not_found").await;
    }
    let third = link(&app, &ada, &file, 60).await;
    assert_ne!(third, first);
    app.get(&third).send().await.unwrap().error_for_status().unwrap();
    app.request(Method::DELETE, &file).bearer_auth(&ada).send().await.unwrap().error_for_status().unwrap();
    problem(app.get(&third), StatusCode::NOT_FOUND, "not_found").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_valid_for_a_minute_to_thirty_days() {
    let (app, ada, file) = with_file(b"abc").await;
    for seconds in [59, 0, -1, 2_592_001, i64::MAX] {
        let request = app.post(&format!("{file}/links"), &json!({ "expires_in": seconds })).bearer_auth(&ada);
        problem(request, StatusCode::UNPROCESSABLE_ENTITY, "expires_in_invalid").await;
    }
    link(&app, &ada, &file, 60).await;
    link(&app, &ada, &file, 2_592_000).await;
    app.stop().await;
}
