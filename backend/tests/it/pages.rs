//! Lists in pages.

use std::pin::pin;

use backend::store::events::{self, EventKind, NewEvent};
use protocol::ids::ChatId;
use reqwest::header;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::app::{TestApp, ok};

/// Reads a list page by page, following the header `Link`.
async fn pages(app: &TestApp, token: &str, path: &str, query: &str) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut next = Some(query.to_owned());
    while let Some(query) = next {
        let answer = app.get(&format!("{path}?{query}")).bearer_auth(token).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}?{query}: {}", answer.text().await.unwrap());
        let link = answer.headers().get(header::LINK).map(|link| link.to_str().unwrap().to_owned());
        next = link
            .map(|link| link.strip_prefix("<?").unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned());
        pages.push(answer.json().await.unwrap());
        assert!(pages.len() < 20, "the pages have no end");
    }
    pages
}

fn of(page: &[Value], field: &str) -> Vec<String> {
    page.iter()
        .map(|item| item[field].as_str().map_or_else(|| item[field].to_string(), str::to_owned))
        .collect()
}

async fn titled(app: &TestApp, token: &str, title: &str) -> String {
    let chat = ok(app.post("/api/v1/chats", &json!({})).bearer_auth(token)).await;
    let path = format!("/api/v1/chats/{}", chat["id"].as_str().unwrap());
    let renamed = app.request(reqwest::Method::PATCH, &path).json(&json!({ "title": title }));
    ok(renamed.bearer_auth(token)).await["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn chats_files_and_users_are_listed_in_pages() {
    let app = TestApp::start().await;
    let (root, ada, eve) = (app.superuser("root").await, app.user("ada").await, app.user("eve").await);
    for title in ["one", "two", "three", "four", "five"] {
        titled(&app, &ada, title).await;
    }
    titled(&app, &eve, "of somebody else").await;
    let read = pages(&app, &ada, "/api/v1/chats/", "limit=2").await;
    let titles: Vec<Vec<String>> = read.iter().map(|page| of(page, "title")).collect();
    assert_eq!(titles, [vec!["five", "four"], vec!["three", "two"], vec!["one"]]);
    let whole: Value = ok(app.get("/api/v1/chats").bearer_auth(&ada)).await;
    assert_eq!(whole.as_array().unwrap(), &read.concat());
    let rest: Value = ok(app.get("/api/v1/chats?skip=1&limit=2").bearer_auth(&ada)).await;
    assert_eq!(of(rest.as_array().unwrap(), "title"), ["four", "three"]);

    let names = ["c.txt", "b.txt", "a.txt"];
    for name in names.iter().rev() {
        app.upload(&ada, name, "text").await;
    }
    let read = pages(&app, &ada, "/api/v1/files", "limit=1").await;
    assert_eq!((read.len(), of(&read.concat(), "name")), (3, names.map(str::to_owned).to_vec()));
    let read = pages(&app, &root, "/api/v1/users", "limit=2").await;
    assert_eq!(
        (read.len(), of(&read.concat(), "username")),
        (2, ["root", "ada", "eve"].map(str::to_owned).to_vec())
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_becomes_active_hides_no_other() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut ids = Vec::new();
    for title in ["one", "two", "three", "four"] {
        ids.push(titled(&app, &ada, title).await);
    }
    let first = app.get("/api/v1/chats?limit=2").bearer_auth(&ada).send().await.unwrap();
    let link = first.headers()[header::LINK].to_str().unwrap().to_owned();
    let next = link.strip_prefix('<').unwrap().split_once('>').unwrap().0.to_owned();
    ok(app
        .post(&format!("/api/v1/chats/{}/history", ids[2]), &json!({ "message": "hello" }))
        .bearer_auth(&ada))
    .await;
    let second: Value = ok(app.get(&format!("/api/v1/chats{next}")).bearer_auth(&ada)).await;
    assert_eq!(of(second.as_array().unwrap(), "title"), ["two", "one"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chats_are_found_by_a_part_of_their_title() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for title in ["100% done", "1000 done", "snake_case", "snakeXcase", r"back\slash", "ÜBER uns", "plain"] {
        titled(&app, &ada, title).await;
    }
    for (part, found) in [
        ("0% d", vec!["100% done"]),
        ("e_c", vec!["snake_case"]),
        (r"k\s", vec![r"back\slash"]),
        ("über", vec!["ÜBER uns"]),
        ("DONE", vec!["1000 done", "100% done"]),
        ("nothing", vec![]),
        ("pl\0ain", vec!["plain"]),
    ] {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("title", part).finish();
        let list = app.get(&format!("/api/v1/chats?{query}")).bearer_auth(&ada);
        assert_eq!(of(ok(list).await.as_array().unwrap(), "title"), found, "{part}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_and_the_log_are_read_backwards_in_pages() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let chat = ok(app.post("/api/v1/chats", &json!({})).bearer_auth(&ada)).await;
    let path = format!("/api/v1/chats/{}", chat["id"].as_str().unwrap());
    let texts = ["1", "2", "3", "4", "5"];
    for text in texts {
        ok(app.post(&format!("{path}/history"), &json!({ "message": text })).bearer_auth(&ada)).await;
    }
    let read = pages(&app, &ada, &format!("{path}/messages"), "limit=2").await;
    let read: Vec<Vec<String>> = read.iter().map(|page| of(page, "message")).collect();
    assert_eq!(read, [vec!["4", "5"], vec!["2", "3"], vec!["1"]]);

    let newest: Value = ok(app.get(&format!("{path}?limit=2")).bearer_auth(&ada)).await;
    assert_eq!(of(newest["messages"].as_array().unwrap(), "message"), ["4", "5"]);
    let earlier = format!("{path}/messages?before={}", newest["messages_before"]);
    let earlier: Value = ok(app.get(&earlier).bearer_auth(&ada)).await;
    assert_eq!(of(earlier.as_array().unwrap(), "message"), ["1", "2", "3"]);
    let whole: Value = ok(app.get(&path).bearer_auth(&ada)).await;
    assert_eq!((whole["messages"].as_array().unwrap().len(), &whole["messages_before"]), (5, &Value::Null));

    let log = pages(&app, &ada, &format!("{path}/log"), "limit=3").await;
    let numbers: Vec<u64> = log.iter().rev().flatten().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    assert!(log.iter().rev().skip(1).all(|page| page.len() == 3));
    let eve = app.user("eve").await;
    for list in ["messages", "log"] {
        let refused = app.get(&format!("{path}/{list}")).bearer_auth(&eve).send().await.unwrap();
        assert_eq!(refused.status(), 404, "{list}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_log_is_bounded_in_bytes() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let chat = ok(app.post("/api/v1/chats", &json!({})).bearer_auth(&ada)).await;
    let id = chat["id"].as_str().unwrap();
    for size in [3 << 20, 3 << 20, 6 << 20] {
        let payload = json!({ "text": "x".repeat(size) });
        let event = NewEvent { run_id: None, kind: EventKind::UsageTotal, payload };
        app.state.event_log.append(id.parse().unwrap(), event).await.unwrap();
    }
    let read = pages(&app, &ada, &format!("/api/v1/chats/{id}/log"), "").await;
    assert_eq!(read.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_log_leaves_out_nothing_while_events_are_appended() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let chat = ok(app.post("/api/v1/chats", &json!({})).bearer_auth(&ada)).await;
    let id: ChatId = chat["id"].as_str().unwrap().parse().unwrap();
    let event = || NewEvent { run_id: None, kind: EventKind::UsageTotal, payload: json!({}) };
    let log = app.state.event_log.clone();
    let mut appended = pin!(async move {
        for _ in 0..150 {
            log.append(id, event()).await.unwrap();
        }
    });
    let mut conn = app.state.database.connection().await.unwrap();
    loop {
        tokio::select! {
            biased;
            page = events::page_before(&mut conn, id, i64::MAX, 1000, 1 << 20) => {
                let numbers: Vec<i64> = page.unwrap().iter().map(|event| event.seq).collect();
                assert_eq!(numbers, (1..=numbers.last().copied().unwrap_or(0)).collect::<Vec<_>>());
            }
            () = &mut appended => break,
        }
    }
    drop(conn);
    app.stop().await;
}
