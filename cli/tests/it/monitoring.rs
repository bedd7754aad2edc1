//! What a running Deskhand tells Prometheus, and what the documentation and the dashboard say that it tells.

use std::collections::BTreeSet;

use reqwest::{Client, Method, Url};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::deskhand::{Deskhand, ok};
use crate::events::Events;
use crate::installation::{free_port, until};
use crate::open_metrics::Metrics;

const DOCUMENT: &str = include_str!("../../../docs/monitoring.md");
const DASHBOARD: &str = include_str!("../../../docs/grafana-dashboard.json");
/// What the model service asks of its callers.
const MODEL_TOKEN: &str = "a token of the model service";
/// The media type of OpenMetrics.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The metrics at an address.
async fn read(request: reqwest::RequestBuilder) -> Metrics {
    let answer = request.send().await.unwrap().error_for_status().unwrap();
    assert_eq!(answer.headers()["content-type"], OPEN_METRICS);
    Metrics::parse(&answer.text().await.unwrap())
}

/// The names with a certain beginning that a text has between other characters.
fn names_in(text: &str) -> BTreeSet<String> {
    let words = text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    let is_metric = |word: &&str| word.starts_with("deskhand_") || word.starts_with("process_");
    words.filter(is_metric).map(str::to_owned).collect()
}

/// A name as the documentation has it: histograms by their family.
fn documented(name: &str) -> String {
    let family = ["_bucket", "_sum", "_count"].into_iter().find_map(|end| name.strip_suffix(end));
    family.unwrap_or(name).to_owned()
}

#[tokio::test]
async fn everything_that_is_counted_is_documented_and_the_dashboard_shows_only_that() {
    let data = tempfile::tempdir().unwrap();
    let model = format!("127.0.0.1:{}", free_port());
    let settings = [
        ("DESKHAND_METRICS_LISTEN", "127.0.0.1:0"),
        ("AI_MODEL_LISTEN", &model),
        ("AI_MODEL_TOKEN", MODEL_TOKEN),
    ];
    let deskhand = Deskhand::up_with(data.path(), &settings).await;
    let line = deskhand.printed.iter().find_map(|line| line.strip_prefix("Metrics are at "));
    let address = line.expect("it does not say where the metrics are").to_owned();
    let token = deskhand.first_administrator().await;
    let run = deskhand.chat(&token, "run `echo 1`, then take a screenshot").await;
    assert_eq!(run["run"]["state"], "succeeded", "{run}");
    let path = format!("/chats/{}/events", run["id"].as_str().unwrap());
    let mut events = Events::open(deskhand.request(Method::GET, &path).bearer_auth(&token)).await;
    events.until(|event| event.name == "ready").await;

    let http = Client::new();
    let metrics = read(http.get(&address)).await;
    for (name, labels) in [
        ("deskhand_runs_total", vec![("outcome", "succeeded")]),
        ("deskhand_desktop_starts_total", vec![("provider", "local"), ("outcome", "started")]),
        ("deskhand_desktops", vec![("state", "ready")]),
        ("deskhand_open_streams", vec![("kind", "sse")]),
        ("deskhand_tool_calls_total", vec![("tool", "shell"), ("status", "done")]),
        ("deskhand_tool_calls_total", vec![("tool", "computer"), ("status", "done")]),
        ("deskhand_build_info", vec![("version", env!("CARGO_PKG_VERSION"))]),
        (
            "deskhand_http_requests_total",
            vec![("route", "/api/v1/chats"), ("method", "POST"), ("status", "2xx")],
        ),
        ("deskhand_http_requests_total", vec![("route", "/api/v1/chats/{chat_id}/events")]),
        ("deskhand_desktop_start_seconds_count", vec![]),
        ("deskhand_database_up", vec![]),
    ] {
        assert_eq!(metrics.sum(name, &labels), 1.0, "{name} {labels:?}");
    }
    let asked = metrics.sum("deskhand_model_requests_total", &[("vendor", "demo"), ("outcome", "answered")]);
    assert!(asked >= 2.0, "{asked}");
    assert_eq!(metrics.sum("deskhand_model_turn_seconds_count", &[("vendor", "demo")]), asked);
    assert!(metrics.sum("deskhand_database_connections", &[]) >= 1.0);

    let model = read(http.get(format!("http://{model}/metrics")).bearer_auth(MODEL_TOKEN)).await;
    assert_eq!(
        model.sum("deskhand_ai_model_http_requests_total", &[("route", "/v1/runs"), ("status", "2xx")]),
        1.0
    );

    let told: BTreeSet<String> = metrics.names().into_iter().chain(model.names()).collect();
    let families: BTreeSet<String> = told.iter().map(|name| documented(name)).collect();
    let named = names_in(DOCUMENT);
    let unknown: Vec<_> = families.difference(&named).collect();
    assert!(unknown.is_empty(), "docs/monitoring.md lacks {unknown:?}");
    // Vendors are not asked here.
    let mut gone = named.difference(&families).filter(|name| !name.starts_with("deskhand_ai_model_vendor_"));
    assert_eq!(gone.next(), None, "docs/monitoring.md names what does not exist");
    let shown = names_in(DASHBOARD);
    assert!(shown.len() > 15, "{shown:?}");
    let missing: Vec<_> = shown.iter().filter(|name| !named.contains(&documented(name))).collect();
    assert!(missing.is_empty(), "the dashboard shows what does not exist: {missing:?}");
}

