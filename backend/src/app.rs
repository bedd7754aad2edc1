//! The state that all handlers share, and its construction.

use std::ops::Deref;
use std::sync::Arc;

use nix::sys::resource::{Resource, getrlimit};
use telemetry::access_log::AccessLog;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use traces::Tracer;
use uuid::Uuid;

use crate::auth::access_token::AccessTokens;
use crate::auth::request_rate::RequestRates;
use crate::auth::signing_keys::SigningKeys;
use crate::blobs::{BlobCollector, BlobStore};
use crate::clients::desktop;
use crate::clients::identity_provider::IdentityProviderClient;
use crate::clients::model::{ModelClient, ModelEndpoint, SILENCE};
use crate::clock::Clock;
use crate::config::Config;
use crate::config::origins::AllowedOrigin;
use crate::config::proxy::ProxyConfig;
use crate::connection_limits::ConnectionLimits;
use crate::data_folder::DataFolder;
use crate::database::Database;
use crate::live::follow::Feed;
use crate::live::hub::Hub;
use crate::live::logins::Logins;
use crate::live::sockets::Sockets;
use crate::metrics::Metrics;
use crate::provider::DesktopProvider;
use crate::services::accounts::Accounts;
use crate::services::administration::desktops::DesktopAdministration;
use crate::services::administration::runs::RunAdministration;
use crate::services::api_tokens::ApiTokens;
use crate::services::chat_costs::ChatCosts;
use crate::services::chats::Chats;
use crate::services::control::DesktopControl;
use crate::services::desktops::Desktops;
use crate::services::desktops::pool::{DesktopPool, PoolSettings};
use crate::services::egress::Egress;
use crate::services::egress::policy::EgressPolicy;
use crate::services::egress::policy_watch::PolicyWatch;
use crate::services::event_log::EventLog;
use crate::services::files::Files;
use crate::services::files::outputs::OutputCollector;
use crate::services::health::{Health, HealthParts};
use crate::services::identity_providers::IdentityProviders;
use crate::services::invitations::Invitations;
use crate::services::locales::Locales;
use crate::services::model_connections::ModelConnections;
use crate::services::model_prices::ModelPrices;
use crate::services::model_usage::ModelUsages;
use crate::services::models::Models;
use crate::services::monitoring::Monitoring;
use crate::services::program_logins::ProgramLogins;
use crate::services::quotas::Quotas;
use crate::services::retention::Retention;
use crate::services::runs::Runs;
use crate::services::runs::driver::RunDriver;
use crate::services::runs::supervisor::Supervisor;
use crate::services::second_factors::SecondFactors;
use crate::services::sessions::Sessions;
use crate::services::site_settings::SiteSettings;
use crate::services::tickets::Tickets;
use crate::services::users::Users;
use crate::vault::Vault;

/// The state that all handlers share. A pointer, because every request and every step of one holds a copy.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

