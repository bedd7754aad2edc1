//! The log as JSON: every line is an object, and has what a search for a request, a run or a call looks for.

use std::process::Stdio;

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines};
use tokio::process::{ChildStderr, Command};
use traces::tree::Traces;

use crate::deskhand::{DEADLINE, Deskhand, ok, program};

/// A Deskhand whose log is read.
struct Logged {
    deskhand: Deskhand,
    lines: Lines<BufReader<ChildStderr>>,
    /// The lines so far.
    seen: Vec<Value>,
}

impl Logged {
    async fn start(mut command: Command) -> Self {
        command.env("DESKHAND_LOG", "json").stderr(Stdio::piped());
        let mut deskhand = Deskhand::spawn(command).await;
        let lines = BufReader::new(deskhand.take_stderr()).lines();
        Self { deskhand, lines, seen: Vec::new() }
    }

    /// The first line that fulfils a condition. Each line until then has to be an object with the usual fields.
    async fn until(&mut self, what: &str, condition: impl Fn(&Value) -> bool) -> Value {
        let read = async {
            loop {
                if let Some(found) = self.seen.iter().find(|line| condition(line)) {
                    return found.clone();
                }
                let line = self.lines.next_line().await.unwrap().expect("the log has ended");
                let line: Value = serde_json::from_str(&line)
                    .unwrap_or_else(|error| panic!("{error} in the line {line:?}"));
                for field in ["timestamp", "level", "target", "message"] {
                    assert!(line[field].is_string(), "no {field}: {line}");
                }
                self.seen.push(line);
            }
        };
        let found = tokio::time::timeout(DEADLINE, read).await;
        found.unwrap_or_else(|_| panic!("{what} is not logged"))
    }
}

fn up(data: &std::path::Path) -> Command {
    let mut command = program();
    command.args(["up", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data);
    command
}

#[tokio::test]
async fn a_request_a_run_and_a_call_can_be_followed_through_all_parts() {
    let data = tempfile::tempdir().unwrap();
    let mut command = up(data.path());
    command.env("DESKHAND_ACCESS_LOG", "true").env("RUST_LOG", "info,backend=debug");
    command.env("DESKHAND_TRUSTED_PROXIES", "127.0.0.1");
    let mut log = Logged::start(command).await;
    let token = log.deskhand.first_administrator().await;
    let me = ok(log.deskhand.request(Method::GET, "/users/me").bearer_auth(&token)).await;
    let begun = log.deskhand.chat(&token, "run `echo 1`").await;
    let (chat, run) = (&begun["id"], &begun["run"]["id"]);

    let path = format!("/chats/{}", chat.as_str().unwrap());
    let request = log.deskhand.request(Method::GET, &format!("{path}?token=secret")).bearer_auth(&token);
    let answer = request.header("x-forwarded-for", "6.6.6.6, 198.51.100.7").send().await.unwrap();
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    let line = log.until("the request", |line| line["request.id"] == *id && line["target"] == "access").await;
    for (field, value) in [
        ("level", json!("INFO")),
        ("http.method", json!("GET")),
        ("http.path", json!(format!("/api/v1{path}"))),
        ("http.status", json!(200)),
        ("client.address", json!("198.51.100.7")),
        ("user.id", me["id"].clone()),
        ("chat.id", chat.clone()),
    ] {
        assert_eq!(line[field], value, "{field}: {line}");
    }
    assert!(line["elapsed_ms"].is_u64(), "{line}");

    let ended = log.until("the end of the run", |line| line["message"] == "a run ended").await;
    assert_eq!((&ended["run.id"], &ended["chat.id"], &ended["user.id"]), (run, chat, &me["id"]), "{ended}");
    assert_eq!(ended["run.state"], "succeeded");
    let call = log.until("the end of the call", |line| line["message"] == "a call ended").await;
    assert_eq!((&call["run.id"], call["call.id"].is_string()), (run, true), "{call}");
    // The agent, which writes among the lines of its parent.
    let agent = log.until("the agent's answer", |line| line["http.route"] == "/v1/shell").await;
    assert_eq!((&agent["run.id"], &agent["call.id"]), (run, &call["call.id"]), "{agent}");
    let model = log.until("the model service's answer", |line| line["http.path"] == "/v1/runs").await;
    assert_eq!(model["http.status"], 200, "{model}");
    for line in &log.seen {
        let text = line.to_string();
        assert!(!text.contains("secret") && !text.contains(&token), "{text}");
    }
}

#[tokio::test]
async fn without_the_setting_requests_have_no_line_and_nobody_writes_the_client_s_address_but_a_trusted_proxy()
 {
    let data = tempfile::tempdir().unwrap();
    let mut log = Logged::start(up(data.path())).await;
    let http = Client::new();
    // It is logged because it fails; the connection comes from a proxy that no setting names.
    let health = http.get(format!("{}/health", log.deskhand.url)).header("x-forwarded-for", "198.51.100.7");
    health.send().await.unwrap().error_for_status().unwrap();
    let warned = log.until("the proxy", |line| line["proxy.address"].is_string()).await;
    assert_eq!(warned["proxy.address"], "127.0.0.1");
    log.deskhand.signal(nix::sys::signal::Signal::SIGTERM);
    log.deskhand.ended().await;
    while let Some(line) = log.lines.next_line().await.unwrap() {
        log.seen.push(serde_json::from_str(&line).unwrap());
    }
    let told: Vec<&Value> = log
        .seen
        .iter()
        .filter(|line| line["target"] == "access" || line["client.address"].is_string())
        .collect();
    assert!(told.is_empty(), "{told:?}");
}

#[tokio::test]
async fn a_line_leads_to_its_trace() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("traces.jsonl");
    let mut command = up(data.path());
    command.env("DESKHAND_ACCESS_LOG", "true").env("DESKHAND_TRACES_FILE", &file);
    let mut log = Logged::start(command).await;
    let token = log.deskhand.first_administrator().await;
    log.deskhand.chat(&token, "hello").await;
    let is_request = |line: &Value| {
        let path = line["http.path"].as_str().unwrap_or_default();
        line["message"] == "answered" && path.starts_with("/api/v1/chats")
    };
    let lines = [
        (log.until("the request", is_request).await, "POST /api/v1/chats"),
        (log.until("the run", |line| line["message"] == "a run ended").await, "invoke_agent deskhand"),
    ];
    let started = log.until("the start", |line| line["trace_id"].is_null()).await;
    assert!(started["span_id"].is_null(), "{started}");
    log.deskhand.signal(nix::sys::signal::Signal::SIGTERM);
    log.deskhand.ended().await;
    let traces = Traces::read(&std::fs::read_to_string(file).unwrap()).unwrap();
    for (line, name) in lines {
        let trace = traces.with_id(line["trace_id"].as_str().unwrap()).unwrap();
        let id = hex::decode(line["span_id"].as_str().unwrap()).unwrap();
        let span = trace.spans().iter().find(|span| span.span.span_id == id).unwrap();
        assert_eq!(span.span.name, name, "{line}");
    }
}

