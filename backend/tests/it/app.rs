//! A complete backend for one test, with its own schema in a shared Postgres and its own data folder.

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use backend::app::{AppState, Parts};
use backend::auth::password::Passwords;
use backend::clients::model::ModelEndpoint;
use backend::clock::Clock;
use backend::config::github::GithubConfig;
use backend::config::limits::{Limits, RequestRate, TotalLimits};
use backend::config::master_key::MasterKeyConfig;
use backend::config::models::ModelRules;
use backend::config::origins::OriginsConfig;
use backend::config::proxy::ProxyConfig;
use backend::config::reachable_server::ReachableServer;
use backend::config::registration::RegistrationMode;
use backend::config::retention::RetentionPeriods;
use backend::config::tokens::TokenConfig;
use backend::config::{DesktopsConfig, DesktopsIn, IdleConfig, SiteInternet};
use backend::connection_limits::ConnectionLimits;
use backend::data_folder::DataFolder;
use backend::data_folder::private_cluster::PrivateCluster;
use backend::database::Database;
use backend::provider::DesktopProvider;
use backend::provider::local::{LocalProvider, LocalSettings};
use backend::services::account_form::AccountForm;
use backend::services::accounts::Accounts;
use backend::services::audit::Actor;
use backend::store::users::UserRole;
use backend::{Config, Secret};
use chrono::TimeDelta;
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Text};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use protocol::action::Size;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long a test waits for an expected event.
const LIMIT: Duration = Duration::from_secs(120);
/// The password of every test account.
pub(crate) const PASSWORD: &str = "correct horse";

/// A running backend.
pub(crate) struct TestApp {
    pub(crate) base: String,
    pub(crate) state: AppState,
    pub(crate) data: Arc<TempDir>,
    http: reqwest::Client,
    passed: Arc<AtomicI64>,
    shutdown: CancellationToken,
    serving: Option<JoinHandle<()>>,
}

/// The options of a test backend.
pub(crate) struct Options {
    pub(crate) upload_limit: u64,
    /// In megabytes.
    pub(crate) files_quota: u32,
    pub(crate) runs_per_person: u32,
    pub(crate) sockets_per_person: u32,
    /// The other limits that the environment sets.
    pub(crate) limits: Limits,
    pub(crate) total_limits: TotalLimits,
    /// How long the environment says that things are kept.
    pub(crate) retention: RetentionPeriods,
    /// What the environment says that desktops may reach.
    pub(crate) desktop_internet: Option<SiteInternet>,
    pub(crate) request_rate: RequestRate,
    pub(crate) ai_model_url: String,
    /// The address to listen on.
    pub(crate) address: IpAddr,
    pub(crate) desktop_pool: Option<usize>,
    /// The language of the installation.
    pub(crate) language: Option<String>,
    pub(crate) desktop_reach: Vec<ReachableServer>,
    /// Do not contain local desktops.
    pub(crate) uncontained: bool,
    /// The desktop provider; local processes by default.
    pub(crate) provider: Option<Arc<dyn DesktopProvider>>,
    pub(crate) idle: IdleConfig,
    pub(crate) proxy: ProxyConfig,
    pub(crate) origins: OriginsConfig,
    pub(crate) registration: Option<RegistrationMode>,
    pub(crate) github: GithubConfig,
    pub(crate) master_key: MasterKeyConfig,
    pub(crate) tokens: TokenConfig,
    /// Replaces the hasher of passwords.
    pub(crate) passwords: Option<Passwords>,
    /// Replaces the limits on connections.
    pub(crate) connections: Option<ConnectionLimits>,
}

impl Default for Options {
    fn default() -> Self {
        // Nothing listens on port 1.
        Self {
            upload_limit: 1 << 20,
            files_quota: 1024,
            runs_per_person: 10,
            sockets_per_person: 100,
            limits: Limits::default(),
            total_limits: TotalLimits::default(),
            retention: RetentionPeriods::default(),
            desktop_internet: None,
            // Tests send many.
            request_rate: RequestRate { requests_per_minute: 0, requests_at_once: 0 },
            ai_model_url: "http://127.0.0.1:1".into(),
            address: Ipv4Addr::LOCALHOST.into(),
            desktop_pool: None,
            language: None,
            desktop_reach: Vec::new(),
            uncontained: false,
            provider: None,
            idle: IdleConfig { idle_pause: 0, idle_stop: 0 },
            proxy: ProxyConfig::default(),
            origins: OriginsConfig::default(),
            registration: None,
            github: GithubConfig::default(),
            master_key: MasterKeyConfig::default(),
            // So that tests may let hours pass.
            tokens: TokenConfig { access_token_expire_minutes: 12 * 60, ..TokenConfig::default() },
            passwords: None,
            connections: None,
        }
    }
}

fn local_settings(config: &Config) -> LocalSettings {
    LocalSettings {
        agent: agent(),
        screen: config.screen,
        locale: config.locale(),
        home_bytes: config.home_bytes(),
        memory_bytes: config.memory_bytes(),
        processes: config.desktops.desktop_pids,
        uncontained: config.desktops.uncontained,
    }
}

