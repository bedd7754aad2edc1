//! Where the home folders of an archive are restored to.

use std::path::Path;

use protocol::ids::DesktopId;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use super::super::home_source::IN_CONTAINERS;
use super::super::homes::DESKTOPS;
use super::super::reader::Content;
use super::super::writer::Attributes;
use super::RestoreOptions;
use super::check::Inspected;
use super::homes::Homes;
use super::volumes::Volumes;
use crate::config::DesktopsIn;
use crate::provider::DesktopProviderError;
use crate::provider::docker::home_volumes::HomeVolumes;
use crate::provider::docker::new_key;

/// Where desktops are recorded to run whose home folders are in the data folder.
pub(super) const LOCAL: &str = "local";

/// Where home folders go.
pub(super) enum HomePlace {
    /// None are restored.
    Nowhere,
    /// The data folder.
    Folder,
    /// New volumes of Docker.
    Volumes(NewVolumes),
}

/// The volumes of an installation that is being made. They have a key of their own, and so other names than all that exist.
pub(super) struct NewVolumes {
    pub(super) key: Zeroizing<Vec<u8>>,
    volumes: HomeVolumes,
}

impl NewVolumes {
    async fn connect(image: &str) -> Result<Self, DesktopProviderError> {
        let key = Zeroizing::new(new_key().into_bytes());
        let volumes = HomeVolumes::connect(&key, image).await?;
        volumes.require_image().await?;
        Ok(Self { key, volumes })
    }
}

impl HomePlace {
    /// Chooses the place by the setting of `deskhand up`, so that desktops find their home folders there.
    pub(super) async fn choose(options: &RestoreOptions, inspected: &Inspected) -> anyhow::Result<Self> {
        let manifest = &inspected.manifest;
        let were_local = manifest.desktops_in.as_deref() == Some(LOCAL);
        let are_adopted =
            manifest.has_volumes && options.adopt_containers && inspected.desktops_key.is_some();
        if !(manifest.has_homes && (were_local || manifest.has_volumes)) || are_adopted {
            return Ok(Self::Nowhere);
        }
        if options.desktops == DesktopsIn::Local {
            return Ok(Self::Folder);
        }
        match NewVolumes::connect(&options.desktop_image).await {
            Ok(volumes) => Ok(Self::Volumes(volumes)),
            Err(_) if options.desktops == DesktopsIn::Auto && were_local => Ok(Self::Folder),
            Err(error) => anyhow::bail!(
                "The home folders in the archive can't be restored for desktops in containers: {error} Or give --desktops local \
                 for desktops that are processes of this machine. Nothing was changed"
            ),
        }
    }

    /// What is recorded about where desktops run.
    pub(super) fn desktops_in(&self) -> Option<&'static str> {
        match self {
            Self::Nowhere => None,
            Self::Folder => Some(LOCAL),
            Self::Volumes(_) => Some(IN_CONTAINERS),
        }
    }

    /// Whether home folders need room in the data folder.
    pub(super) fn is_folder(&self) -> bool {
        matches!(self, Self::Folder)
    }

    /// Begins to restore home folders. `new` is like a data folder.
    pub(super) fn begin<'a>(
        &'a self,
        new: &Path,
        shutdown: &'a CancellationToken,
    ) -> anyhow::Result<HomeWriter<'a>> {
        Ok(match self {
            Self::Nowhere => HomeWriter::Nowhere,
            Self::Folder => HomeWriter::Folder(Homes::new(new.join(DESKTOPS))?),
            Self::Volumes(new) => HomeWriter::Volumes(Volumes::new(&new.volumes, shutdown)),
        })
    }
}

/// Writes home folders to their place.
pub(super) enum HomeWriter<'a> {
    Nowhere,
    Folder(Homes),
    Volumes(Volumes<'a>),
}

impl HomeWriter<'_> {
    /// Writes an entry. The home folder itself comes first. Call it where blocking is allowed.
    pub(super) fn add(
        &mut self,
        desktop: DesktopId,
        path: &Path,
        attributes: Attributes,
        content: Content<'_>,
    ) -> anyhow::Result<()> {
        match self {
            Self::Nowhere => Ok(()),
            Self::Folder(homes) => homes.add(desktop, path, attributes, content),
            Self::Volumes(volumes) => volumes.add(desktop, path, attributes, content),
        }
    }

    /// Completes the last home folder. Call it where blocking is allowed.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::Nowhere | Self::Folder(_) => Ok(()),
            Self::Volumes(volumes) => volumes.finish(),
        }
    }
}