#[tokio::test]
async fn the_filter_holds_for_the_agents_of_desktops_too() {
    let data = tempfile::tempdir().unwrap();
    let mut command = up(data.path());
    command.env("RUST_LOG", "warn").env("DESKHAND_ACCESS_LOG", "true");
    let mut log = Logged::start(command).await;
    let token = log.deskhand.first_administrator().await;
    log.deskhand.chat(&token, "run `echo 1`").await;
    log.deskhand.signal(nix::sys::signal::Signal::SIGTERM);
    log.deskhand.ended().await;
    let mut told = Vec::new();
    while let Some(line) = log.lines.next_line().await.unwrap() {
        let line: Value = serde_json::from_str(&line).unwrap();
        told.extend((line["level"] == "INFO").then_some(line));
    }
    assert!(told.is_empty(), "{told:?}");
}

/// A command that has a secret setting and logs each request.
fn with_secrets(data: &std::path::Path, format: &str) -> Command {
    let mut command = up(data);
    command.env("DESKHAND_ACCESS_LOG", "true").env("DESKHAND_LOG", format).stderr(Stdio::piped());
    command.env("OPENAI_API_KEY", "our-key-of-no-known-shape").env("AI_MODEL_PROVIDER", "demo");
    command.env("DESKHAND_METRICS_LISTEN", "127.0.0.1:0");
    command
}

#[tokio::test]
async fn secrets_are_removed_from_the_log_counted_and_reported() {
    for format in ["json", "text"] {
        let data = tempfile::tempdir().unwrap();
        let mut deskhand = Deskhand::spawn(with_secrets(data.path(), format)).await;
        let mut log = BufReader::new(deskhand.take_stderr());
        let shaped = format!("sk-ant-api03-{}", "a1B2".repeat(12));
        let encoded = "b3VyLWtleS1vZi1uby1rbm93bi1zaGFwZQ";
        for secret in ["our-key-of-no-known-shape", &shaped, encoded] {
            deskhand.request(Method::GET, &format!("/chats/{secret}")).send().await.unwrap();
        }
        let metrics = deskhand.printed.iter().find_map(|line| line.strip_prefix("Metrics are at ")).unwrap();
        let metrics = Client::new().get(metrics).send().await.unwrap().text().await.unwrap();
        for (kind, count) in [("known", 2), ("anthropic", 1), ("aws", 0)] {
            let line = format!("deskhand_redactions_total{{kind=\"{kind}\"}} {count}");
            assert!(metrics.contains(&line), "{line}: {metrics}");
        }
        deskhand.signal(nix::sys::signal::Signal::SIGTERM);
        deskhand.ended().await;
        let mut text = String::new();
        log.read_to_string(&mut text).await.unwrap();
        for secret in ["our-key", "a1B2a1B2", &encoded[..20]] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        assert!(
            text.contains("/chats/[redacted:known]") && text.contains("/chats/[redacted:anthropic]"),
            "{text}"
        );
        assert_eq!(text.matches("Sanitization redacted sensitive data").count(), 2, "{text}");
        if format == "json" {
            let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
            let reports: Vec<Value> = lines.filter(|line| line["target"] == "redact").collect();
            let kinds: Vec<&Value> = reports.iter().map(|line| &line["redaction.kind"]).collect();
            assert_eq!(kinds, ["known", "anthropic"], "{reports:?}");
        }
    }
}

#[tokio::test]
async fn why_a_program_ends_is_told_without_secrets() {
    let mut command = program();
    command.args(["migrate", "--database-url", "postgres://deskhand:hunter2hunter2@127.0.0.1:1/x?no-such=1"]);
    let told = command.output().await.unwrap();
    let text = String::from_utf8_lossy(&told.stderr);
    assert_eq!(told.status.code(), Some(1), "{text}");
    assert!(text.contains("Error: ") && !text.contains("hunter2"), "{text}");
}
