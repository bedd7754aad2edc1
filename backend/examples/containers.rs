//! Measures desktops in containers: the time to the first screenshot, cold and from the pool; what an idle
//! desktop costs; and whether anything is left after many were started and removed.
//!
//! `cargo run --release -p backend --example containers -- [IMAGE]`, as root, because other users can't read
//! the memory use of processes.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use backend::clock::Clock;
use backend::config::limits::{Limits, TotalLimits};
use backend::config::models::ModelRules;
use backend::config::retention::RetentionPeriods;
use backend::data_folder::private_cluster::PrivateCluster;
use backend::database::Database;
use backend::provider::docker::{DockerProvider, DockerSettings, DockerTimeouts};
use backend::provider::{DesktopProvider, EgressMode};
use backend::services::desktops::pool::{DesktopPool, PoolSettings};
use backend::services::egress::Egress;
use backend::services::egress::policy::EgressPolicy;
use backend::services::egress::policy_watch::PolicyWatch;
use backend::services::site_settings::SiteSettings;
use backend::store::pool_desktops;
use futures_util::StreamExt as _;
use protocol::action::Size;
use protocol::ids::DesktopId;
use protocol::locale::Locale;
use protocol::run::DesktopAccess;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const ROUNDS: usize = 20;
const CYCLES: usize = 50;
const AT_ONCE: usize = 8;
const ROOM_KIB: u64 = 8 << 20;
/// Maximum number of desktops to start.
const MOST: usize = 240;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let image = std::env::args().nth(1).unwrap_or_else(|| "deskhand-desktop".into());
    let data = std::env::temp_dir().join(format!("deskhand-containers-{}", std::process::id()));
    std::fs::create_dir_all(&data)?;
    let settings = DockerSettings {
        image,
        screen: Size { width: 1280, height: 800 },
        locale: Locale { time_zone: "UTC".to_owned(), language: None },
        memory_bytes: 2 << 30,
        milli_cpus: 2000,
        pids: 512,
        home_bytes: 10 << 30,
        runtime: None,
        host: None,
        timeouts: DockerTimeouts::default(),
    };
    let provider = Arc::new(DockerProvider::open(&data, settings).await?);
    let http = reqwest::Client::builder().no_proxy().build()?;
    say(&format!("to the first screenshot, cold: {}", median(cold(&provider, &http).await?)))?;
    say(&format!(
        "to the first screenshot, from the pool: {}",
        median(pooled(&provider, &http, &data).await?)
    ))?;
    say(&idle(&provider, &http).await?)?;
    say(&fit(&provider, &http).await?)?;
    say(&cycles(&provider).await?)?;
    for left in provider.list().await? {
        provider.remove(left.id).await?;
    }
    provider.close().await;
    Ok(std::fs::remove_dir_all(data)?)
}

async fn cold(provider: &DockerProvider, http: &reqwest::Client) -> anyhow::Result<Vec<Duration>> {
    let mut took = Vec::new();
    for _ in 0..ROUNDS {
        let id = DesktopId::generate();
        let start = Instant::now();
        let access = provider.start(id).await?;
        provider.set_egress_mode(id, EgressMode::Internet).await?;
        screenshot(http, &access).await?;
        took.push(start.elapsed());
        provider.remove(id).await?;
    }
    Ok(took)
}

async fn pooled(
    provider: &Arc<DockerProvider>,
    http: &reqwest::Client,
    data: &Path,
) -> anyhow::Result<Vec<Duration>> {
    let cluster = PrivateCluster::start(data).await?;
    backend::database::migrate(cluster.url()).await?;
    let database = Database::new(cluster.url())?;
    let settings = SiteSettings {
        database: database.clone(),
        clock: Clock::system(),
        registration: None,
        limits: Limits::default(),
        total_limits: TotalLimits::default(),
        internet: Some(EgressPolicy::All),
        retention: RetentionPeriods::default(),
        models: ModelRules::default(),
    };
    let egress = Egress {
        settings,
        reachable: Arc::default(),
        database: database.clone(),
        provider: Arc::clone(provider) as Arc<dyn DesktopProvider>,
        clock: Clock::system(),
        watch: PolicyWatch::default(),
    };
    let pool = DesktopPool::new(egress, PoolSettings { size: 1, replica_id: uuid::Uuid::now_v7() });
    let (tasks, shutdown) = (TaskTracker::new(), CancellationToken::new());
    tasks.spawn(pool.clone().keep_full(shutdown.clone()));
    let mut took = Vec::new();
    while took.len() < ROUNDS {
        let start = Instant::now();
        let Some(warm) = pool.take().await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        pool_desktops::take(&mut *database.connection().await?, warm.id).await?;
        screenshot(http, &warm.access).await?;
        took.push(start.elapsed());
        provider.remove(warm.id).await?;
    }
    shutdown.cancel();
    tasks.close();
    tasks.wait().await;
    database.close();
    cluster.stop().await?;
    Ok(took)
}

