//! Servers with certificates of one's own.

use protocol::network::Network;

use super::servers::{Authority, TlsServer};
use super::{OtherProcess, ended, model};

#[tokio::test]
async fn a_certificate_of_ones_own_authority_is_accepted_where_it_is_named() {
    let (own, other) = (Authority::new("Our own"), Authority::new("Another"));
    let model = model().await;
    let server = TlsServer::start(&own, "localhost", 2100, &model.server()).await;
    let address = format!("https://localhost:{}/v1", server.address.port());
    let stranger = OtherProcess::start(&[("SSL_CERT_FILE", other.file())]);
    let outcome = model.run_at(&stranger.service, &address, Network::Any).await;
    assert_eq!(ended(&outcome), "certificate_refused");
    assert!(outcome.facts().contains("localhost"), "{}", outcome.facts());
    assert!(outcome.retry_delays().is_empty(), "asking again is of no use");
    assert!(model.requests().is_empty());
    let knowing = OtherProcess::start(&[("SSL_CERT_FILE", own.file())]);
    let outcome = model.run_at(&knowing.service, &address, Network::Any).await;
    assert_eq!(outcome.answer(), "Hello.");
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_told() {
    let authority = Authority::new("Our own");
    let model = model().await;
    let knowing = OtherProcess::start(&[("SSL_CERT_FILE", authority.file())]);
    for (name, last_year, code, fact) in [
        ("desk.example", 2100, "certificate_refused.name", "desk.example"),
        ("localhost", 2021, "certificate_refused.expired", "localhost"),
    ] {
        let server = TlsServer::start(&authority, name, last_year, &model.server()).await;
        let address = format!("https://localhost:{}/v1", server.address.port());
        let outcome = model.run_at(&knowing.service, &address, Network::Any).await;
        assert_eq!(ended(&outcome), code);
        assert!(outcome.facts().contains(fact), "{}", outcome.facts());
    }
    let address = format!("https://{}/v1", model.server());
    let outcome = model.run_at(&knowing.service, &address, Network::Any).await;
    assert_eq!(ended(&outcome), "network_unreachable.tls", "a server without TLS");
}
