//! Runs, and the operations of people on them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Api, Route, run_path};
use crate::deskhand::ok;
use crate::events::Events;

const TOO_LONG: usize = 20_001;

impl Api {
    /// Starts a run that stays active until it is cancelled.
    async fn endless(&self, chat: &str) -> Value {
        let message = json!({ "message": "wait 100 seconds" });
        let run = ok(self.post(&format!("{chat}/history"), &message)).await["run"].clone();
        self.until(&run, "running").await;
        run
    }

    /// The approval request that a run waits for.
    async fn asked(&self, chat: &str) -> Value {
        let log = Events::log(self.get(&format!("{chat}/events"))).await;
        let asked = log.into_iter().rfind(|event| event["kind"] == "approval_request");
        asked.unwrap()["payload"].clone()
    }
}

#[tokio::test]
async fn reading_and_cancelling() {
    let api = Api::start().await;
    let chat = api.chat(None).await;
    let mut get = Route::of(&api, "GET /runs/{run_id}").await;
    let mut cancel = Route::of(&api, "POST /runs/{run_id}/cancel").await;
    let succeeded = api.say(&chat, "say \"hello\"").await["run"].clone();
    get.case("it succeeded", api.get(&run_path(&succeeded))).await;
    cancel.case("it has ended", api.post(&format!("{}/cancel", run_path(&succeeded)), &json!({}))).await;
    let running = api.endless(&chat).await;
    get.case("it is at work", api.get(&run_path(&running))).await;
    let queued =
        ok(api.post(&format!("{chat}/history"), &json!({ "message": "say \"hi\"" }))).await["run"].clone();
    get.case("it is in the queue", api.get(&run_path(&queued))).await;
    cancel.case("it is in the queue", api.post(&format!("{}/cancel", run_path(&queued)), &json!({}))).await;
    cancel.case("it is at work", api.post(&format!("{}/cancel", run_path(&running)), &json!({}))).await;
    api.until(&running, "cancelled").await;
    get.case("it was cancelled", api.get(&run_path(&running))).await;
    let misunderstood = api.say(&chat, "prove that P is not NP").await["run"].clone();
    get.case("it was not understood", api.get(&run_path(&misunderstood))).await;
    get.compare();
    cancel.compare();
}

#[tokio::test]
async fn pausing_and_resuming() {
    let api = Api::start().await;
    let chat = api.chat(None).await;
    let mut pause = Route::of(&api, "POST /runs/{run_id}/pause").await;
    let mut resume = Route::of(&api, "POST /runs/{run_id}/resume").await;
    let post = |run: &Value, what: &str| api.post(&format!("{}/{what}", run_path(run)), &json!({}));
    let ended = api.say(&chat, "say \"hello\"").await["run"].clone();
    pause.case("it has ended", post(&ended, "pause")).await;
    resume.case("it has ended", post(&ended, "resume")).await;
    let running = api.endless(&chat).await;
    pause.case("it is at work", post(&running, "pause")).await;
    resume.case("it is at work", post(&running, "resume")).await;
    ok(post(&running, "cancel")).await;
    api.until(&running, "cancelled").await;

    let until_go = json!({ "message": "run `until [ -e ~/go ]; do sleep 0.02; done`, run `true`" });
    let run = ok(api.post(&format!("{chat}/history"), &until_go)).await["run"].clone();
    api.until(&run, "running").await;
    ok(post(&run, "pause")).await;
    std::fs::write(api.home().join("go"), "").unwrap();
    api.until(&run, "paused").await;
    pause.case("it is paused", post(&run, "pause")).await;
    resume.case("it is paused", post(&run, "resume")).await;
    pause.compare();
    resume.compare();
}

#[tokio::test]
async fn deciding() {
    let api = Api::start().await;
    let chat = api.chat(None).await;
    let mut route = Route::of(&api, "POST /runs/{run_id}/decisions").await;
    let policy = json!({ "approval": { "ask_for": "effects", "effects": ["shell"] } });
    ok(api.request(Method::PATCH, &chat).json(&policy)).await;
    let run = api.say(&chat, "run `echo one`, wait 100 seconds").await["run"].clone();
    let asked = api.asked(&chat).await;
    let decisions = format!("{}/decisions", run_path(&run));
    let decision = |verdict: &str| {
        json!({
            "call_id": asked["call_id"], "verdict": verdict, "arguments_sha256": asked["arguments_sha256"],
            "reason": "not today",
        })
    };
    route.unreadable(|| api.request(Method::POST, &decisions)).await;
    let mut long = decision("deny");
    long["reason"] = "x".repeat(TOO_LONG).into();
    route.case("long reason", api.post(&decisions, &long)).await;
    let mut others = decision("approve");
    others["arguments_sha256"] = "0".repeat(64).into();
    route.case("on other arguments", api.post(&decisions, &others)).await;
    let mut unknown = decision("approve");
    unknown["call_id"] = "demo_999".into();
    route.case("on a call that does not wait", api.post(&decisions, &unknown)).await;
    route.case("approved", api.post(&decisions, &decision("approve"))).await;
    // By now the wait is in flight, so the responses are stable.
    api.until(&run, "running").await;
    route.case("the same once more", api.post(&decisions, &decision("approve"))).await;
    route.case("decided otherwise", api.post(&decisions, &decision("deny"))).await;
    route.compare();
}

#[tokio::test]
async fn answering() {
    let api = Api::start().await;
    let chat = api.chat(None).await;
    let mut route = Route::of(&api, "POST /runs/{run_id}/answer").await;
    let run =
        api.say(&chat, "ask \"Which one?\" with \"this\" or \"that\", wait 100 seconds").await["run"].clone();
    let answers = format!("{}/answer", run_path(&run));
    let answer = |text: &str| api.post(&answers, &json!({ "call_id": run["waits_for"], "text": text }));
    route.unreadable(|| api.request(Method::POST, &answers)).await;
    route.case("empty", answer(" ")).await;
    route.case("long", answer(&"x".repeat(TOO_LONG))).await;
    let unknown = json!({ "call_id": "demo_999", "text": "that" });
    route.case("to a call that does not wait", api.post(&answers, &unknown)).await;
    route.case("success", answer("that")).await;
    api.until(&run, "running").await;
    route.case("the same once more", answer("that")).await;
    route.case("answered otherwise", answer("this")).await;
    route.compare();
}
