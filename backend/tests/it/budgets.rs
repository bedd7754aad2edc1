//! What runs may cost: each budget counts what it is for, and is refused by its name.

use backend::config::limits::{Limits, TotalLimits};
use backend::database::MIGRATIONS;
use backend::services::spending::{self, Spent};
use backend::store::chats;
use backend::store::model_connections::{self, ConnectionRow, ModelApi};
use diesel_async::{AsyncConnection as _, AsyncMigrationHarness, AsyncPgConnection};
use diesel_migrations::MigrationHarness as _;
use protocol::dollars::Dollars;
use protocol::ids::{ChatId, ModelConnectionId, RunId, UserId};
use protocol::transcript::TokenUsage;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::app::{Options, TestApp, ok, problem};
use crate::replicas::claim_nothing;

fn dollars(text: &str) -> Option<Dollars> {
    Some(text.parse().unwrap())
}

async fn start(limits: Limits, total_limits: TotalLimits) -> TestApp {
    let app = TestApp::start_with(Options { limits, total_limits, ..Options::default() }).await;
    claim_nothing(&app).await;
    app
}

async fn chat(app: &TestApp, token: &str) -> ChatId {
    let chat = ok(app.post("/api/v1/chats/", &json!({})).bearer_auth(token)).await;
    chat["id"].as_str().unwrap().parse().unwrap()
}

fn say(app: &TestApp, token: &str, chat: ChatId) -> RequestBuilder {
    app.post(&format!("/api/v1/chats/{chat}/history"), &json!({ "message": "hello" })).bearer_auth(token)
}

async fn begin_run(app: &TestApp, token: &str, chat: ChatId) -> RunId {
    ok(say(app, token, chat)).await["run"]["id"].as_str().unwrap().parse().unwrap()
}

fn change(app: &TestApp, token: &str, path: &str, body: &Value) -> RequestBuilder {
    app.request(Method::PATCH, &format!("/api/v1{path}")).json(body).bearer_auth(token)
}

fn set_own(app: &TestApp, token: &str, limits: &Value) -> RequestBuilder {
    app.request(Method::PUT, "/api/v1/users/me/limits").json(limits).bearer_auth(token)
}

async fn cost(app: &TestApp, token: &str, chat: ChatId) -> Value {
    ok(app.get(&format!("/api/v1/chats/{chat}/cost")).bearer_auth(token)).await
}

/// Records a turn that has cost something, with a key of one's own or not.
async fn spend(
    app: &TestApp,
    chat_id: ChatId,
    run_id: RunId,
    microdollars: u64,
    connection: Option<ModelConnectionId>,
) {
    let usage =
        TokenUsage { input_tokens: 10, cache_read_tokens: 5, cache_write_tokens: 0, output_tokens: 1 };
    let (provider, model, turns) = ("openai-compatible", "large", 1);
    let spent =
        Spent { chat_id, run_id: Some(run_id), provider, model, connection, turns, usage, microdollars };
    let mut conn = app.state.database.connection().await.unwrap();
    let now = app.state.clock.now();
    conn.transaction(async |conn| spending::record(conn, &spent, now).await).await.unwrap();
}

/// A connection of a person's own, or with `None` of everybody. Nobody knows what its models cost.
async fn connect(app: &TestApp, owner: Option<UserId>) -> ModelConnectionId {
    let now = app.state.clock.now();
    let row = ConnectionRow {
        id: ModelConnectionId::generate(),
        user_id: owner,
        name: "Server".to_owned(),
        provider: ModelApi::OpenAiCompatible,
        address: "http://127.0.0.1:1/v1".to_owned(),
        platform: None,
        key_sealed: None,
        key_end: None,
        models: json!([{ "id": "large", "computer": "functions" }]),
        problem: None,
        checked_at: None,
        created_at: now,
        updated_at: now,
    };
    let mut conn = app.state.database.connection().await.unwrap();
    model_connections::insert(&mut conn, &row).await.unwrap();
    row.id
}

async fn me(app: &TestApp, token: &str) -> UserId {
    let me = ok(app.get("/api/v1/users/me").bearer_auth(token)).await;
    me["id"].as_str().unwrap().parse().unwrap()
}

