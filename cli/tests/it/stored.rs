//! Snapshots of what the database stores: one for each table, and one for each kind of event.

use std::collections::BTreeMap;
use std::path::Path;

use backend::data_folder::private_cluster::running_url;
use backend::services::messages::MessagePayload;
use backend::services::runs::DecisionPayload;
use backend::services::runs::approvals::ApprovalRequestPayload;
use protocol::transcript::approval::CallStarted;
use protocol::transcript::{Answer, AssistantTurn, Takeover, ToolResult};
use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::api::Api;
use crate::deskhand::{Deskhand, PASSWORD, ok};
use crate::installation::until;
use crate::redact::redact;
use crate::rows::select;
use crate::two_step::TwoStep;
use crate::vendor::Vendor;

/// Every table except `events`, with the order of its rows.
const TABLES: [(&str, &str); 33] = [
    ("api_tokens", "id"),
    ("audit", "id"),
    ("chat_internet", "chat_id"),
    ("chat_uploads", "path"),
    ("chats", "id"),
    ("control_leases", "id"),
    ("desktops", "id"),
    ("files", "name"),
    ("idempotency_keys", "key"),
    ("installation", "id"),
    ("internet_requests", "id"),
    ("invitations", "id"),
    ("master_key_versions", "version"),
    ("messages", "id"),
    ("model_connections", "id"),
    ("model_prices", "model"),
    ("password_links", "user_id"),
    ("pool_desktops", "id"),
    ("quota_use", "kind"),
    ("recovery_codes", "used_at"),
    ("refresh_tokens", "id"),
    ("retention_sweeps", "day"),
    ("run_traces", "run_id"),
    ("runs", "id"),
    ("second_factors", "user_id"),
    ("sessions", "id"),
    ("settings", "key"),
    ("setup_tokens", "created_at"),
    ("signing_keys", "kid"),
    ("tickets", "expires_at"),
    ("token_families", "id"),
    ("usage_daily", "model"),
    ("users", "id"),
];

#[track_caller]
fn compare(name: &str, rows: Vec<Value>) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "stored" }, {
        insta::assert_json_snapshot!(name, redact(rows.into()));
    });
}

async fn rows(data: &Path, query: &str) -> Vec<Value> {
    select(&running_url(data).unwrap().unwrap(), query).await
}

/// The payloads of each kind of event, in order.
async fn payloads(data: &Path) -> BTreeMap<String, Vec<Value>> {
    let mut kinds = BTreeMap::<String, Vec<Value>>::new();
    for row in rows(data, "SELECT kind, payload FROM events ORDER BY chat_id, seq").await {
        kinds.entry(row["kind"].as_str().unwrap().to_owned()).or_default().push(row["payload"].clone());
    }
    kinds
}

/// Checks that stored payloads decode as this type and encode to the same JSON.
#[track_caller]
fn reads_back<T: DeserializeOwned + Serialize>(payloads: &[Value]) {
    for payload in payloads {
        let read: T = serde_json::from_value(payload.clone()).unwrap();
        assert_eq!(&serde_json::to_value(read).unwrap(), payload);
    }
}

impl Api {
    async fn send(&self, method: Method, path: &str, body: &Value) -> Value {
        ok(self.request(method, path).json(body)).await
    }

    async fn until_ended(&self, run: &Value) {
        let path = format!("/runs/{}", run["id"].as_str().unwrap());
        until("the run has ended", async || !ok(self.get(&path)).await["finished_at"].is_null()).await;
    }

