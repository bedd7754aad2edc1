//! A private container engine that a test may restart while others use the default one. Needs root.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use nix::mount::{MntFlags, umount2};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

/// How long the engine may take to answer.
const START_LIMIT: Duration = Duration::from_secs(60);
/// Networks that the default engine never assigns.
const ADDRESSES: &str = "base=10.231.0.0/16,size=24";

/// A running engine with its own images, containers and bridge. It leaves the packet
/// filter to Deskhand.
pub(super) struct OwnEngine {
    folder: TempDir,
    bridge: String,
    engine: Mutex<Child>,
}

impl OwnEngine {
    /// Starts an engine with an image copied from the default engine.
    pub(super) fn start(image: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bridge = format!("dht{}", std::process::id());
        succeed(Command::new("ip").args(["link", "add", &bridge, "type", "bridge"]));
        let engine = Mutex::new(spawn(&folder, &bridge));
        let engine = Self { folder, bridge, engine };
        engine.wait_until_it_answers();
        let load = format!("docker save {image} | docker --host {} load --quiet", engine.address());
        succeed(Command::new("bash").args(["-o", "pipefail", "-c", &load]));
        engine
    }

    /// The address, in the form of `DOCKER_HOST`.
    pub(super) fn address(&self) -> String {
        address(&self.folder)
    }

    /// Stops the engine, starts it again and waits until it answers. Its containers keep running.
    pub(super) fn restart(&self) {
        let mut engine = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        end(&mut engine);
        *engine = spawn(&self.folder, &self.bridge);
        self.wait_until_it_answers();
    }

    fn wait_until_it_answers(&self) {
        let deadline = Instant::now() + START_LIMIT;
        let mut version = Command::new("docker");
        version.args(["--host", &self.address(), "version"]);
        while !version.output().unwrap().status.success() {
            let log = std::fs::read_to_string(log(&self.folder)).unwrap();
            assert!(
                Instant::now() < deadline,
                "the engine does not answer, which only root may start: {log}"
            );
        }
    }
}

impl Drop for OwnEngine {
    fn drop(&mut self) {
        end(self.engine.get_mut().unwrap_or_else(PoisonError::into_inner));
        // Containers that were being created or removed during a restart may have left their shims behind.
        let shims =
            "for shim in $(pgrep -f \"$FOLDER\"); do pkill -KILL -P \"$shim\"; kill -KILL \"$shim\"; done";
        // Each step fails if there is nothing to clean up.
        let _ = Command::new("sh").args(["-c", shims]).env("FOLDER", self.folder.path()).output();
        for mounted in ["exec/netns/default", "data"] {
            let _ = umount2(&self.folder.path().join(mounted), MntFlags::MNT_DETACH);
        }
        let _ = Command::new("ip").args(["link", "delete", &self.bridge]).output();
    }
}

fn spawn(folder: &TempDir, bridge: &str) -> Child {
    let at = |name: &str| folder.path().join(name);
    let log = File::options().create(true).append(true).open(log(folder)).unwrap();
    let mut command = Command::new("dockerd");
    command
        .arg("--data-root")
        .arg(at("data"))
        .arg("--exec-root")
        .arg(at("exec"))
        .arg("--pidfile")
        .arg(at("pid"));
    command.args(["--host", &address(folder), "--live-restore"]);
    // If the default engine's containerd is running, share it.
    command.args([
        "--containerd-namespace",
        bridge,
        "--containerd-plugins-namespace",
        &format!("{bridge}-plugins"),
    ]);
    command.args(["--bridge", bridge, "--default-address-pool", ADDRESSES]);
    command.args(["--iptables=false", "--ip-forward=false", "--ip-masq=false"]);
    command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap()
}

fn address(folder: &TempDir) -> String {
    format!("unix://{}", folder.path().join("socket").display())
}

fn log(folder: &TempDir) -> PathBuf {
    folder.path().join("log")
}

fn end(engine: &mut Child) {
    let _ = kill(Pid::from_raw(engine.id().cast_signed()), Signal::SIGTERM);
    let _ = engine.wait();
}

fn succeed(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}
