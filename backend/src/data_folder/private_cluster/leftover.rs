//! What an earlier server of the cluster has left behind.

use std::io;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use nix::sys::signal::Signal;

/// How often is looked whether a process has ended: it is no child of ours.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Stops a server that an earlier process left behind, and waits until the processes of a killed one have
/// ended. Postgres does not start before: they may still write to the cluster.
///
/// # Errors
/// When the Deskhand that started it is still running, or they do not end in time.
pub(super) async fn stop(folder: &Path) -> anyhow::Result<()> {
    if let Some(postmaster) = running_postmaster(folder)? {
        stop_postmaster(postmaster, folder).await?;
    }
    let unused = async {
        while shared_memory_in_use(folder)? {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        Ok(())
    };
    tokio::time::timeout(super::START_TIMEOUT, unused).await.with_context(|| {
        format!(
            "Processes of a database server that was killed still use {}. End them (`ps -ef | grep postgres`), \
             and start Deskhand again.",
            folder.display()
        )
    })?
}

async fn stop_postmaster(postmaster: i32, folder: &Path) -> anyhow::Result<()> {
    let parent = parent_of(postmaster);
    anyhow::ensure!(
        parent.is_none_or(|parent| !is_deskhand(parent)),
        "Another Deskhand (process {}) uses {}. Stop it, or choose another folder with --data-dir.",
        parent.unwrap_or_default(),
        folder.display(),
    );
    tracing::info!(pid = postmaster, "stopping a database server that an earlier run left behind");
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(postmaster), Signal::SIGINT)?;
    let gone = async {
        while Path::new(&format!("/proc/{postmaster}")).exists() {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    };
    tokio::time::timeout(super::START_TIMEOUT, gone).await.context("the old database server does not stop")
}

/// The process id of the folder's server, from line 1 of `postmaster.pid`, if it is alive.
pub(super) fn running_postmaster(folder: &Path) -> io::Result<Option<i32>> {
    let pid = pid_file_line(folder, 1)?.and_then(|line| line.trim().parse::<i32>().ok());
    Ok(pid.filter(|pid| {
        // After a crash the process id may have been reused.
        std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "postgres")
    }))
}

/// Whether a process is attached to the shared memory that the folder's last server made: the check that
/// Postgres makes when it starts.
fn shared_memory_in_use(folder: &Path) -> io::Result<bool> {
    // Line 7 is the segment's key and its id.
    let Some(line) = pid_file_line(folder, 7)? else { return Ok(false) };
    let Some(id) = line.split_whitespace().nth(1) else { return Ok(false) };
    let segments = match std::fs::read_to_string("/proc/sysvipc/shm") {
        // A kernel without System V shared memory has no segment that could be in use.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        segments => segments?,
    };
    // Columns: key, shmid, perms, size, cpid, lpid, nattch.
    let mut segments = segments.lines().map(|segment| segment.split_whitespace().collect::<Vec<_>>());
    Ok(segments
        .any(|columns| columns.get(1) == Some(&id) && columns.get(6).is_some_and(|count| *count != "0")))
}

/// A line of the cluster's `postmaster.pid`, counted from 1 as Postgres' `LOCK_FILE_LINE_*` are.
fn pid_file_line(folder: &Path, number: usize) -> io::Result<Option<String>> {
    match std::fs::read_to_string(folder.join("postmaster.pid")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        text => Ok(text?.lines().nth(number - 1).map(str::to_owned)),
    }
}

fn parent_of(pid: i32) -> Option<i32> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()
}

fn is_deskhand(pid: i32) -> bool {
    pid > 1
        && std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "deskhand")
}