/// The budget that refuses a message, in its own words.
async fn refused(app: &TestApp, token: &str, chat: ChatId) -> (String, String) {
    let answer = say(app, token, chat).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], "spending_limit_reached");
    let variant = problem["facts"]["variant"].as_str().unwrap_or_default();
    (variant.to_owned(), problem["detail"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_budget_counts_what_it_is_for_and_says_its_name() {
    let limits =
        Limits { dollars_per_day: dollars("0.3"), dollars_per_chat: dollars("0.2"), ..Limits::default() };
    let total = TotalLimits { dollars_per_day: dollars("0.5"), ..TotalLimits::default() };
    let app = start(limits, total).await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let first = chat(&app, &ada).await;
    let run = begin_run(&app, &ada, first).await;
    spend(&app, first, run, 199_999, None).await;
    let second_run = begin_run(&app, &ada, first).await;
    spend(&app, first, second_run, 1, None).await;
    let (budget, told) = refused(&app, &ada, first).await;
    assert_eq!(budget, "every_chat");
    assert!(told.contains("has cost $0.20; the limit of a conversation is $0.20"), "{told}");

    let second = chat(&app, &ada).await;
    let run = begin_run(&app, &ada, second).await;
    spend(&app, second, run, 123_456, None).await;
    let third = chat(&app, &ada).await;
    let (budget, told) = refused(&app, &ada, third).await;
    assert_eq!(budget, "day");
    assert!(told.contains("$0.323456 today; the limit is $0.30"), "{told}");

    // Another person has another day, until everybody together has spent as much as they may.
    let his = chat(&app, &bob).await;
    let run = begin_run(&app, &bob, his).await;
    spend(&app, his, run, 190_000, None).await;
    let his = chat(&app, &bob).await;
    let (budget, told) = refused(&app, &bob, his).await;
    assert_eq!(budget, "all_day");
    assert!(told.contains("$0.513456 today; the limit is $0.50"), "{told}");
    app.pass(24 * 60 * 60);
    ok(say(&app, &app.token("bob").await, his)).await;
    ok(say(&app, &app.token("ada").await, third)).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_limit_themselves_whoever_pays() {
    let limits = Limits { dollars_per_day: dollars("1"), ..Limits::default() };
    let app = start(limits, TotalLimits::default()).await;
    let ada = app.user("ada").await;
    let mine = connect(&app, Some(me(&app, &ada).await)).await;
    let before = ok(app.get("/api/v1/users/me/limits").bearer_auth(&ada)).await;
    assert_eq!((&before["own"], &before["allowed"]["dollars_per_day"]), (&json!({}), &json!(1)));

    let too_high = set_own(&app, &ada, &json!({ "dollars_per_day": 1.000001 }));
    let told = problem(too_high, StatusCode::UNPROCESSABLE_ENTITY, "own_limit_too_high").await;
    assert!(told.contains("$1 at most"), "{told}");
    for wrong in [json!(-1), json!("0.5"), json!(0.1234567), json!(4_294_967_296_u64)] {
        let refused = set_own(&app, &ada, &json!({ "dollars_per_run": wrong }));
        let told = problem(refused, StatusCode::UNPROCESSABLE_ENTITY, "unreadable_request").await;
        assert!(told.contains("dollars"), "{told}");
    }
    let own = json!({ "dollars_per_chat": 0.25, "dollars_per_day": 0.4, "dollars_per_month": 300 });
    let set = ok(set_own(&app, &ada, &own)).await;
    assert_eq!(set["own"], own, "amounts come back as they were written");

    // What was spent with a key of one's own counts against one's own limits, not against the installation's.
    let first = chat(&app, &ada).await;
    let run = begin_run(&app, &ada, first).await;
    spend(&app, first, run, 250_000, Some(mine)).await;
    assert_eq!(refused(&app, &ada, first).await.0, "own_chat");
    let second = chat(&app, &ada).await;
    let run = begin_run(&app, &ada, second).await;
    spend(&app, second, run, 150_000, None).await;
    assert_eq!(refused(&app, &ada, second).await.0, "own_day");
    let budgets = ok(app.get("/api/v1/users/me/limits").bearer_auth(&ada)).await["budgets"].clone();
    let of = |of: &str, per: &str| {
        let budgets = budgets.as_array().unwrap();
        budgets.iter().find(|it| it["of"] == of && it["per"] == per).unwrap().clone()
    };
    assert_eq!(
        of("own", "day"),
        json!({
            "of": "own", "per": "day", "limit_microdollars": 400_000, "used_microdollars": 400_000,
            "left_microdollars": 0,
        })
    );
    assert_eq!(of("person", "day")["used_microdollars"], 150_000);
    // They raise it, or drop it.
    ok(set_own(&app, &ada, &json!({}))).await;
    ok(say(&app, &ada, second)).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_has_limits_and_tells_its_cost() {
    let app = start(Limits::default(), TotalLimits::default()).await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let new = app.post("/api/v1/chats/", &json!({ "limits": { "max_cost_usd": 0.1, "max_turns": 7 } }));
    let made = ok(new.bearer_auth(&ada)).await;
    assert_eq!(made["limits"], json!({ "max_cost_usd": 0.1, "max_turns": 7 }));
    let id: ChatId = made["id"].as_str().unwrap().parse().unwrap();
    let path = format!("/chats/{id}");
    let told = cost(&app, &ada, id).await;
    assert_eq!((&told["microdollars"], &told["models"]), (&json!(0), &json!([])));
    assert_eq!(told["tightest"]["left_microdollars"], 100_000);
    assert_eq!(told["model"], Value::Null, "the model service can't be asked");

    let run = begin_run(&app, &ada, id).await;
    spend(&app, id, run, 60_000, None).await;
    spend(&app, id, run, 50_000, None).await;
    let told = cost(&app, &ada, id).await;
    assert_eq!(told["microdollars"], 110_000);
    assert_eq!((&told["total"]["turns"], &told["total"]["input_tokens"]), (&json!(2), &json!(20)));
    assert_eq!(
        (&told["models"][0]["model"], &told["models"][0]["microdollars"]),
        (&json!("large"), &json!(110_000))
    );
    assert_eq!(
        (&told["tightest"]["of"], &told["tightest"]["left_microdollars"]),
        (&json!("chat"), &json!(0))
    );
    let (budget, sentence) = refused(&app, &ada, id).await;
    assert_eq!(budget, "chat");
    assert!(sentence.contains("has cost $0.11; its limit is $0.10. Raise it in the menu"), "{sentence}");
    for (limits, code, part) in [
        (json!({ "max_turns": 0 }), "chat_limits_invalid", "1 to 100 steps"),
        (json!({ "max_turns": 101 }), "chat_limits_invalid", "1 to 100 steps"),
        (json!({ "max_minutes": 241 }), "chat_limits_invalid", "1 to 240 minutes"),
        (json!({ "max_cost_usd": -0.1 }), "unreadable_request", "from 0 to 4294967295"),
        (json!({ "max_euros": 1 }), "unreadable_request", "max_euros"),
    ] {
        let refused = change(&app, &ada, &path, &json!({ "limits": limits }));
        let told = problem(refused, StatusCode::UNPROCESSABLE_ENTITY, code).await;
        assert!(told.contains(part), "{told}");
    }
    let raised = ok(change(&app, &ada, &path, &json!({ "limits": { "max_cost_usd": 2 } }))).await;
    assert_eq!(raised["limits"], json!({ "max_cost_usd": 2 }));
    ok(say(&app, &ada, id)).await;
    let none = ok(change(&app, &ada, &path, &json!({ "limits": null }))).await;
    assert_eq!(none["limits"], Value::Null);
    assert_eq!(cost(&app, &ada, id).await["tightest"], Value::Null);
    let hers = app.get(&format!("/api/v1/chats/{id}/cost")).bearer_auth(&bob);
    problem(hers, StatusCode::NOT_FOUND, "not_found").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_without_a_known_price_is_refused_before_sending_only_if_there_is_a_budget() {
    let app =
        start(Limits { dollars_per_month: dollars("5"), ..Limits::default() }, TotalLimits::default()).await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let (site, mine) = (connect(&app, None).await, connect(&app, Some(me(&app, &ada).await)).await);
    let by = |connection: ModelConnectionId| json!({ "connection": connection, "model": "large" });
    let first = |connection| {
        let body = json!({ "initial_message": "hello", "model_choice": by(connection) });
        app.post("/api/v1/chats/", &body).bearer_auth(&ada)
    };
    let told = problem(first(site), StatusCode::CONFLICT, "price_unknown").await;
    assert!(told.contains("not sent") && told.contains("the model large costs"), "{told}");
    assert_eq!(ok(app.get("/api/v1/chats/").bearer_auth(&ada)).await, json!([]), "nothing was made");
    let empty = app.post("/api/v1/chats/", &json!({ "model_choice": by(site) })).bearer_auth(&ada);
    let id: ChatId = ok(empty).await["id"].as_str().unwrap().parse().unwrap();
    problem(say(&app, &ada, id), StatusCode::CONFLICT, "price_unknown").await;
    let told = cost(&app, &ada, id).await;
    let model = json!({
        "provider": "openai-compatible", "model": "large", "price_known": false, "on_own_key": false,
    });
    assert_eq!((&told["model"], &told["estimate"]), (&model, &Value::Null));
    // The installation's limit has nothing to do with a key of one's own; one's own limit has.
    ok(first(mine)).await;
    ok(set_own(&app, &ada, &json!({ "dollars_per_run": 1 }))).await;
    problem(first(mine), StatusCode::CONFLICT, "price_unknown").await;

    let price = json!({ "input": 0, "output": 2_000_000, "cache_read": 0, "cache_write": 0 });
    let price = json!({ "provider": "openai-compatible", "model": "*", "price": price });
    let set = app.request(Method::PUT, "/api/v1/admin/model-prices").json(&price).bearer_auth(&root);
    assert_eq!(set.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    ok(say(&app, &ada, id)).await;
    let told = cost(&app, &ada, id).await;
    assert_eq!(told["model"]["price_known"], true);
    let estimate = &told["estimate"];
    assert_eq!((&estimate["from_turns"], &estimate["long_run_steps"]), (&json!(0), &json!(50)));
    assert_eq!(
        (&estimate["step_microdollars"], &estimate["long_run_microdollars"]),
        (&json!(500), &json!(25_000))
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_in_whole_dollars_of_earlier_versions_are_read() {
    let app = start(Limits::default(), TotalLimits::default()).await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let id = me(&app, &ada).await;
    let limits = json!({ "limits": { "dollars_per_month": 20, "dollars_per_run": 0.000001 } });
    let changed = ok(change(&app, &root, &format!("/users/{id}"), &limits)).await;
    assert_eq!(changed["limits"], limits["limits"]);
    let usage = ok(app.get("/api/v1/users/me/usage").bearer_auth(&ada)).await;
    assert_eq!(usage["microdollars_this_month"]["limit"], 20_000_000);
    let allowed = ok(app.get("/api/v1/users/me/limits").bearer_auth(&ada)).await["allowed"].clone();
    assert_eq!((&allowed["dollars_per_month"], &allowed["dollars_per_run"]), (&json!(20), &json!(0.000_001)));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_migration_counts_what_chats_have_cost_so_far() {
    use backend::services::event_log;
    use backend::store::events::{EventKind, NewEvent};
    use backend::store::leases::RunsAtOnce;

    let app = start(Limits::default(), TotalLimits::default()).await;
    let ada = app.user("ada").await;
    let id = chat(&app, &ada).await;
    begin_run(&app, &ada, id).await;
    let run = crate::claims::claim(&app, RunsAtOnce { person: 1, installation: 1 }).await.unwrap();
    let mut conn = app.state.database.connection().await.unwrap();
    let now = app.state.clock.now();
    for (model, microdollars) in [("large", Some(7)), ("large", None), ("small\0", Some(1))] {
        let payload = json!({
            "provider": "anthropic", "model": model, "raw": "[]", "stop_reason": "end_turn", "content": [],
            "usage": { "input_tokens": 3, "cache_read_tokens": 5, "cache_write_tokens": 7, "output_tokens": 11 },
            "cost": { "elapsed_ms": 1, "microdollars": microdollars },
        });
        let event = NewEvent { run_id: Some(run.id), kind: EventKind::AssistantTurn, payload };
        let row = event_log::append(&mut conn, id, event, now).await.unwrap();
        spending::record_event(&mut conn, &row, now).await.unwrap();
    }
    assert_eq!(chats::get(&mut conn, id).await.unwrap().limits, None);
    drop(conn);
    let before = cost(&app, &ada, id).await;
    assert_eq!((&before["microdollars"], &before["total"]["turns"]), (&json!(8), &json!(3)));
    let conn = AsyncPgConnection::establish(app.state.database.url()).await.unwrap();
    let mut harness = AsyncMigrationHarness::new(conn);
    while harness.revert_last_migration(MIGRATIONS).unwrap().to_string() != "20261201000090" {}
    harness.run_pending_migrations(MIGRATIONS).unwrap();
    assert_eq!(cost(&app, &ada, id).await, before);
    app.stop().await;
}
