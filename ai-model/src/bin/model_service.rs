//! Serves the model service in a process of its own, to measure it and to test that a run survives its end. `deskhand`
//! runs it in one process with the backend.
//!
//! `cargo run -p ai-model --features fake --bin model-service -- --anthropic-base-url http://127.0.0.1:9000`

use std::io::Write as _;
use std::net::SocketAddr;

use ai_model::{Access, AppState, Config};
use anyhow::Context as _;
use clap::Parser;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The model service. Prints its address once it is ready.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where to listen; port 0 chooses a free port
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    #[command(flatten)]
    config: Config,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let listener = TcpListener::bind(arguments.listen).await.context("listening")?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "http://{}", listener.local_addr()?)?;
    stdout.flush()?;
    let shutdown = CancellationToken::new();
    let stop = shutdown.clone();
    let state = AppState::new(arguments.config, Access::ThisMachine)?;
    tokio::select! {
        served = ai_model::serve(listener, state, shutdown) => served,
        interrupt = tokio::signal::ctrl_c() => {
            stop.cancel();
            interrupt.context("waiting for ctrl-C")
        }
    }
}
