//! Administering users: their names and role, whether they can log in, and their deletion.

pub mod changes;
pub mod deletion;

use protocol::ids::UserId;

use crate::blobs::{BlobCollector, CollectError};
use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::services::account_form::FormError;
use crate::services::audit::Actor;
use crate::services::chats::Chats;
use crate::services::runs::{RunError, Runs};
use crate::services::users::changes::UserChange;
use crate::store::users::{self, User, WriteUserError};
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
    /// What was changed could not be encoded.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
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
    pub async fn change(&self, id: UserId, change: UserChange, by: &Actor) -> Result<User, UserError> {
        let disables = change.disabled == Some(true);
        let changed = changes::apply(&self.database, &self.clock, id, change, by).await?;
        if disables {
            self.cancel_runs(id).await?;
        }
        Ok(changed)
    }

    /// Finishes what was changed or deleted while this failed, or by the command line.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn catch_up(&self) -> Result<(), UserError> {
        let stranded = {
            let mut conn = self.database.connection().await?;
            runs::unfinished_of_disabled(&mut conn).await?
        };
        for run in stranded {
            self.runs.cancel(run).await?;
        }
        self.finish_deletions().await
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
