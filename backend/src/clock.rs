//! An injected clock, so that tests control the time. That of the database, so that replicas agree on it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use diesel::QueryableByName;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl as _;
use tokio::time::Instant;

use crate::database::{Database, DatabaseError};

/// How often the time is read from the database. Clocks drift by milliseconds meanwhile.
pub const SYNCHRONIZE_EVERY: Duration = Duration::from_secs(60);

/// Tells the current time. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    Function(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>),
    Database(Arc<Mutex<Reading>>),
}

/// A time of the database.
#[derive(Clone, Copy)]
struct Reading {
    time: DateTime<Utc>,
    at: Instant,
}

#[derive(QueryableByName)]
struct Now {
    #[diesel(sql_type = Timestamptz)]
    now: DateTime<Utc>,
}

impl Clock {
    /// The system clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the system's clock")]
    pub fn system() -> Self {
        Self::from_fn(Utc::now)
    }

    /// A clock that returns the result of `now`.
    pub fn from_fn(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Source::Function(Arc::new(now)))
    }

    /// The clock of the database, whatever this machine's clock says.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn of_database(database: &Database) -> Result<Self, DatabaseError> {
        Ok(Self(Source::Database(Arc::new(Mutex::new(Reading::new(database).await?)))))
    }

    /// Reads the time of the database again. Does nothing for other clocks.
    ///
    /// # Errors
    /// When the database can't be read. The clock goes on from the last reading.
    pub async fn synchronize(&self, database: &Database) -> Result<(), DatabaseError> {
        if let Source::Database(known) = &self.0 {
            let reading = Reading::new(database).await?;
            *known.lock().unwrap_or_else(PoisonError::into_inner) = reading;
        }
        Ok(())
    }

    /// The current time, truncated to microseconds, the precision of Postgres.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.0 {
            Source::Function(now) => now(),
            Source::Database(known) => known.lock().unwrap_or_else(PoisonError::into_inner).now(),
        };
        now.trunc_subsecs(6)
    }
}

impl Reading {
    async fn new(database: &Database) -> Result<Self, DatabaseError> {
        let mut conn = database.connection().await?;
        let asked = Instant::now();
        let now: Now = diesel::sql_query("SELECT clock_timestamp() AS now").get_result(&mut *conn).await?;
        // The database read its clock between the question and the answer.
        Ok(Self { time: now.now, at: asked + asked.elapsed() / 2 })
    }

    fn now(self) -> DateTime<Utc> {
        self.time + TimeDelta::from_std(self.at.elapsed()).unwrap_or_default()
    }
}
