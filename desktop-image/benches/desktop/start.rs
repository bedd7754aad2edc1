//! The time to start a desktop, and the cost of an idle one.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use protocol::action::Size;

use crate::desktop::{Desktop, millis};
use crate::figures::{Figure, Stat};
use crate::processes;
use crate::support::poll_until;

const SCREEN: Size = Size { width: 1280, height: 800 };
const OURS: usize = 20;
const THEIRS: usize = 5;
/// How long idle desktops are observed.
const WATCHED: Duration = Duration::from_secs(10);
const DEMO: &str = "reference demo: Xvfb, mutter, tint2, x11vnc";

pub(crate) async fn measure() -> anyhow::Result<Vec<Figure>> {
    let mut ours = Vec::new();
    for _ in 0..OURS {
        let started = Instant::now();
        let desktop = Desktop::start(SCREEN)?;
        let screenshot = desktop.http.get(desktop.url("/v1/screenshot")).send().await?.error_for_status()?;
        ensure!(!screenshot.bytes().await?.is_empty(), "the screenshot is empty");
        ours.push(millis(started));
    }
    let theirs = starts_of_demo().await;
    let mut figures = vec![Figure::beside("start to first screenshot", "ms", Stat::of(ours), DEMO, &theirs)];
    figures.extend(idle().await?);
    Ok(figures)
}

async fn starts_of_demo() -> anyhow::Result<Stat> {
    let mut taken = Vec::new();
    for number in 0..THEIRS {
        let started = Instant::now();
        let demo = DemoDesktop::start(71 + number).await?;
        taken.push(millis(started));
        drop(demo);
    }
    Ok(Stat::of(taken))
}

async fn idle() -> anyhow::Result<Vec<Figure>> {
    let ours = Desktop::start(SCREEN)?;
    let theirs = DemoDesktop::start(80).await;
    // Let the desktops become idle.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let our_pids = processes::tree(ours.pid())?;
    let their_pids = theirs.as_ref().map_err(again).and_then(DemoDesktop::pids);
    let their_memory = their_pids.as_ref().map_err(again).and_then(|pids| processes::memory_mib(pids));
    let before = (processes::cpu_seconds(&our_pids), cpu_seconds(&their_pids));
    tokio::time::sleep(WATCHED).await;
    let after = (processes::cpu_seconds(&our_pids), cpu_seconds(&their_pids));
    let percent = |before: f64, after: f64| Stat::once((after - before) / WATCHED.as_secs_f64() * 100.0);
    let their_cpu = after.1.and_then(|after| Ok(percent(before.1?, after)));
    let our_memory = Stat::once(ours.memory_mib().await?);
    Ok(vec![
        Figure::beside(
            "memory of an idle desktop (PSS)",
            "MiB",
            our_memory,
            DEMO,
            &their_memory.map(Stat::once),
        ),
        Figure::beside(
            "processor of an idle desktop, of one core",
            "%",
            percent(before.0, after.0),
            DEMO,
            &their_cpu,
        ),
    ])
}

fn cpu_seconds(pids: &anyhow::Result<Vec<u32>>) -> anyhow::Result<f64> {
    pids.as_ref().map_err(again).map(|pids| processes::cpu_seconds(pids))
}

/// The same error for another figure.
fn again(error: &anyhow::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:#}")
}

/// The programs of the reference demo's container.
struct DemoDesktop {
    display: String,
    children: Vec<Child>,
    folder: tempfile::TempDir,
}

impl DemoDesktop {
    /// Starts one and waits until a screenshot can be taken.
    async fn start(number: usize) -> anyhow::Result<Self> {
        let display = format!(":{number}");
        let folder = tempfile::tempdir()?;
        let mut demo = Self { display: display.clone(), children: Vec::new(), folder };
        demo.run(
            "Xvfb",
            &[&display, "-ac", "-screen", "0", "1280x800x24", "-dpi", "96", "-nolisten", "tcp"],
        )?;
        let socket = format!("/tmp/.X11-unix/X{number}");
        let listens = async || Ok(std::path::Path::new(&socket).exists().then_some(()));
        poll_until("the demo's X server listens", listens).await?;
        demo.run("tint2", &[])?;
        demo.run("mutter", &["--replace", "--sm-disable"])?;
        let port = (5900 + number).to_string();
        demo.run(
            "x11vnc",
            &["-forever", "-shared", "-nopw", "-localhost", "-rfbport", &port, "-wait", "50"],
        )?;
        poll_until("the demo's window manager runs", async || {
            let mut query = demo.command("xprop");
            query.args(["-root", "_NET_SUPPORTING_WM_CHECK"]).stdout(Stdio::piped());
            let answer = query.output()?;
            Ok(String::from_utf8_lossy(&answer.stdout).contains("window id").then_some(()))
        })
        .await?;
        let file = demo.folder.path().join("shot.png");
        ensure!(demo.command("scrot").args(["-p", "-o"]).arg(file).status()?.success(), "scrot failed");
        Ok(demo)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("DISPLAY", &self.display).env("HOME", self.folder.path());
        command.env("XDG_RUNTIME_DIR", self.folder.path()).env("XDG_SESSION_TYPE", "x11");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn run(&mut self, program: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let child = self.command(program).args(arguments).spawn();
        self.children.push(child.with_context(|| format!("could not start {program}"))?);
        Ok(())
    }

    fn pids(&self) -> anyhow::Result<Vec<u32>> {
        let trees = self.children.iter().map(|child| processes::tree(child.id()));
        Ok(trees.collect::<Result<Vec<_>, _>>()?.concat())
    }
}

impl Drop for DemoDesktop {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            // SIGTERM, since a killed X server would leave its socket and lock behind. It may have ended already.
            let _ = kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGTERM);
            let _ = child.wait();
        }
    }
}
