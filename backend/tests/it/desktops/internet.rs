//! Egress policies: what desktops may reach, and what is recorded.

use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;

use backend::config::SiteInternet;
use protocol::ids::ChatId;
use protocol::run::DesktopAccess;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::pool::chat;
use super::server::Server;
use super::subject::{Cleanup, docker, prints, settings, shell};
use crate::app::{Options, TestApp, ok, problem};

/// A backend with desktops in containers.
async fn app() -> (TestApp, Cleanup) {
    app_with(Options::default()).await
}

async fn app_with(options: Options) -> (TestApp, Cleanup) {
    let (provider, _data, cleanup) = docker(settings()).await;
    (TestApp::start_with(Options { provider: Some(Arc::new(provider)), ..options }).await, cleanup)
}

async fn set(app: &TestApp, token: &str, chat: ChatId, policy: Value) -> Value {
    let path = format!("/api/v1/chats/{chat}/internet");
    ok(app.request(Method::PUT, &path).json(&json!({ "policy": policy })).bearer_auth(token)).await
}

async fn requests(app: &TestApp, token: &str, chat: ChatId) -> Vec<Value> {
    let path = format!("/api/v1/chats/{chat}/internet/requests");
    ok(app.get(&path).bearer_auth(token)).await.as_array().unwrap().clone()
}

/// Opens a connection through the proxy; prints when it ends.
async fn long_connection(access: &DesktopAccess, address: &str) {
    let command = format!(
        "p=${{http_proxy#http://}}; exec 3<>/dev/tcp/${{p%:*}}/${{p#*:}}; \
         printf 'CONNECT {address}:80 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' >&3; head -n 1 <&3 | grep -q ' 200 ' && \
         {{ (cat <&3; echo cut > ~/cut) >/dev/null 2>&1 & }}"
    );
    prints(access, &command).await;
}

