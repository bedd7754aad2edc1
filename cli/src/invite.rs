//! Creates an invitation from the command line.

use std::io::Write as _;
use std::path::PathBuf;

use backend::clock::Clock;
use backend::database::Database;
use backend::services::audit::Actor;
use backend::services::invitations::{InvitationForm, Invitations};
use backend::store::users::UserRole;
use chrono::TimeDelta;
use url::Url;

use crate::database::{DatabaseChoice, OpenDatabase};

/// Print the link of a new invitation; works whether or not Deskhand is running
#[derive(clap::Args)]
pub(crate) struct Invite {
    /// Only who has this e-mail address may register [default: anybody who has the link]
    #[arg(long)]
    email: Option<String>,
    /// Let the new users administer Deskhand
    #[arg(long)]
    superuser: bool,
    /// How many people may register
    #[arg(long, default_value_t = 1)]
    uses: i32,
    /// Days until it expires
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=365))]
    days: u16,
    /// The address that people open
    #[arg(long, env = "DESKHAND_PUBLIC_URL", default_value = "http://127.0.0.1:8010/")]
    url: Url,
    #[command(flatten)]
    database: DatabaseChoice,
    /// Data folder: database, uploads, screenshots, home folders
    #[arg(long, env = "DESKHAND_DATA_DIR", default_value_os_t = backend::config::default_data_dir())]
    data_dir: PathBuf,
}

impl Invite {
    /// Creates the invitation.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let open = self.database.share(&self.data_dir).await?;
        let link = self.create(&open).await;
        open.close().await?;
        writeln!(std::io::stdout(), "{}", link?)?;
        Ok(())
    }

    async fn create(&self, open: &OpenDatabase) -> anyhow::Result<String> {
        let database = Database::new(&open.url)?;
        let clock = Clock::of_database(&database).await?;
        let expires_at = Some(clock.now() + TimeDelta::days(self.days.into()));
        let role = if self.superuser { UserRole::Superuser } else { UserRole::User };
        let form = InvitationForm { email: self.email.clone(), role, expires_at, uses: self.uses };
        let (_, token) = Invitations { database, clock }.create(form, &Actor::Installation).await?;
        Ok(format!("{}/register#invitation={token}", self.url.as_str().trim_end_matches('/')))
    }
}
