//! Second factors: turning them on and off, and logins with them.

use std::collections::HashSet;

use backend::services::audit::Actor;
use backend::services::second_factors;
use chrono::TimeDelta;
use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl as _;
use futures_util::future::join_all;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::app::{PASSWORD, TestApp, log_in, ok, problem};
use crate::authenticator::{STEP, read_secret, second_factor, turn_on};
use crate::program_logins::audit;

const OWN: &str = "/api/v1/users/me/second-factor";
const CONFIRM: &str = "/api/v1/users/me/second-factor/confirm";
const RECOVERY_CODES: &str = "/api/v1/users/me/second-factor/recovery-codes";
const LOGIN: &str = "/api/v1/auth/login";

/// The paths that log somebody in by a password, from the document.
fn logins() -> Vec<String> {
    let document = serde_json::to_value(backend::routes::openapi()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let schema = &item["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let Some(name) = schema.as_str().and_then(|name| name.rsplit('/').next()) else { continue };
        let properties = &document["components"]["schemas"][name]["properties"];
        let has = |property: &str| !properties[property].is_null();
        if has("username") && has("password") {
            found.push(path.clone());
        }
    }
    found
}

fn with_code(app: &TestApp, path: &str, username: &str, code: &str) -> RequestBuilder {
    app.post(path, &json!({ "username": username, "password": PASSWORD, "code": code }))
}

async fn id(app: &TestApp, token: &str) -> String {
    ok(app.get("/api/v1/users/me").bearer_auth(token)).await["id"].as_str().unwrap().to_owned()
}

/// What twenty logins with one code at once are answered: as many as the limits on wrong ones let through.
async fn twenty_at_once(app: &TestApp, code: &str) -> Vec<StatusCode> {
    let username = |number: usize| if number.is_multiple_of(2) { "ada" } else { "ada@example.com" };
    join_all((0..20).map(|number| status(with_code(app, LOGIN, username(number), code)))).await
}

async fn status(request: RequestBuilder) -> StatusCode {
    request.send().await.unwrap().status()
}

/// The actions of the audit log, oldest first, without logins and new accounts.
async fn actions(app: &TestApp, root: &str) -> Vec<String> {
    let log = audit(app, root).await;
    let actions = log.iter().rev().map(|entry| entry["action"].as_str().unwrap().to_owned());
    actions.filter(|action| !["login", "user_created"].contains(&action.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_login_with_a_password_asks_for_the_code() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.user("bob").await;
    let (authenticator, _) = turn_on(&app, &ada).await;
    let logins = logins();
    assert_eq!(logins, [LOGIN, "/api/v1/auth/session"]);
    for path in logins {
        let plain = |password: &str| app.post(&path, &json!({ "username": "ada", "password": password }));
        problem(plain(PASSWORD), StatusCode::UNAUTHORIZED, "second_factor_required").await;
        problem(with_code(&app, &path, "ada", "  "), StatusCode::UNAUTHORIZED, "second_factor_required")
            .await;
        // Nothing tells those who do not know the password that there is one.
        let told = problem(plain("wrong horse"), StatusCode::UNAUTHORIZED, "wrong_credentials").await;
        let unknown = json!({ "username": "eve", "password": "wrong horse" });
        assert_eq!(
            problem(app.post(&path, &unknown), StatusCode::UNAUTHORIZED, "wrong_credentials").await,
            told
        );
        let code = authenticator.code(app.state.clock.now());
        let guess = json!({ "username": "ada", "password": "wrong horse", "code": code });
        problem(app.post(&path, &guess), StatusCode::UNAUTHORIZED, "wrong_credentials").await;

        let wrong = authenticator.wrong_code(app.state.clock.now());
        for wrong in [wrong.as_str(), "1", "0000-0000-0000-0000", &"9".repeat(100_000)] {
            problem(with_code(&app, &path, "ada", wrong), StatusCode::UNAUTHORIZED, "second_factor_wrong")
                .await;
        }
        // It was not used up by the wrong password. Some apps show it in two parts.
        let shown = format!("{} {}", &code[..3], &code[3..]);
        ok(with_code(&app, &path, "ADA@example.com", &shown)).await;
        problem(with_code(&app, &path, "ada", &code), StatusCode::UNAUTHORIZED, "second_factor_wrong").await;
        app.pass(100);
        // Accounts without one go on as before, also if a code comes along.
        ok(app.post(&path, &json!({ "username": "bob", "password": PASSWORD }))).await;
        ok(with_code(&app, &path, "bob", "123456")).await;
    }
    let form = |fields: &[(&str, &str)]| {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = app.request(Method::POST, LOGIN);
        request.header("content-type", "application/x-www-form-urlencoded").body(body)
    };
    let (username, password) = (("username", "ada"), ("password", PASSWORD));
    problem(form(&[username, password]), StatusCode::UNAUTHORIZED, "second_factor_required").await;
    let code = authenticator.code(app.state.clock.now());
    ok(form(&[username, password, ("code", code.as_str())])).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_accepted_once_and_with_one_step_of_skew() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let (authenticator, _) = turn_on(&app, &ada).await;
    let at = |steps: i64| authenticator.code(app.state.clock.now() + TimeDelta::seconds(steps * STEP));
    let wrong = async |code: String| {
        problem(with_code(&app, LOGIN, "ada", &code), StatusCode::UNAUTHORIZED, "second_factor_wrong").await
    };
    // The one that turned it on is the one before the present one.
    wrong(at(-1)).await;
    app.pass(3 * STEP);
    wrong(at(-2)).await;
    wrong(at(2)).await;
    for steps in -1..=1 {
        let code = at(steps);
        ok(with_code(&app, LOGIN, "ada", &code)).await;
        wrong(code).await;
    }
    wrong(at(0)).await;
    app.pass(3 * STEP);
    let code = at(0);
    let answers = twenty_at_once(&app, &code).await;
    assert_eq!(answers.iter().filter(|status| **status == StatusCode::OK).count(), 1, "{answers:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_logs_in_once() {
    let app = TestApp::start().await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let (_, codes) = turn_on(&app, &ada).await;
    assert_eq!(codes.len(), 10);
    let distinct: HashSet<_> = codes.iter().collect();
    assert!(distinct.len() == 10 && codes.iter().all(|code| code.len() == 19), "{codes:?}");
    let answers = twenty_at_once(&app, &codes[0]).await;
    let count = |wanted: StatusCode| answers.iter().filter(|status| **status == wanted).count();
    assert_eq!((count(StatusCode::OK), count(StatusCode::UNAUTHORIZED)), (1, 19), "{answers:?}");
    app.pass(200);
    // However it is typed.
    let typed = codes[1].replace('-', " ").to_uppercase();
    ok(with_code(&app, "/api/v1/auth/session", "ada", &typed)).await;
    problem(with_code(&app, LOGIN, "ada", &codes[1]), StatusCode::UNAUTHORIZED, "second_factor_wrong").await;
    assert_eq!(second_factor(&app, &ada).await["recovery_codes_left"], 8);
    let used: Vec<_> = audit(&app, &root)
        .await
        .into_iter()
        .filter(|entry| entry["action"] == "recovery_code_used")
        .map(|entry| (entry["actor_name"].clone(), entry["detail"]["left"].clone()))
        .collect();
    assert_eq!(used, [(json!("ada"), json!(8)), (json!("ada"), json!(9))]);
    // Those of somebody else are of no use.
    let (_, of_root) = turn_on(&app, &root).await;
    problem(with_code(&app, LOGIN, "ada", &of_root[0]), StatusCode::UNAUTHORIZED, "second_factor_wrong")
        .await;
    ok(with_code(&app, LOGIN, "root", &of_root[0])).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_guesses_codes_is_slowed_down() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let (authenticator, codes) = turn_on(&app, &ada).await;
    let wrong = authenticator.wrong_code(app.state.clock.now());
    let paths = [LOGIN, "/api/v1/auth/session"];
    let mut guesses = 0;
    while status(with_code(&app, paths[guesses % 2], "ada", &wrong)).await == StatusCode::UNAUTHORIZED {
        guesses += 1;
        // The right password alone forgives nothing, nor does a confirmation of it.
        status(app.post(LOGIN, &json!({ "username": "ada", "password": PASSWORD }))).await;
        status(app.post(OWN, &json!({ "password": PASSWORD })).bearer_auth(&ada)).await;
        assert!(guesses < 20);
    }
    assert!(guesses >= 10, "{guesses}");
    let right = authenticator.code(app.state.clock.now());
    problem(with_code(&app, LOGIN, "ada", &right), StatusCode::TOO_MANY_REQUESTS, "too_many_attempts").await;
    // Guesses from elsewhere are counted with these, whatever name they use.
    let names = ["ada", "ada@example.com"];
    let elsewhere = |username: &str, code: &str| {
        with_code(&app, LOGIN, username, code).header("x-forwarded-for", "192.0.2.1")
    };
    while status(elsewhere(names[guesses % 2], &wrong)).await == StatusCode::UNAUTHORIZED {
        guesses += 1;
        assert!(guesses < 25);
    }
    assert!(guesses >= 20, "{guesses}");
    let told = problem(elsewhere("ada", &right), StatusCode::TOO_MANY_REQUESTS, "too_many_attempts").await;
    assert!(told.contains("recovery code"), "{told}");
    // Nobody guesses those, so their owner is not locked out.
    ok(elsewhere("ada", &codes[0])).await;
    app.pass(300);
    let right = authenticator.code(app.state.clock.now());
    ok(with_code(&app, LOGIN, "ada", &right)).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_turned_on_with_the_password_and_the_first_code() {
    let app = TestApp::start().await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let off = json!({ "is_on": false, "since": null, "recovery_codes_left": 0 });
    assert_eq!(second_factor(&app, &ada).await, off);
    let begin = |password: &str| app.post(OWN, &json!({ "password": password })).bearer_auth(&ada);
    let confirm = |code: &str| app.post(CONFIRM, &json!({ "code": code })).bearer_auth(&ada);
    problem(confirm("123456"), StatusCode::CONFLICT, "second_factor_not_begun").await;
    problem(begin("wrong horse"), StatusCode::FORBIDDEN, "wrong_password").await;
    let abandoned = read_secret(&app, &ada).await;
    assert_eq!(second_factor(&app, &ada).await, off);
    app.token("ada").await;
    app.pass(60 * 60);
    let late = abandoned.code(app.state.clock.now());
    problem(confirm(&late), StatusCode::CONFLICT, "second_factor_not_begun").await;

    // Another secret takes its place.
    let authenticator = read_secret(&app, &ada).await;
    let now = app.state.clock.now();
    for wrong in
        [abandoned.code(now), authenticator.wrong_code(now), "0000-0000-0000-0000".to_owned(), String::new()]
    {
        problem(confirm(&wrong), StatusCode::FORBIDDEN, "second_factor_wrong").await;
    }
    let code = authenticator.code(app.state.clock.now());
    ok(confirm(&code)).await;
    problem(confirm(&code), StatusCode::CONFLICT, "second_factor_on").await;
    problem(begin(PASSWORD), StatusCode::CONFLICT, "second_factor_on").await;
    let on = second_factor(&app, &ada).await;
    assert_eq!((&on["is_on"], &on["recovery_codes_left"]), (&json!(true), &json!(10)));
    assert!(on["since"].is_string(), "{on}");
    assert_eq!(actions(&app, &root).await, ["login_failed", "second_factor_enabled"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_of_the_first_code_are_counted() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let authenticator = read_secret(&app, &ada).await;
    let confirm = |code: &str| app.post(CONFIRM, &json!({ "code": code })).bearer_auth(&ada);
    let wrong = authenticator.wrong_code(app.state.clock.now());
    for _ in 0..20 {
        problem(confirm(&wrong), StatusCode::FORBIDDEN, "second_factor_wrong").await;
    }
    let right = authenticator.code(app.state.clock.now());
    problem(confirm(&right), StatusCode::TOO_MANY_REQUESTS, "too_many_attempts").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_turned_off_with_the_password_and_a_code() {
    let app = TestApp::start().await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let off = |password: &str, code: &str| {
        let proof = json!({ "password": password, "code": code });
        app.request(Method::DELETE, OWN).json(&proof).bearer_auth(&ada)
    };
    let renew = |password: &str, code: &str| {
        app.post(RECOVERY_CODES, &json!({ "password": password, "code": code })).bearer_auth(&ada)
    };
    for request in [off(PASSWORD, "123456"), renew(PASSWORD, "123456")] {
        problem(request, StatusCode::CONFLICT, "second_factor_off").await;
    }
    let (authenticator, old) = turn_on(&app, &ada).await;
    let code = || authenticator.code(app.state.clock.now());
    let wrong = authenticator.wrong_code(app.state.clock.now());
    for request in [off("wrong horse", &code()), renew("wrong horse", &code())] {
        problem(request, StatusCode::FORBIDDEN, "wrong_password").await;
    }
    for request in [off(PASSWORD, &wrong), renew(PASSWORD, &wrong), off(PASSWORD, ""), renew(PASSWORD, "")] {
        problem(request, StatusCode::FORBIDDEN, "second_factor_wrong").await;
    }
    let renewed = ok(renew(PASSWORD, &code())).await;
    let new: Vec<String> = serde_json::from_value(renewed["codes"].clone()).unwrap();
    assert!(new.len() == 10 && new.iter().all(|code| !old.contains(code)));
    problem(with_code(&app, LOGIN, "ada", &old[0]), StatusCode::UNAUTHORIZED, "second_factor_wrong").await;
    problem(off(PASSWORD, &old[1]), StatusCode::FORBIDDEN, "second_factor_wrong").await;
    // A recovery code proves it too.
    assert_eq!(status(off(PASSWORD, &new[0])).await, StatusCode::NO_CONTENT);
    app.token("ada").await;
    assert_eq!(second_factor(&app, &ada).await["recovery_codes_left"], 0);
    // It is turned on anew with another secret.
    let (other, _) = turn_on(&app, &ada).await;
    assert_ne!(other.code(app.state.clock.now()), code());
    let told = actions(&app, &root).await;
    let told: Vec<&str> =
        told.iter().map(String::as_str).filter(|action| *action != "login_failed").collect();
    let expected = [
        "second_factor_enabled",
        "recovery_codes_replaced",
        "recovery_code_used",
        "second_factor_disabled",
        "second_factor_enabled",
    ];
    assert_eq!(told, expected);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_does_not_replace_it_and_logins_go_on() {
    const NEW: &str = "staple battery";
    let app = TestApp::start().await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let (_, cookie) = log_in(&app, "ada").await;
    let credentials = json!({ "username": "ada", "password": PASSWORD });
    let program = ok(app.post(LOGIN, &credentials)).await;
    let form = json!({ "name": "backup", "scopes": ["account:read"] });
    let api_token = ok(app.post("/api/v1/users/me/tokens", &form).bearer_auth(&ada)).await;
    turn_on(&app, &ada).await;
    // What was logged in before goes on.
    ok(app.get("/api/v1/users/me").header("cookie", &cookie)).await;
    ok(app.get("/api/v1/users/me").bearer_auth(api_token["token"].as_str().unwrap())).await;
    ok(app.post("/api/v1/auth/refresh", &json!({ "refresh_token": program["refresh_token"] }))).await;

    let change = json!({ "old": PASSWORD, "new": NEW });
    let changed = app.post("/api/v1/users/me/password", &change).header("cookie", &cookie);
    assert_eq!(status(changed).await, StatusCode::NO_CONTENT);
    let plain = |password: &str| app.post(LOGIN, &json!({ "username": "ada", "password": password }));
    problem(plain(NEW), StatusCode::UNAUTHORIZED, "second_factor_required").await;
    let users = ok(app.get("/api/v1/users?search=ada@").bearer_auth(&root)).await;
    let path = format!("/api/v1/users/{}/password-link", users[0]["id"].as_str().unwrap());
    let link = ok(app.post(&path, &json!({})).bearer_auth(&root)).await;
    let token = link["url"].as_str().unwrap().rsplit('=').next().unwrap();
    ok(app.post("/api/v1/auth/password-link", &json!({ "token": token, "password": PASSWORD }))).await;
    problem(plain(PASSWORD), StatusCode::UNAUTHORIZED, "second_factor_required").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_superuser_resets_that_of_somebody_else() {
    let app = TestApp::start().await;
    let (root, ada, eve) = (app.superuser("root").await, app.user("ada").await, app.user("eve").await);
    let of = |id: &str| format!("/api/v1/users/{id}/second-factor");
    let reset = |id: &str, token: &str| app.request(Method::DELETE, &of(id)).bearer_auth(token);
    let (of_root, of_ada) = (id(&app, &root).await, id(&app, &ada).await);
    problem(reset(&of_ada, &root), StatusCode::CONFLICT, "second_factor_off").await;
    turn_on(&app, &ada).await;
    turn_on(&app, &root).await;
    problem(reset(&of_ada, &eve), StatusCode::FORBIDDEN, "superuser_required").await;
    problem(reset(&of_root, &root), StatusCode::FORBIDDEN, "own_second_factor").await;
    problem(reset("00000000-0000-7000-8000-000000000000", &root), StatusCode::NOT_FOUND, "not_found").await;
    assert_eq!(status(reset(&of_ada, &root)).await, StatusCode::NO_CONTENT);
    app.token("ada").await;
    // The command line resets it too.
    turn_on(&app, &ada).await;
    let (database, clock) = (&app.state.database, &app.state.clock);
    second_factors::reset(database, clock, of_ada.parse().unwrap(), &Actor::Installation).await.unwrap();
    app.token("ada").await;
    let resets: Vec<_> = audit(&app, &root)
        .await
        .into_iter()
        .filter(|entry| entry["action"] == "second_factor_reset")
        .map(|entry| (entry["actor_name"].clone(), entry["object"].clone()))
        .collect();
    assert_eq!(resets, [(Value::Null, json!("ada")), (json!("root"), json!("ada"))]);
    app.stop().await;
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[tokio::test(flavor = "multi_thread")]
async fn it_follows_the_master_key_and_ends_with_the_account() {
    let app = TestApp::start().await;
    let (root, ada) = (app.superuser("root").await, app.user("ada").await);
    let (authenticator, codes) = turn_on(&app, &ada).await;
    let stored = async |table: &str| {
        let mut conn = app.state.database.connection().await.unwrap();
        let query = diesel::sql_query(format!("SELECT count(*) AS count FROM {table}"));
        query.get_result::<Count>(&mut conn).await.unwrap().count
    };
    let rotated = backend::vault::rotate(&app.state.vault, &app.state.clock).await.unwrap();
    assert_eq!(rotated.secrets, 2, "the signing key and the second factor");
    ok(with_code(&app, LOGIN, "ada", &authenticator.code(app.state.clock.now()))).await;
    let hashes = "recovery_codes WHERE length(sha256) = 32";
    assert_eq!((stored("second_factors").await, stored(hashes).await), (1, 10));
    ok(with_code(&app, LOGIN, "ada", &codes[0])).await;
    let path = format!("/api/v1/users/{}", id(&app, &ada).await);
    assert_eq!(status(app.request(Method::DELETE, &path).bearer_auth(&root)).await, StatusCode::NO_CONTENT);
    assert_eq!((stored("second_factors").await, stored("recovery_codes").await), (0, 0));
    app.stop().await;
}
