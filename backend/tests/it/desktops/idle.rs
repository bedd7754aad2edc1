//! Idle desktops, suspended and resumed.

use std::time::{Duration, Instant};

use backend::config::IdleConfig;
use backend::services::desktops::Desktops;
use backend::store::desktops::{DesktopRow, ObservedState};
use futures_util::StreamExt as _;
use protocol::ids::ChatId;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use uuid::Uuid;

use super::pool::{chat, row};
use super::subject::{prints, shell};
use crate::app::{Options, TestApp, ok};

/// Longer than the idle time before pausing in these tests, in seconds.
const PAUSE: i64 = 5 * 60 + 1;
/// Longer than the idle time before stopping.
const STOP: i64 = 60 * 60 + 1;
const DEADLINE: Duration = Duration::from_secs(60);

/// A chat with a running desktop.
struct Subject {
    app: TestApp,
    token: String,
    chat: ChatId,
}

impl Subject {
    async fn start() -> Self {
        let idle = IdleConfig { idle_pause: 5, idle_stop: 60 };
        let app = TestApp::start_with(Options { idle, ..Options::default() }).await;
        let token = app.user("ada").await;
        let chat = chat(&app, &token).await;
        app.state.desktops.ensure(chat).await.unwrap();
        Self { app, token, chat }
    }

    fn desktops(&self) -> &Desktops {
        &self.app.state.desktops
    }

    async fn row(&self) -> DesktopRow {
        row(&self.app, self.chat).await
    }

    async fn get(&self, path: &str) -> reqwest::Response {
        let path = format!("/api/v1/chats/{}/desktop{path}", self.chat);
        // The token of the start may have expired meanwhile.
        self.app.get(&path).bearer_auth(self.app.token("ada").await).send().await.unwrap()
    }

    /// Lets idle time pass, repeatedly if needed, until the desktop reaches a state. A desktop that has just
    /// started is still busy.
    async fn rest(&self, seconds: i64, until: ObservedState) {
        let deadline = Instant::now() + DEADLINE;
        while self.row().await.observed != until {
            assert!(Instant::now() < deadline, "it is never {until:?}: {:?}", self.row().await);
            self.desktops().sweep_idle().await.unwrap();
            self.app.pass(seconds);
        }
    }

