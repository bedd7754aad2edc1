//! A person with very many chats and events.

use std::fs;
use std::path::Path;
use std::time::Duration;

use reqwest::Method;
use tokio_postgres::{Client, NoTls};

use crate::deskhand::{Deskhand, ok};
use crate::figures::{Figure, taken, until_ready};

const CHATS: u32 = 5_000;
const EVENTS_PER_CHAT: u32 = 200;
const SAMPLES: usize = 100;

pub(crate) async fn measure() -> Vec<Figure> {
    let data = tempfile::tempdir().unwrap();
    let deskhand = Deskhand::up(data.path()).await;
    let token = deskhand.first_administrator().await;
    println!("filling in {CHATS} chats with {} events", CHATS * EVENTS_PER_CHAT);
    fill(&database(data.path()).await).await;
    let get = |path: &str| deskhand.request(Method::GET, path).bearer_auth(&token);
    let chats = ok(get("/chats")).await;
    let ids: Vec<String> =
        chats.as_array().unwrap().iter().map(|chat| chat["id"].as_str().unwrap().to_owned()).collect();
    let (mut first, mut searched, mut read, mut opened, mut deleted) =
        (vec![], vec![], vec![], vec![], vec![]);
    for id in ids.iter().take(SAMPLES) {
        first.push(taken(get("/chats?limit=100")).await);
        searched.push(taken(get("/chats?limit=100&title=chat%2049")).await);
        read.push(taken(get(&format!("/chats/{id}"))).await);
        opened.push(until_ready(get(&format!("/chats/{id}/events"))).await);
    }
    for id in ids.iter().take(SAMPLES) {
        let path = format!("/chats/{id}");
        deleted.push(taken(deskhand.request(Method::DELETE, &path).bearer_auth(&token)).await);
    }
    let whole: Vec<Duration> = {
        let mut times = Vec::new();
        for _ in 0..SAMPLES {
            times.push(taken(get("/chats")).await);
        }
        times
    };
    vec![
        Figure::percentile("rows: first page of the chats", 95.0, first, Some(100.0)),
        Figure::percentile("rows: the largest page of the chats", 95.0, whole, Some(100.0)),
        Figure::percentile("rows: chats by title", 95.0, searched, Some(100.0)),
        Figure::percentile("rows: a chat with its messages", 95.0, read, Some(100.0)),
        Figure::percentile("rows: opening a chat, to the end of the replay", 95.0, opened, Some(100.0)),
        Figure::percentile("rows: deleting a chat", 95.0, deleted, Some(500.0)),
    ]
}

/// Connects to the private Postgres of a data folder.
async fn database(data: &Path) -> Client {
    let running = fs::read_to_string(data.join("postgres/postmaster.pid")).unwrap();
    let lines: Vec<&str> = running.lines().collect();
    // A path that is too long for a socket is opened by the server and named by the descriptor.
    let socket = lines[4].replace("/proc/self/", &format!("/proc/{}/", lines[0]));
    let address = format!("host={socket} port={} user=deskhand dbname=deskhand", lines[3]);
    let (client, connection) = tokio_postgres::connect(&address, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Gives the only person their chats. Of each twenty events the first is a message, and the rest are steps.
async fn fill(database: &Client) {
    let fill = format!(
        "INSERT INTO chats (id, user_id, title, last_seq, created_at, updated_at)
         SELECT gen_random_uuid(), (SELECT id FROM users), 'Chat ' || nth, {EVENTS_PER_CHAT},
                now() - nth * interval '1 minute', now() - nth * interval '1 minute'
           FROM generate_series(1, {CHATS}) AS nth;
         INSERT INTO runs (id, chat_id, state, code, message, cancel_requested, created_at, finished_at)
         SELECT gen_random_uuid(), id, 'succeeded', 'end_turn', '', false, created_at, created_at FROM chats;
         INSERT INTO events (id, chat_id, seq, run_id, kind, payload, created_at)
         SELECT gen_random_uuid(), runs.chat_id, seq, runs.id,
                CASE seq % 20 WHEN 1 THEN 'message' ELSE 'tool_result' END,
                CASE seq % 20
                    WHEN 1 THEN json_build_object('text', repeat('a message ', 20), 'extra_data', '{{}}'::json, 'files', '[]'::json)
                    ELSE json_build_object('call_id', 'call-' || seq, 'status', 'done', 'text', repeat('a line of output ', 20),
                                           'shown_to_model', true, 'elapsed_ms', 100)
                END,
                runs.created_at
           FROM runs, generate_series(1, {EVENTS_PER_CHAT}) AS seq;
         INSERT INTO messages (id, chat_id, seq, run_id, role, text, extra_data, files, created_at)
         SELECT id, chat_id, seq, run_id, 'user', payload->>'text', '{{}}', '[]', created_at
           FROM events WHERE kind = 'message';
         ANALYZE;"
    );
    database.batch_execute(&fill).await.unwrap();
}