    /// Lets one call be approved and another denied.
    async fn decide_on_two_calls(&self, chat: &str) {
        let policy = json!({ "approval": { "ask_for": "effects", "effects": ["shell"] } });
        self.send(Method::PATCH, chat, &policy).await;
        let run = self.say(chat, "run `echo one`, run `echo two`").await["run"].clone();
        let mut decided = Value::Null;
        for verdict in ["approve", "deny"] {
            let path = format!("/runs/{}", run["id"].as_str().unwrap());
            until("a call waits", async || {
                let run = ok(self.get(&path)).await;
                run["state"] == "awaiting_approval" && run["waits_for"] != decided
            })
            .await;
            decided = ok(self.get(&path)).await["waits_for"].clone();
            let asked = payloads(self.data.path()).await["approval_request"].last().unwrap().clone();
            let decision = json!({
                "call_id": decided, "verdict": verdict, "arguments_sha256": asked["arguments_sha256"],
                "reason": "not today",
            });
            self.send(Method::POST, &format!("{path}/decisions"), &decision).await;
        }
        self.until_ended(&run).await;
        self.send(Method::PATCH, chat, &json!({ "approval": null })).await;
    }

    async fn answer_a_question(&self, chat: &str) {
        let run = self.say(chat, "ask \"Which one?\" with \"this\" or \"that\"").await["run"].clone();
        let answer = json!({ "call_id": run["waits_for"], "text": "that" });
        self.send(Method::POST, &format!("/runs/{}/answer", run["id"].as_str().unwrap()), &answer).await;
        self.until_ended(&run).await;
    }

    /// Takes control, posts a message, and hands back.
    async fn take_over(&self, chat: &str) {
        let control = format!("{chat}/desktop/control");
        self.send(Method::POST, &control, &json!({})).await;
        let message = json!({ "message": "say \"back again\"" });
        let run = self.send(Method::POST, &format!("{chat}/history"), &message).await["run"].clone();
        assert!(self.request(Method::DELETE, &control).send().await.unwrap().status().is_success());
        self.until_ended(&run).await;
    }

    /// Withdraws a message during its run and posts another in its place.
    async fn replace_a_message(&self, chat: &str) {
        let history = format!("{chat}/history");
        let said = self.send(Method::POST, &history, &json!({ "message": "wait 100 seconds" })).await;
        let started = format!(
            "SELECT FROM events WHERE kind = 'call_started' AND run_id = '{}'",
            said["run"]["id"].as_str().unwrap()
        );
        until("it is at work", async || !rows(self.data.path(), &started).await.is_empty()).await;
        let other = json!({ "message": "say \"instead\"", "replaces": said["message"]["id"] });
        ok(self.post(&history, &other).header("prefer", "wait=60")).await;
    }
}

fn keyed(request: RequestBuilder, key: &str) -> RequestBuilder {
    request.header("idempotency-key", key)
}

