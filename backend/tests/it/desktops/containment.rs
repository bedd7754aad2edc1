//! What programs in a container's desktop can't do.

use std::net::IpAddr;

use backend::provider::EgressMode;
use protocol::ids::DesktopId;
use protocol::run::DesktopAccess;
use serde_json::Value;
use tokio::net::TcpListener;

use super::subject::{
    DISK, MEMORY, Subject, docker_says, prints, screenshot, settings, shell, try_docker, try_shell,
};

/// A desktop in a container, with access to the internet, and its provider.
async fn desktop() -> (Subject, DesktopId, DesktopAccess) {
    let (subject, id, access) = closed_desktop().await;
    subject.provider.set_egress_mode(id, EgressMode::Internet).await.unwrap();
    (subject, id, access)
}

/// A desktop in a container in its initial state, and its provider.
async fn closed_desktop() -> (Subject, DesktopId, DesktopAccess) {
    let subject = Subject::docker().await;
    let id = DesktopId::generate();
    let access = subject.provider.start(id).await.unwrap();
    (subject, id, access)
}

async fn fails(access: &DesktopAccess, command: &str) {
    let result = shell(access, command).await;
    assert_ne!(result.exit_code, Some(0), "{command} worked: {}", result.output);
}

/// Whether the desktop can open a connection.
async fn reaches(access: &DesktopAccess, host: &str, port: u16) -> bool {
    let connect = format!("timeout 2 bash -c 'exec 3<>/dev/tcp/{host}/{port}' 2>/dev/null");
    shell(access, &connect).await.exit_code == Some(0)
}

/// The host's address as the desktop sees it.
async fn gateway(access: &DesktopAccess) -> IpAddr {
    let route = prints(access, "awk '$2 == \"00000000\" {print $3}' /proc/net/route").await;
    let octets = u32::from_str_radix(route.trim(), 16).unwrap().to_le_bytes();
    IpAddr::from(octets)
}

