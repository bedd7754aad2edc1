//! Whoever can write to the database, but lacks the master key, has no key sent anywhere.

use backend::data_folder::private_cluster::running_url;
use reqwest::Method;
use serde_json::{Value, json};

use super::{MODEL, OWN, allowing, by, end, form, path, refused};
use crate::api::Api;
use crate::deskhand::ok;
use crate::rows::execute;
use crate::vendor::Vendor;

const KEY: &str = "sk-ant-of-ada-0000000000000001";
const OTHER_KEY: &str = "sk-ant-of-ada-0000000000000002";

async fn change_rows(api: &Api, sql: &str) {
    execute(&running_url(api.data.path()).unwrap().unwrap(), sql).await;
}

/// A run by a connection whose row was changed ends and sends nothing; a new key mends it.
async fn expect_refusal(api: &Api, token: &str, connection: &Value, what: &str) {
    let chat = api.ask(token, &by(connection, MODEL), "hello").await;
    assert_eq!(end(&chat), ("failed", "model_key_lost"), "{what}: {chat}");
    let message = chat["run"]["message"].as_str().unwrap();
    assert!(message.contains("another address, or by somebody else"), "{what}: {message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_swapped_or_changed_rows_are_not_sent() {
    let script = json!({ "api_key": KEY, "other_keys": [OTHER_KEY], "restart_each_message": true, "turns": [{ "text": "Hi." }] });
    let vendor = Vendor::start(script.clone()).await;
    let thief = Vendor::start(script).await;
    let api = allowing(&[&vendor.url, &thief.url]).await;
    let bob = api.user("bob").await;
    let one = ok(api.post(OWN, &form("One", &vendor.url, KEY))).await;
    let two = ok(api.post(OWN, &form("Two", &vendor.url, OTHER_KEY))).await;
    let chat = api.ask(&api.token, &by(&one, MODEL), "hello").await;
    assert_eq!(end(&chat), ("succeeded", "end_turn"), "{chat}");
    let answered = vendor.requests().len();
    let id = |connection: &Value| connection["id"].as_str().unwrap().to_owned();
    let (first, second) = (id(&one), id(&two));

    change_rows(&api, &format!(
        "UPDATE model_connections SET key_sealed = (SELECT key_sealed FROM model_connections WHERE id = '{second}') WHERE id = '{first}'"
    )).await;
    expect_refusal(&api, &api.token, &one, "the key of another row").await;

    let set = |what: String| format!("UPDATE model_connections SET {what} WHERE id = '{second}'");
    change_rows(&api, &set(format!("address = '{}'", thief.url))).await;
    expect_refusal(&api, &api.token, &two, "another address").await;
    let check = api.request(Method::POST, &format!("{}/check", path(&two)));
    assert_eq!(refused(check).await.1, "connection_key_missing");
    let rename = api.request(Method::PATCH, &path(&two)).json(&json!({ "name": "Three", "unchecked": true }));
    assert_eq!(refused(rename).await.1, "connection_key_missing");

    change_rows(&api, &set(format!("address = '{}', provider = 'openai-compatible'", vendor.url))).await;
    expect_refusal(&api, &api.token, &two, "another API").await;

    let of_bob = "user_id = (SELECT id FROM users WHERE username = 'bob'), provider = 'anthropic'";
    change_rows(&api, &set(of_bob.to_owned())).await;
    expect_refusal(&api, &bob, &two, "another owner").await;
    change_rows(&api, &set("user_id = NULL".to_owned())).await;
    expect_refusal(&api, &bob, &two, "the installation's").await;

    assert!(thief.requests().is_empty());
    assert_eq!(vendor.requests().len(), answered);
    // A new key mends what was changed.
    api.change(&path(&one), &json!({ "key": KEY })).await;
    let chat = api.ask(&api.token, &by(&one, MODEL), "hello").await;
    assert_eq!(end(&chat), ("succeeded", "end_turn"), "{chat}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_lost_with_the_master_key_is_asked_for() {
    let vendor =
        Vendor::start(json!({ "api_key": KEY, "restart_each_message": true, "turns": [{ "text": "Hi." }] }));
    let vendor = vendor.await;
    let api = allowing(&[&vendor.url]).await;
    let connection = ok(api.post(OWN, &form("Mine", &vendor.url, KEY))).await;
    // As a reset of the master key leaves it.
    change_rows(&api, "UPDATE model_connections SET key_sealed = NULL").await;
    let listed = ok(api.get(OWN)).await;
    assert_eq!((&listed[0]["has_key"], &listed[0]["key_end"]), (&json!(false), &json!("0001")));
    assert!(listed[0]["problem"].as_str().unwrap().contains("lost"), "{listed}");
    let chat = api.ask(&api.token, &by(&connection, MODEL), "hello").await;
    assert_eq!(end(&chat), ("failed", "model_key_lost"), "{chat}");
    assert!(vendor.requests().is_empty(), "no request goes out without a key");
    let changed = api.change(&path(&connection), &json!({ "key": KEY })).await;
    assert_eq!(changed["problem"], Value::Null);
    let chat = api.ask(&api.token, &by(&connection, MODEL), "hello").await;
    assert_eq!(end(&chat), ("succeeded", "end_turn"), "{chat}");
}
