//! What models cost, where an administrator knows better than the lists of the vendors.

use ai_model::fakes::ChatCompletionsFake;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{SITE, by, end, refused};
use crate::api::Api;
use crate::deskhand::ok;
use crate::vendor::Vendor;

fn price(model: &str, output: u64) -> Value {
    let price = json!({ "input": 0, "output": output, "cache_read": 0, "cache_write": 0 });
    json!({ "provider": "openai-compatible", "model": model, "price": price })
}

impl Api {
    async fn set_price(&self, model: &str, output: u64) {
        let set = self.request(Method::PUT, "/admin/model-prices").json(&price(model, output));
        assert_eq!(set.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_counts_from_the_next_run_on_and_is_shown() {
    let turn = json!({ "text": "Hi." });
    let vendor = Vendor::<ChatCompletionsFake>::of(json!({ "turns": [turn, turn, turn] })).await;
    let api = Api::start().await;
    let form = json!({
        "name": "Server", "provider": "openai-compatible", "address": format!("{}/v1", vendor.url), "key": vendor.key,
    });
    let site = ok(api.post(SITE, &form)).await;
    let spent = async || ok(api.get("/admin/usage")).await["total"]["microdollars"].as_u64().unwrap();
    let ask = async || {
        let chat = api.ask(&api.token, &by(&site, "qwen-vl"), "hello").await;
        assert_eq!(end(&chat), ("succeeded", "end_turn"), "{chat}");
    };
    ask().await;
    assert_eq!(spent().await, 0, "nobody knows what it costs");
    // The fake reports 42 tokens of output for each turn.
    api.set_price("*", 1_000_000).await;
    ask().await;
    assert_eq!(spent().await, 42);
    api.set_price("qwen-vl", 2_000_000).await;
    ask().await;
    assert_eq!(spent().await, 42 + 84);
    let models = ok(api.get("/models")).await["sources"][0]["models"].clone();
    let shown = |id: &str| {
        models.as_array().unwrap().iter().find(|model| model["id"] == id).unwrap()["price"]["output"].clone()
    };
    assert_eq!((shown("qwen-vl"), shown("pixtral")), (json!(2_000_000), json!(1_000_000)));
    assert_eq!(
        ok(api.get("/admin/model-prices")).await,
        json!([price("*", 1_000_000), price("qwen-vl", 2_000_000)])
    );

    let delete = |model: &str| {
        api.request(Method::DELETE, &format!("/admin/model-prices?provider=openai-compatible&model={model}"))
    };
    assert_eq!(delete("qwen-vl").send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(refused(delete("qwen-vl")).await, (StatusCode::NOT_FOUND, "not_found".to_owned()));
    let put = |body: Value| api.request(Method::PUT, "/admin/model-prices").json(&body);
    assert_eq!(refused(put(price("qwen-vl", 2_000_000_000_000))).await.1, "price_too_high");
    assert_eq!(refused(put(price(" ", 1))).await.1, "model_unknown");
    let audit = ok(api.get("/admin/audit")).await.to_string();
    assert!(audit.contains("model_price_set") && audit.contains("openai-compatible/qwen-vl"), "{audit}");
}
