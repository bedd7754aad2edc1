//! The privileges and limits of a desktop's container.

use std::collections::HashMap;
use std::net::SocketAddr;

use bollard::models::{
    ContainerCreateBody, HostConfig, HostConfigCgroupnsModeEnum, HostConfigLogConfig, Mount, MountType,
    MountVolumeOptions, ResourcesUlimits,
};
use protocol::action::Size;
use protocol::agent::proxy::proxy_variables;

use super::DockerSettings;
use crate::provider::{locale_arguments, log_variables};

/// Docker's default seccomp profile, with two changes. Unprivileged user namespaces are allowed, for the
/// browser's sandbox. `io_uring` and hypervisor sockets (`AF_VSOCK`) are refused, as in newer profiles.
const SECCOMP: &str = include_str!("../../../../desktop-image/seccomp.json");
/// The agent's port inside the container.
pub(super) const AGENT_PORT: u16 = 8030;
/// The period of the CPU quota, in microseconds.
const CPU_PERIOD: i64 = 100_000;
/// The home folder inside the container.
pub(super) const HOME: &str = "/home/desktop";
/// The user inside the container.
pub(super) const USER: &str = "1000:1000";

/// The options that differ between containers.
pub(super) struct ContainerOptions<'a> {
    /// The volume of the home folder.
    pub(super) volume: String,
    /// The labels of the volume.
    pub(super) volume_labels: HashMap<String, String>,
    /// The labels of the container.
    pub(super) labels: HashMap<String, String>,
    /// The network that it joins.
    pub(super) network: &'a str,
    /// The address of the egress proxy.
    pub(super) proxy: SocketAddr,
}

/// The request that creates a desktop's container.
pub(super) fn body(settings: &DockerSettings, options: ContainerOptions<'_>) -> ContainerCreateBody {
    let Size { width, height } = settings.screen;
    let screen = format!("{width}x{height}");
    let home_bytes = settings.home_bytes.to_string();
    let told = ["--screen", &screen, "--home-bytes", &home_bytes, "--token-on-stdin"];
    let told = told.map(str::to_owned).into_iter().chain(locale_arguments(&settings.locale));
    ContainerCreateBody {
        image: Some(settings.image.clone()),
        hostname: Some("desktop".into()),
        user: Some(USER.into()),
        cmd: Some(told.collect()),
        labels: Some(options.labels.clone()),
        env: Some(
            proxy_variables(options.proxy)
                .into_iter()
                .chain(log_variables())
                .map(|(name, value)| format!("{name}={value}"))
                .collect(),
        ),
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        open_stdin: Some(true),
        stdin_once: Some(true),
        host_config: Some(host_config(settings, options)),
        ..Default::default()
    }
}

fn host_config(settings: &DockerSettings, options: ContainerOptions<'_>) -> HostConfig {
    let memory = to_i64(settings.memory_bytes);
    let home = Mount {
        typ: Some(MountType::VOLUME),
        source: Some(options.volume),
        target: Some(HOME.into()),
        volume_options: Some(MountVolumeOptions {
            labels: Some(options.volume_labels),
            ..Default::default()
        }),
        ..Default::default()
    };
    let log = HashMap::from([("max-size".into(), "1m".into()), ("max-file".into(), "1".into())]);
    HostConfig {
        memory: Some(memory),
        // Equal to the memory limit: no swap.
        memory_swap: Some(memory),
        // A quota, because it may exceed the number of CPUs.
        cpu_period: Some(CPU_PERIOD),
        cpu_quota: Some(CPU_PERIOD * i64::from(settings.milli_cpus) / 1000),
        pids_limit: Some(i64::from(settings.pids)),
        ulimits: Some(vec![limit("core", 0), limit("nofile", 16_384)]),
        shm_size: Some(to_i64(settings.memory_bytes / 4)),
        // If the machine runs out of memory, the kernel kills desktops first.
        oom_score_adj: Some(500),
        readonly_rootfs: Some(true),
        tmpfs: Some(folders_in_memory(settings.memory_bytes / 4)),
        mounts: Some(vec![home]),
        cap_drop: Some(vec!["ALL".into()]),
        security_opt: Some(vec!["no-new-privileges".into(), format!("seccomp={SECCOMP}")]),
        cgroupns_mode: Some(HostConfigCgroupnsModeEnum::PRIVATE),
        ipc_mode: Some("private".into()),
        network_mode: Some(options.network.to_owned()),
        runtime: settings.runtime.clone(),
        log_config: Some(HostConfigLogConfig { typ: Some("json-file".into()), config: Some(log) }),
        ..Default::default()
    }
}

/// The writable folders besides the home folder; they count towards the container's memory.
fn folders_in_memory(bytes: u64) -> HashMap<String, String> {
    HashMap::from([
        ("/tmp".into(), format!("rw,nosuid,nodev,exec,mode=1777,size={bytes}")),
        ("/tmp/.X11-unix".into(), "rw,nosuid,nodev,noexec,mode=1777,size=64k".into()),
        ("/var/tmp".into(), format!("rw,nosuid,nodev,exec,mode=1777,size={bytes}")),
        ("/run/deskhand".into(), "rw,nosuid,nodev,exec,mode=0700,uid=1000,gid=1000,size=64m".into()),
    ])
}

fn limit(name: &str, value: u64) -> ResourcesUlimits {
    let value = Some(to_i64(value));
    ResourcesUlimits { name: Some(name.into()), soft: value, hard: value }
}

fn to_i64(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::SECCOMP;

    #[test]
    fn the_profile_refuses_by_default_and_allows_the_browsers_sandbox() {
        let profile: serde_json::Value = serde_json::from_str(SECCOMP).unwrap();
        assert_eq!(profile["defaultAction"], "SCMP_ACT_ERRNO");
        let unconditional = profile["syscalls"].as_array().unwrap().iter().filter(|rule| {
            rule["action"] == "SCMP_ACT_ALLOW"
                && rule["args"].as_array().is_some_and(Vec::is_empty)
                && rule["includes"] == serde_json::json!({})
        });
        let allowed: Vec<&str> = unconditional
            .flat_map(|rule| rule["names"].as_array().unwrap())
            .filter_map(|name| name.as_str())
            .collect();
        for wanted in ["clone", "unshare", "setns", "chroot"] {
            assert!(allowed.contains(&wanted), "{wanted} is not allowed");
        }
        for dangerous in [
            "mount",
            "bpf",
            "socket",
            "socketcall",
            "io_uring_setup",
            "keyctl",
            "add_key",
            "kexec_load",
            "init_module",
            "open_by_handle_at",
            "userfaultfd",
            "reboot",
            "setdomainname",
        ] {
            assert!(!allowed.contains(&dangerous), "{dangerous} is allowed");
        }
    }
}