impl From<Parts> for AppState {
    fn from(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// The parts of a replica.
pub struct Parts {
    /// Postgres.
    pub database: Database,
    /// The clock.
    pub clock: Clock,
    /// The bytes of files and screenshots.
    pub blobs: BlobStore,
    /// Fans out live events.
    pub hub: Hub,
    /// Tells open streams which logins may have ended.
    pub logins: Logins,
    /// Counts the WebSockets.
    pub sockets: Sockets,
    /// What followers of a chat read.
    pub feed: Feed,
    /// Appends events and publishes them.
    pub event_log: EventLog,
    /// The operations on accounts.
    pub accounts: Accounts,
    /// Second factors, and logins with a password.
    pub second_factors: SecondFactors,
    /// The operations on invitations.
    pub invitations: Invitations,
    /// What administrators do with everybody's desktops.
    pub desktop_administration: DesktopAdministration,
    /// What administrators do with everybody's runs.
    pub run_administration: RunAdministration,
    /// Deletes what is kept no longer.
    pub retention: Retention,
    /// What models have done.
    pub model_usages: ModelUsages,
    /// Where people may log in with accounts that they have elsewhere.
    pub identity_providers: IdentityProviders,
    /// How models are reached.
    pub model_connections: ModelConnections,
    /// What models cost.
    pub model_prices: ModelPrices,
    /// Which models people may use.
    pub models: Models,
    /// What people may have.
    pub quotas: Quotas,
    /// What chats cost.
    pub chat_costs: ChatCosts,
    /// How many requests are answered.
    pub request_rates: RequestRates,
    /// What superusers set for the installation.
    pub site_settings: SiteSettings,
    /// Seals secrets.
    pub vault: Vault,
    /// The logins of programs.
    pub program_logins: ProgramLogins,
    /// Where users are logged in.
    pub sessions: Sessions,
    /// The operations on API tokens.
    pub api_tokens: ApiTokens,
    /// The operations on tickets for WebSockets.
    pub tickets: Tickets,
    /// Manages the desktops.
    pub desktops: Desktops,
    /// Drives runs.
    pub supervisor: Supervisor,
    /// The operations on chats.
    pub chats: Chats,
    /// The operations on runs.
    pub runs: Runs,
    /// The operations of superusers on users.
    pub users: Users,
    /// The operations on control leases.
    pub control: DesktopControl,
    /// The operations on files.
    pub files: Files,
    /// Deletes unreferenced blobs.
    pub blob_collector: BlobCollector,
    /// The model service.
    pub model: ModelClient,
    /// Whether everything works.
    pub health: Health,
    /// What is counted.
    pub metrics: Metrics,
    /// Everything that is measured.
    pub monitoring: Arc<Monitoring>,
    /// Maximum size of an upload, in bytes.
    pub upload_limit: u64,
    /// Makes the spans of traces.
    pub tracer: Tracer,
    /// The proxies in front.
    pub proxy: ProxyConfig,
    /// Whether each request is logged.
    pub access_log: AccessLog,
    /// The origins whose pages may use the API.
    pub allowed_origins: Arc<[AllowedOrigin]>,
    /// Limits on clients' connections.
    pub connection_limits: ConnectionLimits,
    /// Cancelled when shutdown begins.
    pub shutdown: CancellationToken,
    /// Owns the background tasks.
    pub tasks: TaskTracker,
}

impl Parts {
    /// Constructs everything, which makes no spans. The database's schema must be up to date.
    ///
    /// # Errors
    /// When the database or the blob folder can't be used.
    #[expect(
        clippy::too_many_lines,
        reason = "a list of all parts, in the order in which they need each other"
    )]
    pub async fn build(
        config: &Config,
        folder: &DataFolder,
        model: ModelEndpoint,
        database: Database,
        provider: Arc<dyn DesktopProvider>,
        clock: Clock,
        shutdown: CancellationToken,
    ) -> anyhow::Result<Self> {
        config.github.check()?;
        let vault = Vault::open(&config.master_key, folder.path(), &database, &clock).await?;
        let signing_keys = SigningKeys::load(&database, &vault, &clock, &config.tokens).await?;
        let replica_id = Uuid::now_v7();
        let (hub, tasks) = (Hub::default(), TaskTracker::new());
        let blobs = BlobStore::open(&folder.path().join("blobs")).await?;
        let metrics = Metrics::new(provider.name());
        let event_log = EventLog {
            database: database.clone(),
            hub: hub.clone(),
            clock: clock.clone(),
            metrics: metrics.runs.clone(),
        };
        let http = desktop::http_client()?;
        let blob_collector = BlobCollector::new(&database, &blobs, &clock, &shutdown);
        let locales = Locales::new(config.locale());
        let site_settings = SiteSettings {
            database: database.clone(),
            clock: clock.clone(),
            registration: config.registration,
            limits: config.limits,
            total_limits: config.total_limits,
            internet: EgressPolicy::configured(&config.desktops)?,
            retention: config.retention,
            models: config.models.clone(),
        };
        let quotas = Quotas { settings: site_settings.clone(), upload_limit: config.upload_limit() };
        let egress = egress(config, &site_settings, &provider);
        let desktops = Desktops {
            replica_id,
            pool: pool(config, &egress, replica_id),
            egress,
            locales: locales.clone(),
            provider,
            quotas: quotas.clone(),
            metrics: metrics.desktops.clone(),
            idle: config.idle.into(),
            database: database.clone(),
            hub: hub.clone(),
            clock: clock.clone(),
            outputs: outputs(config, &event_log, &blobs, &blob_collector, &quotas),
            http,
            tasks: tasks.clone(),
            starts: TaskTracker::new(),
            shutdown: shutdown.clone(),
            slots: Arc::default(),
        };
        let model = ModelClient::new(model, SILENCE)?;
        let model_connections = ModelConnections {
            database: database.clone(),
            clock: clock.clone(),
            vault: vault.clone(),
            model: model.clone(),
            settings: site_settings.clone(),
        };
        let model_prices = ModelPrices { database: database.clone(), clock: clock.clone() };
        let models = Models::new(model_connections.clone(), model_prices.clone());
        let driver = RunDriver {
            log: event_log.clone(),
            blobs: blobs.clone(),
            desktops: desktops.clone(),
            model: model.clone(),
            models: models.clone(),
            quotas: quotas.clone(),
        };
        let supervisor =
            Supervisor::new(replica_id, driver, site_settings.clone(), tasks.clone(), shutdown.clone());
        let chats = Chats {
            log: event_log.clone(),
            desktops: desktops.clone(),
            supervisor: supervisor.clone(),
            blobs: blob_collector.clone(),
            locales,
            quotas: quotas.clone(),
        };
        let runs =
            Runs { log: event_log.clone(), supervisor: supervisor.clone(), shutdown: shutdown.clone() };
        let desktop_administration = DesktopAdministration { desktops: desktops.clone(), runs: runs.clone() };
        let run_administration = RunAdministration { runs: runs.clone() };
        let retention =
            Retention { settings: site_settings.clone(), chats: chats.clone(), shutdown: shutdown.clone() };
        let accounts = Accounts::new(database.clone(), clock.clone());
        let monitoring = Monitoring {
            metrics: metrics.clone(),
            database: database.clone(),
            pool: desktops.pool.clone(),
            supervisor: supervisor.clone(),
            turn: Mutex::default(),
        };
        let health = HealthParts {
            database: database.clone(),
            blobs: blobs.clone(),
            vault: vault.clone(),
            model: model.clone(),
            provider: Arc::clone(&desktops.provider),
        };
        Ok(Self {
            health: Health::new(health, clock.clone(), shutdown.clone()),
            metrics,
            monitoring: Arc::new(monitoring),
            users: Users {
                database: database.clone(),
                clock: clock.clone(),
                runs: runs.clone(),
                chats: chats.clone(),
                blobs: blob_collector.clone(),
            },
            chats,
            runs,
            control: DesktopControl {
                log: event_log.clone(),
                blobs: blobs.clone(),
                desktops: desktops.clone(),
                supervisor: supervisor.clone(),
                expired: Arc::default(),
            },
            files: Files {
                database: database.clone(),
                blobs: blobs.clone(),
                collector: blob_collector.clone(),
                clock: clock.clone(),
                quotas: quotas.clone(),
            },
            chat_costs: ChatCosts {
                database: database.clone(),
                clock: clock.clone(),
                models: models.clone(),
                quotas: quotas.clone(),
            },
            quotas,
            model_connections,
            model_prices,
            models,
            identity_providers: IdentityProviders {
                database: database.clone(),
                clock: clock.clone(),
                vault: vault.clone(),
                client: IdentityProviderClient::new(clock.clone())?,
                github: config.github.clone(),
            },
            second_factors: SecondFactors { accounts: accounts.clone(), vault: vault.clone() },
            accounts,
            vault,
            feed: Feed { database: database.clone(), hub: hub.clone(), shutdown: shutdown.clone() },
            blob_collector,
            program_logins: program_logins(config, signing_keys, &database, &clock),
            sessions: Sessions { database: database.clone(), clock: clock.clone() },
            api_tokens: ApiTokens { database: database.clone(), clock: clock.clone() },
            tickets: Tickets { database: database.clone(), clock: clock.clone() },
            supervisor,
            invitations: Invitations { database: database.clone(), clock: clock.clone() },
            desktop_administration,
            run_administration,
            retention,
            model_usages: ModelUsages { database: database.clone(), clock: clock.clone() },
            site_settings,
            upload_limit: config.upload_limit(),
            database,
            clock,
            blobs,
            hub,
            event_log,
            desktops,
            model,
            logins: Logins::default(),
            sockets: Sockets::default(),
            request_rates: RequestRates::new(config.request_rate),
            tracer: Tracer::default(),
            proxy: config.proxy.clone(),
            access_log: config.access_log.into(),
            allowed_origins: config.origins.all().cloned().collect(),
            connection_limits: ConnectionLimits::for_open_files(open_files()?),
            shutdown,
            tasks,
        })
    }