#[tokio::test]
async fn every_table_and_every_kind_of_event() {
    // Runs have traces only while those are recorded.
    let api = Api::start_with(&[("DESKHAND_TRACES_FILE", "/dev/null")]).await;
    let file = ok(keyed(api.upload("list.txt", "milk"), "upload")).await;
    let begin = json!({
        "initial_message": "run `cp ~/Uploads/list.txt ~/Outputs/copy.txt`, take a screenshot",
        "file_ids": [file["id"]],
    });
    let chat = ok(keyed(api.post("/chats", &begin), "chat").header("prefer", "wait=60")).await;
    let chat = format!("/chats/{}", chat["id"].as_str().unwrap());
    api.decide_on_two_calls(&chat).await;
    api.answer_a_question(&chat).await;
    api.take_over(&chat).await;
    api.replace_a_message(&chat).await;
    api.send(Method::PUT, &format!("{chat}/internet"), &json!({ "policy": { "mode": "all" } })).await;
    api.send(
        Method::PATCH,
        "/users/me",
        &json!({
            "approval": { "ask_for": "everything" },
            "time_zone": "Asia/Tokyo", "language": "ja-JP",
            "detected_time_zone": "Europe/Vienna", "detected_language": "de-AT",
        }),
    )
    .await;
    let settings = json!({ "registration": "invite", "limits": { "desktops": 30 } });
    api.send(Method::PATCH, "/admin/settings", &settings).await;
    let invitation = json!({ "email": "grace@example.com", "role": "superuser", "uses": 2 });
    api.send(Method::POST, "/admin/invitations", &invitation).await;
    let me = ok(api.get("/users/me")).await["id"].as_str().unwrap().to_owned();
    api.send(Method::POST, &format!("/users/{me}/password-link"), &json!({})).await;
    api.send(Method::PATCH, &format!("/users/{me}"), &json!({ "limits": { "sockets": 50 } })).await;
    let last = ok(api.get(&chat)).await["messages"].as_array().unwrap().last().unwrap()["id"].clone();
    ok(keyed(api.post(&format!("{chat}/fork"), &json!({ "message_id": last })), "fork")).await;
    let session = json!({ "username": "ada", "password": PASSWORD });
    ok(api.deskhand.request(Method::POST, "/auth/session").json(&session)).await;
    let two_step = TwoStep::turn_on(&api.deskhand, &api.token, PASSWORD).await;
    let login = json!({ "username": "ada", "password": PASSWORD, "code": two_step.recovery_codes[0] });
    ok(api.deskhand.request(Method::POST, "/auth/login").json(&login)).await;
    api.send(Method::POST, &format!("{chat}/desktop/control"), &json!({})).await;
    let connection = json!({
        "name": "Work", "provider": "anthropic", "key": "sk-ant-api03-0123456789", "unchecked": true,
    });
    api.send(Method::POST, "/users/me/model-connections", &connection).await;
    let price =
        json!({ "input": 3_000_000, "output": 15_000_000, "cache_read": 300_000, "cache_write": 3_750_000 });
    let price = json!({ "provider": "anthropic", "model": "claude-new", "price": price });
    let set = api.request(Method::PUT, "/admin/model-prices").json(&price);
    set.send().await.unwrap().error_for_status().unwrap();

    for (table, order) in TABLES {
        let mut rows = rows(api.data.path(), &format!("SELECT * FROM {table} ORDER BY {order}")).await;
        if table == "messages" {
            // It depends on when a file was collected.
            rows.iter_mut().for_each(|row| row["seq"] = "[seq]".into());
        }
        compare(table, rows);
    }
    let kinds = payloads(api.data.path()).await;
    for (kind, payloads) in &kinds {
        let check: fn(&[Value]) = match kind.as_str() {
            "answer" => reads_back::<Answer>,
            "approval_request" => reads_back::<ApprovalRequestPayload>,
            "assistant_turn" => reads_back::<AssistantTurn>,
            "call_started" => reads_back::<CallStarted>,
            "decision" => reads_back::<DecisionPayload>,
            "message" => reads_back::<MessagePayload>,
            "takeover" => reads_back::<Takeover>,
            "tool_result" => reads_back::<ToolResult>,
            // Only browsers read these.
            "file" | "run_state" => |_| {},
            other => panic!("a new kind of event: {other}"),
        };
        check(payloads);
        compare(&format!("event_{kind}"), payloads.clone());
    }
    // `usage_total` and `spent` are missing, because only models that cost something record them.
    assert_eq!(kinds.len(), 10, "{:?}", kinds.keys());
}

#[tokio::test(flavor = "multi_thread")]
async fn turns_with_the_raw_form_of_a_vendor() {
    let vendor = Vendor::start(json!({ "turns": [
        { "text": "I'll run it.", "calls": [{ "bash": "echo hi" }] },
        { "text": "It says hi." },
    ]}))
    .await;
    let data = tempfile::tempdir().unwrap();
    let environment =
        [("ANTHROPIC_BASE_URL", vendor.url.as_str()), ("ANTHROPIC_API_KEY", vendor.key.as_str())];
    let deskhand = Deskhand::up_with(data.path(), &environment).await;
    let token = deskhand.first_administrator().await;
    let chat = deskhand.chat(&token, "say hi in the shell").await;
    assert_eq!(chat["run"]["state"], "succeeded", "{chat}");
    let mut kinds = payloads(data.path()).await;
    let turns = kinds.remove("assistant_turn").unwrap();
    reads_back::<AssistantTurn>(&turns);
    compare("event_assistant_turn_of_a_vendor", turns);
    compare("event_usage_total", kinds.remove("usage_total").unwrap());
}
