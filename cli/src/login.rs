//! Logs in to a Deskhand, and out.

use std::convert::Infallible;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::net::IpAddr;

use anyhow::Context as _;
use protocol::secret::Secret;
use url::{Host, Url};

use crate::password;
use crate::remote;

/// Log in to a Deskhand, for the commands that use one
#[derive(clap::Args)]
pub(crate) struct Login {
    /// Address of the Deskhand, such as https://desk.example.com
    #[arg(value_parser = parse)]
    url: Url,
    /// Username or e-mail address; prompted for, or the first line of standard input, if omitted
    #[arg(long)]
    username: Option<String>,
    /// Code of the authenticator app, or a recovery code, for two-step login; asked for if it is needed and omitted
    #[arg(long, value_parser = secret)]
    code: Option<Secret>,
}

/// Log out of the Deskhand that `deskhand login` has logged in to
#[derive(clap::Args)]
pub(crate) struct Logout;

impl Login {
    /// Logs in.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        if is_unencrypted(&self.url) {
            writeln!(std::io::stderr(), "The password travels unencrypted to {}.", self.url)?;
        }
        let username = match self.username {
            Some(username) => username,
            None => ask_for("Username", "the username")?,
        };
        let password = Secret::new(password::read()?);
        let log_in =
            async |code: Option<&Secret>| remote::log_in(self.url.clone(), &username, &password, code).await;
        match log_in(self.code.as_ref()).await {
            Err(error) if self.code.is_none() && remote::needs_code(&error) => {
                let code = ask_for("Code of your authenticator app, or a recovery code", "the code")?;
                log_in(Some(&Secret::new(code))).await?;
            }
            done => done?,
        }
        writeln!(std::io::stdout(), "Logged in to {} as {username}.", self.url)?;
        Ok(())
    }
}

impl Logout {
    /// Logs out.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let url = remote::log_out().await?;
        writeln!(std::io::stdout(), "Logged out of {url}.")?;
        Ok(())
    }
}

/// What is typed at a prompt, else the next line of standard input.
fn ask_for(prompt: &str, what: &str) -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        write!(std::io::stderr(), "{prompt}: ")?;
    }
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.with_context(|| format!("reading {what} from standard input"))?;
    Ok(line.trim().to_owned())
}

fn secret(text: &str) -> Result<Secret, Infallible> {
    Ok(Secret::new(text))
}

fn parse(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| "it has to be an address such as https://desk.example.com".to_owned())
}

/// Whether what is sent there can be read on the way.
fn is_unencrypted(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => IpAddr::from(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::from(ip).is_loopback(),
        None => false,
    };
    url.scheme() == "http" && !is_here
}
