//! Starts a desktop's container.

use std::time::Duration;

use bollard::errors::Error;
use bollard::query_parameters::CreateContainerOptionsBuilder;
use protocol::action::Size;
use protocol::ids::DesktopId;
use protocol::run::DesktopAccess;
use rand::Rng as _;
use tokio::net::TcpStream;
use url::Url;

use super::container::ContainerOptions;
use super::errors::{Answer, answer};
use super::identity::{GENERATION_LABEL, SCREEN_LABEL};
use super::{DockerProvider, container, is_up, lifetime, network};
use crate::provider::{DesktopProvider as _, DesktopProviderError};

/// The delay between two attempts to connect to an agent that has just started.
const CONNECT_INTERVAL: Duration = Duration::from_millis(50);
/// How long an agent that is ready may be unreachable. The kernel gives an address up after three seconds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

impl DockerProvider {
    /// Starts a desktop, without retrying if the engine is unreachable.
    pub(super) async fn start_once(&self, id: DesktopId) -> Result<DesktopAccess, DesktopProviderError> {
        let found = self.inspect(id).await.map_err(self.explain("started"))?;
        let there = found.is_some();
        if found.is_some_and(|found| is_up(&found)) {
            self.resume(id).await?;
            match self.running(id).await {
                // The starter was interrupted before it sent the token, so this agent will never be ready.
                Err(DesktopProviderError::TooSlow(_)) => {}
                running => return running,
            }
        }
        if there {
            // Nothing is lost: the root file system is read-only, and the home folder is a volume.
            self.remove_container(&self.identity.name(id)).await.map_err(self.explain("started"))?;
        }
        self.start_new(id).await
    }

    /// Starts a new generation of the desktop and waits until it is ready.
    async fn start_new(&self, id: DesktopId) -> Result<DesktopAccess, DesktopProviderError> {
        let generation = hex::encode(rand::rng().random::<[u8; 8]>());
        if !self.create(id, &generation).await.map_err(self.explain("made"))? {
            // A concurrent call created it first.
            return self.running(id).await;
        }
        let started = self.start_created(id, &generation).await;
        if started.is_err() {
            // Keeps the volume.
            if let Err(error) = self.remove_container(&self.identity.name(id)).await {
                tracing::warn!(desktop.id = %id, %error, "could not remove a container that failed to start");
            }
        }
        started
    }

    /// Starts a created container and waits until it is ready.
    async fn start_created(
        &self,
        id: DesktopId,
        generation: &str,
    ) -> Result<DesktopAccess, DesktopProviderError> {
        let token = self.identity.token(id, generation);
        let started = lifetime::start(&self.docker, &self.identity.name(id), &token).await;
        self.until_ready(started.map_err(self.explain("started"))?).await?;
        self.access(id).await
    }

    /// Creates the desktop's container. Returns `false` if one exists already.
    async fn create(&self, id: DesktopId, generation: &str) -> Result<bool, Error> {
        network::restore(&self.docker, &self.identity, &self.closed).await?;
        let mut labels = self.identity.labels(id);
        labels.insert(GENERATION_LABEL.into(), generation.into());
        let Size { width, height } = self.settings.screen;
        labels.insert(SCREEN_LABEL.into(), format!("{width}x{height}"));
        let container = ContainerOptions {
            volume: self.identity.name(id),
            volume_labels: self.identity.labels(id),
            labels,
            network: &network::closed(&self.identity),
            proxy: self.proxy(),
        };
        let options = CreateContainerOptionsBuilder::default().name(&self.identity.name(id)).build();
        let body = container::body(&self.settings, container);
        match self.docker.create_container(Some(options), body).await {
            Ok(_) => Ok(true),
            Err(error) if answer(&error) == Answer::Conflict => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Connects to a desktop that another call has started and that may still be starting.
    async fn running(&self, id: DesktopId) -> Result<DesktopAccess, DesktopProviderError> {
        self.until_ready(lifetime::output(&self.docker, &self.identity.name(id))).await?;
        self.access(id).await
    }

    /// How to connect to a desktop that is ready.
    async fn access(&self, id: DesktopId) -> Result<DesktopAccess, DesktopProviderError> {
        let inspected = self.inspect(id).await.map_err(self.explain("reached"))?;
        let access = inspected
            .as_ref()
            .and_then(|inspected| self.access_of(id, inspected))
            .ok_or_else(|| DesktopProviderError::EndedEarly("its container is gone".into()))?;
        match tokio::time::timeout(CONNECT_TIMEOUT, until_reachable(&access.url)).await {
            Ok(()) => Ok(access),
            Err(_) => Err(DesktopProviderError::TooSlow(CONNECT_TIMEOUT.as_secs())),
        }
    }

    /// Waits until the agent reports that it is ready.
    async fn until_ready(&self, output: lifetime::Output) -> Result<(), DesktopProviderError> {
        let limit = self.settings.timeouts.start;
        match tokio::time::timeout(limit, lifetime::ready(output)).await {
            Ok(ready) => ready.map(drop),
            Err(_) => Err(DesktopProviderError::TooSlow(limit.as_secs())),
        }
    }
}

/// Waits until the agent's port accepts connections. The agent may listen before this machine can reach it: the kernel
/// answers "no route to host" for a while if something tried the address before the container had it.
async fn until_reachable(url: &Url) {
    let Ok(addresses) = url.socket_addrs(|| None) else { return };
    while TcpStream::connect(addresses.as_slice()).await.is_err() {
        tokio::time::sleep(CONNECT_INTERVAL).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn an_agent_is_reachable_once_its_port_accepts_connections() {
        let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let url = Url::parse(&format!("http://{address}")).unwrap();
        let mut reachable = Box::pin(until_reachable(&url));
        assert!(tokio::time::timeout(3 * CONNECT_INTERVAL, &mut reachable).await.is_err());
        let _listener = TcpListener::bind(address).await.unwrap();
        tokio::time::timeout(Duration::from_secs(60), reachable).await.unwrap();
    }
}
