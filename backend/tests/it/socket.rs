//! The WebSocket for any number of chats.

use std::time::Duration;

use backend::live::hub::LiveEvent;
use backend::store::events::{EventKind, NewEvent};
use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::app::{Options, TestApp, log_in, ok};

/// How long a message may take.
const LIMIT: Duration = Duration::from_secs(120);

pub(crate) struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    pub(crate) async fn connect_with(app: &TestApp, name: &'static str, value: &str) -> Result<Self, Error> {
        Self::open(app, "", Some((name, value))).await
    }

    /// Connects with a query, and with a header.
    pub(crate) async fn open(
        app: &TestApp,
        query: &str,
        header: Option<(&'static str, &str)>,
    ) -> Result<Self, Error> {
        let url = format!("{}/api/v1/ws{query}", app.base.replacen("http", "ws", 1));
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("origin", app.base.parse().unwrap());
        if let Some((name, value)) = header {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        request.headers_mut().insert("sec-websocket-protocol", "deskhand.v1".parse().unwrap());
        Ok(Self(connect_async(request).await?.0))
    }

    async fn connect(app: &TestApp, token: &str) -> Self {
        Self::connect_with(app, "authorization", &format!("Bearer {token}")).await.unwrap()
    }

    pub(crate) async fn send(&mut self, request: &Value) {
        self.0.send(Message::text(request.to_string())).await.unwrap();
    }

    /// The next message; the close code if the server ends the connection.
    pub(crate) async fn receive(&mut self) -> Result<Value, u16> {
        loop {
            match tokio::time::timeout(LIMIT, self.0.next()).await.unwrap() {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => return Err(frame.map_or(0, |frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(0),
            }
        }
    }

    /// The next message that is no event.
    async fn answer(&mut self) -> Value {
        loop {
            let message = self.receive().await.unwrap();
            if message["type"] != "event" {
                return message;
            }
        }
    }

    async fn ask(&mut self, request: &Value) -> Value {
        self.send(request).await;
        self.answer().await
    }

    /// The names of a chat's events up to one, which the replay and the live part share.
    async fn until(&mut self, chat: &str, last: &str) -> Vec<Value> {
        let mut events = Vec::new();
        loop {
            let message = self.receive().await.unwrap();
            if message["type"] == "event" && message["chat_id"] == chat {
                let is_last = message["event"] == last;
                events.push(message);
                if is_last {
                    return events;
                }
            }
        }
    }
}

async fn chat(app: &TestApp, token: &str) -> String {
    ok(app.post("/api/v1/chats", &json!({})).bearer_auth(token)).await["id"].as_str().unwrap().to_owned()
}

fn subscribe(chat: &str) -> Value {
    json!({ "id": chat, "type": "subscribe", "chat_id": chat })
}

fn problem(message: &Value) -> (&str, &str, &str) {
    let of = |at: &str| message.pointer(at).and_then(Value::as_str).unwrap_or_default();
    (of("/type"), of("/id"), of("/problem/code"))
}

#[tokio::test(flavor = "multi_thread")]
async fn chats_are_followed_and_asked_over_one_connection() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let (one, other) = (chat(&app, &ada).await, chat(&app, &ada).await);
    let mut client = Client::connect(&app, &ada).await;
    for chat in [&one, &other] {
        assert_eq!(client.ask(&subscribe(chat)).await, json!({ "type": "ack", "id": chat, "result": null }));
    }
    let replay = client.until(&other, "ready").await;
    assert_eq!(replay.iter().map(|event| &event["event"]).collect::<Vec<_>>(), ["desktop", "ready"]);

    let send = json!({
        "id": "1", "type": "send", "chat_id": one, "idempotency_key": "k", "entry": { "message": "hello" },
    });
    let added = client.ask(&send).await;
    assert_eq!((&added["id"], &added["result"]["message"]["message"]), (&json!("1"), &json!("hello")));
    let repeated = app.post(&format!("/api/v1/chats/{one}/history"), &send["entry"]);
    let repeated = ok(repeated.header("idempotency-key", "k").bearer_auth(&ada)).await;
    assert_eq!(repeated["message"]["id"], added["result"]["message"]["id"], "the key counts for both ways");

    // Another subscription to the chat replaces the first, and replays.
    client.send(&json!({ "id": "2", "type": "subscribe", "chat_id": one, "after": 0 })).await;
    while client.answer().await["id"] != "2" {}
    let message = client.until(&one, "message").await.pop().unwrap();
    assert_eq!((&message["seq"], &message["data"]["payload"]["text"]), (&json!(1), &json!("hello")));

    let run = added["result"]["run"]["id"].as_str().unwrap();
    let cancelled = client.ask(&json!({ "id": "3", "type": "cancel", "run_id": run })).await;
    assert_eq!((&cancelled["type"], &cancelled["result"]["id"]), (&json!("ack"), &json!(run)));
    client.ask(&json!({ "id": "4", "type": "unsubscribe", "chat_id": one })).await;
    app.state.hub.publish(one.parse().unwrap(), LiveEvent::Title("unheard".into()));
    app.state.hub.publish(other.parse().unwrap(), LiveEvent::Title("heard".into()));
    assert_eq!(client.receive().await.unwrap()["data"]["title"], "heard");

    ok_status(&app, Method::DELETE, &format!("/api/v1/chats/{other}"), &ada).await;
    client.until(&other, "deleted").await;
    app.stop().await;
    assert_eq!(ended(&mut client).await, 1001);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_takes_over_is_told_in_the_language_of_the_person() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    ok(app.request(Method::PATCH, "/api/v1/users/me").bearer_auth(&ada).json(&json!({ "language": "de" })))
        .await;
    let chat = chat(&app, &ada).await;
    let mut client = Client::connect(&app, &ada).await;
    client.ask(&subscribe(&chat)).await;
    let payload = json!({
        "from": { "provider": "anthropic", "model": "claude-opus-5-5" },
        "to": { "provider": "openai", "model": "gpt-6" },
        "code": "overloaded",
        "facts": { "vendor": "anthropic" },
    });
    let change = NewEvent { run_id: None, kind: EventKind::ModelChanged, payload };
    app.state.event_log.append(chat.parse().unwrap(), change).await.unwrap();
    let told = client.until(&chat, "model_changed").await.pop().unwrap();
    let message = "claude-opus-5-5 war überlastet. gpt-6 macht weiter.";
    assert_eq!((&told["seq"], &told["data"]["payload"]["message"]), (&json!(1), &json!(message)));
    assert_eq!(told["data"]["payload"]["to"]["model"], "gpt-6");
    app.stop().await;
}

async fn ok_status(app: &TestApp, method: Method, path: &str, token: &str) {
    let answer = app.request(method, path).bearer_auth(token).send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
}

/// The close code, after whatever else comes.
async fn ended(client: &mut Client) -> u16 {
    loop {
        if let Err(code) = client.receive().await {
            return code;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_is_refused_and_ends_nothing() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let of_eve = chat(&app, &eve).await;
    let nobody = "00000000-0000-7000-8000-000000000000";
    let mut client = Client::connect(&app, &ada).await;
    for text in ["", "nonsense", "[]", "{}", r#"{"type":"ping"}"#] {
        client.0.send(Message::text(text)).await.unwrap();
        assert_eq!(problem(&client.answer().await), ("error", "", "unreadable_request"), "{text}");
    }
    client.0.send(Message::binary(vec![1, 2])).await.unwrap();
    assert_eq!(problem(&client.answer().await), ("error", "", "unreadable_request"));
    let long = "x".repeat(65);
    assert_eq!(problem(&client.ask(&json!({ "id": long, "type": "ping" })).await).2, "unreadable_request");
    for (request, code) in [
        (json!({ "type": "dance" }), "unreadable_request"),
        (json!({ "type": "subscribe" }), "unreadable_request"),
        (json!({ "type": "subscribe", "chat_id": nobody }), "not_found"),
        (json!({ "type": "subscribe", "chat_id": of_eve }), "not_found"),
        (json!({ "type": "send", "chat_id": of_eve, "entry": { "message": "hi" } }), "not_found"),
        (json!({ "type": "cancel", "run_id": nobody }), "not_found"),
        (
            json!({ "type": "answer", "run_id": nobody, "answer": { "call_id": "c", "text": "t" } }),
            "not_found",
        ),
    ] {
        let mut request = request;
        request["id"] = json!("7");
        assert_eq!(problem(&client.ask(&request).await), ("error", "7", code), "{request}");
    }
    let own = chat(&app, &ada).await;
    let empty = json!({ "id": "8", "type": "send", "chat_id": own, "entry": { "message": " " } });
    assert_eq!(problem(&client.ask(&empty).await), ("error", "8", "message_empty"));
    let key = json!({
        "id": "9", "type": "send", "chat_id": own, "idempotency_key": "", "entry": { "message": "hi" },
    });
    assert_eq!(problem(&client.ask(&key).await), ("error", "9", "idempotency_key_invalid"));
    assert_eq!(client.ask(&json!({ "id": "10", "type": "ping" })).await["type"], "ack");
    // More than a message may have ends the connection, which nothing could be read from any more.
    client.0.send(Message::text("x".repeat((1 << 20) + 1))).await.unwrap();
    ended(&mut client).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_needs_a_login_of_this_site_and_ends_with_it() {
    let app = TestApp::start_with(Options { sockets_per_person: 2, ..Options::default() }).await;
    let refused = async |name, value: &str| match Client::connect_with(&app, name, value).await {
        Err(Error::Http(response)) => response.status().as_u16(),
        _ => panic!("{name}: {value} was let in"),
    };
    assert_eq!(refused("authorization", "Bearer nonsense").await, 401);
    let token = app.user("ada").await;
    let bearer = format!("Bearer {token}");
    let (_, cookie) = log_in(&app, "ada").await;
    let mut browser = Client::connect_with(&app, "cookie", &cookie).await.unwrap();
    let mut program = Client::connect(&app, &token).await;
    assert_eq!(refused("authorization", &bearer).await, 429);

    let path = "/api/v1/auth/session";
    let logout = app.request(Method::DELETE, path).header("cookie", &cookie).send().await.unwrap();
    assert!(logout.status().is_success());
    assert_eq!(ended(&mut browser).await, 4003);
    assert_eq!(program.ask(&json!({ "id": "1", "type": "ping" })).await["type"], "ack");
    // The place is free again.
    let deadline = std::time::Instant::now() + LIMIT;
    while Client::connect_with(&app, "authorization", &bearer).await.is_err() {
        assert!(std::time::Instant::now() < deadline, "the place is not given back");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_can_not_connect() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let (_, cookie) = log_in(&app, "ada").await;
    let url = format!("{}/api/v1/ws", app.base.replacen("http", "ws", 1));
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert("cookie", cookie.parse().unwrap());
    request.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
    match connect_async(request).await {
        Err(Error::Http(response)) => assert_eq!(response.status().as_u16(), 403),
        _ => panic!("it was let in"),
    }
    app.stop().await;
}
