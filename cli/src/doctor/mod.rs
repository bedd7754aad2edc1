//! Looks at everything that Deskhand needs, and says what to do about what is wrong. Changes nothing.

mod database;
mod desktops;
mod files;
mod finding;
mod kernel;
mod model;
mod network;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use self::finding::{Finding, Status, json, text, worst};
use crate::up::Up;

/// Look at everything that Deskhand needs on this machine, and say what to do about what is wrong; takes the settings of `up`
#[derive(clap::Args)]
pub(crate) struct Doctor {
    /// Print JSON, with codes for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    up: Up,
}

impl Doctor {
    /// Prints what was found. Fails if Deskhand would not start, or could not do its work.
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let findings = self.look().await;
        let mut stdout = std::io::stdout();
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let report =
            if self.json { json(&findings)? } else { text(&findings, stdout.is_terminal() && !unwanted) };
        writeln!(stdout, "{report}")?;
        Ok(if worst(&findings) == Status::Error { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    /// Runs all checks at the same time.
    async fn look(&self) -> Vec<Finding> {
        let Up { backend, ai_model, .. } = &self.up;
        let data_dir = &backend.data_dir;
        let (files, databases, desktops, network, model) = tokio::join!(
            files::look(data_dir),
            database::look(&self.up.database, backend),
            desktops::look(backend),
            network::look(&self.up),
            model::look(ai_model.clone()),
        );
        let kernel = kernel::look(&backend.desktops);
        [files, databases, kernel, desktops, network, model].into_iter().flatten().collect()
    }
}
