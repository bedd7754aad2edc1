//! Conversations, each with a desktop of its own, that are deleted after a few runs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::deskhand::Deskhand;

/// How fast conversations follow each other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) desktops: u32,
    /// Runs of each.
    pub(crate) runs: u32,
    /// From the beginning of one to that of the next.
    pub(crate) every: Duration,
}

/// What was done.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) desktops: u32,
    /// Runs that succeeded.
    pub(crate) runs: u32,
    /// From a message to the end of its run.
    pub(crate) times: Vec<Duration>,
    pub(crate) errors: Vec<String>,
}

/// Has conversations until all are over.
pub(crate) async fn converse(deskhand: &Arc<Deskhand>, token: &str, pace: Pace) -> Done {
    let mut at_work = JoinSet::new();
    let mut done = Done::default();
    let mut next = tokio::time::interval(pace.every);
    for nth in 0..pace.desktops {
        next.tick().await;
        let (deskhand, token) = (Arc::clone(deskhand), token.to_owned());
        at_work.spawn(async move {
            let mut done = Done::default();
            if let Err(error) = one(&deskhand, &token, pace.runs, &mut done).await {
                done.errors.push(error);
            }
            done
        });
        if (nth + 1) % 20 == 0 {
            println!("{} of {} conversations begun", nth + 1, pace.desktops);
        }
    }
    while let Some(one) = at_work.join_next().await {
        let one = one.unwrap();
        done.desktops += one.desktops;
        done.runs += one.runs;
        done.times.extend(one.times);
        done.errors.extend(one.errors);
    }
    done
}

/// One conversation: its runs, and that it is deleted with its desktop.
async fn one(deskhand: &Deskhand, token: &str, runs: u32, done: &mut Done) -> Result<(), String> {
    let chat = call(deskhand, token, Method::POST, "/chats", Some(json!({}))).await?;
    let chat = format!("/chats/{}", chat["id"].as_str().ok_or("the chat has no id")?);
    for nth in 0..runs {
        let message = format!(
            "open the terminal, run `date > ~/Outputs/{nth}.txt`, type \"echo {nth}\", press Return, take a screenshot"
        );
        let started = Instant::now();
        let said = call(
            deskhand,
            token,
            Method::POST,
            &format!("{chat}/history"),
            Some(json!({ "message": message })),
        )
        .await?;
        if said["run"]["state"] != "succeeded" {
            return Err(format!("{chat}: {}", said["run"]));
        }
        done.times.push(started.elapsed());
        done.runs += 1;
    }
    call(deskhand, token, Method::DELETE, &chat, None).await?;
    done.desktops += 1;
    Ok(())
}

async fn call(
    deskhand: &Deskhand,
    token: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Result<Value, String> {
    let request = deskhand.request(method, path).bearer_auth(token).header("prefer", "wait=60");
    // Connections that are kept for later would count as descriptors of the process.
    let mut request = request.header("connection", "close");
    if let Some(body) = &body {
        request = request.json(body);
    }
    let answer = request.send().await.map_err(|error| format!("{path}: {error:?}"))?;
    let status = answer.status();
    let text = answer.text().await.map_err(|error| format!("{path}: {error:?}"))?;
    if !status.is_success() {
        return Err(format!("{path}: {status}: {text}"));
    }
    Ok(serde_json::from_str(&text).unwrap_or_default())
}
