//! Screenshots as models get them: PNG in base64, with the pointer.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::ensure;
use protocol::action::{Action, Point, Size};

use crate::desktop::{Desktop, millis};
use crate::figures::{Figure, Stat};

const SIZES: [Size; 2] = [Size { width: 1280, height: 800 }, Size { width: 1920, height: 1080 }];
const OURS: usize = 200;
const THEIRS: usize = 10;
/// How long a peer's command may take, in seconds.
const LIMIT: &str = "20";

pub(crate) async fn measure() -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for size in SIZES {
        figures.extend(at(size).await?);
    }
    Ok(figures)
}

async fn at(size: Size) -> anyhow::Result<Vec<Figure>> {
    let desktop = Desktop::start(size)?;
    desktop.run_command("seq 1 4000 > ~/note.txt").await?;
    desktop.open("mousepad ~/note.txt", "note.txt").await?;
    desktop.open("xterm -T listing -e 'ls -la /usr/bin; exec cat'", "listing").await?;
    let name = |what: &str| format!("{what}, {}x{}", size.width, size.height);
    let mut figures = Vec::new();
    let (ours, unchanged) = (changed(&desktop).await?, unchanged(&desktop).await?);
    for (peer, sequence) in peers(size) {
        let theirs = of_peer(&desktop, &sequence);
        figures.push(Figure::beside(&name("screenshot as PNG in base64"), "ms", ours, peer, &theirs));
    }
    figures.push(Figure::alone(&name("the same, unchanged screen"), "ms", unchanged));
    Ok(figures)
}

/// With the pointer at another position each time, so that each screenshot differs.
async fn changed(desktop: &Desktop) -> anyhow::Result<Stat> {
    let mut samples = Vec::new();
    for x in 0..OURS {
        let to = Point { x: 300 + i32::try_from(x)?, y: 300 };
        desktop.run(vec![Action::MouseMove { to }, Action::CursorPosition], false).await?;
        samples.push(one(desktop).await?);
    }
    Ok(Stat::of(samples))
}

async fn unchanged(desktop: &Desktop) -> anyhow::Result<Stat> {
    let mut samples = Vec::new();
    for _ in 0..OURS {
        samples.push(one(desktop).await?);
    }
    Ok(Stat::of(samples))
}

async fn one(desktop: &Desktop) -> anyhow::Result<f64> {
    let started = Instant::now();
    let result = desktop.run(vec![Action::Screenshot], false).await?;
    let taken = millis(started);
    ensure!(result.results[0].screenshot.is_some(), "there is no screenshot");
    Ok(taken)
}

/// Commands that take a screenshot in other ways; `@` stands for its file.
fn peers(size: Size) -> Vec<(&'static str, Vec<String>)> {
    // The sizes that the demo scales to, by the screen's aspect ratio.
    let (width, height) = if size == SIZES[1] { (1366, 768) } else { (1280, 800) };
    let scaled = format!("convert @ -resize {width}x{height}! @");
    let of = |commands: &[&str]| commands.iter().map(|command| (*command).to_owned()).collect();
    vec![
        ("scrot", of(&["scrot -p -o @", "base64 @"])),
        ("gnome-screenshot", of(&["gnome-screenshot -p -f @", "base64 @"])),
        ("ImageMagick import", of(&["import -window root @", "base64 @"])),
        ("reference demo: gnome-screenshot, convert", of(&["gnome-screenshot -p -f @", &scaled, "base64 @"])),
    ]
}

fn of_peer(desktop: &Desktop, sequence: &[String]) -> anyhow::Result<Stat> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("shot.png");
    let mut samples = Vec::new();
    for _ in 0..THEIRS {
        let started = Instant::now();
        for command in sequence {
            ensure!(command_of(desktop, command, &file).status()?.success(), "{command} failed");
        }
        samples.push(millis(started));
    }
    Ok(Stat::of(samples))
}

fn command_of(desktop: &Desktop, line: &str, file: &Path) -> Command {
    let words = line.split(' ');
    // Some wait for ever for a service that is not there.
    let mut command = desktop.command("timeout");
    command.arg(LIMIT);
    for word in words {
        if word == "@" {
            command.arg(file);
        } else {
            command.arg(word);
        }
    }
    command
}
