//! One program, asked for its windows.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, sleep};

use super::bus::{Application, CallError, Object};
use super::node::{self, Seen};
use super::stage::StageWindow;
use super::walk::{Found, Scope, walk};

/// How long a program that builds its tree only when asked may take for it.
const WAKE_TIMEOUT: Duration = Duration::from_millis(1_500);
const WAKE_POLL_INTERVAL: Duration = Duration::from_millis(20);

/// What a program told.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// X window ids, with what is in the window.
    pub(super) windows: Vec<(u32, Found)>,
    /// The program's name, when it fell silent.
    pub(super) unanswered: Option<String>,
    /// Whether nodes were left out.
    pub(super) truncated: bool,
}

/// Asks a program for what is in its windows.
pub(super) async fn ask(scope: &Scope<'_>, application: &Application) -> Told {
    let mut told = Told::default();
    let mine = |window: &&StageWindow| {
        window.process.is_none() || application.process.is_none() || window.process == application.process
    };
    let windows: Vec<&StageWindow> = scope.wanted_windows().filter(mine).collect();
    if windows.is_empty() {
        return told;
    }
    match ask_windows(scope, application, &windows, &mut told).await {
        Ok(()) => {}
        Err(CallError::NoAnswer) => told.unanswered = Some(name(application, &windows)),
        Err(CallError::Refused(error)) => {
            tracing::debug!(error = %error, process = application.process, "a program refused to tell what it shows");
        }
    }
    told.truncated = told.windows.iter().any(|(_, found)| found.truncated);
    told
}

async fn ask_windows(
    scope: &Scope<'_>,
    application: &Application,
    windows: &[&StageWindow],
    told: &mut Told,
) -> Result<(), CallError> {
    let tops = scope.bus.children(&application.root).await?;
    let woken = wake(scope, &tops).await?;
    let deadline = scope.deadline.min(Instant::now() + WAKE_TIMEOUT);
    loop {
        told.windows.clear();
        for (window, top) in assign(scope, windows, &tops).await? {
            let mut found = Found::default();
            let walked = walk(scope, window, top, &mut found).await;
            told.windows.push((window.id, found));
            walked?;
        }
        if !woken || told.windows.iter().any(|(_, found)| found.has_page) || Instant::now() >= deadline {
            return Ok(());
        }
        sleep(WAKE_POLL_INTERVAL).await;
    }
}

/// Chromium builds its tree only when somebody asks what its windows can do; until then they hold a node that
/// is not there. Says whether a window had to be woken.
async fn wake(scope: &Scope<'_>, tops: &[Object]) -> Result<bool, CallError> {
    let mut woken = false;
    for top in tops {
        let children = match scope.bus.children(top).await {
            Err(CallError::Refused(_)) => continue,
            answer => answer?,
        };
        if children.iter().any(Object::is_null) {
            scope.bus.ask::<Vec<String>>(top, "Accessible", "GetInterfaces", &()).await?;
            let attributes = std::collections::HashMap::<String, String>::new();
            let _ = scope.bus.ask(top, "Accessible", "GetAttributes", &()).await.unwrap_or(attributes);
            woken = true;
        }
    }
    Ok(woken)
}

/// Finds the X window of each of the program's windows. One without is not on the screen.
async fn assign<'a>(
    scope: &Scope<'_>,
    windows: &[&'a StageWindow],
    tops: &[Object],
) -> Result<Vec<(&'a StageWindow, Seen)>, CallError> {
    let read = tops.iter().map(|top| node::read(scope.bus, top, scope.stage.screen, scope.hidden));
    let mut pairs = Vec::new();
    for seen in join_all(read).await {
        match seen {
            Ok(Some(seen)) => {
                let likeness = |window: &StageWindow| {
                    seen.place.map_or(0.0, |place| window.likeness(&seen.node.name, place))
                };
                let best = windows
                    .iter()
                    .map(|window| (likeness(window), *window))
                    .filter(|(likeness, _)| *likeness > 0.5)
                    .max_by(|(one, _), (other, _)| one.total_cmp(other));
                if let Some((likeness, window)) = best {
                    pairs.push((likeness, window, seen));
                }
            }
            Ok(None) | Err(CallError::Refused(_)) => {}
            Err(CallError::NoAnswer) => return Err(CallError::NoAnswer),
        }
    }
    pairs.sort_by(|(one, ..), (other, ..)| other.total_cmp(one));
    let mut assigned: Vec<(&StageWindow, Seen)> = Vec::new();
    for (_, window, seen) in pairs {
        if assigned.iter().all(|(other, ..)| other.id != window.id) {
            assigned.push((window, seen));
        }
    }
    Ok(assigned)
}

/// What to call a program that does not say.
fn name(application: &Application, windows: &[&StageWindow]) -> String {
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