    /// Has it make spans, before it serves anything.
    #[must_use]
    pub fn traced(mut self, tracer: Tracer) -> Self {
        self.supervisor.tracer = tracer.clone();
        self.tracer = tracer;
        self
    }
}

fn program_logins(config: &Config, keys: SigningKeys, database: &Database, clock: &Clock) -> ProgramLogins {
    let access_tokens =
        AccessTokens { keys, clock: clock.clone(), lifetime: config.tokens.access_lifetime() };
    ProgramLogins {
        database: database.clone(),
        clock: clock.clone(),
        access_tokens,
        refresh_lifetime: config.tokens.refresh_lifetime(),
    }
}

/// How many files this process may have open.
fn open_files() -> anyhow::Result<u64> {
    Ok(getrlimit(Resource::RLIMIT_NOFILE)?.0)
}

fn outputs(
    config: &Config,
    log: &EventLog,
    blobs: &BlobStore,
    collector: &BlobCollector,
    quotas: &Quotas,
) -> OutputCollector {
    OutputCollector {
        log: log.clone(),
        blobs: blobs.clone(),
        collector: collector.clone(),
        limit: config.upload_limit(),
        quotas: quotas.clone(),
    }
}

fn egress(config: &Config, settings: &SiteSettings, provider: &Arc<dyn DesktopProvider>) -> Egress {
    Egress {
        settings: settings.clone(),
        reachable: config.desktops.desktop_reach.clone().into(),
        database: settings.database.clone(),
        provider: Arc::clone(provider),
        clock: settings.clock.clone(),
        watch: PolicyWatch::default(),
    }
}

fn pool(config: &Config, egress: &Egress, replica_id: Uuid) -> DesktopPool {
    let size = config.desktops.desktop_pool.unwrap_or_else(|| egress.provider.default_pool_size());
    DesktopPool::new(egress.clone(), PoolSettings { size, replica_id })
}