fn desktops_config(options: &Options) -> DesktopsConfig {
    DesktopsConfig {
        desktops: DesktopsIn::Local,
        desktop_pool: options.desktop_pool,
        desktop_image: String::new(),
        desktop_memory: 2048,
        desktop_cpu: 2000,
        desktop_pids: 512,
        desktop_disk: 1024,
        desktop_runtime: None,
        desktop_internet: options.desktop_internet,
        desktop_internet_names: Vec::new(),
        desktop_reach: options.desktop_reach.clone(),
        uncontained: options.uncontained,
    }
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    pub(crate) async fn start_with(options: Options) -> Self {
        let data = Arc::new(tempfile::tempdir().unwrap());
        let url = new_schema().await;
        let desktops = desktops_config(&options);
        let config = Config {
            data_dir: data.path().into(),
            metrics_listen: None,
            access_log: false,
            upload_limit: options.upload_limit,
            limits: Limits {
                disk_mb: Some(options.files_quota),
                runs_at_once: Some(options.runs_per_person),
                sockets: Some(options.sockets_per_person),
                ..options.limits
            },
            total_limits: options.total_limits,
            retention: options.retention,
            models: ModelRules::default(),
            request_rate: options.request_rate,
            screen: Size { width: 1024, height: 768 },
            time_zone: Some("UTC".into()),
            language: options.language,
            desktop_agent: Some(agent()),
            desktops,
            idle: options.idle,
            proxy: options.proxy,
            origins: options.origins,
            registration: options.registration,
            first_admin: None,
            github: options.github,
            master_key: options.master_key,
            tokens: options.tokens,
        };
        let shutdown = CancellationToken::new();
        let provider = match options.provider {
            Some(provider) => provider,
            None => Arc::new(LocalProvider::open(data.path(), local_settings(&config)).await.unwrap()),
        };
        let database = Database::new(&url).unwrap();
        let folder = DataFolder::open(data.path(), &database).await.unwrap();
        let passed = Arc::new(AtomicI64::new(0));
        let (system, ahead) = (Clock::system(), Arc::clone(&passed));
        let clock =
            Clock::from_fn(move || system.now() + TimeDelta::seconds(ahead.as_ref().load(Ordering::Relaxed)));
        let mut parts = Parts::build(
            &config,
            &folder,
            ModelEndpoint { url: options.ai_model_url.parse().unwrap(), socket: None, token: None },
            database,
            provider,
            clock,
            shutdown.clone(),
        )
        .await
        .unwrap();
        if let Some(passwords) = options.passwords {
            parts.accounts.passwords = passwords;
            parts.second_factors.accounts = parts.accounts.clone();
        }
        if let Some(limits) = options.connections {
            parts.connection_limits = limits;
        }
        let state = AppState::from(parts);
        let listener = TcpListener::bind((options.address, 0)).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        #[expect(clippy::disallowed_methods, reason = "the test owns it and joins it in `stop`")]
        let serving = tokio::spawn(backend::serve(listener, state.clone(), || {}));
        Self { base, state, data, http: reqwest::Client::new(), passed, shutdown, serving: Some(serving) }
    }

    /// Stops the backend as a signal would.
    pub(crate) async fn stop(self) {
        self.stop_and_keep_data().await;
    }

    /// Stops the backend as a signal would, and returns its data folder.
    pub(crate) async fn stop_and_keep_data(mut self) -> Arc<TempDir> {
        self.shutdown.cancel();
        self.serving.take().unwrap().await.unwrap();
        Arc::clone(&self.data)
    }

    /// Advances the backend's clock.
    pub(crate) fn pass(&self, seconds: i64) {
        self.passed.fetch_add(seconds, Ordering::Relaxed);
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.request(Method::POST, path).json(body)
    }

    /// Creates a user and returns a bearer token.
    pub(crate) async fn user(&self, username: &str) -> String {
        self.account(username, UserRole::User).await
    }

    pub(crate) async fn superuser(&self, username: &str) -> String {
        self.account(username, UserRole::Superuser).await
    }

    async fn account(&self, username: &str, role: UserRole) -> String {
        let form = AccountForm {
            username: username.into(),
            email: format!("{username}@example.com"),
            password: Secret::new(PASSWORD),
            first_name: "Ada".into(),
            last_name: "Lovelace".into(),
        };
        let accounts = Accounts::new(self.state.database.clone(), self.state.clock.clone());
        accounts.create(form, role, &Actor::Installation).await.unwrap();
        self.token(username).await
    }

    /// A new bearer token of a user.
    pub(crate) async fn token(&self, username: &str) -> String {
        let credentials = json!({ "username": username, "password": PASSWORD });
        let token = ok(self.post("/api/v1/auth/login", &credentials)).await;
        token["access_token"].as_str().unwrap().to_owned()
    }

    /// Uploads a file and returns its metadata.
    pub(crate) async fn upload(&self, token: &str, name: &str, bytes: impl Into<Vec<u8>>) -> Value {
        ok(self.post_file(name, bytes.into()).bearer_auth(token)).await
    }

    pub(crate) fn post_file(&self, name: &str, bytes: Vec<u8>) -> RequestBuilder {
        let mut body = format!(
            "--frame\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: text/plain\r\n\r\n"
        )
        .into_bytes();
        body.extend(bytes);
        body.extend(b"\r\n--frame--\r\n");
        self.request(Method::POST, "/api/v1/files/upload/")
            .header("content-type", "multipart/form-data; boundary=frame")
            .body(body)
    }
}

