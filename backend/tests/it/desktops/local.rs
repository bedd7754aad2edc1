//! What is specific to desktops that are processes of this machine: what they see of its files.

use std::time::Duration;

use protocol::ids::DesktopId;

use super::subject::{MEMORY, PIDS, Subject, prints, shell};

#[tokio::test]
async fn a_desktop_sees_programs_and_their_settings_and_nothing_else() {
    let subject = Subject::local().await;
    let access = subject.provider.start(DesktopId::generate()).await.unwrap();
    let known = ["bin", "dev", "etc", "home", "lib", "lib64", "proc", "run", "sbin", "tmp", "usr", "var"];
    for found in prints(&access, "ls -A /").await.lines() {
        assert!(known.contains(&found), "/{found} is visible");
    }
    let folder = subject.data.path().display().to_string();
    let sources = env!("CARGO_MANIFEST_DIR");
    for hidden in [
        folder.as_str(),
        sources,
        "/root",
        "/srv",
        "/opt",
        "/mnt",
        "/sys",
        "/var/log",
        "/var/lib",
        "/etc/shadow",
        "/etc/ssh/sshd_config",
        "/etc/postgresql",
        "/etc/npmrc",
        "/etc/pip.conf",
        "/run/docker.sock",
        "/run/dbus",
    ] {
        let seen = shell(&access, &format!("ls -d {hidden}")).await;
        assert_ne!(seen.exit_code, Some(0), "{hidden} is visible: {}", seen.output);
    }
    assert_eq!(prints(&access, "ls /home").await.trim(), "deskhand");
    for place in ["/", "/etc/", "/usr/", "/var/", "/home/", "/run/", "/dev/"] {
        let written = shell(&access, &format!("touch {place}x")).await;
        assert_ne!(written.exit_code, Some(0), "{place} can be written to");
    }
    for place in ["~/", "/tmp/", "/var/tmp/", "/dev/shm/"] {
        prints(&access, &format!("touch {place}x && rm {place}x")).await;
    }
    let own = std::fs::read_to_string("/etc/machine-id").unwrap_or_default();
    assert_ne!(prints(&access, "cat /etc/machine-id").await, own);
    subject.provider.close().await;
}

#[tokio::test]
async fn a_desktop_can_not_use_up_the_memory_or_the_processes_of_this_machine() {
    let subject = Subject::local().await;
    let access = subject.provider.start(DesktopId::generate()).await.unwrap();
    for place in ["/tmp", "/var/tmp", "/dev/shm", "/run/user"] {
        let filled =
            prints(&access, &format!("head -c 1G /dev/zero > {place}/x; stat -c %s {place}/x; rm {place}/x"))
                .await;
        let size: u64 = filled.lines().last().unwrap().parse().unwrap();
        assert!(size <= MEMORY / 4, "{place}: {size}");
    }
    let hog = "python3 -c 'a = []\nwhile True: a.append(b\"x\" * (8 << 20))'";
    let ended = shell(&access, hog).await;
    assert_eq!(ended.exit_code, Some(137), "{}", ended.output);
    assert!(ended.notices[0].contains("memory was full (512 MB)"), "{:?}", ended.notices);
    subject.provider.close().await;
}

#[tokio::test]
async fn the_processes_of_a_desktop_are_limited() {
    let subject = Subject::local().await;
    let access = subject.provider.start(DesktopId::generate()).await.unwrap();
    let bomb = "python3 -c 'import os, signal
running = []
try:
    while len(running) < 1000:
        pid = os.fork()
        if pid == 0: signal.pause()
        running.append(pid)
except OSError: pass
print(len(running))
for pid in running: os.kill(pid, 9)'";
    let running: u32 = prints(&access, bomb).await.trim().parse().unwrap();
    assert!((50..PIDS).contains(&running), "{running} processes");
    let other = subject.provider.start(DesktopId::generate()).await.unwrap();
    prints(&other, "true").await;
    subject.provider.close().await;
}

#[tokio::test]
async fn a_desktop_that_has_stopped_its_agent_ends_all_the_same() {
    let subject = Subject::local().await;
    let id = DesktopId::generate();
    let access = subject.provider.start(id).await.unwrap();
    // A mark that tells its processes from those of other desktops.
    let mark = format!("1000.{}", std::process::id());
    let freeze = format!("sleep {mark} & kill -STOP $PPID; sleep {mark}");
    let freeze = shell(&access, &freeze);
    assert!(tokio::time::timeout(Duration::from_secs(1), freeze).await.is_err(), "it answers");
    let left = || {
        let processes = std::fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| std::fs::read_to_string(entry.ok()?.path().join("cmdline")).ok());
        processes.filter(|command| command.starts_with("sleep\0") && command.contains(&mark)).count()
    };
    assert_eq!(left(), 2);
    subject.provider.stop(id).await.unwrap();
    let gone = async {
        while left() > 0 {
            tokio::task::yield_now().await
        }
    };
    tokio::time::timeout(Duration::from_secs(30), gone).await.unwrap();
    subject.provider.close().await;
}
