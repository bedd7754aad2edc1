//! What is left of conversations that were deleted.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use backend::data_folder::private_cluster::running_url;

use crate::figures::Figure;
use crate::processes::{alive, below, with_argument};
use crate::rows::select;
use crate::samples::zombies_of;

/// How long the last removals may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The tables whose rows belong to conversations.
const TABLES: [&str; 6] = ["chats", "events", "messages", "runs", "desktops", "files"];

/// Counts it, once it no longer becomes less. `label` is on everything in Docker that belongs to the installation.
pub(crate) async fn count(data: &Path, pid: i32, label: Option<&str>) -> Vec<Figure> {
    let deadline = Instant::now() + PATIENCE;
    let mut found = look(data, pid, label).await;
    while found.iter().any(|(_, count)| *count > 0) && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_secs(1)).await;
        found = look(data, pid, label).await;
    }
    found
        .into_iter()
        .map(|(what, count)| Figure::one(&format!("soak: {what} left over"), count as f64, "", Some(0.0)))
        .collect()
}

async fn look(data: &Path, pid: i32, label: Option<&str>) -> Vec<(&'static str, usize)> {
    let mut found = vec![
        ("processes", processes(data, pid)),
        ("zombies", zombies_of(pid).len()),
        ("folders of desktops", std::fs::read_dir(data.join("desktops")).map_or(0, Iterator::count)),
        ("blobs", files_below(&data.join("blobs"))),
    ];
    let url = running_url(data).unwrap().unwrap();
    for table in TABLES {
        let rows = select(&url, &format!("SELECT count(*)::int AS count FROM {table}")).await;
        let count = rows[0]["count"].as_u64().unwrap();
        found.push((table, usize::try_from(count).unwrap()));
    }
    if let Some(label) = label {
        let ours = format!("label={label}");
        found.push(("containers", listed(&["ps", "--all"], &ours)));
        found.push(("volumes", listed(&["volume", "ls"], &ours)));
        found.push(("networks", listed(&["network", "ls"], &ours)));
    }
    found
}

/// Processes of desktops: those below this one that are not Postgres, and those that name the data folder.
fn processes(data: &Path, pid: i32) -> usize {
    let mut all = below(pid);
    all.extend(with_argument(&data.display().to_string()));
    all.retain(|process| process.name != "postgres" && process.pid != pid);
    alive(&all).len()
}

fn files_below(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files_below(&path) } else { 1 }).sum()
}

fn listed(list: &[&str], filter: &str) -> usize {
    let output = Command::new("docker").args(list).args(["--quiet", "--filter", filter]).output().unwrap();
    assert!(output.status.success(), "docker {list:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().count()
}
