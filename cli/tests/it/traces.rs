//! Traces of runs: one tree over the backend, the model service and the agent in the desktop.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;

use nix::sys::signal::Signal;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use traces::keys;
use traces::tree::{ServiceSpan, Trace, Traces};

use crate::collector::Collector;
use crate::deskhand::{Deskhand, PASSWORD, ok, program};
use crate::installation::until;
use crate::vendor::Vendor;

/// What stands in messages, commands and results, and must not be in a trace.
const CANARY: &str = "canary-4711";
const SERVICES: [&str; 3] = ["deskhand-agent", "deskhand-ai-model", "deskhand-backend"];

/// The threads of a process that export traces.
fn exporting(deskhand: &Deskhand) -> usize {
    let threads = std::fs::read_dir(format!("/proc/{}/task", deskhand.pid())).unwrap();
    let names = threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("comm")).ok());
    names.filter(|name| name.contains("OpenTelemetry")).count()
}

async fn stop(mut deskhand: Deskhand) {
    deskhand.signal(Signal::SIGTERM);
    assert!(deskhand.ended().await.success());
}

fn read(file: &Path) -> Traces {
    Traces::read(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn of_service<'a>(trace: &'a Trace, service: &str, name: &str) -> Vec<&'a ServiceSpan> {
    let spans = trace.spans().iter();
    spans.filter(|span| span.service == service && span.span.name == name).collect()
}

/// Checks that a trace is one tree over all services, whose times nest. Only a run goes on after the request that began it.
fn check_tree(trace: &Trace, root: &str) {
    let drawn = trace.draw();
    let services: BTreeSet<&str> = trace.spans().iter().map(|span| span.service.as_str()).collect();
    assert_eq!(services, BTreeSet::from(SERVICES), "{drawn}");
    let mut roots = Vec::new();
    for span in trace.spans() {
        if span.span.parent_span_id.is_empty() {
            roots.push(span.span.name.as_str());
            continue;
        }
        let parent =
            trace.parent(span).unwrap_or_else(|| panic!("{} has no parent: {drawn}", span.span.name));
        let (inner, outer) = (&span.span, &parent.span);
        assert!(
            outer.start_time_unix_nano <= inner.start_time_unix_nano,
            "{} begins early: {drawn}",
            inner.name
        );
        if !inner.name.starts_with("invoke_agent") {
            assert!(
                inner.end_time_unix_nano <= outer.end_time_unix_nano,
                "{} ends late: {drawn}",
                inner.name
            );
        }
    }
    assert_eq!(roots, [root], "{drawn}");
}

#[tokio::test]
async fn a_run_is_one_tree_over_three_services() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("traces.jsonl");
    let deskhand = Deskhand::up_with(data.path(), &[("DESKHAND_TRACES_FILE", file.to_str().unwrap())]).await;
    let token = deskhand.first_administrator().await;
    let chat = deskhand.chat(&token, &format!("run `echo {CANARY}`, take a screenshot")).await;
    assert_eq!(chat["run"]["state"], "succeeded", "{chat}");
    let run = chat["run"]["id"].as_str().unwrap();
    assert_eq!(exporting(&deskhand), 3, "one for each service");
    stop(deskhand).await;

    let text = std::fs::read_to_string(&file).unwrap();
    for secret in [CANARY, PASSWORD, &token] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    let traces = read(&file);
    let trace = traces.of_run(run).unwrap();
    check_tree(trace, "POST /api/v1/chats");
    let [driven] = of_service(trace, "deskhand-backend", "invoke_agent deskhand")[..] else {
        panic!("{}", trace.draw())
    };
    assert_eq!(driven.attribute(keys::RUN_STATE).as_deref(), Some("succeeded"));
    assert_eq!(driven.attribute(keys::CONVERSATION).as_deref(), chat["id"].as_str());
    // The calls, and the last turn without one.
    assert!(of_service(trace, "deskhand-ai-model", "chat demo").len() >= 2, "{}", trace.draw());
    let [call] = of_service(trace, "deskhand-ai-model", "execute_tool shell")[..] else {
        panic!("{}", trace.draw())
    };
    let [agent] = of_service(trace, "deskhand-agent", "POST /v1/shell")[..] else {
        panic!("{}", trace.draw())
    };
    let request = trace.parent(agent).unwrap();
    assert_eq!(
        (request.service.as_str(), request.span.name.as_str()),
        ("deskhand-ai-model", "POST /v1/shell")
    );
    assert_eq!(trace.parent(request).unwrap().span.span_id, call.span.span_id);

    let drawn = program().arg("trace").arg(&file).args(["--run", run]).output().await.unwrap();
    assert_eq!(String::from_utf8(drawn.stdout).unwrap(), trace.draw());
    let nothing = program().arg("trace").arg(&file).args(["--run", "1"]).output().await.unwrap();
    assert_eq!(nothing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&nothing.stderr).contains("has no trace of the run 1"));
}

