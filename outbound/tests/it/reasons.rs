//! Why requests have no response.

use std::sync::Arc;
use std::time::Duration;

use outbound::{Cause, System};
use protocol::network::Network;
use tokio::net::TcpListener;

use crate::harness::{LONG, Server, ask, client, client_that_waits};

#[tokio::test]
async fn an_unknown_name_is_told() {
    let client = client(Arc::new(System));
    // RFC 6761: such a name never exists.
    assert_eq!(ask(&client, "http://desk.invalid/", &Network::Any).await, Err(Cause::NameNotFound));
}

#[tokio::test]
async fn a_closed_port_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(ask(&client(Arc::new(System)), &url, &Network::Any).await, Err(Cause::ConnectionRefused));
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_told() {
    let server = Server::start(None).await;
    let (address, short) = (server.address, Duration::from_millis(200));
    let client = client_that_waits(Arc::new(System), LONG, short);
    assert_eq!(ask(&client, &format!("http://{address}/"), &Network::Any).await, Err(Cause::Silent));
    let client = client_that_waits(Arc::new(System), short, LONG);
    let secure = ask(&client, &format!("https://{address}/"), &Network::Any).await;
    assert_eq!(secure, Err(Cause::ConnectTimeout));
}

#[tokio::test]
async fn a_server_without_tls_is_told() {
    let server = Server::of_http("400 Bad Request").await;
    let answer = ask(&client(Arc::new(System)), &format!("https://{}/", server.address), &Network::Any).await;
    assert!(matches!(answer, Err(Cause::Tls { .. })), "{answer:?}");
}

#[tokio::test]
async fn a_connection_that_breaks_is_told() {
    let server = Server::start(Some("HTTP/1.1 200 OK\r\ncontent-".to_owned())).await;
    let answer = ask(&client(Arc::new(System)), &format!("http://{}/", server.address), &Network::Any).await;
    assert_eq!(answer, Err(Cause::Lost));
}