/// The memory of an idle desktop, with its share of shared pages.
async fn idle(provider: &Arc<DockerProvider>, http: &reqwest::Client) -> anyhow::Result<String> {
    let ids: Vec<DesktopId> = (0..4).map(|_| DesktopId::generate()).collect();
    for id in &ids {
        screenshot(http, &provider.start(*id).await?).await?;
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mut total = 0;
    for id in &ids {
        total += proportional_kib(&provider.container_name(*id))?;
        provider.remove(*id).await?;
    }
    let mib = total / 1024 / ids.len() as u64;
    Ok(format!("an idle desktop needs {mib} MiB (PSS, mean of {})", ids.len()))
}

/// How many idle desktops fit into 8 GiB of memory, including what the engine needs for each.
async fn fit(provider: &Arc<DockerProvider>, http: &reqwest::Client) -> anyhow::Result<String> {
    let before = available_kib()?;
    let mut ids = Vec::new();
    let mut needed = 0;
    while needed < ROOM_KIB && ids.len() < MOST {
        let more: Vec<DesktopId> = (0..AT_ONCE).map(|_| DesktopId::generate()).collect();
        let starting = more.iter().map(async |id| screenshot(http, &provider.start(*id).await?).await);
        futures_util::future::try_join_all(starting).await?;
        ids.extend(more);
        tokio::time::sleep(Duration::from_secs(3)).await;
        needed = before.saturating_sub(available_kib()?);
    }
    let removing = futures_util::stream::iter(&ids).for_each_concurrent(AT_ONCE, async |id| {
        // What is left over is counted below.
        let _ = provider.remove(*id).await;
    });
    removing.await;
    Ok(format!("{} idle desktops took {} MiB of this machine's memory, all told", ids.len(), needed / 1024))
}

/// The memory available to programs, in KiB.
fn available_kib() -> anyhow::Result<u64> {
    let text = std::fs::read_to_string("/proc/meminfo")?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    Ok(line.context("the kernel tells no available memory")?.trim().trim_end_matches(" kB").parse()?)
}

fn proportional_kib(container: &str) -> anyhow::Result<u64> {
    let pids = docker(&["top", container, "-o", "pid"])?;
    let mut kib = 0;
    for pid in pids.lines().skip(1) {
        let text = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", pid.trim()))?;
        let line =
            text.lines().find_map(|line| line.strip_prefix("Pss:")).context("the kernel tells no PSS")?;
        kib += line.trim().trim_end_matches(" kB").parse::<u64>()?;
    }
    Ok(kib)
}

async fn cycles(provider: &DockerProvider) -> anyhow::Result<String> {
    let start = Instant::now();
    let done = futures_util::stream::iter(0..CYCLES).map(async |_| {
        let id = DesktopId::generate();
        provider.start(id).await?;
        provider.remove(id).await
    });
    let failed: Vec<_> =
        done.buffer_unordered(AT_ONCE).filter_map(async |result| result.err()).collect().await;
    let left = provider.list().await?.len();
    let seconds = start.elapsed().as_secs();
    Ok(format!(
        "{CYCLES} came and went, {AT_ONCE} at once, in {seconds} s: {} failed, {left} left over {failed:?}",
        failed.len()
    ))
}

async fn screenshot(http: &reqwest::Client, access: &DesktopAccess) -> anyhow::Result<()> {
    let request = http.get(access.url.join("/v1/screenshot")?).bearer_auth(access.token.expose());
    request.send().await?.error_for_status()?.bytes().await?;
    Ok(())
}

fn median(mut took: Vec<Duration>) -> String {
    took.sort();
    let at = |share: usize| took.get(took.len() * share / 100).copied().unwrap_or_default().as_millis();
    format!("median {} ms, p95 {} ms, n = {}", at(50), at(95), took.len())
}

fn docker(arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("docker").args(arguments).output()?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

fn say(line: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{line}")
}
