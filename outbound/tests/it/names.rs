//! Where names lead.

use outbound::{Cause, Refusal, System, addresses};

use crate::harness::{Answers, Server, ask, client, public};

fn is_private(answer: &Result<u16, Cause>) -> bool {
    matches!(answer, Err(Cause::Refused(Refusal::Private { .. })))
}

#[tokio::test]
async fn a_name_of_a_private_address_is_not_connected_to() {
    let server = Server::of_http("200 OK").await;
    let url = format!("http://desk.example:{}/", server.address.port());
    for private in ["127.0.0.1", "::ffff:127.0.0.1", "::1", "10.0.0.1", "169.254.169.254"] {
        let answer = ask(&client(Answers::new(&[&[private]])), &url, &public(&[])).await;
        assert!(is_private(&answer), "{private}: {answer:?}");
    }
    assert_eq!(server.connections(), 0);
    let anywhere = client(Answers::new(&[&["127.0.0.1"]]));
    assert_eq!(ask(&anywhere, &url, &protocol::network::Network::Any).await, Ok(200));
}

/// A name server that answers a check with a public address, and the connection with a private one.
#[tokio::test]
async fn a_name_whose_addresses_change_leads_nowhere_else() {
    let server = Server::of_http("200 OK").await;
    let names = Answers::new(&[&["1.1.1.1"], &["127.0.0.1"]]);
    addresses::refuse_private("desk.example", &*names).await.unwrap();
    let client = client(names);
    let url = format!("http://desk.example:{}/", server.address.port());
    for _ in 0..2 {
        let answer = ask(&client, &url, &public(&[])).await;
        assert!(is_private(&answer), "{answer:?}");
    }
    assert_eq!(server.connections(), 0);
}

/// A connection that is kept open for a request that may use it is of no use to one that may not.
#[tokio::test]
async fn an_allowed_server_is_only_asked_by_those_who_may() {
    let server = Server::of_http("200 OK").await;
    let named = format!("desk.example:{}", server.address.port());
    let url = format!("http://{named}/");
    let client = client(Answers::new(&[&["127.0.0.1"]]));
    assert_eq!(ask(&client, &url, &public(&[&named])).await, Ok(200));
    let answer = ask(&client, &url, &public(&["desk.example:1"])).await;
    assert!(is_private(&answer), "{answer:?}");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let private = Server::of_http("200 OK").await;
    let server = Server::of_http(&format!("307 Temporary\r\nlocation: http://{}/", private.address)).await;
    let named = server.address.to_string();
    let answer =
        ask(&client(std::sync::Arc::new(System)), &format!("http://{named}/"), &public(&[&named])).await;
    assert_eq!(answer, Ok(307));
    assert_eq!(private.connections(), 0);
}
