//! Bringing a desktop's container up.

use std::time::Duration;

use bollard::errors::Error;
use bollard::query_parameters::CreateContainerOptionsBuilder;
use protocol::action::Size;
use protocol::ids::DesktopId;
use protocol::run::DesktopAccess;
use rand::Rng as _;

use super::container::Particulars;
use super::errors::{Answer, answer};
use super::identity::{GENERATION_LABEL, SCREEN_LABEL};
use super::{DockerProvider, container, is_up, lifetime, network};
use crate::provider::{DesktopProvider as _, DesktopProviderError};

/// How long a desktop may take to come up.
const START_LIMIT: Duration = Duration::from_secs(30);

impl DockerProvider {
    /// Brings the desktop up, by an engine that answers.
    pub(super) async fn start_once(&self, id: DesktopId) -> Result<DesktopAccess, DesktopProviderError> {
        let found = self.inspect(id).await.map_err(self.explain("started"))?;
        let there = found.is_some();
        if found.is_some_and(|found| is_up(&found)) {
            self.resume(id).await?;
            match self.running(id).await {
                // Whoever started it was broken off before telling it its token: it will never be ready.
                Err(DesktopProviderError::TooSlow(_)) => {}
                running => return running,
            }
        }
        if there {
            // One that has ended keeps nothing: its root is read-only, the rest was memory or is the volume.
            self.remove_container(&self.identity.name(id)).await.map_err(self.explain("started"))?;
        }
        self.start_anew(id).await
    }

    /// Starts an incarnation of the desktop and waits until it can be used.
    async fn start_anew(&self, id: DesktopId) -> Result<DesktopAccess, DesktopProviderError> {
        let generation = hex::encode(rand::rng().random::<[u8; 8]>());
        if !self.create(id, &generation).await.map_err(self.explain("made"))? {
            // Someone else is faster; theirs is as good.
            return self.running(id).await;
        }
        let started = self.start_made(id, &generation).await;
        if started.is_err() {
            // What did not start is not kept; the volume is.
            if let Err(error) = self.remove_container(&self.identity.name(id)).await {
                tracing::warn!(desktop.id = %id, %error, "a container that did not start is left over");
            }
        }
        started
    }

    /// Starts a container that was made and waits until it can be used.
    async fn start_made(
        &self,
        id: DesktopId,
        generation: &str,
    ) -> Result<DesktopAccess, DesktopProviderError> {
        let token = self.identity.token(id, generation);
        let started = lifetime::start(&self.docker, &self.identity.name(id), &token).await;
        come_up(started.map_err(self.explain("started"))?).await?;
        self.access(id).await
    }

    /// Makes the desktop's container. False when there is one by now.
    async fn create(&self, id: DesktopId, generation: &str) -> Result<bool, Error> {
        network::restore(&self.docker, &self.identity, &self.closed).await?;
        let mut labels = self.identity.labels(id);
        labels.insert(GENERATION_LABEL.into(), generation.into());
        let Size { width, height } = self.settings.screen;
        labels.insert(SCREEN_LABEL.into(), format!("{width}x{height}"));
        let particulars = Particulars {
            volume: self.identity.name(id),
            volume_labels: self.identity.labels(id),
            labels,
            network: &network::closed(&self.identity),
            proxy: self.proxy(),
        };
        let options = CreateContainerOptionsBuilder::default().name(&self.identity.name(id)).build();
        let body = container::body(&self.settings, particulars);
        match self.docker.create_container(Some(options), body).await {
            Ok(_) => Ok(true),
            Err(error) if answer(&error) == Answer::Conflict => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// How to reach a desktop that someone has started, perhaps only just now.
    async fn running(&self, id: DesktopId) -> Result<DesktopAccess, DesktopProviderError> {
        come_up(lifetime::output(&self.docker, &self.identity.name(id))).await?;
        self.access(id).await
    }

    /// How to reach a desktop that has come up.
    async fn access(&self, id: DesktopId) -> Result<DesktopAccess, DesktopProviderError> {
        let inspected = self.inspect(id).await.map_err(self.explain("reached"))?;
        inspected
            .as_ref()
            .and_then(|inspected| self.access_of(id, inspected))
            .ok_or_else(|| DesktopProviderError::EndedEarly("its container is gone".into()))
    }
}

/// Waits until what a container says tells that its desktop can be used.
async fn come_up(output: lifetime::Output) -> Result<(), DesktopProviderError> {
    match tokio::time::timeout(START_LIMIT, lifetime::ready(output)).await {
        Ok(ready) => ready.map(drop),
        Err(_) => Err(DesktopProviderError::TooSlow(START_LIMIT.as_secs())),
    }
}
