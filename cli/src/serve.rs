//! Runs a single service.

use std::net::SocketAddr;

use clap::Subcommand;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::database::{DatabaseChoice, create_data_dir};
use crate::signals::shutdown_token;
use crate::up::{listen, run_backend};

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
    #[arg(long, env = "DESKHAND_LISTEN", default_value = "127.0.0.1:8010")]
    listen: SocketAddr,
    /// URL of the model service
    #[arg(long, env = "AI_MODEL_URL", default_value = "http://127.0.0.1:8020")]
    ai_model_url: Url,
    #[command(flatten)]
    database: DatabaseChoice,
    #[command(flatten)]
    backend: backend::Config,
}

#[derive(clap::Args)]
struct AiModelOptions {
    /// Address to listen on; port 0 picks a free port
    #[arg(long, env = "AI_MODEL_LISTEN", default_value = "127.0.0.1:8020")]
    listen: SocketAddr,
    #[command(flatten)]
    ai_model: ai_model::Config,
}

impl Serve {
    /// Starts the service, and returns once it has stopped.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let shutdown = shutdown_token(&TaskTracker::new())?;
        match self.service {
            Service::Backend(options) => {
                create_data_dir(&options.backend.data_dir)?;
                let listener = listen(options.listen).await?;
                let database = options.database.open(&options.backend.data_dir).await?;
                let result =
                    run_backend(listener, &options.backend, options.ai_model_url, &database.url, shutdown)
                        .await;
                database.close().await?;
                result
            }
            Service::AiModel(options) => {
                let state = ai_model::AppState::new(options.ai_model)?;
                ai_model::serve(listen(options.listen).await?, state, shutdown).await
            }
        }
    }
}
