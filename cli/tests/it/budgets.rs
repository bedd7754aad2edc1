//! What runs may cost, on real desktops, with a strict fake of a vendor whose output costs a dollar for a million tokens.

use futures_util::future::join_all;
use nix::sys::signal::Signal;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::api::{Api, run_path};
use crate::deskhand::{Deskhand, ok};
use crate::events::Events;
use crate::installation::{Chat, Installation, lines, until};
use crate::vendor::Vendor;

const OPUS: &str = "claude-opus-5-5";
const HAIKU: &str = "claude-haiku-4-5-20251001";
/// What a turn costs, in millionths of a dollar.
const TURN: u64 = 30_000;

/// A turn that calls the shell.
fn turn(command: &str) -> Value {
    json!({ "calls": [{ "bash": command }], "output_tokens": TURN })
}

fn price() -> Value {
    let price = json!({ "input": 0, "output": 1_000_000, "cache_read": 0, "cache_write": 0 });
    json!({ "provider": "anthropic", "model": "*", "price": price })
}

fn connection(vendor: &Vendor) -> Value {
    json!({ "name": "Vendor", "provider": "anthropic", "address": vendor.url, "key": vendor.key })
}

async fn set_price(request: RequestBuilder) {
    assert_eq!(request.json(&price()).send().await.unwrap().status(), StatusCode::NO_CONTENT);
}

impl Chat {
    async fn change(&self, deskhand: &Deskhand, body: &Value) {
        ok(self.request(deskhand, Method::PATCH, &self.path).json(body)).await;
    }

    async fn approve(&self, deskhand: &Deskhand, run: &Value) {
        let log = self.log(deskhand).await;
        let asked = log.iter().rfind(|event| event["kind"] == "approval_request").unwrap();
        let asked = &asked["payload"];
        let decision = json!({
            "call_id": asked["call_id"], "verdict": "approve", "arguments_sha256": asked["arguments_sha256"],
        });
        let path = format!("{}/decisions", run_path(run));
        ok(self.request(deskhand, Method::POST, &path).json(&decision)).await;
    }

