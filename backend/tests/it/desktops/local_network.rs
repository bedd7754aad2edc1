//! What is specific to desktops that are processes of this machine: what they reach.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

use axum::Router;
use axum::routing::get;
use protocol::run::DesktopAccess;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::pool::chat;
use super::subject::{prints, shell};
use crate::app::{Options, TestApp, ok, problem};

/// A web server on every address of this machine, and its port.
async fn web_server() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let router = Router::new().route("/", get(async || "it is there"));
    #[expect(clippy::disallowed_methods, reason = "ends with the test")]
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

/// The first line of the proxy's answer to a request.
async fn asked(access: &DesktopAccess, line: &str) -> String {
    let ask = format!(
        "exec 3<>/dev/tcp/127.0.0.1/3128 && printf '{line} HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' >&3 \
         && head -n 1 <&3; exec 3>&-"
    );
    prints(access, &ask).await.trim().to_owned()
}

/// The proxy's reply to a SOCKS5 request for a name, in hexadecimal: the second byte is the code.
async fn asked_by_socks(access: &DesktopAccess, host: &str, port: u16) -> String {
    let name: String = host.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
    let request = format!(
        "\\x05\\x01\\x00\\x05\\x01\\x00\\x03\\x{:02x}{name}\\x{:02x}\\x{:02x}",
        host.len(),
        port >> 8,
        port & 255
    );
    let ask = format!(
        "exec 3<>/dev/tcp/127.0.0.1/3128 && printf '{request}' >&3 && head -c 4 <&3 | od -An -tx1; exec 3>&-"
    );
    prints(access, &ask).await.split_whitespace().collect()
}

/// The addresses of this machine besides loopback; empty without a network.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(203, 0, 113, 1), 9)).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

