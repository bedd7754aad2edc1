//! The accessibility tree: the screen's content as programs describe it.
//!
//! Programs describe it over AT-SPI, on a separate bus that is started by the first program or query. Nothing is kept
//! between queries (no connection, cache or subscription), so that the tree costs nothing when unused. Programs are
//! queried concurrently with a timeout each, so that one that hangs is left out and delays no other.
//!
//! Reading order: [`window_stack`] finds the visible windows; [`bus`] makes calls to programs, [`application`] queries
//! one program, [`walk`] walks one of its windows, [`node`] reads one node.

mod application;
mod bus;
mod node;
mod states;
mod walk;
mod window_stack;

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use futures_util::future::join_all;
use protocol::agent::accessibility::{
    AccessibilityQuery, AccessibilityTree, AccessibleWindow, DEFAULT_NODE_LIMIT, HIGHEST_DEPTH,
    HIGHEST_NODE_LIMIT,
};
use tokio::time::{Instant, timeout};

use crate::blocking::blocking;
use crate::environment::AppEnvironment;
use crate::x11::XError;
use application::ApplicationReport;
use bus::Bus;
use walk::{TreeQuery, WindowNodes};
use window_stack::WindowStack;

/// How long the bus may take to start and to list its programs.
const BUS_TIMEOUT: Duration = Duration::from_secs(5);
/// How long all programs together may take.
const PROGRAMS_TIMEOUT: Duration = Duration::from_secs(3);

/// Why there is no accessibility tree.
#[derive(Debug, thiserror::Error)]
pub enum AccessibilityError {
    /// The requested window is not on the screen.
    #[error("There is no such window on the screen; list the windows again.")]
    NoSuchWindow,
    /// The accessibility bus can't be reached or started.
    #[error("The accessibility bus of this desktop can't be used; look at the screen instead.")]
    Unavailable(#[from] zbus::Error),
    /// The accessibility bus does not answer.
    #[error("The accessibility bus of this desktop does not answer; look at the screen instead.")]
    NoAnswer,
    /// The windows could not be read from the X server.
    #[error("could not read the windows on the screen")]
    Screen(#[from] XError),
}

/// Reads the accessibility tree.
#[derive(Debug)]
pub struct Accessibility {
    display_name: String,
    session_bus: PathBuf,
}

impl Accessibility {
    /// Does nothing until the first query.
    #[must_use]
    pub fn new(display_name: &str, environment: &AppEnvironment) -> Self {
        Self { display_name: display_name.to_owned(), session_bus: environment.session_bus() }
    }

    /// Reads the tree of the windows on the screen.
    ///
    /// # Errors
    /// When the requested window is not on the screen, or the bus does not answer.
    pub async fn tree(&self, query: AccessibilityQuery) -> Result<AccessibilityTree, AccessibilityError> {
        let stack = self.read_windows().await?;
        if query.window.is_some_and(|id| stack.window(id).is_none()) {
            return Err(AccessibilityError::NoSuchWindow);
        }
        let asked = async {
            let bus = Bus::open(&self.session_bus).await?;
            let applications = bus.applications(&stack).await?;
            Ok::<_, zbus::Error>((bus, applications))
        };
        let (bus, applications) =
            timeout(BUS_TIMEOUT, asked).await.map_err(|_| AccessibilityError::NoAnswer)??;
        let query = TreeQuery {
            bus: &bus,
            stack: &stack,
            window: query.window,
            depth: query.depth.unwrap_or(HIGHEST_DEPTH).clamp(1, HIGHEST_DEPTH) as usize,
            limit: query.limit.unwrap_or(DEFAULT_NODE_LIMIT).clamp(1, HIGHEST_NODE_LIMIT) as usize,
            hidden: query.hidden,
            deadline: Instant::now() + PROGRAMS_TIMEOUT,
        };
        let reports = join_all(applications.iter().map(|one| application::ask(&query, one))).await;
        Ok(gather(&query, reports))
    }

    async fn read_windows(&self) -> Result<WindowStack, XError> {
        let display_name = self.display_name.clone();
        blocking(move || WindowStack::read(&display_name)).await
    }
}

/// Merges the reports of programs in the order of the windows, topmost first, within the limit on nodes.
fn gather(query: &TreeQuery<'_>, reports: Vec<ApplicationReport>) -> AccessibilityTree {
    let mut tree = AccessibilityTree { windows: Vec::new(), truncated: false, unanswered: Vec::new() };
    let mut found: HashMap<u32, WindowNodes> = HashMap::new();
    for one in reports {
        tree.truncated |= one.truncated;
        tree.unanswered.extend(one.unanswered);
        found.extend(one.windows);
    }
    let mut left = query.limit;
    for window in query.selected_windows() {
        let nodes = found.remove(&window.id);
        if nodes.is_none() && window.popup {
            continue;
        }
        let root = nodes.and_then(|mut nodes| {
            tree.truncated |= nodes.cut(left);
            left -= nodes.len();
            nodes.into_tree()
        });
        tree.windows.push(AccessibleWindow {
            id: window.id,
            title: window.title.clone(),
            app: window.app.clone(),
            region: window.region,
            root,
        });
    }
    tree
}
