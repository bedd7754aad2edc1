//! Lets a Deskhand work for a while, and fails if it does not stay as it was: memory that grows, descriptors that are not
//! closed, zombies, and whatever is left of conversations that are deleted. `make soak` runs it for three minutes,
//! `make soak ARGS="--minutes 60"` for an hour.

#![expect(dead_code, reason = "the tests use more of what is shared with them")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a soak test in which something fails is void")]
#![expect(clippy::print_stdout, reason = "it is a program of its own")]

mod conversations;
#[path = "../../tests/it/deskhand.rs"]
mod deskhand;
#[path = "../load/figures.rs"]
mod figures;
mod left_over;
#[path = "../../tests/it/processes.rs"]
mod processes;
#[path = "../../tests/it/rows.rs"]
mod rows;
mod samples;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;

use self::conversations::{Pace, converse};
use self::deskhand::Deskhand;
use self::figures::{Figure, all_kept, memory, report};
use self::samples::{Sampler, descriptors};

/// How much memory may grow, in MiB a minute.
const GROWTH: f64 = 1.0;
/// By how many descriptors the process may differ from what it had after the warm-up.
const DESCRIPTORS: f64 = 5.0;
/// How long the process may take to close what it used last.
const SETTLE: Duration = Duration::from_secs(100);
/// For how many looks, 5 s apart, the number of descriptors does not change once the process is at rest.
const LOOKS: u32 = 6;
/// What part of the time is for warming up.
const WARM_UP: u32 = 4;

/// A soak test of the whole.
#[derive(Debug, Parser)]
struct Arguments {
    /// How long to work, in minutes
    #[arg(long, default_value_t = 3)]
    minutes: u32,
    /// Number of desktops that are made and removed [default: 200 an hour]
    #[arg(long)]
    desktops: Option<u32>,
    /// Number of runs of the demo, shared among the desktops [default: 1,000 an hour]
    #[arg(long)]
    runs: Option<u32>,
    /// Run desktops in containers of this image
    #[arg(long)]
    image: Option<String>,
    // What `cargo bench` adds.
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let figures = soak(&arguments).await;
    report("soak", &figures);
    if all_kept(&figures) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn soak(arguments: &Arguments) -> Vec<Figure> {
    let minutes = arguments.minutes.max(1);
    let desktops = arguments.desktops.unwrap_or((200 * minutes).div_ceil(60)).max(WARM_UP);
    let runs = arguments.runs.unwrap_or((1000 * minutes).div_ceil(60)).max(desktops);
    println!("{desktops} desktops and {runs} runs in {minutes} minutes");
    let data = tempfile::tempdir().unwrap();
    // The only login has to outlast the soak.
    let token_minutes = (minutes + 60).to_string();
    let mut settings = vec![
        ("DESKHAND_RUNS_PER_DAY", "1000000"),
        ("RUST_LOG", "warn"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", token_minutes.as_str()),
    ];
    if let Some(image) = &arguments.image {
        settings.extend([
            ("DESKHAND_DESKTOPS", "docker"),
            ("DESKHAND_DESKTOP_IMAGE", image),
            ("DESKHAND_DESKTOP_POOL", "0"),
        ]);
    }
    let deskhand = Arc::new(Deskhand::up_with(data.path(), &settings).await);
    let token = deskhand.first_administrator().await;
    let pid = deskhand.pid().as_raw();
    let during = Duration::from_secs(60) * minutes;
    let pace = |part: u32| Pace { desktops: part, runs: runs.div_ceil(desktops), every: during / desktops };
    let warm_up = desktops / WARM_UP;

    let warmed_up = converse(&deskhand, &token, pace(warm_up)).await;
    let before = descriptors_at_rest(pid, None).await;
    let started_with = memory(pid);
    println!("warmed up: {before} descriptors, {started_with:.1} MiB");
    let sampler = Sampler::start(pid);
    let worked = converse(&deskhand, &token, pace(desktops - warm_up)).await;
    let samples = sampler.stop().await;
    let after = descriptors_at_rest(pid, Some(before)).await;
    let ended_with = memory(pid);

    let mut figures = vec![
        Figure::one(
            "soak: desktops made and removed",
            f64::from(warmed_up.desktops + worked.desktops),
            "",
            None,
        ),
        Figure::one("soak: runs that succeeded", f64::from(warmed_up.runs + worked.runs), "", None),
        Figure::one("soak: errors", (warmed_up.errors.len() + worked.errors.len()) as f64, "", Some(0.0)),
        Figure::percentile("soak: from a message to the end of its run", 95.0, worked.times, None),
        Figure::one("soak: memory after the warm-up", started_with, "MiB", None),
        Figure::one("soak: memory at the end", ended_with, "MiB", None),
        Figure::one("soak: growth of memory in a minute", samples.growth(), "MiB", Some(GROWTH)),
        Figure::one("soak: descriptors after the warm-up", before as f64, "", None),
        Figure::one(
            "soak: descriptors more or less at the end",
            before.abs_diff(after) as f64,
            "",
            Some(DESCRIPTORS),
        ),
        Figure::one("soak: zombies", samples.zombies as f64, "", Some(0.0)),
    ];
    warmed_up.errors.iter().chain(&worked.errors).take(5).for_each(|error| println!("error: {error}"));
    figures.extend(left_over::count(data.path(), pid, label_in(&deskhand.printed)).await);
    figures
}

/// The label that is on everything in Docker, if desktops run there.
fn label_in(printed: &[String]) -> Option<&str> {
    let words = printed.iter().flat_map(|line| line.split([' ', ',']));
    words.into_iter().find(|word| word.starts_with("deskhand.instance="))
}

/// The number of descriptors once nobody works: when it no longer changes, or is near what it was.
async fn descriptors_at_rest(pid: i32, wanted: Option<usize>) -> usize {
    let deadline = Instant::now() + SETTLE;
    let (mut last, mut unchanged) = (descriptors(pid), 0);
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let now = descriptors(pid);
        unchanged = if now == last { unchanged + 1 } else { 0 };
        let at_rest = match wanted {
            Some(wanted) => wanted.abs_diff(now) as f64 <= DESCRIPTORS,
            None => unchanged == LOOKS,
        };
        if at_rest || Instant::now() > deadline {
            return now;
        }
        last = now;
    }
}