    /// Waits until the run asks for approval of its turn of this number, counted in the chat from 1.
    async fn until_asked(&self, deskhand: &Deskhand, turn: usize) {
        until("the run asks for approval", async || {
            let log = self.log(deskhand).await;
            let count = |kind: &str| log.iter().filter(|event| event["kind"] == kind).count();
            let last = log.iter().rfind(|event| event["kind"] == "run_state").unwrap();
            count("assistant_turn") == turn && last["payload"]["state"] == "awaiting_approval"
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_cents_are_never_exceeded_by_more_than_a_turn_across_a_crash_an_approval_and_a_change_of_model() {
    let script = [
        turn("echo one >> ~/did"),
        turn("touch ~/begun && sleep 300"),
        turn("echo three >> ~/did"),
        turn("echo four >> ~/did"),
        json!({ "text": "not asked for" }),
    ];
    let vendor = Vendor::start(json!({ "turns": script })).await;
    let mut installation = Installation::start().await;
    let mut deskhand = installation.backend().await;
    let chat = Chat::begin(&deskhand).await;
    set_price(chat.request(&deskhand, Method::PUT, "/admin/model-prices")).await;
    let site = chat.request(&deskhand, Method::POST, "/admin/model-connections").json(&connection(&vendor));
    let site = ok(site).await["id"].clone();
    let by = |model: &str| json!({ "connection": site, "model": model });
    let settings = json!({
        "limits": { "max_cost_usd": 0.1 }, "model_choice": by(OPUS),
        "approval": { "ask_for": "effects", "effects": ["shell"] },
    });
    chat.change(&deskhand, &settings).await;

    let run = ok(chat.say(&deskhand, "go").header("prefer", "wait=60")).await["run"].clone();
    assert_eq!(run["state"], "awaiting_approval", "{run}");
    // The backend crashes while the run waits for a person.
    deskhand.signal(Signal::SIGKILL);
    deskhand.ended().await;
    deskhand = installation.backend().await;
    chat.approve(&deskhand, &run).await;
    chat.until_asked(&deskhand, 2).await;
    chat.change(&deskhand, &json!({ "model_choice": by(HAIKU) })).await;
    chat.approve(&deskhand, &run).await;
    let begun = installation.home().join("begun");
    until("the call is under way", async || begun.exists()).await;
    // The model service crashes in the middle of a call.
    installation.kill_model().await;
    installation.start_model().await;
    chat.until_asked(&deskhand, 3).await;
    // A message instead of a decision: another run, in the same chat.
    let last = ok(chat.say(&deskhand, "go on").header("prefer", "wait=60")).await["run"].clone();
    assert_eq!((&last["state"], &last["code"]), (&json!("limit_reached"), &json!("spending_limit_reached")));
    let told = last["message"].as_str().unwrap();
    assert!(told.contains("$0.12; its limit is $0.10"), "{told}");

    let cost = ok(chat.request(&deskhand, Method::GET, &format!("{}/cost", chat.path))).await;
    assert_eq!(cost["microdollars"], 4 * TURN, "{cost}");
    let models = cost["models"].as_array().unwrap();
    let mut turns: Vec<_> = models.iter().map(|it| (it["model"].as_str().unwrap(), &it["turns"])).collect();
    turns.sort_unstable_by_key(|(model, _)| *model);
    assert_eq!(turns, [(HAIKU, &json!(2)), (OPUS, &json!(2))]);
    assert_eq!(vendor.requests().len(), 4, "no turn after the one that used the limit up");
    assert_eq!(lines(&installation.home().join("did")), ["one"], "nor a call");
    let again = chat.say(&deskhand, "and on").send().await.unwrap();
    assert_eq!(again.status(), StatusCode::FORBIDDEN);
    // Raised, the chat goes on.
    chat.change(&deskhand, &json!({ "limits": { "max_cost_usd": 0.5 } })).await;
    let done = ok(chat.say(&deskhand, "and on").header("prefer", "wait=60")).await["run"].clone();
    assert_eq!(done["state"], "succeeded", "{done}");
}

/// A Deskhand whose people use the vendor at the installation's expense.
async fn start(vendor: &Vendor, environment: &[(&str, &str)]) -> Api {
    let server = vendor.url.trim_start_matches("http://");
    let environment = [&[("DESKHAND_PRIVATE_MODEL_SERVERS", server)], environment].concat();
    let api = Api::start_with(&environment).await;
    set_price(api.request(Method::PUT, "/admin/model-prices")).await;
    let site = ok(api.post("/admin/model-connections", &connection(vendor))).await;
    let choice = json!({ "default_model": { "connection": site["id"], "model": OPUS } });
    ok(api.request(Method::PATCH, "/admin/settings").json(&choice)).await;
    api
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_at_once_share_the_budget_of_a_day() {
    let turns: Vec<Value> = (0..9).map(|_| turn("true")).collect();
    let vendor = Vendor::start(json!({ "restart_each_message": true, "turns": turns })).await;
    let api = start(&vendor, &[("DESKHAND_DOLLARS_PER_PERSON_AND_DAY", "0.1")]).await;
    let chats = join_all((0..2).map(|_| async { ok(api.begin(Some("go"))).await })).await;
    for chat in &chats {
        let run = &chat["run"];
        assert_eq!(
            (&run["state"], &run["code"]),
            (&json!("limit_reached"), &json!("spending_limit_reached"))
        );
        assert!(run["message"].as_str().unwrap().contains("today; the limit is $0.10"), "{run}");
    }
    let limits = ok(api.get("/users/me/limits")).await;
    let used = limits["budgets"][0]["used_microdollars"].as_u64().unwrap();
    // At most, each run had a turn under way.
    assert!((100_000..=90_000 + 2 * TURN).contains(&used), "{limits}");
    assert_eq!(limits["budgets"][0]["per"], "day");
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_limit_of_a_run_holds_with_a_key_of_ones_own() {
    let turns = [turn("true"), turn("true"), turn("true"), json!({ "text": "Done.", "output_tokens": TURN })];
    let vendor = Vendor::start(json!({ "turns": turns })).await;
    let api = start(&vendor, &[("DESKHAND_DOLLARS_PER_PERSON", "0.000001")]).await;
    let own = ok(api.post("/users/me/model-connections", &connection(&vendor))).await;
    let limits = json!({ "dollars_per_run": 0.05 });
    // Nobody may set a limit above what they may spend; of a run they may spend what they like.
    ok(api.request(Method::PUT, "/users/me/limits").json(&limits)).await;
    let body = json!({
        "initial_message": "go", "model_choice": { "connection": own["id"], "model": OPUS },
    });
    let chat = ok(api.post("/chats", &body).header("prefer", "wait=60")).await;
    let run = &chat["run"];
    assert_eq!((&run["state"], &run["code"]), (&json!("limit_reached"), &json!("spending_limit_reached")));
    assert!(run["message"].as_str().unwrap().contains("$0.06; your own limit of a run is $0.05"), "{run}");
    let path = format!("/chats/{}", chat["id"].as_str().unwrap());
    assert_eq!(api.say(&path, "go on").await["run"]["state"], "succeeded", "the next run has its own");
    let cost = ok(api.get(&format!("{path}/cost"))).await;
    assert_eq!((&cost["microdollars"], &cost["model"]["on_own_key"]), (&json!(4 * TURN), &json!(true)));
    let usage = ok(api.get("/users/me/usage")).await;
    assert_eq!(usage["microdollars_this_month"]["used"], 0, "the installation paid nothing");
    let site = json!({ "initial_message": "go" });
    assert_eq!(api.post("/chats", &site).send().await.unwrap().status(), StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_changes_during_a_run_applies_to_its_next_turn() {
    let wait = turn("until test -e ~/go; do sleep 0.1; done; rm ~/go");
    let round = [wait.clone(), turn("true"), json!({ "text": "Done.", "output_tokens": TURN })];
    let vendor = Vendor::start(json!({ "restart_each_message": true, "turns": round })).await;
    let api = start(&vendor, &[]).await;
    let chat = ok(api.post("/chats", &json!({ "limits": { "max_cost_usd": 0.05 } }))).await;
    let path = format!("/chats/{}", chat["id"].as_str().unwrap());
    for (limit, state) in [(1.0, "succeeded"), (0.1, "limit_reached")] {
        let said = ok(api.post(&format!("{path}/history"), &json!({ "message": "go" }))).await;
        let begun = api
            .get(&format!("{path}/events"))
            .header("last-event-id", said["message"]["seq"].as_i64().unwrap());
        let mut events = Events::open(begun).await;
        events.until(|event| event.data["kind"] == "call_started").await;
        let limits = json!({ "limits": { "max_cost_usd": limit } });
        ok(api.request(Method::PATCH, &path).json(&limits)).await;
        std::fs::write(api.home().join("go"), "").unwrap();
        api.until(&said["run"], state).await;
    }
    // Three turns, and one more until the lower limit applied.
    assert_eq!(ok(api.get(&format!("{path}/cost"))).await["microdollars"], 4 * TURN);
    assert_eq!(vendor.requests().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_limits_the_steps_of_each_run() {
    let turns: Vec<Value> = (0..9).map(|_| turn("true")).collect();
    let vendor = Vendor::start(json!({ "restart_each_message": true, "turns": turns })).await;
    let api = start(&vendor, &[]).await;
    let body = json!({ "initial_message": "go", "limits": { "max_turns": 2, "max_minutes": 5 } });
    let chat = ok(api.post("/chats", &body).header("prefer", "wait=60")).await;
    assert_eq!((&chat["run"]["state"], &chat["run"]["code"]), (&json!("limit_reached"), &json!("max_turns")));
    assert_eq!(vendor.requests().len(), 2);
    let path = format!("/chats/{}", chat["id"].as_str().unwrap());
    assert_eq!(api.say(&path, "go on").await["run"]["code"], "max_turns");
    assert_eq!(vendor.requests().len(), 4, "each run has its own");
}
