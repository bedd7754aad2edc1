//! People's time zones and languages.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Options, TestApp, ok, problem};

impl TestApp {
    async fn settings(&self, token: &str, changes: &Value) -> Value {
        ok(self.request(Method::PATCH, "/api/v1/users/me").bearer_auth(token).json(changes)).await
    }

    /// The time zone and language of a message that is sent now.
    async fn locale_of_message(&self, token: &str) -> Value {
        let message = json!({ "initial_message": "hello", "initial_role": "user" });
        let chat = ok(self.post("/api/v1/chats/", &message).bearer_auth(token)).await;
        let log = format!("/api/v1/chats/{}/log", chat["id"].as_str().unwrap());
        let log = ok(self.get(&log).bearer_auth(token)).await;
        let message = log.as_array().unwrap().iter().find(|event| event["kind"] == "message").unwrap();
        message["payload"]["locale"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_goes_before_the_browser_and_the_browser_before_the_installation() {
    let app = TestApp::start_with(Options { language: Some("fr-FR".into()), ..Options::default() }).await;
    let token = app.user("ada").await;
    let now = async |changes| {
        app.settings(&token, &changes).await;
        let locale = app.locale_of_message(&token).await;
        [&locale["time_zone"], &locale["language"]].map(|value| value.as_str().unwrap().to_owned())
    };
    assert_eq!(now(json!({})).await, ["UTC", "fr-FR"]);
    let browser = json!({ "detected_time_zone": "Europe/Vienna", "detected_language": "de-AT" });
    assert_eq!(now(browser).await, ["Europe/Vienna", "de-AT"]);
    assert_eq!(now(json!({ "time_zone": "Asia/Tokyo" })).await, ["Asia/Tokyo", "de-AT"]);
    assert_eq!(now(json!({ "language": "ja" })).await, ["Asia/Tokyo", "ja"]);
    assert_eq!(now(json!({ "detected_time_zone": "UTC" })).await, ["Asia/Tokyo", "ja"]);
    assert_eq!(now(json!({ "time_zone": null, "language": null })).await, ["UTC", "de-AT"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_zone_and_a_language_are_kept_in_their_usual_spelling() {
    let app = TestApp::start().await;
    let token = app.superuser("ada").await;
    let changed = json!({ "time_zone": "europe/vienna", "language": "zh-hant-tw" });
    let expected = |user: &Value| {
        assert_eq!((&user["time_zone"], &user["language"]), (&json!("Europe/Vienna"), &json!("zh-Hant-TW")));
        assert_eq!((&user["detected_time_zone"], &user["approval"]), (&Value::Null, &Value::Null));
    };
    expected(&app.settings(&token, &changed).await);
    expected(&ok(app.get("/api/v1/users/me").bearer_auth(&token)).await);
    expected(&ok(app.get("/api/v1/users").bearer_auth(&token)).await[0]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_time_zone_or_language_is_refused() {
    let app = TestApp::start().await;
    let token = app.user("ada").await;
    for (field, value, code) in [
        ("time_zone", "Europe/Wien", "time_zone_invalid"),
        ("time_zone", "", "time_zone_invalid"),
        ("detected_time_zone", "../../etc/passwd", "time_zone_invalid"),
        ("language", "german", "language_invalid"),
        ("language", "de_AT.UTF-8", "language_invalid"),
        ("detected_language", "", "language_invalid"),
    ] {
        let request = app.request(Method::PATCH, "/api/v1/users/me").bearer_auth(&token);
        let both = json!({ field: value, "approval": { "ask_for": "everything" } });
        problem(request.json(&both), StatusCode::UNPROCESSABLE_ENTITY, code).await;
    }
    let user = ok(app.get("/api/v1/users/me").bearer_auth(&token)).await;
    assert_eq!((&user["approval"], &user["time_zone"]), (&Value::Null, &Value::Null), "nothing was changed");
    app.stop().await;
}