#[tokio::test]
async fn the_container_has_every_limit_and_no_secret() {
    let (subject, _, access) = desktop().await;
    let name = docker_says(&["ps", "--format", "{{.Names}}"]);
    let listed = subject.provider.list().await.unwrap();
    let name = name.lines().find(|name| name.ends_with(&listed[0].id.to_string())).unwrap();
    let text = docker_says(&["inspect", name]);
    assert!(!text.contains(access.token.expose()), "the token is in docker inspect");
    let inspected: Value = serde_json::from_str(&text).unwrap();
    let (config, host) = (&inspected[0]["Config"], &inspected[0]["HostConfig"]);
    assert_eq!(config["User"], "1000:1000");
    assert_eq!(host["CapDrop"], serde_json::json!(["ALL"]));
    assert_eq!(host["ReadonlyRootfs"], true);
    assert_eq!(host["Privileged"], false);
    assert_eq!(host["Memory"], MEMORY);
    assert_eq!(host["MemorySwap"], MEMORY);
    assert_eq!(host["PidsLimit"], 256);
    assert_eq!((&host["CpuQuota"], &host["CpuPeriod"]), (&200_000.into(), &100_000.into()));
    assert_eq!(host["PidMode"], "");
    assert_eq!(host["IpcMode"], "private");
    assert!(host["PortBindings"].as_object().is_none_or(serde_json::Map::is_empty));
    assert_eq!(
        (&host["Binds"], &host["Devices"], &host["CapAdd"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    let options = host["SecurityOpt"].as_array().unwrap();
    assert!(options.contains(&"no-new-privileges".into()));
    assert!(options.iter().any(|option| option.as_str().unwrap().starts_with("seccomp={")));
}

#[tokio::test]
async fn programs_of_the_desktop_can_not_find_the_token() {
    let (_subject, _, access) = desktop().await;
    let token = access.token.expose();
    // In two pieces, so that the search does not find its own command.
    let (head, tail) = token.split_at(20);
    let search = format!(
        "t={head}; t=$t{tail}; for f in /proc/1/mem /proc/1/environ; do ! cat $f 2>/dev/null || exit 1; done; \
         ! cat /proc/[0-9]*/environ 2>/dev/null | grep -aq $t && \
         ! grep -rqsa $t ~ /tmp /run /var/tmp --exclude='.bash_history'"
    );
    prints(&access, &search).await;
}

#[tokio::test]
async fn the_system_is_read_only() {
    let (_subject, _, access) = desktop().await;
    for path in [
        "/new",
        "/usr/bin/new",
        "/etc/new",
        "/usr/local/bin/desktop-agent",
        "/proc/sys/kernel/hostname",
        "/sys/new",
    ] {
        fails(&access, &format!("echo x > {path}")).await;
    }
    let writable = "find / -xdev -writable -not -type l 2>/dev/null | sort";
    let folders = "/home/desktop\n/run/deskhand\n/tmp\n/var/tmp";
    assert_eq!(prints(&access, writable).await.trim(), folders, "the volume and memory, and nothing else");
    prints(&access, "echo x > /tmp/x && echo x > ~/x && echo x > /dev/shm/x").await;
}

#[tokio::test]
async fn privileges_can_not_be_raised() {
    let (_subject, _, access) = desktop().await;
    let status = prints(&access, "cat /proc/self/status").await;
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(&format!("{name}:"))).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    for none in ["CapEff", "CapPrm", "CapBnd", "CapAmb", "CapInh"] {
        assert_eq!(field(none), "0000000000000000", "{none}");
    }
    assert_eq!((field("NoNewPrivs").as_str(), field("Seccomp").as_str()), ("1", "2"));
    assert_eq!(field("Uid"), "1000");
    assert_eq!(prints(&access, "find / -xdev -type f -perm /6000 2>/dev/null; true").await.trim(), "");
    fails(&access, "su -c true < /dev/null").await;
    fails(&access, "mount -t tmpfs none /tmp").await;
    fails(&access, "chroot / true").await;
    // Any program may become root in a user namespace, as the browser's sandbox does, but gains nothing outside it.
    fails(&access, "unshare --user --map-root-user --mount true").await;
    fails(&access, "unshare --user --map-root-user cat /proc/1/environ").await;
    fails(&access, "unshare --user --map-root-user nft list ruleset").await;
    // Sockets for the internet and the X server are allowed; those for kernel cryptography and the hypervisor
    // are not.
    for (family, works) in [(1, true), (2, true), (38, false), (40, false)] {
        let made =
            shell(&access, &format!("perl -MSocket -e 'socket(my $s, {family}, SOCK_STREAM, 0) or die $!'"))
                .await;
        assert_eq!(made.exit_code == Some(0), works, "{family}: {}", made.output);
        assert!(works || made.output.contains("Operation not permitted"), "{family}: {}", made.output);
    }
}

#[tokio::test]
async fn the_browser_has_its_sandbox_if_the_kernel_allows_it() {
    let (_subject, _, access) = desktop().await;
    let kernel: u64 =
        std::fs::read_to_string("/proc/sys/user/max_user_namespaces").unwrap().trim().parse().unwrap();
    let sandbox = "unshare --user --map-current-user --pid --net --fork true";
    assert_eq!(shell(&access, sandbox).await.exit_code == Some(0), kernel > 0);
}

#[tokio::test]
async fn a_fork_bomb_is_stopped_and_both_desktops_survive() {
    let (subject, id, access) = desktop().await;
    let neighbour = subject.provider.start(DesktopId::generate()).await.unwrap();
    let bomb = "for i in $(seq 1000); do sleep 1000 & done";
    let result = shell(&access, &format!("timeout --signal=KILL 5 bash -c '{bomb}' 2>&1 | tail -n 1")).await;
    assert!(result.output.contains("Resource temporarily unavailable"), "{result:?}");
    assert!(!screenshot(&neighbour).await.is_empty());
    assert!(!screenshot(&access).await.is_empty());
    // No more processes can be created, and the disk is still watched.
    let fill = "for i in 1 2 3 4 5 6 7 8 9; do printf '%10000000s' x > ~/$i; done";
    let (reason, _) = tokio::join!(subject.provider.ended(id), try_shell(&access, fill));
    assert!(reason.starts_with("Its home folder has outgrown"), "{reason}");
}

#[tokio::test]
async fn a_program_that_takes_all_memory_is_killed_and_the_desktop_survives() {
    let (_subject, _, access) = desktop().await;
    fails(&access, "head -c 4G /dev/zero | tail -c 4G > /dev/null").await;
    assert!(!screenshot(&access).await.is_empty());
    for folder in ["/tmp", "/dev/shm", "/var/tmp"] {
        let fill = format!("head -c 4G /dev/zero > {folder}/fill; s=$?; rm {folder}/fill; exit $s");
        fails(&access, &fill).await;
        assert!(!screenshot(&access).await.is_empty(), "after {folder} was filled");
    }
}

#[tokio::test]
async fn filling_the_disk_in_any_way_ends_the_desktop_and_no_other() {
    let subject = Subject::docker().await;
    let neighbour = subject.provider.start(DesktopId::generate()).await.unwrap();
    for fill in [
        "for i in $(seq 100); do head -c 10M /dev/zero > ~/$i; done",
        "mkdir ~/closed; for i in $(seq 20); do head -c 10M /dev/zero > ~/closed/$i; done; chmod 000 ~/closed",
        "mkdir ~/named; for i in $(seq 20); do head -c 10M /dev/zero > ~/named/$i; done; \
         chmod 644 ~/named",
        "for i in $(seq 3 22); do eval \"exec $i> ~/open; rm ~/open\"; head -c 10M /dev/zero >&$i; done; sleep 1000",
        "mkdir ~/many; cd ~/many; seq 100000 | xargs touch",
    ] {
        let id = DesktopId::generate();
        let access = subject.provider.start(id).await.unwrap();
        // The response is cut off, because the desktop ends.
        let (reason, _) = tokio::join!(subject.provider.ended(id), try_shell(&access, fill));
        assert!(reason.starts_with("Its home folder has outgrown the 64 MB"), "{fill}: {reason}");
        assert!(!screenshot(&neighbour).await.is_empty());
        let again = subject.provider.start(id).await.unwrap();
        prints(&again, "chmod -R u+rwX ~ && rm -rf ~/* && echo x > ~/x").await;
        subject.provider.remove(id).await.unwrap();
    }
}

#[tokio::test]
async fn a_single_file_can_not_fill_the_disk() {
    let (_subject, _, access) = desktop().await;
    fails(&access, &format!("truncate -s {} ~/fill", DISK + 1)).await;
    assert!(!screenshot(&access).await.is_empty());
}

#[tokio::test]
async fn other_desktops_are_unreachable() {
    let (subject, _, access) = desktop().await;
    let other = subject.provider.start(DesktopId::generate()).await.unwrap();
    let address = other.url.host_str().unwrap();
    assert!(!reaches(&access, address, 8030).await);
    let own = access.url.host_str().unwrap();
    assert!(reaches(&access, own, 8030).await, "a desktop reaches itself, so the test can tell");
}

#[tokio::test]
async fn this_machine_is_unreachable() {
    let (_subject, _, access) = desktop().await;
    let backend = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let port = backend.local_addr().unwrap().port();
    let gateway = gateway(&access).await.to_string();
    assert!(tokio::net::TcpStream::connect((gateway.as_str(), port)).await.is_ok(), "it listens there");
    assert!(!reaches(&access, &gateway, port).await);
    for address in
        docker_says(&["network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"])
            .lines()
    {
        assert!(!reaches(&access, address, port).await, "{address}");
    }
}

#[tokio::test]
async fn metadata_and_private_networks_are_unreachable() {
    let (_subject, _, access) = desktop().await;
    for address in ["169.254.169.254", "10.0.0.1", "192.168.0.1", "172.16.0.1", "100.64.0.1"] {
        assert!(!reaches(&access, address, 80).await, "{address}");
    }
}

#[tokio::test]
async fn the_packet_filter_drops_everything_but_the_internet() {
    let (_subject, _, access) = desktop().await;
    reaches(&access, "169.254.169.254", 80).await;
    let rules = nft("list", &access);
    let dropped = rules.lines().find(|line| line.contains("169.254.0.0/16")).unwrap();
    assert!(dropped.contains("drop") && !dropped.contains("packets 0 "), "{dropped}");
}

#[tokio::test]
async fn without_internet_not_even_dns_queries_leave() {
    let (subject, id, access) = closed_desktop().await;
    let interfaces = "ls /sys/class/net | wc -l";
    assert_eq!(prints(&access, interfaces).await.trim(), "2");
    fails(&access, "timeout 5 getent hosts deb.debian.org").await;
    subject.provider.set_egress_mode(id, EgressMode::Internet).await.unwrap();
    assert_eq!(prints(&access, interfaces).await.trim(), "3");
    subject.provider.set_egress_mode(id, EgressMode::Internet).await.unwrap();
    subject.provider.set_egress_mode(id, EgressMode::Proxy).await.unwrap();
    assert_eq!(prints(&access, interfaces).await.trim(), "2");
    subject.provider.set_egress_mode(id, EgressMode::Proxy).await.unwrap();
    assert!(!screenshot(&access).await.is_empty());
}

#[tokio::test]
async fn a_closed_desktop_reaches_only_the_proxys_port() {
    let (subject, _, access) = closed_desktop().await;
    let proxy = subject.provider.proxy_address().unwrap();
    let told = prints(&access, "echo $http_proxy $https_proxy").await;
    assert_eq!(told.trim(), format!("http://{proxy} http://{proxy}"));
    let host = proxy.ip().to_string();
    let _proxy = TcpListener::bind(proxy).await.unwrap();
    assert!(reaches(&access, &host, proxy.port()).await);
    let backend = TcpListener::bind("0.0.0.0:0").await.unwrap();
    assert!(!reaches(&access, &host, backend.local_addr().unwrap().port()).await);
    let other = subject.provider.start(DesktopId::generate()).await.unwrap();
    assert!(!reaches(&access, other.url.host_str().unwrap(), 8030).await);
}

#[tokio::test]
async fn the_engine_is_unreachable() {
    let (_subject, _, access) = desktop().await;
    let sockets =
        prints(&access, "find / -xdev -name '*docker*.sock' -o -name 'containerd*.sock' 2>/dev/null; true")
            .await;
    assert_eq!(sockets.trim(), "");
    for path in ["/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock"] {
        fails(&access, &format!("test -e {path}")).await;
    }
    let gateway = gateway(&access).await.to_string();
    for port in [2375, 2376] {
        assert!(!reaches(&access, &gateway, port).await);
    }
}

#[tokio::test]
async fn orphans_leave_no_zombies() {
    let (_subject, _, access) = desktop().await;
    prints(&access, "for i in 1 2 3 4 5; do (setsid sh -c 'exit 0' &); done").await;
    let zombies = "until ! cat /proc/[0-9]*/stat 2>/dev/null | grep -q ') Z '; do sleep 0.05; done";
    prints(&access, zombies).await;
}

/// The packet filter's rules for the desktop's network.
fn nft(verb: &str, access: &DesktopAccess) -> String {
    let address = access.url.host_str().unwrap();
    let networks = docker_says(&["network", "ls", "-q", "--filter", "label=deskhand.instance"]);
    let bridge = networks
        .lines()
        .filter_map(|id| try_docker(&["network", "inspect", id]).ok())
        .find(|network| network.contains(&format!("\"{address}/")))
        .unwrap();
    let network: Value = serde_json::from_str(&bridge).unwrap();
    let table = network[0]["Name"].as_str().unwrap().replace('-', "_");
    let image = settings().image;
    let run =
        ["run", "--rm", "--network", "host", "--user", "0", "--cap-drop", "ALL", "--cap-add", "NET_ADMIN"];
    docker_says(&[&run[..], &["--entrypoint", "nft", &image, verb, "table", "inet", &table]].concat())
}
