//! Machines on which desktops can't run.

use super::{behind, doctor, refusal, report, with_data};
use crate::full_disk::SmallEngine;

#[tokio::test]
async fn no_namespaces() {
    let data = tempfile::tempdir().unwrap();
    // In a user namespace of its own, the limit counts for this test alone.
    let runner = ["unshare", "--user", "--map-root-user", "--pid", "--fork"];
    let script = "echo 0 > /proc/sys/user/max_pid_namespaces";
    let found = report(&mut behind(&runner, script, &doctor(data.path()))).await;
    assert_eq!(found.of("local_desktops"), ("error", "desktops_not_contained"));
    let told = found.message("local_desktops");
    assert!(told.contains("forbids the namespaces") && told.contains("--uncontained"), "{told}");
}

#[tokio::test]
async fn no_bubblewrap_and_no_agent() {
    let data = tempfile::tempdir().unwrap();
    let found = report(doctor(data.path()).env("PATH", "/nowhere")).await;
    found.is("local_desktops", "error", "desktops_not_contained", "apt-get install bubblewrap");
    let told = refusal(with_data(&["up"], data.path()).env("PATH", "/nowhere")).await;
    assert!(told.contains(found.message("local_desktops").trim_end_matches('.')), "{told}");

    let found = report(doctor(data.path()).env("DESKHAND_DESKTOP_AGENT", "/nowhere/agent")).await;
    found.is(
        "local_desktops",
        "error",
        "desktop_agent_missing",
        "The desktop agent is not at /nowhere/agent",
    );
    let found = report(doctor(data.path()).env("DESKHAND_UNCONTAINED", "true")).await;
    found.is("local_desktops", "warning", "uncontained", "they are not contained");
}

#[tokio::test]
async fn no_docker() {
    let data = tempfile::tempdir().unwrap();
    let away = "unix:///nowhere/docker.sock";
    let environment = [("DESKHAND_DESKTOPS", "docker"), ("DOCKER_HOST", away)];
    let found = report(doctor(data.path()).envs(environment)).await;
    found.is("docker", "error", "docker_unreachable", "Docker does not run. Start it");
    let told = refusal(with_data(&["up"], data.path()).envs(environment)).await;
    assert!(told.contains(found.message("docker").trim_end_matches('.')), "{told}");

    // One of both is enough.
    let environment = [("DESKHAND_DESKTOPS", "auto"), ("DOCKER_HOST", away)];
    let found = report(doctor(data.path()).envs(environment)).await;
    assert_eq!(
        (found.of("docker"), found.of("local_desktops"), found.success),
        (("ok", "ok"), ("ok", "ok"), true)
    );
    let found = report(doctor(data.path()).envs(environment).env("PATH", "/nowhere")).await;
    assert_eq!(
        (found.of("docker").0, found.of("local_desktops").0, found.success),
        ("error", "error", false)
    );
}

#[tokio::test]
async fn an_image_of_another_version_or_none() {
    let engine = SmallEngine::start().await;
    let data = tempfile::tempdir().unwrap();
    let address = engine.address();
    let environment = [("DESKHAND_DESKTOPS", "docker"), ("DOCKER_HOST", &*address)];
    let found = report(doctor(data.path()).envs(environment)).await;
    assert_eq!(found.of("docker"), ("ok", "ok"), "{}", found.message("docker"));
    let script = "docker rmi deskhand-desktop && \
                  tar -C \"$1/root\" -c . | docker import --change 'LABEL deskhand.agent=1' - deskhand-desktop";
    engine.docker(script).unwrap();
    let found = report(doctor(data.path()).envs(environment)).await;
    found.is("docker", "error", "desktop_image_unusable", "is of another version of Deskhand. Rebuild it");
    let told = refusal(with_data(&["up"], data.path()).envs(environment)).await;
    assert!(told.contains(found.message("docker").trim_end_matches('.')), "{told}");
    engine.docker("docker rmi deskhand-desktop").unwrap();
    let found = report(doctor(data.path()).envs(environment)).await;
    found.is("docker", "error", "desktop_image_unusable", "is not on this machine. Build it");
}
