//! Deskhand as separate services: a Postgres, a model service, and backends that can be killed one by one.

use std::net::TcpListener;
use std::path::Path;
use std::time::Instant;

use backend::data_folder::private_cluster::PrivateCluster;
use backend::database::Database;
use backend::store::chats;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::deskhand::{DEADLINE, Deskhand, ok, program};
use crate::events::Events;
use crate::processes::kill_and_wait;

/// What the model service asks of its callers.
const MODEL_TOKEN: &str = "the model service's token";

/// The services other than the backends.
pub(crate) struct Installation {
    pub(crate) data: TempDir,
    cluster: PrivateCluster,
    model: Option<Child>,
    model_port: u16,
    environment: Vec<(String, String)>,
}

impl Installation {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Like [`Installation::start`], with environment variables for the model service.
    pub(crate) async fn start_with(environment: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let cluster = PrivateCluster::start(data.path()).await.unwrap();
        let model_port = free_port();
        let environment =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut installation = Self { data, cluster, model: None, model_port, environment };
        installation.start_model().await;
        installation
    }

    /// Starts another backend.
    pub(crate) async fn backend(&self) -> Deskhand {
        Deskhand::spawn(self.backend_command()).await
    }

    pub(crate) fn backend_command(&self) -> Command {
        let mut command = program();
        command.args(["serve", "backend", "--listen", "127.0.0.1:0", "--data-dir"]).arg(self.data.path());
        command.env("AI_MODEL_URL", self.model_url());
        command.env("DATABASE_URL", self.cluster.url()).env("AI_MODEL_TOKEN", MODEL_TOKEN);
        command
    }

    pub(crate) async fn start_model(&mut self) {
        let mut command = program();
        command.args(["serve", "ai-model", "--listen", &format!("127.0.0.1:{}", self.model_port)]);
        command.env("AI_MODEL_TOKEN", MODEL_TOKEN).envs(self.environment.iter().cloned());
        self.model = Some(command.spawn().unwrap());
        let (http, health) = (Client::new(), format!("{}/health", self.model_url()));
        until("the model service answers", async || http.get(&health).send().await.is_ok()).await;
    }

    pub(crate) async fn kill_model(&mut self) {
        self.model.take().unwrap().kill().await.unwrap();
    }

    /// The sequence number of a chat's newest event. Works without a backend.
    pub(crate) async fn last_seq(&self, chat: &Chat) -> u64 {
        let database = Database::new(self.cluster.url()).unwrap();
        let mut conn = database.connection().await.unwrap();
        let id = chat.path.trim_start_matches("/chats/").parse().unwrap();
        chats::get(&mut conn, id).await.unwrap().last_seq.cast_unsigned()
    }

    /// Stops Postgres as `pg_ctl -m immediate` does, and starts it again.
    pub(crate) async fn restart_postgres(&mut self) {
        self.stop_postgres().await;
        self.start_postgres().await;
    }

    /// Stops Postgres as `pg_ctl -m immediate` does.
    pub(crate) async fn stop_postgres(&self) {
        let pid = self.postmaster().unwrap();
        kill(Pid::from_raw(pid), Signal::SIGQUIT).unwrap();
        let runs =
            || std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
        until("Postgres has ended", async || !runs()).await;
    }

    /// Starts Postgres after it was stopped.
    pub(crate) async fn start_postgres(&mut self) {
        let started = PrivateCluster::start(self.data.path()).await.unwrap();
        drop(std::mem::replace(&mut self.cluster, started));
    }

    /// Whether there is a desktop with a home folder.
    pub(crate) fn has_desktop(&self) -> bool {
        let desktops = std::fs::read_dir(self.data.path().join("desktops"));
        desktops.is_ok_and(|mut desktops| desktops.any(|entry| entry.unwrap().path().join("home").exists()))
    }

    /// The home folder of the only desktop.
    pub(crate) fn home(&self) -> std::path::PathBuf {
        let desktops = std::fs::read_dir(self.data.path().join("desktops")).unwrap();
        desktops.map(|entry| entry.unwrap().path()).next().unwrap().join("home")
    }

    /// The address of the model service.
    pub(crate) fn model_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.model_port)
    }

    /// The process id of the database server, if its folder has one.
    fn postmaster(&self) -> Option<i32> {
        let file = std::fs::read_to_string(self.data.path().join("postgres/postmaster.pid")).ok()?;
        file.lines().next()?.parse().ok()
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        if let Some(pid) = self.postmaster() {
            kill_and_wait(pid);
        }
    }
}

/// A person's chat, accessed through any backend.
#[derive(Clone)]
pub(crate) struct Chat {
    pub(crate) token: String,
    pub(crate) path: String,
}

impl Chat {
    pub(crate) async fn begin(deskhand: &Deskhand) -> Self {
        let token = deskhand.first_administrator().await;
        let chat = ok(deskhand.request(Method::POST, "/chats").bearer_auth(&token).json(&json!({}))).await;
        Self { token, path: format!("/chats/{}", chat["id"].as_str().unwrap()) }
    }

    pub(crate) fn request(&self, deskhand: &Deskhand, method: Method, path: &str) -> RequestBuilder {
        deskhand.request(method, path).bearer_auth(&self.token)
    }

    pub(crate) fn say(&self, deskhand: &Deskhand, message: &str) -> RequestBuilder {
        let path = format!("{}/history", self.path);
        self.request(deskhand, Method::POST, &path).json(&json!({ "message": message }))
    }

    pub(crate) async fn run(&self, deskhand: &Deskhand, id: &Value) -> Value {
        ok(self.request(deskhand, Method::GET, &format!("/runs/{}", id.as_str().unwrap()))).await
    }

    pub(crate) async fn until(&self, deskhand: &Deskhand, id: &Value, state: &str) -> Value {
        until("the run is there", async || self.run(deskhand, id).await["state"] == state).await;
        self.run(deskhand, id).await
    }

    pub(crate) async fn watch(&self, deskhand: &Deskhand, after: u64) -> Events {
        Events::open(self.events(deskhand, after)).await
    }

    /// All events of the chat. Checks that the sequence numbers have no gaps.
    pub(crate) async fn log(&self, deskhand: &Deskhand) -> Vec<Value> {
        let log = Events::log(self.events(deskhand, 0)).await;
        let numbers: Vec<u64> = log.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
        assert_eq!(numbers, (1..=log.len() as u64).collect::<Vec<_>>(), "the log has gaps");
        log
    }

    fn events(&self, deskhand: &Deskhand, after: u64) -> RequestBuilder {
        let request = self.request(deskhand, Method::GET, &format!("{}/events", self.path));
        request.header("last-event-id", after.to_string())
    }
}

/// A port that was free a moment ago. Nobody else asks for a specific port.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Waits until a condition holds.
pub(crate) async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !condition().await {
        assert!(Instant::now() < deadline, "in vain: {what}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

/// The lines of a file; none if it does not exist.
pub(crate) fn lines(path: &Path) -> Vec<String> {
    std::fs::read_to_string(path).unwrap_or_default().lines().map(str::to_owned).collect()
}
