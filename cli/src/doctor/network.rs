//! Ports, proxies and names.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use url::Url;

use super::finding::{Finding, in_time};
use crate::addresses::{listen, reachable};
use crate::up::Up;

/// How long another program may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(3);
/// The variables that name proxies, each also in lower case.
const PROXIES: [&str; 3] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/// Looks at the addresses to listen on, and at the way to others.
pub(super) async fn look(up: &Up) -> Vec<Finding> {
    let model_port = async {
        match (up.model_listen, up.model_token()) {
            (None, _) => None,
            (Some(_), Err(error)) => {
                Some(Finding::error("model_listen", "model_token_missing", error.to_string()))
            }
            (Some(address), Ok(_)) => Some(port("model_listen", address, "--model-listen", "/health").await),
        }
    };
    let (port, model_port, proxies, names) = tokio::join!(
        in_time("listen", port("listen", up.listen, "--listen", "/health")),
        model_port,
        in_time("proxy", proxies()),
        in_time("name_resolution", names(up)),
    );
    [Some(port), model_port, Some(proxies), Some(names)].into_iter().flatten().collect()
}

async fn port(check: &'static str, address: SocketAddr, option: &str, health: &str) -> Finding {
    match listen(address, option).await {
        Ok(_) => Finding::ok(check, format!("{address} is free")),
        Err(_) if is_deskhand(address, health).await => {
            Finding::ok(check, format!("Deskhand itself listens on {address}"))
        }
        Err(error) => Finding::error(check, "cannot_listen", format!("{error:#}")),
    }
}

/// Whether the program that listens there is a Deskhand.
async fn is_deskhand(address: SocketAddr, health: &str) -> bool {
    let url = format!("http://{}{health}", reachable(address));
    let Ok(client) = reqwest::Client::builder().no_proxy().timeout(ANSWER_TIMEOUT).build() else {
        return false;
    };
    match client.get(url).send().await {
        Ok(answer) => {
            answer.json::<serde_json::Value>().await.is_ok_and(|health| health["protocol"].is_u64())
        }
        Err(_) => false,
    }
}

/// The proxies in the environment, which vendors are reached through.
fn proxies_set() -> Vec<(String, String)> {
    let names = PROXIES.iter().flat_map(|name| [(*name).to_owned(), name.to_lowercase()]);
    names
        .filter_map(|name| Some((name.clone(), std::env::var(&name).ok().filter(|value| !value.is_empty())?)))
        .collect()
}

async fn proxies() -> Finding {
    const CHECK: &str = "proxy";
    let set = proxies_set();
    for (name, value) in &set {
        // As curl does, an address without a scheme is one of http.
        let text = if value.contains("://") { value.clone() } else { format!("http://{value}") };
        let proxy = Url::parse(&text).ok().filter(|url| {
            url.host_str().is_some()
                && matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h" | "socks4")
        });
        let Some(proxy) = proxy else {
            let message = format!(
                "{name} is no address of a proxy. Set it to one such as http://proxy.example.org:3128, or unset it"
            );
            return Finding::error(CHECK, "proxy_invalid", message);
        };
        let host = proxy.host_str().unwrap_or_default();
        let place = format!("{host}:{}", proxy.port_or_known_default().unwrap_or(1080));
        let connected = tokio::time::timeout(ANSWER_TIMEOUT, TcpStream::connect(&place)).await;
        if !matches!(connected, Ok(Ok(_))) {
            let message = format!(
                "The proxy {place} ({name}) does not answer, so that models and the internet can't be reached. Start it, or \
                 correct the variable"
            );
            return Finding::error(CHECK, "proxy_unreachable", message);
        }
    }
    match set.first() {
        None => Finding::ok(CHECK, "None is set"),
        Some((name, _)) => Finding::ok(CHECK, format!("The proxy of {name} answers")),
    }
}

/// Names that are needed: this machine's own, and that of the model's vendor.
async fn names(up: &Up) -> Finding {
    const CHECK: &str = "name_resolution";
    let is_found = async |name: &str| {
        let found = tokio::time::timeout(ANSWER_TIMEOUT, lookup_host((name, 80))).await;
        found.is_ok_and(|found| found.is_ok_and(|mut addresses| addresses.next().is_some()))
    };
    if !is_found("localhost").await {
        let message = "The name localhost has no address. Add the line `127.0.0.1 localhost` to /etc/hosts";
        return Finding::error(CHECK, "localhost_unknown", message);
    }
    let vendor = up.ai_model.default_address();
    let vendor = vendor.as_ref().and_then(Url::host_str);
    match vendor {
        // The proxy looks it up.
        Some(name) if proxies_set().is_empty() && !is_found(name).await => Finding::warning(
            CHECK,
            "name_unknown",
            format!(
                "The name {name} of the model's server has no address: the model can't be reached. Look at the name servers in \
                 /etc/resolv.conf and at the network"
            ),
        ),
        Some(name) => Finding::ok(CHECK, format!("localhost and {name} are found")),
        None => Finding::ok(CHECK, "localhost is found"),
    }
}
