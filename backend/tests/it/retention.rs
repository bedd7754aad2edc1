//! What is kept no longer is deleted every night.

use std::num::NonZeroU32;

use backend::config::retention::RetentionPeriods;
use backend::services::retention::Retention;
use backend::store::internet_requests::{self, NewInternetRequest};
use backend::store::retention_sweeps;
use chrono::{TimeDelta, Timelike as _};
use diesel_async::SimpleAsyncConnection as _;
use protocol::ids::ChatId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Options, TestApp, ok, problem};
use crate::program_logins::audit;

const DAY: i64 = 24 * 60 * 60;

async fn set(app: &TestApp, root: &str, retention: Value) -> Value {
    let body = json!({ "retention": retention });
    let request = app.request(Method::PATCH, "/api/v1/admin/settings").json(&body);
    ok(request.bearer_auth(root)).await["retention"].clone()
}

async fn view(app: &TestApp, root: &str) -> Value {
    ok(app.get("/api/v1/admin/retention").bearer_auth(root)).await
}

async fn create(app: &TestApp, token: &str, title: &str) -> ChatId {
    let chat = ok(app.post("/api/v1/chats/", &json!({})).bearer_auth(token)).await;
    let path = format!("/api/v1/chats/{}", chat["id"].as_str().unwrap());
    let named = app.request(Method::PATCH, &path).json(&json!({ "title": title }));
    ok(named.bearer_auth(token)).await["id"].as_str().unwrap().parse().unwrap()
}

async fn titles(app: &TestApp, token: &str) -> Vec<Value> {
    let list = ok(app.get("/api/v1/chats").bearer_auth(token)).await;
    list.as_array().unwrap().iter().map(|chat| chat["title"].clone()).collect()
}

/// Lets time pass until shortly after the next sweep is due.
fn pass_to_the_next_night(app: &TestApp) {
    let now = app.state.clock.now();
    let seconds = i64::from(now.num_seconds_from_midnight());
    app.pass((DAY + 3 * 3600 - seconds) % DAY + 60);
}

/// Tokens expire while days pass.
async fn log_in_again(app: &TestApp) -> (String, String) {
    (app.token("root").await, app.token("ada").await)
}

