//! Very many chats that are opened and closed: the service keeps nothing of them in memory.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use reqwest::Method;
use serde_json::json;

use crate::deskhand::{Deskhand, ok};
use crate::figures::{Figure, memory, until_ready};

const CHATS: usize = 10_000;
/// What the first chats take, such as prepared statements and connections, is taken once.
const FIRST: usize = 1_000;
const AT_ONCE: usize = 8;
/// How long memory may take to be given back.
const AFTER: Duration = Duration::from_secs(60);

pub(crate) async fn measure() -> Vec<Figure> {
    let data = tempfile::tempdir().unwrap();
    let deskhand = Arc::new(Deskhand::up(data.path()).await);
    let token: Arc<str> = deskhand.first_administrator().await.into();
    let pid = deskhand.pid().as_raw();
    open_and_close(&deskhand, &token, FIRST).await;
    tokio::time::sleep(AFTER).await;
    let before = memory(pid);
    println!("opening and closing {CHATS} chats");
    open_and_close(&deskhand, &token, CHATS).await;
    let at_once = memory(pid);
    tokio::time::sleep(AFTER).await;
    let after = memory(pid);
    vec![
        Figure::one("chats: memory before", before, "MiB", None),
        Figure::one("chats: memory after 10,000 opened and closed", at_once, "MiB", None),
        Figure::one("chats: memory a minute later", after, "MiB", Some(before + 5.0)),
    ]
}

async fn open_and_close(deskhand: &Arc<Deskhand>, token: &Arc<str>, chats: usize) {
    let open = |_| {
        let (deskhand, token) = (Arc::clone(deskhand), Arc::clone(token));
        async move {
            let request = |method, path: &str| deskhand.request(method, path).bearer_auth(&token);
            let chat = ok(request(Method::POST, "/chats").json(&json!({}))).await;
            let path = format!("/chats/{}", chat["id"].as_str().unwrap());
            ok(request(Method::GET, &path)).await;
            until_ready(request(Method::GET, &format!("{path}/events"))).await;
        }
    };
    stream::iter(0..chats).map(open).buffer_unordered(AT_ONCE).for_each(|()| async {}).await;
}
