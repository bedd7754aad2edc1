//! Models and how they are reached.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Api, Route};
use crate::deskhand::ok;
use crate::vendor::Vendor;

/// The connections of a person, or of everybody.
struct Connections<'a> {
    api: &'a Api,
    vendor: &'a Vendor,
    path: &'static str,
    /// Who may not, if these are everybody's.
    other: Option<String>,
}

impl Connections<'_> {
    fn form(&self, name: &str) -> Value {
        json!({ "name": name, "provider": "anthropic", "address": self.vendor.url, "key": self.vendor.key })
    }

    async fn route(&self, method: &str, path: &str) -> Route {
        let mut route = Route::of(self.api, &format!("{method} {}{path}", self.path)).await;
        if let Some(other) = &self.other {
            let method: Method = method.parse().unwrap();
            let path =
                format!("{}{}", self.path, path.replace("{connection_id}", &uuid::Uuid::nil().to_string()));
            let request = self.api.deskhand.request(method, &path).bearer_auth(other).json(&json!({}));
            route.case("not a superuser", request).await;
        }
        route
    }

    async fn compare(&self) {
        let mut list = self.route("GET", "").await;
        list.case("none", self.api.get(self.path)).await;
        let id = self.created().await;
        list.case("one", self.api.get(self.path)).await;
        list.compare();
        let path = format!("{}/{id}", self.path);
        self.changed(&path).await;
        self.checked(&path).await;
        let mut delete = self.route("DELETE", "/{connection_id}").await;
        delete.case("success", self.api.request(Method::DELETE, &path)).await;
        delete.case("once more", self.api.request(Method::DELETE, &path)).await;
        delete.compare();
    }

    async fn created(&self) -> String {
        let mut create = self.route("POST", "").await;
        create.unreadable(|| self.api.request(Method::POST, self.path)).await;
        let created = create.case("success", self.api.post(self.path, &self.form("Work"))).await;
        create.case("the name is taken", self.api.post(self.path, &self.form("work"))).await;
        for (field, value) in [
            ("name", json!(" ")),
            ("address", json!("models.example.org")),
            ("provider", json!("oracle")),
            ("key", json!("two words")),
            ("key", json!(null)),
            ("admin", json!(true)),
        ] {
            let mut form = self.form("Other");
            form[field] = value.clone();
            create.case(&format!("an invalid {field}: {value}"), self.api.post(self.path, &form)).await;
        }
        let server = json!({ "name": "Server", "provider": "openai-compatible" });
        create.case("no address", self.api.post(self.path, &server)).await;
        let mut form = self.form("Other");
        form["key"] = "sk-ant-not-the-right-one".into();
        create.case("the key is refused", self.api.post(self.path, &form)).await;
        create.compare();
        created["id"].as_str().unwrap().to_owned()
    }

    async fn changed(&self, path: &str) {
        let mut change = self.route("PATCH", "/{connection_id}").await;
        let patch = || self.api.request(Method::PATCH, path);
        change.unreadable(patch).await;
        change.case("success", patch().json(&json!({ "name": "Office", "key": self.vendor.key }))).await;
        change.case("nothing", patch().json(&json!({}))).await;
        change
            .case(
                "another address without the key",
                patch().json(&json!({ "address": "https://models.example.org" })),
            )
            .await;
        change.case("no key", patch().json(&json!({ "key": null }))).await;
        change.compare();
    }

    async fn checked(&self, path: &str) {
        let mut check = self.route("POST", "/{connection_id}/check").await;
        let post =
            |path: &str| -> RequestBuilder { self.api.request(Method::POST, &format!("{path}/check")) };
        check.case("success", post(path)).await;
        // Nobody answers for this name.
        let away = json!({
            "name": "Away", "provider": "openai-compatible", "address": "http://models.invalid/v1", "unchecked": true,
        });
        let away = ok(self.api.post(self.path, &away)).await;
        check.case("out of reach", post(&format!("{}/{}", self.path, away["id"].as_str().unwrap()))).await;
        check.compare();
    }
}

async fn start() -> (Api, Vendor) {
    let vendor = Vendor::start(json!({ "turns": [] })).await;
    let server = vendor.url.trim_start_matches("http://");
    (Api::start_with(&[("DESKHAND_PRIVATE_MODEL_SERVERS", server)]).await, vendor)
}

#[tokio::test]
async fn connections_of_ones_own() {
    let (api, vendor) = &start().await;
    Connections { api, vendor, path: "/users/me/model-connections", other: None }.compare().await;
}

#[tokio::test]
async fn connections_of_everybody() {
    let (api, vendor) = &start().await;
    let other = Some(api.user("eve").await);
    Connections { api, vendor, path: "/admin/model-connections", other }.compare().await;
}

#[tokio::test]
async fn prices() {
    const PATH: &str = "/admin/model-prices";
    let api = Api::start().await;
    let eve = api.user("eve").await;
    let as_eve = |method: Method, path: &str| api.deskhand.request(method, path).bearer_auth(&eve);
    let form = |model: &str| {
        let price = json!({ "input": 5_000_000, "output": 30_000_000, "cache_read": 500_000, "cache_write": 5_000_000 });
        json!({ "provider": "openai", "model": model, "price": price })
    };
    let put = || api.request(Method::PUT, PATH);
    let mut set = Route::of(&api, "PUT /admin/model-prices").await;
    set.case("not a superuser", as_eve(Method::PUT, PATH).json(&form("gpt-6"))).await;
    set.unreadable(put).await;
    set.case("success", put().json(&form("gpt-6"))).await;
    set.case("no model", put().json(&form(" "))).await;
    for (case, price) in [("negative", json!(-1)), ("too high", json!(1_000_000_000_001_u64))] {
        let mut form = form("gpt-6");
        form["price"]["output"] = price;
        set.case(&format!("a price that is {case}"), put().json(&form)).await;
    }
    set.compare();

    let mut list = Route::of(&api, "GET /admin/model-prices").await;
    list.case("not a superuser", as_eve(Method::GET, PATH)).await;
    list.case("one", api.get(PATH)).await;
    list.compare();

    let path = format!("{PATH}?provider=openai&model=gpt-6");
    let mut delete = Route::of(&api, "DELETE /admin/model-prices").await;
    delete.case("not a superuser", as_eve(Method::DELETE, &path)).await;
    delete.case("no model", api.request(Method::DELETE, PATH)).await;
    delete.case("success", api.request(Method::DELETE, &path)).await;
    delete.case("once more", api.request(Method::DELETE, &path)).await;
    delete.compare();
}

#[tokio::test]
async fn the_list_of_models() {
    let (api, vendor) = start().await;
    let mut list = Route::of(&api, "GET /models").await;
    list.case("only the demo", api.get("/models")).await;
    let form = json!({ "name": "Work", "provider": "anthropic", "address": vendor.url, "key": vendor.key });
    ok(api.post("/users/me/model-connections", &form)).await;
    list.case("a connection of one's own", api.get("/models")).await;
    list.compare();
}
