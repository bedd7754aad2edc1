//! Requests through a proxy of the site.

use protocol::network::Network;

use super::servers::{Authority, Proxy, TlsServer};
use super::{OtherProcess, ended, model, public};

#[tokio::test]
async fn requests_go_through_the_proxy_and_are_still_checked() {
    let authority = Authority::new("Our own");
    let model = model().await;
    let server = TlsServer::start(&authority, "desk.example", 2100, &model.server()).await;
    let proxy = Proxy::start("200 OK", server.address).await;
    let variables = [
        ("HTTPS_PROXY", proxy.url.as_str()),
        ("HTTP_PROXY", &proxy.url),
        ("SSL_CERT_FILE", authority.file()),
    ];
    let other = OtherProcess::start(&variables);
    let address = "https://desk.example/v1";
    let outcome = model.run_at(&other.service, address, public(&[])).await;
    assert_eq!(outcome.answer(), "Hello.");
    assert_eq!(proxy.asked(), ["CONNECT desk.example:443 HTTP/1.1"]);
    // The proxy itself is at a private address.
    let own = format!("{}/v1", proxy.url);
    for private in [
        "https://127.0.0.1/v1",
        "https://localhost/v1",
        "https://metadata.google.internal/v1",
        "http://intranet/v1",
        "http://[::ffff:10.0.0.1]/v1",
        &own,
    ] {
        let outcome = model.run_at(&other.service, private, public(&[])).await;
        assert_eq!(ended(&outcome), "address_private", "{private}");
    }
    assert_eq!(proxy.asked().len(), 1);
}

#[tokio::test]
async fn a_server_that_needs_no_proxy_is_asked_directly() {
    let model = model().await;
    let nobody = "127.0.0.1:9".parse().unwrap();
    let proxy = Proxy::start("200 OK", nobody).await;
    let other = OtherProcess::start(&[("HTTP_PROXY", proxy.url.as_str()), ("NO_PROXY", "127.0.0.1")]);
    let outcome = model.run_at(&other.service, &model.base_url, Network::Any).await;
    assert_eq!(outcome.answer(), "Hello.");
    assert!(proxy.asked().is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_the_proxy_is_told() {
    let model = model().await;
    let nobody = "127.0.0.1:9".parse().unwrap();
    for (status, code, retries) in [
        ("407 Proxy Authentication Required", "proxy_unreachable.login", 0),
        ("403 Forbidden", "proxy_unreachable.refused", 4),
    ] {
        let proxy = Proxy::start(status, nobody).await;
        let other = OtherProcess::start(&[("HTTPS_PROXY", proxy.url.as_str())]);
        let outcome = model.run_at(&other.service, "https://desk.example/v1", Network::Any).await;
        assert_eq!(ended(&outcome), code);
        let address = proxy.url.trim_start_matches("http://");
        assert!(outcome.facts().contains(address), "{}", outcome.facts());
        assert_eq!(outcome.retry_delays().len(), retries);
    }
    // The discard port, where nothing listens.
    let other = OtherProcess::start(&[("HTTPS_PROXY", "http://127.0.0.1:9")]);
    let outcome = model.run_at(&other.service, "https://desk.example/v1", Network::Any).await;
    assert_eq!(ended(&outcome), "proxy_unreachable");
    assert_eq!(outcome.retry_delays().len(), 4);
}
