//! The model is told the time zone and language of a message's author, and they stay as they are during its run.

use reqwest::Method;
use serde_json::{Value, json};

use crate::deskhand::{Deskhand, ok, program};
use crate::installation::until;
use crate::vendor::Vendor;

fn script() -> Value {
    let looks = json!({ "thinking": "Hm.", "calls": [{ "bash": "date -d @0 '+%Z %B'" }] });
    let done = json!({ "thinking": "", "text": "Done." });
    json!({ "turns": [looks, done, looks, done] })
}

struct Person {
    deskhand: Deskhand,
    token: String,
}

impl Person {
    async fn send(&self, method: Method, path: &str, body: &Value) -> Value {
        let request = self.deskhand.request(method, path).bearer_auth(&self.token);
        ok(request.header("prefer", "wait=60").json(body)).await
    }

    async fn get(&self, path: &str) -> Value {
        ok(self.deskhand.request(Method::GET, path).bearer_auth(&self.token)).await
    }

    /// Approves the call that a run waits for, and waits until the run has ended.
    async fn approve(&self, chat: &str, run: &Value) {
        let log = self.get(&format!("{chat}/log")).await;
        let asked =
            log.as_array().unwrap().iter().rfind(|event| event["kind"] == "approval_request").unwrap();
        let asked = &asked["payload"];
        let decision = json!({
            "call_id": asked["call_id"], "verdict": "approve", "arguments_sha256": asked["arguments_sha256"],
        });
        let path = format!("/runs/{}", run["id"].as_str().unwrap());
        self.send(Method::POST, &format!("{path}/decisions"), &decision).await;
        until("the run has ended", async || !self.get(&path).await["finished_at"].is_null()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_keeps_the_locale_of_its_message_and_the_next_one_has_a_new_one() {
    const VIENNA: &str = "person's time zone is Europe/Vienna; the language of their settings is de-AT";
    const TOKYO: &str = "person's time zone is Asia/Tokyo; the language of their settings is ja-JP";
    let vendor = Vendor::start(script()).await;
    let data = tempfile::tempdir().unwrap();
    let environment = [
        ("ANTHROPIC_BASE_URL", vendor.url.as_str()),
        ("ANTHROPIC_API_KEY", vendor.key.as_str()),
        ("DESKHAND_TIME_ZONE", "Europe/Vienna"),
        ("DESKHAND_LANGUAGE", "de-AT"),
    ];
    let deskhand = Deskhand::up_with(data.path(), &environment).await;
    let person = Person { token: deskhand.first_administrator().await, deskhand };
    let shell = json!({ "approval": { "ask_for": "effects", "effects": ["shell"] } });
    person.send(Method::PATCH, "/users/me", &shell).await;
    let first = json!({ "initial_message": "When is it?", "initial_role": "user" });
    let begun = person.send(Method::POST, "/chats/", &first).await;
    assert_eq!(begun["run"]["state"], "awaiting_approval", "{begun}");
    let chat = format!("/chats/{}", begun["id"].as_str().unwrap());

    let moved = json!({ "time_zone": "Asia/Tokyo", "language": "ja-JP", "approval": null });
    person.send(Method::PATCH, "/users/me", &moved).await;
    person.approve(&chat, &begun["run"]).await;
    person.send(Method::POST, &format!("{chat}/history"), &json!({ "message": "And there?" })).await;

    let requests = vendor.requests();
    assert_eq!(requests.len(), 4);
    for request in &requests {
        // Thinking is bound to everything before it, so the fake accepts no change there.
        assert_eq!(request.summary.rejection, "");
        assert_eq!(request.body.matches(VIENNA).count(), 1, "{}", request.body);
    }
    let told = |place: &str| requests.iter().map(|request| request.body.contains(place)).collect::<Vec<_>>();
    assert_eq!(told(TOKYO), [false, false, true, true]);
    assert!(requests[1].body.contains("CET Jänner"), "{}", requests[1].body);
    assert!(requests[3].body.contains("JST 1月"), "{}", requests[3].body);
}

#[tokio::test]
async fn an_installation_refuses_to_start_with_an_unknown_time_zone_or_language() {
    for (variable, value, expected) in [
        ("DESKHAND_TIME_ZONE", "Europe/Wien", "a time zone is a name such as Europe/Vienna"),
        ("DESKHAND_LANGUAGE", "de_AT.UTF-8", "a language is a tag such as de-AT"),
    ] {
        let output = program().arg("up").env(variable, value).output().await.unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && error.contains(expected), "{error}");
    }
}
