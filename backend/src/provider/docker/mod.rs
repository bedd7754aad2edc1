//! Desktops as containers of Docker or of an engine with the same API.
//!
//! The engine is the source of truth: no state of containers is kept here, so a restart of either side loses nothing.
//! Containers are found by the labels in [`identity`], a desktop's current one by its name.

mod away;
mod container;
mod errors;
mod identity;
mod lifetime;
mod network;
mod start;

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use bollard::Docker;
use bollard::errors::Error;
use bollard::models::{
    ContainerInspectResponse, ContainerSummary, ContainerSummaryStateEnum, NetworkConnectRequest,
    NetworkDisconnectRequest,
};
use bollard::query_parameters::{
    ListContainersOptionsBuilder, ListVolumesOptionsBuilder, RemoveContainerOptionsBuilder,
    RemoveVolumeOptionsBuilder,
};
use chrono::DateTime;
use protocol::action::Size;
use protocol::ids::DesktopId;
use protocol::run::DesktopAccess;
use tokio::time::Instant;
use url::Url;

use self::container::AGENT_PORT;
use self::errors::{Answer, another_version, answer, explain, unless_gone, unless_unchanged};
pub use self::identity::{AGENT, AGENT_LABEL};
use self::identity::{DESKTOP_LABEL, GENERATION_LABEL, Identity, SCREEN_LABEL};
use super::{DesktopProvider, DesktopProviderError, EgressMode, Listed, ListedState};

/// How long to wait for an engine that does not answer: it may be restarting.
const ENGINE_RESTART_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an engine that is shutting down may still answer.
const ENGINE_SHUTDOWN_GRACE: Duration = Duration::from_millis(500);
/// How long to wait between two tries.
const RETRY_DELAY: Duration = Duration::from_millis(200);

/// How containers of desktops are created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DockerSettings {
    /// The image.
    pub image: String,
    /// The screen's size in pixels.
    pub screen: Size,
    /// Bytes of memory for one desktop, tmpfs included.
    pub memory_bytes: u64,
    /// Thousandths of a CPU for one desktop.
    pub milli_cpus: u32,
    /// Processes and threads for one desktop.
    pub pids: u32,
    /// Bytes of disk for the home folder.
    pub home_bytes: u64,
    /// The engine's runtime, such as `runsc`; `None` for its default.
    pub runtime: Option<String>,
    /// The engine's address; `None` for the one that `DOCKER_HOST` names, or else this machine's default.
    pub host: Option<String>,
}

/// Runs desktops as containers.
pub struct DockerProvider {
    docker: Docker,
    identity: Identity,
    settings: DockerSettings,
    engine: String,
    closed: network::Closed,
}

impl DockerProvider {
    /// Connects to the engine and creates the desktops' networks.
    ///
    /// # Errors
    /// When the engine does not answer, the image is missing, or the packet filter can't be set up.
    pub async fn open(data_dir: &Path, settings: DockerSettings) -> Result<Self, DesktopProviderError> {
        let machine = |source| DesktopProviderError::Machine { attempt: "prepared", source };
        let identity = Identity::open(data_dir).map_err(machine)?;
        let prepared = |error: Error| explain("prepared", &settings.image, &error);
        let docker = match &settings.host {
            Some(host) => Docker::connect_with_host(host),
            None => Docker::connect_with_defaults(),
        };
        let docker = docker.map_err(prepared)?;
        let docker = docker.negotiate_version().await.map_err(prepared)?;
        let version = docker.version().await.map_err(prepared)?.version.unwrap_or_default();
        let image = docker.inspect_image(&settings.image).await.map_err(prepared)?;
        let labels = image.config.and_then(|config| config.labels).unwrap_or_default();
        if labels.get(AGENT_LABEL).map(String::as_str) != Some(AGENT) {
            return Err(another_version(&settings.image));
        }
        let closed = network::prepare(&docker, &identity, &settings).await.map_err(prepared)?;
        Ok(Self { docker, identity, engine: version, settings, closed })
    }

    /// The version of the engine.
    #[must_use]
    pub fn engine(&self) -> &str {
        &self.engine
    }

    /// The value of the label `deskhand.instance` on everything of this installation.
    #[must_use]
    pub fn instance(&self) -> &str {
        self.identity.instance()
    }

    /// The name of a desktop's container and of its volume with the home folder.
    #[must_use]
    pub fn container_name(&self, id: DesktopId) -> String {
        self.identity.name(id)
    }

    fn proxy(&self) -> SocketAddr {
        SocketAddr::new(self.closed.gateway, network::PROXY_PORT)
    }

    fn explain(&self, attempt: &'static str) -> impl Fn(Error) -> DesktopProviderError {
        let image = self.settings.image.clone();
        move |error| explain(attempt, &image, &error)
    }

    /// The desktop's container in its current state.
    async fn inspect(&self, id: DesktopId) -> Result<Option<ContainerInspectResponse>, Error> {
        unless_gone(self.docker.inspect_container(&self.identity.name(id), None).await)
    }

