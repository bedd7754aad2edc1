//! Walks the nodes of one window level by level, with concurrent calls.

use futures_util::stream::{self, StreamExt as _};
use protocol::action::Region;
use protocol::agent::accessibility::AccessibleNode;
use tokio::time::Instant;

use super::bus::{Bus, CallError, Object};
use super::node::{self, ReadNode};
use super::window_stack::{VisibleWindow, WindowStack};

/// Concurrent calls to one program.
const MAX_CONCURRENT_CALLS: usize = 32;

/// What a query asks for, and where to read it.
#[derive(Debug)]
pub(super) struct TreeQuery<'a> {
    pub(super) bus: &'a Bus,
    pub(super) stack: &'a WindowStack,
    pub(super) window: Option<u32>,
    pub(super) depth: usize,
    pub(super) limit: usize,
    pub(super) hidden: bool,
    pub(super) deadline: Instant,
}

impl TreeQuery<'_> {
    /// The requested windows, topmost first: all, or one and the menus of its program.
    pub(super) fn selected_windows(&self) -> impl Iterator<Item = &VisibleWindow> {
        let only = self.window.and_then(|id| self.stack.window(id));
        self.stack.windows.iter().filter(move |window| {
            only.is_none_or(|only| {
                window.id == only.id
                    || window.popup && only.process.is_some() && window.process == only.process
            })
        })
    }
}

/// The nodes of a window, upper levels first.
#[derive(Debug, Default)]
pub(super) struct WindowNodes {
    /// Each node with the index of its parent.
    nodes: Vec<(usize, AccessibleNode)>,
    /// Whether there is a web page with content among them.
    pub(super) has_page: bool,
    /// Whether nodes were dropped.
    pub(super) truncated: bool,
    /// Whether the limit on nodes or time was reached.
    full: bool,
}

impl WindowNodes {
    /// Adds a node, and returns its children.
    fn add(&mut self, parent: usize, clip: Region, seen: ReadNode) -> Vec<Next> {
        let (index, clip) = (self.len(), seen.clip(clip));
        self.has_page |= seen.is_page() && !seen.children.is_empty();
        self.truncated |= seen.more;
        self.nodes.push((parent, seen.node));
        let next = |object| Next { parent: index, object, clip };
        seen.children.into_iter().map(next).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Drops nodes beyond a limit; returns whether there were any.
    pub(super) fn cut(&mut self, limit: usize) -> bool {
        let more = self.nodes.len() > limit;
        self.nodes.truncate(limit);
        more
    }

    /// Turns the list into a tree; returns its root.
    pub(super) fn into_tree(mut self) -> Option<AccessibleNode> {
        // Children come after their parents, so the last node already has all of its own.
        while let Some((parent, mut node)) = self.nodes.pop() {
            node.children.reverse();
            match self.nodes.get_mut(parent) {
                Some((_, parent)) => parent.children.push(node),
                None => return Some(node),
            }
        }
        None
    }
}

/// A node to read next.
struct Next {
    /// The index of its parent.
    parent: usize,
    object: Object,
    clip: Region,
}

/// Walks a window. On a timeout, the nodes read so far stay in `found`.
pub(super) async fn walk(
    query: &TreeQuery<'_>,
    window: &VisibleWindow,
    top: ReadNode,
    found: &mut WindowNodes,
) -> Result<(), CallError> {
    let mut level = found.add(usize::MAX, query.stack.screen, top);
    for _ in 1..query.depth {
        level = read_level(query, window, level, found).await?;
        if level.is_empty() || found.full {
            return Ok(());
        }
    }
    found.truncated |= !level.is_empty();
    Ok(())
}

/// Reads the nodes of one level into `found` and returns their children.
async fn read_level(
    query: &TreeQuery<'_>,
    window: &VisibleWindow,
    level: Vec<Next>,
    found: &mut WindowNodes,
) -> Result<Vec<Next>, CallError> {
    let mut asked = stream::iter(level)
        .map(|next| async move {
            let seen = node::read(query.bus, &next.object, next.clip, query.hidden).await;
            (next, seen)
        })
        .buffered(MAX_CONCURRENT_CALLS);
    let mut below = Vec::new();
    while let Some((next, seen)) = asked.next().await {
        let seen = match seen {
            Ok(Some(seen)) => seen,
            // It is gone or not visible.
            Ok(None) | Err(CallError::Refused(_)) => continue,
            Err(CallError::NoAnswer) => return Err(CallError::NoAnswer),
        };
        if !query.hidden && seen.node.region.is_some_and(|region| query.stack.covered(window, region)) {
            continue;
        }
        if found.len() == query.limit || Instant::now() >= query.deadline {
            (found.truncated, found.full) = (true, true);
            break;
        }
        below.extend(found.add(next.parent, next.clip, seen));
    }
    Ok(below)
}
