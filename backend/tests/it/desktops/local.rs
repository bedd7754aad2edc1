//! What is specific to desktops that are processes of this machine: what they see of its files.

use protocol::ids::DesktopId;

use super::subject::{Subject, prints, shell};

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
async fn files_in_memory_are_limited() {
    let subject = Subject::local().await;
    let access = subject.provider.start(DesktopId::generate()).await.unwrap();
    for place in ["/tmp", "/var/tmp", "/dev/shm"] {
        let size = prints(&access, &format!("df --output=size -B1 {place} | tail -1")).await;
        let bytes: u64 = size.trim().parse().unwrap();
        assert!((1..=1 << 30).contains(&bytes), "{place}: {bytes}");
    }
    subject.provider.close().await;
}