    /// How to connect to the desktop of an inspected container; `None` when it is not running.
    fn access_of(&self, id: DesktopId, inspected: &ContainerInspectResponse) -> Option<DesktopAccess> {
        let generation = label(inspected, GENERATION_LABEL)?;
        let (width, height) = label(inspected, SCREEN_LABEL)?.split_once('x')?;
        let screen = Size { width: width.parse().ok()?, height: height.parse().ok()? };
        let networks = inspected.network_settings.as_ref()?.networks.as_ref()?;
        let address = networks.get(&network::closed(&self.identity))?.ip_address.as_deref()?;
        let url = Url::parse(&format!("http://{address}:{AGENT_PORT}")).ok()?;
        Some(DesktopAccess { url, token: self.identity.token(id, generation), screen })
    }

    /// Whether to try again because the engine went away: it may be back by now.
    async fn should_retry(&self, error: Option<&DesktopProviderError>, deadline: Instant) -> bool {
        let away = match error {
            None => false,
            // A desktop may have ended early because the engine did, which lost its output or its token. The engine may be
            // back already, so a ping proves nothing.
            Some(DesktopProviderError::EngineAway(_) | DesktopProviderError::EndedEarly(_)) => true,
            // Trying again does not help.
            Some(DesktopProviderError::Missing(_) | DesktopProviderError::TooSlow(_)) => false,
            // The stream may have broken off without an error, and an engine that is shutting down still answers.
            Some(_) => {
                tokio::time::sleep(ENGINE_SHUTDOWN_GRACE).await;
                self.docker.ping().await.is_err()
            }
        };
        let again = away && Instant::now() < deadline;
        if again {
            tokio::time::sleep(RETRY_DELAY).await;
        }
        again
    }

    /// Connects the desktop to exactly the networks of an egress mode.
    async fn connect(&self, id: DesktopId, egress_mode: EgressMode) -> Result<(), DesktopProviderError> {
        let explained = self.explain("given its network");
        let open = network::open(&self.identity);
        let Some(found) = self.inspect(id).await.map_err(&explained)?.filter(is_up) else { return Ok(()) };
        let networks = found.network_settings.and_then(|settings| settings.networks).unwrap_or_default();
        let container = self.identity.name(id);
        let result = match (egress_mode, networks.contains_key(&open)) {
            (EgressMode::Internet, false) => {
                network::restore(&self.docker, &self.identity, &self.closed).await.map_err(&explained)?;
                let request = NetworkConnectRequest { container, ..Default::default() };
                self.docker.connect_network(&open, request).await
            }
            (EgressMode::Proxy, true) => {
                let request = NetworkDisconnectRequest { container, force: Some(true) };
                self.docker.disconnect_network(&open, request).await
            }
            _ => Ok(()),
        };
        unless_unchanged(result).map_err(explained)
    }

    async fn remove_container(&self, name: &str) -> Result<(), Error> {
        let options = RemoveContainerOptionsBuilder::default().force(true).build();
        // A conflict means that it is being removed already.
        unless_unchanged(unless_gone(self.docker.remove_container(name, Some(options)).await))
    }

    async fn remove_volume(&self, id: DesktopId) -> Result<(), Error> {
        let options = RemoveVolumeOptionsBuilder::default().build();
        unless_gone(self.docker.remove_volume(&self.identity.name(id), Some(options)).await).map(drop)
    }

    async fn containers(&self) -> Result<Vec<ContainerSummary>, Error> {
        let options =
            ListContainersOptionsBuilder::default().all(true).filters(&self.identity.filter()).build();
        self.docker.list_containers(Some(options)).await
    }
}

#[async_trait]
impl DesktopProvider for DockerProvider {
    fn isolation(&self) -> String {
        format!(
            "Desktops run in containers of Docker {}: no capabilities, a read-only system, networks on which \
             they reach neither each other nor this machine nor private networks.",
            self.engine
        )
    }

    fn default_pool_size(&self) -> usize {
        1
    }

    async fn start(&self, id: DesktopId) -> Result<DesktopAccess, DesktopProviderError> {
        let deadline = Instant::now() + ENGINE_RESTART_TIMEOUT;
        loop {
            let started = self.start_once(id).await;
            if !self.should_retry(started.as_ref().err(), deadline).await {
                return started;
            }
        }
    }

    async fn endpoint(&self, id: DesktopId) -> Result<Option<DesktopAccess>, DesktopProviderError> {
        let found = self.inspect(id).await.map_err(self.explain("reached"))?.filter(is_up);
        Ok(found.and_then(|found| self.access_of(id, &found)))
    }

    async fn pause(&self, id: DesktopId) -> Result<(), DesktopProviderError> {
        let paused = self.docker.pause_container(&self.identity.name(id)).await;
        unless_unchanged(unless_gone(paused)).map_err(self.explain("paused"))
    }

    async fn resume(&self, id: DesktopId) -> Result<(), DesktopProviderError> {
        let Some(found) = self.inspect(id).await.map_err(self.explain("resumed"))? else { return Ok(()) };
        if found.state.and_then(|state| state.paused) != Some(true) {
            return Ok(());
        }
        let resumed = self.docker.unpause_container(&self.identity.name(id)).await;
        unless_unchanged(unless_gone(resumed)).map_err(self.explain("resumed"))
    }

