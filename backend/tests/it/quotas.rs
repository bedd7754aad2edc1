//! What people may have: each limit is exact, and says what to do.

use backend::config::limits::{Limits, RequestRate, TotalLimits};
use backend::services::desktops::DesktopError;
use backend::store::desktops::DesktopLoad;
use backend::store::quota_use::{self, QuotaKind};
use backend::store::{desktops, users};
use futures_util::future::join_all;
use protocol::dollars::Dollars;
use protocol::ids::{ChatId, UserId};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::app::{Options, TestApp, ok, problem};
use crate::replicas::claim_nothing;

async fn start(limits: Limits) -> TestApp {
    TestApp::start_with(Options { limits, ..Options::default() }).await
}

async fn chat(app: &TestApp, token: &str) -> ChatId {
    let chat = ok(app.post("/api/v1/chats/", &json!({})).bearer_auth(token)).await;
    chat["id"].as_str().unwrap().parse().unwrap()
}

fn say(app: &TestApp, token: &str, chat: ChatId) -> RequestBuilder {
    app.post(&format!("/api/v1/chats/{chat}/history"), &json!({ "message": "hello" })).bearer_auth(token)
}

async fn me(app: &TestApp, token: &str) -> UserId {
    let me = ok(app.get("/api/v1/users/me").bearer_auth(token)).await;
    me["id"].as_str().unwrap().parse().unwrap()
}

async fn usage(app: &TestApp, token: &str) -> Value {
    ok(app.get("/api/v1/users/me/usage").bearer_auth(token)).await
}

