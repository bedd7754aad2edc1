//! Latency and cost of the live view, compared with the installed VNC servers.

pub(crate) mod recorded;
mod rfb;
mod screen;
mod servers;

use std::sync::Barrier;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use rfb::Viewer;
use screen::Stage;
use servers::Server;

use crate::figures::{Figure, Stat};

/// How long moving content is watched.
const WATCHED: Duration = Duration::from_secs(5);
/// How long it moves before that.
const WARM_UP: Duration = Duration::from_secs(1);
const CLICKS: usize = 201;
/// The middle of the button.
const BUTTON: (u16, u16) = (120, 110);
const OURS: &str = "agent";

/// The cost of a live view.
#[derive(Clone, Copy)]
struct Cost {
    /// Kilobytes a second to the viewer.
    kilobytes: f64,
    /// Percent of a core, including the X server.
    processor: f64,
    /// The part of the X server, if it is a separate process.
    x_server: f64,
}

/// The figures of one server.
struct Measured {
    latency: Stat,
    idle: Cost,
    scroll: Cost,
    video: Cost,
}

pub(crate) fn measure() -> anyhow::Result<Vec<Figure>> {
    let ours = of(OURS)?;
    let mut figures = Vec::new();
    for name in Server::NAMES.into_iter().filter(|name| *name != OURS) {
        figures.extend(beside(&ours, name, &of(name)));
    }
    let part = |name: &str, cost: Cost| {
        let name = format!("live view, {name}: processor, the X server's part");
        Figure::alone(&name, "%", Stat::once(cost.x_server))
    };
    figures.extend([part("scrolling", ours.scroll), part("video", ours.video)]);
    let server = Server::start(OURS)?;
    for viewers in [1, 20] {
        let stage = Stage::open(&server, (640, 360))?;
        let processor = crowd(&server, viewers, stage)?;
        let name = format!("live view, video, {viewers} at once: processor");
        figures.push(Figure::alone(&name, "%", Stat::once(processor)));
    }
    Ok(figures)
}

fn beside(ours: &Measured, peer: &str, theirs: &anyhow::Result<Measured>) -> Vec<Figure> {
    let figure = |name: &str, unit, of: fn(&Measured) -> Stat| {
        let theirs = theirs.as_ref().map(of).map_err(|error| anyhow::anyhow!("{error:#}"));
        Figure::beside(name, unit, of(ours), peer, &theirs)
    };
    vec![
        figure("live view, click to pixels", "ms", |of| of.latency),
        figure("live view, idle: processor", "%", |of| Stat::once(of.idle.processor)),
        figure("live view, scrolling: data", "kB/s", |of| Stat::once(of.scroll.kilobytes)),
        figure("live view, scrolling: processor", "%", |of| Stat::once(of.scroll.processor)),
        figure("live view, video: data", "kB/s", |of| Stat::once(of.video.kilobytes)),
        figure("live view, video: processor", "%", |of| Stat::once(of.video.processor)),
    ]
}

fn of(name: &str) -> anyhow::Result<Measured> {
    let server = Server::start(name)?;
    let mut viewer = server.viewer()?;
    catch_up(&mut viewer)?;
    let latency = latency(&server, &mut viewer)?;
    catch_up(&mut viewer)?;
    let idle = watch(&server, &mut viewer)?;
    let stage = Stage::open(&server, (800, 600))?;
    let scroll = moving(&server, &mut viewer, |deadline| stage.scroll(deadline))?;
    let stage = Stage::open(&server, (640, 360))?;
    let video = moving(&server, &mut viewer, |deadline| stage.play(deadline))?;
    Ok(Measured { latency, idle, scroll, video })
}

