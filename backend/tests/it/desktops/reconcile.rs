//! Reconciling containers with their rows.

use std::sync::Arc;

use backend::live::views::DesktopState;
use backend::provider::docker::DockerSettings;
use backend::provider::{DesktopProvider as _, ListedState};
use protocol::ids::DesktopId;
use serde_json::json;

use super::pool::chat;
use super::subject::{answers, docker, docker_says, open, prints, settings};
use crate::app::{Options, TestApp, ok};

#[tokio::test]
async fn a_desktop_outlives_the_replica_and_is_found_again() {
    let (first, data, _cleanup) = docker(settings()).await;
    let id = DesktopId::generate();
    let access = first.start(id).await.unwrap();
    prints(&access, "echo mine > /tmp/mark").await;
    drop(first);
    let second = open(data.path(), settings()).await;
    let again = second.endpoint(id).await.unwrap().unwrap();
    assert_eq!(again.screen, access.screen);
    assert_eq!(prints(&again, "cat /tmp/mark").await.trim(), "mine");
}

#[tokio::test]
async fn desktops_of_another_installation_are_neither_listed_nor_touched() {
    let (ours, _data, _cleanup) = docker(settings()).await;
    let (theirs, _other_data, _other_cleanup) = docker(settings()).await;
    let id = DesktopId::generate();
    theirs.start(id).await.unwrap();
    assert_eq!(ours.list().await.unwrap(), []);
    for foreign in theirs.list().await.unwrap() {
        ours.discard(&foreign).await.unwrap();
    }
    ours.remove(id).await.unwrap();
    ours.stop(id).await.unwrap();
    ours.close().await;
    assert_eq!(theirs.list().await.unwrap()[0].state, ListedState::Running);
}

#[tokio::test]
async fn discarding_a_listed_desktop_keeps_a_newer_generation() {
    let (provider, _data, _cleanup) = docker(settings()).await;
    let id = DesktopId::generate();
    provider.start(id).await.unwrap();
    let listed = provider.list().await.unwrap().remove(0);
    provider.stop(id).await.unwrap();
    provider.start(id).await.unwrap();
    provider.discard(&listed).await.unwrap();
    let now = provider.list().await.unwrap().remove(0);
    assert_eq!(now.state, ListedState::Running);
    assert_ne!(now.generation, listed.generation);
    provider.discard(&now).await.unwrap();
    assert_eq!(provider.list().await.unwrap(), []);
}

#[tokio::test]
async fn a_container_removed_by_others_counts_as_ended() {
    let (provider, _data, _cleanup) = docker(settings()).await;
    let id = DesktopId::generate();
    provider.start(id).await.unwrap();
    let name = provider.container_name(id);
    let (reason, _) = tokio::join!(provider.ended(id), async {
        tokio::task::spawn_blocking(move || docker_says(&["rm", "-f", &name])).await.unwrap()
    });
    assert!(reason.ends_with('.'), "{reason}");
    assert!(provider.endpoint(id).await.unwrap().is_none());
    provider.start(id).await.unwrap();
}

