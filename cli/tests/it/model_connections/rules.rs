//! What administrators allow, and who pays.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{MODEL, OWN, SITE, allowing, by, end, form, path, refused, server};
use crate::api::Api;
use crate::deskhand::ok;
use crate::vendor::Vendor;

fn hello() -> Value {
    json!({ "restart_each_message": true, "turns": [{ "text": "Hi." }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn people_reach_private_servers_only_if_an_administrator_allows_it() {
    let vendor = Vendor::start(hello()).await;
    let api = Api::start().await;
    let mut own = form("Mine", &vendor.url, &vendor.key);
    assert_eq!(refused(api.post(OWN, &own)).await.1, "address_private");
    assert_eq!(ok(api.get(OWN)).await, json!([]), "nothing is saved");
    // Saving it anyway does not help.
    own["unchecked"] = true.into();
    let connection = ok(api.post(OWN, &own)).await;
    let chat = api.ask(&api.token, &by(&connection, MODEL), "hello").await;
    assert_eq!(end(&chat), ("failed", "address_private"), "{chat}");
    // Whoever administers the installation may name any for everybody.
    ok(api.post(SITE, &form("Everybody's", &vendor.url, &vendor.key))).await;

    let allow = |servers: Value| json!({ "models": { "private_servers": servers } });
    api.change("/admin/settings", &allow(json!([server(&vendor.url)]))).await;
    let checked = ok(api.request(Method::POST, &format!("{}/check", path(&connection)))).await;
    assert_eq!(checked["problem"], Value::Null);
    let chat = api.ask(&api.token, &by(&connection, MODEL), "hello").await;
    assert_eq!(end(&chat), ("succeeded", "end_turn"), "{chat}");
    api.change("/admin/settings", &allow(json!(["127.0.0.1:1"]))).await;
    let chat = api.ask(&api.token, &by(&connection, MODEL), "hello").await;
    assert_eq!(end(&chat), ("failed", "address_private"), "{chat}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_ones_own_can_be_forbidden() {
    let vendor = Vendor::start(hello()).await;
    let api = allowing(&[&vendor.url]).await;
    let connection = ok(api.post(OWN, &form("Mine", &vendor.url, &vendor.key))).await;
    assert_eq!(ok(api.get("/models")).await["own_keys_allowed"], true);
    api.change("/admin/settings", &json!({ "models": { "own_keys": false } })).await;
    let forbidden = (StatusCode::FORBIDDEN, "own_keys_forbidden".to_owned());
    assert_eq!(refused(api.post(OWN, &form("Another", &vendor.url, &vendor.key))).await, forbidden);
    let rename = api.request(Method::PATCH, &path(&connection)).json(&json!({ "name": "New" }));
    assert_eq!(refused(rename).await, forbidden);
    // Nor is an earlier one used.
    let chat = api.ask(&api.token, &by(&connection, MODEL), "hello").await;
    assert_eq!(end(&chat), ("failed", "own_keys_forbidden"), "{chat}");
    assert!(vendor.requests().is_empty());
    let listed = ok(api.get("/models")).await;
    assert_eq!(listed["own_keys_allowed"], false);
    assert!(listed["sources"][0]["problem"].as_str().unwrap().contains("keys of their own"), "{listed}");
    let deleted = api.request(Method::DELETE, &path(&connection)).send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_pay_themselves_does_not_count_against_the_installations_limits() {
    let costly =
        json!({ "restart_each_message": true, "turns": [{ "text": "Hi.", "output_tokens": 1_000_000 }] });
    let vendor = Vendor::start(costly).await;
    let api = Api::start_with(&[
        ("DESKHAND_PRIVATE_MODEL_SERVERS", server(&vendor.url)),
        ("DESKHAND_DOLLARS_PER_PERSON", "1"),
    ])
    .await;
    let own = ok(api.post(OWN, &form("Mine", &vendor.url, &vendor.key))).await;
    let site = ok(api.post(SITE, &form("Everybody's", &vendor.url, &vendor.key))).await;
    for _ in 0..2 {
        let chat = api.ask(&api.token, &by(&own, MODEL), "hello").await;
        assert_eq!(end(&chat), ("succeeded", "end_turn"), "{chat}");
    }
    let chat = api.ask(&api.token, &by(&site, MODEL), "hello").await;
    assert_eq!(end(&chat), ("succeeded", "end_turn"), "{chat}");
    // Now the installation's money is spent, but not the person's.
    let body = json!({ "initial_message": "hello", "model_choice": by(&site, MODEL) });
    assert_eq!(refused(api.post("/chats", &body)).await.1, "spending_limit_reached");
    let chat = api.ask(&api.token, &by(&own, MODEL), "hello").await;
    assert_eq!(end(&chat), ("succeeded", "end_turn"), "{chat}");
}
