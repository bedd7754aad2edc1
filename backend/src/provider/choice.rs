//! Which provider this machine's desktops come from.

use std::sync::Arc;

use super::docker::DockerProvider;
use super::local::LocalProvider;
use super::{DesktopProvider, ProviderError};
use crate::config::{Config, DesktopsIn};
use crate::installation::DataFolder;

/// A provider, and why it is this one.
pub struct Choice {
    /// The provider.
    pub provider: Arc<dyn DesktopProvider>,
    /// One sentence for people.
    pub why: String,
}

/// The provider that the settings ask for; where they leave it open, containers if that works.
///
/// # Errors
/// When the provider asked for can't be had, or neither.
pub async fn choose(config: &Config, folder: &DataFolder) -> Result<Choice, ProviderError> {
    match config.desktops.desktops {
        DesktopsIn::Docker => in_containers(config, folder, "as the settings ask for").await,
        DesktopsIn::Local => on_this_machine(config, folder, "as the settings ask for").await,
        DesktopsIn::Auto => match in_containers(config, folder, "since Docker answers and has their image")
            .await
        {
            Ok(choice) => Ok(choice),
            Err(error) => on_this_machine(config, folder, &format!("and not in containers: {error}")).await,
        },
    }
}

async fn in_containers(config: &Config, folder: &DataFolder, why: &str) -> Result<Choice, ProviderError> {
    let provider = DockerProvider::open(folder.path(), config.docker_settings()).await?;
    let (engine, instance) = (provider.engine(), provider.instance());
    let why = format!(
        "Desktops run in containers of Docker {engine} with the label deskhand.instance={instance}, {why}."
    );
    Ok(Choice { provider: Arc::new(provider), why })
}

async fn on_this_machine(config: &Config, folder: &DataFolder, why: &str) -> Result<Choice, ProviderError> {
    let agent =
        config.agent_path().map_err(|source| ProviderError::Machine { attempt: "prepared", source })?;
    let provider = LocalProvider::open(agent, folder.path(), config.screen, config.home_bytes()).await?;
    let why = format!("Desktops run as processes of this machine, {}.", why.trim_end_matches('.'));
    Ok(Choice { provider: Arc::new(provider), why })
}
