//! Runs desktops as containers of Docker or an engine with the same API.
//!
//! The engine is the source of truth. No container state is kept here, so a restart of either side loses
//! nothing. Containers are found by the labels in [`identity`], and a desktop's current container by its
//! name.

mod away;
mod container;
mod errors;
pub(crate) mod home_volumes;
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
use protocol::locale::Locale;
use protocol::run::DesktopAccess;
use tokio::time::Instant;
use url::Url;

use self::container::AGENT_PORT;
use self::errors::{Answer, another_version, answer, explain, unless_gone, unless_unchanged};
pub use self::identity::{AGENT, AGENT_LABEL};
use self::identity::{DESKTOP_LABEL, GENERATION_LABEL, Identity, SCREEN_LABEL};
pub(crate) use self::identity::{FILE as KEY_FILE, new_key};
use super::{DesktopProvider, DesktopProviderError, EgressMode, EgressSocket, Listed, ListedState};

/// How long a stopping engine may still answer pings.
const ENGINE_SHUTDOWN_GRACE: Duration = Duration::from_millis(500);
/// Delay between two attempts.
const RETRY_DELAY: Duration = Duration::from_millis(200);

/// The settings of desktop containers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DockerSettings {
    /// The image to run.
    pub image: String,
    /// The screen's size in pixels.
    pub screen: Size,
    /// The time zone and language until others are set.
    pub locale: Locale,
    /// Memory of a desktop in bytes, including tmpfs.
    pub memory_bytes: u64,
    /// CPU limit of a desktop, in thousandths of a CPU.
    pub milli_cpus: u32,
    /// Maximum number of processes and threads of a desktop.
    pub pids: u32,
    /// Size limit of the home folder, in bytes.
    pub home_bytes: u64,
    /// The container runtime, such as `runsc`; `None` for the engine's default.
    pub runtime: Option<String>,
    /// The engine's address; `None` for `DOCKER_HOST` or the default of this machine.
    pub host: Option<String>,
    /// How long calls wait.
    pub timeouts: DockerTimeouts,
}

/// How long calls wait before they fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DockerTimeouts {
    /// For a started desktop to become ready.
    pub start: Duration,
    /// For an unreachable engine, because it may be restarting.
    pub engine_restart: Duration,
}

