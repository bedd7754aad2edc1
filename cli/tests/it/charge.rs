//! A person stays in charge: approving, denying, answering, pausing, resuming, cancelling.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::conversation::Conversation;
use crate::installation::until;

impl Conversation {
    async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = self.api.request(Method::POST, path).json(body);
        let response = request.send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    async fn accepted(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.post(path, body).await;
        assert!(status.is_success(), "{status} {answer}");
        answer
    }

    async fn refused(&self, path: &str, body: &Value, code: &str) {
        let (status, answer) = self.post(path, body).await;
        assert_eq!((status, answer["code"].as_str()), (StatusCode::CONFLICT, Some(code)), "{answer}");
    }

    /// Posts a message whose run will wait for a person, and returns the run once it waits.
    async fn say_and_wait(&self, message: &str) -> Value {
        self.say(json!({ "message": message }), Some("wait=60")).await["run"].clone()
    }

    async fn until(&self, run: &Value, state: &str) -> Value {
        let id = run["id"].as_str().unwrap();
        until(&format!("the run is {state}"), async || self.run(id).await["state"] == state).await;
        self.run(id).await
    }

    async fn ask_for(&self, policy: &Value) {
        let request = self.api.request(Method::PATCH, &self.chat);
        let chat = crate::deskhand::ok(request.json(&json!({ "approval": policy }))).await;
        assert_eq!(&chat["approval"], policy);
    }

    /// The logged request for the call that the run waits for.
    async fn asked(&self, run: &Value) -> Value {
        let log = self.replay(0).await;
        let asked = log.iter().rfind(|event| {
            event["kind"] == "approval_request" && event["payload"]["call_id"] == run["waits_for"]
        });
        asked.unwrap_or_else(|| panic!("nothing was asked: {run} {log:#?}"))["payload"].clone()
    }

    async fn printed(&self, run: &str) -> Vec<String> {
        let log = self.replay(0).await;
        let results = log.iter().filter(|event| event["kind"] == "tool_result" && event["run_id"] == run);
        results.map(|event| event["payload"]["text"].as_str().unwrap().to_owned()).collect()
    }
}

fn decisions(run: &Value) -> String {
    format!("/runs/{}/decisions", run["id"].as_str().unwrap())
}

fn decision(asked: &Value, verdict: &str) -> Value {
    json!({
        "call_id": asked["call_id"], "verdict": verdict, "arguments_sha256": asked["arguments_sha256"],
        "reason": "not today",
    })
}

#[tokio::test]
async fn a_call_waits_for_a_decision_bound_to_what_the_person_saw() {
    let talk = Conversation::begin("take a screenshot").await;
    talk.ask_for(&json!({ "ask_for": "effects", "effects": ["shell"] })).await;
    let run =
        talk.say_and_wait("run `echo one; touch ~/Outputs/one`, run `echo two; touch ~/Outputs/two`").await;
    assert_eq!((&run["state"], &run["code"]), (&json!("awaiting_approval"), &json!("approval_required")));
    let asked = talk.asked(&run).await;
    assert_eq!(asked["tool"]["command"], "echo one; touch ~/Outputs/one");
    assert_eq!(asked["effects"], json!(["shell"]));
    let path = decisions(&run);
    let mut other = decision(&asked, "approve");
    other["arguments_sha256"] = json!("0".repeat(64));
    talk.refused(&path, &other, "arguments_differ").await;
    let mut unasked = decision(&asked, "approve");
    unasked["call_id"] = json!("demo_999");
    talk.refused(&path, &unasked, "not_pending").await;

    talk.accepted(&path, &decision(&asked, "approve")).await;
    talk.accepted(&path, &decision(&asked, "approve")).await;
    talk.refused(&path, &decision(&asked, "deny"), "decision_conflict").await;
    let second = loop {
        let waiting = talk.until(&run, "awaiting_approval").await;
        if waiting["waits_for"] != asked["call_id"] {
            break talk.asked(&waiting).await;
        }
    };
    talk.accepted(&path, &decision(&second, "deny")).await;
    talk.until(&run, "succeeded").await;
    let texts = talk.printed(run["id"].as_str().unwrap()).await;
    assert_eq!(texts, ["one", "Not executed: the person did not approve this. The person says: not today"]);
    let files = talk.get(&format!("{}/files", talk.chat)).await;
    let names: Vec<&str> =
        files.as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["one"]);
}

