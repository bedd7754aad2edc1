//! The network of the desktops: to the internet at most, never to each other, this machine or its neighbours.
//!
//! Docker's own means are not enough: a container reaches every address of the host that something listens on, and
//! whatever the host can route to. So a table of our own in the host's packet filter drops that. It matches
//! the bridge by name, is replaced as a whole, and does not touch Docker's rules. A container that lives for a
//! moment loads it, so that Deskhand itself needs no rights on the host but those to use the engine.

use std::collections::HashMap;

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::{ContainerCreateBody, HostConfig, NetworkCreateRequest};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, LogsOptionsBuilder, RemoveContainerOptionsBuilder,
    WaitContainerOptionsBuilder,
};
use futures_util::StreamExt as _;

use super::DockerSettings;
use super::errors::{Answer, answer, unless_gone};
use super::identity::{INSTANCE_LABEL, Identity};

/// What desktops may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Internet {
    /// Nothing.
    None,
    /// Everything on the internet, and nothing on private networks.
    All,
}

/// Private, shared, local and reserved ranges: everything that is not the internet.
const PRIVATE: &str = "0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, \
                       192.0.0.0/24, 192.168.0.0/16, 198.18.0.0/15, 224.0.0.0/3";

/// The network's name, which is its bridge's too: 11 characters of the 15 that the kernel allows.
pub(super) fn name(identity: &Identity) -> String {
    format!("dh-{}", identity.instance())
}

/// Makes the network unless it is there, and closes it off.
pub(super) async fn prepare(
    docker: &Docker,
    identity: &Identity,
    settings: &DockerSettings,
) -> Result<(), Error> {
    // First the rules: there is no moment in which a desktop has the network without them.
    close_off(docker, identity, settings).await?;
    let bridge = name(identity);
    let request = NetworkCreateRequest {
        name: bridge.clone(),
        driver: Some("bridge".into()),
        options: Some(HashMap::from([
            ("com.docker.network.bridge.name".into(), bridge.clone()),
            ("com.docker.network.bridge.enable_icc".into(), "false".into()),
        ])),
        labels: Some(HashMap::from([(INSTANCE_LABEL.into(), identity.instance().into())])),
        ..Default::default()
    };
    if unless_gone(docker.inspect_network(&bridge, None).await)?.is_some() {
        return Ok(());
    }
    match docker.create_network(request).await {
        Err(error) if answer(&error) == Answer::AlreadySo => Ok(()),
        result => result.map(drop),
    }
}

/// Loads the packet filter's table, in a container that shares the host's network.
async fn close_off(docker: &Docker, identity: &Identity, settings: &DockerSettings) -> Result<(), Error> {
    let container = format!("deskhand-{}-network", identity.instance());
    let script = format!("nft -f - <<RULES\n{}RULES\n", rules(&name(identity), settings.internet));
    let body = ContainerCreateBody {
        image: Some(settings.image.clone()),
        user: Some("0:0".into()),
        entrypoint: Some(vec!["/bin/sh".into(), "-euc".into(), script]),
        host_config: Some(HostConfig {
            network_mode: Some("host".into()),
            cap_drop: Some(vec!["ALL".into()]),
            cap_add: Some(vec!["NET_ADMIN".into()]),
            security_opt: Some(vec!["no-new-privileges".into()]),
            readonly_rootfs: Some(true),
            ..Default::default()
        }),
        ..Default::default()
    };
    // One that was left over when we died while it ran.
    remove(docker, &container).await?;
    let options = CreateContainerOptionsBuilder::default().name(&container).build();
    docker.create_container(Some(options), body).await?;
    let loaded = run(docker, &container).await;
    remove(docker, &container).await?;
    loaded
}

async fn run(docker: &Docker, container: &str) -> Result<(), Error> {
    docker.start_container(container, None).await?;
    let options = WaitContainerOptionsBuilder::default().condition("not-running").build();
    let Some(Err(error)) = docker.wait_container(container, Some(options)).next().await else {
        return Ok(());
    };
    let options = LogsOptionsBuilder::default().stdout(true).stderr(true).build();
    let said: Vec<_> = docker.logs(container, Some(options)).collect().await;
    let said: String = said.into_iter().flatten().map(|line| line.to_string()).collect();
    match error {
        Error::DockerContainerWaitError { .. } => Err(Error::DockerStreamError {
            error: format!("the packet filter refused the rules of the desktops' network: {}", said.trim()),
        }),
        other => Err(other),
    }
}

async fn remove(docker: &Docker, container: &str) -> Result<(), Error> {
    let options = RemoveContainerOptionsBuilder::default().force(true).build();
    unless_gone(docker.remove_container(container, Some(options)).await).map(drop)
}

/// The rules, as text for `nft` inside a shell's here-document: the host's name servers are known only there.
fn rules(bridge: &str, internet: Internet) -> String {
    let table = bridge.replace('-', "_");
    let forward = match internet {
        Internet::None => "counter drop".to_owned(),
        // Names are resolved by the host's name servers, which may be on a private network.
        Internet::All => format!(
            "$(sed -n 's/^nameserver  *\\([0-9.]*\\)$/\\1/p' /etc/resolv.conf | while read -r server; do \
             echo \"ip daddr $server meta l4proto {{ tcp, udp }} th dport 53 accept;\"; done)\n    \
             ip daddr {{ {PRIVATE} }} counter drop\n    meta nfproto ipv6 counter drop"
        ),
    };
    format!(
        "table inet {table} {{}}
delete table inet {table}
table inet {table} {{
  chain input {{
    type filter hook input priority -10; policy accept;
    iifname != \"{bridge}\" accept
    ct state established,related accept
    counter drop
  }}
  chain forward {{
    type filter hook forward priority -10; policy accept;
    oifname \"{bridge}\" ct state new drop
    iifname != \"{bridge}\" accept
    ct state established,related accept
    {forward}
  }}
}}
"
    )
}
