//! The fakes themselves: each rule has a request that breaks it.

mod chat_completions;
mod gemini;
mod messages_api;
mod openai;

use ai_model::fakes::{Fake as _, Script, VendorFake, VendorRules};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::serve_fake;

/// Sends requests to a fake.
struct Client {
    url: String,
    headers: Vec<(&'static str, &'static str)>,
    _tasks: JoinSet<()>,
}

impl Client {
    async fn new<R: VendorRules>(path: &str, header: (&'static str, &'static str), turns: Value) -> Self {
        let script: Script = serde_json::from_value(json!({ "turns": turns })).unwrap();
        let mut tasks = JoinSet::new();
        let url = serve_fake(&VendorFake::<R>::new(script), &mut tasks).await;
        Self { url: format!("{url}{path}"), headers: vec![header], _tasks: tasks }
    }

    async fn send(&self, body: &Value) -> (u16, String) {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut request = http.post(&self.url).body(body.to_string());
        for (name, value) in &self.headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    async fn rejects(&self, body: &Value, status: u16, reason: &str) {
        let (given, text) = self.send(body).await;
        assert_eq!(given, status, "{reason}: {text}");
        assert!(text.contains(reason), "{reason}: {text}");
    }
}

fn png(width: u32, height: u32) -> String {
    let mut png = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(width, height).write_to(&mut png, image::ImageFormat::Png).unwrap();
    BASE64_STANDARD.encode(png.into_inner())
}

fn data_url(data: &str) -> String {
    format!("data:image/png;base64,{data}")
}

/// The body with a value set at a JSON pointer.
fn with(body: &Value, place: &str, value: Value) -> Value {
    let mut body = body.clone();
    let (parent, field) = place.rsplit_once('/').unwrap();
    match body.pointer_mut(parent).unwrap() {
        Value::Array(list) => match field.parse::<usize>() {
            Ok(index) if index < list.len() => list[index] = value,
            _ => list.push(value),
        },
        Value::Object(fields) => {
            fields.insert(field.to_owned(), value);
        }
        other => panic!("{other}"),
    }
    body
}

fn without(body: &Value, place: &str) -> Value {
    let mut body = body.clone();
    let (parent, field) = place.rsplit_once('/').unwrap();
    match body.pointer_mut(parent).unwrap() {
        Value::Array(list) => drop(list.remove(field.parse().unwrap())),
        Value::Object(fields) => drop(fields.remove(field)),
        other => panic!("{other}"),
    }
    body
}
