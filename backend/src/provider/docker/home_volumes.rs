//! Copies the home folders of desktops in containers, which are volumes. A helper, a container that is never started, mounts
//! the volume, and the engine itself reads and writes tar files there: nothing runs, and the engine may be elsewhere.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::{ContainerCreateBody, HostConfig, Mount, MountType, MountVolumeOptions};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, DownloadFromContainerOptionsBuilder, ListContainersOptionsBuilder,
    ListVolumesOptionsBuilder, RemoveContainerOptionsBuilder, RemoveVolumeOptionsBuilder,
    UploadToContainerOptionsBuilder,
};
use bytes::Bytes;
use futures_util::{Stream, TryStreamExt as _};
use protocol::ids::DesktopId;

use super::container::{HOME, USER};
use super::errors::{Answer, answer, explain, unless_gone, unless_unchanged};
use super::identity::{self, DESKTOP_LABEL, Identity};
use super::{engine, require_image};
use crate::provider::DesktopProviderError;

/// The label of helpers.
const HELPER_LABEL: &str = "deskhand.helper";
/// How long the engine may take until it answers at first.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// How long filling a volume may take. A transfer that stands still is given up by its caller.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(24 * 3600);

/// The volumes of an installation's desktops.
pub(crate) struct HomeVolumes {
    docker: Docker,
    identity: Identity,
    image: String,
}

impl HomeVolumes {
    /// Connects to the engine that `DOCKER_HOST` names, or to that of this machine, for the installation with this key.
    /// Helpers are made of `image`.
    ///
    /// # Errors
    /// When the engine does not answer, or the key is none.
    pub(crate) async fn connect(key: &[u8], image: &str) -> Result<Self, DesktopProviderError> {
        let machine = |source| DesktopProviderError::Machine { attempt: "copied", source };
        let identity = Identity::parse(key).map_err(machine)?;
        let (docker, _) = tokio::time::timeout(CONNECT_TIMEOUT, engine(None, image))
            .await
            .map_err(|_| DesktopProviderError::EngineAway("Docker does not answer.".to_owned()))??;
        Ok(Self { docker, identity, image: image.to_owned() })
    }

    /// Fails unless desktops can be started from the image.
    pub(crate) async fn require_image(&self) -> Result<(), DesktopProviderError> {
        require_image(&self.docker, &self.image).await
    }

    /// The value of the label `deskhand.instance`.
    pub(crate) fn instance(&self) -> &str {
        self.identity.instance()
    }

    /// The desktops that have a volume.
    pub(crate) async fn desktops(&self) -> Result<Vec<DesktopId>, DesktopProviderError> {
        let mut desktops: Vec<DesktopId> = self
            .volumes()
            .await
            .map_err(self.explain("listed"))?
            .into_iter()
            .filter_map(|name| self.identity.id_in(&name))
            .collect();
        desktops.sort_unstable();
        Ok(desktops)
    }

    /// Mounts the home folder of a desktop to read it.
    pub(crate) async fn open(&self, id: DesktopId) -> Result<MountedHome, DesktopProviderError> {
        self.mount(id, true).await.map_err(self.explain("copied"))
    }

    /// Makes the home folder of a desktop, and mounts it to fill it.
    pub(crate) async fn create(&self, id: DesktopId) -> Result<MountedHome, DesktopProviderError> {
        self.mount(id, false).await.map_err(self.explain("restored"))
    }

    async fn mount(&self, id: DesktopId, read_only: bool) -> Result<MountedHome, Error> {
        let mut labels = self.identity.labels(id);
        let volume = MountVolumeOptions {
            // Not what the image has at that place.
            no_copy: Some(true),
            // If the volume was just deleted, mounting it makes a new one, which is found by them.
            labels: Some(labels.clone()),
            ..Default::default()
        };
        // It is no container of the desktop.
        labels.remove(DESKTOP_LABEL);
        labels.insert(HELPER_LABEL.to_owned(), "home".to_owned());
        let home = Mount {
            typ: Some(MountType::VOLUME),
            source: Some(self.identity.name(id)),
            target: Some(HOME.to_owned()),
            read_only: Some(read_only),
            volume_options: Some(volume),
            ..Default::default()
        };
        let host_config = HostConfig {
            mounts: Some(vec![home]),
            network_mode: Some("none".to_owned()),
            cap_drop: Some(vec!["ALL".to_owned()]),
            ..Default::default()
        };
        let body = ContainerCreateBody {
            image: Some(self.image.clone()),
            user: Some(USER.to_owned()),
            labels: Some(labels),
            host_config: Some(host_config),
            ..Default::default()
        };
        let name = format!("{}-helper", self.identity.name(id));
        let options = CreateContainerOptionsBuilder::default().name(&name).build();
        self.docker.create_container(Some(options), body).await?;
        Ok(MountedHome { docker: self.docker.clone(), name, image: self.image.clone() })
    }

    /// Removes all containers and volumes of the installation.
    pub(crate) async fn remove_all(&self) -> Result<(), DesktopProviderError> {
        let removed = async {
            remove_containers(&self.docker, self.identity.filter()).await?;
            for name in self.volumes().await? {
                let options = RemoveVolumeOptionsBuilder::default().build();
                unless_gone(self.docker.remove_volume(&name, Some(options)).await)?;
            }
            Ok(())
        };
        removed.await.map_err(self.explain("removed"))
    }