/// Receives updates until none arrives for a while.
fn catch_up(viewer: &mut Viewer) -> anyhow::Result<()> {
    viewer.ask(false)?;
    let deadline = Instant::now() + Duration::from_secs(20);
    while viewer.update(Instant::now() + Duration::from_millis(1500))?.is_some() {
        viewer.ask(true)?;
        ensure!(Instant::now() < deadline, "the screen never comes to rest");
    }
    Ok(())
}

/// The time from a click to the pixels that it changes.
fn latency(server: &Server, viewer: &mut Viewer) -> anyhow::Result<Stat> {
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
            // Receive other effects of the click, so that each click is measured on a quiet screen.
            while viewer.update(Instant::now() + Duration::from_millis(40))?.is_some() {
                viewer.ask(true)?;
            }
        }
        blinking.join().map_err(|_| anyhow::anyhow!("the button broke"))?
    })?;
    Ok(Stat::of(taken.into_iter().map(|taken| taken.as_secs_f64() * 1000.0).collect()))
}

/// The cost while something moves.
fn moving(
    server: &Server,
    viewer: &mut Viewer,
    play: impl FnOnce(Instant) -> anyhow::Result<()> + Send,
) -> anyhow::Result<Cost> {
    std::thread::scope(|scope| {
        let playing = scope.spawn(move || play(Instant::now() + WARM_UP + WATCHED + WARM_UP));
        follow(viewer, Instant::now() + WARM_UP)?;
        let figures = watch(server, viewer)?;
        follow(viewer, Instant::now() + WARM_UP + WARM_UP)?;
        playing.join().map_err(|_| anyhow::anyhow!("what moves broke"))??;
        Ok(figures)
    })
}

/// Bytes and CPU time over a period.
fn watch(server: &Server, viewer: &mut Viewer) -> anyhow::Result<Cost> {
    let of_x_server = || server.processes.get(1).map_or(Ok(0), |process| servers::computed(*process));
    let (bytes, before, before_x) = (viewer.received, computed(server)?, of_x_server()?);
    let started = Instant::now();
    follow(viewer, started + WATCHED)?;
    let seconds = started.elapsed().as_secs_f64();
    let percent = |now: u64, before: u64| now.saturating_sub(before) as f64 / 1e7 / seconds;
    Ok(Cost {
        kilobytes: (viewer.received - bytes) as f64 / 1000.0 / seconds,
        processor: percent(computed(server)?, before),
        x_server: percent(of_x_server()?, before_x),
    })
}

/// CPU time of all processes of a server in nanoseconds.
fn computed(server: &Server) -> anyhow::Result<u64> {
    server.processes.iter().map(|process| servers::computed(*process)).sum()
}

/// Receives updates until the deadline.
fn follow(viewer: &mut Viewer, deadline: Instant) -> anyhow::Result<()> {
    while viewer.update(deadline)?.is_some() {
        viewer.ask(true)?;
    }
    Ok(())
}

/// Percent of a core with several viewers.
fn crowd(server: &Server, viewers: usize, stage: Stage) -> anyhow::Result<f64> {
    let barrier = Barrier::new(viewers + 1);
    std::thread::scope(|scope| {
        let playing = scope.spawn(move || stage.play(Instant::now() + WARM_UP * 3 + WATCHED));
        let watching: Vec<_> = (0..viewers)
            .map(|_| {
                scope.spawn(|| -> anyhow::Result<()> {
                    let mut viewer = server.viewer()?;
                    viewer.ask(false)?;
                    follow(&mut viewer, Instant::now() + WARM_UP)?;
                    barrier.wait();
                    follow(&mut viewer, Instant::now() + WATCHED)
                })
            })
            .collect();
        barrier.wait();
        let before = computed(server)?;
        for one in watching {
            one.join().map_err(|_| anyhow::anyhow!("a viewer broke"))??;
        }
        let spent = computed(server)?.saturating_sub(before);
        playing.join().map_err(|_| anyhow::anyhow!("the film broke"))??;
        Ok(spent as f64 / 1e7 / WATCHED.as_secs_f64())
    })
}
