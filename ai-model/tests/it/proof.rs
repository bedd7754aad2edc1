//! The main job on a real desktop: the proof prompt through the demo, and through Claude's double.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use ai_model::double::{MessagesApiDouble, Script};
use protocol::desktop::AgentReady;
use protocol::run::{DesktopAccess, ModelSettings, RunLimits, RunOutcome, RunRequest};
use protocol::secret::Secret;
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio::time::{Duration, sleep, timeout};

use crate::harness::{LIMIT, Outcome, Service, config, serve_double, user};

const TOKEN: &str = "a token of the tests";
const PROMPT: &str = "open the terminal, type \"echo deskhand-was-here > ~/Outputs/proof.txt\", press Return";

/// A real desktop; it ends with its standard input.
struct Desktop {
    access: DesktopAccess,
    home: PathBuf,
    child: Child,
    _folder: TempDir,
}

impl Desktop {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        let mut child = Command::new(agent_program())
            .args(["--home", home.to_str().unwrap(), "--lifeline"])
            .args(["--runtime-dir", folder.path().join("runtime").to_str().unwrap()])
            .env("DESKHAND_AGENT_TOKEN", TOKEN)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: AgentReady = serde_json::from_str(&line).unwrap();
        let url = format!("http://127.0.0.1:{}", ready.port).parse().unwrap();
        let access = DesktopAccess { url, token: Secret::new(TOKEN), screen: ready.screen };
        Self { access, home, child, _folder: folder }
    }

    fn request(&self, prompt: &str) -> RunRequest {
        RunRequest {
            run_id: protocol::ids::RunId::generate(),
            transcript: vec![user(prompt)],
            images: std::collections::BTreeMap::new(),
            desktop: self.access.clone(),
            model: ModelSettings::default(),
            limits: RunLimits::default(),
        }
    }

    /// The proof, once the shell in the terminal has written it.
    async fn proof(&self, outcome: &Outcome) -> String {
        let path = self.home.join("Outputs/proof.txt");
        let read = async {
            loop {
                match std::fs::read_to_string(&path) {
                    Ok(text) if text.ends_with('\n') => return text,
                    _ => sleep(Duration::from_millis(20)).await,
                }
            }
        };
        timeout(LIMIT, read).await.unwrap_or_else(|_| panic!("no proof: {:?}", outcome.results()))
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// The agent's program of this workspace, built if this test runs before it was.
fn agent_program() -> PathBuf {
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_leaves_its_proof_on_a_real_desktop() {
    let service = Service::demo().await;
    let desktop = Desktop::start();
    let outcome = service.run(&desktop.request(PROMPT)).await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{:?}", outcome.results());
    assert_eq!(desktop.proof(&outcome).await, "deskhand-was-here\n");
    assert!(outcome.answer().starts_with("Done:"), "{}", outcome.answer());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claudes_double_leaves_its_proof_on_a_real_desktop() {
    let script: Script = serde_json::from_str(include_str!("../scripts/proof.json")).unwrap();
    let double = MessagesApiDouble::new(script);
    let mut tasks = JoinSet::new();
    let url = serve_double(&double, &mut tasks).await;
    let service = Service::start(config(&url, "test-key", &[])).await;
    let desktop = Desktop::start();
    let outcome = service.run(&desktop.request(PROMPT)).await;
    for request in double.requests() {
        assert_eq!(request.rejection, "");
    }
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{:?}", outcome.results());
    assert_eq!(desktop.proof(&outcome).await, "deskhand-was-here\n");
}
