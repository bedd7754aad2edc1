//! How each part is looked at.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel_async::RunQueryDsl as _;
use tokio::sync::Mutex;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout};

use super::{HealthParts, Part, PartState, Parts};
use crate::database::{DatabaseError, MIGRATIONS};
use crate::store::migrations;
use crate::vault::{KeysAtHand, VaultError};

/// How long a part may take to answer.
const PART_TIMEOUT: Duration = Duration::from_secs(2);

const NO_DATABASE: Advice = Advice {
    problem: "Postgres can't be reached, or all connections to it are busy.",
    what_to_do: "See that Postgres runs and that this machine reaches it. The replica reconnects by itself.",
};
const DATABASE_UNKNOWN: Advice = Advice {
    problem: "It can't be looked at while the database is away.",
    what_to_do: "See what is said of the database.",
};
const MIGRATIONS_MISSING: Advice = Advice {
    problem: "The database lacks migrations of this version.",
    what_to_do: "Run `deskhand migrate` with the program of this version.",
};
const DATABASE_NEWER: Advice = Advice {
    problem: "A newer version has migrated the database.",
    what_to_do: "Upgrade this replica to that version.",
};
const DISK_FULL: Advice = Advice {
    problem: "The disk with the data folder is nearly full: uploads are refused.",
    what_to_do: "Free space, or give the disk more.",
};
const DISK_FAILED: Advice = Advice {
    problem: "The folder with the files can't be read.",
    what_to_do: "See that the disk with the data folder is mounted and readable.",
};
const KEY_IN_MEMORY_ONLY: Advice = Advice {
    problem: "The master key in use is no longer where the settings say: the next start will fail.",
    what_to_do: "Put back the file master.key, or set ENCRYPTION_KEY to the key.",
};
const KEY_MISSING: Advice = Advice {
    problem: "Secrets in the database are sealed with a master key that this replica does not have.",
    what_to_do: "Give every replica the same file master.key or ENCRYPTION_KEY, and restart this one.",
};
const NO_MODEL_SERVICE: Advice = Advice {
    problem: "The model service can't be reached: runs wait for it, and fail after a while.",
    what_to_do: "See that `deskhand serve ai-model` runs at AI_MODEL_URL.",
};
const TOKEN_REFUSED: Advice = Advice {
    problem: "The model service does not accept the backend's token: runs fail.",
    what_to_do: "Start both with the same AI_MODEL_TOKEN.",
};
const OTHER_PROTOCOL: Advice = Advice {
    problem: "The model service speaks another version of the protocol.",
    what_to_do: "Run the same version of the backend and the model service.",
};
const NO_DESKTOPS: Advice = Advice {
    problem: "No desktops can be started.",
    what_to_do: "With containers, see that Docker runs and has the image; otherwise that desktop-agent is in its place.",
};

/// What is wrong with a part, and what to do about it. Without addresses and paths: everybody may read it.
#[derive(Clone, Copy)]
struct Advice {
    problem: &'static str,
    what_to_do: &'static str,
}

/// What a look at a part has found.
pub(super) struct Finding {
    state: PartState,
    advice: Option<Advice>,
    /// For the log.
    pub(super) cause: Option<anyhow::Error>,
}

impl Finding {
    const OK: Self = Self { state: PartState::Ok, advice: None, cause: None };

    fn warning(advice: Advice) -> Self {
        Self { state: PartState::Warning, advice: Some(advice), cause: None }
    }

    fn failed(advice: Advice, cause: anyhow::Error) -> Self {
        Self { state: PartState::Failed, advice: Some(advice), cause: Some(cause) }
    }

    /// The database was needed to look at a part.
    fn unknown(cause: impl Into<anyhow::Error>) -> Self {
        Self { state: PartState::Unknown, advice: Some(DATABASE_UNKNOWN), cause: Some(cause.into()) }
    }
}

/// Looks at the parts.
pub(super) struct Checks {
    parts: HealthParts,
    /// The versions of the migrations in this program.
    migrations: BTreeSet<String>,
    /// Held by the one thread that looks at the disk. A disk of the network may keep it for ever.
    disk: Arc<Mutex<()>>,
}

impl Checks {
    pub(super) fn new(parts: HealthParts) -> Self {
        let migrations = MigrationSource::<Pg>::migrations(&MIGRATIONS).unwrap_or_default();
        let migrations = migrations.iter().map(|migration| migration.name().version().to_string()).collect();
        Self { parts, migrations, disk: Arc::default() }
    }

