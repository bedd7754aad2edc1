//! What models cost, as superusers set it.

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::app::{TestApp, ok, problem};

const PATH: &str = "/api/v1/admin/model-prices";

fn form(provider: &str, model: &str, [input, output, cache_read, cache_write]: [u64; 4]) -> Value {
    let price =
        json!({ "input": input, "output": output, "cache_read": cache_read, "cache_write": cache_write });
    json!({ "provider": provider, "model": model, "price": price })
}

/// An installation with a superuser.
struct Prices {
    app: TestApp,
    root: String,
}

impl Prices {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let root = app.superuser("root").await;
        Self { app, root }
    }

    fn put(&self, form: &Value) -> RequestBuilder {
        self.app.request(Method::PUT, PATH).bearer_auth(&self.root).json(form)
    }

    async fn set(&self, form: &Value) {
        assert_eq!(self.put(form).send().await.unwrap().status(), StatusCode::NO_CONTENT, "{form}");
    }

    fn remove(&self, provider: &str, model: &str) -> RequestBuilder {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let query = query.append_pair("provider", provider).append_pair("model", model).finish();
        self.app.request(Method::DELETE, &format!("{PATH}?{query}")).bearer_auth(&self.root)
    }

    async fn list(&self) -> Value {
        ok(self.app.get(PATH).bearer_auth(&self.root)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_are_set_replaced_looked_up_and_removed() {
    let prices = Prices::start().await;
    assert_eq!(prices.list().await, json!([]));
    let every = form("openai-compatible", "*", [0, 0, 0, 0]);
    let large = form("openai-compatible", "org/large v1 & co", [3_000_000, 15_000_000, 300_000, 3_750_000]);
    prices.set(&every).await;
    prices.set(&form("openai-compatible", "org/large v1 & co", [1, 2, 3, 4])).await;
    // Spaces around an id are none of it.
    prices
        .set(&form("openai-compatible", " org/large v1 & co ", [3_000_000, 15_000_000, 300_000, 3_750_000]))
        .await;
    assert_eq!(prices.list().await, json!([every, large]));

    let lookup = async |provider: &str, model: &str| {
        let list = prices.app.state.model_prices.lookup().await.unwrap();
        list.of(provider, model).map(|price| (price.input, price.output, price.cache_read, price.cache_write))
    };
    let its_own = Some((3_000_000, 15_000_000, 300_000, 3_750_000));
    assert_eq!(lookup("openai-compatible", "org/large v1 & co").await, its_own);
    assert_eq!(lookup("openai-compatible", "another").await, Some((0, 0, 0, 0)));
    assert_eq!(lookup("openai", "org/large v1 & co").await, None, "the price of another provider");

    let removed = prices.remove("openai-compatible", "org/large v1 & co").send().await.unwrap();
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    assert_eq!(lookup("openai-compatible", "org/large v1 & co").await, Some((0, 0, 0, 0)));
    assert_eq!(prices.list().await, json!([every]));
    let again = prices.remove("openai-compatible", "org/large v1 & co");
    assert!(problem(again, StatusCode::NOT_FOUND, "not_found").await.contains("no price"));
    prices.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_price_is_refused() {
    let prices = Prices::start().await;
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let highest = 1_000_000_000_000;
    for place in 0..4 {
        let mut numbers = [1; 4];
        numbers[place] = highest + 1;
        problem(prices.put(&form("openai", "gpt-6", numbers)), unprocessable, "price_too_high").await;
        numbers[place] = u64::MAX;
        problem(prices.put(&form("openai", "gpt-6", numbers)), unprocessable, "price_too_high").await;
    }
    for model in ["", "  ", "two\nlines", &"x".repeat(201)] {
        problem(prices.put(&form("openai", model, [1; 4])), unprocessable, "model_unknown").await;
    }
    for (field, value) in [
        ("input", json!(-1)),
        ("output", json!(0.5)),
        ("cache_read", json!("1")),
        ("cache_write", Value::Null),
    ] {
        let mut wrong = form("openai", "gpt-6", [1; 4]);
        wrong["price"][field] = value;
        let answer = prices.put(&wrong).send().await.unwrap();
        assert_eq!(answer.status(), unprocessable, "{wrong}");
    }
    let nobodys = prices.put(&form("demo", "demo", [1; 4])).send().await.unwrap();
    assert_eq!(nobodys.status(), unprocessable);
    assert_eq!(prices.list().await, json!([]), "nothing of it was kept");

    let dearest = form("openai", &"x".repeat(200), [highest; 4]);
    prices.set(&dearest).await;
    assert_eq!(prices.list().await, json!([dearest]));
    prices.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_says_who_changed_a_price_from_what_to_what() {
    let prices = Prices::start().await;
    prices.set(&form("openai", "gpt-6", [1, 2, 3, 4])).await;
    prices.set(&form("openai", "gpt-6", [5, 6, 7, 8])).await;
    assert_eq!(prices.remove("openai", "gpt-6").send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let entries = ok(prices.app.get("/api/v1/admin/audit?limit=3").bearer_auth(&prices.root)).await;
    let told = |entry: &Value| {
        (
            entry["action"].clone(),
            entry["detail"]["from"]["input"].clone(),
            entry["detail"]["to"]["input"].clone(),
        )
    };
    assert_eq!(
        entries.as_array().unwrap().iter().map(told).collect::<Vec<_>>(),
        [
            (json!("model_price_deleted"), Value::Null, Value::Null),
            (json!("model_price_set"), json!(1), json!(5)),
            (json!("model_price_set"), Value::Null, json!(1)),
        ]
    );
    for entry in entries.as_array().unwrap() {
        assert_eq!(
            (&entry["object"], &entry["actor_name"]),
            (&json!("openai/gpt-6"), &json!("root")),
            "{entry}"
        );
    }
    prices.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_may_set_prices_for_a_superuser_who_lets_it() {
    let prices = Prices::start().await;
    let token = async |scope: &str| {
        let form = json!({ "name": "accounting", "scopes": [scope] });
        let request = prices.app.post("/api/v1/users/me/tokens", &form).bearer_auth(&prices.root);
        ok(request).await["token"].as_str().unwrap().to_owned()
    };
    let (admin, account) = (token("admin").await, token("account:read").await);
    let set = |token: &str| {
        let form = form("openai", "gpt-6", [1; 4]);
        prices.app.request(Method::PUT, PATH).bearer_auth(token).json(&form)
    };
    problem(set(&account), StatusCode::FORBIDDEN, "scope_missing").await;
    assert_eq!(set(&admin).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    prices.app.stop().await;
}
