//! People at work: each logs in, opens a chat, posts, follows events, lists and uploads, beside desktops that work.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use tokio::task::JoinSet;

use crate::deskhand::{Deskhand, PASSWORD, ok};
use crate::figures::{Figure, memory};

const PEOPLE: usize = 100;
const DESKTOPS: usize = 20;
const DURING: Duration = Duration::from_secs(60);
/// A person does something this often.
const PACE: Duration = Duration::from_secs(1);
/// How long memory may take to be given back.
const AFTER: Duration = Duration::from_secs(60);

/// What the requests of one person took.
#[derive(Default)]
struct Taken {
    reads: Vec<Duration>,
    writes: Vec<Duration>,
    logins: Vec<Duration>,
    errors: Vec<String>,
    events: usize,
}

pub(crate) async fn measure() -> Vec<Figure> {
    let data = tempfile::tempdir().unwrap();
    // The working desktops are all that run: what people post waits in the queue.
    let runs = DESKTOPS.to_string();
    let settings = [("DESKHAND_RUNS_AT_ONCE", &*runs), ("DESKHAND_RUNS_PER_PERSON", &*runs)];
    let deskhand = Arc::new(Deskhand::up_with(data.path(), &settings).await);
    let administrator = deskhand.first_administrator().await;
    for person in 0..PEOPLE {
        let form = json!({
            "username": format!("person{person}"), "email": format!("person{person}@example.com"),
            "password": PASSWORD,
        });
        ok(deskhand.request(Method::POST, "/users").bearer_auth(&administrator).json(&form)).await;
    }
    println!("starting {DESKTOPS} desktops that work");
    let work = vec!["run `date; sleep 1`"; 90].join(", ");
    let mut working = Vec::new();
    for _ in 0..DESKTOPS {
        let chat = json!({ "initial_message": work });
        let chat = ok(deskhand.request(Method::POST, "/chats").bearer_auth(&administrator).json(&chat)).await;
        working.push(format!("/chats/{}/log", chat["id"].as_str().unwrap()));
    }
    for log in &working {
        let log = || deskhand.request(Method::GET, log).bearer_auth(&administrator);
        while !ok(log()).await.as_array().unwrap().iter().any(|event| event["kind"] == "tool_result") {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    let pid = deskhand.pid().as_raw();
    let before = memory(pid);

    println!("{PEOPLE} people at work for {} s", DURING.as_secs());
    let mut people = JoinSet::new();
    let until = Instant::now() + DURING;
    for person in 0..PEOPLE {
        people.spawn(at_work(Arc::clone(&deskhand), person, until));
    }
    let mut most = before;
    let mut all = Taken::default();
    loop {
        tokio::select! {
            person = people.join_next() => {
                let Some(person) = person else { break };
                let person = person.unwrap();
                all.reads.extend(person.reads);
                all.writes.extend(person.writes);
                all.logins.extend(person.logins);
                all.errors.extend(person.errors);
                all.events += person.events;
            }
            () = tokio::time::sleep(Duration::from_millis(500)) => most = most.max(memory(pid)),
        }
    }
    println!("waiting {} s for the memory to be given back", AFTER.as_secs());
    tokio::time::sleep(AFTER).await;
    let after = memory(pid);
    all.errors.iter().take(5).for_each(|error| println!("error: {error}"));
    vec![
        Figure::one("people: errors", all.errors.len() as f64, "", Some(0.0)),
        Figure::percentile("people: reads", 95.0, all.reads, Some(100.0)),
        Figure::percentile("people: writes", 95.0, all.writes, Some(200.0)),
        Figure::percentile("people: logins", 95.0, all.logins, None),
        Figure::one("people: events received", all.events as f64, "", None),
        Figure::one("people: memory before", before, "MiB", None),
        Figure::one("people: memory, most", most, "MiB", None),
        Figure::one("people: memory a minute after", after, "MiB", None),
    ]
}

async fn at_work(deskhand: Arc<Deskhand>, person: usize, until: Instant) -> Taken {
    let mut taken = Taken::default();
    // People do not all come at the same moment.
    tokio::time::sleep(PACE * u32::try_from(person).unwrap() / u32::try_from(PEOPLE).unwrap() * 10).await;
    let started = Instant::now();
    let token = deskhand.login(&format!("person{person}")).await;
    taken.logins.push(started.elapsed());
    let started = Instant::now();
    let chat = ok(deskhand.request(Method::POST, "/chats").bearer_auth(&token).json(&json!({}))).await;
    taken.writes.push(started.elapsed());
    let chat = format!("/chats/{}", chat["id"].as_str().unwrap());
    let events = Arc::new(AtomicUsize::new(0));
    let stream = deskhand.request(Method::GET, &format!("{chat}/events")).bearer_auth(&token);
    let following = tokio::spawn(follow(stream, Arc::clone(&events)));

    let mut turn = person;
    while Instant::now() < until {
        let next = Instant::now() + PACE;
        turn += 1;
        let get = |path: &str| deskhand.request(Method::GET, path).bearer_auth(&token);
        let post = |path: &str| deskhand.request(Method::POST, path).bearer_auth(&token);
        let (is_read, request) = match turn % 8 {
            0 => (false, upload(post("/files/upload"))),
            // A chat's queue takes 20 messages.
            1 if turn < person + 8 * 15 => {
                (false, post(&format!("{chat}/history")).json(&json!({ "message": "say \"hi\"" })))
            }
            2 | 6 => (true, get(&chat)),
            3 => (true, get(&format!("{chat}/files"))),
            4 => (true, get("/files")),
            5 => (true, get(&format!("{chat}/messages"))),
            _ => (true, get("/chats")),
        };
        let started = Instant::now();
        match finished(request).await {
            Ok(()) if is_read => taken.reads.push(started.elapsed()),
            Ok(()) => taken.writes.push(started.elapsed()),
            Err(error) => taken.errors.push(error),
        }
        tokio::time::sleep_until(next.into()).await;
    }
    if following.is_finished() {
        taken.errors.push("an event stream ended".to_owned());
    }
    following.abort();
    taken.events = events.load(Ordering::Relaxed);
    taken
}

async fn finished(request: RequestBuilder) -> Result<(), String> {
    let answer = request.send().await.map_err(|error| format!("{error:?}"))?;
    let (status, url) = (answer.status(), answer.url().path().to_owned());
    let body = answer.text().await.map_err(|error| format!("{error:?}"))?;
    if status.is_success() { Ok(()) } else { Err(format!("{url}: {status}: {body}")) }
}

fn upload(request: RequestBuilder) -> RequestBuilder {
    let head = "--frame\r\nContent-Disposition: form-data; name=\"file\"; filename=\"notes.txt\"\r\n\
                Content-Type: text/plain\r\n\r\n";
    let body = format!("{head}{}\r\n--frame--\r\n", "x".repeat(64 << 10));
    request.header(CONTENT_TYPE, "multipart/form-data; boundary=frame").body(body)
}

/// Counts the events of a stream until it ends.
async fn follow(request: RequestBuilder, events: Arc<AtomicUsize>) {
    let Ok(answer) = request.send().await else { return };
    let mut stream = answer.bytes_stream();
    while let Some(Ok(bytes)) = stream.next().await {
        let received = String::from_utf8_lossy(&bytes).matches("event: ").count();
        events.fetch_add(received, Ordering::Relaxed);
    }
}
