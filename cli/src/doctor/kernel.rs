//! Limits of the system.

use std::path::Path;

use backend::config::{DesktopsConfig, DesktopsIn};
use nix::sys::resource::{Resource, getrlimit};
use nix::sys::statvfs::statvfs;

use super::finding::Finding;

/// The size of `/dev/shm` that a screen and a browser need, in bytes.
const SHARED_MEMORY: u64 = 64 << 20;
/// The number of inotify instances that some desktops and their programs need.
const INOTIFY_INSTANCES: u64 = 128;
/// The number of inotify watches that a file manager and an editor need.
const INOTIFY_WATCHES: u64 = 8192;
/// The number of open files that some dozen desktops and browsers need.
const OPEN_FILES: u64 = 4096;

/// Looks at the limits.
pub(super) fn look(desktops: &DesktopsConfig) -> Vec<Finding> {
    let mut findings = vec![inotify(), open_files()];
    if desktops.desktops != DesktopsIn::Docker {
        findings.push(shared_memory());
    }
    findings
}

fn shared_memory() -> Finding {
    const CHECK: &str = "shared_memory";
    match statvfs("/dev/shm") {
        Ok(memory) if memory.blocks() * memory.fragment_size() < SHARED_MEMORY => Finding::warning(
            CHECK,
            "shared_memory_small",
            "/dev/shm is smaller than 64 MB, so that browsers on desktops end. Enlarge it (`mount -o remount,size=1g /dev/shm`, \
             in a container start it with --shm-size=1g)",
        ),
        Ok(memory) => Finding::ok(
            CHECK,
            format!("/dev/shm has {} MB", (memory.blocks() * memory.fragment_size()) >> 20),
        ),
        Err(error) => Finding::warning(
            CHECK,
            "shared_memory_missing",
            format!("/dev/shm can't be used ({error}). Mount it (`mount -t tmpfs tmpfs /dev/shm`)"),
        ),
    }
}

fn inotify() -> Finding {
    const CHECK: &str = "inotify";
    let limit = |name: &str| {
        let text = std::fs::read_to_string(Path::new("/proc/sys/fs/inotify").join(name)).ok()?;
        text.trim().parse::<u64>().ok()
    };
    for (name, least) in [("max_user_instances", INOTIFY_INSTANCES), ("max_user_watches", INOTIFY_WATCHES)] {
        match limit(name) {
            Some(limit) if limit < least => {
                let message = format!(
                    "fs.inotify.{name} is {limit}: with several desktops, files that they make are not found at once. Raise \
                     it (`sysctl -w fs.inotify.{name}={}`)",
                    least * 8
                );
                return Finding::warning(CHECK, "inotify_limit_low", message);
            }
            Some(_) => {}
            None => return Finding::warning(CHECK, "unknown", "The limits of inotify can't be read"),
        }
    }
    Finding::ok(CHECK, "The limits of inotify are high enough")
}

fn open_files() -> Finding {
    const CHECK: &str = "open_files";
    match getrlimit(Resource::RLIMIT_NOFILE) {
        Ok((_, hard)) if hard < OPEN_FILES => Finding::warning(
            CHECK,
            "open_files_limit_low",
            format!(
                "Deskhand may open {hard} files, which is few: each connection is one. Raise the limit (LimitNOFILE= of its \
                 systemd unit, `ulimit -Hn` in a shell of root)"
            ),
        ),
        Ok((_, hard)) => Finding::ok(CHECK, format!("Deskhand may open {hard} files")),
        Err(error) => {
            Finding::warning(CHECK, "unknown", format!("The limit of open files can't be read ({error})"))
        }
    }
}
