//! Serves the fake of the Messages API, for experiments by hand and for tests in other languages:
//!
//! `cargo run -p ai-model --features fake --bin messages-api-fake -- --script ai-model/tests/scripts/proof.json`

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use ai_model::fakes::{Fake as _, MessagesApiFake, Script};
use anyhow::Context as _;
use clap::Parser;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A strict fake of Anthropic's Messages API. Prints its address once it is ready.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where to listen; port 0 chooses a free port
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The script to play
    #[arg(long)]
    script: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let script = std::fs::read_to_string(&arguments.script)
        .with_context(|| format!("reading {}", arguments.script.display()))?;
    let script: Script = serde_json::from_str(&script)
        .with_context(|| format!("understanding {}", arguments.script.display()))?;
    let listener = TcpListener::bind(arguments.listen).await.context("listening")?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "http://{}", listener.local_addr()?)?;
    stdout.flush()?;
    let shutdown = CancellationToken::new();
    tokio::select! {
        served = MessagesApiFake::new(script).serve(listener, shutdown) => served.context("serving"),
        stop = tokio::signal::ctrl_c() => stop.context("waiting for ctrl-C"),
    }
}
