//! Full disks: that of a container engine, and that of Deskhand itself.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use backend::provider::docker::{AGENT, AGENT_LABEL};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::deskhand::Deskhand;
use crate::installation::until;

/// Builds an image that is just enough for Deskhand to start: a shell, and a packet filter that does nothing,
/// because no desktop will ever run.
const IMAGE: &str = "cd \"$1\" && mkdir -p root/bin && cp --parents --dereference $(ldd /bin/sh | grep -o '/[^ ]*') root && \
    cp --dereference /bin/sh root/bin/ && echo '#!/bin/sh' > root/bin/nft && chmod 755 root/bin/nft && \
    tar -C root -c . | docker import --change \"LABEL $2\" - deskhand-desktop";

/// A private engine with a disk of 32 MB.
pub(crate) struct SmallEngine {
    folder: TempDir,
    engine: Child,
}

impl SmallEngine {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("data")).unwrap();
        mount(Some("tmpfs"), &at("data"), Some("tmpfs"), MsFlags::empty(), Some("size=32m")).unwrap();
        // In a network namespace of its own; otherwise it would remove the bridge of the other engine.
        let mut command = Command::new("unshare");
        command.args(["--net", "dockerd", "--data-root"]).arg(at("data")).arg("--exec-root").arg(at("exec"));
        command.arg("--pidfile").arg(at("pid")).args(["--bridge", "none", "--iptables=false"]);
        command.args(["--host", &format!("unix://{}", at("socket").display())]);
        let engine = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let engine = Self { folder, engine };
        until("the engine answers", async || engine.docker("docker version").is_ok()).await;
        engine.docker(IMAGE).unwrap();
        engine
    }

    pub(crate) fn address(&self) -> String {
        format!("unix://{}", self.path("socket").display())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a shell script against this engine; `$1` is its folder, `$2` the label with the agent version.
    pub(crate) fn docker(&self, script: &str) -> Result<(), String> {
        let mut command = Command::new("sh");
        command
            .args(["-ec", script, "sh"])
            .arg(self.folder.path())
            .arg(format!("{AGENT_LABEL}={AGENT}"))
            .env("DOCKER_HOST", self.address());
        let output = command.output().unwrap();
        output
            .status
            .success()
            .then_some(())
            .ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn fill(&self) {
        let mut file = std::fs::File::create(self.path("data/fill")).unwrap();
        while std::io::Write::write_all(&mut file, &[1; 4096]).is_ok() {}
    }

    fn tidy_up(&self) {
        std::fs::remove_file(self.path("data/fill")).unwrap();
    }
}

impl Drop for SmallEngine {
    fn drop(&mut self) {
        let _ = kill(Pid::from_raw(self.engine.id().cast_signed()), Signal::SIGTERM);
        let _ = self.engine.wait();
        let mounted = |path: &Path| umount2(path, MntFlags::MNT_DETACH);
        let _ = mounted(&self.path("exec/netns/default"));
        let _ = mounted(&self.path("data"));
    }
}

#[tokio::test]
async fn a_full_disk_is_reported_in_the_chat_with_desktops_in_containers() {
    let engine = SmallEngine::start().await;
    let data = tempfile::tempdir().unwrap();
    let address = engine.address();
    let settings =
        [("DESKHAND_DESKTOPS", "docker"), ("DESKHAND_DESKTOP_POOL", "0"), ("DOCKER_HOST", &*address)];
    let deskhand = Deskhand::up_with(data.path(), &settings).await;
    let token = deskhand.first_administrator().await;
    engine.fill();
    let run = deskhand.chat(&token, "run `date`").await["run"].take();
    assert_eq!((&run["state"], &run["code"]), (&json!("failed"), &json!("desktop_unavailable")), "{run}");
    let told = run["message"].as_str().unwrap();
    assert!(told.contains("The disk that Docker keeps its data on is full. Free some space"), "{told}");
    engine.tidy_up();
    let run = deskhand.chat(&token, "run `date`").await["run"].take();
    // Once there is room, this image still has no agent.
    let told = run["message"].as_str().unwrap();
    assert!(!told.contains("is full") && told.contains("exec"), "{told}");
}

/// A small disk, unmounted when dropped.
pub(crate) struct SmallDisk(TempDir);

impl SmallDisk {
    pub(crate) fn mount(megabytes: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m,mode=755");
        mount(Some("tmpfs"), folder.path(), Some("tmpfs"), MsFlags::empty(), Some(&*size)).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = umount2(self.0.path(), MntFlags::MNT_DETACH);
    }
}

#[tokio::test]
async fn uploads_that_fill_the_disk_are_refused_and_everything_else_goes_on() {
    let disk = SmallDisk::mount(320);
    let deskhand = Deskhand::up(&disk.path().join("data")).await;
    let token = deskhand.first_administrator().await;
    let upload = async |bytes: usize| {
        let head = "--frame\r\nContent-Disposition: form-data; name=\"file\"; filename=\"large\"\r\n\r\n";
        let body = [head.as_bytes(), &vec![0; bytes], b"\r\n--frame--\r\n"].concat();
        let post = deskhand.request(Method::POST, "/files/upload").bearer_auth(&token).body(body);
        let answer = post.header("content-type", "multipart/form-data; boundary=frame").send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let health = async || {
        let answer = reqwest::get(format!("{}/health", deskhand.url)).await.unwrap();
        answer.json::<Value>().await.unwrap()["status"].clone()
    };
    assert_eq!(health().await, "ok");
    let mut stored = Vec::new();
    for megabytes in [20, 4, 1] {
        let refused = loop {
            // Different bytes, since equal ones are stored once.
            match upload((megabytes << 20) + stored.len()).await {
                (201, file) => stored.push(file["id"].as_str().unwrap().to_owned()),
                refused => break refused,
            }
            assert!(stored.len() < 40, "the disk has room for all");
        };
        assert_eq!((refused.0, &refused.1["code"]), (507, &json!("disk_full")), "{}", refused.1);
    }
    assert_eq!(health().await, "disk_full");
    let readiness = async || {
        let answer = reqwest::get(format!("{}/health/ready", deskhand.url)).await.unwrap();
        answer.error_for_status().unwrap().json::<Value>().await.unwrap()
    };
    let told = readiness().await;
    assert_eq!((&told["status"], &told["parts"]["disk"]["state"]), (&json!("degraded"), &json!("warning")));
    let run = deskhand.chat(&token, "run `echo still working`").await["run"].take();
    assert_eq!(run["state"], "succeeded", "{run}");
    for id in &stored {
        let delete = deskhand.request(Method::DELETE, &format!("/files/{id}")).bearer_auth(&token);
        delete.send().await.unwrap().error_for_status().unwrap();
    }
    assert_eq!((upload(20 << 20).await.0, health().await), (201, json!("ok")));
    until("the disk is well again", async || readiness().await["status"] == "ready").await;
}
