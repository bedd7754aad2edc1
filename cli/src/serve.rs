//! Runs a single service.

use std::net::SocketAddr;

use ai_model::Access;
use backend::clients::model::ModelEndpoint;
use clap::Subcommand;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::addresses::{self, listen};
use crate::database::{DatabaseChoice, create_data_dir};
use crate::model_service::ModelToken;
use crate::secrets::keep_out_of_the_log;
use crate::signals::shutdown_token;
use crate::trace_options::TraceOptions;
use crate::up::{BACKEND, Connected, MODEL_SERVICE, run_backend};

/// Start a single service, to run each on its own machine
#[derive(clap::Args)]
pub(crate) struct Serve {
    #[command(subcommand)]
    service: Service,
}

#[derive(Subcommand)]
enum Service {
    /// The backend with the web interface
    Backend(Box<BackendOptions>),
    /// The stateless model service
    AiModel(Box<AiModelOptions>),
}

#[derive(clap::Args)]
struct BackendOptions {
    /// Address to listen on; port 0 picks a free port
    #[arg(long, env = "DESKHAND_LISTEN", value_parser = addresses::parse, default_value = "127.0.0.1:8010")]
    listen: SocketAddr,
    /// URL of the model service
    #[arg(long, env = "AI_MODEL_URL", default_value = "http://127.0.0.1:8020")]
    ai_model_url: Url,
    #[command(flatten)]
    model_token: ModelToken,
    #[command(flatten)]
    database: DatabaseChoice,
    #[command(flatten)]
    traces: TraceOptions,
    #[command(flatten)]
    backend: backend::Config,
}

#[derive(clap::Args)]
struct AiModelOptions {
    /// Address to listen on; port 0 picks a free port
    #[arg(long, env = "AI_MODEL_LISTEN", value_parser = addresses::parse, default_value = "127.0.0.1:8020")]
    listen: SocketAddr,
    #[command(flatten)]
    token: ModelToken,
    /// Accept every program of this machine
    #[arg(long, conflicts_with = "ai_model_token")]
    without_token: bool,
    #[command(flatten)]
    traces: TraceOptions,
    #[command(flatten)]
    ai_model: ai_model::Config,
}

impl AiModelOptions {
    /// Who may call.
    fn access(&self) -> anyhow::Result<Access> {
        match self.token.get() {
            Some(token) => Ok(Access::Token(token)),
            None if !self.without_token => anyhow::bail!(
                "Whoever reaches the model service spends its keys. Set AI_MODEL_TOKEN to a secret, for it and for the \
                 backend, or accept every program of this machine with --without-token"
            ),
            None if !self.listen.ip().is_loopback() => anyhow::bail!(
                "With --without-token the model service can only listen on this machine, such as on 127.0.0.1:8020, and \
                 not on {}. Set AI_MODEL_TOKEN to let other machines call it",
                self.listen
            ),
            None => Ok(Access::ThisMachine),
        }
    }
}

impl Serve {
    /// Starts the service, and returns once it has stopped.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let shutdown = shutdown_token(&TaskTracker::new())?;
        match self.service {
            Service::Backend(options) => {
                keep_out_of_the_log(options.backend.secrets().chain(&options.model_token.get()));
                create_data_dir(&options.backend.data_dir)?;
                let listener = listen(options.listen, "--listen").await?;
                let database = options.database.open(&options.backend.data_dir).await?;
                let model = ModelEndpoint {
                    url: options.ai_model_url,
                    socket: None,
                    token: options.model_token.get(),
                };
                let mut export = options.traces.export()?;
                let tracer = export.tracer(BACKEND)?;
                let connected = Connected { model, database_url: &database.url, tracer };
                let result = run_backend(listener, &options.backend, connected, shutdown).await;
                database.close().await?;
                export.shut_down().await;
                result
            }
            Service::AiModel(options) => {
                keep_out_of_the_log(options.ai_model.secrets().chain(&options.token.get()));
                let access = options.access()?;
                let mut export = options.traces.export()?;
                let mut state = ai_model::AppState::new(options.ai_model, access)?;
                state.tracer = export.tracer(MODEL_SERVICE)?;
                let result =
                    ai_model::serve(listen(options.listen, "--listen").await?, state, shutdown).await;
                export.shut_down().await;
                result
            }
        }
    }
}
