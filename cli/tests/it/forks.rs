//! Replacing the last message, and forking a chat.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::conversation::Conversation;
use crate::deskhand::ok;

fn texts(messages: &Value) -> Vec<&str> {
    messages.as_array().unwrap().iter().map(|message| message["message"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_last_message_can_be_replaced() {
    let talk = Conversation::begin("run `echo first`").await;
    let wrong =
        talk.say(json!({ "message": "run `echo wrong`" }), Some("wait=60")).await["message"]["id"].clone();
    let right = json!({ "message": "run `echo right`", "replaces": wrong });
    let said = talk.say(right.clone(), Some("wait=60")).await;
    assert_eq!(said["run"]["state"], "succeeded", "{said}");
    let chat = talk.get(&talk.chat).await;
    let messages = texts(&chat["messages"]);
    assert!(messages.contains(&"run `echo right`") && messages.contains(&"run `echo first`"), "{messages:?}");
    assert!(!messages.iter().any(|message| message.contains("wrong")), "{messages:?}");
    let again = talk.api.request(Method::POST, &format!("{}/history", talk.chat));
    let refused = again.json(&right).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "not_the_last_message");
}

#[tokio::test]
async fn replacing_a_message_stops_its_run_first() {
    let talk = Conversation::begin("take a screenshot").await;
    let endless = talk.say(json!({ "message": "wait 100 seconds" }), None).await;
    let said = talk
        .say(json!({ "message": "run `echo right`", "replaces": endless["message"]["id"] }), Some("wait=60"))
        .await;
    assert_eq!(said["run"]["state"], "succeeded", "{said}");
    let stopped = talk.run(endless["run"]["id"].as_str().unwrap()).await;
    assert_eq!(stopped["state"], "cancelled");
}

#[tokio::test]
async fn a_fork_copies_the_messages_so_far_and_has_its_own_desktop() {
    let talk = Conversation::begin("run `echo kept > ~/kept`, take a screenshot").await;
    talk.say(json!({ "message": "run `echo later`" }), Some("wait=60")).await;
    let chat = talk.get(&talk.chat).await;
    let messages = chat["messages"].as_array().unwrap();
    let place = messages.iter().position(|message| message["message"] == "run `echo later`").unwrap();
    let fork = |message: &Value| {
        let request = talk.api.request(Method::POST, &format!("{}/fork", talk.chat));
        request.json(&json!({ "message_id": message }))
    };
    let forked = ok(fork(&messages[place - 1]["id"])).await;
    assert_eq!(texts(&forked["messages"]), texts(&json!(messages[..place])));
    assert_ne!(forked["id"], chat["id"]);
    assert_eq!((&forked["title"], &forked["run_state"]), (&chat["title"], &json!("succeeded")));
    let path = format!("/chats/{}", forked["id"].as_str().unwrap());
    let picture = talk.replay(0).await.iter().find_map(|event| {
        event["payload"]["screenshot"]["sha256"].as_str().map(|sha256| format!("{path}/screenshots/{sha256}"))
    });
    let request = talk.api.request(Method::GET, &picture.unwrap());
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
    let other = Conversation { chat: path, ..talk };
    let log = other.replay(0).await;
    let numbers: Vec<u64> = log.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=log.len() as u64).collect::<Vec<_>>());
    let said = other.say(json!({ "message": "run `ls ~/kept`" }), Some("wait=60")).await;
    let answer = said["messages"].as_array().unwrap().last().unwrap()["message"].as_str().unwrap();
    assert!(answer.contains("No such file"), "the fork has the other chat's desktop: {said}");
    let unknown = fork_of(&other, "00000000-0000-7000-8000-000000000000").await;
    assert_eq!(unknown, StatusCode::NOT_FOUND);
}

async fn fork_of(talk: &Conversation, message: &str) -> StatusCode {
    let request = talk.api.request(Method::POST, &format!("{}/fork", talk.chat));
    request.json(&json!({ "message_id": message })).send().await.unwrap().status()
}
