//! Taking control of a desktop, losing it, and handing it back.

use std::time::Duration;

use backend::live::logins::LoginChange;
use backend::store::control_leases::{self, ControlLease};
use backend::store::{Page, runs, users};
use futures_util::{SinkExt as _, StreamExt as _};
use protocol::ids::ChatId;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::app::{TestApp, log_in, ok, problem};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How long a short operation may take.
const LIMIT: Duration = Duration::from_secs(120);

/// A user's chat with a running desktop.
struct Room {
    app: TestApp,
    token: String,
    chat: ChatId,
}

impl Room {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let token = app.user("ada").await;
        let chat = ok(app.post("/api/v1/chats/", &json!({})).bearer_auth(&token)).await;
        let chat: ChatId = chat["id"].as_str().unwrap().parse().unwrap();
        app.state.desktops.ensure(chat).await.unwrap();
        Self { app, token, chat }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/chats/{}{rest}", self.chat)
    }

    fn taking(&self) -> RequestBuilder {
        self.app.request(Method::POST, &self.path("/desktop/control")).bearer_auth(&self.token)
    }

    async fn take(&self) -> String {
        ok(self.taking()).await["id"].as_str().unwrap().to_owned()
    }

    async fn hand_back(&self, query: &str) {
        let path = self.path(&format!("/desktop/control{query}"));
        let answer = self.app.request(Method::DELETE, &path).bearer_auth(&self.token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    }

    async fn holder(&self) -> Value {
        ok(self.app.get(&self.path("/desktop")).bearer_auth(&self.token)).await["control"].clone()
    }

    async fn connect(&self, query: &str) -> Result<Socket, Error> {
        self.connect_with(query, "authorization", &format!("Bearer {}", self.token)).await
    }

    /// Connects with a header that authenticates.
    async fn connect_with(&self, query: &str, name: &'static str, value: &str) -> Result<Socket, Error> {
        let url = format!("{}{}", self.app.base.replacen("http", "ws", 1), self.path("/desktop/vnc"));
        let mut request = format!("{url}{query}").into_client_request().unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
        request.headers_mut().insert("origin", self.app.base.parse().unwrap());
        request.headers_mut().insert("sec-websocket-protocol", "binary".parse().unwrap());
        Ok(connect_async(request).await?.0)
    }

    async fn refused(&self, query: &str) -> Value {
        match self.connect(query).await {
            Err(Error::Http(response)) => {
                assert_eq!(response.status(), StatusCode::CONFLICT);
                serde_json::from_slice(response.body().as_ref().unwrap()).unwrap()
            }
            other => panic!("it was let in: {other:?}"),
        }
    }

    /// The kinds and payloads of the chat's events.
    async fn log(&self) -> Vec<(String, Value)> {
        let mut conn = self.app.state.database.connection().await.unwrap();
        let rows = backend::store::events::after(&mut conn, self.chat, 0, 1000).await.unwrap();
        rows.into_iter().map(|row| (row.kind.as_str().to_owned(), row.payload)).collect()
    }

    async fn takeovers(&self) -> Vec<Value> {
        self.log()
            .await
            .into_iter()
            .filter(|(kind, _)| kind == "takeover")
            .map(|(_, payload)| payload)
            .collect()
    }

    async fn say(&self) -> Value {
        let message = json!({ "message": "take a screenshot" });
        ok(self.app.post(&self.path("/history"), &message).bearer_auth(&self.token)).await["run"].clone()
    }

    async fn run(&self, run: &Value) -> Value {
        let path = format!("/api/v1/runs/{}", run["id"].as_str().unwrap());
        ok(self.app.get(&path).bearer_auth(&self.token)).await
    }
}

/// Performs the RFB handshake as a viewer.
async fn handshake(socket: &mut Socket) {
    for said in [&b"RFB 003.008\n"[..], &[1], &[1]] {
        socket.next().await.unwrap().unwrap();
        socket.send(Message::Binary(said.to_vec().into())).await.unwrap();
    }
}

/// The code with which the socket is closed.
async fn closed(socket: &mut Socket) -> u16 {
    let closing = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Close(frame))) => return frame.unwrap().code.into(),
                Some(Ok(_)) => {}
                other => panic!("it ended without a word: {other:?}"),
            }
        }
    };
    tokio::time::timeout(LIMIT, closing).await.unwrap()
}

