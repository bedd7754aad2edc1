//! The container engine restarts while desktops are started and removed.

use std::sync::Arc;

use backend::provider::ListedState;
use backend::provider::docker::DockerSettings;
use backend::store::desktops::ObservedState;
use futures_util::StreamExt as _;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::own_engine::OwnEngine;
use super::pool::{chat, row};
use super::subject::{docker, docker_says, prints, settings};
use crate::app::{Options, TestApp};

const CYCLES: usize = 50;
const AT_ONCE: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_restart_among_fifty_desktops_loses_none_and_leaves_none_over() {
    let engine = Arc::new(OwnEngine::start(&settings().image));
    let host = engine.address();
    let (provider, _data, cleanup) = docker(DockerSettings { host: Some(host.clone()), ..settings() }).await;
    let options = Options { provider: Some(Arc::new(provider)), desktop_pool: Some(0), ..Options::default() };
    let app = TestApp::start_with(options).await;
    let token = app.user("ada").await;
    let keeper = chat(&app, &token).await;
    let access = app.state.desktops.ensure(keeper).await.unwrap();
    prints(&access, "echo mine | tee ~/mark > /tmp/mark").await;

    let cycle = async |number: usize| {
        if number == CYCLES / 2 {
            let engine = Arc::clone(&engine);
            tokio::task::spawn_blocking(move || engine.restart()).await.unwrap();
        }
        let chat = chat(&app, &token).await;
        let start = app.post(&format!("/api/v1/chats/{chat}/desktop"), &json!({})).bearer_auth(&token);
        let started = start.send().await.unwrap();
        let started = (started.status(), started.text().await.unwrap());
        let delete = app.request(Method::DELETE, &format!("/api/v1/chats/{chat}")).bearer_auth(&token);
        // Desktops that can't be removed while the engine is down are left to the sweep.
        delete.send().await.unwrap();
        started
    };
    let answers: Vec<(StatusCode, String)> =
        futures_util::stream::iter(0..CYCLES).map(cycle).buffer_unordered(AT_ONCE).collect().await;
    let refused: Vec<_> = answers.iter().filter(|(status, _)| *status != StatusCode::OK).collect();
    assert!(refused.is_empty(), "an engine that restarts is waited for: {refused:?}");

    app.pass(121);
    app.state.desktops.sweep().await.unwrap();
    let kept = row(&app, keeper).await;
    let listed = app.state.desktops.provider.list().await.unwrap();
    assert_eq!(
        listed.iter().map(|one| (one.id, one.state)).collect::<Vec<_>>(),
        [(kept.id, ListedState::Running)]
    );
    assert_eq!(kept.observed, ObservedState::Ready, "the engine's containers live on without it");
    assert_eq!(prints(&access, "cat ~/mark /tmp/mark").await, "mine\nmine\n");
    let ours = format!("label=deskhand.instance={}", cleanup.instance);
    for what in [&["ps", "-aq"][..], &["volume", "ls", "-q"]] {
        let left = docker_says(&[&["--host", &host], what, &["--filter", &ours]].concat());
        assert_eq!(left.lines().count(), 1, "{what:?}: {left}");
    }
    app.stop().await;
}
