//! Creates a user from the command line.

use std::io::Write as _;
use std::path::PathBuf;

use backend::Secret;
use backend::clock::Clock;
use backend::database::Database;
use backend::services::account_form::AccountForm;
use backend::services::accounts::Accounts;
use backend::services::audit::Actor;
use backend::store::users::UserRole;

use crate::database::{DatabaseChoice, OpenDatabase};
use crate::password;

/// Create a user; works whether or not Deskhand is running
#[derive(clap::Args)]
pub(crate) struct CreateUser {
    /// Username to log in with
    #[arg(long)]
    username: String,
    /// E-mail address
    #[arg(long)]
    email: String,
    /// Password; prompted for, or read from standard input, if omitted
    #[arg(long)]
    password: Option<String>,
    /// First name
    #[arg(long, default_value = "")]
    first_name: String,
    /// Last name
    #[arg(long, default_value = "")]
    last_name: String,
    /// Let the user list and create users
    #[arg(long)]
    superuser: bool,
    #[command(flatten)]
    database: DatabaseChoice,
    /// Data folder: database, uploads, screenshots, home folders
    #[arg(long, env = "DESKHAND_DATA_DIR", default_value_os_t = backend::config::default_data_dir())]
    data_dir: PathBuf,
}

impl CreateUser {
    /// Creates the user.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let form = AccountForm {
            username: self.username,
            email: self.email,
            password: Secret::new(self.password.map_or_else(password::read, Ok)?),
            first_name: self.first_name,
            last_name: self.last_name,
        };
        let role = if self.superuser { UserRole::Superuser } else { UserRole::User };
        let database = self.database.share(&self.data_dir).await?;
        let created = create(&database, form, role).await;
        database.close().await?;
        writeln!(std::io::stdout(), "Created the user {}.", created?)?;
        Ok(())
    }
}

async fn create(database: &OpenDatabase, form: AccountForm, role: UserRole) -> anyhow::Result<String> {
    let accounts = Accounts::new(Database::new(&database.url)?, Clock::system());
    Ok(accounts.create(form, role, &Actor::Installation).await?.username)
}