fn set_limits(app: &TestApp, root: &str, user: UserId, limits: &Value) -> RequestBuilder {
    let request = app.request(Method::PATCH, &format!("/api/v1/users/{user}"));
    request.json(&json!({ "limits": limits })).bearer_auth(root)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_disk_quota_is_exact_under_20_parallel_uploads_and_counts_home_folders() {
    let app = TestApp::start_with(Options { files_quota: 1, ..Options::default() }).await;
    let ada = app.user("ada").await;
    let chat = chat(&app, &ada).await;
    // A desktop whose home folder takes half of the megabyte.
    let mut conn = app.state.database.connection().await.unwrap();
    let now = app.state.clock.now();
    let desktop =
        desktops::want_ready(&mut conn, chat, protocol::ids::DesktopId::generate(), now).await.unwrap();
    let load = DesktopLoad { home_bytes: Some(512 << 10), ..DesktopLoad::default() };
    desktops::set_load(&mut conn, desktop.id, load).await.unwrap();
    drop(conn);
    let uploads = (0..20).map(|n| app.post_file(&format!("{n}"), vec![n; 64 << 10]).bearer_auth(&ada).send());
    let statuses: Vec<_> =
        join_all(uploads).await.into_iter().map(|answer| answer.unwrap().status()).collect();
    let count = |status| statuses.iter().filter(|one| **one == status).count();
    assert_eq!(
        (count(StatusCode::CREATED), count(StatusCode::INSUFFICIENT_STORAGE)),
        (8, 12),
        "{statuses:?}"
    );
    let disk = usage(&app, &ada).await["disk_bytes"].clone();
    assert_eq!(disk, json!({ "used": 1 << 20, "limit": 1 << 20 }));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_begins_exactly_so_many_runs_a_day() {
    let app = start(Limits { runs_per_day: Some(3), ..Limits::default() }).await;
    claim_nothing(&app).await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let mut chats = Vec::new();
    for _ in 0..8 {
        chats.push(chat(&app, &ada).await);
    }
    let answers = join_all(chats.iter().map(|chat| say(&app, &ada, *chat).send())).await;
    let statuses: Vec<_> = answers.into_iter().map(|answer| answer.unwrap().status()).collect();
    let count = |status| statuses.iter().filter(|one| **one == status).count();
    assert_eq!((count(StatusCode::CREATED), count(StatusCode::TOO_MANY_REQUESTS)), (3, 5), "{statuses:?}");
    let told = problem(say(&app, &ada, chats[0]), StatusCode::TOO_MANY_REQUESTS, "runs_limit_reached").await;
    assert!(told.contains("3 runs today") && told.contains("midnight UTC"), "{told}");
    assert_eq!(usage(&app, &ada).await["runs_today"], json!({ "used": 3, "limit": 3 }));
    // Of one person, and of one day.
    let his = chat(&app, &bob).await;
    ok(say(&app, &bob, his)).await;
    app.pass(24 * 60 * 60);
    ok(say(&app, &app.token("ada").await, chats[0])).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_spent_as_much_as_they_may_begins_no_run() {
    let app = start(Limits { dollars_per_month: Some(Dollars::whole(5)), ..Limits::default() }).await;
    claim_nothing(&app).await;
    let ada = app.user("ada").await;
    let (chat, id) = (chat(&app, &ada).await, me(&app, &ada).await);
    let spend = async |microdollars| {
        let (mut conn, now) = (app.state.database.connection().await.unwrap(), app.state.clock.now());
        quota_use::add(&mut conn, id, QuotaKind::Microdollars, microdollars, now).await.unwrap();
    };
    spend(4_999_999).await;
    ok(say(&app, &ada, chat)).await;
    spend(1).await;
    let told = problem(say(&app, &ada, chat), StatusCode::FORBIDDEN, "spending_limit_reached").await;
    assert!(told.contains("$5 this month"), "{told}");
    let spent = usage(&app, &ada).await["microdollars_this_month"].clone();
    assert_eq!(spent, json!({ "used": 5_000_000, "limit": 5_000_000 }));
    app.pass(31 * 24 * 60 * 60);
    ok(say(&app, &app.token("ada").await, chat)).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_everybody_spends_has_a_limit_too() {
    let total_limits = TotalLimits { dollars_per_month: Some(Dollars::whole(1)), ..TotalLimits::default() };
    let app = TestApp::start_with(Options { total_limits, ..Options::default() }).await;
    claim_nothing(&app).await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let hers = chat(&app, &ada).await;
    let (mut conn, now) = (app.state.database.connection().await.unwrap(), app.state.clock.now());
    for person in [me(&app, &ada).await, me(&app, &bob).await] {
        quota_use::add(&mut conn, person, QuotaKind::Microdollars, 500_000, now).await.unwrap();
    }
    drop(conn);
    problem(say(&app, &ada, hers), StatusCode::FORBIDDEN, "spending_limit_reached").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_exactly_so_many_desktops_at_once() {
    let app = start(Limits { desktops: Some(2), ..Limits::default() }).await;
    let ada = app.user("ada").await;
    let mut chats = Vec::new();
    for _ in 0..4 {
        chats.push(chat(&app, &ada).await);
    }
    let started = join_all(chats.iter().map(|chat| app.state.desktops.ensure(*chat))).await;
    let refused: Vec<_> = started.iter().filter_map(|started| started.as_ref().err()).collect();
    assert_eq!(refused.len(), 2);
    for error in &refused {
        assert!(matches!(error, DesktopError::Quota(_)), "{error}");
        assert!(error.to_string().contains("2 desktops at once"), "{error}");
    }
    assert_eq!(usage(&app, &ada).await["desktops"], json!({ "used": 2, "limit": 2 }));
    // Those that they have go on; once one is gone there is room.
    let (has, has_none) = (0..4).partition::<Vec<usize>, _>(|n| started[*n].is_ok());
    app.state.desktops.ensure(chats[has[0]]).await.unwrap();
    let start = app.request(Method::POST, &format!("/api/v1/chats/{}/desktop", chats[has_none[0]]));
    problem(start.bearer_auth(&ada), StatusCode::TOO_MANY_REQUESTS, "desktops_limit_reached").await;
    app.state.chats.delete(chats[has[0]]).await.unwrap();
    app.state.desktops.ensure(chats[has_none[0]]).await.unwrap();
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_those_of_the_person_else_those_that_are_set_else_the_usual() {
    let app = start(Limits { runs_per_day: Some(7), ..Limits::default() }).await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let id = me(&app, &ada).await;
    let site = |limits: &Value| {
        app.request(Method::PATCH, "/api/v1/admin/settings")
            .json(&json!({ "limits": limits }))
            .bearer_auth(&root)
    };
    assert_eq!(usage(&app, &ada).await["desktops"]["limit"], 20);
    let set = ok(site(&json!({ "desktops": 5, "runs_per_day": 9 }))).await["limits"].clone();
    assert_eq!(
        (&set["value"]["desktops"], &set["value"]["runs_per_day"]),
        (&json!(5), &json!(7)),
        "the environment wins"
    );
    assert_eq!(set["set"]["desktops"], 5);
    assert!(set["fixed"].as_array().unwrap().contains(&json!("runs_per_day")), "{set}");
    assert_eq!(usage(&app, &ada).await["desktops"]["limit"], 5);
    let changed =
        ok(set_limits(&app, &root, id, &json!({ "desktops": 1, "upload_mb": 0, "runs_at_once": 2 }))).await;
    assert_eq!(changed["limits"], json!({ "desktops": 1, "upload_mb": 0, "runs_at_once": 2 }));
    let hers = usage(&app, &ada).await;
    assert_eq!((&hers["desktops"]["limit"], &hers["runs_at_once"]["limit"]), (&json!(1), &json!(2)));
    problem(
        app.post_file("a", vec![0; 200_000]).bearer_auth(&ada),
        StatusCode::PAYLOAD_TOO_LARGE,
        "file_too_large",
    )
    .await;
    assert_eq!(ok(app.get(&format!("/api/v1/users/{id}/usage")).bearer_auth(&root)).await, hers);
    let others = app.get(&format!("/api/v1/users/{id}/usage")).bearer_auth(&ada);
    problem(others, StatusCode::FORBIDDEN, "superuser_required").await;
    for limits in [json!({ "desktops": -1 }), json!({ "desktop": 1 }), json!({ "desktops": "many" })] {
        let refused = set_limits(&app, &root, id, &limits);
        problem(refused, StatusCode::UNPROCESSABLE_ENTITY, "unreadable_request").await;
        problem(site(&limits), StatusCode::UNPROCESSABLE_ENTITY, "unreadable_request").await;
    }
    // Nobody sets their own.
    let own = app.request(Method::PATCH, "/api/v1/users/me").json(&json!({ "limits": {} })).bearer_auth(&ada);
    problem(own, StatusCode::UNPROCESSABLE_ENTITY, "unreadable_request").await;
    let mut conn = app.state.database.connection().await.unwrap();
    assert_eq!(users::find(&mut conn, id).await.unwrap().unwrap().limits["desktops"], 1);
    drop(conn);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn superusers_set_what_everybody_together_may_have() {
    let total_limits = TotalLimits { dollars_per_month: Some(Dollars::whole(1)), ..TotalLimits::default() };
    let app = TestApp::start_with(Options { total_limits, ..Options::default() }).await;
    claim_nothing(&app).await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let settings = |by: &str, body: &Value| {
        let request = app.request(Method::PATCH, "/api/v1/admin/settings");
        request.json(&json!({ "total_limits": body })).bearer_auth(by)
    };
    let before = ok(app.get("/api/v1/admin/settings").bearer_auth(&root)).await["total_limits"].clone();
    assert_eq!(
        before["value"],
        json!({ "desktops": 200, "runs_at_once": 100, "dollars_per_day": null, "dollars_per_month": 1 })
    );
    let wanted = json!({ "desktops": 1, "runs_at_once": 1, "dollars_per_day": 0.1, "dollars_per_month": 9 });
    let after = ok(settings(&root, &wanted)).await["total_limits"].clone();
    assert_eq!(
        after,
        json!({
            "value": { "desktops": 1, "runs_at_once": 1, "dollars_per_day": 0.1, "dollars_per_month": 1 },
            "set": wanted,
            "fixed": ["dollars_per_month"],
        }),
        "the environment wins"
    );
    // Those that are set apply at once.
    let (hers, another) = (chat(&app, &ada).await, chat(&app, &ada).await);
    app.state.desktops.ensure(hers).await.unwrap();
    let refused = app.state.desktops.ensure(another).await.unwrap_err();
    assert!(refused.to_string().contains("All desktops of this installation are in use"), "{refused}");
    // Zero runs at once would stop everything.
    for limits in [json!({ "runs_at_once": 0 }), json!({ "desktops": -1 }), json!({ "runs": 1 }), json!([])] {
        problem(settings(&root, &limits), StatusCode::UNPROCESSABLE_ENTITY, "unreadable_request").await;
    }
    problem(settings(&ada, &json!({})), StatusCode::FORBIDDEN, "superuser_required").await;
    let none = ok(settings(&root, &json!({}))).await["total_limits"]["value"].clone();
    assert_eq!(none, before["value"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_have_a_rate_for_each_person_and_each_address() {
    let request_rate = RequestRate { requests_per_minute: 1, requests_at_once: 5 };
    let app = TestApp::start_with(Options { request_rate, ..Options::default() }).await;
    // Logging in counts for the address.
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let me = |token: &str| app.get("/api/v1/users/me").bearer_auth(token);
    for _ in 0..5 {
        ok(me(&ada)).await;
    }
    let refused = me(&ada).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    problem(me(&ada), StatusCode::TOO_MANY_REQUESTS, "too_many_requests").await;
    ok(me(&bob)).await;
    // Of the address three are left, whether they have no login or a wrong one.
    problem(app.get("/api/v1/users/me"), StatusCode::UNAUTHORIZED, "unauthorized").await;
    problem(me("nonsense"), StatusCode::UNAUTHORIZED, "unauthorized").await;
    ok(app.get("/api/v1/setup")).await;
    for request in [app.get("/api/v1/setup"), me("nonsense"), app.get("/api/v1/users/me")] {
        problem(request, StatusCode::TOO_MANY_REQUESTS, "too_many_requests").await;
    }
    // Monitoring goes on, and so do the pages.
    ok(app.get("/api/v1/health")).await;
    assert_ne!(app.get("/login").send().await.unwrap().status(), StatusCode::TOO_MANY_REQUESTS);
    app.stop().await;
}
