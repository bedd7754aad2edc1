//! Waiting for the screen to settle: how long it takes, and whether a longer wait would have given another screenshot.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use image::RgbImage;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::damage::{ConnectionExt as _, ReportLevel};

use crate::corpus::{COMPARED_HEIGHT, Stage};
use crate::desktop::{Desktop, millis};
use crate::figures::{Figure, Stat};

const ROUNDS: usize = 5;
/// How long the reference demo waits after each action, and when the screenshot for comparison is taken.
const DEMO_WAIT: Duration = Duration::from_secs(2);
/// Pixels that may differ, since a caret blinks.
const CARET: usize = 100;

/// The result of one action.
struct Outcome {
    name: &'static str,
    waited_ms: f64,
    first_ms: Option<f64>,
    stale: bool,
}

pub(crate) async fn measure() -> anyhow::Result<Vec<Figure>> {
    let mut outcomes = Vec::new();
    for _ in 0..ROUNDS {
        outcomes.extend(round().await?);
    }
    print(&outcomes);
    let waits: Vec<f64> = outcomes.iter().map(|outcome| outcome.waited_ms).collect();
    let mean = waits.iter().sum::<f64>() / waits.len() as f64;
    let first: Vec<f64> = outcomes.iter().filter_map(|outcome| outcome.first_ms).collect();
    let stale = outcomes.iter().filter(|outcome| outcome.stale).count();
    let demo = || Stat::once(DEMO_WAIT.as_secs_f64() * 1000.0);
    let name = "reference demo: 2 s after each action";
    Ok(vec![
        Figure::beside("settle on 24 actions x 5", "ms", Stat::of(waits), name, &Ok(demo())),
        Figure::beside("settle on 24 actions x 5, mean", "ms", Stat::once(mean), name, &Ok(demo())),
        Figure::alone(&format!("outdated screenshots, of {}", outcomes.len()), "", Stat::once(stale as f64)),
        Figure::alone("action to first change on the screen", "ms", Stat::of(first)),
    ])
}

async fn round() -> anyhow::Result<Vec<Outcome>> {
    let stage = Stage::set().await?;
    let changes = Changes::watch(&stage.desktop)?;
    tokio::time::sleep(DEMO_WAIT).await;
    let mut outcomes = Vec::new();
    for step in stage.steps() {
        let sent = Instant::now();
        let result = stage.desktop.run(step.actions, true).await.context(step.name)?;
        let settle = result.results.iter().rev().find_map(|result| result.settle);
        let waited_ms = settle.map_or_else(|| millis(sent), |settle| settle.waited_ms as f64);
        let screenshot = decode(result.screenshot.context("there is no screenshot")?.data.as_bytes())?;
        tokio::time::sleep_until((sent + DEMO_WAIT).into()).await;
        let later =
            stage.desktop.run(Vec::new(), true).await?.screenshot.context("there is no screenshot")?;
        let stale = differing(&screenshot, &decode(later.data.as_bytes())?) > CARET;
        outcomes.push(Outcome { name: step.name, waited_ms, first_ms: changes.first_after(sent), stale });
    }
    Ok(outcomes)
}

fn decode(base64: &[u8]) -> anyhow::Result<RgbImage> {
    let bytes = BASE64_STANDARD.decode(base64).map_err(|_| anyhow!("invalid base64"))?;
    Ok(image::load_from_memory(&bytes)?.into_rgb8())
}

/// The number of pixels that differ, except in the panel.
fn differing(one: &RgbImage, other: &RgbImage) -> usize {
    let pairs = one.enumerate_pixels().zip(other.pixels());
    pairs.filter(|((_, y, a), b)| *y < COMPARED_HEIGHT && a != b).count()
}

/// Prints one line per action, to show the slow and stale ones.
fn print(outcomes: &[Outcome]) {
    let mut names: Vec<&str> = Vec::new();
    for outcome in outcomes {
        if !names.contains(&outcome.name) {
            names.push(outcome.name);
        }
    }
    println!("\n{:<44} {:>9} {:>12} {:>6}", "action", "wait, ms", "first, ms", "stale");
    for name in names {
        let of_name = || outcomes.iter().filter(|outcome| outcome.name == name);
        let wait = Stat::of(of_name().map(|outcome| outcome.waited_ms).collect()).median;
        let first: Vec<f64> = of_name().filter_map(|outcome| outcome.first_ms).collect();
        let first =
            if first.is_empty() { "none".to_owned() } else { format!("{:.0}", Stat::of(first).median) };
        let stale = of_name().filter(|outcome| outcome.stale).count();
        println!("{name:<44} {wait:>9.0} {first:>12} {stale:>6}");
    }
}

/// The times at which something was drawn.
struct Changes(Arc<Mutex<Vec<Instant>>>);

impl Changes {
    fn watch(desktop: &Desktop) -> anyhow::Result<Self> {
        let connection = desktop.x_connection()?;
        let root = connection.setup().roots.first().context("no screen")?.root;
        connection.damage_query_version(1, 1)?.reply()?;
        let damage = connection.generate_id()?;
        connection.damage_create(damage, root, ReportLevel::RAW_RECTANGLES)?.check()?;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&seen);
        // The thread ends with the X server.
        std::thread::spawn(move || {
            while let Ok(event) = connection.wait_for_event() {
                if let Event::DamageNotify(_) = event {
                    noted.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
                }
            }
        });
        Ok(Self(seen))
    }

    /// Milliseconds from a moment to the first change after it.
    fn first_after(&self, moment: Instant) -> Option<f64> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = seen.iter().find(|seen| **seen > moment)?;
        Some((*first - moment).as_secs_f64() * 1000.0)
    }
}