#[tokio::test]
async fn removed_networks_are_recreated_unchanged() {
    let (provider, _data, cleanup) = docker(settings()).await;
    let name = format!("dh-{}", cleanup.instance);
    docker_says(&["network", "rm", &name, &format!("{name}-o")]);
    let access = provider.start(DesktopId::generate()).await.unwrap();
    let told = docker_says(&["network", "inspect", &name, "--format", "{{(index .IPAM.Config 0).Gateway}}"]);
    assert_eq!(told.trim(), provider.proxy_address().unwrap().ip().to_string());
    prints(&access, "true").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_leaves_the_desktops_of_another_replica_running() {
    let (first, data, cleanup) = docker(settings()).await;
    let second = open(data.path(), settings()).await;
    let app = async |provider| {
        let options =
            Options { provider: Some(Arc::new(provider)), desktop_pool: Some(0), ..Options::default() };
        TestApp::start_with(options).await
    };
    // Both start before any desktop exists: each has its own database, and removes desktops without a row at
    // startup.
    let (ending, lasting) = (app(first).await, app(second).await);
    let desktop = async |app: &TestApp| {
        let chat = chat(app, &app.user("ada").await).await;
        (chat, app.state.desktops.ensure(chat).await.unwrap())
    };
    let (_, ended) = desktop(&ending).await;
    let (chat, access) = desktop(&lasting).await;
    ending.stop().await;
    assert!(!answers(&ended).await);
    prints(&access, "true").await;
    assert_eq!(lasting.state.desktops.view(chat).await.unwrap().state, DesktopState::Ready);
    lasting.stop().await;
    let ours = format!("label=deskhand.instance={}", cleanup.instance);
    assert_eq!(docker_says(&["ps", "-aq", "--filter", &ours]), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_leaves_no_desktop_that_was_starting() {
    let (provider, _data, cleanup) = docker(settings()).await;
    let options = Options { provider: Some(Arc::new(provider)), desktop_pool: Some(1), ..Options::default() };
    let app = TestApp::start_with(options).await;
    let token = app.user("ada").await;
    // Many at once start slowly.
    for _ in 0..3 {
        // With a pool, a new chat gets its desktop at once.
        chat(&app, &token).await;
    }
    while app.state.desktops.provider.list().await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    app.stop().await;
    let ours = format!("label=deskhand.instance={}", cleanup.instance);
    assert_eq!(docker_says(&["ps", "-aq", "--filter", &ours]), "");
    assert_eq!(docker_says(&["network", "ls", "-q", "--filter", &ours]), "");
}

#[tokio::test]
async fn a_missing_image_is_explained() {
    let data = tempfile::tempdir().unwrap();
    let settings = DockerSettings { image: "deskhand-desktop:never-made".into(), ..settings() };
    let error = backend::provider::docker::DockerProvider::open(data.path(), settings).await.err().unwrap();
    assert_eq!(
        error.to_string(),
        "The image of the desktops, deskhand-desktop:never-made, is not on this machine. Build it with `make image`, or under Compose with `docker compose build desktop`."
    );
}

#[tokio::test]
async fn an_image_of_another_version_is_explained() {
    let image = format!("deskhand-desktop:test-{}", uuid::Uuid::new_v4());
    let make = format!(
        "printf 'FROM {}\\nLABEL deskhand.agent=0\\n' | docker build --quiet --tag {image} -",
        settings().image
    );
    let made = std::process::Command::new("sh").args(["-c", &make]).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let data = tempfile::tempdir().unwrap();
    let old = DockerSettings { image: image.clone(), ..settings() };
    let error = backend::provider::docker::DockerProvider::open(data.path(), old).await.err().unwrap();
    docker_says(&["rmi", &image]);
    assert!(
        error.to_string().starts_with(&format!("The image of the desktops, {image}, is of another version"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_image_is_reported_in_the_chat() {
    let usual = settings();
    let image = format!("deskhand-desktop:test-{}", uuid::Uuid::new_v4());
    docker_says(&["tag", &usual.image, &image]);
    let (provider, _data, _cleanup) = docker(DockerSettings { image: image.clone(), ..usual }).await;
    let options = Options { provider: Some(Arc::new(provider)), desktop_pool: Some(0), ..Options::default() };
    let app = TestApp::start_with(options).await;
    docker_says(&["rmi", &image]);
    let token = app.user("ada").await;
    let said = json!({ "initial_message": "hello", "initial_role": "user" });
    let chat = ok(app.post("/api/v1/chats/", &said).header("prefer", "wait=30").bearer_auth(&token)).await;
    let run = &chat["run"];
    assert_eq!((&run["state"], &run["code"]), (&json!("failed"), &json!("desktop_unavailable")), "{chat}");
    let told = format!(
        "The image of the desktops, {image}, is not on this machine. Build it with `make image`, or under Compose with `docker compose build desktop`."
    );
    assert_eq!(run["message"], format!("The desktop is not available: “{told}”"));
    assert_eq!(run["facts"]["reason"], told);
    app.stop().await;
}

#[tokio::test]
async fn an_image_whose_agent_does_not_start_leaves_no_container() {
    let (provider, _data, _cleanup) =
        docker(DockerSettings { runtime: Some("no-such-runtime".into()), ..settings() }).await;
    let id = DesktopId::generate();
    let error = provider.start(id).await.unwrap_err().to_string();
    assert!(error.contains("no-such-runtime"), "{error}");
    let listed = provider.list().await.unwrap();
    assert!(listed.iter().all(|one| one.generation.is_none()), "{listed:?}");
    provider.remove(id).await.unwrap();
    assert_eq!(provider.list().await.unwrap(), []);
}
