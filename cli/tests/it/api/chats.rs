//! Chats, their messages and events.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Api, Route};
use crate::deskhand::ok;
use crate::events::{Event, Events};

/// Larger than the size limit of a JSON body, in bytes.
const TOO_LARGE: usize = (4 << 20) + 1;
/// Longer than a message may be, in characters.
const TOO_LONG: usize = 200_001;
const NO_ID: &str = "00000000-0000-7000-8000-000000000000";

/// Messages that are refused. `text` and `role` are the names of the request's fields.
async fn invalid_messages(
    route: &mut Route,
    text: &str,
    role: &str,
    post: impl Fn(&Value) -> RequestBuilder,
) {
    route.case("empty message", post(&json!({ text: " \n" }))).await;
    route.case("long message", post(&json!({ text: "x".repeat(TOO_LONG) }))).await;
    route.case("large body", post(&json!({ text: "x".repeat(TOO_LARGE) }))).await;
    route.case("another role", post(&json!({ text: "hi", role: "assistant" }))).await;
    route.case("a file that is not there", post(&json!({ text: "hi", "file_ids": [NO_ID] }))).await;
}

/// Pages that are refused.
async fn out_of_range(route: &mut Route, get: impl Fn(&str) -> RequestBuilder) {
    route.case("an empty page", get("limit=0")).await;
    route.case("too large a page", get("limit=501")).await;
    route.case("no number", get("limit=many")).await;
}

#[tokio::test]
async fn beginning() {
    let api = Api::start().await;
    let mut list = Route::of(&api, "GET /chats").await;
    list.case("none", api.get("/chats")).await;

    let mut route = Route::of(&api, "POST /chats").await;
    let post = |body: &Value| api.post("/chats", body);
    route.unreadable(|| api.request(Method::POST, "/chats")).await;
    invalid_messages(&mut route, "initial_message", "initial_role", post).await;
    route.case("an empty chat", post(&json!({}))).await;
    let begin = |text: &str| post(&json!({ "initial_message": text })).header("idempotency-key", "one");
    let begun = route.case("a message", begin("say \"hello\"")).await;
    route.case("the same call", begin("say \"hello\"")).await;
    route.case("another call with that key", begin("say \"goodbye\"")).await;
    // Otherwise its run could end after the next chat's, and would come first in the list.
    api.until(&begun["run"], "succeeded").await;
    let waited = post(&json!({ "initial_message": "say \"hello\"", "initial_role": "user" }));
    let chat = route.case("waiting for the run's end", waited.header("prefer", "wait=60")).await;
    route.compare();

    list.case("newest activity first", api.get("/chats")).await;
    list.case("those with a word in the title", api.get("/chats?title=HELLO")).await;
    out_of_range(&mut list, |query| api.get(&format!("/chats?{query}"))).await;
    list.case("no position", api.get("/chats?after=x")).await;
    list.compare();

    let path = format!("/chats/{}", chat["id"].as_str().unwrap());
    let mut route = Route::of(&api, "GET /chats/{chat_id}").await;
    route.case("success", api.get(&path)).await;
    route.case("without messages", api.get(&format!("{path}?limit=0"))).await;
    route.compare();

    let messages = format!("{path}/messages");
    let mut route = Route::of(&api, "GET /chats/{chat_id}/messages").await;
    out_of_range(&mut route, |query| api.get(&format!("{messages}?{query}"))).await;
    route.case("the newest", api.get(&format!("{messages}?limit=1"))).await;
    route.case("those before a number", api.get(&format!("{messages}?before=2"))).await;
    route.compare();

    let log = format!("{path}/log");
    let mut route = Route::of(&api, "GET /chats/{chat_id}/log").await;
    out_of_range(&mut route, |query| api.get(&format!("{log}?{query}"))).await;
    route.case("those before a number", api.get(&format!("{log}?limit=2&before=4"))).await;
    route.case("the first", api.get(&format!("{log}?before=2"))).await;
    route.compare();

    let mut route = Route::of(&api, "DELETE /chats/{chat_id}").await;
    route.case("success", api.request(Method::DELETE, &path)).await;
    route.case("once more", api.request(Method::DELETE, &path)).await;
    route.compare();
}

#[tokio::test]
async fn settings() {
    let api = Api::start().await;
    let chat = api.chat(None).await;
    let mut route = Route::of(&api, "PATCH /chats/{chat_id}").await;
    let patch = |body: &Value| api.request(Method::PATCH, &chat).json(body);
    route.unreadable(|| api.request(Method::PATCH, &chat)).await;
    route.case("empty title", patch(&json!({ "title": " " }))).await;
    route.case("long title", patch(&json!({ "title": "x".repeat(201) }))).await;
    route.case("a title", patch(&json!({ "title": " Plans " }))).await;
    route.case("a policy", patch(&json!({ "approval": { "ask_for": "everything" } }))).await;
    route.case("no policy", patch(&json!({ "approval": null }))).await;
    route.compare();
}

