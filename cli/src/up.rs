//! Starts everything on this machine and stops it together.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::Context as _;
use backend::app::AppState;
use backend::clock::Clock;
use backend::data_folder::DataFolder;
use backend::database::Database;
use backend::provider::choice::{Choice, choose};
use backend::services::accounts;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::database::{DatabaseChoice, create_data_dir};
use crate::signals::shutdown_token;

/// Start everything on this machine: the database, the model service, and the backend with the web interface
#[derive(clap::Args)]
pub(crate) struct Up {
    /// Address to listen on; port 0 picks a free port
    #[arg(long, env = "DESKHAND_LISTEN", default_value = "127.0.0.1:8010")]
    listen: SocketAddr,
    #[command(flatten)]
    database: DatabaseChoice,
    #[command(flatten)]
    backend: backend::Config,
    #[command(flatten)]
    ai_model: ai_model::Config,
}

impl Up {
    /// Starts everything, and returns once all of it has stopped.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let tasks = TaskTracker::new();
        let shutdown = shutdown_token(&tasks)?;
        create_data_dir(&self.backend.data_dir)?;
        let listener = listen(self.listen).await?;
        let ai_model = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let ai_model_url = format!("http://{}", ai_model.local_addr()?).parse()?;
        let model = ai_model::AppState::new(self.ai_model)?;
        // The model service stops last, so that calls in flight can finish.
        let backend_ended = CancellationToken::new();
        let model = ai_model::serve(ai_model, model, backend_ended.clone());
        let database = self.database.open(&self.backend.data_dir).await?;
        let both = async {
            // Whichever stops first, because of a signal or a failure, stops the other.
            tokio::try_join!(
                end_both(&shutdown, model),
                end_both(
                    &backend_ended,
                    run_backend(listener, &self.backend, ai_model_url, &database.url, shutdown.clone())
                ),
            )
        };
        let result = both.await;
        database.close().await?;
        result.map(|_| ())
    }
}

/// Runs the backend: connects it, prints its address, and serves until shutdown.
pub(crate) async fn run_backend(
    listener: TcpListener,
    config: &backend::Config,
    ai_model_url: Url,
    database_url: &str,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let database = Database::new(database_url)?;
    let folder = DataFolder::open(&config.data_dir, &database).await?;
    let clock = Clock::system();
    let Choice { provider, why } = choose(config, &folder).await?;
    let state =
        AppState::build(config, &folder, ai_model_url, database.clone(), provider, clock.clone(), shutdown)
            .await?;
    let url = format!("http://{}", reachable(listener.local_addr()?));
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{why}")?;
    if let Some(token) = accounts::new_setup_token(&database, &clock).await? {
        writeln!(
            stdout,
            "Create the first administrator here (the link works once): {url}/setup#token={token}"
        )?;
    }
    let served = backend::serve(listener, state, || {
        // Standard output may be closed, which is fine.
        let _ = writeln!(stdout, "Deskhand is ready: {url}");
    })
    .await;
    database.close();
    served
}

/// Binds the address, or fails with an error that says what to do.
pub(crate) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("Cannot listen on {address}. Choose another address with --listen"))
}

async fn end_both(
    shutdown: &CancellationToken,
    one: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    let result = one.await;
    shutdown.cancel();
    result
}

/// The address, in a form that a browser on this machine can open.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}
