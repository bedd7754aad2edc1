//! `deskhand doctor`, on machines that are broken one way each.

mod database;
mod desktops;
mod files;
mod network;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use tokio::process::Command;

use crate::backup::run;
use crate::deskhand::{Deskhand, program};

/// What the doctor said.
struct Report {
    success: bool,
    /// Status, code and message by check.
    checks: BTreeMap<String, (String, String, String)>,
}

impl Report {
    fn of(&self, check: &str) -> (&str, &str) {
        let (status, code, _) = &self.checks[check];
        (status, code)
    }

    fn message(&self, check: &str) -> &str {
        &self.checks[check].2
    }

    /// Checks that this is what is wrong, and nothing else that keeps Deskhand from working.
    #[track_caller]
    fn is(&self, check: &str, status: &str, code: &str, told: &str) {
        assert_eq!(self.of(check), (status, code), "{}", self.message(check));
        assert!(self.message(check).contains(told), "{}", self.message(check));
        let others = self.checks.iter().filter(|(name, found)| *name != check && found.0 == "error");
        assert_eq!(others.collect::<Vec<_>>(), []);
        assert_eq!(self.success, status != "error");
    }
}

/// A command of the program with a data folder, on a machine without proxies.
fn with_data(arguments: &[&str], data: &Path) -> Command {
    let mut command = program();
    command.args(arguments).args(["--listen", "127.0.0.1:0", "--data-dir"]).arg(data);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command
}

fn doctor(data: &Path) -> Command {
    with_data(&["doctor", "--json"], data)
}

/// The same command after a shell script, in mounts of its own.
fn on_machine(script: &str, command: &Command) -> Command {
    behind(&["unshare", "--mount"], script, command)
}

/// The same command after a shell script that another command runs.
fn behind(runner: &[&str], script: &str, command: &Command) -> Command {
    let command = command.as_std();
    let mut other = Command::new(runner[0]);
    other.args(&runner[1..]).args(["sh", "-ec", &format!("{script}\nexec \"$@\""), "sh"]);
    other.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => other.env(name, value),
            None => other.env_remove(name),
        };
    }
    other
}

async fn report(command: &mut Command) -> Report {
    let output = command.output().await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let told = String::from_utf8_lossy(&output.stderr);
    let report: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}{told}"));
    let mut checks = BTreeMap::new();
    for check in report["checks"].as_array().unwrap() {
        let field = |name: &str| check[name].as_str().unwrap().to_owned();
        let before = checks.insert(field("check"), (field("status"), field("code"), field("message")));
        assert!(before.is_none(), "{check} is there twice");
    }
    Report { success: output.status.success(), checks }
}

/// Why `deskhand up` does not start.
async fn refusal(command: &mut Command) -> String {
    run(command).await.unwrap_err()
}

#[tokio::test]
async fn a_healthy_machine_has_no_errors_and_stays_as_it_is() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let found =
        report(doctor(&data).env("ANTHROPIC_API_KEY", "key").env("ANTHROPIC_BASE_URL", "http://localhost:1"))
            .await;
    assert!(found.success);
    for (check, (status, code, message)) in &found.checks {
        // What this machine has is not what is tested.
        if !["inotify", "shared_memory", "open_files", "disk_space", "frontend"].contains(&&**check) {
            assert_eq!((&**status, &**code), ("ok", "ok"), "{check}: {message}");
        }
    }
    assert!(!data.exists(), "nothing was made");

    let deskhand = Deskhand::up(&data).await;
    deskhand.first_administrator().await;
    let before = crate::backup::files(&data.join("blobs"));
    let address = deskhand.url.trim_start_matches("http://");
    let mut command = program();
    command.args(["doctor", "--listen", address, "--data-dir"]).arg(&data);
    let text = run(&mut command).await.unwrap();
    for told in [
        "Deskhand itself listens on",
        "It is up to date and belongs to the data folder",
        "It opens the secrets in the database",
        "It agrees with the database's",
        "No model is configured, so the demo answers",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(!text.contains('\x1b'), "colours are for terminals");
    assert_eq!(crate::backup::files(&data.join("blobs")), before);
}
