//! `deskhand`: the one program that a person runs. It only reads its orders and calls the libraries.

mod create_user;
mod database;
mod logging;
mod serve;
mod signals;
mod up;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A virtual desktop for every conversation, and an AI that uses it.
#[derive(Parser)]
#[command(name = "deskhand", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start everything on this machine: database, model service, backend with the web interface
    Up(Box<up::Up>),
    /// Start one service alone, for a machine of its own
    Serve(serve::Serve),
    /// Make a user, while Deskhand runs or not
    CreateUser(create_user::CreateUser),
    /// Bring the schema of the database up to date
    Migrate(database::Migrate),
    /// Print the OpenAPI document of the backend
    Openapi,
}

#[tokio::main]
async fn main() -> ExitCode {
    logging::init();
    let result = match Cli::parse().command {
        Command::Up(up) => up.run().await,
        Command::Serve(serve) => serve.run().await,
        Command::CreateUser(create_user) => create_user.run().await,
        Command::Migrate(migrate) => migrate.run().await,
        Command::Openapi => print_openapi(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing can be done when standard error is closed too.
            let _ = writeln!(std::io::stderr(), "Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn print_openapi() -> anyhow::Result<()> {
    let document = backend::routes::openapi().to_pretty_json()?;
    writeln!(std::io::stdout(), "{document}")?;
    Ok(())
}
