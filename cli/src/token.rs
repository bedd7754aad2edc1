//! The API tokens of whoever is logged in.

use std::io::Write as _;

use backend::auth::scope::Scope;
use backend::clock::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use protocol::secret::Secret;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::remote::Remote;

/// Create, list and revoke API tokens; `deskhand login` comes first
#[derive(clap::Args)]
pub(crate) struct Token {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Create a token, and print it: nobody can read it again
    Create(Create),
    /// List the tokens
    List,
    /// Revoke a token, at once
    Revoke {
        /// The id that `deskhand token list` shows
        id: Uuid,
    },
}

#[derive(clap::Args)]
struct Create {
    /// What to call it
    name: String,
    /// What it may do; may be given several times, or with commas
    #[arg(long = "scope", required = true, value_delimiter = ',', value_parser = PossibleValuesParser::new(Scope::ALL.iter().map(|scope| scope.as_str())))]
    scopes: Vec<String>,
    /// Days until it becomes invalid
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=36_500), conflicts_with = "no_expiry")]
    days: u32,
    /// Let it be valid until it is revoked
    #[arg(long)]
    no_expiry: bool,
}

/// A token, as the API returns it.
#[derive(Deserialize)]
struct Listed {
    id: Uuid,
    name: String,
    prefix: String,
    scopes: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
struct Created {
    id: Uuid,
    token: Secret,
}

impl Token {
    /// Creates, lists or revokes tokens.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let remote = Remote::open().await?;
        match self.action {
            Action::Create(create) => create.run(&remote).await,
            Action::List => list(&remote).await,
            Action::Revoke { id } => {
                remote.send(Method::DELETE, &format!("users/me/tokens/{id}")).await?;
                writeln!(std::io::stdout(), "Revoked {id}.")?;
                Ok(())
            }
        }
    }
}

impl Create {
    async fn run(self, remote: &Remote) -> anyhow::Result<()> {
        let expires_at = (!self.no_expiry).then(|| Clock::system().now() + TimeDelta::days(self.days.into()));
        let body = json!({ "name": self.name, "scopes": self.scopes, "expires_at": expires_at });
        let created: Created = remote.call(Method::POST, "users/me/tokens", Some(&body)).await?;
        // Only the token goes to standard output, so that it can be stored in a variable.
        writeln!(std::io::stderr(), "Created {}. Store the token: it is not shown again.", created.id)?;
        writeln!(std::io::stdout(), "{}", created.token.expose())?;
        Ok(())
    }
}

async fn list(remote: &Remote) -> anyhow::Result<()> {
    let tokens: Vec<Listed> = remote.call(Method::GET, "users/me/tokens", None).await?;
    let mut stdout = std::io::stdout();
    let day =
        |time: Option<DateTime<Utc>>| time.map_or("never".into(), |time| time.format("%Y-%m-%d").to_string());
    for token in tokens {
        writeln!(
            stdout,
            "{}  {}...  expires {}  used {}  {}  {}",
            token.id,
            token.prefix,
            day(token.expires_at),
            day(token.last_used_at),
            token.scopes.join(","),
            token.name
        )?;
    }
    Ok(())
}
