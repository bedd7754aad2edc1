//! Where desktops run.

use backend::Config;
use backend::config::DesktopsIn;
use backend::provider::{DesktopProviderError, choice};

use super::finding::{Finding, Status, in_time};

/// Looks at Docker and at this machine. With `auto`, one of them is enough.
pub(super) async fn look(config: &Config) -> Vec<Finding> {
    let wanted = config.desktops.desktops;
    let containers = async {
        if wanted == DesktopsIn::Local { None } else { Some(in_time("docker", docker(config)).await) }
    };
    let processes = async {
        if wanted == DesktopsIn::Docker { None } else { Some(in_time("local_desktops", local(config)).await) }
    };
    match tokio::join!(containers, processes) {
        (Some(containers), Some(processes)) if containers.status != Status::Error => {
            vec![containers, unused(&processes, "because desktops run in containers")]
        }
        (Some(containers), Some(processes)) if processes.status != Status::Error => {
            vec![unused(&containers, "because desktops run as processes of this machine"), processes]
        }
        (containers, processes) => containers.into_iter().chain(processes).collect(),
    }
}

/// A place that is not needed, whatever is wrong there.
fn unused(found: &Finding, why: &str) -> Finding {
    Finding::ok(found.check, format!("Not used, {why}. {}", found.message))
}

async fn docker(config: &Config) -> Finding {
    const CHECK: &str = "docker";
    match choice::probe_containers(config).await {
        Ok(version) => {
            Finding::ok(CHECK, format!("Docker {version} has the image {}", config.desktops.desktop_image))
        }
        Err(error) => {
            let code = match &error {
                DesktopProviderError::EngineAway(_) => "docker_unreachable",
                DesktopProviderError::Missing(_) => "desktop_image_unusable",
                _ => "docker_failed",
            };
            Finding::error(CHECK, code, error.to_string())
        }
    }
}

async fn local(config: &Config) -> Finding {
    const CHECK: &str = "local_desktops";
    if let Err(error) = choice::probe_agent(config) {
        return Finding::error(CHECK, "desktop_agent_missing", error.to_string());
    }
    match choice::probe_containment(config).await {
        Err(error) => Finding::error(CHECK, "desktops_not_contained", error.to_string()),
        Ok(isolation) if config.desktops.uncontained => Finding::warning(
            CHECK,
            "uncontained",
            format!("{isolation} Leave --uncontained out to contain them"),
        ),
        Ok(isolation) => Finding::ok(CHECK, isolation),
    }
}