#[test]
fn each_panel_of_the_dashboard_has_a_query_and_a_place_of_its_own() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    assert_eq!(dashboard["title"], "Deskhand");
    let mut places = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let position = &panel["gridPos"];
        assert!(places.insert((position["y"].as_u64().unwrap(), position["x"].as_u64().unwrap())), "{panel}");
        if panel["type"] == "row" {
            continue;
        }
        assert_eq!(panel["datasource"]["uid"], "${datasource}", "{panel}");
        let targets = panel["targets"].as_array().unwrap();
        assert!(
            targets.iter().all(|target| target["expr"].as_str().unwrap().contains("deskhand_")
                || target["expr"].as_str().unwrap().contains("process_")),
            "{panel}"
        );
        assert!(!targets.is_empty() && panel["title"].is_string(), "{panel}");
    }
}

/// Debian's Prometheus, which reads the metrics at an address ten times a second.
struct Prometheus {
    url: String,
    http: Client,
    _folder: tempfile::TempDir,
    _process: Child,
}

impl Prometheus {
    fn start(target: &str, token: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = folder.path().join("prometheus.yml");
        // Both addresses, each in its own way.
        let (own, public) = target.split_once(' ').unwrap();
        let written = format!(
            "global: {{scrape_interval: 100ms, scrape_timeout: 100ms}}\n\
             scrape_configs:\n\
             - {{job_name: own, static_configs: [{{targets: ['{own}']}}]}}\n\
             - {{job_name: public, authorization: {{credentials: '{token}'}}, static_configs: [{{targets: ['{public}']}}]}}\n"
        );
        std::fs::write(&settings, written).unwrap();
        let address = format!("127.0.0.1:{}", free_port());
        let mut command = Command::new("prometheus");
        command
            .arg("--config.file")
            .arg(&settings)
            .arg("--storage.tsdb.path")
            .arg(folder.path().join("data"));
        command.arg("--web.listen-address").arg(&address).arg("--log.level=error");
        let process = command.kill_on_drop(true).spawn().unwrap();
        Self {
            url: format!("http://{address}/api/v1"),
            http: Client::new(),
            _folder: folder,
            _process: process,
        }
    }

    async fn get(&self, path: &str, query: [(&str, &str); 1]) -> Option<Value> {
        let url = Url::parse_with_params(&format!("{}/{path}", self.url), query).unwrap();
        let answer = self.http.get(url).send().await.ok()?;
        Some(answer.json::<Value>().await.ok()?["data"].take())
    }

    /// The value of a query of one series.
    async fn value(&self, query: &str) -> Option<f64> {
        let data = self.get("query", [("query", query)]).await?;
        data["result"][0]["value"][1].as_str()?.parse().ok()
    }
}

