//! An agent with two programs open, and a look past it at what its X server holds down.

use std::io::{BufRead as _, BufReader};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use protocol::action::Action;
use protocol::agent::AgentReady;
use protocol::agent::actions::{ActionBatch, ActionBatchResult};
use protocol::agent::windows::Window;
use tempfile::TempDir;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::ConnectionExt as _;
use x11rb::rust_connection::{DefaultStream, RustConnection};

use super::measure::Figures;

const TOKEN: &str = "a token of the soak";
/// It only reads, byte by byte, and its menus are off: they can end it.
const TERMINAL: &str = "xterm -xrm 'XTerm*omitTranslation: popup-menu,fullscreen,reset' -geometry 60x20+10+10 \
    -e sh -c 'stty raw -echo; exec cat > /dev/null' >/dev/null 2>&1 &";
/// Wide enough for both programs side by side: what is meant for one must not close the other.
const SCREEN: &str = "1280x720";
const EDITOR: &str = "mousepad ~/note.txt >/dev/null 2>&1 &";
/// The buttons and modifiers of a pointer's mask: Shift, Ctrl, Alt, Super, the third level. Locks are left out.
const HELD: u16 = 0x1fcd;

pub(crate) struct TestDesktop {
    agent: Child,
    pub(crate) ready: AgentReady,
    http: reqwest::Client,
    x: RustConnection,
    root: u32,
    _folder: TempDir,
}

impl TestDesktop {
    pub(crate) async fn open(binary: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let (home, runtime) = (folder.path().join("home"), folder.path().join("runtime"));
        let mut agent = Command::new(binary)
            .args(["--screen", SCREEN, "--lifeline", "--home"])
            .arg(&home)
            .arg("--runtime-dir")
            .arg(&runtime)
            .env("DESKHAND_AGENT_TOKEN", TOKEN)
            .env("LANG", "C.UTF-8")
            .env("TMPDIR", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("could not start {}", binary.display()))?;
        let mut line = String::new();
        BufReader::new(agent.stdout.take().context("no output")?).read_line(&mut line)?;
        let ready: AgentReady = serde_json::from_str(&line).context("the agent did not start")?;
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert("authorization", format!("Bearer {TOKEN}").parse()?);
        let http = reqwest::Client::builder().default_headers(headers).build()?;
        let x = connect(&ready.display, &runtime)?;
        let root = x.setup().roots.first().context("the display has no screen")?.root;
        let desktop = Self { agent, ready, http, x, root, _folder: folder };
        for (command, windows) in [(TERMINAL, 1), (EDITOR, 2)] {
            desktop.shell(command).await?;
            // The window manager puts the second beside the first when that is there.
            while desktop.windows().await?.len() < windows {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        let windows = desktop.windows().await?;
        let right_of = |window: &Window| window.region.x.saturating_add_unsigned(window.region.width);
        let apart = windows
            .windows(2)
            .all(|pair| right_of(&pair[0]) < pair[1].region.x || right_of(&pair[1]) < pair[0].region.x);
        ensure!(apart, "the programs lie on each other: {windows:?}");
        Ok(desktop)
    }

    /// What the agent uses, and how many processes run below it.
    pub(crate) async fn figures(&self) -> anyhow::Result<Figures> {
        let usage = self.http.get(self.url("/v1/process-usage")).send().await?.error_for_status()?;
        Figures::of(usage.json().await?, self.agent.id())
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.ready.port)
    }

    async fn shell(&self, command: &str) -> anyhow::Result<()> {
        let body = serde_json::json!({ "command": command, "timeout_ms": 10_000 });
        self.http.post(self.url("/v1/shell")).json(&body).send().await?.error_for_status()?;
        Ok(())
    }

    pub(crate) async fn windows(&self) -> anyhow::Result<Vec<Window>> {
        Ok(self.http.get(self.url("/v1/windows")).send().await?.error_for_status()?.json().await?)
    }

    pub(crate) async fn run(&self, actions: Vec<Action>, capture: bool) -> anyhow::Result<ActionBatchResult> {
        let batch = ActionBatch { actions, capture, ..ActionBatch::default() };
        let request = self.http.post(self.url("/v1/actions")).json(&batch).send();
        Ok(request.await?.error_for_status()?.json().await?)
    }

    /// The keys that the X server holds down.
    pub(crate) fn keys_held(&self) -> anyhow::Result<Vec<usize>> {
        let keys = self.x.query_keymap()?.reply()?.keys;
        let down = |key: &usize| keys[key / 8] & (1 << (key % 8)) != 0;
        Ok((0..keys.len() * 8).filter(down).collect())
    }

    /// The buttons and modifiers that the X server holds down, as bits of a pointer's mask.
    pub(crate) fn mask_held(&self) -> anyhow::Result<u16> {
        Ok(u16::from(self.x.query_pointer(self.root)?.reply()?.mask) & HELD)
    }

    /// Ends the agent and all below it.
    pub(crate) fn close(mut self) -> anyhow::Result<()> {
        drop(self.agent.stdin.take());
        let ended = self.agent.wait()?;
        ensure!(ended.success(), "the agent ended with {ended}");
        Ok(())
    }
}

impl Drop for TestDesktop {
    fn drop(&mut self) {
        // Its lifeline; when it has ended already there is nothing more to do.
        drop(self.agent.stdin.take());
        let _ = self.agent.wait();
    }
}

/// Connects to a display with the agent's cookie, without the process's environment.
fn connect(display: &str, runtime: &Path) -> anyhow::Result<RustConnection> {
    let socket = UnixStream::connect(format!("/tmp/.X11-unix/X{}", display.trim_start_matches(':')))?;
    let (stream, _) = DefaultStream::from_unix_stream(socket)?;
    let authority = std::fs::read(runtime.join("Xauthority"))?;
    let cookie = authority[authority.len().saturating_sub(16)..].to_vec();
    let name = b"MIT-MAGIC-COOKIE-1".to_vec();
    Ok(RustConnection::connect_to_stream_with_auth_info(stream, 0, name, cookie)?)
}