async fn desktop(app: &TestApp) -> (String, protocol::ids::ChatId, DesktopAccess) {
    let token = app.user("ada").await;
    let chat = chat(app, &token).await;
    let access = app.state.desktops.ensure(chat).await.unwrap();
    (token, chat, access)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_on_this_machine_or_a_private_network_is_reached() {
    let app =
        TestApp::start_with(Options { address: Ipv4Addr::UNSPECIFIED.into(), ..Options::default() }).await;
    let (token, chat, access) = desktop(&app).await;
    let server = web_server().await;
    let backend: SocketAddr = app.base.trim_start_matches("http://").parse().unwrap();
    let interfaces = "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '";
    assert_eq!(prints(&access, interfaces).await.trim(), "lo");
    // Sockets without a file belong to the network. Each listening one is of this desktop.
    let names = "awk '$8 ~ /^@/ && $4 == \"00010000\" {print $8}' /proc/net/unix | sort -u";
    let number = prints(&access, "echo ${DISPLAY#:}").await;
    assert_eq!(prints(&access, names).await.trim(), format!("@/tmp/.X11-unix/X{}", number.trim()));

    let own = own_address().map(|address| address.to_string());
    let hosts =
        ["127.0.0.1", "localhost", "169.254.169.254", "10.0.0.1"].into_iter().map(str::to_owned).chain(own);
    for host in hosts {
        for port in [server, backend.port(), 5432, 80] {
            let direct = format!("timeout 2 bash -c 'exec 3<>/dev/tcp/{host}/{port}' 2>/dev/null");
            assert_ne!(shell(&access, &direct).await.exit_code, Some(0), "{host}:{port} directly");
            for line in [format!("CONNECT {host}:{port}"), format!("GET http://{host}:{port}/")] {
                let answer = asked(&access, &line).await;
                assert!(answer.starts_with("HTTP/1.1 403"), "{line}: {answer}");
            }
            assert_eq!(asked_by_socks(&access, &host, port).await, "05000502", "{host}:{port} by SOCKS");
        }
    }
    let path = format!("/api/v1/chats/{chat}/internet/requests");
    let told = ok(app.get(&path).bearer_auth(&token)).await;
    let refused = told.as_array().unwrap().iter().find(|request| request["port"] == server).unwrap();
    assert!(refused["refused"].as_str().unwrap().contains("not on the internet"), "{refused}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_finds_no_socket_of_another_and_displays_do_not_meet() {
    let app = TestApp::start().await;
    let (token, _, one) = desktop(&app).await;
    let other_chat = chat(&app, &token).await;
    let other = app.state.desktops.ensure(other_chat).await.unwrap();
    let sockets = "ls /tmp/.X11-unix | wc -l; find / -xdev -type s 2>/dev/null | grep -v '^/proc' | wc -l";
    for access in [&one, &other] {
        let found = prints(access, sockets).await;
        assert_eq!(found.split_whitespace().next(), Some("1"), "{found}");
        let agent = access.socket.as_ref().unwrap().display();
        assert_ne!(shell(access, &format!("ls {agent}")).await.exit_code, Some(0));
    }
    // The agent does not pass its sockets on.
    let held = "ls -l /proc/self/fd | grep -c socket: || true";
    assert_eq!(prints(&one, held).await.trim(), "0");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_server_is_reached_in_every_way() {
    let server = web_server().await;
    let reach = vec![format!("localhost:{server}").parse().unwrap()];
    let app = TestApp::start_with(Options { desktop_reach: reach, ..Options::default() }).await;
    let (token, chat, access) = desktop(&app).await;
    let host = "host.deskhand.internal";
    let page = format!("http://{host}:{server}/");
    let ways = [
        format!("curl -sS --max-time 20 {page}"),
        format!("curl -sS --max-time 20 --proxytunnel {page}"),
        format!("curl -sS --max-time 20 --proxy socks5h://127.0.0.1:3128 {page}"),
        format!("python3 -c 'import urllib.request as r; print(r.urlopen(\"{page}\").read().decode())'"),
        format!(
            "coproc C {{ /run/deskhand/desktop-agent connect {host} {server}; }}; \
             printf 'GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' >&${{C[1]}}; cat <&${{C[0]}}"
        ),
        format!("chromium --headless --dump-dom {page} 2>/dev/null"),
    ];
    for way in ways {
        let printed = prints(&access, &way).await;
        assert!(printed.contains("it is there"), "{way}: {printed}");
    }
    let other_port = asked(&access, &format!("CONNECT {host}:{}", server ^ 1)).await;
    assert!(other_port.starts_with("HTTP/1.1 403") || other_port.starts_with("HTTP/1.1 502"), "{other_port}");
    let refused = shell(&access, "/run/deskhand/desktop-agent connect 10.0.0.1 22 2>&1 </dev/null").await;
    assert!(
        refused.exit_code == Some(1) && refused.output.contains("10.0.0.1 is not on the internet"),
        "{refused:?}"
    );

    let path = format!("/api/v1/chats/{chat}/internet");
    assert_eq!(ok(app.get(&path).bearer_auth(&token)).await["enforced"], true);
    let none = json!({ "policy": { "mode": "none" } });
    ok(app.request(Method::PUT, &path).json(&none).bearer_auth(&token)).await;
    let answer = asked(&access, &format!("CONNECT {host}:{server}")).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "the chat may reach nothing: {answer}");
    let told = ok(app.get(&format!("{path}/requests")).bearer_auth(&token)).await;
    let allowed = |request: &&Value| request["port"] == server && request["refused"].is_null();
    assert!(told.as_array().unwrap().iter().filter(allowed).count() >= 6, "each way is recorded: {told}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn desktops_that_are_not_contained_reach_this_machine_and_take_no_policy() {
    let server = web_server().await;
    let app = TestApp::start_with(Options { uncontained: true, ..Options::default() }).await;
    let (token, chat, access) = desktop(&app).await;
    prints(&access, &format!("timeout 20 bash -c 'exec 3<>/dev/tcp/127.0.0.1/{server}'")).await;
    let path = format!("/api/v1/chats/{chat}/internet");
    assert_eq!(ok(app.get(&path).bearer_auth(&token)).await["enforced"], false);
    let policy = json!({ "policy": { "mode": "none" } });
    let request = app.request(Method::PUT, &path).json(&policy).bearer_auth(&token);
    problem(request, StatusCode::CONFLICT, "internet_unenforced").await;
    let policy = json!({ "policy": { "mode": "listed", "names": ["http://a.org"] } });
    let request = app.request(Method::PUT, &path).json(&policy).bearer_auth(&token);
    let detail = problem(request, StatusCode::UNPROCESSABLE_ENTITY, "internet_names_invalid").await;
    assert!(detail.contains("http://a.org"), "{detail}");
    app.stop().await;
}