#[tokio::test]
async fn messages() {
    let api = Api::start().await;
    let chat = api.chat(Some("say \"hello\"")).await;
    let path = format!("{chat}/history");
    let mut route = Route::of(&api, "POST /chats/{chat_id}/history").await;
    let post = |body: &Value| api.post(&path, body);
    route.unreadable(|| api.request(Method::POST, &path)).await;
    invalid_messages(&mut route, "message", "role", post).await;
    let file = ok(api.upload("list.txt", "milk")).await;
    let full = json!({
        "role": "user", "message": "say \"one\"", "file_ids": [file["id"]], "extra_data": { "from": "a program" },
    });
    let added = route.case("success", post(&full)).await;
    // The sequence number of the next message follows all events of its run.
    api.until(&added["run"], "succeeded").await;
    let keyed = |text: &str| post(&json!({ "message": text })).header("idempotency-key", "one");
    let said =
        route.case("waiting for the run's end", keyed("say \"two\"").header("prefer", "wait=60")).await;
    route.case("the same call", keyed("say \"two\"")).await;
    route.case("another call with that key", keyed("say \"three\"")).await;
    let replacing =
        |replaced: &Value| post(&json!({ "message": "say \"four\"", "replaces": replaced["message"]["id"] }));
    route.case("in place of an older message", replacing(&added)).await;
    route.case("in place of the last one", replacing(&said).header("prefer", "wait=60")).await;
    route.compare();
}

#[tokio::test]
async fn forks() {
    let api = Api::start().await;
    let chat = api.chat(Some("say \"hello\"")).await;
    let path = format!("{chat}/fork");
    let messages = ok(api.get(&chat)).await["messages"].clone();
    let mut route = Route::of(&api, "POST /chats/{chat_id}/fork").await;
    route.unreadable(|| api.request(Method::POST, &path)).await;
    route.case("there is no such message", api.post(&path, &json!({ "message_id": NO_ID }))).await;
    let fork = |nth: usize| {
        api.post(&path, &json!({ "message_id": messages[nth]["id"] })).header("idempotency-key", "one")
    };
    route.case("success", fork(1)).await;
    route.case("the same call", fork(1)).await;
    route.case("another call with that key", fork(0)).await;
    route.compare();
}

#[tokio::test]
async fn cost() {
    let api = Api::start().await;
    let chat = api.chat(Some("say \"hello\"")).await;
    ok(api.request(Method::PATCH, &chat).json(&json!({ "limits": { "max_cost_usd": 0.1 } }))).await;
    let mut route = Route::of(&api, "GET /chats/{chat_id}/cost").await;
    route.case("a model that costs nothing, and a limit", api.get(&format!("{chat}/cost"))).await;
    route.compare();
}

#[tokio::test]
async fn events_files_and_screenshots() {
    let api = Api::start().await;
    let prompt = "run `echo hi > ~/Outputs/hi.txt`, take a screenshot";
    let chat = api.chat(Some(prompt)).await;
    let mut route = Route::of(&api, "GET /chats/{chat_id}/files").await;
    let file = ok(api.upload("a list.txt", "milk")).await;
    let message = json!({ "message": "say \"thanks\"", "file_ids": [file["id"]] });
    ok(api.post(&format!("{chat}/history"), &message).header("prefer", "wait=60")).await;
    route.case("an output and an upload", api.get(&format!("{chat}/files"))).await;
    route.compare();

    let path = format!("{chat}/events");
    let mut route = Route::of(&api, "GET /chats/{chat_id}/events").await;
    route.case("no number", api.get(&path).header("last-event-id", "x")).await;
    let replay = Events::replayed(api.get(&path)).await;
    let sha256 = replay.iter().find_map(|event| event.data["payload"]["screenshot"]["sha256"].as_str());
    let sha256 = sha256.unwrap().to_owned();
    // Files are detected independently of the run, so their position in the log varies.
    let settled = replay.into_iter().filter(|event| event.name != "file");
    route.stream("replay", settled.map(without_place).collect());
    let last = ok(api.get(&chat)).await["messages"].as_array().unwrap().last().unwrap()["seq"].to_string();
    let rest = Events::replayed(api.get(&path).header("last-event-id", &last)).await;
    route.stream("replay after the last message", rest.into_iter().map(without_place).collect());
    route.compare();

    let mut route = Route::of(&api, "GET /ws").await;
    route.case("no WebSocket", api.get("/ws")).await;
    route.compare();

    let mut route = Route::of(&api, "GET /chats/{chat_id}/screenshots/{sha256}").await;
    route
        .case("there is no such screenshot", api.get(&format!("{chat}/screenshots/{}", "0".repeat(64))))
        .await;
    route.case("success", api.get(&format!("{chat}/screenshots/{sha256}"))).await;
    route.compare();
}

/// The event without its sequence number, which depends on when a file was detected.
fn without_place(event: Event) -> Value {
    let mut event = serde_json::to_value(event).unwrap();
    for place in ["/id", "/data/seq"] {
        if let Some(number) = event.pointer_mut(place) {
            *number = "[seq]".into();
        }
    }
    event
}
