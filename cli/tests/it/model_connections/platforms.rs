//! Models that a cloud serves, by connections of people's own.

use ai_model::fakes::clouds::{
    ACCESS_KEY_ID, BedrockFake, ClaudeByVertexFake, PROJECT, REGION, SECRET_ACCESS_KEY, service_account,
};
use backend::data_folder::private_cluster::running_url;
use reqwest::Method;
use serde_json::{Value, json};

use super::{OWN, allowing, by, end, path, refused};
use crate::api::Api;
use crate::deskhand::ok;
use crate::rows::execute;
use crate::vendor::Vendor;

const MODEL: &str = "anthropic.claude-opus-5-5";

fn script() -> Value {
    json!({ "restart_each_message": true, "turns": [{ "calls": [{ "bash": "env" }] }, { "text": "Done." }] })
}

fn access_key() -> String {
    json!({ "access_key_id": ACCESS_KEY_ID, "secret_access_key": SECRET_ACCESS_KEY }).to_string()
}

fn bedrock(vendor: &Vendor<BedrockFake>, region: &str) -> Value {
    json!({
        "name": "Cloud", "provider": "anthropic", "address": format!("{}/anthropic", vendor.url),
        "platform": { "name": "bedrock", "region": region }, "key": access_key(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_by_a_cloud_is_checked_sealed_and_asked() {
    let vendor = Vendor::<BedrockFake>::of(script()).await;
    let api = allowing(&[&vendor.url]).await;
    let wrong = api.post(OWN, &bedrock(&vendor, "eu-west-1"));
    assert_eq!(refused(wrong).await.1, "api_key_refused");
    let made = ok(api.post(OWN, &bedrock(&vendor, REGION))).await;
    assert_eq!(made["platform"], json!({ "name": "bedrock", "region": REGION }));
    assert_eq!(made["key_end"], ACCESS_KEY_ID[ACCESS_KEY_ID.len() - 12..]);
    assert!(made["models"].as_array().unwrap().iter().any(|model| model["id"] == MODEL), "{made}");
    let chat = api.ask(&api.token, &by(&made, MODEL), "hello").await;
    assert_eq!(end(&chat), ("succeeded", "end_turn"), "{chat}");

    // Nothing of the key is told or kept as it is.
    let events = format!("/chats/{}/history", chat["id"].as_str().unwrap());
    for page in [OWN, "/models", "/admin/audit", &events] {
        let told = api.get(page).send().await.unwrap().text().await.unwrap();
        assert!(!told.contains(SECRET_ACCESS_KEY), "{page}");
    }

    let other = json!({ "platform": { "name": "bedrock", "region": "eu-west-1" } });
    let change = api.request(Method::PATCH, &path(&made)).json(&other);
    assert_eq!(refused(change).await.1, "connection_key_missing");
    let another_cloud = json!({ "platform": { "name": "foundry" }, "key": "k" });
    let change = api.request(Method::PATCH, &path(&made)).json(&another_cloud);
    assert_eq!(refused(change).await.1, "connection_platform_invalid");
    let changed =
        "UPDATE model_connections SET platform = '{\"name\": \"bedrock\", \"region\": \"eu-west-1\"}'";
    for changed in [changed, "UPDATE model_connections SET platform = NULL"] {
        execute(&running_url(api.data.path()).unwrap().unwrap(), changed).await;
        let chat = api.ask(&api.token, &by(&made, MODEL), "hello").await;
        assert_eq!(end(&chat), ("failed", "model_key_lost"), "{changed}: {chat}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_no_cloud_takes_is_refused() {
    let api = Api::start().await;
    let form = |provider: &str, platform: Value, key: &str| json!({ "name": "Cloud", "provider": provider, "platform": platform, "key": key, "unchecked": true });
    for (provider, platform, key, code) in [
        ("openai", json!({ "name": "bedrock", "region": REGION }), "key", "connection_platform_invalid"),
        ("anthropic", json!({ "name": "bedrock" }), "key", "connection_platform_invalid"),
        (
            "anthropic",
            json!({ "name": "bedrock", "region": "a.example/" }),
            "key",
            "connection_platform_invalid",
        ),
        ("anthropic", json!({ "name": "bedrock", "region": REGION }), "{}", "connection_key_invalid"),
        ("anthropic", json!({ "name": "foundry" }), "key", "connection_address_invalid"),
        ("anthropic", json!({ "name": "bedrock", "region": REGION }), "", "connection_key_missing"),
    ] {
        let refusal = refused(api.post(OWN, &form(provider, platform, key))).await;
        assert_eq!(refusal.1, code, "{provider} {key}");
    }
    let made =
        ok(api.post(OWN, &form("anthropic", json!({ "name": "bedrock", "region": "us-east-1" }), "k"))).await;
    assert_eq!(made["address"], "https://bedrock-mantle.us-east-1.api.aws/anthropic");
    // The address follows the region.
    let moved =
        json!({ "platform": { "name": "bedrock", "region": "eu-west-1" }, "key": "k", "unchecked": true });
    let moved = api.change(&path(&made), &moved).await;
    assert_eq!(moved["address"], "https://bedrock-mantle.eu-west-1.api.aws/anthropic");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_file_of_google_is_taken_whole() {
    let vendor = Vendor::<ClaudeByVertexFake>::of(script()).await;
    let api = allowing(&[&vendor.url]).await;
    let form = json!({
        "name": "Vertex", "provider": "anthropic", "address": vendor.url,
        "platform": { "name": "vertex", "region": REGION, "project": PROJECT }, "key": service_account(&vendor.url),
    });
    let made = ok(api.post(OWN, &form)).await;
    let chat = api.ask(&api.token, &by(&made, "claude-opus-5-5"), "hello").await;
    assert_eq!(end(&chat), ("succeeded", "end_turn"), "{chat}");
}