#[tokio::test]
async fn prometheus_reads_a_deskhand_that_is_busy() {
    let data = tempfile::tempdir().unwrap();
    let deskhand = Deskhand::up_with(data.path(), &[("DESKHAND_METRICS_LISTEN", "127.0.0.1:0")]).await;
    let line = deskhand.printed.iter().find_map(|line| line.strip_prefix("Metrics are at http://"));
    let own = line.unwrap().strip_suffix("/metrics").unwrap();
    let token = deskhand.first_administrator().await;
    let form = json!({ "name": "prometheus", "scopes": ["metrics"] });
    let made = ok(deskhand.request(Method::POST, "/users/me/tokens").bearer_auth(&token).json(&form)).await;
    let targets = format!("{own} {}", deskhand.url.trim_start_matches("http://"));
    let prometheus = Prometheus::start(&targets, made["token"].as_str().unwrap());
    until("Prometheus reads both", async || prometheus.value("sum(up)").await == Some(2.0)).await;

    let chat = async || deskhand.chat(&token, "run `echo 1`").await["run"]["state"].take();
    let ask = async || {
        for _ in 0..250 {
            ok(deskhand.request(Method::GET, "/health")).await;
        }
    };
    let (one, other, ..) = tokio::join!(chat(), chat(), ask(), ask(), ask(), ask());
    assert_eq!((one, other), (json!("succeeded"), json!("succeeded")));
    for job in ["own", "public"] {
        let asked =
            format!(r#"deskhand_http_requests_total{{job="{job}",route="/api/v1/health",status="2xx"}}"#);
        until("the requests are counted", async || prometheus.value(&asked).await == Some(1000.0)).await;
        let runs = format!(r#"deskhand_runs_total{{job="{job}",outcome="succeeded"}}"#);
        until("the runs are counted", async || prometheus.value(&runs).await == Some(2.0)).await;
        let slowest = format!(r#"scrape_samples_scraped{{job="{job}"}}"#);
        assert!(prometheus.value(&slowest).await.unwrap() > 100.0);
    }
    let wait = r#"histogram_quantile(0.5, sum by (le) (deskhand_http_request_duration_seconds_bucket{job="own",route="/api/v1/health"}))"#;
    assert!((0.0..1.0).contains(&prometheus.value(wait).await.unwrap()));
    let targets = prometheus.get("targets", [("state", "active")]).await.unwrap();
    for target in targets["activeTargets"].as_array().unwrap() {
        assert_eq!((&target["health"], &target["lastError"]), (&json!("up"), &json!("")), "{target}");
    }
    let kinds = prometheus.get("metadata", [("metric", "deskhand_http_requests")]).await.unwrap();
    assert_eq!(kinds["deskhand_http_requests"][0]["type"], "counter", "{kinds}");
}

#[tokio::test]
async fn the_listener_for_metrics_has_nothing_else_and_the_public_one_asks_for_a_superuser() {
    let data = tempfile::tempdir().unwrap();
    let deskhand = Deskhand::up_with(data.path(), &[("DESKHAND_METRICS_LISTEN", "127.0.0.1:0")]).await;
    let line = deskhand.printed.iter().find_map(|line| line.strip_prefix("Metrics are at "));
    let own = line.unwrap().strip_suffix("/metrics").unwrap().to_owned();
    let http = Client::new();
    for path in ["/", "/health", "/api/v1/health", "/api/v1/setup", "/metrics/x"] {
        assert_eq!(http.get(format!("{own}{path}")).send().await.unwrap().status(), 404, "{path}");
    }
    assert_eq!(http.post(format!("{own}/metrics")).send().await.unwrap().status(), 405);

    let token = deskhand.first_administrator().await;
    let public = format!("{}/metrics", deskhand.url);
    assert_eq!(http.get(&public).send().await.unwrap().status(), 401);
    let scoped = async |scope: &str| {
        let form = json!({ "name": scope, "scopes": [scope] });
        let request = deskhand.request(Method::POST, "/users/me/tokens").bearer_auth(&token).json(&form);
        ok(request).await["token"].as_str().unwrap().to_owned()
    };
    let (reader, other) = (scoped("metrics").await, scoped("admin").await);
    read(http.get(&public).bearer_auth(&reader)).await;
    assert_eq!(http.get(&public).bearer_auth(&other).send().await.unwrap().status(), 403);
    let chats = deskhand.request(Method::GET, "/chats").bearer_auth(&reader);
    assert_eq!(chats.send().await.unwrap().status(), 403, "the token is for nothing else");
}
