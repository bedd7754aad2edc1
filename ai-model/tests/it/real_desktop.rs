//! A real desktop: this workspace's agent with an Xvfb of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use protocol::action::Size;
use protocol::agent::AgentReady;
use protocol::run::{DesktopAccess, ModelSettings, RunLimits, RunRequest};
use protocol::secret::Secret;
use protocol::transcript::TranscriptItem;
use tempfile::TempDir;
use tokio::time::{Duration, sleep, timeout};

use crate::harness::{LIMIT, SCREEN, user};

const TOKEN: &str = "a token of the tests";

/// A real desktop. It ends when its standard input is closed.
pub(crate) struct Desktop {
    pub(crate) access: DesktopAccess,
    pub(crate) home: PathBuf,
    display: u16,
    folder: TempDir,
    child: Child,
}

impl Desktop {
    pub(crate) fn start() -> Self {
        Self::with_screen(SCREEN)
    }

    pub(crate) fn with_screen(screen: Size) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        let mut child = Command::new(agent_program())
            .args(["--home", home.to_str().unwrap(), "--lifeline"])
            .args(["--runtime-dir", folder.path().join("runtime").to_str().unwrap()])
            .args(["--screen", &format!("{}x{}", screen.width, screen.height)])
            .env("DESKHAND_AGENT_TOKEN", TOKEN)
            .env("LANG", "C.UTF-8")
            .env("TMPDIR", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: AgentReady = serde_json::from_str(&line).unwrap();
        assert_eq!(ready.screen, screen);
        let url = format!("http://127.0.0.1:{}", ready.port.unwrap()).parse().unwrap();
        let access = DesktopAccess { url, socket: None, token: Secret::new(TOKEN), screen };
        let display = ready.display.trim_start_matches(':').parse().unwrap();
        Self { access, home, display, folder, child }
    }

    /// A run on this desktop.
    pub(crate) fn request(&self, prompt: &str) -> RunRequest {
        self.run_of(vec![user(prompt)])
    }

    pub(crate) fn run_of(&self, transcript: Vec<TranscriptItem>) -> RunRequest {
        RunRequest {
            run_id: protocol::ids::RunId::generate(),
            transcript,
            images: std::collections::BTreeMap::new(),
            image_sizes: std::collections::BTreeMap::new(),
            desktop: self.access.clone(),
            model: ModelSettings::default(),
            fallbacks: Vec::new(),
            limits: RunLimits::default(),
            approval: protocol::transcript::approval::ApprovalPolicy::default(),
            spent: Vec::new(),
        }
    }

    /// The content of a file below the home folder, once it ends with a line break.
    pub(crate) async fn text_of(&self, file: &str) -> String {
        let path = self.home.join(file);
        let read = async {
            loop {
                match std::fs::read_to_string(&path) {
                    Ok(text) if text.ends_with('\n') => return text,
                    _ => sleep(Duration::from_millis(20)).await,
                }
            }
        };
        timeout(LIMIT, read).await.unwrap_or_else(|_| panic!("{} never came", path.display()))
    }

    /// The whole screen at its native size.
    pub(crate) async fn pixels(&self, http: &reqwest::Client) -> image::RgbImage {
        let call = http.get(format!("{}v1/screenshot", self.access.url)).bearer_auth(TOKEN);
        let png = call.send().await.unwrap().error_for_status().unwrap().bytes().await.unwrap();
        image::load_from_memory(&png).unwrap().into_rgb8()
    }

    /// What is held down, according to the X server.
    pub(crate) fn held(&self) -> Held {
        let authority = std::fs::read(self.folder.path().join("runtime/Xauthority")).unwrap();
        let mut server = XServer::connect(self.display, &authority[authority.len() - 16..]);
        Held { keys: server.keys(), buttons: server.buttons() }
    }

    /// Waits for a state of the keys and buttons.
    pub(crate) async fn until(&self, what: &str, condition: impl Fn(&Held) -> bool) {
        let wait = async {
            while !condition(&self.held()) {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(LIMIT, wait).await.unwrap_or_else(|_| panic!("never: {what}; {:?}", self.held()));
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// What is held down: the number of keys, and the buttons as the mask of the X protocol.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) keys: u32,
    pub(crate) buttons: u16,
}

/// Sends the three requests of the X protocol that are needed. Only the agent depends on a library for it.
struct XServer {
    stream: UnixStream,
    root: u32,
}

impl XServer {
    fn connect(display: u16, cookie: &[u8]) -> Self {
        let mut stream = UnixStream::connect(format!("/tmp/.X11-unix/X{display}")).unwrap();
        // Little-endian, protocol 11.0, an authorisation of 18 and 16 bytes, each padded to four.
        let mut hello = vec![b'l', 0, 11, 0, 0, 0, 18, 0, 16, 0, 0, 0];
        hello.extend(b"MIT-MAGIC-COOKIE-1\0\0");
        hello.extend(cookie);
        stream.write_all(&hello).unwrap();
        let mut head = [0; 8];
        stream.read_exact(&mut head).unwrap();
        assert_eq!(head[0], 1, "the X server refused the connection");
        let mut setup = vec![0; usize::from(u16::from_le_bytes([head[6], head[7]])) * 4];
        stream.read_exact(&mut setup).unwrap();
        let vendor = usize::from(u16::from_le_bytes([setup[16], setup[17]])).next_multiple_of(4);
        let screen = 32 + vendor + 8 * usize::from(setup[21]);
        let root = u32::from_le_bytes(setup[screen..screen + 4].try_into().unwrap());
        Self { stream, root }
    }

    /// `QueryKeymap`.
    fn keys(&mut self) -> u32 {
        self.stream.write_all(&[44, 0, 1, 0]).unwrap();
        let mut reply = [0; 40];
        self.stream.read_exact(&mut reply).unwrap();
        reply[8..].iter().map(|byte| byte.count_ones()).sum()
    }

    /// `QueryPointer`.
    fn buttons(&mut self) -> u16 {
        let mut query = vec![38, 0, 2, 0];
        query.extend(self.root.to_le_bytes());
        self.stream.write_all(&query).unwrap();
        let mut reply = [0; 32];
        self.stream.read_exact(&mut reply).unwrap();
        u16::from_le_bytes([reply[24], reply[25]]) & 0x1f00
    }
}

/// The path of this workspace's agent, which is built if necessary.
pub(crate) fn agent_program() -> PathBuf {
    let this = std::env::current_exe().unwrap();
    let program = this.ancestors().nth(2).unwrap().join("desktop-agent");
    if !program.exists() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let built =
            Command::new(cargo).args(["build", "-p", "desktop-agent"]).current_dir(folder).status().unwrap();
        assert!(built.success());
    }
    program
}
