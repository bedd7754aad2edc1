//! Everything that is measured, as text: what was counted, and what is read when somebody asks.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::registry::Registry;
use telemetry::exposition::Exposition;
use telemetry::{process, redactions};
use tokio::sync::Mutex;

use crate::database::{Database, DatabaseError, PoolUsage};
use crate::metrics::{Metrics, PREFIX};
use crate::services::desktops::pool::DesktopPool;
use crate::services::runs::supervisor::Supervisor;
use crate::store::desktops::{self, ObservedState};
use crate::store::runs::{self, AT_WORK, RunState};

/// How long the database may take. What it does not tell in time is left out.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(2);

/// The states that desktops stay in.
const DESKTOP_STATES: [ObservedState; 5] = [
    ObservedState::Creating,
    ObservedState::Ready,
    ObservedState::Paused,
    ObservedState::Stopped,
    ObservedState::Failed,
];

/// Measures this replica.
pub struct Monitoring {
    /// What is counted.
    pub metrics: Metrics,
    /// Postgres.
    pub database: Database,
    /// The desktops that wait for chats.
    pub pool: DesktopPool,
    /// The runs.
    pub supervisor: Supervisor,
    /// Lets those who ask take turns.
    pub turn: Mutex<()>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct State {
    state: &'static str,
}

/// What the database knows of the whole installation.
struct Installation {
    desktops: Vec<(ObservedState, i64)>,
    runs: Vec<(RunState, i64)>,
}

impl Monitoring {
    /// All metrics. Without the database those that it knows are left out.
    pub async fn exposition(&self) -> Exposition {
        let _turn = self.turn.lock().await;
        let usage = self.database.usage();
        let installation = tokio::time::timeout(DATABASE_TIMEOUT, self.installation()).await;
        let installation = match installation {
            Ok(Ok(installation)) => Some(installation),
            Ok(Err(error)) => {
                tracing::debug!(?error, "the database could not be asked for metrics");
                None
            }
            Err(_) => None,
        };
        let mut process = Registry::default();
        process::register(&mut process);
        let mut now = Registry::with_prefix(PREFIX);
        redactions::register(&mut now);
        self.read_replica(&mut now, usage);
        let is_up = i64::from(installation.is_some());
        now.register("database_up", "Whether the database answers", ConstGauge::new(is_up));
        if let Some(installation) = installation {
            installation.read(&mut now);
        }
        Exposition::of(&[self.metrics.registry(), &now, &process])
    }

    async fn installation(&self) -> Result<Installation, DatabaseError> {
        let mut conn = self.database.connection().await?;
        Ok(Installation {
            desktops: desktops::count_by_state(&mut conn).await?,
            runs: runs::count_unfinished(&mut conn).await?,
        })
    }

    fn read_replica(&self, registry: &mut Registry, usage: PoolUsage) {
        let gauge = |value: usize| ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
        registry.register("runs_driven", "Runs that this replica works on", gauge(self.supervisor.driven()));
        let help = "Desktops of this replica that wait for a chat";
        registry.register("desktop_pool", help, gauge(self.pool.waiting().len()));
        let PoolUsage { in_use, idle, waiting } = usage;
        let states = [("in_use", in_use), ("idle", idle)].map(|(state, count)| (state, count as i64));
        registry.register("database_connections", "Connections to Postgres", by_state(states));
        let help = "Requests and jobs that wait for a connection to Postgres";
        registry.register("database_connections_wanted", help, gauge(waiting));
    }
}

impl Installation {
    fn read(self, registry: &mut Registry) {
        // States that nothing is in are 0.
        let desktops = DESKTOP_STATES.map(|state| (state, 0)).into_iter().chain(self.desktops);
        let desktops = desktops.map(|(state, count)| (state.as_str(), count));
        let help = "Desktops of the installation";
        registry.register("desktops", help, by_state(desktops));
        let unfinished = [RunState::Queued].into_iter().chain(AT_WORK);
        let runs = unfinished.map(|state| (state, 0)).chain(self.runs);
        let runs = runs.map(|(state, count)| (state.as_str(), count));
        let help = "Runs of the installation that have not ended";
        registry.register("unfinished_runs", help, by_state(runs));
    }
}

fn by_state(counts: impl IntoIterator<Item = (&'static str, i64)>) -> Family<State, Gauge> {
    let family = Family::<State, Gauge>::default();
    for (state, count) in counts {
        family.get_or_create(&State { state }).set(count);
    }
    family
}