    /// Looks at all parts at the same time. The findings are in the order of the parts.
    pub(super) async fn all(&self) -> (Parts, [Finding; 6]) {
        let (database, migrations, disk, master_key, model_service, desktops) = tokio::join!(
            timed(self.database(), Required::Yes, |late| Finding::failed(NO_DATABASE, late.into())),
            timed(self.migrations(), Required::Yes, Finding::unknown),
            timed(self.disk(), Required::No, |late| Finding::failed(DISK_FAILED, late.into())),
            timed(self.master_key(), Required::Yes, Finding::unknown),
            timed(self.model_service(), Required::No, |late| Finding::failed(NO_MODEL_SERVICE, late.into())),
            timed(self.desktops(), Required::No, |late| Finding::failed(NO_DESKTOPS, late.into())),
        );
        let parts = Parts {
            database: database.0,
            migrations: migrations.0,
            disk: disk.0,
            master_key: master_key.0,
            model_service: model_service.0,
            desktops: desktops.0,
        };
        (parts, [database.1, migrations.1, disk.1, master_key.1, model_service.1, desktops.1])
    }

    async fn database(&self) -> Finding {
        let answered = async {
            let mut conn = self.parts.database.connection().await?;
            diesel::sql_query("SELECT 1").execute(&mut *conn).await?;
            Ok::<_, DatabaseError>(())
        };
        answered.await.map_or_else(|error| Finding::failed(NO_DATABASE, error.into()), |()| Finding::OK)
    }

    async fn migrations(&self) -> Finding {
        let applied = async {
            let mut conn = self.parts.database.connection().await?;
            Ok::<_, DatabaseError>(migrations::applied(&mut conn).await?)
        };
        match applied.await {
            Ok(applied) if !self.migrations.is_subset(&applied) => {
                let missing: Vec<_> = self.migrations.difference(&applied).cloned().collect();
                Finding::failed(MIGRATIONS_MISSING, anyhow!("missing: {}", missing.join(", ")))
            }
            Ok(applied) if applied.len() > self.migrations.len() => Finding::warning(DATABASE_NEWER),
            Ok(_) => Finding::OK,
            Err(error) => Finding::unknown(error),
        }
    }

    async fn disk(&self) -> Finding {
        let Ok(alone) = Arc::clone(&self.disk).try_lock_owned() else {
            return Finding::failed(DISK_FAILED, anyhow!("an earlier look at the disk has not ended"));
        };
        let blobs = self.parts.blobs.clone();
        let looked = tokio::task::spawn_blocking(move || {
            let looked = blobs.check_space();
            drop(alone);
            looked
        });
        match looked.await {
            Ok(Ok(())) => Finding::OK,
            Ok(Err(error)) if error.kind() == io::ErrorKind::StorageFull => Finding::warning(DISK_FULL),
            Ok(Err(error)) => Finding::failed(DISK_FAILED, error.into()),
            Err(error) => Finding::failed(DISK_FAILED, error.into()),
        }
    }

    async fn master_key(&self) -> Finding {
        match self.parts.vault.check().await {
            Ok(KeysAtHand::All) => Finding::OK,
            Ok(KeysAtHand::InMemoryOnly) => Finding::warning(KEY_IN_MEMORY_ONLY),
            Err(error @ VaultError::Database(_)) => Finding::unknown(error),
            Err(error) => Finding::failed(KEY_MISSING, error.into()),
        }
    }

    async fn model_service(&self) -> Finding {
        match self.parts.model.health().await {
            Ok(health) if health.protocol != protocol::run::VERSION => {
                Finding::failed(OTHER_PROTOCOL, anyhow!("its version is {}", health.protocol))
            }
            Ok(health) if !health.accepts_caller => {
                Finding::failed(TOKEN_REFUSED, anyhow!("it does not accept AI_MODEL_TOKEN"))
            }
            Ok(_) => Finding::OK,
            Err(error) => Finding::failed(NO_MODEL_SERVICE, error),
        }
    }

    async fn desktops(&self) -> Finding {
        let checked = self.parts.provider.check().await;
        checked.map_or_else(|error| Finding::failed(NO_DESKTOPS, error.into()), |()| Finding::OK)
    }
}

/// Whether a replica can answer no requests without a part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Required {
    Yes,
    No,
}

/// Looks at a part, but not for longer than it may take.
async fn timed(
    look: impl Future<Output = Finding>,
    required: Required,
    too_slow: impl FnOnce(Elapsed) -> Finding,
) -> (Part, Finding) {
    let begun = Instant::now();
    let finding = timeout(PART_TIMEOUT, look).await.unwrap_or_else(too_slow);
    let part = Part {
        state: finding.state,
        required: required == Required::Yes,
        elapsed_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        problem: finding.advice.map(|advice| advice.problem),
        what_to_do: finding.advice.map(|advice| advice.what_to_do),
    };
    (part, finding)
}