    /// The states of all processes below the desktop's agent, from `/proc`.
    fn states(&self) -> Vec<char> {
        let folder = self.app.data.path().join("desktops").join(self.id());
        let processes: Vec<(i32, i32, char, String)> = std::fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| {
                let pid = entry.ok()?.file_name().to_str()?.parse().ok()?;
                let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
                let (_, fields) = stat.rsplit_once(") ")?;
                let mut fields = fields.split(' ');
                let (state, parent) = (fields.next()?.chars().next()?, fields.next()?.parse().ok()?);
                let told = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
                Some((pid, parent, state, told))
            })
            .collect();
        let agents = |told: &str| told.contains(folder.to_str().unwrap()) || told.contains("desktop-agent");
        let mut open: Vec<i32> = processes
            .iter()
            .filter(|(_, _, _, told)| told.contains(folder.to_str().unwrap()))
            .map(|(pid, ..)| *pid)
            .collect();
        let mut states = Vec::new();
        while let Some(parent) = open.pop() {
            for (pid, _, state, told) in processes.iter().filter(|(_, of, ..)| *of == parent) {
                open.push(*pid);
                if !agents(told) {
                    states.push(*state);
                }
            }
        }
        states
    }

    fn id(&self) -> String {
        let folder = std::fs::read_dir(self.app.data.path().join("desktops")).unwrap().next().unwrap();
        folder.unwrap().file_name().into_string().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_desktop_is_paused_and_resumes_where_it_was() {
    let subject = Subject::start().await;
    let access = subject.desktops().running(subject.chat).await.unwrap();
    let program = prints(&access, "(sleep 1000 & echo $!)").await;
    subject.rest(PAUSE, ObservedState::Paused).await;
    let states = subject.states();
    assert!(states.len() > 3 && states.iter().all(|state| *state == 'T'), "{states:?}");
    let view: Value = subject.get("").await.json().await.unwrap();
    assert_eq!(view["state"], "paused");
    assert!(view["reason"].as_str().unwrap().contains("continue when somebody comes back"), "{view}");

    // A viewer takes a screenshot.
    let picture = subject.get("/screenshot").await;
    assert_eq!(picture.status(), 200);
    assert!(subject.states().iter().all(|state| *state != 'T'));
    let row = subject.row().await;
    assert_eq!((row.observed, row.reason), (ObservedState::Ready, None));
    prints(&access, &format!("kill -0 {program}")).await;
    subject.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_idle_for_long_is_stopped_and_restarts_with_its_files() {
    let subject = Subject::start().await;
    let access = subject.desktops().running(subject.chat).await.unwrap();
    prints(&access, "echo mine > ~/kept.txt").await;
    subject.rest(STOP, ObservedState::Stopped).await;
    assert_eq!(subject.states(), Vec::<char>::new());
    let view: Value = subject.get("").await.json().await.unwrap();
    assert_eq!((&view["state"], &view["screen"]), (&json!("stopped"), &Value::Null));
    assert!(view["reason"].as_str().unwrap().contains("Its home folder is kept"), "{view}");

    assert_eq!(subject.get("/screenshot").await.status(), 200);
    let again = subject.desktops().running(subject.chat).await.unwrap();
    assert_eq!(prints(&again, "cat ~/kept.txt").await, "mine\n");
    subject.rest(STOP, ObservedState::Stopped).await;
    let path = format!("/api/v1/chats/{}/desktop", subject.chat);
    let started = ok(subject.app.post(&path, &json!({})).bearer_auth(subject.app.token("ada").await)).await;
    assert_eq!(started["state"], "ready");
    // The watcher of the earlier generation does not affect this one.
    subject.desktops().sweep().await.unwrap();
    assert_eq!(subject.row().await.observed, ObservedState::Ready);
    subject.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_program_keeps_its_desktop_up() {
    let subject = Subject::start().await;
    let access = subject.desktops().running(subject.chat).await.unwrap();
    let client = subject.desktops().client(access.clone());
    // Many processes use a little time each, as in a build.
    shell(
        &access,
        "(while [ ! -e ~/done ]; do awk 'BEGIN { while (i < 100000) i++ }'; done) >/dev/null 2>&1 &",
    )
    .await;
    for _ in 0..3 {
        subject.desktops().sweep_idle().await.unwrap();
        let before = client.activity().await.unwrap().processor_ms;
        let deadline = Instant::now() + DEADLINE;
        while client.activity().await.unwrap().processor_ms < before + 100 {
            assert!(Instant::now() < deadline, "the processor time of ended programs is not counted");
        }
        subject.app.pass(STOP);
        subject.desktops().sweep_idle().await.unwrap();
        assert_eq!(subject.row().await.observed, ObservedState::Ready);
    }
    shell(&access, "touch ~/done").await;
    subject.rest(PAUSE, ObservedState::Paused).await;
    subject.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_keeps_a_desktop_up_and_restarts_a_stopped_one() {
    let subject = Subject::start().await;
    subject.rest(STOP, ObservedState::Stopped).await;
    let url =
        format!("{}/api/v1/chats/{}/desktop/vnc", subject.app.base.replacen("http", "ws", 1), subject.chat);
    let mut request = url.into_client_request().unwrap();
    // The token of the start may have expired meanwhile.
    let token = subject.app.token("ada").await;
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    request.headers_mut().insert("origin", subject.app.base.parse().unwrap());
    let (mut viewer, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    assert!(viewer.next().await.unwrap().unwrap().into_data().starts_with(b"RFB 003.008"));
    for _ in 0..3 {
        subject.app.pass(STOP);
        subject.desktops().sweep_idle().await.unwrap();
        assert_eq!(subject.row().await.observed, ObservedState::Ready);
    }
    viewer.close(None).await.unwrap();
    while viewer.next().await.is_some() {}
    subject.rest(PAUSE, ObservedState::Paused).await;
    subject.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_active_run_keeps_its_desktop_up() {
    let subject = Subject::start().await;
    let path = format!("/api/v1/chats/{}/history", subject.chat);
    // No model service answers, so the run retries for a while.
    let said = ok(subject.app.post(&path, &json!({ "message": "hello" })).bearer_auth(&subject.token)).await;
    let path = format!("/api/v1/runs/{}", said["run"]["id"].as_str().unwrap());
    for _ in 0..3 {
        subject.app.pass(STOP);
        subject.desktops().sweep_idle().await.unwrap();
        let state = subject.row().await.observed;
        let run = ok(subject.app.get(&path).bearer_auth(&subject.token)).await;
        assert!(matches!(run["state"].as_str(), Some("queued" | "running")), "{run}");
        assert_eq!(state, ObservedState::Ready);
    }
    let cancel = subject.app.post(&format!("{path}/cancel"), &json!({}));
    ok(cancel.bearer_auth(&subject.token)).await;
    subject.rest(STOP, ObservedState::Stopped).await;
    subject.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_replica_leaves_the_desktop_alone() {
    let subject = Subject::start().await;
    let other =
        Desktops { replica_id: Uuid::now_v7(), slots: Default::default(), ..subject.desktops().clone() };
    for _ in 0..3 {
        subject.app.pass(STOP);
        other.sweep_idle().await.unwrap();
        assert_eq!(subject.row().await.observed, ObservedState::Ready);
    }
    subject.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_desktop_is_removed_with_its_chat() {
    let subject = Subject::start().await;
    subject.rest(PAUSE, ObservedState::Paused).await;
    let path = format!("/api/v1/chats/{}", subject.chat);
    let deleted =
        subject.app.request(reqwest::Method::DELETE, &path).bearer_auth(&subject.token).send().await;
    assert_eq!(deleted.unwrap().status(), 204);
    assert_eq!(subject.desktops().provider.list().await.unwrap(), []);
    subject.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_that_does_not_answer_holds_up_no_other() {
    let subject = Subject::start().await;
    for _ in 0..2 {
        let frozen = chat(&subject.app, &subject.token).await;
        let access = subject.desktops().ensure(frozen).await.unwrap();
        // The shell's parent is the agent, which can't answer any more.
        let freeze = shell(&access, "kill -STOP $PPID; sleep 1000");
        assert!(tokio::time::timeout(Duration::from_secs(1), freeze).await.is_err(), "it answers");
    }
    let deadline = Instant::now() + DEADLINE;
    // The first sweeps find it still busy.
    while subject.row().await.observed != ObservedState::Paused {
        assert!(Instant::now() < deadline, "{:?}", subject.row().await);
        subject.app.pass(PAUSE);
        let paused = async { while subject.row().await.observed != ObservedState::Paused {} };
        tokio::select! {
            biased;
            () = paused => return subject.app.stop().await,
            swept = subject.desktops().sweep_idle() => swept.unwrap(),
        }
    }
    panic!("it was paused only when the others had been asked in vain");
}