    /// Removes helpers that killed processes left behind. Call it with the lock held.
    pub(crate) async fn remove_helpers(&self, _: &HelperLock) -> Result<(), DesktopProviderError> {
        remove_helpers(&self.docker, &self.identity).await.map_err(self.explain("removed"))
    }

    async fn volumes(&self) -> Result<Vec<String>, Error> {
        let options = ListVolumesOptionsBuilder::default().filters(&self.identity.filter()).build();
        let volumes = self.docker.list_volumes(Some(options)).await?.volumes.unwrap_or_default();
        Ok(volumes.into_iter().map(|volume| volume.name).collect())
    }

    fn explain(&self, attempt: &'static str) -> impl Fn(Error) -> DesktopProviderError {
        move |error| explain(attempt, &self.image, &error)
    }
}

/// A home folder that is mounted in a helper. Close it, or the helper stays.
pub(crate) struct MountedHome {
    docker: Docker,
    name: String,
    image: String,
}

impl MountedHome {
    /// The folder in the tar files of [`MountedHome::download`] that has everything.
    pub(crate) const DOWNLOADED: &str = "desktop";
    /// The home folder in the tar files of [`MountedHome::upload`].
    pub(crate) const UPLOADED: &str = "home/desktop";
    /// The user to whom everything in it belongs.
    pub(crate) const OWNER: u32 = 1000;

    /// A tar file of the home folder, or of one file in it. Ends early, without an error, if a file becomes shorter while it
    /// is read.
    pub(crate) fn download(
        &self,
        below: &str,
    ) -> impl Stream<Item = Result<Bytes, DownloadError>> + Send + use<'_> {
        let path = if below.is_empty() { HOME.to_owned() } else { format!("{HOME}/{below}") };
        let options = DownloadFromContainerOptionsBuilder::default().path(&path).build();
        let stream = self.docker.download_from_container(&self.name, Some(options));
        stream.map_err(|error| match answer(&error) {
            Answer::NotFound => DownloadError::Gone,
            _ => DownloadError::Failed(explain("copied", &self.image, &error)),
        })
    }

    /// Unpacks a tar file in the root folder. There, links in it may lead anywhere: Docker refuses those that lead out of
    /// the folder that it unpacks to.
    pub(crate) fn upload<S: Stream<Item = Bytes> + Send + 'static>(
        &self,
        tar: S,
    ) -> impl Future<Output = Result<(), DesktopProviderError>> + Send + use<S> {
        let options = UploadToContainerOptionsBuilder::default().path("/").build();
        let (docker, name) = (self.docker.clone().with_timeout(UPLOAD_TIMEOUT), self.name.clone());
        let (image, body) = (self.image.clone(), bollard::body_stream(tar));
        async move {
            let uploaded = docker.upload_to_container(&name, Some(options), body).await;
            uploaded.map_err(|error| explain("restored", &image, &error))
        }
    }

    /// Removes the helper.
    pub(crate) async fn close(self) -> Result<(), DesktopProviderError> {
        remove_container(&self.docker, &self.name)
            .await
            .map_err(|error| explain("copied", &self.image, &error))
    }
}

/// Why a download failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DownloadError {
    /// There is no such file any more.
    #[error("the file is gone")]
    Gone,
    /// The engine failed.
    #[error(transparent)]
    Failed(#[from] DesktopProviderError),
}

/// Held while helpers of an installation are at work.
pub(crate) struct HelperLock {
    _key: File,
}

impl HelperLock {
    /// Takes the lock of the installation whose key this is; `None` if another process has it.
    pub(crate) fn try_take(key: &Path) -> io::Result<Option<Self>> {
        let key = File::open(key)?;
        match key.try_lock() {
            Ok(()) => Ok(Some(Self { _key: key })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Removes what a killed backup left behind, unless one is at work: it keeps volumes from being deleted.
pub(super) async fn remove_abandoned_helpers(docker: &Docker, identity: &Identity, data_dir: &Path) {
    let Ok(Some(_lock)) = HelperLock::try_take(&data_dir.join(identity::FILE)) else { return };
    if let Err(error) = remove_helpers(docker, identity).await {
        tracing::warn!(%error, "could not remove the containers that a killed backup left behind");
    }
}

/// Removes the helpers of an installation.
async fn remove_helpers(docker: &Docker, identity: &Identity) -> Result<(), Error> {
    let mut filter = identity.filter();
    filter.entry("label".to_owned()).or_default().push(HELPER_LABEL.to_owned());
    remove_containers(docker, filter).await
}

async fn remove_containers(docker: &Docker, filter: HashMap<String, Vec<String>>) -> Result<(), Error> {
    let options = ListContainersOptionsBuilder::default().all(true).filters(&filter).build();
    for container in docker.list_containers(Some(options)).await? {
        if let Some(id) = container.id {
            remove_container(docker, &id).await?;
        }
    }
    Ok(())
}

async fn remove_container(docker: &Docker, name: &str) -> Result<(), Error> {
    let options = RemoveContainerOptionsBuilder::default().force(true).build();
    // A conflict means that it is being removed already.
    unless_unchanged(unless_gone(docker.remove_container(name, Some(options)).await))
}
