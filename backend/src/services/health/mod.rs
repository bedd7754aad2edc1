//! Whether this replica can answer requests, and what else does not work.
//!
//! Only what this replica can't do without makes it unready: a load balancer takes an unready replica out, and all of them
//! at once when what they share is down. Vendors of models are never asked.

mod checks;

use std::sync::Arc;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use serde::Serialize;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use self::checks::{Checks, Finding};
use crate::blobs::BlobStore;
use crate::clients::model::ModelClient;
use crate::clock::Clock;
use crate::database::Database;
use crate::provider::DesktopProvider;
use crate::vault::Vault;

/// How long an answer is given again. Whoever asks more often gets the same one.
const FRESH_FOR: TimeDelta = TimeDelta::seconds(1);

/// The health of this replica. Clones share one state.
#[derive(Clone)]
pub struct Health {
    checks: Arc<Checks>,
    clock: Clock,
    shutdown: CancellationToken,
    /// Locked while the parts are looked at, so that they are looked at once for all who ask meanwhile.
    latest: Arc<Mutex<Option<Look>>>,
}

/// What was found, and when.
type Look = (DateTime<Utc>, Parts);

/// What the health of a replica depends on.
pub struct HealthParts {
    /// Postgres.
    pub database: Database,
    /// The disk with the files.
    pub blobs: BlobStore,
    /// The master key.
    pub vault: Vault,
    /// The model service.
    pub model: ModelClient,
    /// What runs the desktops.
    pub provider: Arc<dyn DesktopProvider>,
}

/// Whether a replica should be sent requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadinessStatus {
    /// Everything works.
    Ready,
    /// It answers requests, and a part does not work.
    Degraded,
    /// It can't answer requests.
    Unready,
    /// It takes no new work, and ends soon.
    ShuttingDown,
}

/// The state of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartState {
    /// It works.
    Ok,
    /// It works, and somebody should look at it.
    Warning,
    /// It does not work.
    Failed,
    /// It can't be looked at, because the database is away.
    Unknown,
}

/// The state of one part, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Part {
    /// Its state.
    pub state: PartState,
    /// Whether the replica can answer no requests without it.
    pub required: bool,
    /// How long looking at it took, in milliseconds.
    pub elapsed_ms: u64,
    /// What is wrong; `null` if nothing is.
    pub problem: Option<&'static str>,
    /// What to do about it; `null` if nothing is wrong. The log says more.
    pub what_to_do: Option<&'static str>,
}

/// The state of each part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Parts {
    /// Whether Postgres answers.
    pub database: Part,
    /// Whether the schema of the database fits this version.
    pub migrations: Part,
    /// Whether there is room for files.
    pub disk: Part,
    /// Whether what is sealed in the database can be opened.
    pub master_key: Part,
    /// Whether the model service answers. Whether a vendor does is not looked at.
    pub model_service: Part,
    /// Whether desktops can be started.
    pub desktops: Part,
}

/// Whether this replica should be sent requests.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Readiness {
    /// All parts together.
    pub status: ReadinessStatus,
    /// The version of the program.
    pub version: &'static str,
    /// The time of the answer.
    pub timestamp: DateTime<Utc>,
    /// The parts. They are looked at once a second at most.
    pub parts: Parts,
}

impl Health {
    /// The health of a replica with these parts, until its shutdown.
    #[must_use]
    pub fn new(parts: HealthParts, clock: Clock, shutdown: CancellationToken) -> Self {
        Self { checks: Arc::new(Checks::new(parts)), clock, shutdown, latest: Arc::default() }
    }

    /// Looks at all parts at the same time, or answers as it did within the last second.
    pub async fn readiness(&self) -> Readiness {
        let parts = self.parts().await;
        let status =
            if self.shutdown.is_cancelled() { ReadinessStatus::ShuttingDown } else { parts.status() };
        Readiness {
            status,
            version: env!("CARGO_PKG_VERSION"),
            timestamp: self.clock.now().trunc_subsecs(0),
            parts,
        }
    }

    async fn parts(&self) -> Parts {
        let mut latest = self.latest.lock().await;
        if let Some((at, parts)) = &*latest
            // The clock of the database may go back.
            && (TimeDelta::zero()..FRESH_FOR).contains(&(self.clock.now() - at))
        {
            return parts.clone();
        }
        let (parts, findings) = self.checks.all().await;
        log_changes(latest.as_ref().map(|(_, parts)| parts), &parts, findings);
        *latest = Some((self.clock.now(), parts.clone()));
        parts
    }
}

impl Parts {
    /// All parts with their names.
    fn each(&self) -> [(&'static str, &Part); 6] {
        [
            ("database", &self.database),
            ("migrations", &self.migrations),
            ("disk", &self.disk),
            ("master_key", &self.master_key),
            ("model_service", &self.model_service),
            ("desktops", &self.desktops),
        ]
    }

    fn status(&self) -> ReadinessStatus {
        let parts = self.each();
        if parts.iter().any(|(_, part)| part.required && part.state == PartState::Failed) {
            ReadinessStatus::Unready
        } else if parts.iter().any(|(_, part)| part.state != PartState::Ok) {
            ReadinessStatus::Degraded
        } else {
            ReadinessStatus::Ready
        }
    }
}

/// Logs each part whose state is another than before.
fn log_changes(before: Option<&Parts>, now: &Parts, findings: [Finding; 6]) {
    let before = before.map(|parts| parts.each().map(|(_, part)| part.state));
    for (nth, ((name, part), finding)) in now.each().into_iter().zip(findings).enumerate() {
        let was = before.map_or(PartState::Ok, |states| states[nth]);
        if was == part.state {
            continue;
        }
        if part.state == PartState::Ok {
            tracing::info!(part.name = name, "a part works again");
        } else {
            let error = finding.cause.map(|error| format!("{error:#}"));
            tracing::warn!(part.name = name, part.state = ?part.state, error, "{}", part.problem.unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(state: PartState, required: bool) -> Part {
        Part { state, required, elapsed_ms: 0, problem: None, what_to_do: None }
    }

    fn parts(database: PartState, model_service: PartState) -> Parts {
        let ok = || part(PartState::Ok, true);
        Parts {
            database: part(database, true),
            migrations: ok(),
            disk: ok(),
            master_key: ok(),
            model_service: part(model_service, false),
            desktops: ok(),
        }
    }

    #[test]
    fn only_a_required_part_makes_a_replica_unready() {
        use PartState::{Failed, Ok, Unknown, Warning};
        for (database, model_service, status) in [
            (Ok, Ok, ReadinessStatus::Ready),
            (Ok, Failed, ReadinessStatus::Degraded),
            (Warning, Ok, ReadinessStatus::Degraded),
            (Unknown, Ok, ReadinessStatus::Degraded),
            (Failed, Ok, ReadinessStatus::Unready),
            (Failed, Failed, ReadinessStatus::Unready),
        ] {
            assert_eq!(parts(database, model_service).status(), status, "{database:?}, {model_service:?}");
        }
    }
}