#[tokio::test]
async fn a_run_that_goes_on_after_a_restart_stays_in_its_trace() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("traces.jsonl");
    let environment = [("DESKHAND_TRACES_FILE", file.to_str().unwrap())];
    let deskhand = Deskhand::up_with(data.path(), &environment).await;
    let token = deskhand.first_administrator().await;
    let chat = deskhand.chat(&token, "ask \"Which one?\", run `echo 1`").await;
    let run: &Value = &chat["run"];
    assert_eq!(run["state"], "awaiting_human", "{chat}");
    stop(deskhand).await;

    let deskhand = Deskhand::up_with(data.path(), &environment).await;
    let path = format!("/runs/{}", run["id"].as_str().unwrap());
    let answer = json!({ "call_id": run["waits_for"], "text": "that" });
    let request = deskhand.request(Method::POST, &format!("{path}/answer")).bearer_auth(&token);
    ok(request.json(&answer)).await;
    until("the run ends", async || {
        ok(deskhand.request(Method::GET, &path).bearer_auth(&token)).await["state"] == "succeeded"
    })
    .await;
    stop(deskhand).await;

    let traces = read(&file);
    let trace = traces.of_run(run["id"].as_str().unwrap()).unwrap();
    check_tree(trace, "POST /api/v1/chats");
    let mut driven = of_service(trace, "deskhand-backend", "invoke_agent deskhand");
    driven.sort_by_key(|span| span.span.start_time_unix_nano);
    let states: Vec<_> = driven.iter().map(|span| span.attribute(keys::RUN_STATE).unwrap()).collect();
    assert_eq!(states, ["awaiting_human", "succeeded"], "{}", trace.draw());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_gets_the_turns_of_a_vendor_and_the_vendor_is_told_nothing() {
    let vendor = Vendor::start(json!({ "turns": [
        { "calls": [{ "bash": format!("echo {CANARY}") }], "output_tokens": 7 },
        { "text": CANARY, "output_tokens": 5 },
    ] }))
    .await;
    let collector = Collector::start().await;
    let data = tempfile::tempdir().unwrap();
    let environment = [
        ("ANTHROPIC_BASE_URL", vendor.url.as_str()),
        ("ANTHROPIC_API_KEY", vendor.key.as_str()),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-collector-key=its-key"),
        ("OTEL_SERVICE_NAME", "our-deskhand"),
    ];
    let deskhand = Deskhand::up_with(data.path(), &environment).await;
    let token = deskhand.first_administrator().await;
    let chat = deskhand.chat(&token, CANARY).await;
    assert_eq!(chat["run"]["state"], "succeeded", "{chat}");
    stop(deskhand).await;

    let (traces, headers) = collector.traces();
    assert!(headers.iter().all(|headers| headers["x-collector-key"] == "its-key"), "{headers:?}");
    let trace = traces.of_last_run().unwrap();
    assert_eq!(of_service(trace, "our-deskhand", "invoke_agent deskhand").len(), 1, "{}", trace.draw());
    let turns: Vec<_> = trace.spans().iter().filter(|span| span.span.name.starts_with("chat ")).collect();
    let mut output: Vec<_> = turns.iter().map(|span| span.attribute(keys::OUTPUT_TOKENS).unwrap()).collect();
    output.sort_unstable();
    assert_eq!(output, ["5", "7"], "{}", trace.draw());
    for turn in &turns {
        assert_eq!(turn.attribute(keys::PROVIDER).as_deref(), Some("anthropic"));
        let requests: Vec<_> =
            trace.spans().iter().filter(|span| span.span.parent_span_id == turn.span.span_id).collect();
        assert_eq!(requests.len(), 1, "{}", trace.draw());
        assert_eq!(requests[0].attribute(keys::HTTP_STATUS).as_deref(), Some("200"));
    }
    let text = format!("{traces:?}");
    for secret in [CANARY, PASSWORD, &token, &vendor.key, "its-key"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    for request in vendor.requests() {
        assert!(!request.headers.contains_key("traceparent"), "{:?}", request.headers);
    }
}

#[tokio::test]
async fn a_collector_that_hangs_holds_up_nothing() {
    let collector = Collector::hanging().await;
    let data = tempfile::tempdir().unwrap();
    let mut command = program();
    command.args(["up", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data.path()).stderr(Stdio::piped());
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url);
    // Longer than a test may take: what waits for an answer does not end. And the queue is full after a few requests.
    command.env("OTEL_EXPORTER_OTLP_TIMEOUT", "600000");
    command.env("OTEL_BSP_SCHEDULE_DELAY", "10").env("OTEL_BSP_MAX_QUEUE_SIZE", "4");
    let mut deskhand = Deskhand::spawn(command).await;
    let mut log = deskhand.take_stderr();
    let token = deskhand.first_administrator().await;
    let chat = deskhand.chat(&token, "run `echo 1`, run `echo 2`, take a screenshot").await;
    assert_eq!(chat["run"]["state"], "succeeded", "{chat}");
    stop(deskhand).await;
    let mut text = String::new();
    log.read_to_string(&mut text).await.unwrap();
    // Once for each service.
    let told = text.matches("dropped a Span due to queue full").count();
    assert!((1..=3).contains(&told), "{text}");
}

#[tokio::test]
async fn a_collector_that_is_away_is_reported_once() {
    let data = tempfile::tempdir().unwrap();
    let mut command = program();
    command.args(["up", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data.path()).stderr(Stdio::piped());
    // Nothing listens there.
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:its-password@127.0.0.1:1");
    command.env("OTEL_BSP_SCHEDULE_DELAY", "10");
    let mut deskhand = Deskhand::spawn(command).await;
    let mut log = deskhand.take_stderr();
    let token = deskhand.first_administrator().await;
    for _ in 0..3 {
        let chat = deskhand.chat(&token, "run `echo 1`").await;
        assert_eq!(chat["run"]["state"], "succeeded", "{chat}");
    }
    stop(deskhand).await;
    let mut text = String::new();
    log.read_to_string(&mut text).await.unwrap();
    // Once for each service.
    let told = text.matches("traces do not arrive").count();
    assert!((1..=3).contains(&told), "{text}");
    assert!(!text.contains("its-password"), "{text}");
}

#[tokio::test]
async fn without_a_setting_nothing_is_traced() {
    let data = tempfile::tempdir().unwrap();
    let deskhand = Deskhand::up(data.path()).await;
    let token = deskhand.first_administrator().await;
    let chat = deskhand.chat(&token, "run `echo 1`").await;
    assert_eq!(chat["run"]["state"], "succeeded", "{chat}");
    assert_eq!(exporting(&deskhand), 0);
}

#[tokio::test]
async fn only_a_trusted_proxy_says_which_trace_a_request_is_part_of() {
    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    for (proxies, is_believed) in [(None, false), (Some("127.0.0.1"), true)] {
        let data = tempfile::tempdir().unwrap();
        let file = data.path().join("traces.jsonl");
        let mut environment =
            vec![("DESKHAND_TRACES_FILE", file.to_str().unwrap()), ("DESKHAND_DESKTOP_POOL", "0")];
        environment.extend(proxies.map(|proxies| ("DESKHAND_TRUSTED_PROXIES", proxies)));
        let deskhand = Deskhand::up_with(data.path(), &environment).await;
        let request = deskhand.request(Method::GET, "/config");
        request.header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01")).send().await.unwrap();
        stop(deskhand).await;
        let traces = read(&file);
        assert_eq!(traces.with_id(TRACE).is_some(), is_believed, "{traces:?}");
        assert_eq!(traces.all().count(), 1, "{traces:?}");
    }
}
