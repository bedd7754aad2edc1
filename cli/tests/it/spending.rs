//! What a turn cost that was lost in the middle is counted, and once.

use backend::data_folder::private_cluster::running_url;
use nix::sys::signal::Signal;
use protocol::spending::Spending;
use reqwest::Method;
use serde_json::{Value, json};

use crate::deskhand::{Deskhand, ok};
use crate::installation::{Chat, Installation, until};
use crate::rows::select;
use crate::vendor::Vendor;

/// A turn of which some twelve hundred words arrive, and nothing more: enough for one note after the first.
fn lost() -> Value {
    json!({ "text": "word ".repeat(2_000), "faults": { "hang_after": 1_200 } })
}

/// An installation whose model plays these turns, with its only backend and a chat.
async fn begin(turns: Value) -> (Installation, Vendor, Deskhand, Chat) {
    let vendor = Vendor::start(json!({ "turns": turns })).await;
    let environment =
        [("ANTHROPIC_BASE_URL", vendor.url.as_str()), ("ANTHROPIC_API_KEY", vendor.key.as_str())];
    let installation = Installation::start_with(&environment).await;
    let deskhand = installation.backend().await;
    let chat = Chat::begin(&deskhand).await;
    (installation, vendor, deskhand, chat)
}

/// What is noted of a turn once more than a thousand tokens of it have arrived.
async fn noted(installation: &Installation) -> Value {
    let database = running_url(installation.data.path()).unwrap().unwrap();
    let notes = async || {
        let query = "SELECT spending FROM runs WHERE (spending->'usage'->>'output_tokens')::bigint > 1000";
        select(&database, query).await
    };
    until("a thousand tokens are noted", async || !notes().await.is_empty()).await;
    notes().await.remove(0)["spending"].clone()
}

async fn payloads(chat: &Chat, deskhand: &Deskhand, kind: &str) -> Vec<Value> {
    let log = chat.log(deskhand).await.into_iter();
    log.filter(|event| event["kind"] == kind).map(|event| event["payload"].clone()).collect()
}

fn cost(payload: &Value) -> i64 {
    let cost = payload.get("cost").unwrap_or(payload);
    cost["microdollars"].as_i64().unwrap()
}

/// Checks that what was spent and the turns are all that the person is charged with.
async fn charged(chat: &Chat, deskhand: &Deskhand, spent: &[Value], turns: &[Value]) {
    let expected: i64 = spent.iter().chain(turns).map(cost).sum();
    let models = ok(chat.request(deskhand, Method::GET, "/users/me/usage/models")).await;
    assert_eq!(
        (&models["total"]["turns"], &models["total"]["microdollars"]),
        (&json!(turns.len()), &json!(expected))
    );
    let output: i64 =
        spent.iter().chain(turns).map(|payload| payload["usage"]["output_tokens"].as_i64().unwrap()).sum();
    assert_eq!(models["total"]["output_tokens"], output);
    let usage = ok(chat.request(deskhand, Method::GET, "/users/me/usage")).await;
    assert_eq!(usage["microdollars_this_month"]["used"], expected, "{usage}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_is_lost_with_its_service_is_paid_for_once() {
    let (mut installation, vendor, mut first, chat) =
        begin(json!([lost(), lost(), lost(), { "text": "done" }])).await;
    let run = ok(chat.say(&first, "write")).await["run"].clone();
    let mut notes = vec![noted(&installation).await];
    let mut deskhand = installation.backend().await;
    // Another replica takes over.
    first.signal(Signal::SIGKILL);
    first.ended().await;
    until("the turn is asked for again", async || vendor.requests().len() == 2).await;
    notes.push(noted(&installation).await);
    // Both are killed, and one starts.
    deskhand.signal(Signal::SIGKILL);
    deskhand.ended().await;
    deskhand = installation.backend().await;
    until("the turn is asked for again", async || vendor.requests().len() == 3).await;
    notes.push(noted(&installation).await);
    installation.kill_model().await;
    installation.start_model().await;
    chat.until(&deskhand, &run["id"], "succeeded").await;
    let (spent, turns) =
        (payloads(&chat, &deskhand, "spent").await, payloads(&chat, &deskhand, "assistant_turn").await);
    assert_eq!(spent, notes, "each is what was noted last");
    assert!(spent.iter().all(|spent| spent["provider"] == "anthropic" && cost(spent) > 0), "{spent:?}");
    assert_eq!(turns.len(), 1);
    charged(&chat, &deskhand, &spent, &turns).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_a_person_stops_is_paid_for_once() {
    let (installation, _vendor, deskhand, chat) = begin(json!([lost(), { "text": "done" }])).await;
    let run = ok(chat.say(&deskhand, "write")).await["run"].clone();
    let note = noted(&installation).await;
    let path = format!("/runs/{}/cancel", run["id"].as_str().unwrap());
    ok(chat.request(&deskhand, Method::POST, &path).json(&json!({}))).await;
    chat.until(&deskhand, &run["id"], "cancelled").await;
    let spent = payloads(&chat, &deskhand, "spent").await;
    assert_eq!(spent, [note]);
    charged(&chat, &deskhand, &spent, &[]).await;

    ok(chat.say(&deskhand, "again").header("prefer", "wait=60")).await;
    let turns = payloads(&chat, &deskhand, "assistant_turn").await;
    assert_eq!((turns.len(), payloads(&chat, &deskhand, "spent").await), (1, spent.clone()));
    charged(&chat, &deskhand, &spent, &turns).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_whose_chat_is_deleted_is_paid_for() {
    let (installation, _vendor, deskhand, chat) = begin(json!([lost()])).await;
    ok(chat.say(&deskhand, "write")).await;
    let note = noted(&installation).await;
    let deleted = chat.request(&deskhand, Method::DELETE, &chat.path).send().await.unwrap();
    assert!(deleted.status().is_success(), "{}", deleted.status());
    charged(&chat, &deskhand, &[note], &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_tried_again_or_refused_is_paid_for() {
    let broken =
        json!({ "text": "A longer one", "faults": { "error": "overloaded_error", "error_after": 4 } });
    let refused = json!({ "text": "No.", "stop_reason": "refusal", "output_tokens": 40 });
    let (_installation, _vendor, deskhand, chat) = begin(json!([broken, { "text": "done" }, refused])).await;
    for (message, state) in [("write", "succeeded"), ("go on", "failed")] {
        let said = ok(chat.say(&deskhand, message).header("prefer", "wait=60")).await;
        assert_eq!(said["run"]["state"], state, "{said}");
    }
    let (spent, turns) =
        (payloads(&chat, &deskhand, "spent").await, payloads(&chat, &deskhand, "assistant_turn").await);
    assert_eq!((spent.len(), turns.len()), (2, 1));
    for payload in &spent {
        let read: Spending = serde_json::from_value(payload.clone()).unwrap();
        assert_eq!(&serde_json::to_value(read).unwrap(), payload);
    }
    assert_eq!(spent[1]["usage"]["output_tokens"], 40);
    charged(&chat, &deskhand, &spent, &turns).await;
}
