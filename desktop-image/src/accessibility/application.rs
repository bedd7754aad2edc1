//! Reads the windows of one program.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, sleep};

use super::bus::{Application, CallError, Object};
use super::node::{self, ReadNode};
use super::walk::{TreeQuery, WindowNodes, walk};
use super::window_stack::VisibleWindow;

/// How long a program that builds its tree on demand may take.
const WAKE_TIMEOUT: Duration = Duration::from_millis(1_500);
const WAKE_POLL_INTERVAL: Duration = Duration::from_millis(20);

/// The windows that one program reported.
#[derive(Debug, Default)]
pub(super) struct ApplicationReport {
    /// X window ids with the nodes of each window.
    pub(super) windows: Vec<(u32, WindowNodes)>,
    /// The program's name, if it did not answer in time.
    pub(super) unanswered: Option<String>,
    /// Whether nodes were dropped.
    pub(super) truncated: bool,
}

/// Reads the nodes of a program's windows.
pub(super) async fn ask(query: &TreeQuery<'_>, application: &Application) -> ApplicationReport {
    let mut report = ApplicationReport::default();
    let mine = |window: &&VisibleWindow| {
        window.process.is_none() || application.process.is_none() || window.process == application.process
    };
    let windows: Vec<&VisibleWindow> = query.selected_windows().filter(mine).collect();
    if windows.is_empty() {
        return report;
    }
    match ask_windows(query, application, &windows, &mut report).await {
        Ok(()) => {}
        Err(CallError::NoAnswer) => report.unanswered = Some(name(application, &windows)),
        Err(CallError::Refused(error)) => {
            tracing::debug!(error = %error, process = application.process, "a program refused an accessibility query");
        }
    }
    report.truncated = report.windows.iter().any(|(_, found)| found.truncated);
    report
}

async fn ask_windows(
    query: &TreeQuery<'_>,
    application: &Application,
    windows: &[&VisibleWindow],
    report: &mut ApplicationReport,
) -> Result<(), CallError> {
    let tops = query.bus.children(&application.root).await?;
    let woken = wake(query, &tops).await?;
    let deadline = query.deadline.min(Instant::now() + WAKE_TIMEOUT);
    loop {
        report.windows.clear();
        for (window, top) in assign(query, windows, &tops).await? {
            let mut found = WindowNodes::default();
            let walked = walk(query, window, top, &mut found).await;
            report.windows.push((window.id, found));
            walked?;
        }
        if !woken || report.windows.iter().any(|(_, found)| found.has_page) || Instant::now() >= deadline {
            return Ok(());
        }
        sleep(WAKE_POLL_INTERVAL).await;
    }
}

/// Chromium builds its tree only once a client asks for a window's interfaces; until then the window has a child that
/// does not exist. Returns whether a window had to be woken.
async fn wake(query: &TreeQuery<'_>, tops: &[Object]) -> Result<bool, CallError> {
    let mut woken = false;
    for top in tops {
        let children = match query.bus.children(top).await {
            Err(CallError::Refused(_)) => continue,
            answer => answer?,
        };
        if children.iter().any(Object::is_null) {
            query.bus.ask::<Vec<String>>(top, "Accessible", "GetInterfaces", &()).await?;
            let attributes = std::collections::HashMap::<String, String>::new();
            let _ = query.bus.ask(top, "Accessible", "GetAttributes", &()).await.unwrap_or(attributes);
            woken = true;
        }
    }
    Ok(woken)
}

/// Matches the program's windows with X windows. Those without a match are not on the screen.
async fn assign<'a>(
    query: &TreeQuery<'_>,
    windows: &[&'a VisibleWindow],
    tops: &[Object],
) -> Result<Vec<(&'a VisibleWindow, ReadNode)>, CallError> {
    let read = tops.iter().map(|top| node::read(query.bus, top, query.stack.screen, query.hidden));
    let mut pairs = Vec::new();
    for seen in join_all(read).await {
        match seen {
            Ok(Some(seen)) => {
                let similarity = |window: &VisibleWindow| {
                    seen.place.map_or(0.0, |place| window.similarity(&seen.node.name, place))
                };
                let best = windows
                    .iter()
                    .map(|window| (similarity(window), *window))
                    .filter(|(similarity, _)| *similarity > 0.5)
                    .max_by(|(one, _), (other, _)| one.total_cmp(other));
                if let Some((similarity, window)) = best {
                    pairs.push((similarity, window, seen));
                }
            }
            Ok(None) | Err(CallError::Refused(_)) => {}
            Err(CallError::NoAnswer) => return Err(CallError::NoAnswer),
        }
    }
    pairs.sort_by(|(one, ..), (other, ..)| other.total_cmp(one));
    let mut assigned: Vec<(&VisibleWindow, ReadNode)> = Vec::new();
    for (_, window, seen) in pairs {
        if assigned.iter().all(|(other, ..)| other.id != window.id) {
            assigned.push((window, seen));
        }
    }
    Ok(assigned)
}

/// A name for a program that does not answer.
fn name(application: &Application, windows: &[&VisibleWindow]) -> String {
    let owned = windows.iter().find(|window| window.process.is_some() && !window.app.is_empty());
    let process = application.process.unwrap_or_default();
    match owned {
        Some(window) => window.app.clone(),
        None => match std::fs::read_to_string(format!("/proc/{process}/comm")) {
            Ok(command) => command.trim().to_owned(),
            Err(_) => format!("process {process}"),
        },
    }
}
