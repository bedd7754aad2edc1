//! How quick and how cheap the live view is, beside the VNC servers that are installed: one line of JSON a
//! server and subject. `cargo bench -p desktop-agent --bench live -- agent Xtigervnc` measures those two.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the figures are what this is for")]

mod rfb;
mod screen;
mod servers;

use std::sync::Barrier;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use rfb::Viewer;
use screen::Stage;
use serde_json::{Value, json};
use servers::Server;

/// How long what moves is watched.
const WATCHED: Duration = Duration::from_secs(5);
/// How long it moves before that.
const WARM_UP: Duration = Duration::from_secs(1);
const CLICKS: usize = 201;
/// The middle of the button.
const BUTTON: (u16, u16) = (120, 110);

fn main() -> anyhow::Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    for name in Server::NAMES.iter().filter(|name| wanted.is_empty() || wanted.iter().any(|one| one == *name))
    {
        match measure(name) {
            Ok(()) => {}
            Err(error) => eprintln!("{name}: {error:#}"),
        }
    }
    Ok(())
}

fn measure(name: &str) -> anyhow::Result<()> {
    let server = Server::start(name)?;
    let mut viewer = server.viewer()?;
    catch_up(&mut viewer)?;
    tell(&server, "latency", &latency(&server, &mut viewer)?);
    catch_up(&mut viewer)?;
    tell(&server, "idle", &watch(&server, &mut viewer)?);
    let stage = Stage::open(&server, (800, 600))?;
    tell(&server, "scroll", &moving(&server, &mut viewer, |deadline| stage.scroll(deadline))?);
    let stage = Stage::open(&server, (640, 360))?;
    tell(&server, "video", &moving(&server, &mut viewer, |deadline| stage.play(deadline))?);
    if name == "agent" {
        for viewers in [1, 20] {
            let stage = Stage::open(&server, (640, 360))?;
            tell(&server, "video, many viewers", &crowd(&server, viewers, stage)?);
        }
    }
    Ok(())
}

fn tell(server: &Server, subject: &str, figures: &Value) {
    let mut line = json!({ "server": server.name, "subject": subject });
    if let (Some(line), Some(figures)) = (line.as_object_mut(), figures.as_object()) {
        line.extend(figures.clone());
    }
    println!("{line}");
}

/// Takes updates until nothing has come for a while.
fn catch_up(viewer: &mut Viewer) -> anyhow::Result<()> {
    viewer.ask(false)?;
    let deadline = Instant::now() + Duration::from_secs(20);
    while viewer.update(Instant::now() + Duration::from_millis(1500))?.is_some() {
        viewer.ask(true)?;
        ensure!(Instant::now() < deadline, "the screen never comes to rest");
    }
    Ok(())
}

/// From a click to the pixels that it changes.
fn latency(server: &Server, viewer: &mut Viewer) -> anyhow::Result<Value> {
    let stage = Stage::open(server, (40, 20))?;
    viewer.point(0, BUTTON.0, BUTTON.1)?;
    catch_up(viewer)?;
    let mut taken = Vec::new();
    std::thread::scope(|scope| {
        let blinking = scope.spawn(|| stage.blink(CLICKS));
        for _ in 0..CLICKS {
            let clicked = Instant::now();
            viewer.point(1, BUTTON.0, BUTTON.1)?;
            loop {
                let update = viewer.update(clicked + Duration::from_secs(5))?.context("nothing changed")?;
                let arrived = clicked.elapsed();
                viewer.ask(true)?;
                if update.iter().any(|rectangle| rectangle.holds(BUTTON.0, BUTTON.1)) {
                    taken.push(arrived);
                    break;
                }
            }
            viewer.point(0, BUTTON.0, BUTTON.1)?;
            // Let what else the click set off come, so that each is measured at rest.
            while viewer.update(Instant::now() + Duration::from_millis(40))?.is_some() {
                viewer.ask(true)?;
            }
        }
        blinking.join().map_err(|_| anyhow::anyhow!("the button broke"))?
    })?;
    taken.sort_unstable();
    let milliseconds = |at: usize| taken[at].as_secs_f64() * 1000.0;
    Ok(json!({
        "median_ms": milliseconds(taken.len() / 2),
        "p95_ms": milliseconds(taken.len() * 95 / 100),
        "clicks": taken.len(),
    }))
}

/// What it costs while something moves.
fn moving(
    server: &Server,
    viewer: &mut Viewer,
    play: impl FnOnce(Instant) -> anyhow::Result<()> + Send,
) -> anyhow::Result<Value> {
    std::thread::scope(|scope| {
        let playing = scope.spawn(move || play(Instant::now() + WARM_UP + WATCHED + WARM_UP));
        follow(viewer, Instant::now() + WARM_UP)?;
        let figures = watch(server, viewer)?;
        follow(viewer, Instant::now() + WARM_UP + WARM_UP)?;
        playing.join().map_err(|_| anyhow::anyhow!("what moves broke"))??;
        Ok(figures)
    })
}

/// Bytes, updates and computing time of a while.
fn watch(server: &Server, viewer: &mut Viewer) -> anyhow::Result<Value> {
    let (bytes, before) = (viewer.received, each(server)?);
    let started = Instant::now();
    let updates = follow(viewer, started + WATCHED)?;
    let seconds = started.elapsed().as_secs_f64();
    let percent: Vec<f64> = each(server)?
        .into_iter()
        .zip(before)
        .map(|(now, before)| now.saturating_sub(before) as f64 / 1e7 / seconds)
        .collect();
    Ok(json!({
        "kb_per_s": (viewer.received - bytes) as f64 / 1000.0 / seconds,
        "updates_per_s": updates as f64 / seconds,
        "cpu_percent": percent.iter().sum::<f64>(),
        "of_it_x_server": percent.get(1),
    }))
}

fn each(server: &Server) -> anyhow::Result<Vec<u64>> {
    server.processes.iter().map(|process| servers::computed(*process)).collect()
}

/// Takes updates until the deadline.
fn follow(viewer: &mut Viewer, deadline: Instant) -> anyhow::Result<usize> {
    let mut updates = 0;
    while let Some(update) = viewer.update(deadline)? {
        updates += usize::from(!update.is_empty());
        viewer.ask(true)?;
    }
    Ok(updates)
}

/// What it costs when several watch.
fn crowd(server: &Server, viewers: usize, stage: Stage) -> anyhow::Result<Value> {
    let barrier = Barrier::new(viewers + 1);
    std::thread::scope(|scope| {
        let playing = scope.spawn(move || stage.play(Instant::now() + WARM_UP * 3 + WATCHED));
        let watching: Vec<_> = (0..viewers)
            .map(|_| {
                scope.spawn(|| -> anyhow::Result<usize> {
                    let mut viewer = server.viewer()?;
                    viewer.ask(false)?;
                    follow(&mut viewer, Instant::now() + WARM_UP)?;
                    barrier.wait();
                    follow(&mut viewer, Instant::now() + WATCHED)
                })
            })
            .collect();
        barrier.wait();
        let before = each(server)?;
        let mut updates = 0;
        for one in watching {
            updates += one.join().map_err(|_| anyhow::anyhow!("a viewer broke"))??;
        }
        let spent: u64 = each(server)?.iter().sum::<u64>() - before.iter().sum::<u64>();
        playing.join().map_err(|_| anyhow::anyhow!("the film broke"))??;
        Ok(json!({
            "viewers": viewers,
            "updates_per_s_each": updates as f64 / viewers as f64 / WATCHED.as_secs_f64(),
            "cpu_percent": spent as f64 / 1e7 / WATCHED.as_secs_f64(),
        }))
    })
}
