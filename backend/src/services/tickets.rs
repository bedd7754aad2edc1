//! Tickets: each opens one WebSocket, for clients that can't set headers. A ticket in an address may end up in a log, so it
//! is valid once and for seconds.

use chrono::TimeDelta;
use protocol::ids::{ChatId, UserId};
use protocol::secret::Secret;

use crate::auth::credential::Credential;
use crate::auth::opaque_token::{OpaqueToken, TokenKind};
use crate::auth::scope::Scope;
use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::services::api_tokens::scopes;
use crate::store::tickets::{self, Ticket};
use crate::store::users::User;
use crate::store::{api_tokens, chats, sessions, token_families};

/// How long a ticket is valid.
pub const LIFETIME: TimeDelta = TimeDelta::seconds(30);

/// Why there is no ticket. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum TicketError {
    /// The user has no such chat.
    #[error("There is no such chat.")]
    NoChat,
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// The ticket could not be made.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(TicketError);

/// Who used a ticket: the user, what they asked for it with, and what they may do if that was an API token.
pub type TicketHolder = (User, Credential, Option<Vec<Scope>>);

/// The operations on tickets. Cheap to clone.
#[derive(Clone)]
pub struct Tickets {
    /// Postgres.
    pub database: Database,
    /// Tells what has expired.
    pub clock: Clock,
}

impl Tickets {
    /// Makes a ticket for the live view of a chat, else for the WebSocket of chats.
    ///
    /// # Errors
    /// When the user has no such chat.
    pub async fn create(
        &self,
        user_id: UserId,
        credential: &Credential,
        chat_id: Option<ChatId>,
    ) -> Result<Secret, TicketError> {
        let token = OpaqueToken::generate(TokenKind::Ticket)?;
        let mut ticket = Ticket {
            sha256: token.sha256().to_vec(),
            user_id,
            chat_id,
            session_id: None,
            family_id: None,
            api_token_id: None,
            expires_at: self.clock.now() + LIFETIME,
        };
        match credential {
            Credential::Session(id) => ticket.session_id = Some(id.clone()),
            Credential::TokenFamily(id) => ticket.family_id = Some(*id),
            Credential::ApiToken(id) => ticket.api_token_id = Some(*id),
        }
        let mut conn = self.database.connection().await?;
        if let Some(chat_id) = chat_id {
            chats::find_owned(&mut conn, chat_id, user_id).await?.ok_or(TicketError::NoChat)?;
        }
        tickets::insert(&mut conn, &ticket).await?;
        Ok(token.secret().clone())
    }

    /// Uses a ticket up. `None` if it is not valid, was asked for something else, or its login has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn redeem(
        &self,
        token: &str,
        chat_id: Option<ChatId>,
    ) -> Result<Option<TicketHolder>, DatabaseError> {
        let Some(token) = OpaqueToken::parse(TokenKind::Ticket, token) else { return Ok(None) };
        let now = self.clock.now();
        let mut conn = self.database.connection().await?;
        let ticket = tickets::take(&mut conn, &token.sha256(), now).await?;
        let Some(ticket) = ticket.filter(|ticket| ticket.chat_id == chat_id) else { return Ok(None) };
        if let Some(id) = ticket.session_id {
            let found = sessions::find_user(&mut conn, &id, now).await?;
            return Ok(found.map(|(user, _)| (user, Credential::Session(id), None)));
        }
        if let Some(id) = ticket.family_id {
            let found = token_families::find_user(&mut conn, id, now).await?;
            return Ok(found.map(|(user, _)| (user, Credential::TokenFamily(id), None)));
        }
        let Some(id) = ticket.api_token_id else { return Ok(None) };
        let found = api_tokens::find(&mut conn, id, now).await?;
        Ok(found.map(|(row, user)| (user, Credential::ApiToken(id), Some(scopes(&row)))))
    }
}
