//! Stores cookie sessions in Postgres.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use protocol::ids::UserId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Session, SessionStore};
use uuid::Uuid;

use crate::clock::Clock;
use crate::database::Database;
use crate::services::audit::Source;
use crate::store::sessions::{self, SessionRow};

/// The session value that holds the logged-in user's id.
pub const USER_ID: &str = "user_id";

/// The session value that holds where the browser logged in.
const LOGIN_PLACE: &str = "login_place";
/// The session value that holds when the session was last extended, in seconds since 1970.
const EXTENDED_AT: &str = "extended_at";
/// How long an inactive browser stays logged in.
pub const LIFETIME: TimeDelta = TimeDelta::days(14);
/// How often an active session is extended. Each time, its row is written and its cookie sent again.
const EXTEND_EVERY: TimeDelta = TimeDelta::days(1);

/// Where a browser logged in. It stays when the id of the session changes.
#[derive(Serialize, Deserialize)]
struct LoginPlace {
    public_id: Uuid,
    client: String,
    address: Option<String>,
    at: DateTime<Utc>,
}

/// Logs a session in under a new id, which prevents session fixation.
///
/// # Errors
/// When the session can't be stored.
pub async fn log_in(
    session: &Session,
    user_id: UserId,
    source: &Source,
    now: DateTime<Utc>,
) -> std::result::Result<(), tower_sessions::session::Error> {
    session.cycle_id().await?;
    let place = LoginPlace {
        public_id: Uuid::now_v7(),
        client: source.client.clone(),
        address: source.address_text(),
        at: now,
    };
    session.insert(LOGIN_PLACE, place).await?;
    session.insert(USER_ID, user_id).await
}

/// Extends an active session, so that it ends only when it has not been used for its lifetime.
///
/// # Errors
/// When the session can't be read.
pub async fn extend(
    session: &Session,
    now: DateTime<Utc>,
) -> std::result::Result<(), tower_sessions::session::Error> {
    let extended_at = session.get::<i64>(EXTENDED_AT).await?;
    if extended_at.is_none_or(|at| at <= (now - EXTEND_EVERY).timestamp()) {
        session.insert(EXTENDED_AT, now.timestamp()).await?;
    }
    Ok(())
}

/// A session store on the table `sessions`.
#[derive(Clone)]
pub struct PostgresSessions {
    /// Postgres.
    pub database: Database,
    /// Tells which sessions have expired.
    pub clock: Clock,
}

impl std::fmt::Debug for PostgresSessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PostgresSessions")
    }
}

#[async_trait]
impl SessionStore for PostgresSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // An id has 128 random bits, so it can't be in use.
        let (data, now) = (encoded(record)?, self.clock.now());
        let LoginPlace { public_id, client, address, at } = value(&data, LOGIN_PLACE).unwrap_or_else(|| {
            LoginPlace { public_id: Uuid::now_v7(), client: String::new(), address: None, at: now }
        });
        let row = SessionRow {
            id: stored_id(record.id),
            user_id: value(&data, USER_ID),
            data,
            expires_at: now + LIFETIME,
            public_id,
            client,
            address,
            created_at: at,
            last_used_at: now,
        };
        let mut conn = self.database.connection().await.map_err(backend)?;
        sessions::insert(&mut conn, &row).await.map_err(backend)
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = encoded(record)?;
        // The record's own expiry comes from the system's clock.
        let expires_at = self.clock.now() + LIFETIME;
        let mut conn = self.database.connection().await.map_err(backend)?;
        let user_id = value(&data, USER_ID);
        sessions::update(&mut conn, &stored_id(record.id), user_id, &data, expires_at).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let mut conn = self.database.connection().await.map_err(backend)?;
        let Some(row) =
            sessions::find(&mut conn, &stored_id(*id), self.clock.now()).await.map_err(backend)?
        else {
            return Ok(None);
        };
        let data = serde_json::from_value(row.data).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date =
            tower_sessions::cookie::time::OffsetDateTime::from_unix_timestamp(row.expires_at.timestamp())
                .map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let mut conn = self.database.connection().await.map_err(backend)?;
        sessions::delete(&mut conn, &stored_id(*id)).await.map_err(backend)
    }
}

fn encoded(record: &Record) -> Result<serde_json::Value> {
    serde_json::to_value(&record.data).map_err(|error| Error::Encode(error.to_string()))
}

/// A value of a session.
fn value<T: DeserializeOwned>(data: &serde_json::Value, name: &str) -> Option<T> {
    serde_json::from_value(data.get(name)?.clone()).ok()
}

/// The id as stored: a hash, so that the table does not reveal valid cookies.
pub fn stored_id(id: Id) -> String {
    hex::encode(Sha256::digest(id.to_string()))
}

fn backend(error: impl std::error::Error) -> Error {
    Error::Backend(error.to_string())
}