/// The first line of the proxy's response.
async fn asked(access: &DesktopAccess, line: &str) -> String {
    let ask = format!(
        "p=${{http_proxy#http://}}; exec 3<>/dev/tcp/${{p%:*}}/${{p#*:}} && \
         printf '{line} HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -n 1 <&3"
    );
    prints(access, &ask).await.trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn listed_names_are_reached_through_the_proxy_and_each_request_is_recorded() {
    let (app, _cleanup) = app().await;
    // An address reserved for documentation, which counts as public.
    listed_names_are_reached(app, "203.0.113.2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn listed_names_are_reached_by_local_desktops_too() {
    listed_names_are_reached(TestApp::start().await, "203.0.113.34").await;
}

async fn listed_names_are_reached(app: TestApp, afar: &str) {
    let _afar = Server::start(afar);
    let token = app.user("ada").await;
    let chat = chat(&app, &token).await;
    let listed =
        json!({ "mode": "listed", "names": [afar, "localhost", "169.254.169.254", "*.example.com"] });
    let view = set(&app, &token, chat, listed.clone()).await;
    assert_eq!(view, json!({ "site": { "mode": "all" }, "chat": listed, "enforced": true }));
    let access = app.state.desktops.ensure(chat).await.unwrap();

    let page = format!("chromium --headless --dump-dom http://{afar}/ 2>/dev/null");
    assert!(prints(&access, &page).await.contains("from afar"), "the browser goes through the proxy");
    let tunnel = asked(&access, &format!("CONNECT {afar}:80")).await;
    assert!(tunnel.starts_with("HTTP/1.1 200"), "{tunnel}");
    for refused in [
        "CONNECT example.org:443".to_owned(),
        "GET http://example.org/".to_owned(),
        // Listed, but not a public address.
        "CONNECT localhost:443".to_owned(),
        "GET http://169.254.169.254/latest/meta-data/".to_owned(),
        // Not the port of a web server.
        format!("CONNECT {afar}:22"),
    ] {
        let answer = asked(&access, &refused).await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{refused}: {answer}");
    }
    let direct = format!("timeout 2 bash -c 'exec 3<>/dev/tcp/{afar}/80'");
    assert_ne!(shell(&access, &direct).await.exit_code, Some(0), "nothing leads past the proxy");

    let told = requests(&app, &token, chat).await;
    let of = |host: &str, port: u16| {
        told.iter().find(|request| request["host"] == host && request["port"] == port).unwrap()
    };
    assert_eq!(of(afar, 80)["refused"], Value::Null);
    assert!(of(afar, 22)["refused"].as_str().unwrap().contains("Port 22"));
    assert!(of("example.org", 443)["refused"].as_str().unwrap().contains("not among the names"));
    assert!(of("localhost", 443)["refused"].as_str().unwrap().contains("not on the internet"));
    assert!(of("169.254.169.254", 80)["refused"].is_string());

    let nothing = json!({ "mode": "none" });
    set(&app, &token, chat, nothing).await;
    let answer = asked(&access, &format!("CONNECT {afar}:80")).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "it holds from the next request on: {answer}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_closed_once_the_policy_forbids_it() {
    const AFAR: &str = "203.0.113.18";
    let (app, _cleanup) = app().await;
    let _afar = Server::start(AFAR);
    let token = app.user("ada").await;
    let chat = chat(&app, &token).await;
    set(&app, &token, chat, json!({ "mode": "listed", "names": [AFAR] })).await;
    let access = app.state.desktops.ensure(chat).await.unwrap();
    long_connection(&access, AFAR).await;
    set(&app, &token, chat, json!({ "mode": "listed", "names": [AFAR, "example.org"] })).await;
    assert_eq!(prints(&access, "ls ~/cut 2>/dev/null; true").await, "", "it is still allowed");
    set(&app, &token, chat, json!({ "mode": "listed", "names": ["example.org"] })).await;
    prints(&access, "until [ -e ~/cut ]; do sleep 0.05; done; rm ~/cut").await;

    // The same policy set by another replica is noticed by the next sweep.
    set(&app, &token, chat, json!({ "mode": "listed", "names": [AFAR] })).await;
    long_connection(&access, AFAR).await;
    let nothing = json!({ "mode": "none" });
    let mut conn = app.state.database.connection().await.unwrap();
    backend::store::chat_internet::set(&mut conn, chat, Some(&nothing)).await.unwrap();
    drop(conn);
    app.state.desktops.sweep().await.unwrap();
    prints(&access, "until [ -e ~/cut ]; do sleep 0.05; done").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn internet_access_is_granted_and_revoked_while_the_desktop_runs() {
    let (app, _cleanup) = app().await;
    let token = app.user("ada").await;
    let chat = chat(&app, &token).await;
    let access = app.state.desktops.ensure(chat).await.unwrap();
    // The closed network, with or without the open one.
    let interfaces = "ls /sys/class/net | grep -c eth";
    assert_eq!(prints(&access, interfaces).await.trim(), "2", "as the installation lets it");
    set(&app, &token, chat, json!({ "mode": "none" })).await;
    assert_eq!(prints(&access, interfaces).await.trim(), "1");
    set(&app, &token, chat, Value::Null).await;
    assert_eq!(prints(&access, interfaces).await.trim(), "2");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_the_backend_nor_a_private_network_is_reachable() {
    const NEIGHBOUR: &str = "10.213.77.2";
    let (app, _cleanup) =
        app_with(Options { address: Ipv4Addr::UNSPECIFIED.into(), ..Options::default() }).await;
    let _neighbour = Server::start(NEIGHBOUR);
    let token = app.user("ada").await;
    let chat = chat(&app, &token).await;
    let access = app.state.desktops.ensure(chat).await.unwrap();
    let backend: u16 = app.base.rsplit(':').next().unwrap().parse().unwrap();
    // Ignore networks that other tests create and remove concurrently.
    let lasting = |name: &str| !["br-", "dh-", "veth"].iter().any(|prefix| name.starts_with(prefix));
    let ours = nix::ifaddrs::getifaddrs().unwrap().filter(|interface| lasting(&interface.interface_name));
    let ours = ours.filter_map(|interface| Some(interface.address?.as_sockaddr_in()?.ip().to_string()));
    let gateway = app.state.desktops.provider.proxy_address().unwrap().ip().to_string();
    let ours = ours.chain([gateway]).map(|address| (address, backend));
    for (host, port) in ours.chain([(NEIGHBOUR.to_owned(), 80)]) {
        assert!(TcpStream::connect((host.as_str(), port)).is_ok(), "{host}:{port} is there");
        let direct = format!("timeout 2 bash -c 'exec 3<>/dev/tcp/{host}/{port}'");
        assert_ne!(shell(&access, &direct).await.exit_code, Some(0), "{host}:{port}");
        for line in [format!("CONNECT {host}:{port}"), format!("GET http://{host}:{port}/")] {
            let answer = asked(&access, &line).await;
            assert!(answer.starts_with("HTTP/1.1 403"), "{line}: {answer}");
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_inherits_the_egress_policy() {
    let (app, _cleanup) = app().await;
    let token = app.user("ada").await;
    let said = json!({ "initial_message": "hello", "initial_role": "user" });
    let original: Value = ok(app.post("/api/v1/chats/", &said).bearer_auth(&token)).await;
    let chat: ChatId = original["id"].as_str().unwrap().parse().unwrap();
    set(&app, &token, chat, json!({ "mode": "none" })).await;
    let fork = json!({ "message_id": original["messages"][0]["id"] });
    let copy: Value = ok(app.post(&format!("/api/v1/chats/{chat}/fork"), &fork).bearer_auth(&token)).await;
    let path = format!("/api/v1/chats/{}/internet", copy["id"].as_str().unwrap());
    assert_eq!(ok(app.get(&path).bearer_auth(&token)).await["chat"], json!({ "mode": "none" }));
    app.stop().await;
}

fn set_for_everybody(app: &TestApp, root: &str, policy: &Value) -> RequestBuilder {
    let body = json!({ "internet": policy });
    app.request(Method::PATCH, "/api/v1/admin/settings").json(&body).bearer_auth(root)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policy_of_the_installation_holds_for_running_desktops_at_once() {
    const AFAR: &str = "203.0.113.35";
    let app = TestApp::start().await;
    let _afar = Server::start(AFAR);
    let (root, token) = (app.superuser("root").await, app.user("ada").await);
    let chat = chat(&app, &token).await;
    let access = app.state.desktops.ensure(chat).await.unwrap();
    long_connection(&access, AFAR).await;
    let listed = json!({ "mode": "listed", "names": [" Example.ORG. "] });
    let settings = ok(set_for_everybody(&app, &root, &listed)).await;
    let kept = json!({ "mode": "listed", "names": ["example.org"] });
    assert_eq!(settings["internet"], json!({ "value": kept, "is_fixed": false, "enforced": true }));
    prints(&access, "until [ -e ~/cut ]; do sleep 0.05; done").await;
    let answer = asked(&access, &format!("CONNECT {AFAR}:80")).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    let path = format!("/api/v1/chats/{chat}/internet");
    assert_eq!(ok(app.get(&path).bearer_auth(&token)).await["site"], kept);

    // Everybody's requests, those that were refused, and those for a host.
    let list = async |query: &str| {
        let path = format!("/api/v1/admin/internet/requests{query}");
        ok(app.get(&path).bearer_auth(&root)).await.as_array().unwrap().clone()
    };
    let all = list("").await;
    assert_eq!(
        (all.len(), &all[0]["username"], &all[0]["host"]),
        (2, &json!("ada"), &json!(AFAR)),
        "{all:?}"
    );
    let refused = list("?refused=true").await;
    assert_eq!((refused.len(), &refused[0]["id"]), (1, &all[0]["id"]));
    assert_eq!(list(&format!("?host={AFAR}&limit=1")).await.len(), 1);
    assert_eq!(list("?host=example.org").await, Vec::<Value>::new());
    for bad in [json!({ "mode": "listed", "names": ["http://x"] }), json!({ "mode": "some" })] {
        let response = set_for_everybody(&app, &root, &bad).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policy_of_the_installation_is_applied_to_containers() {
    let (app, _cleanup) = app().await;
    let (root, token) = (app.superuser("root").await, app.user("ada").await);
    let chat = chat(&app, &token).await;
    let access = app.state.desktops.ensure(chat).await.unwrap();
    let interfaces = "ls /sys/class/net | grep -c eth";
    assert_eq!(prints(&access, interfaces).await.trim(), "2");
    ok(set_for_everybody(&app, &root, &json!({ "mode": "none" }))).await;
    assert_eq!(prints(&access, interfaces).await.trim(), "1");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_environment_lets_desktops_reach_is_fixed() {
    let options = Options { desktop_internet: Some(SiteInternet::None), ..Options::default() };
    let app = TestApp::start_with(options).await;
    let root = app.superuser("root").await;
    let settings = ok(app.get("/api/v1/admin/settings").bearer_auth(&root)).await;
    assert_eq!(
        settings["internet"],
        json!({ "value": { "mode": "none" }, "is_fixed": true, "enforced": true })
    );
    let change = set_for_everybody(&app, &root, &json!({ "mode": "all" }));
    problem(change, StatusCode::CONFLICT, "setting_fixed").await;
    app.stop().await;
}