#[tokio::test]
async fn twenty_concurrent_decisions_execute_the_call_once() {
    let talk = Conversation::begin("take a screenshot").await;
    talk.ask_for(&json!({ "ask_for": "everything" })).await;
    let run = talk.say_and_wait("run `echo once >> ~/once; cat ~/once`").await;
    let (asked, path) = (talk.asked(&run).await, decisions(&run));
    let word = decision(&asked, "approve");
    let clicks = (0..20).map(|_| talk.post(&path, &word));
    for (status, answer) in futures_util::future::join_all(clicks).await {
        assert!(status.is_success(), "{answer}");
    }
    talk.until(&run, "succeeded").await;
    assert_eq!(talk.printed(run["id"].as_str().unwrap()).await, ["once"]);
    let decided = talk.replay(0).await.into_iter().filter(|event| event["kind"] == "decision").count();
    assert_eq!(decided, 1);
}

#[tokio::test]
async fn a_question_waits_for_its_answer() {
    let talk = Conversation::begin("take a screenshot").await;
    let run = talk.say_and_wait("ask \"Which one?\" with \"this\" or \"that\"").await;
    assert_eq!(
        (&run["state"], &run["code"], &run["message"]),
        (&json!("awaiting_human"), &json!("question_asked"), &json!("Which one?"))
    );
    let path = format!("/runs/{}/answer", run["id"].as_str().unwrap());
    let answer = |text: &str| json!({ "call_id": run["waits_for"], "text": text });
    talk.accepted(&path, &answer("that")).await;
    talk.accepted(&path, &answer("that")).await;
    talk.refused(&path, &answer("this"), "answer_conflict").await;
    talk.until(&run, "succeeded").await;
    assert_eq!(talk.printed(run["id"].as_str().unwrap()).await, ["that"]);
}

#[tokio::test]
async fn a_message_instead_of_a_decision_ends_the_run_and_starts_another() {
    let talk = Conversation::begin("take a screenshot").await;
    talk.ask_for(&json!({ "ask_for": "everything" })).await;
    let waiting = talk.say_and_wait("run `touch ~/Outputs/never`").await;
    assert_eq!(waiting["state"], "awaiting_approval");
    let asked = talk.asked(&waiting).await;
    let next = talk.say(json!({ "message": "take a screenshot" }), Some("wait=60")).await;
    assert_eq!(next["run"]["state"], "succeeded", "{next}");
    let waiting = talk.until(&waiting, "cancelled").await;
    assert_eq!(waiting["code"], "message_instead");
    talk.refused(&decisions(&waiting), &decision(&asked, "approve"), "not_pending").await;
    assert_eq!(talk.get(&format!("{}/files", talk.chat)).await, json!([]));
}

#[tokio::test]
async fn a_paused_run_starts_no_action_and_resumes_where_it_was() {
    let talk = Conversation::begin("take a screenshot").await;
    let commands: Vec<String> = (0..4)
        .map(|number| format!("run `echo {number} >> ~/did; while [ ! -e ~/go{number} ]; do :; done`"))
        .collect();
    let prompt = format!("{}, run `cat ~/did`", commands.join(", "));
    let run = talk.say(json!({ "message": prompt }), None).await["run"].clone();
    let path = format!("/runs/{}", run["id"].as_str().unwrap());
    let began = async |many: usize| {
        until(&format!("call {many} begins"), async || {
            let log = talk.replay(0).await;
            log.iter().filter(|event| event["kind"] == "call_started").count() >= many
        })
        .await;
    };
    // One of the two is the screenshot of the chat's first run.
    began(2).await;
    let paused = talk.accepted(&format!("{path}/pause"), &json!({})).await;
    assert_eq!((&paused["state"], &paused["pause_requested"]), (&json!("running"), &json!(true)));
    let home = talk.api.home();
    std::fs::write(home.join("go0"), "").unwrap();
    talk.until(&run, "paused").await;
    talk.accepted(&format!("{path}/pause"), &json!({})).await;
    assert_eq!(std::fs::read_to_string(home.join("did")).unwrap(), "0\n");
    for number in 1..4 {
        std::fs::write(home.join(format!("go{number}")), "").unwrap();
    }
    talk.accepted(&format!("{path}/resume"), &json!({})).await;
    talk.until(&run, "succeeded").await;
    assert_eq!(std::fs::read_to_string(home.join("did")).unwrap(), "0\n1\n2\n3\n");
    talk.refused(&format!("{path}/pause"), &json!({}), "run_not_active").await;
}

