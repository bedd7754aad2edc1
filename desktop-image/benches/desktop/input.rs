//! Clicks and typing.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::ensure;
use protocol::action::{Action, Button, Point, Size};

use crate::desktop::{Desktop, millis};
use crate::figures::{Figure, Stat};
use crate::support::poll_until;

const SCREEN: Size = Size { width: 1280, height: 800 };
/// The delay with which the reference demo types.
const DEMO_DELAY_MS: &str = "12";
const DEMO_WAIT: Duration = Duration::from_secs(2);

pub(crate) async fn measure() -> anyhow::Result<Vec<Figure>> {
    let mut figures = vec![click(&Desktop::start(SCREEN)?).await?];
    figures.extend(click_to_frame(&Desktop::start(SCREEN)?).await?);
    figures.extend(typing(&Desktop::start(SCREEN)?).await?);
    Ok(figures)
}

/// A click, without waiting for its effect.
async fn click(desktop: &Desktop) -> anyhow::Result<Figure> {
    let mut ours = Vec::new();
    for index in 0..200 {
        let click = click_at(400 + index, 300);
        let started = Instant::now();
        // A query after it, or the batch would wait for the screen.
        desktop.run(vec![click, Action::CursorPosition], false).await?;
        ours.push(millis(started));
    }
    Ok(Figure::beside(
        "move and click, over HTTP",
        "ms",
        Stat::of(ours),
        "xdotool",
        &clicks_of_xdotool(desktop),
    ))
}

fn clicks_of_xdotool(desktop: &Desktop) -> anyhow::Result<Stat> {
    let mut taken = Vec::new();
    for index in 0..20 {
        let started = Instant::now();
        let x = (400 + index).to_string();
        let clicked =
            desktop.command("xdotool").args(["mousemove", "--sync", &x, "300", "click", "1"]).status()?;
        taken.push(millis(started));
        ensure!(clicked.success(), "xdotool failed");
    }
    Ok(Stat::of(taken))
}

fn click_at(x: i32, y: i32) -> Action {
    Action::Click { button: Button::Left, count: 1, at: Some(Point { x, y }), modifiers: Vec::new() }
}

/// A click on an editor's window, and the screenshot once the screen has settled.
async fn click_to_frame(desktop: &Desktop) -> anyhow::Result<Vec<Figure>> {
    desktop.run_command("seq 1 400 > ~/note.txt").await?;
    let window = desktop.open("mousepad ~/note.txt", "note.txt").await?;
    let place = |index: i32| (window.region.x + 60 + index, window.region.y + 100 + index * 5);
    let mut ours = Vec::new();
    for index in 0..20 {
        let (x, y) = place(index);
        let started = Instant::now();
        let result = desktop.run(vec![click_at(x, y)], true).await?;
        ours.push(millis(started));
        ensure!(result.screenshot.is_some(), "there is no screenshot");
    }
    let demo = "reference demo: xdotool, 2 s, scrot";
    let theirs = clicks_of_demo(desktop, place).await;
    Ok(vec![Figure::beside("click to settled screenshot", "ms", Stat::of(ours), demo, &theirs)])
}

async fn clicks_of_demo(desktop: &Desktop, place: impl Fn(i32) -> (i32, i32)) -> anyhow::Result<Stat> {
    let mut taken = Vec::new();
    let file = desktop.home.join("shot.png");
    for index in 0..5 {
        let (x, y) = place(index);
        let started = Instant::now();
        let position = [x.to_string(), y.to_string()];
        desktop
            .command("xdotool")
            .args(["mousemove", "--sync"])
            .args(position)
            .args(["click", "1"])
            .status()?;
        tokio::time::sleep(DEMO_WAIT).await;
        ensure!(desktop.command("scrot").args(["-p", "-o"]).arg(&file).status()?.success(), "scrot failed");
        taken.push(millis(started));
    }
    Ok(Stat::of(taken))
}

/// Typing into a terminal, checking each time that the text has arrived.
async fn typing(desktop: &Desktop) -> anyhow::Result<Vec<Figure>> {
    let file = desktop.home.join("typed.txt");
    let program = format!("stty raw -echo; exec cat > '{}'", file.display());
    desktop.open(&format!("xterm -T typing -e sh -c \"{program}\""), "typing").await?;
    let sentence = "The quick brown fox jumps over the lazy dog; 0123456789 (yes). ";
    let ascii = |count: usize| sentence.chars().cycle().take(count).collect::<String>();
    let chinese = include_str!("chinese.txt").split_whitespace().collect::<String>();
    let chinese: String = chinese.chars().cycle().take(1000).collect();
    let mut typist = Typist { desktop, file, expected: String::new() };
    let mut figures = Vec::new();
    for (name, text) in [("type 100 characters", ascii(100)), ("type 1,000 characters", ascii(1000))] {
        let ours = typist.ours(&text, 20).await?;
        let theirs = typist.xdotool(&text, 3).await;
        figures.push(Figure::beside(name, "ms", ours, "reference demo: xdotool type", &theirs));
    }
    let ours = typist.ours(&chinese, 10).await?;
    figures.push(Figure::alone("type 1,000 Chinese characters", "ms", ours));
    Ok(figures)
}

struct Typist<'a> {
    desktop: &'a Desktop,
    file: PathBuf,
    /// Everything that should have arrived.
    expected: String,
}

impl Typist<'_> {
    async fn ours(&mut self, text: &str, times: usize) -> anyhow::Result<Stat> {
        let mut samples = Vec::new();
        for _ in 0..times {
            let started = Instant::now();
            self.desktop.run(vec![Action::Type { text: text.into() }, Action::CursorPosition], false).await?;
            samples.push(millis(started));
            self.arrived(text).await?;
        }
        Ok(Stat::of(samples))
    }

    async fn xdotool(&mut self, text: &str, times: usize) -> anyhow::Result<Stat> {
        let mut samples = Vec::new();
        for _ in 0..times {
            let started = Instant::now();
            let mut command = self.desktop.command("xdotool");
            ensure!(command.args(["type", "--delay", DEMO_DELAY_MS, "--", text]).status()?.success());
            samples.push(millis(started));
            self.arrived(text).await?;
        }
        Ok(Stat::of(samples))
    }

    /// Waits until the text has arrived, and compares it.
    async fn arrived(&mut self, text: &str) -> anyhow::Result<()> {
        self.expected.push_str(text);
        let (file, expected) = (&self.file, &self.expected);
        let arrived = poll_until("the text has arrived", async || {
            let bytes = std::fs::read(file).unwrap_or_default();
            Ok((bytes.len() >= expected.len()).then_some(bytes))
        })
        .await?;
        ensure!(arrived == expected.as_bytes(), "another text arrived");
        Ok(())
    }
}
