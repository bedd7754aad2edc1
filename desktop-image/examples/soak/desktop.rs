//! An agent with two programs open, and a connection to its X server that shows what is held down.

use std::path::Path;

use anyhow::{Context as _, ensure};
use protocol::action::Action;
use protocol::agent::AgentReady;
use protocol::agent::actions::{ActionBatch, ActionBatchResult};
use protocol::agent::windows::Window;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use super::measure::Figures;
use crate::support::agent_process::AgentProcess;

/// A terminal that only reads, byte by byte. Its menus, which can end it, are off.
const TERMINAL: &str = "xterm -xrm 'XTerm*omitTranslation: popup-menu,fullscreen,reset' -geometry 60x20+10+10 \
    -e sh -c 'stty raw -echo; exec cat > /dev/null'";
/// Wide enough for both programs side by side, so that input for one can't close the other.
const SCREEN: &str = "1280x720";
const EDITOR: &str = "mousepad ~/note.txt";
/// The buttons and modifiers in a pointer mask: Shift, Ctrl, Alt, Super, the third level. Locks are left out.
const HELD: u16 = 0x1fcd;

pub(crate) struct TestDesktop {
    agent: AgentProcess,
    x: RustConnection,
    root: u32,
}

impl TestDesktop {
    pub(crate) async fn open(program: &Path) -> anyhow::Result<Self> {
        let agent = AgentProcess::start(program, SCREEN)?;
        let x = agent.x_connection()?;
        let root = x.setup().roots.first().context("the display has no screen")?.root;
        // One after the other: the window manager puts the second window beside the first.
        for (command, app) in [(TERMINAL, "xterm"), (EDITOR, "mousepad")] {
            agent.open_window(command, |window| window.app.eq_ignore_ascii_case(app)).await?;
        }
        let windows = agent.list_windows().await?;
        let right_of = |window: &Window| window.region.x.saturating_add_unsigned(window.region.width);
        let apart = windows
            .windows(2)
            .all(|pair| right_of(&pair[0]) < pair[1].region.x || right_of(&pair[1]) < pair[0].region.x);
        ensure!(apart, "the windows overlap: {windows:?}");
        Ok(Self { agent, x, root })
    }

    pub(crate) fn ready(&self) -> &AgentReady {
        &self.agent.ready
    }

    /// The usage of the agent and of the processes below it.
    pub(crate) async fn figures(&self) -> anyhow::Result<Figures> {
        let request = self.agent.http.get(self.agent.url("/v1/process-usage"));
        let usage = request.send().await?.error_for_status()?;
        Ok(Figures::of(usage.json().await?, self.agent.child.id())?)
    }

    pub(crate) async fn windows(&self) -> anyhow::Result<Vec<Window>> {
        self.agent.list_windows().await
    }

    pub(crate) async fn run(&self, actions: Vec<Action>, capture: bool) -> anyhow::Result<ActionBatchResult> {
        self.agent.run_batch(&ActionBatch { actions, capture, ..ActionBatch::default() }).await
    }

    /// The keys that the X server considers down.
    pub(crate) fn keys_held(&self) -> anyhow::Result<Vec<usize>> {
        let keys = self.x.query_keymap()?.reply()?.keys;
        let down = |key: &usize| keys[key / 8] & (1 << (key % 8)) != 0;
        Ok((0..keys.len() * 8).filter(down).collect())
    }

    /// The buttons and modifiers that the X server considers down, as bits of a pointer mask.
    pub(crate) fn mask_held(&self) -> anyhow::Result<u16> {
        Ok(u16::from(self.x.query_pointer(self.root)?.reply()?.mask) & HELD)
    }

    /// Ends the agent and everything that it started.
    pub(crate) fn close(mut self) -> anyhow::Result<()> {
        let status = self.agent.stop()?;
        ensure!(status.success(), "the agent ended with {status}");
        Ok(())
    }
}
