//! Administering users: their names and role, whether they can log in, and their deletion.

pub mod deletion;

use diesel_async::AsyncConnection as _;
use protocol::ids::UserId;

use crate::blobs::{BlobCollector, CollectError};
use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::services::account_form::{self, FormError};
use crate::services::chats::Chats;
use crate::services::logins;
use crate::services::runs::{RunError, Runs};
use crate::store::users::{self, Role, User, UserChanges, WriteUserError};
use crate::store::{Page, runs};

/// The operations of superusers on users. Cheap to clone.
#[derive(Clone)]
pub struct Users {
    /// Postgres.
    pub database: Database,
    /// The clock.
    pub clock: Clock,
    /// Cancels their runs.
    pub runs: Runs,
    /// Deletes their chats.
    pub chats: Chats,
    /// Deletes the bytes of their files.
    pub blobs: BlobCollector,
}

/// What a superuser changes of a user; `None` leaves a field unchanged.
#[derive(Debug, Default)]
pub struct UserChange {
    /// The login name.
    pub username: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// What the user may do.
    pub role: Option<Role>,
    /// Whether the user can't log in.
    pub disabled: Option<bool>,
}

/// Why a user can't be changed or deleted. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// There is no such user.
    #[error("There is no such user.")]
    NotFound,
    /// Nobody could administer the installation any more.
    #[error("This is the last superuser who can log in. Make somebody else a superuser first.")]
    LastSuperuser,
    /// A field can't be used.
    #[error(transparent)]
    Form(#[from] FormError),
    /// Another account has the username.
    #[error("This username is taken. Choose another.")]
    UsernameTaken,
    /// Another account has the e-mail address.
    #[error("This e-mail address already has an account.")]
    EmailTaken,
    /// Some of a deleted user's chats could not be deleted.
    #[error("some chats could not be deleted")]
    ChatsLeft,
    /// A run could not be cancelled.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The bytes of a file could not be deleted.
    #[error(transparent)]
    Blobs(#[from] CollectError),
    /// The users could not be read or written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
}

from_database!(UserError);

impl From<WriteUserError> for UserError {
    fn from(error: WriteUserError) -> Self {
        match error {
            WriteUserError::UsernameTaken => Self::UsernameTaken,
            WriteUserError::EmailTaken => Self::EmailTaken,
            WriteUserError::Database(error) => error.into(),
        }
    }
}

impl Users {
    /// The users whose name or e-mail address contains `search`, oldest first.
    pub async fn list(&self, search: &str, page: Page<UserId>) -> Result<Vec<User>, UserError> {
        let mut conn = self.database.connection().await?;
        Ok(users::list(&mut conn, search, page).await?)
    }

    /// A user.
    ///
    /// # Errors
    /// When there is none with this id.
    pub async fn get(&self, id: UserId) -> Result<User, UserError> {
        let mut conn = self.database.connection().await?;
        users::find(&mut conn, id).await?.ok_or(UserError::NotFound)
    }

    /// Changes a user. Disabling ends all their logins and cancels their runs; another role ends their logins.
    ///
    /// # Errors
    /// When there is no such user, a name can't be used, or nobody could administer the installation any more.
    pub async fn change(&self, id: UserId, change: UserChange) -> Result<User, UserError> {
        let disables = change.disabled == Some(true);
        let changed = self.changed(id, change).await?;
        if disables {
            self.cancel_runs(id).await?;
        }
        Ok(changed)
    }

    async fn changed(&self, id: UserId, change: UserChange) -> Result<User, UserError> {
        let changes = checked(&change)?;
        let now = self.clock.now();
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            let superusers = users::lock_superusers(conn).await?;
            let before = users::lock(conn, id).await?.ok_or(UserError::NotFound)?;
            let demotes = change.role == Some(Role::User) || change.disabled == Some(true);
            if demotes && superusers == [id] {
                return Err(UserError::LastSuperuser);
            }
            let disabled_at = change.disabled.map(|disabled| disabled.then(|| before.disabled_at.unwrap_or(now)));
            let changes = UserChanges { disabled_at, ..changes };
            if changes == UserChanges::default() {
                return Ok(before);
            }
            let after = users::change(conn, id, changes).await?;
            if after.is_superuser != before.is_superuser || after.disabled_at.is_some() {
                logins::end_all(conn, id).await?;
            }
            tracing::info!(user.id = %id, is_superuser = after.is_superuser, disabled_at = ?after.disabled_at, "changed a user");
            Ok(after)
        })
        .await
    }

    /// Cancels everything that runs for a user.
    async fn cancel_runs(&self, id: UserId) -> Result<(), UserError> {
        let unfinished = {
            let mut conn = self.database.connection().await?;
            runs::unfinished_of_user(&mut conn, id).await?
        };
        for run in unfinished {
            self.runs.cancel(run).await?;
        }
        Ok(())
    }
}

fn checked(change: &UserChange) -> Result<UserChanges, FormError> {
    change.username.as_deref().map(account_form::check_username).transpose()?;
    change.email.as_deref().map(account_form::check_email).transpose()?;
    Ok(UserChanges {
        username: change.username.clone(),
        email: change.email.clone(),
        first_name: change.first_name.as_deref().map(account_form::name).transpose()?,
        last_name: change.last_name.as_deref().map(account_form::name).transpose()?,
        is_superuser: change.role.map(|role| role == Role::Superuser),
        ..UserChanges::default()
    })
}
