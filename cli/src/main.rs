//! `deskhand`, the one program that people run. It parses the command line and calls the libraries.

mod addresses;
mod backup;
mod create_user;
mod database;
mod doctor;
mod invite;
mod keys;
mod limits;
mod login;
mod memory;
mod model_prices;
mod model_service;
mod models;
mod open_files;
mod password;
mod readiness;
mod remote;
mod restore;
mod secrets;
mod serve;
mod setup_link;
mod shell_files;
mod signals;
mod token;
mod trace;
mod trace_options;
mod up;
mod users;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use telemetry::logging::TraceIds;
use telemetry::redacting::say;

/// A virtual desktop for every conversation, and an AI that uses it.
#[derive(Parser)]
#[command(name = "deskhand", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start everything on this machine: the database, the model service, and the backend with the web interface
    Up(Box<up::Up>),
    /// Start a single service, to run each on its own machine
    Serve(serve::Serve),
    /// Create a user; works whether or not Deskhand is running
    CreateUser(create_user::CreateUser),
    /// Administer users; works whether or not Deskhand is running
    Users(users::Users),
    /// Print the link of a new invitation; works whether or not Deskhand is running
    Invite(invite::Invite),
    /// Print a new link by which the first administrator is created; works whether or not Deskhand is running
    SetupLink(setup_link::SetupLink),
    /// Apply pending database migrations
    Migrate(database::Migrate),
    /// Look at everything that Deskhand needs on this machine, and say what to do about what is wrong
    Doctor(Box<doctor::Doctor>),
    /// Back up an installation to one file; works whether or not Deskhand is running
    Backup(backup::Backup),
    /// Restore an installation from a backup, while Deskhand is stopped
    Restore(restore::Restore),
    /// Log in to a Deskhand, for the commands that use one
    Login(login::Login),
    /// Log out of that Deskhand
    Logout(login::Logout),
    /// Create, list and revoke API tokens of whoever is logged in
    Token(token::Token),
    /// Show what your runs may cost, or set limits of your own
    Limits(limits::Limits),
    /// List models, and add, check and remove keys for them
    Models(models::Models),
    /// Change the keys of an installation
    Keys(keys::Keys),
    /// Draw a trace from files of DESKHAND_TRACES_FILE as a tree
    Trace(trace::TraceCommand),
    /// Print the backend's OpenAPI document
    Openapi,
    /// Write man pages and completions for shells to a folder, for packages
    #[command(hide = true)]
    ShellFiles(shell_files::ShellFiles),
}

fn main() -> ExitCode {
    memory::return_large_blocks();
    telemetry::logging::init("info", trace_ids);
    run()
}

fn trace_ids(event: &tracing::Metadata<'_>) -> Option<TraceIds> {
    let (trace_id, span_id) = traces::ids_of_event(event)?;
    Some(TraceIds { trace_id: trace_id.to_string(), span_id: span_id.to_string() })
}

#[tokio::main]
async fn run() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Up(up) => {
            open_files::raise_limit();
            up.run().await
        }
        Command::Serve(serve) => {
            open_files::raise_limit();
            serve.run().await
        }
        Command::CreateUser(create_user) => create_user.run().await,
        Command::Users(users) => users.run().await,
        Command::Invite(invite) => invite.run().await,
        Command::SetupLink(setup_link) => setup_link.run().await,
        Command::Migrate(migrate) => migrate.run().await,
        Command::Doctor(doctor) => match doctor.run().await {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Backup(backup) => {
            open_files::raise_limit();
            backup.run().await
        }
        Command::Restore(restore) => {
            open_files::raise_limit();
            restore.run().await
        }
        Command::Login(login) => login.run().await,
        Command::Logout(logout) => logout.run().await,
        Command::Token(token) => token.run().await,
        Command::Limits(limits) => limits.run().await,
        Command::Models(models) => models.run().await,
        Command::Keys(keys) => keys.run().await,
        Command::Trace(trace) => trace.run(),
        Command::Openapi => print_openapi(),
        Command::ShellFiles(files) => files.write(Cli::command()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("Error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn print_openapi() -> anyhow::Result<()> {
    let document = backend::routes::openapi().to_pretty_json()?;
    writeln!(std::io::stdout(), "{document}")?;
    Ok(())
}