impl Default for DockerTimeouts {
    fn default() -> Self {
        Self { start: Duration::from_secs(30), engine_restart: Duration::from_secs(20) }
    }
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
        let (docker, engine) = connect(&settings).await?;
        let prepared = |error: Error| explain("prepared", &settings.image, &error);
        home_volumes::remove_abandoned_helpers(&docker, &identity, data_dir).await;
        let closed = network::prepare(&docker, &identity, &settings).await.map_err(prepared)?;
        Ok(Self { docker, identity, engine, settings, closed })
    }

    /// The version of the engine, if it answers and has the image. Makes nothing.
    ///
    /// # Errors
    /// When the engine does not answer, or the image is missing or of another version.
    pub async fn probe(settings: &DockerSettings) -> Result<String, DesktopProviderError> {
        connect(settings).await.map(|(_, engine)| engine)
    }

    /// The engine's version.
    #[must_use]
    pub fn engine(&self) -> &str {
        &self.engine
    }

    /// The value of the label `deskhand.instance` on all objects of this installation.
    #[must_use]
    pub fn instance(&self) -> &str {
        self.identity.instance()
    }

    /// The name of a desktop's container, and of the volume with its home folder.
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

    /// Inspects the desktop's container; `None` if there is none.
    async fn inspect(&self, id: DesktopId) -> Result<Option<ContainerInspectResponse>, Error> {
        unless_gone(self.docker.inspect_container(&self.identity.name(id), None).await)
    }

    /// How to reach the desktop of an inspected container; `None` if it is not running.
    fn access_of(&self, id: DesktopId, inspected: &ContainerInspectResponse) -> Option<DesktopAccess> {
        let generation = label(inspected, GENERATION_LABEL)?;
        let (width, height) = label(inspected, SCREEN_LABEL)?.split_once('x')?;
        let screen = Size { width: width.parse().ok()?, height: height.parse().ok()? };
        let networks = inspected.network_settings.as_ref()?.networks.as_ref()?;
        let address = networks.get(&network::closed(&self.identity))?.ip_address.as_deref()?;
        let url = Url::parse(&format!("http://{address}:{AGENT_PORT}")).ok()?;
        Some(DesktopAccess { url, socket: None, token: self.identity.token(id, generation), screen })
    }

    /// Whether to retry because the engine went away. Includes the delay.
    async fn should_retry(&self, error: Option<&DesktopProviderError>, deadline: Instant) -> bool {
        let away = match error {
            None => false,
            // The engine may have died, and the container's output or token with it. It may be back by now,
            // so a ping would prove nothing.
            Some(DesktopProviderError::EngineAway(_) | DesktopProviderError::EndedEarly(_)) => true,
            // Retrying does not help.
            Some(DesktopProviderError::Missing(_) | DesktopProviderError::TooSlow(_)) => false,
            // A stream may end without an error, and a stopping engine still answers for a while.
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

    /// Connects the desktop to the networks of an egress mode and disconnects it from others.
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

/// Connects to the engine, which has to have the image; returns its version too.
async fn connect(settings: &DockerSettings) -> Result<(Docker, String), DesktopProviderError> {
    let (docker, version) = engine(settings.host.as_deref(), &settings.image).await?;
    require_image(&docker, &settings.image).await?;
    Ok((docker, version))
}

/// Connects to the engine at `host`, or to the default one; returns its version too. `image` is for messages.
async fn engine(host: Option<&str>, image: &str) -> Result<(Docker, String), DesktopProviderError> {
    let prepared = |error: Error| explain("prepared", image, &error);
    let docker = match host {
        Some(host) => Docker::connect_with_host(host),
        None => Docker::connect_with_defaults(),
    };
    let docker = docker.map_err(prepared)?;
    let docker = docker.negotiate_version().await.map_err(prepared)?;
    let version = docker.version().await.map_err(prepared)?.version.unwrap_or_default();
    Ok((docker, version))
}

/// Fails unless the engine has the image, of this version of Deskhand.
async fn require_image(docker: &Docker, image: &str) -> Result<(), DesktopProviderError> {
    let found = docker.inspect_image(image).await.map_err(|error| explain("prepared", image, &error))?;
    let labels = found.config.and_then(|config| config.labels).unwrap_or_default();
    if labels.get(AGENT_LABEL).map(String::as_str) == Some(AGENT) {
        return Ok(());
    }
    Err(another_version(image))
}

#[async_trait]
impl DesktopProvider for DockerProvider {
    fn name(&self) -> &'static str {
        "docker"
    }

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

    async fn check(&self) -> Result<(), DesktopProviderError> {
        let image = self.docker.inspect_image(&self.settings.image).await;
        image.map(drop).map_err(self.explain("started"))
    }

    async fn start(&self, id: DesktopId) -> Result<DesktopAccess, DesktopProviderError> {
        let deadline = Instant::now() + self.settings.timeouts.engine_restart;
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

    async fn next_egress_socket(&self) -> EgressSocket {
        // They share an address.
        std::future::pending().await
    }

    fn enforces_egress(&self) -> bool {
        true
    }

    async fn set_egress_mode(
        &self,
        id: DesktopId,
        egress_mode: EgressMode,
    ) -> Result<(), DesktopProviderError> {
        let deadline = Instant::now() + self.settings.timeouts.engine_restart;
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
        // A paused process can't handle SIGTERM.
        self.resume(id).await?;
        let name = self.identity.name(id);
        lifetime::stop(&self.docker, &name).await.map_err(self.explain("stopped"))?;
        self.remove_container(&name).await.map_err(self.explain("stopped"))
    }

    async fn remove(&self, id: DesktopId) -> Result<(), DesktopProviderError> {
        // Killed rather than stopped, because its state is deleted anyway.
        self.remove_container(&self.identity.name(id)).await.map_err(self.explain("removed"))?;
        match self.remove_volume(id).await {
            // A backup copies it; the sweep deletes it later.
            Err(error) if answer(&error) == Answer::Conflict => Ok(()),
            result => result.map_err(self.explain("removed")),
        }
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
            // By container id, because a newer container may have taken the name.
            self.remove_container(&container).await.map_err(&removed)?;
        }
        match self.remove_volume(listed.id).await {
            // A newer container uses it.
            Err(error) if answer(&error) == Answer::Conflict => Ok(()),
            result => result.map_err(removed),
        }
    }

    async fn close(&self) {
        for network in [network::open(&self.identity), network::closed(&self.identity)] {
            // The next start recreates them. Removing fails while another replica's desktops use them.
            if let Err(error) = unless_gone(self.docker.remove_network(&network).await) {
                tracing::debug!(%error, network, "could not remove a network of the desktops");
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

/// Describes a container of a desktop; `None` for our other containers.
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
