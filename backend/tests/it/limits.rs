//! Input at and beyond the limits: it is refused with a reason, and never an error of the server.

use std::time::Duration;

use diesel::sql_types::{Text, Uuid};
use diesel_async::RunQueryDsl as _;
use protocol::ids::ChatId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{PASSWORD, TestApp, ok, problem};

/// The number of runs of a chat that may wait.
const MAX_QUEUED: usize = 50;

async fn chat(app: &TestApp, token: &str) -> String {
    let chat = ok(app.post("/api/v1/chats/", &json!({})).bearer_auth(token)).await;
    format!("/api/v1/chats/{}", chat["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_and_large_extra_data_are_refused_and_lose_nothing() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let path = format!("{}/history", chat(&app, &ada).await);
    let say = |body: Value| app.post(&path, &body).bearer_auth(&ada);
    let large = json!({ "message": "hi", "extra_data": { "text": "x".repeat(16 << 10) } });
    problem(say(large), StatusCode::UNPROCESSABLE_ENTITY, "extra_data_too_large").await;
    for inexact in ["18446744073709551616", "-9223372036854775809", "123456789012345678901234567890", "1e300"]
    {
        let body = format!(r#"{{"message": "hi", "extra_data": {{"a": [{{"n": {inexact}}}]}}}}"#);
        let request = say(json!({})).body(body);
        problem(request, StatusCode::UNPROCESSABLE_ENTITY, "extra_data_inexact").await;
    }
    // One is tried, without a model service; the others wait.
    let mut taken = 0;
    let refused = loop {
        let answer = say(json!({ "message": "hi", "extra_data": { "n": u64::MAX - taken as u64 } }))
            .send()
            .await
            .unwrap();
        if answer.status() != StatusCode::OK && answer.status() != StatusCode::CREATED {
            break answer;
        }
        taken += 1;
        assert!(taken <= 2 * MAX_QUEUED, "all are taken");
    };
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "queue_full");
    assert!(taken >= MAX_QUEUED, "{taken}");
    let told = ok(app.get(path.trim_end_matches("/history")).bearer_auth(&ada)).await;
    let messages = told["messages"].as_array().unwrap();
    assert_eq!(messages.len(), taken);
    assert_eq!(messages[1]["extra_data"]["n"], u64::MAX - 1, "an integer of 64 bits is kept exactly");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_with_very_many_events_can_be_forked() {
    const EVENTS: i64 = 20_000;
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let path = chat(&app, &ada).await;
    let id: ChatId = path.rsplit('/').next().unwrap().parse().unwrap();
    let history = format!("{path}/history");
    let first = ok(app.post(&history, &json!({ "message": "first" })).bearer_auth(&ada)).await;
    let run = format!("/api/v1/runs/{}", first["run"]["id"].as_str().unwrap());
    let until = async |state: &str| {
        let reached = async { while ok(app.get(&run).bearer_auth(&ada)).await["state"] != state {} };
        tokio::time::timeout(Duration::from_secs(30), reached).await.unwrap();
    };
    // A run that is cancelled in the queue takes its message with it.
    until("running").await;
    ok(app.post(&format!("{run}/cancel"), &json!({})).bearer_auth(&ada)).await;
    until("cancelled").await;
    let mut conn = app.state.database.connection().await.unwrap();
    for statement in [
        "WITH chat AS (SELECT id, last_seq FROM chats WHERE id = $1 FOR UPDATE)
         INSERT INTO events (id, chat_id, seq, run_id, kind, payload, created_at)
         SELECT gen_random_uuid(), chat.id, chat.last_seq + n, $2, 'call_started', json_build_object('call_id', n::text), now()
           FROM chat, generate_series(1, $3::bigint) AS n",
        "UPDATE chats SET last_seq = last_seq + $3::bigint WHERE id = $1 AND $2 IS NOT NULL",
    ] {
        let run: uuid::Uuid = first["run"]["id"].as_str().unwrap().parse().unwrap();
        diesel::sql_query(statement)
            .bind::<Uuid, _>(uuid::Uuid::parse_str(&id.to_string()).unwrap())
            .bind::<Uuid, _>(run)
            .bind::<Text, _>(EVENTS.to_string())
            .execute(&mut conn)
            .await
            .unwrap();
    }
    drop(conn);
    let last = ok(app.post(&history, &json!({ "message": "last" })).bearer_auth(&ada)).await;
    let fork = json!({ "message_id": last["message"]["id"] });
    let forked = ok(app.post(&format!("{path}/fork"), &fork).bearer_auth(&ada)).await;
    assert_eq!(forked["messages"].as_array().unwrap().len(), 2, "{forked}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_input_is_no_error_of_the_server() {
    let app = TestApp::start().await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let path = chat(&app, &ada).await;
    let file = app.upload(&ada, "list.txt", b"milk").await["id"].clone();
    let twice = json!({ "message": "hi", "file_ids": [file, file] });
    let said = ok(app.post(&format!("{path}/history"), &twice).bearer_auth(&ada)).await;
    assert_eq!(said["message"]["files"].as_array().unwrap().len(), 1, "{said}");
    for sha256 in ["%00", "0", &"g".repeat(64), &"0".repeat(65), "..%2f..%2fsigning"] {
        let screenshot = app.get(&format!("{path}/screenshots/{sha256}")).bearer_auth(&ada);
        problem(screenshot, StatusCode::NOT_FOUND, "not_found").await;
    }
    // A text column can't hold a NUL.
    for list in ["users?search=%00", "chats?title=%00", "admin/internet/requests?host=a%00"] {
        ok(app.get(&format!("/api/v1/{list}")).bearer_auth(&root)).await;
    }
    let user = json!({ "username": "bob", "email": "bob@example.com", "password": "correct horse" });
    let with = |field: &str, value: &str| {
        let mut user = user.clone();
        user[field] = value.into();
        user
    };
    for (method, path, body) in [
        (Method::PATCH, path.clone(), json!({ "title": "a\0b" })),
        (Method::POST, "/api/v1/chats".to_owned(), json!({ "title": "a\0b" })),
        (Method::POST, "/api/v1/chats".to_owned(), json!({ "initial_message": "\0" })),
        (Method::POST, format!("{path}/history"), json!({ "message": "a\0b", "extra_data": { "\0": "\0" } })),
        (Method::POST, "/api/v1/users".to_owned(), with("username", "b\0b")),
        (Method::POST, "/api/v1/users".to_owned(), with("email", "b\0b@example.com")),
        (Method::POST, "/api/v1/users".to_owned(), with("first_name", "b\0b")),
        (Method::POST, "/api/v1/users".to_owned(), with("password", "correct\0horse")),
        (Method::POST, "/api/v1/auth/login".to_owned(), json!({ "username": "a\0", "password": "b\0" })),
    ] {
        let token = if path.contains("users") { &root } else { &ada };
        let answer = app.request(method.clone(), &path).json(&body).bearer_auth(token).send().await.unwrap();
        assert!(
            !answer.status().is_server_error(),
            "{method} {path} {body}: {}",
            answer.text().await.unwrap()
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_compressed_and_kept_by_no_cache() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for _ in 0..20 {
        chat(&app, &ada).await;
    }
    let list = || app.get("/api/v1/chats").bearer_auth(&ada);
    let plain = list().send().await.unwrap();
    assert_eq!(plain.headers()["cache-control"], "no-store");
    let length = plain.bytes().await.unwrap().len();
    let packed = list().header("accept-encoding", "gzip, br").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    assert!(packed.headers()["vary"].to_str().unwrap().contains("accept-encoding"));
    assert!(packed.bytes().await.unwrap().len() < length / 4);
    let problem = app.get("/api/v1/nothing").header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(problem.headers()["content-encoding"], "gzip");
    assert_eq!(problem.bytes().await.unwrap()[..2], [0x1f, 0x8b], "the body is what the header says");
    // A download is what was uploaded, byte for byte, whatever it is.
    let file = app.upload(&ada, "data.json", "[1, 2, 3]".repeat(1000)).await;
    let content =
        app.get(&format!("/api/v1/files/{}/content", file["id"].as_str().unwrap())).bearer_auth(&ada);
    let content = content.header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(content.headers()["content-length"], "9000");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_does_not_exist_is_not_answered_with_the_page() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/readyz", "/version", "/robots.txt", "/.env", "/chat", "/assets/x.js"] {
        problem(app.get(path), StatusCode::NOT_FOUND, "no_route").await;
        let browser = app.get(path).header("accept", "text/html,application/xhtml+xml").send().await.unwrap();
        assert_eq!(browser.status(), StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/", "/login", "/setup", "/settings", "/chats/01a22560-f1d4-727d-a886-6b4237e19ca4"] {
        let page = app.get(path).send().await.unwrap();
        // Debug builds read the frontend from its folder, which may not be built.
        assert!(
            page.status() == StatusCode::OK || page.text().await.unwrap().contains("not built"),
            "{path}"
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_can_not_deceive_and_a_form_may_have_other_fields_first() {
    let app = TestApp::start().await;
    let (ada, root) = (app.user("ada").await, app.superuser("root").await);
    let file = app.upload(&ada, "invoice\u{202e}fdp.exe", "text").await;
    assert_eq!(file["name"], "invoicefdp.exe");
    let path = chat(&app, &ada).await;
    let title = json!({ "title": "\u{1b}[31mred\u{200b}\u{202e}" });
    let renamed = ok(app.request(Method::PATCH, &path).json(&title).bearer_auth(&ada)).await;
    assert_eq!(renamed["title"], "[31mred");
    for username in ["\u{430}da", "ad\u{200b}a", "a\u{202e}da", "a b"] {
        let form = json!({
            "username": username, "email": "other@example.com", "password": PASSWORD, "first_name": "A", "last_name": "B"
        });
        let request = app.post("/api/v1/users/", &form).bearer_auth(&root);
        problem(request, StatusCode::UNPROCESSABLE_ENTITY, "username_invalid").await;
    }
    let upload = |fields: usize, bytes: usize| {
        let mut body = String::new();
        for field in 0..fields {
            let value = "x".repeat(bytes);
            body +=
                &format!("--frame\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        }
        body += "--frame\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nbytes\r\n--frame--\r\n";
        let post = app.request(Method::POST, "/api/v1/files/upload").bearer_auth(&ada).body(body);
        post.header("content-type", "multipart/form-data; boundary=frame")
    };
    assert_eq!(ok(upload(3, 100)).await["size"], 5);
    problem(upload(40, 1), StatusCode::UNPROCESSABLE_ENTITY, "file_missing").await;
    problem(upload(1, 100_000), StatusCode::UNPROCESSABLE_ENTITY, "form_too_large").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preference_that_was_followed_is_named() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let path = format!("{}/history", chat(&app, &ada).await);
    let say = |prefer: Option<&str>| {
        let request = app.post(&path, &json!({ "message": "hi" })).bearer_auth(&ada);
        match prefer {
            Some(prefer) => request.header("prefer", prefer).send(),
            None => request.send(),
        }
    };
    let applied = async |prefer| {
        let answer = say(prefer).await.unwrap();
        answer.headers().get("preference-applied").map(|applied| applied.to_str().unwrap().to_owned())
    };
    assert_eq!(applied(None).await, None);
    assert_eq!(applied(Some("handling=lenient")).await, None);
    assert_eq!(applied(Some("respond-async, wait=0")).await.as_deref(), Some("wait=0"));
    app.stop().await;
}
