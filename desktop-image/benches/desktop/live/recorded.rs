//! Records the same video with the agent: the cost of H.264 for a separate viewer.

use std::time::Instant;

use anyhow::Context as _;
use protocol::agent::recording::Recording;
use serde_json::json;

use super::screen::Stage;
use super::servers::Server;
use super::{OURS, WARM_UP, WATCHED, computed};
use crate::figures::{Figure, Stat};

pub(crate) async fn measure() -> anyhow::Result<Vec<Figure>> {
    let server = Server::start(OURS)?;
    let (url, token) = server.web().context("the agent has no API")?;
    let url = format!("{url}/v1/recordings");
    let http = reqwest::Client::new();
    let stage = Stage::open(&server, (640, 360))?;
    let playing = std::thread::spawn(move || stage.play(Instant::now() + WARM_UP * 3 + WATCHED));
    tokio::time::sleep(WARM_UP).await;
    let request = http.post(&url).bearer_auth(token).json(&json!({ "frames_per_second": 30 }));
    let recording: Recording = request.send().await?.error_for_status()?.json().await?;
    let (started, before) = (Instant::now(), computed(&server)?);
    tokio::time::sleep(WATCHED).await;
    let (seconds, spent) = (started.elapsed().as_secs_f64(), computed(&server)?.saturating_sub(before));
    let stop = http.post(format!("{url}/{}/stop", recording.id)).bearer_auth(token);
    let recording: Recording = stop.send().await?.error_for_status()?.json().await?;
    playing.join().map_err(|_| anyhow::anyhow!("the player panicked"))??;
    let kilobytes = recording.bytes as f64 / recording.duration_ms as f64;
    let figure = |what: &str, unit, value: f64| {
        Figure::alone(&format!("the same video as H.264: {what}"), unit, Stat::once(value))
    };
    Ok(vec![figure("data", "kB/s", kilobytes), figure("processor", "%", spent as f64 / 1e7 / seconds)])
}
