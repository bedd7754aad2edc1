//! Starts everything on this machine and stops it together.

use std::io::Write as _;
use std::net::SocketAddr;

use ai_model::Access;
use anyhow::Context as _;
use backend::app::{AppState, Parts};
use backend::clients::model::ModelEndpoint;
use backend::clock::Clock;
use backend::data_folder::DataFolder;
use backend::database::Database;
use backend::provider::choice::{Choice, choose};
use backend::services::{accounts, files, first_admin};
use protocol::secret::Secret;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use traces::Tracer;

use crate::addresses::{self, listen, of_other_machines, reachable};
use crate::database::{DatabaseChoice, create_data_dir};
use crate::model_service::{ModelListener, ModelToken, random_token};
use crate::readiness;
use crate::secrets::keep_out_of_the_log;
use crate::setup_link;
use crate::signals::shutdown_token;
use crate::trace_options::TraceOptions;

/// What traces call the backend.
pub(crate) const BACKEND: &str = "deskhand-backend";
/// What traces call the model service.
pub(crate) const MODEL_SERVICE: &str = "deskhand-ai-model";

/// Start everything on this machine: the database, the model service, and the backend with the web interface
#[derive(clap::Args)]
pub(crate) struct Up {
    /// Address to listen on; port 0 picks a free port
    #[arg(long, env = "DESKHAND_LISTEN", value_parser = addresses::parse, default_value = "127.0.0.1:8010")]
    pub(crate) listen: SocketAddr,
    /// Address at which other programs may call the model service, with the token; it listens on no port otherwise
    #[arg(long, env = "AI_MODEL_LISTEN", value_parser = addresses::parse)]
    pub(crate) model_listen: Option<SocketAddr>,
    #[command(flatten)]
    model_token: ModelToken,
    #[command(flatten)]
    pub(crate) database: DatabaseChoice,
    #[command(flatten)]
    traces: TraceOptions,
    #[command(flatten)]
    pub(crate) backend: backend::Config,
    #[command(flatten)]
    pub(crate) ai_model: ai_model::Config,
}

impl Up {
    /// Starts everything, and returns once all of it has stopped.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        keep_out_of_the_log(self.backend.secrets().chain(self.ai_model.secrets()));
        let tasks = TaskTracker::new();
        let shutdown = shutdown_token(&tasks)?;
        create_data_dir(&self.backend.data_dir)?;
        let listener = listen(self.listen, "--listen").await?;
        let (model, token) = self.model().await?;
        keep_out_of_the_log([&token]);
        let endpoint = model.endpoint(token.clone())?;
        let mut export = self.traces.export()?;
        let tracer = export.tracer(BACKEND)?;
        let mut state = ai_model::AppState::new(self.ai_model, Access::Token(token))?;
        state.tracer = export.tracer(MODEL_SERVICE)?;
        // The model service stops last, so that calls in flight can finish.
        let backend_ended = CancellationToken::new();
        let model = model.serve(state, backend_ended.clone());
        let database = self.database.open(&self.backend.data_dir).await?;
        let connected = Connected { model: endpoint, database_url: &database.url, tracer };
        let both = async {
            // Whichever stops first, because of a signal or a failure, stops the other.
            tokio::try_join!(
                end_both(&shutdown, model),
                end_both(&backend_ended, run_backend(listener, &self.backend, connected, shutdown.clone())),
            )
        };
        let result = both.await;
        database.close().await?;
        export.shut_down().await;
        result.map(|_| ())
    }

    /// The listener of the model service, and the token that it asks for.
    async fn model(&self) -> anyhow::Result<(ModelListener, Secret)> {
        // A program of the same user could connect to the socket through this process's folder in /proc.
        let Some(address) = self.model_listen else {
            return Ok((ModelListener::socket()?, self.model_token.get().unwrap_or_else(random_token)));
        };
        let token = self.model_token()?;
        Ok((ModelListener::port(address).await?, token))
    }

    /// The token of a model service that listens on a port.
    pub(crate) fn model_token(&self) -> anyhow::Result<Secret> {
        let told = "With --model-listen, set AI_MODEL_TOKEN to the secret that callers have to send";
        self.model_token.get().context(told)
    }
}

/// What a backend is connected to.
pub(crate) struct Connected<'a> {
    /// The model service.
    pub(crate) model: ModelEndpoint,
    /// The URL of the database.
    pub(crate) database_url: &'a str,
    /// Makes its spans.
    pub(crate) tracer: Tracer,
}

/// Runs the backend: connects it, prints its address, and serves until shutdown.
pub(crate) async fn run_backend(
    listener: TcpListener,
    config: &backend::Config,
    Connected { model, database_url, tracer }: Connected<'_>,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let database = Database::new(database_url)?;
    let folder = DataFolder::open(&config.data_dir, &database).await?;
    let clock = Clock::of_database(&database).await?;
    let Choice { provider, why, moved } = choose(config, &folder).await?;
    if moved {
        files::deliver_again(&database).await?;
    }
    let parts =
        Parts::build(config, &folder, model, database.clone(), provider, clock.clone(), shutdown).await?;
    let state = AppState::from(parts.traced(tracer));
    if let Some(first) = &config.first_admin
        && first_admin::create(&state.accounts, first).await?
    {
        tracing::info!(user.name = first.username, "created the first administrator");
    }
    let url = format!("http://{}", reachable(listener.local_addr()?));
    let elsewhere =
        of_other_machines(listener.local_addr()?).first().map(|address| format!("http://{address}"));
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{why}")?;
    if let Some(other) = &elsewhere {
        writeln!(
            stdout,
            "Other machines reach it at {other}. Passwords and screens travel there unencrypted: unless you trust the \
             network, put a reverse proxy with TLS in front of it."
        )?;
    }
    let public = config.proxy.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/'));
    if let Some(token) = accounts::new_setup_token(&database, &clock).await? {
        let link = |url: &str| setup_link::link(url, &token);
        let first = public.unwrap_or(&url);
        writeln!(stdout, "Create the first administrator here (the link works once): {}", link(first))?;
        if public.is_some() {
            writeln!(stdout, "Or on this machine: {}", link(&url))?;
        } else if let Some(other) = &elsewhere {
            writeln!(stdout, "Or from another machine: {}", link(other))?;
        }
    }
    if let Some(public) = public {
        writeln!(stdout, "Behind the reverse proxy, people open {public}/")?;
    }
    if let Some(address) = config.metrics_listen {
        let metrics = listen(address, "--metrics-listen").await?;
        writeln!(stdout, "Metrics are at http://{}/metrics", reachable(metrics.local_addr()?))?;
        state.tasks.spawn(backend::serve_metrics(metrics, state.clone()));
    }
    backend::serve(listener, state, || {
        // Standard output may be closed, which is fine.
        let _ = writeln!(stdout, "Deskhand is ready: {url}");
        readiness::announce();
    })
    .await;
    database.close();
    Ok(())
}

async fn end_both(
    shutdown: &CancellationToken,
    one: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    let result = one.await;
    shutdown.cancel();
    result
}
