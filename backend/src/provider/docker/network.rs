//! The two networks of desktops. Every desktop is on the closed network: this machine reaches the agent
//! there, and the desktop reaches the proxy and nothing else. On the open network a desktop also reaches the
//! internet, but no other desktop, not this machine and no private network.
//!
//! Docker does not enforce this: a container can reach every address that the host listens on or routes to.
//! So a separate nftables table on the host drops that traffic. The table matches the bridges by name, is
//! replaced atomically and leaves Docker's rules alone. A short-lived container loads it, so that Deskhand
//! needs no privileges on the host other than access to the engine.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::{ContainerCreateBody, HostConfig, Ipam, IpamConfig, NetworkCreateRequest};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, LogsOptionsBuilder, RemoveContainerOptionsBuilder,
    WaitContainerOptionsBuilder,
};
use futures_util::StreamExt as _;

use super::DockerSettings;
use super::errors::{unless_gone, unless_unchanged};
use super::identity::{INSTANCE_LABEL, Identity};

/// The proxy's port, on the closed network's gateway address.
pub(super) const PROXY_PORT: u16 = 8031;
/// Private, shared, local and reserved ranges: everything outside the public internet.
const PRIVATE: &str = "0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, \
                       192.0.0.0/24, 192.168.0.0/16, 198.18.0.0/15, 224.0.0.0/3";

/// The closed network's name. Its bridge has the same name, which fits the kernel's limit of 15 characters.
pub(super) fn closed(identity: &Identity) -> String {
    format!("dh-{}", identity.instance())
}

/// The open network's name.
pub(super) fn open(identity: &Identity) -> String {
    format!("dh-{}-o", identity.instance())
}

/// The addresses of the closed network.
#[derive(Debug, Clone)]
pub(super) struct Closed {
    /// This machine's address on it.
    pub(super) gateway: IpAddr,
    /// The subnet, in CIDR notation.
    subnet: Option<String>,
}

/// Loads the packet filter rules and creates missing networks.
pub(super) async fn prepare(
    docker: &Docker,
    identity: &Identity,
    settings: &DockerSettings,
) -> Result<Closed, Error> {
    // Rules first: no desktop may ever be on a network without them.
    load_rules(docker, identity, settings).await?;
    make(docker, identity, open(identity), Onward::Internet, None).await?;
    make(docker, identity, closed(identity), Onward::Nowhere, None).await?;
    let made = docker.inspect_network(&closed(identity), None).await?;
    let configs = made.ipam.and_then(|ipam| ipam.config).unwrap_or_default();
    let found = configs.into_iter().find_map(|config| {
        let gateway = config.gateway?.parse::<Ipv4Addr>().ok()?;
        Some(Closed { gateway: gateway.into(), subnet: config.subnet })
    });
    found.ok_or_else(|| Error::DockerStreamError {
        error: format!("the network {} has no IPv4 address of this machine", closed(identity)),
    })
}

/// Recreates the networks if somebody removed them, as `docker system prune` does while no desktop runs. The
/// rules stay loaded. The closed network keeps its addresses, because the proxy listens on one of them.
pub(super) async fn restore(docker: &Docker, identity: &Identity, was: &Closed) -> Result<(), Error> {
    make(docker, identity, open(identity), Onward::Internet, None).await?;
    make(docker, identity, closed(identity), Onward::Nowhere, Some(was)).await
}

/// Where a network's traffic may be routed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Onward {
    Nowhere,
    Internet,
}

async fn make(
    docker: &Docker,
    identity: &Identity,
    name: String,
    onward: Onward,
    addresses: Option<&Closed>,
) -> Result<(), Error> {
    if unless_gone(docker.inspect_network(&name, None).await)?.is_some() {
        return Ok(());
    }
    let addresses = addresses.map(|was| Ipam {
        config: Some(vec![IpamConfig {
            subnet: was.subnet.clone(),
            gateway: Some(was.gateway.to_string()),
            ..Default::default()
        }]),
        ..Default::default()
    });
    let request = NetworkCreateRequest {
        name: name.clone(),
        ipam: addresses,
        driver: Some("bridge".into()),
        // An internal network has no default route, so the open network provides the only one.
        internal: Some(onward == Onward::Nowhere),
        options: Some(HashMap::from([
            ("com.docker.network.bridge.name".into(), name),
            ("com.docker.network.bridge.enable_icc".into(), "false".into()),
        ])),
        labels: Some(HashMap::from([(INSTANCE_LABEL.into(), identity.instance().into())])),
        ..Default::default()
    };
    unless_unchanged(docker.create_network(request).await)
}

/// Loads the nftables table from a container on the host's network.
async fn load_rules(docker: &Docker, identity: &Identity, settings: &DockerSettings) -> Result<(), Error> {
    // Replicas that start at the same time need different names.
    let container = format!("deskhand-{}-network-{:08x}", identity.instance(), rand::random::<u32>());
    let script = format!("nft -f - <<RULES\n{}RULES\n", rules(&closed(identity), &open(identity)));
    let body = ContainerCreateBody {
        image: Some(settings.image.clone()),
        user: Some("0:0".into()),
        labels: Some(HashMap::from([(INSTANCE_LABEL.into(), identity.instance().into())])),
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

/// The nftables rules, as a shell here-document: the name servers of the host are only known inside the
/// container.
fn rules(closed: &str, open: &str) -> String {
    let table = closed.replace('-', "_");
    format!(
        "table inet {table} {{}}
delete table inet {table}
table inet {table} {{
  chain input {{
    type filter hook input priority -10; policy accept;
    iifname != {{ \"{closed}\", \"{open}\" }} accept
    ct state established,related accept
    iifname \"{closed}\" tcp dport {PROXY_PORT} fib daddr . iif type local accept
    counter drop
  }}
  chain forward {{
    type filter hook forward priority -10; policy accept;
    oifname {{ \"{closed}\", \"{open}\" }} ct state new drop
    iifname != {{ \"{closed}\", \"{open}\" }} accept
    ct state established,related accept
    iifname \"{closed}\" counter drop
    # Names are resolved by the host's name servers, which may be on a private network.
    $(sed -n 's/^nameserver  *\\([0-9.]*\\)$/\\1/p' /etc/resolv.conf | while read -r server; do \
echo \"ip daddr $server meta l4proto {{ tcp, udp }} th dport 53 accept;\"; done)
    ip daddr {{ {PRIVATE} }} counter drop
    meta nfproto ipv6 counter drop
  }}
}}
"
    )
}
