//! Opens data folders of earlier versions with this one.
//!
//! `backend/tests/data_folders/README.md` describes their content and how to add one.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use backend::data_folder::private_cluster::PrivateCluster;
use nix::sys::signal::Signal;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tokio::io::AsyncReadExt as _;
use tokio::task::JoinSet;
use tokio_postgres::NoTls;

use crate::deskhand::{Deskhand, ok, program};
use crate::events::Events;
use crate::installation::until;
use crate::rows::{execute, select};

/// The lock of the migrations, `backend::database`.
const MIGRATION_LOCK: i64 = 0x6465_736b_6861_6e64;

/// A user of the data folder, logged in to the Deskhand that has opened it.
struct Person<'a> {
    deskhand: &'a Deskhand,
    token: String,
}

impl<'a> Person<'a> {
    async fn login(deskhand: &'a Deskhand, expected: &Value) -> Self {
        let credentials = json!({ "username": expected["username"], "password": expected["password"] });
        let answer = ok(deskhand.request(Method::POST, "/auth/login").json(&credentials)).await;
        Self { deskhand, token: answer["access_token"].as_str().unwrap().to_owned() }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.deskhand.request(method, path).bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> Value {
        ok(self.request(Method::GET, path)).await
    }

    async fn sha256(&self, path: &str) -> String {
        let answer = self.request(Method::GET, path).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        hex::encode(Sha256::digest(answer.bytes().await.unwrap()))
    }

    /// Checks that everything of the user is unchanged.
    async fn check(&self, expected: &Value) {
        contains(&self.get("/users/me").await, &expected["me"], "/users/me");
        if let Some(session) = expected["session"].as_str() {
            let me = ok(self.deskhand.request(Method::GET, "/users/me").header("cookie", session)).await;
            contains(&me, &expected["me"], "/users/me in the browser");
        }
        contains(&self.get("/files").await, &expected["files"], "/files");
        for (file, sha256) in expected["contents"].as_object().unwrap() {
            assert_eq!(self.sha256(&format!("/files/{file}/content")).await, sha256.as_str().unwrap());
        }
        let chats = expected["chats"].as_array().unwrap();
        assert_eq!(self.get("/chats").await.as_array().unwrap().len(), chats.len());
        for chat in chats {
            self.check_chat(chat).await;
        }
    }

    async fn check_chat(&self, expected: &Value) {
        let path = expected["path"].as_str().unwrap();
        contains(&self.get(path).await, &expected["view"], path);
        let files = format!("{path}/files");
        contains(&self.get(&files).await, &expected["files"], &files);
        // Whether a policy is enforced depends on where desktops run now.
        let internet = format!("{path}/internet");
        let mut policies = expected["internet"].clone();
        policies.as_object_mut().unwrap().remove("enforced");
        contains(&self.get(&internet).await, &policies, &internet);
        let log = Events::log(self.request(Method::GET, &format!("{path}/events"))).await.into();
        contains(&log, &expected["log"], &format!("{path}/events"));
        for run in expected["runs"].as_array().unwrap() {
            let path = format!("/runs/{}", run["id"].as_str().unwrap());
            contains(&self.get(&path).await, run, &path);
        }
        for screenshot in expected["screenshots"].as_array().unwrap() {
            let sha256 = screenshot.as_str().unwrap();
            assert_eq!(self.sha256(&format!("{path}/screenshots/{sha256}")).await, sha256);
        }
    }

    async fn until_succeeded(&self, run: &str) {
        let path = format!("/runs/{run}");
        until("the run succeeds", async || self.get(&path).await["state"] == "succeeded").await;
    }
}

/// Checks that every earlier field has the same value; new fields are allowed.
#[track_caller]
fn contains(now: &Value, then: &Value, place: &str) {
    match (now, then) {
        (Value::Object(now), Value::Object(then)) => {
            for (name, value) in then {
                contains(now.get(name).unwrap_or(&Value::Null), value, &format!("{place} {name}"));
            }
        }
        (Value::Array(now), Value::Array(then)) => {
            assert_eq!(now.len(), then.len(), "{place}: {now:?}");
            for (nth, (now, then)) in now.iter().zip(then).enumerate() {
                contains(now, then, &format!("{place} {nth}"));
            }
        }
        _ => assert_eq!(now, then, "{place}"),
    }
}

pub(crate) fn folders() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend/tests/data_folders")
}

/// Restores the data folder of a version, as its README describes.
pub(crate) async fn restored(folder: &Path) -> TempDir {
    let data = tempfile::tempdir().unwrap();
    let files = folder.join("files.tar.gz");
    let mut tar = Command::new("tar");
    let unpacked = tar.arg("-xzf").arg(files).arg("-C").arg(data.path()).status().unwrap();
    assert!(unpacked.success());
    let cluster = PrivateCluster::start(data.path()).await.unwrap();
    execute(cluster.url(), &std::fs::read_to_string(folder.join("database.sql")).unwrap()).await;
    // As if the folder had been made today.
    execute(cluster.url(), "UPDATE public.sessions SET expires_at = now() + interval '1 day'").await;
    cluster.stop().await.unwrap();
    data
}

