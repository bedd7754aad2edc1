//! What the health checks say when a part does not work.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use backend::store::master_key_versions::{self, MasterKeyVersion};
use chrono::DateTime;
use diesel_async::RunQueryDsl as _;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::app::{Options, TestApp, ok};

/// The readiness, looked at anew.
async fn ready(app: &TestApp) -> (StatusCode, Value) {
    app.pass(1);
    let answer = app.get("/health/ready").send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

/// Expects a part to be in a state, with advice unless it works.
#[track_caller]
fn assert_part(readiness: &Value, name: &str, state: &str) {
    let part = &readiness["parts"][name];
    assert_eq!(part["state"], state, "{readiness}");
    for field in ["problem", "what_to_do"] {
        assert_eq!(part[field].is_null(), state == "ok", "{name}: {part}");
    }
}

/// A model service that is well, after some time; and how often it was asked.
async fn model_service(
    protocol: u32,
    accepts_caller: bool,
    delay: Duration,
) -> (String, Arc<AtomicUsize>, JoinSet<()>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let health = json!({ "status": "ok", "protocol": protocol, "provider": "demo", "model": "demo",
        "assistant_name": "Demo", "example_prompts": [], "accepts_caller": accepts_caller });
    let answer = move || {
        count.fetch_add(1, Ordering::SeqCst);
        async move {
            tokio::time::sleep(delay).await;
            axum::Json(health)
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/health", get(answer));
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, asked, tasks)
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_works_and_whoever_asks_at_once_is_answered_by_one_look() {
    let (url, asked, _tasks) = model_service(protocol::run::VERSION, true, Duration::from_millis(200)).await;
    let app = TestApp::start_with(Options { ai_model_url: url, ..Options::default() }).await;
    let mut asking = JoinSet::new();
    for _ in 0..50 {
        asking.spawn(app.get("/health/ready").send());
    }
    for answer in asking.join_all().await {
        assert_eq!(answer.unwrap().status(), StatusCode::OK);
    }
    assert_eq!(asked.as_ref().load(Ordering::SeqCst), 1);
    let (status, readiness) = ready(&app).await;
    assert_eq!((status, &readiness["status"]), (StatusCode::OK, &json!("ready")), "{readiness}");
    for part in readiness["parts"].as_object().unwrap().keys() {
        assert_part(&readiness, part, "ok");
    }
    assert!(readiness["parts"]["model_service"]["elapsed_ms"].as_u64().unwrap() >= 200);
    assert_eq!(asked.as_ref().load(Ordering::SeqCst), 2);

    let health = ok(app.get("/health")).await;
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    assert!(DateTime::parse_from_rfc3339(health["timestamp"].as_str().unwrap()).is_ok());
    assert_eq!(ok(app.get("/api/v1/status")).await["status"], "ok");
    for prefix in ["", "/api/v1"] {
        assert_eq!(ok(app.get(&format!("{prefix}/health/live"))).await["status"], "ok");
        assert_eq!(ok(app.get(&format!("{prefix}/health/ready"))).await["status"], "ready");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_service_that_is_away_hangs_is_of_another_version_or_refuses_the_token_makes_no_replica_unready()
 {
    let (slow, _, _slow) = model_service(protocol::run::VERSION, true, Duration::from_secs(3600)).await;
    let (other, _, _other) = model_service(protocol::run::VERSION + 1, true, Duration::ZERO).await;
    let (refusing, _, _refusing) = model_service(protocol::run::VERSION, false, Duration::ZERO).await;
    // Nothing listens on port 1.
    for url in ["http://127.0.0.1:1".to_owned(), slow, other, refusing] {
        let app = TestApp::start_with(Options { ai_model_url: url, ..Options::default() }).await;
        let begun = Instant::now();
        let (status, readiness) = ready(&app).await;
        assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
        assert_eq!((status, &readiness["status"]), (StatusCode::OK, &json!("degraded")), "{readiness}");
        assert_part(&readiness, "model_service", "failed");
        for part in ["database", "migrations", "disk", "master_key", "desktops"] {
            assert_part(&readiness, part, "ok");
        }
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_that_lacks_migrations_makes_a_replica_unready_and_a_newer_one_does_not() {
    let app = TestApp::start().await;
    let mut conn = app.state.database.connection().await.unwrap();
    let insert = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')";
    diesel::sql_query(insert).execute(&mut conn).await.unwrap();
    let (status, readiness) = ready(&app).await;
    assert_eq!(status, StatusCode::OK);
    assert_part(&readiness, "migrations", "warning");
    let delete = "DELETE FROM __diesel_schema_migrations WHERE version = \
                  (SELECT max(version) FROM __diesel_schema_migrations WHERE version < '9999')";
    diesel::sql_query(delete).execute(&mut conn).await.unwrap();
    let (status, readiness) = ready(&app).await;
    assert_eq!((status, &readiness["status"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("unready")));
    assert_part(&readiness, "migrations", "failed");
    assert_part(&readiness, "database", "ok");
    drop(conn);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_key_that_is_gone_is_a_warning_and_one_that_was_never_there_makes_a_replica_unready() {
    let app = TestApp::start().await;
    let file = app.data.path().join("master.key");
    let key = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let (status, readiness) = ready(&app).await;
    assert_eq!(status, StatusCode::OK);
    assert_part(&readiness, "master_key", "warning");
    std::fs::write(&file, "01".repeat(32)).unwrap();
    assert_part(&ready(&app).await.1, "master_key", "warning");
    std::fs::write(&file, key).unwrap();
    assert_part(&ready(&app).await.1, "master_key", "ok");
    // As if another replica with another key had begun a new version.
    let other = MasterKeyVersion { version: 2, created_at: DateTime::UNIX_EPOCH, check: vec![1; 64] };
    master_key_versions::insert(&mut app.state.database.connection().await.unwrap(), &other).await.unwrap();
    let (status, readiness) = ready(&app).await;
    assert_eq!((status, &readiness["status"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("unready")));
    assert_part(&readiness, "master_key", "failed");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_what_runs_desktops_or_holds_files_a_replica_still_answers() {
    let app = TestApp::start().await;
    std::fs::remove_dir_all(app.data.path().join("desktops")).unwrap();
    std::fs::remove_dir_all(app.data.path().join("blobs")).unwrap();
    let (status, readiness) = ready(&app).await;
    assert_eq!((status, &readiness["status"]), (StatusCode::OK, &json!("degraded")), "{readiness}");
    assert_part(&readiness, "desktops", "failed");
    assert_part(&readiness, "disk", "failed");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_shuts_down_is_not_ready() {
    let app = TestApp::start().await;
    let state = app.state.clone();
    app.stop().await;
    let readiness = serde_json::to_value(state.health.readiness().await).unwrap();
    assert_eq!(readiness["status"], "shutting_down");
}