#[tokio::test]
async fn a_withdrawn_queued_message_leaves_no_trace() {
    let talk = Conversation::begin("take a screenshot").await;
    let said = talk.say(json!({ "message": "wait 100 seconds" }), None).await;
    let queued = talk.say(json!({ "message": "run `touch ~/Outputs/never`" }), None).await;
    talk.until(&said["run"], "running").await;
    let path = format!("/runs/{}/cancel", queued["run"]["id"].as_str().unwrap());
    let withdrawn = talk.accepted(&path, &json!({})).await;
    assert_eq!(
        (&withdrawn["state"], &withdrawn["code"]),
        (&json!("cancelled"), &json!("withdrawn")),
        "{withdrawn}"
    );
    // The list shows the active run, not the newest.
    assert_eq!(talk.get("/chats").await[0]["run_state"], "running");
    let chat = talk.get(&talk.chat).await;
    assert_eq!(chat["run"]["id"], said["run"]["id"]);
    assert!(!chat["messages"].to_string().contains("never"), "{chat}");
    // So the previous message is the last one.
    let right = json!({ "message": "run `echo right`", "replaces": said["message"]["id"] });
    let right = talk.say(right, Some("wait=60")).await;
    assert_eq!(right["run"]["state"], "succeeded", "{right}");
    let late = json!({ "message": "run `echo late`", "replaces": queued["message"]["id"] });
    talk.refused(&format!("{}/history", talk.chat), &late, "not_the_last_message").await;
}

#[tokio::test]
async fn cancel_works_in_every_state() {
    let talk = Conversation::begin("take a screenshot").await;
    talk.ask_for(&json!({ "ask_for": "effects", "effects": ["shell"] })).await;
    let stop = async |run: &Value| {
        let path = format!("/runs/{}/cancel", run["id"].as_str().unwrap());
        talk.accepted(&path, &json!({})).await;
        talk.accepted(&path, &json!({})).await;
        talk.until(run, "cancelled").await
    };
    for (prompt, state) in
        [("run `echo hi`, take a screenshot", "awaiting_approval"), ("ask \"Go on?\"", "awaiting_human")]
    {
        let run = talk.say_and_wait(prompt).await;
        assert_eq!(run["state"], state, "{run}");
        stop(&run).await;
    }
    let paused =
        talk.say(json!({ "message": "wait 100 ms, wait 100 seconds, wait 100 seconds" }), None).await;
    let queued = talk.say(json!({ "message": "wait 100 seconds" }), None).await;
    talk.until(&paused["run"], "running").await;
    stop(&queued["run"]).await;
    stop(&paused["run"]).await;
    // Every call of the cancelled runs has a result, so the chat can continue.
    let log = talk.replay(0).await;
    let results = log.iter().filter(|event| event["kind"] == "tool_result").count();
    let calls = log.iter().filter(|event| event["kind"] == "assistant_turn");
    let calls = calls.flat_map(|event| event["payload"]["content"].as_array().unwrap());
    assert_eq!(results, calls.filter(|block| block["type"] == "tool_call").count());
    let after = talk.say_and_wait("take a screenshot").await;
    assert_eq!(after["state"], "succeeded", "{after}");
}
