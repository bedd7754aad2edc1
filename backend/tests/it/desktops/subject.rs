//! A provider under test, and access to its desktops.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use backend::provider::docker::{DockerProvider, DockerSettings, DockerTimeouts};
use backend::provider::local::{LocalProvider, LocalSettings};
use backend::provider::{DesktopProvider, Listed};
use protocol::action::Size;
use protocol::agent::shell::ShellResult;
use protocol::ids::DesktopId;
use protocol::locale::Locale;
use protocol::run::DesktopAccess;
use serde_json::json;
use tempfile::TempDir;

use crate::app::agent;

pub(super) const SCREEN: Size = Size { width: 1024, height: 768 };
/// Size limit of a home folder in the tests, in bytes.
pub(super) const DISK: u64 = 64 << 20;
/// Maximum number of processes and threads of a desktop in the tests.
pub(super) const PIDS: u32 = 256;
/// Memory of a desktop in the tests, in bytes.
pub(super) const MEMORY: u64 = 512 << 20;
/// Generous, because the tests share the machine with many others.
const TIMEOUTS: DockerTimeouts =
    DockerTimeouts { start: Duration::from_secs(120), engine_restart: Duration::from_secs(180) };

/// A provider with its own data folder.
pub(super) struct Subject {
    pub(super) provider: Arc<dyn DesktopProvider>,
    pub(super) data: TempDir,
    cleanup: Option<Cleanup>,
}

impl Subject {
    pub(super) async fn local() -> Self {
        let data = tempfile::tempdir().unwrap();
        let settings = LocalSettings {
            agent: agent(),
            screen: SCREEN,
            locale: locale(),
            home_bytes: DISK,
            memory_bytes: MEMORY,
            processes: PIDS,
            uncontained: false,
        };
        let provider = LocalProvider::open(data.path(), settings).await.unwrap();
        Self { provider: Arc::new(provider), data, cleanup: None }
    }

    pub(super) async fn docker() -> Self {
        Self::docker_with(settings()).await
    }

    pub(super) async fn docker_with(settings: DockerSettings) -> Self {
        let (provider, data, cleanup) = docker(settings).await;
        Self { provider: Arc::new(provider), data, cleanup: Some(cleanup) }
    }

    /// A file in a desktop's home folder, read without the desktop.
    pub(super) fn home_file(&self, id: DesktopId, path: &str) -> String {
        match &self.cleanup {
            None => {
                let home = self.data.path().join("desktops").join(id.to_string()).join("home");
                std::fs::read_to_string(home.join(path)).unwrap()
            }
            Some(Cleanup { instance, .. }) => {
                let volume = format!("deskhand-{instance}-{id}:/volume:ro");
                let image = settings().image;
                docker_says(&[
                    "run",
                    "--rm",
                    "-v",
                    &volume,
                    "--entrypoint",
                    "cat",
                    &image,
                    &format!("/volume/{path}"),
                ])
            }
        }
    }

    pub(super) async fn listed(&self, id: DesktopId) -> Option<Listed> {
        self.provider.list().await.unwrap().into_iter().find(|one| one.id == id)
    }
}

/// A Docker provider with its own data folder, and the guard that cleans up after it.
pub(super) async fn docker(settings: DockerSettings) -> (DockerProvider, TempDir, Cleanup) {
    let data = tempfile::tempdir().unwrap();
    let host = settings.host.clone();
    let provider = open(data.path(), settings).await;
    let cleanup = Cleanup { instance: provider.instance().to_owned(), host };
    (provider, data, cleanup)
}

pub(super) async fn open(data: &Path, settings: DockerSettings) -> DockerProvider {
    DockerProvider::open(data, settings).await.unwrap_or_else(|error| {
        panic!("These tests need Docker and the desktops' image (`make test` gets both): {error}")
    })
}

pub(super) fn settings() -> DockerSettings {
    let image = std::env::var("DESKHAND_TEST_IMAGE").unwrap_or_else(|_| "deskhand-desktop:test".into());
    DockerSettings {
        image,
        screen: SCREEN,
        locale: locale(),
        memory_bytes: MEMORY,
        milli_cpus: 2000,
        pids: PIDS,
        home_bytes: DISK,
        runtime: None,
        host: None,
        timeouts: TIMEOUTS,
    }
}

/// The time zone and language with which desktops start.
fn locale() -> Locale {
    Locale { time_zone: "UTC".to_owned(), language: None }
}

/// Removes everything that a Deskhand of the tests has created, even if the test fails.
pub(crate) struct Cleanup {
    pub(super) instance: String,
    /// The engine's address; `None` for the default.
    host: Option<String>,
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        let instance = &self.instance;
        let ours = format!("--filter label=deskhand.instance={instance}");
        let script = format!(
            "docker ps -aq {ours} | xargs -r docker rm -f; docker volume ls -q {ours} | xargs -r docker volume rm; \
             docker network ls -q {ours} | xargs -r docker network rm; \
             docker run --rm --network host --user 0 --cap-drop ALL --cap-add NET_ADMIN --entrypoint nft \
             {} delete table inet dh_{instance}",
            settings().image
        );
        let host = self.host.iter().map(|host| ("DOCKER_HOST", host));
        let _ = Command::new("sh").args(["-c", &script]).envs(host).output();
    }
}

/// The output of `docker`.
pub(super) fn docker_says(arguments: &[&str]) -> String {
    try_docker(arguments).unwrap_or_else(|error| panic!("docker {arguments:?}: {error}"))
}

/// Like [`docker_says`], for objects that others may remove concurrently.
pub(super) fn try_docker(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("docker").args(arguments).output().unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// Runs a command in the desktop's shell.
pub(super) async fn shell(access: &DesktopAccess, command: &str) -> ShellResult {
    try_shell(access, command).await.unwrap()
}

/// Like [`shell`], for a desktop that may end meanwhile.
pub(super) async fn try_shell(access: &DesktopAccess, command: &str) -> reqwest::Result<ShellResult> {
    let request = json!({ "command": command, "timeout_ms": 300_000 });
    let answer =
        client(access).post(access.url.join("/v1/shell").unwrap()).bearer_auth(access.token.expose());
    answer.json(&request).send().await?.error_for_status()?.json().await
}

/// The output of a command, which must succeed.
pub(super) async fn prints(access: &DesktopAccess, command: &str) -> String {
    let result = shell(access, command).await;
    assert_eq!(result.exit_code, Some(0), "{command}: {}", result.output);
    result.output
}

/// A screenshot, as the bytes of the image.
pub(super) async fn screenshot(access: &DesktopAccess) -> Vec<u8> {
    let request =
        client(access).get(access.url.join("/v1/screenshot").unwrap()).bearer_auth(access.token.expose());
    let answer = request.send().await.unwrap().error_for_status().unwrap();
    answer.bytes().await.unwrap().to_vec()
}

/// Whether the agent answers quickly.
pub(super) async fn answers(access: &DesktopAccess) -> bool {
    let request = client(access).get(access.url.join("/health").unwrap()).bearer_auth(access.token.expose());
    let answer = request.timeout(Duration::from_secs(2)).send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

pub(super) fn client(access: &DesktopAccess) -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy();
    match &access.socket {
        Some(socket) => builder.unix_socket(socket.as_path()),
        None => builder,
    }
    .build()
    .unwrap()
}
