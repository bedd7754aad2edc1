//! What administrators do with the runs of everybody.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{TestApp, ok, problem};
use crate::program_logins::audit;
use crate::replicas::claim_nothing;

async fn begin(app: &TestApp, token: &str) -> Value {
    let body = json!({ "initial_message": "hello", "initial_role": "user" });
    ok(app.post("/api/v1/chats/", &body).bearer_auth(token)).await
}

async fn listed(app: &TestApp, root: &str, query: &str) -> Vec<Value> {
    ok(app.get(&format!("/api/v1/admin/runs{query}")).bearer_auth(root)).await.as_array().unwrap().clone()
}

fn owners(runs: &[Value]) -> Vec<&str> {
    runs.iter().map(|run| run["username"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_of_everybody_are_listed_by_page_and_cancelled() {
    let app = TestApp::start().await;
    claim_nothing(&app).await;
    let (root, ada, bob) = (app.superuser("root").await, app.user("ada").await, app.user("bob").await);
    for token in [&ada, &bob, &ada] {
        begin(&app, token).await;
    }
    let open = listed(&app, &root, "").await;
    assert_eq!(owners(&open), ["ada", "bob", "ada"]);
    assert!(open.iter().all(|run| run["state"] == "queued" && run["finished_at"].is_null()), "{open:?}");
    assert_eq!(listed(&app, &root, "?filter=ended").await, Vec::<Value>::new());

    let first = app.get("/api/v1/admin/runs?limit=2").bearer_auth(&root).send().await.unwrap();
    let next = first.headers()["link"].to_str().unwrap();
    let next = next.trim_start_matches('<').split('>').next().unwrap().to_owned();
    assert_eq!(owners(&listed(&app, &root, &next).await), ["ada"]);

    let id = open[1]["id"].as_str().unwrap();
    let cancel = |id: &str| {
        app.request(Method::POST, &format!("/api/v1/admin/runs/{id}/cancel")).bearer_auth(&root).send()
    };
    // A second time, nothing is left to do.
    for _ in 0..2 {
        assert_eq!(cancel(id).await.unwrap().status(), StatusCode::NO_CONTENT);
    }
    assert_eq!(owners(&listed(&app, &root, "").await), ["ada", "ada"]);
    let ended = listed(&app, &root, "?filter=ended").await;
    assert_eq!((owners(&ended), &ended[0]["state"]), (vec!["bob"], &json!("cancelled")));
    let audit = audit(&app, &root).await;
    let cancelled: Vec<_> = audit.iter().filter(|entry| entry["action"] == "run_cancelled").collect();
    assert_eq!((cancelled.len(), &cancelled[0]["object"]), (1, &json!(id)));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_runs_and_filters_are_refused() {
    let app = TestApp::start().await;
    let root = app.superuser("root").await;
    for absent in ["nonsense", "00000000-0000-7000-8000-000000000000"] {
        let cancel = app.request(Method::POST, &format!("/api/v1/admin/runs/{absent}/cancel"));
        problem(cancel.bearer_auth(&root), StatusCode::NOT_FOUND, "not_found").await;
    }
    for (query, status, code) in [
        ("filter=all", StatusCode::BAD_REQUEST, "unreadable_request"),
        ("limit=0", StatusCode::UNPROCESSABLE_ENTITY, "limit_invalid"),
        ("after=x", StatusCode::UNPROCESSABLE_ENTITY, "after_invalid"),
    ] {
        let list = app.get(&format!("/api/v1/admin/runs?{query}")).bearer_auth(&root);
        problem(list, status, code).await;
    }
    app.stop().await;
}