#[tokio::test]
async fn data_of_0_1_0_is_intact_and_its_runs_continue() {
    is_intact_and_continues("0.1.0").await;
}

/// The last version in which a login was a session or a token, and nothing else.
#[tokio::test]
async fn data_of_2026_11_29_is_intact_and_its_runs_continue() {
    is_intact_and_continues("2026-11-29").await;
}

/// The last version before administration and operation.
#[tokio::test]
async fn data_of_2026_11_30_is_intact_and_its_runs_continue() {
    is_intact_and_continues("2026-11-30").await;
}

/// Both wait for the lock of the migrations, so that they really start them at the same moment.
#[tokio::test]
async fn two_backends_that_start_at_once_migrate_once() {
    let version = "2026-11-30";
    let data = restored(&folders().join(version)).await;
    let cluster = PrivateCluster::start(data.path()).await.unwrap();
    let (client, connection) = tokio_postgres::connect(cluster.url(), NoTls).await.unwrap();
    let mut held = JoinSet::new();
    held.spawn(connection);
    client.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).await.unwrap();
    let start = || {
        let mut command = program();
        command.args(["up", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data.path());
        command.env("DATABASE_URL", cluster.url()).env("RUST_LOG", "info").stderr(Stdio::piped());
        Deskhand::spawn(command)
    };
    let release = async {
        let waiting =
            "SELECT count(*)::int AS waiting FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
        until("both wait", async || select(cluster.url(), waiting).await[0]["waiting"] == 2).await;
        drop(client);
        held.join_next().await.unwrap().unwrap().unwrap();
    };
    let (mut one, mut other, ()) = tokio::join!(start(), start(), release);

    for deskhand in [&one, &other] {
        let ready = reqwest::get(format!("{}/health/ready", deskhand.url)).await.unwrap();
        assert!(ready.status().is_success(), "{}", ready.text().await.unwrap());
        let expected = expected(version);
        let ada = Person::login(deskhand, &expected["people"][0]).await;
        assert_eq!(
            ada.get("/chats").await.as_array().unwrap().len(),
            expected["people"][0]["chats"].as_array().unwrap().len()
        );
    }
    let mut migrated = 0;
    for deskhand in [&mut one, &mut other] {
        let mut log = String::new();
        let mut stderr = deskhand.take_stderr();
        deskhand.signal(Signal::SIGTERM);
        stderr.read_to_string(&mut log).await.unwrap();
        assert!(deskhand.ended().await.success(), "{log}");
        migrated += log.matches("brought the database up to date").count();
    }
    assert_eq!(migrated, 1);
    cluster.stop().await.unwrap();
}

/// What the data folder of a version has.
fn expected(version: &str) -> Value {
    let file = folders().join(version).join("expected.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// Starts Deskhand with the data of a version, and checks that all of it is there.
pub(crate) async fn is_intact(data: &Path, version: &str) -> Deskhand {
    let deskhand = Deskhand::up(data).await;
    assert_eq!(deskhand.setup_link, None);
    for person in expected(version)["people"].as_array().unwrap() {
        Person::login(&deskhand, person).await.check(person).await;
    }
    deskhand
}

async fn is_intact_and_continues(version: &str) {
    let expected = expected(version);
    let data = restored(&folders().join(version)).await;
    let deskhand = is_intact(data.path(), version).await;
    let ada = Person::login(&deskhand, &expected["people"][0]).await;
    approve(&ada, &expected["open_approval"]).await;
    resume(&ada, &expected["paused"]).await;
    continue_chat(&ada, &expected["kept"]).await;
}

/// Approves the call that was pending when the folder was made, and checks that it is executed.
async fn approve(person: &Person<'_>, open: &Value) {
    let run = open["run"].as_str().unwrap();
    let decision = json!({
        "call_id": open["call_id"], "verdict": "approve", "arguments_sha256": open["arguments_sha256"],
    });
    ok(person.request(Method::POST, &format!("/runs/{run}/decisions")).json(&decision)).await;
    person.until_succeeded(run).await;
    let files = person.get(&format!("{}/files", open["chat"].as_str().unwrap())).await;
    assert_eq!(files[0]["path"], open["makes"]);
}

/// Resumes the run that was paused when the folder was made.
async fn resume(person: &Person<'_>, paused: &Value) {
    let run = paused["run"].as_str().unwrap();
    ok(person.request(Method::POST, &format!("/runs/{run}/resume"))).await;
    person.until_succeeded(run).await;
}

/// Posts a message to an old chat, whose desktop still has its home folder.
async fn continue_chat(person: &Person<'_>, kept: &Value) {
    let path = format!("{}/history", kept["chat"].as_str().unwrap());
    let message = person.request(Method::POST, &path).json(&json!({ "message": kept["message"] }));
    let said = ok(message.header("prefer", "wait=60")).await;
    assert_eq!(said["run"]["state"], "succeeded", "{said}");
    let log = Events::log(person.request(Method::GET, &path.replace("history", "events"))).await;
    let result = log.iter().rfind(|event| event["kind"] == "tool_result").unwrap();
    let text = result["payload"]["text"].as_str().unwrap();
    assert!(text.contains(kept["answer"].as_str().unwrap()), "{text}");
}