#[tokio::test(flavor = "multi_thread")]
async fn chats_that_nobody_used_for_days_are_deleted_once_a_night_and_told_before() {
    let app = TestApp::start().await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    create(&app, &ada, "old").await;
    set(&app, &root, json!({ "chats_days": 30 })).await;
    app.pass(29 * DAY);
    let (_, ada) = log_in_again(&app).await;
    create(&app, &ada, "new").await;
    app.state.retention.sweep().await.unwrap();
    assert_eq!(titles(&app, &ada).await, ["new", "old"]);

    app.pass(DAY);
    pass_to_the_next_night(&app);
    let (root, ada) = log_in_again(&app).await;
    assert_eq!(view(&app, &root).await["due"]["chats"], 1);
    app.state.retention.sweep().await.unwrap();
    assert_eq!(titles(&app, &ada).await, ["new"]);
    // Once a night is enough.
    set(&app, &root, json!({ "chats_days": 1 })).await;
    app.state.retention.sweep().await.unwrap();
    assert_eq!(titles(&app, &ada).await, ["new"]);

    let told = view(&app, &root).await;
    assert_eq!((&told["sweeps"][0]["chats"], &told["sweeps"][1]["chats"]), (&json!(1), &json!(0)), "{told}");
    let audit = audit(&app, &root).await;
    let applied: Vec<_> = audit.iter().filter(|entry| entry["action"] == "retention_applied").collect();
    assert_eq!((applied.len(), &applied[0]["detail"]["chats"]), (1, &json!(1)), "{applied:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_each_person_the_chats_used_last_are_kept_and_those_of_today_in_any_case() {
    let app = TestApp::start().await;
    let (root, ada, bob) = (app.superuser("root").await, app.user("ada").await, app.user("bob").await);
    for title in ["1", "2", "3"] {
        create(&app, &ada, title).await;
    }
    create(&app, &bob, "bob's").await;
    set(&app, &root, json!({ "chats_per_person": 2 })).await;
    app.state.retention.sweep().await.unwrap();
    assert_eq!(titles(&app, &ada).await, ["3", "2", "1"], "all are of today");
    app.pass(DAY);
    pass_to_the_next_night(&app);
    app.state.retention.sweep().await.unwrap();
    let (_, ada) = log_in_again(&app).await;
    assert_eq!(titles(&app, &ada).await, ["3", "2"]);
    assert_eq!(titles(&app, &app.token("bob").await).await, ["bob's"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_is_used_in_the_meantime_stays() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let chat = create(&app, &ada, "used").await;
    let seen = app.state.clock.now() - TimeDelta::days(40);
    assert!(!app.state.chats.delete_if_unused(chat, seen).await.unwrap());
    assert_eq!(titles(&app, &ada).await, ["used"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_entries_of_the_logs_are_deleted() {
    let app = TestApp::start().await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let chat = create(&app, &ada, "surfing").await;
    let record = async || {
        let created_at = app.state.clock.now();
        let request =
            NewInternetRequest { chat_id: chat, host: "example.com", port: 443, refused: None, created_at };
        let mut conn = app.state.database.connection().await.unwrap();
        internet_requests::insert(&mut conn, request).await.unwrap();
    };
    record().await;
    set(&app, &root, json!({ "audit_days": 10, "internet_log_days": 7 })).await;
    app.pass(8 * DAY);
    record().await;
    pass_to_the_next_night(&app);
    app.state.retention.sweep().await.unwrap();
    let root = app.token("root").await;
    let requests = ok(app.get("/api/v1/admin/internet/requests").bearer_auth(&root)).await;
    assert_eq!(requests.as_array().unwrap().len(), 1, "{requests}");
    assert!(audit(&app, &root).await.iter().any(|entry| entry["action"] == "user_created"));
    app.pass(3 * DAY);
    app.state.retention.sweep().await.unwrap();
    let root = app.token("root").await;
    assert!(audit(&app, &root).await.iter().all(|entry| entry["action"] != "user_created"));
    app.stop().await;
}

/// Refuses statements that delete more rows of a table than a batch.
const BATCHES_ONLY: &str = "
    CREATE FUNCTION only_batches() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT count(*) FROM gone) > 10000 THEN RAISE EXCEPTION 'too many at once'; END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER only_batches AFTER DELETE ON audit REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION only_batches();
    CREATE TRIGGER only_batches AFTER DELETE ON internet_requests REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION only_batches();";

#[tokio::test(flavor = "multi_thread")]
async fn many_old_entries_are_deleted_in_batches() {
    let app = TestApp::start().await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let chat = create(&app, &ada, "surfing").await;
    set(&app, &root, json!({ "audit_days": 10, "internet_log_days": 7 })).await;
    let mut conn = app.state.database.connection().await.unwrap();
    conn.batch_execute(BATCHES_ONLY).await.unwrap();
    let fill = format!(
        "INSERT INTO internet_requests (chat_id, host, port, created_at)
            SELECT '{chat}', 'example.com', 443, timestamptz '2020-01-01' FROM generate_series(1, 20001);
         INSERT INTO audit (action, at) SELECT 'login_failed', timestamptz '2020-01-01' FROM generate_series(1, 10001)"
    );
    conn.batch_execute(&fill).await.unwrap();
    drop(conn);
    pass_to_the_next_night(&app);
    app.state.retention.sweep().await.unwrap();
    let told = view(&app, &app.token("root").await).await;
    assert_eq!(told["sweeps"][0]["internet_requests"], 20_001, "{told}");
    assert_eq!(told["sweeps"][0]["audit_entries"], 10_001, "{told}");
    assert_eq!(told["due"], json!({ "chats": 0, "audit_entries": 0, "internet_requests": 0 }));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_replica_makes_the_sweep_and_another_goes_on_if_it_dies() {
    let app = TestApp::start().await;
    let mut conn = app.state.database.connection().await.unwrap();
    let now = app.state.clock.now();
    let day = now.date_naive();
    let lease = now + TimeDelta::minutes(30);
    let claim =
        async |conn: &mut _, now| retention_sweeps::claim(conn, day, now + TimeDelta::minutes(30), now).await;
    assert!(claim(&mut conn, now).await.unwrap());
    assert!(!claim(&mut conn, now).await.unwrap(), "another is at it");
    assert!(claim(&mut conn, lease).await.unwrap(), "the other has died");
    retention_sweeps::finish(&mut conn, day, lease).await.unwrap();
    assert!(!claim(&mut conn, lease + TimeDelta::hours(5)).await.unwrap(), "it is done");
    drop(conn);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_environment_sets_is_fixed_and_nonsense_is_refused() {
    let retention = RetentionPeriods { chats_days: NonZeroU32::new(90), ..RetentionPeriods::default() };
    let app = TestApp::start_with(Options { retention, ..Options::default() }).await;
    let root = app.superuser("root").await;
    let changed = set(&app, &root, json!({ "chats_days": 1, "chats_per_person": 20 })).await;
    assert_eq!(changed["value"]["chats_days"], 90);
    assert_eq!(changed["value"]["chats_per_person"], 20);
    assert_eq!(changed["value"]["audit_days"], 365);
    assert_eq!(changed["fixed"], json!(["chats_days"]));
    for bad in [json!({ "chats_days": 0 }), json!({ "chats_days": -1 }), json!({ "days": 3 }), json!(7)] {
        let body = json!({ "retention": bad });
        let request = app.request(Method::PATCH, "/api/v1/admin/settings").json(&body).bearer_auth(&root);
        problem(request, StatusCode::UNPROCESSABLE_ENTITY, "unreadable_request").await;
    }
    let Retention { settings, .. } = &app.state.retention;
    let mut conn = app.state.database.connection().await.unwrap();
    assert_eq!(settings.retention(&mut conn).await.unwrap().value.chats_per_person, NonZeroU32::new(20));
    drop(conn);
    app.stop().await;
}
