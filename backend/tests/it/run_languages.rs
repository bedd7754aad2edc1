//! What runs tell, in the language of their reader.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use diesel_async::RunQueryDsl as _;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::app::{Options, TestApp, ok};
use crate::socket::Client;

/// What the model service tells of a run: it asks the vendor again, and gives up.
const RUN: &str = concat!(
    "event: retrying\n",
    r#"data: {"type":"retrying","turn":0,"reason":"","code":"overloaded","facts":{"vendor":"anthropic"},"delay_ms":1}"#,
    "\n\nevent: finished\n",
    r#"data: {"type":"finished","outcome":"failed","code":"api_key_refused","facts":{"vendor":"anthropic","#,
    r#""setting":"ANTHROPIC_API_KEY","console":"console.anthropic.com"}}"#,
    "\n\n",
);

/// What `Accept-Language` asks for, and the end of the run in that language.
const ENDS: [(&str, &str); 3] = [
    (
        "en",
        "Anthropic rejected the API key. Check ANTHROPIC_API_KEY where Deskhand is started (create keys at \
         console.anthropic.com), then restart Deskhand.",
    ),
    (
        "de-AT",
        "Anthropic hat den API-Schlüssel abgelehnt. Prüfen Sie ANTHROPIC_API_KEY dort, wo Deskhand gestartet wird \
         (Schlüssel erstellen Sie unter console.anthropic.com), und starten Sie Deskhand neu.",
    ),
    (
        "pt-BR",
        "Não autorizado. Verifique sua ANTHROPIC_API_KEY. Crie chaves em console.anthropic.com, defina-a onde o \
         Deskhand é iniciado e reinicie o Deskhand.",
    ),
];

/// A chat whose run has failed.
struct Room {
    app: TestApp,
    token: String,
    chat: String,
    run: String,
    /// What a German reader received meanwhile.
    seen: Vec<Value>,
    _model_service: JoinSet<()>,
}

impl Room {
    async fn after_a_run() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ai_model_url = format!("http://{}", listener.local_addr().unwrap());
        let service =
            Router::new().route("/v1/runs", post(async || ([(CONTENT_TYPE, "text/event-stream")], RUN)));
        let mut model_service = JoinSet::new();
        model_service.spawn(async move { axum::serve(listener, service).await.unwrap() });
        let app = TestApp::start_with(Options { ai_model_url, ..Options::default() }).await;
        let token = app.user("ada").await;
        let chat = ok(app.post("/api/v1/chats/", &json!({ "title": "Plans" })).bearer_auth(&token)).await;
        let chat = chat["id"].as_str().unwrap().to_owned();
        let mut room =
            Self { app, token, chat, run: String::new(), seen: Vec::new(), _model_service: model_service };
        room.choose(json!("de")).await;
        let mut client = room.subscribed().await;
        let said = room.app.post(&room.path("/history"), &json!({ "message": "hello" }));
        let said = ok(said.header("prefer", "wait=60").bearer_auth(&room.token)).await;
        room.run = said["run"]["id"].as_str().unwrap().to_owned();
        assert_eq!(said["run"]["message"], ENDS[1].1);
        while room.seen.last().is_none_or(|seen: &Value| seen["data"]["payload"]["state"] != "failed") {
            room.seen.push(client.receive().await.unwrap());
        }
        room.choose(Value::Null).await;
        room
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/chats/{}{rest}", self.chat)
    }

    async fn choose(&self, language: Value) {
        let changes = json!({ "language": language });
        ok(self.app.request(Method::PATCH, "/api/v1/users/me").bearer_auth(&self.token).json(&changes)).await;
    }

    async fn subscribed(&self) -> Client {
        let bearer = format!("Bearer {}", self.token);
        let mut client = Client::connect_with(&self.app, "authorization", &bearer).await.unwrap();
        client.send(&json!({ "id": "1", "type": "subscribe", "chat_id": self.chat, "after": 0 })).await;
        client
    }

    async fn get(&self, path: &str, language: &str) -> Value {
        ok(self.app.get(path).header("accept-language", language).bearer_auth(&self.token)).await
    }

    /// The end of the run, as it is told in each way that reads the header `Accept-Language`.
    async fn told(&self, language: &str) -> [String; 4] {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let run = self.get(&format!("/api/v1/runs/{}", self.run), language).await;
        let chat = self.get(&self.path(""), language).await;
        let log = self.get(&self.path("/log"), language).await;
        let end = log.as_array().unwrap().iter().find(|event| event["payload"]["state"] == "failed");
        let mut stream = self.app.get(&self.path("/events?after=0")).header("accept-language", language);
        stream = stream.bearer_auth(&self.token);
        let mut stream = stream.send().await.unwrap();
        let mut streamed = String::new();
        while !streamed.contains("event: ready") {
            streamed.push_str(std::str::from_utf8(&stream.chunk().await.unwrap().unwrap()).unwrap());
        }
        let events = streamed.lines().filter_map(|line| line.strip_prefix("data: "));
        let mut events = events.map(|data| serde_json::from_str::<Value>(data).unwrap());
        let streamed = events.find(|event| event["payload"]["state"] == "failed").unwrap();
        [
            text(&run["message"]),
            text(&chat["run"]["message"]),
            text(&end.unwrap()["payload"]["message"]),
            text(&streamed["payload"]["message"]),
        ]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_run_is_told_in_the_readers_language() {
    let room = Room::after_a_run().await;
    let retry =
        room.seen.iter().find(|seen| seen["event"] == "run" && seen["data"]["event"]["type"] == "retrying");
    let retry = &retry.unwrap()["data"]["event"];
    assert_eq!(
        retry["reason"],
        "Anthropic ist überlastet. Versuchen Sie es in ein paar Minuten noch einmal."
    );
    assert_eq!((&retry["code"], &retry["facts"]["vendor"]), (&json!("overloaded"), &json!("anthropic")));
    assert_eq!(room.seen.last().unwrap()["data"]["payload"]["message"], ENDS[1].1);

    for (language, end) in ENDS {
        assert_eq!(room.told(language).await, [end; 4], "{language}");
        // A browser can send no header with a WebSocket, so the person's choice counts.
        room.choose(json!(language)).await;
        let mut client = room.subscribed().await;
        loop {
            let event = client.receive().await.unwrap();
            if event["data"]["payload"]["state"] == "failed" {
                assert_eq!(event["data"]["payload"]["message"], end);
                break;
            }
        }
        room.choose(Value::Null).await;
    }
    let run = room.get(&format!("/api/v1/runs/{}", room.run), "fr").await;
    assert_eq!((&run["code"], &run["message"]), (&json!("api_key_refused"), &json!(ENDS[0].1)));
    assert_eq!(
        run["facts"],
        json!({ "vendor": "anthropic", "setting": "ANTHROPIC_API_KEY", "console": "console.anthropic.com" })
    );
    room.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sentence_of_an_earlier_version_is_told_as_it_was_stored() {
    let room = Room::after_a_run().await;
    let mut conn = room.app.state.database.connection().await.unwrap();
    for earlier in [
        "UPDATE runs SET message = 'The key was refused.', facts = NULL",
        r#"UPDATE events SET payload = '{ "state": "failed", "code": "api_key_refused", "message": "The key was refused." }'
           WHERE kind = 'run_state' AND payload->>'state' = 'failed'"#,
    ] {
        assert_eq!(diesel::sql_query(earlier).execute(&mut conn).await.unwrap(), 1);
    }
    drop(conn);
    for (language, _) in ENDS {
        assert_eq!(room.told(language).await, ["The key was refused."; 4], "{language}");
    }
    room.app.stop().await;
}
