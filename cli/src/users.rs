//! Administers users from the command line.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use backend::clock::Clock;
use backend::database::Database;
use backend::services::accounts::Accounts;
use backend::services::audit::Actor;
use backend::services::password_links;
use backend::services::second_factors;
use backend::services::users::changes::{UserChange, apply, find_by_name};
use backend::services::users::deletion;
use backend::store::users::{self, User};
use backend::store::{MAX_PAGE, Page};
use clap::Subcommand;
use url::Url;

use crate::database::{DatabaseChoice, OpenDatabase};

/// Administer users; works whether or not Deskhand is running
#[derive(clap::Args)]
pub(crate) struct Users {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    database: DatabaseChoice,
    /// Data folder: database, uploads, screenshots, home folders
    #[arg(long, global = true, env = "DESKHAND_DATA_DIR", default_value_os_t = backend::config::default_data_dir())]
    data_dir: PathBuf,
}

#[derive(Subcommand)]
enum Action {
    /// List all users
    List,
    /// Log a user out everywhere and let them log in no more
    Disable {
        /// Username
        username: String,
    },
    /// Let a disabled user log in again
    Enable {
        /// Username
        username: String,
    },
    /// Print a one-time link by which a user sets a new password
    Reset {
        /// Username
        username: String,
        /// The address that people open
        #[arg(long, env = "DESKHAND_PUBLIC_URL", default_value = "http://127.0.0.1:8010/")]
        url: Url,
    },
    /// Turn off two-step login for a user who has lost the app and the recovery codes
    ResetSecondFactor {
        /// Username
        username: String,
    },
    /// Delete a user with all their chats, desktops and files
    Delete {
        /// Username
        username: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

impl Users {
    /// Does what was asked.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let open = self.database.share(&self.data_dir).await?;
        let told = act(&open, self.action).await;
        open.close().await?;
        writeln!(std::io::stdout(), "{}", told?)?;
        Ok(())
    }
}

/// Returns what to print.
async fn act(open: &OpenDatabase, action: Action) -> anyhow::Result<String> {
    let database = Database::new(&open.url)?;
    let clock = Clock::of_database(&database).await?;
    Ok(match action {
        Action::List => {
            let lines: Vec<String> = all(&database).await?.iter().map(line).collect();
            lines.join("\n")
        }
        Action::Disable { username } => {
            let user = set_disabled(&database, &clock, &username, true).await?;
            format!("{} can't log in any more.", user.username)
        }
        Action::Enable { username } => {
            let user = set_disabled(&database, &clock, &username, false).await?;
            format!("{} can log in.", user.username)
        }
        Action::Reset { username, url } => {
            let user = find_by_name(&database, &username).await?;
            let link =
                password_links::issue(&Accounts::new(database, clock), user.id, &Actor::Installation).await?;
            let base = url.as_str().trim_end_matches('/');
            format!(
                "Once, until {}, {} sets a new password here: {base}/password#token={}",
                link.expires_at.format("%Y-%m-%d %H:%M UTC"),
                user.username,
                link.token
            )
        }
        Action::ResetSecondFactor { username } => {
            let user = find_by_name(&database, &username).await?;
            second_factors::reset(&database, &clock, user.id, &Actor::Installation).await?;
            format!("{} logs in with the password only.", user.username)
        }
        Action::Delete { username, yes } => {
            let user = find_by_name(&database, &username).await?;
            anyhow::ensure!(yes || is_confirmed(&user.username)?, "Nothing was deleted.");
            deletion::mark(&database, &clock, user.id, &Actor::Installation).await?;
            format!("{} is deleted. A running Deskhand, or the next one, deletes their data.", user.username)
        }
    })
}

/// All users, oldest first.
async fn all(database: &Database) -> anyhow::Result<Vec<User>> {
    let mut conn = database.connection().await?;
    let mut found: Vec<User> = Vec::new();
    loop {
        let after = found.last().map(|user| user.id);
        let page = Page { after, skip: 0, limit: MAX_PAGE.into() };
        let next = users::list(&mut conn, "", page).await?;
        if next.is_empty() {
            return Ok(found);
        }
        found.extend(next);
    }
}

async fn set_disabled(
    database: &Database,
    clock: &Clock,
    username: &str,
    disabled: bool,
) -> anyhow::Result<User> {
    let user = find_by_name(database, username).await?;
    let change = UserChange { disabled: Some(disabled), ..UserChange::default() };
    Ok(apply(database, clock, user.id, change, &Actor::Installation).await?)
}

fn line(user: &User) -> String {
    let role = if user.is_superuser { "superuser" } else { "user" };
    let state = if user.disabled_at.is_some() { "disabled" } else { "enabled" };
    format!("{}\t{}\t{role}\t{state}", user.username, user.email)
}

/// Asks for the name once more.
fn is_confirmed(username: &str) -> anyhow::Result<bool> {
    write!(
        std::io::stderr(),
        "All chats, desktops and files of {username} will be deleted. Type the username to confirm: "
    )?;
    let mut typed = String::new();
    std::io::stdin().read_line(&mut typed).context("reading the confirmation")?;
    Ok(typed.trim() == username)
}