    fn proxy_address(&self) -> Option<SocketAddr> {
        Some(self.proxy())
    }

    async fn desktop_at(&self, address: IpAddr) -> Result<Option<DesktopId>, DesktopProviderError> {
        let network = self.docker.inspect_network(&network::closed(&self.identity), None).await;
        let members = network.map_err(self.explain("found"))?.containers.unwrap_or_default();
        let prefix = format!("{address}/");
        let name = members.into_values().find_map(|member| {
            member.ipv4_address.is_some_and(|its| its.starts_with(&prefix)).then_some(member.name?)
        });
        Ok(name.and_then(|name| self.identity.id_in(&name)))
    }

    async fn set_egress_mode(
        &self,
        id: DesktopId,
        egress_mode: EgressMode,
    ) -> Result<(), DesktopProviderError> {
        let deadline = Instant::now() + ENGINE_RESTART_TIMEOUT;
        loop {
            let set = self.connect(id, egress_mode).await;
            if !self.should_retry(set.as_ref().err(), deadline).await {
                return set;
            }
        }
    }

    async fn ended(&self, id: DesktopId) -> String {
        lifetime::ended(&self.docker, &self.identity.name(id), self.settings.home_bytes).await
    }

    async fn stop(&self, id: DesktopId) -> Result<(), DesktopProviderError> {
        // A frozen process does not handle the signal to stop.
        self.resume(id).await?;
        let name = self.identity.name(id);
        lifetime::stop(&self.docker, &name).await.map_err(self.explain("stopped"))?;
        self.remove_container(&name).await.map_err(self.explain("stopped"))
    }

    async fn remove(&self, id: DesktopId) -> Result<(), DesktopProviderError> {
        // Its state is deleted anyway, so it is killed.
        self.remove_container(&self.identity.name(id)).await.map_err(self.explain("removed"))?;
        self.remove_volume(id).await.map_err(self.explain("removed"))
    }

    async fn list(&self) -> Result<Vec<Listed>, DesktopProviderError> {
        let containers = self.containers().await.map_err(self.explain("listed"))?;
        let options = ListVolumesOptionsBuilder::default().filters(&self.identity.filter()).build();
        let volumes = self.docker.list_volumes(Some(options)).await.map_err(self.explain("listed"))?;
        let mut listed: Vec<Listed> = containers.iter().filter_map(listed_container).collect();
        for volume in volumes.volumes.unwrap_or_default() {
            let Some(id) = volume.labels.get(DESKTOP_LABEL).and_then(|id| id.parse().ok()) else { continue };
            let Some(created_at) = volume.created_at else { continue };
            if !listed.iter().any(|one| one.id == id) {
                listed.push(Listed { id, generation: None, state: ListedState::Stopped, created_at });
            }
        }
        Ok(listed)
    }

    async fn discard(&self, listed: &Listed) -> Result<(), DesktopProviderError> {
        let removed = self.explain("removed");
        let found = self.inspect(listed.id).await.map_err(&removed)?;
        if let Some(found) = found {
            let now = label(&found, GENERATION_LABEL);
            let same = now.is_some() && now == listed.generation.as_deref();
            let (true, Some(container)) = (same, found.id) else { return Ok(()) };
            // By id: a newer container may have the name by now.
            self.remove_container(&container).await.map_err(&removed)?;
        }
        match self.remove_volume(listed.id).await {
            // In use by a newer container.
            Err(error) if answer(&error) == Answer::Conflict => Ok(()),
            result => result.map_err(removed),
        }
    }

    async fn close(&self) {
        for network in [network::open(&self.identity), network::closed(&self.identity)] {
            // The next start creates them again. They stay while desktops of another replica are on them.
            if let Err(error) = unless_gone(self.docker.remove_network(&network).await) {
                tracing::debug!(%error, network, "a network of the desktops stays");
            }
        }
    }
}

fn is_up(found: &ContainerInspectResponse) -> bool {
    found.state.as_ref().and_then(|state| state.running) == Some(true)
}

fn label<'a>(found: &'a ContainerInspectResponse, name: &str) -> Option<&'a str> {
    found.config.as_ref()?.labels.as_ref()?.get(name).map(String::as_str)
}

/// A container as a desktop; `None` for containers of ours that are no desktops.
fn listed_container(summary: &ContainerSummary) -> Option<Listed> {
    let labels = summary.labels.as_ref()?;
    let state = match summary.state {
        Some(ContainerSummaryStateEnum::RUNNING | ContainerSummaryStateEnum::RESTARTING) => {
            ListedState::Running
        }
        Some(ContainerSummaryStateEnum::PAUSED) => ListedState::Paused,
        _ => ListedState::Stopped,
    };
    Some(Listed {
        id: labels.get(DESKTOP_LABEL)?.parse().ok()?,
        generation: labels.get(GENERATION_LABEL).cloned(),
        state,
        created_at: DateTime::from_timestamp(summary.created?, 0)?,
    })
}
