//! Prints the one-time link by which the first administrator is created.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use backend::clock::Clock;
use backend::database::Database;
use backend::services::accounts;
use url::Url;

use crate::addresses::{self, reachable};
use crate::database::DatabaseChoice;

/// Print a new link by which the first administrator is created; works whether or not Deskhand is running
#[derive(clap::Args)]
pub(crate) struct SetupLink {
    /// The address that people open [default: the one that Deskhand listens on]
    #[arg(long, env = "DESKHAND_PUBLIC_URL")]
    url: Option<Url>,
    /// The address that Deskhand listens on
    #[arg(long, env = "DESKHAND_LISTEN", value_parser = addresses::parse, default_value = "127.0.0.1:8010")]
    listen: SocketAddr,
    #[command(flatten)]
    database: DatabaseChoice,
    /// Data folder: database, uploads, screenshots, home folders
    #[arg(long, env = "DESKHAND_DATA_DIR", default_value_os_t = backend::config::default_data_dir())]
    data_dir: PathBuf,
}

impl SetupLink {
    /// Prints the link. Earlier ones work no longer.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let open = self.database.share(&self.data_dir).await?;
        let token = new_token(&open.url).await;
        open.close().await?;
        let token = token?.context(
            "There is an account already. Log in with it, or create an administrator with `deskhand create-user --superuser`",
        )?;
        let address = match &self.url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}", reachable(self.listen)),
        };
        writeln!(std::io::stdout(), "{}", link(&address, &token))?;
        Ok(())
    }
}

/// The link, at an address without a slash at its end.
pub(crate) fn link(address: &str, token: &str) -> String {
    format!("{address}/setup#token={token}")
}

async fn new_token(database_url: &str) -> anyhow::Result<Option<String>> {
    let database = Database::new(database_url)?;
    let clock = Clock::of_database(&database).await?;
    accounts::new_setup_token(&database, &clock).await
}
