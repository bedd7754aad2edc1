//! What models have done for people, and what it cost.

use backend::database::MIGRATIONS;
use backend::services::{event_log, spending};
use backend::store::events::{EventKind, NewEvent};
use backend::store::leases::RunsAtOnce;
use backend::store::usage_daily::{self, ModelUse};
use chrono::NaiveDate;
use diesel_async::{AsyncConnection as _, AsyncMigrationHarness, AsyncPgConnection};
use diesel_migrations::MigrationHarness as _;
use protocol::ids::{ChatId, UserId};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::app::{TestApp, ok, problem};
use crate::claims::claim;
use crate::replicas::claim_nothing;

async fn id_of(app: &TestApp, token: &str) -> UserId {
    let me = ok(app.get("/api/v1/users/me").bearer_auth(token)).await;
    me["id"].as_str().unwrap().parse().unwrap()
}

fn usage(app: &TestApp, root: &str, query: &str) -> RequestBuilder {
    app.get(&format!("/api/v1/admin/usage{query}")).bearer_auth(root)
}

fn used(turns: i64, microdollars: i64) -> ModelUse {
    ModelUse { turns, input_tokens: 10 * turns, output_tokens: turns, microdollars, ..ModelUse::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_used_is_told_by_day_person_and_model() {
    let app = TestApp::start().await;
    let (root, ada, bob) = (app.superuser("root").await, app.user("ada").await, app.user("bob").await);
    let (hers, his) = (id_of(&app, &ada).await, id_of(&app, &bob).await);
    let mut conn = app.state.database.connection().await.unwrap();
    let day = |day| NaiveDate::from_ymd_opt(2026, 1, day).unwrap();
    let (large, small) = (("anthropic", "large"), ("anthropic", "small"));
    for (day, person, model, used) in [
        (day(1), hers, large, used(1, 900)),
        (day(2), hers, large, used(2, 100)),
        (day(2), hers, large, used(1, 50)),
        (day(2), his, small, used(5, 20)),
        (day(3), his, large, used(1, 10)),
    ] {
        usage_daily::add(&mut conn, day, person, model, used).await.unwrap();
    }
    drop(conn);

    let all = ok(usage(&app, &root, "?from=2026-01-01&to=2026-01-31")).await;
    assert_eq!((&all["total"]["turns"], &all["total"]["microdollars"]), (&json!(10), &json!(1080)));
    let listed = |name: &str, key: &str, all: &Value| -> Vec<(Value, i64, i64)> {
        let rows = all[name].as_array().unwrap().iter();
        rows.map(|row| {
            (row[key].clone(), row["turns"].as_i64().unwrap(), row["microdollars"].as_i64().unwrap())
        })
        .collect()
    };
    let day = |day: &str, turns, cost| (json!(day), turns, cost);
    assert_eq!(
        listed("days", "day", &all),
        [day("2026-01-01", 1, 900), day("2026-01-02", 8, 170), day("2026-01-03", 1, 10)]
    );
    assert_eq!(listed("people", "username", &all), [(json!("ada"), 4, 1050), (json!("bob"), 6, 30)]);
    assert_eq!(listed("models", "model", &all), [(json!("large"), 5, 1060), (json!("small"), 5, 20)]);
    let one = ok(usage(&app, &root, "?from=2026-01-03&to=2026-01-03")).await;
    assert_eq!(listed("people", "username", &one), [(json!("bob"), 1, 10)]);
    let none = ok(usage(&app, &root, "")).await;
    assert_eq!((&none["days"], &none["total"]["turns"]), (&json!([]), &json!(0)));

    for query in ["?from=2026-01-02&to=2026-01-01", "?from=2020-01-01&to=2026-01-01", "?to=%2B262142-01-01"] {
        problem(usage(&app, &root, query), StatusCode::UNPROCESSABLE_ENTITY, "days_invalid").await;
    }
    let unreadable = usage(&app, &root, "?from=yesterday").send().await.unwrap();
    assert_eq!(unreadable.status(), StatusCode::BAD_REQUEST);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_see_what_models_have_done_for_them_and_for_nobody_else() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let (hers, his) = (id_of(&app, &ada).await, id_of(&app, &bob).await);
    let mut conn = app.state.database.connection().await.unwrap();
    let day = |day| NaiveDate::from_ymd_opt(2026, 1, day).unwrap();
    for (day, person, model, used) in [
        (day(1), hers, "large", used(1, 900)),
        (day(2), hers, "large", used(2, 100)),
        (day(2), hers, "local", used(4, 0)),
        (day(2), his, "large", used(5, 5000)),
        (day(9), hers, "large", used(7, 7)),
    ] {
        usage_daily::add(&mut conn, day, person, ("anthropic", model), used).await.unwrap();
    }
    drop(conn);

    let own = |token: &str, query: &str| {
        app.get(&format!("/api/v1/users/me/usage/models{query}")).bearer_auth(token)
    };
    let usage = ok(own(&ada, "?from=2026-01-01&to=2026-01-08")).await;
    let row = |turns: i64, microdollars: i64| serde_json::to_value(used(turns, microdollars)).unwrap();
    let named = |mut row: Value, names: &Value| {
        row.as_object_mut().unwrap().extend(names.as_object().unwrap().clone());
        row
    };
    let expected = json!({
        "from": "2026-01-01", "to": "2026-01-08", "total": row(7, 1000),
        "days": [
            named(row(1, 900), &json!({ "day": "2026-01-01" })),
            named(row(6, 100), &json!({ "day": "2026-01-02" })),
        ],
        "models": [
            named(row(3, 1000), &json!({ "provider": "anthropic", "model": "large" })),
            named(row(4, 0), &json!({ "provider": "anthropic", "model": "local" })),
        ],
    });
    assert_eq!(usage, expected);
    assert_eq!(ok(own(&bob, "?from=2026-01-01&to=2026-01-08")).await["total"], row(5, 5000));
    assert_eq!(ok(own(&bob, "")).await["days"], json!([]));
    let wrong = own(&ada, "?from=2026-01-02&to=2026-01-01");
    problem(wrong, StatusCode::UNPROCESSABLE_ENTITY, "days_invalid").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_migration_counts_old_turns_as_they_would_have_been_counted() {
    let app = TestApp::start().await;
    claim_nothing(&app).await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let chat = ok(app.post("/api/v1/chats/", &json!({ "initial_message": "hello" })).bearer_auth(&ada)).await;
    let id: ChatId = chat["id"].as_str().unwrap().parse().unwrap();
    let run = claim(&app, RunsAtOnce { person: 1, installation: 1 }).await.unwrap();
    let now = app.state.clock.now();
    let mut conn = app.state.database.connection().await.unwrap();
    let odd = format!("a\0\\u0000{}", "é".repeat(5000));
    for (model, microdollars) in [("large", Some(7)), ("large", None), (&*odd, Some(1))] {
        let payload = json!({
            "provider": "anthropic", "model": model, "raw": "[]", "stop_reason": "end_turn",
            "content": [{ "type": "text", "text": "hi \0 \\u0000 \\\0" }],
            "usage": { "input_tokens": 3, "cache_read_tokens": 5, "cache_write_tokens": 7, "output_tokens": 11 },
            "cost": { "elapsed_ms": 1, "microdollars": microdollars },
        });
        let event = NewEvent { run_id: Some(run.id), kind: EventKind::AssistantTurn, payload };
        let row = event_log::append(&mut conn, id, event, now).await.unwrap();
        spending::record_event(&mut conn, &row, now).await.unwrap();
    }
    drop(conn);
    let turn = ok(app.get(&format!("/api/v1/chats/{id}")).bearer_auth(&ada)).await["messages"][1].clone();
    let fork = app.post(&format!("/api/v1/chats/{id}/fork"), &json!({ "message_id": turn["id"] }));
    ok(fork.bearer_auth(&ada)).await;

    let before = ok(usage(&app, &root, "")).await;
    assert_eq!(before["total"]["turns"], 3, "a fork's copies are not paid for again");
    let conn = AsyncPgConnection::establish(app.state.database.url()).await.unwrap();
    let mut harness = AsyncMigrationHarness::new(conn);
    while harness.revert_last_migration(MIGRATIONS).unwrap().to_string() != "20261130000040" {}
    harness.run_pending_migrations(MIGRATIONS).unwrap();
    assert_eq!(ok(usage(&app, &root, "")).await, before);
    app.stop().await;
}