/// Waits until a condition holds.
async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let waiting = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LIMIT, waiting).await.unwrap_or_else(|_| panic!("in vain: {what}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn control_is_taken_shown_and_handed_back_with_the_persons_steps() {
    let room = Room::open().await;
    assert_eq!(room.holder().await, Value::Null);
    let taken = ok(room.taking()).await;
    let holder = room.holder().await;
    assert_eq!((&holder["id"], &holder["user_id"]), (&taken["id"], &taken["user_id"]));
    let lease = taken["id"].as_str().unwrap();
    let mut socket = room.connect(&format!("?lease={lease}")).await.unwrap();
    handshake(&mut socket).await;
    for pointer in [[5, 1, 0, 30, 0, 40], [5, 0, 0, 30, 0, 40]] {
        socket.send(Message::Binary(pointer.to_vec().into())).await.unwrap();
    }
    // The first update shows that the input before it has been processed.
    socket.send(Message::Binary(vec![3, 0, 0, 0, 0, 0, 4, 0, 3, 0].into())).await.unwrap();
    socket.next().await.unwrap().unwrap();
    socket.next().await.unwrap().unwrap();
    room.hand_back(&format!("?lease={lease}")).await;
    assert_eq!(closed(&mut socket).await, 4001);
    assert_eq!(room.holder().await, Value::Null);
    room.hand_back("").await;
    let told = room.takeovers().await;
    assert_eq!(told.len(), 1, "{told:?}");
    let click = json!({ "did": "clicked", "button": "left", "count": 1, "at": { "x": 30, "y": 40 } });
    assert_eq!(told[0]["did"]["steps"], json!([click]));
    let sha256 = told[0]["screenshot"]["sha256"].as_str().unwrap();
    let picture = room.app.get(&room.path(&format!("/screenshots/{sha256}"))).bearer_auth(&room.token);
    let picture = picture.send().await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/jpeg");
    assert_eq!(room.refused(&format!("?lease={lease}")).await["code"], "control_lost");
    room.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_window_of_the_same_person_gets_control_and_the_first_one_watches() {
    let room = Room::open().await;
    let first = room.take().await;
    let mut socket = room.connect(&format!("?lease={first}")).await.unwrap();
    let second = room.take().await;
    assert_ne!(first, second);
    assert_eq!(closed(&mut socket).await, 4001);
    assert_eq!(room.refused(&format!("?lease={first}")).await["code"], "control_lost");
    room.connect(&format!("?lease={second}")).await.unwrap();
    // Handing back with the first window's lease is too late by now.
    room.hand_back(&format!("?lease={first}")).await;
    assert_eq!(room.holder().await["id"], second.as_str());
    room.hand_back("").await;
    assert_eq!(room.takeovers().await, Vec::<Value>::new(), "nothing was done, and no run made way");
    room.app.stop().await;
}

async fn taken_by_eve(room: &Room) -> ControlLease {
    room.app.user("eve").await;
    let mut conn = room.app.state.database.connection().await.unwrap();
    let eve = users::list(&mut conn, "", Page { after: None, skip: 0, limit: 9 })
        .await
        .unwrap()
        .into_iter()
        .find(|user| user.username == "eve")
        .unwrap();
    let now = room.app.state.clock.now();
    control_leases::take(&mut conn, room.chat, eve.id, now).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn control_held_by_another_person_is_refused_until_it_expires() {
    let room = Room::open().await;
    let eves = taken_by_eve(&room).await;
    let detail = problem(room.taking(), StatusCode::CONFLICT, "control_held").await;
    assert_eq!(detail, "Another person is in control. Wait until they hand back.");
    assert_eq!(room.refused(&format!("?lease={}", eves.id)).await["code"], "control_lost");
    room.app.pass(13);
    // An expired lease is handed back first, by whoever notices.
    let mine = room.take().await;
    assert_eq!(room.holder().await["id"], mine.as_str());
    room.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn control_of_a_closed_window_is_handed_back_automatically() {
    let room = Room::open().await;
    room.take().await;
    let run = room.say().await;
    room.app.pass(11);
    assert_ne!(room.holder().await, Value::Null, "too early");
    room.app.pass(2);
    until("it is handed back", async || room.holder().await.is_null()).await;
    until("the run goes on", async || room.run(&run).await["state"] == "running").await;
    assert_eq!(room.takeovers().await.len(), 1);
    room.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_window_keeps_control_and_a_silent_one_loses_it() {
    let room = Room::open().await;
    let lease = room.take().await;
    let mut socket = room.connect(&format!("?lease={lease}")).await.unwrap();
    let until_when = async || room.holder().await["expires_at"].clone();
    let before = until_when().await;
    // Reading answers the pings.
    let reading = async {
        while let Some(Ok(_)) = socket.next().await {}
        panic!("it was closed");
    };
    tokio::select! {
        () = reading => {}
        () = until("the lease is renewed", async || until_when().await != before) => {}
    }
    let kept = until_when().await;
    // Nothing is read from here on, so no ping is answered.
    room.app.pass(13);
    until("it is handed back", async || room.holder().await.is_null()).await;
    assert_ne!(kept, before);
    assert_eq!(closed(&mut socket).await, 4001);
    room.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_run_starts_while_a_person_is_in_control_and_cancel_works() {
    let room = Room::open().await;
    room.take().await;
    let (first, second) = (room.say().await, room.say().await);
    for run in [&first, &second] {
        assert_eq!((&run["state"], &run["code"]), (&json!("queued"), &json!("person_in_control")), "{run}");
        assert_eq!(run["message"], "You're in control. The run begins when you hand back.");
    }
    let path = format!("/api/v1/runs/{}/cancel", first["id"].as_str().unwrap());
    let stopped = ok(room.app.post(&path, &json!({})).bearer_auth(&room.token)).await;
    assert_eq!(stopped["state"], "cancelled");
    assert_eq!(room.run(&second).await["state"], "queued");
    room.hand_back("").await;
    until("the run goes on", async || room.run(&second).await["state"] == "running").await;
    assert_eq!(room.run(&second).await["code"], "");
    let log = room.log().await;
    let kinds: Vec<&str> = log.iter().map(|(kind, _)| kind.as_str()).collect();
    assert!(kinds.contains(&"takeover"), "{kinds:?}");
    room.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_run_says_why_it_waits_when_control_is_taken_later() {
    let room = Room::open().await;
    let queued = {
        let mut conn = room.app.state.database.connection().await.unwrap();
        // Queued behind a run that waits for a person.
        let now = room.app.state.clock.now();
        let waiting = runs::insert(&mut conn, room.chat, now).await.unwrap();
        let suspension = backend::services::event_log::paused();
        runs::suspend(&mut conn, waiting.id, &suspension).await.unwrap();
        room.say().await
    };
    assert_eq!(queued["code"], "");
    room.take().await;
    assert_eq!(room.run(&queued).await["code"], "person_in_control");
    room.hand_back("").await;
    assert_eq!(room.run(&queued).await["code"], "");
    room.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_desktop_can_not_be_controlled() {
    let app = TestApp::start().await;
    let token = app.user("ada").await;
    let chat = ok(app.post("/api/v1/chats/", &json!({})).bearer_auth(&token)).await;
    let path = format!("/api/v1/chats/{}/desktop/control", chat["id"].as_str().unwrap());
    let taking = app.request(Method::POST, &path).bearer_auth(&token);
    problem(taking, StatusCode::CONFLICT, "desktop_not_running").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_steps_on_a_lost_desktop_are_recorded_as_unknown() {
    let room = Room::open().await;
    room.take().await;
    let run = room.say().await;
    let id = {
        let mut conn = room.app.state.database.connection().await.unwrap();
        backend::store::desktops::find_by_chat(&mut conn, room.chat).await.unwrap().unwrap().id
    };
    room.app.state.desktops.provider.stop(id).await.unwrap();
    until("its end is noted", async || room.app.state.desktops.running(room.chat).await.is_none()).await;
    room.hand_back("").await;
    assert_eq!(room.takeovers().await, [json!({})]);
    assert_eq!(room.run(&run).await["code"], "");
    room.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_and_views_end_with_the_login() {
    let room = Room::open().await;
    let (_, cookie) = log_in(&room.app, "ada").await;
    let (_, other) = log_in(&room.app, "ada").await;
    let lease = room.take().await;
    let mut ended = Vec::new();
    for query in [String::new(), format!("?lease={lease}")] {
        ended.push(room.connect_with(&query, "cookie", &cookie).await.unwrap());
    }
    let mut kept = room.connect_with("", "cookie", &other).await.unwrap();
    let events = |name: &str, value: &str| {
        room.app.get(&room.path("/events")).header(name, value).header("last-event-id", "0").send()
    };
    let stream = events("cookie", &cookie).await.unwrap();
    let mut bearers = events("authorization", &format!("Bearer {}", room.token)).await.unwrap();

    let logout = room.app.request(Method::DELETE, "/api/v1/auth/session").header("cookie", &cookie);
    assert_eq!(logout.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    for mut view in ended {
        assert_eq!(closed(&mut view).await, 4003);
    }
    tokio::time::timeout(LIMIT, stream.text()).await.expect("the events go on").unwrap();
    // Other logins of the same person go on.
    let path = room.path("");
    ok(room.app.request(Method::PATCH, &path).json(&json!({ "title": "Plans" })).bearer_auth(&room.token))
        .await;
    let told = async {
        let mut received = String::new();
        while !received.contains("Plans") {
            received.push_str(str::from_utf8(&bearers.chunk().await.unwrap().unwrap()).unwrap());
        }
    };
    tokio::time::timeout(LIMIT, told).await.expect("a bearer's stream has ended");
    kept.send(Message::Ping("still".into())).await.unwrap();
    while !matches!(kept.next().await.unwrap().unwrap(), Message::Pong(_)) {}

    // The bearer's login expires.
    room.app.pass(8 * 24 * 60 * 60);
    room.app.state.logins.announce(LoginChange::Unknown);
    tokio::time::timeout(LIMIT, bearers.bytes()).await.expect("the events go on").unwrap();
    room.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_and_views_of_a_disabled_user_are_closed_within_5_s() {
    let room = Room::open().await;
    let root = room.app.superuser("root").await;
    let me = ok(room.app.get("/api/v1/users/me").bearer_auth(&room.token)).await;
    let (_, cookie) = log_in(&room.app, "ada").await;
    let by_cookie = room.connect_with("", "cookie", &cookie).await.unwrap();
    let ticket = room.app.post("/api/v1/auth/ticket", &json!({ "chat_id": room.chat }));
    let ticket = ok(ticket.bearer_auth(&room.token)).await["ticket"].as_str().unwrap().to_owned();
    let with_ticket = format!("?ticket={ticket}");
    let by_ticket = room.connect_with(&with_ticket, "accept", "*/*").await.unwrap();
    assert!(room.connect_with(&with_ticket, "accept", "*/*").await.is_err(), "a ticket opens one view");
    let mut views = [by_cookie, by_ticket, room.connect("").await.unwrap()];
    let events = room.app.get(&room.path("/events")).bearer_auth(&room.token).send().await.unwrap();
    let disabling = room.app.request(Method::PATCH, &format!("/api/v1/users/{}", me["id"].as_str().unwrap()));
    ok(disabling.json(&json!({ "disabled": true })).bearer_auth(&root)).await;
    let all_closed = async {
        for view in &mut views {
            assert_eq!(closed(view).await, 4003);
        }
        events.text().await.unwrap();
    };
    tokio::time::timeout(Duration::from_secs(5), all_closed).await.expect("something is still open");
    room.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_users_and_other_sites_are_refused() {
    let room = Room::open().await;
    let eve = room.app.user("eve").await;
    let lease = room.take().await;
    for method in [Method::POST, Method::DELETE] {
        let request = room.app.request(method, &room.path("/desktop/control")).bearer_auth(&eve);
        problem(request, StatusCode::NOT_FOUND, "not_found").await;
    }
    let (_, cookie) = log_in(&room.app, "ada").await;
    let ridden = |method: Method, path: String| {
        room.app.request(method, &path).header("cookie", &cookie).header("origin", "http://evil.example")
    };
    for method in [Method::POST, Method::DELETE] {
        let request = ridden(method, room.path("/desktop/control"));
        problem(request, StatusCode::FORBIDDEN, "cross_origin").await;
    }
    let watching = ridden(Method::GET, room.path(&format!("/desktop/vnc?lease={lease}")));
    let watching = watching.header("upgrade", "websocket").header("connection", "upgrade");
    problem(watching, StatusCode::FORBIDDEN, "cross_origin").await;
    assert_eq!(room.holder().await["id"], lease.as_str());
    room.app.stop().await;
}