/// Logs a browser in. Returns the whole `Set-Cookie` header, and the cookie as a request has it.
pub(crate) async fn log_in(app: &TestApp, username: &str) -> (String, String) {
    let credentials = json!({ "username": username, "password": PASSWORD });
    let response = app.post("/api/v1/auth/session", &credentials).send().await.unwrap();
    let header = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    let cookie = header.split(';').next().unwrap().to_owned();
    (header, cookie)
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

/// Sends a request, expects success, and returns the JSON of the response.
pub(crate) async fn ok(request: RequestBuilder) -> Value {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    assert!(status.is_success(), "{status}: {text}");
    serde_json::from_str(&text).unwrap()
}

/// Sends a request, expects a problem with this status and code, and returns its detail.
pub(crate) async fn problem(request: RequestBuilder, status: StatusCode, code: &str) -> String {
    let response: Response = request.send().await.unwrap();
    assert_eq!(response.status(), status);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["code"], code, "{problem}");
    assert_eq!(problem["status"], status.as_u16());
    assert_eq!(problem["request_id"], id, "{problem}");
    problem["detail"].as_str().unwrap().to_owned()
}

/// The agent's program, which Cargo puts two folders above the test binary.
pub(crate) fn agent() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let agent = test.ancestors().nth(2).unwrap().join("desktop-agent");
    assert!(agent.exists(), "{} is missing: run `cargo build --workspace` first", agent.display());
    agent
}

/// The URL of a new, migrated schema.
pub(crate) async fn new_schema() -> String {
    let cluster = cluster();
    let schema = format!("test_{}", uuid::Uuid::now_v7().simple());
    let mut conn = AsyncPgConnection::establish(cluster).await.unwrap();
    diesel::sql_query(format!("CREATE SCHEMA {schema}")).execute(&mut conn).await.unwrap();
    let url = format!("{cluster} options='-c search_path={schema}'");
    backend::database::migrate(&url).await.unwrap();
    url
}

/// The Postgres shared by all tests of this binary. It ends with the process.
fn cluster() -> &'static str {
    static CLUSTER: OnceLock<String> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let (sender, receiver) = std::sync::mpsc::channel();
        // The kernel kills Postgres with the thread that started it, so that thread must never end.
        std::thread::spawn(move || {
            let folder = tempfile::tempdir().unwrap().keep();
            let mut remover = remover(&folder);
            let _until_the_end = remover.stdin.take();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let cluster = runtime.block_on(PrivateCluster::start(&folder)).unwrap();
            sender.send(cluster.url().to_owned()).unwrap();
            remover.wait().unwrap();
        });
        receiver.recv().unwrap()
    })
}

/// Starts a process that removes the cluster's folder once this process and the server have ended, because
/// statics are never dropped. It waits for the end of its standard input.
fn remover(folder: &Path) -> std::process::Child {
    let script = "trap '' INT; read -r _; for _ in $(seq 100); do [ -e \"$1/postgres/postmaster.pid\" ] || break; \
                  sleep 0.1; done; rm -rf \"$1\"";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", script, "sh"]).arg(folder);
    command.stdin(std::process::Stdio::piped()).spawn().unwrap()
}

/// All files below a folder.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found
}

/// Waits until a query that matches this `LIKE` pattern is blocked by the connection's transaction, directly or
/// indirectly.
pub(crate) async fn until_waited_for(conn: &mut AsyncPgConnection, query: &str) {
    #[derive(QueryableByName)]
    struct Waited {
        #[diesel(sql_type = Bool)]
        waited: bool,
    }

    let waited = "WITH RECURSIVE behind (pid) AS (
            SELECT pg_backend_pid()
            UNION SELECT other.pid FROM pg_stat_activity other, behind
            WHERE behind.pid = ANY (pg_blocking_pids(other.pid)))
        SELECT EXISTS (SELECT FROM behind JOIN pg_stat_activity USING (pid)
            WHERE pid <> pg_backend_pid() AND query LIKE $1) AS waited";
    let deadline = Instant::now() + LIMIT;
    loop {
        // Postgres caches the activity of other sessions within a transaction unless told otherwise.
        diesel::sql_query("SELECT pg_stat_clear_snapshot()").execute(&mut *conn).await.unwrap();
        let look = diesel::sql_query(waited).bind::<Text, _>(query);
        if look.get_result::<Waited>(&mut *conn).await.unwrap().waited {
            return;
        }
        assert!(Instant::now() < deadline, "no {query:?} waits");
    }
}
