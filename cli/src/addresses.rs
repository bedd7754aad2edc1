//! The addresses that this program listens on, as others see them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::Context as _;
use nix::ifaddrs::getifaddrs;
use tokio::net::TcpListener;

/// Reads an address to listen on. Without a host, such as in `:8010`, it is every IPv4 address of this machine.
pub(crate) fn parse(text: &str) -> Result<SocketAddr, String> {
    let text = if text.starts_with(':') { format!("0.0.0.0{text}") } else { text.to_owned() };
    text.parse().map_err(|_| "it has to be an address and a port, such as 127.0.0.1:8010 or :8010".to_owned())
}

/// Binds the address of an option, or fails with an error that says what to do.
pub(crate) async fn listen(address: SocketAddr, option: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("Cannot listen on {address}. Choose another address with {option}"))
}

/// The address, in a form that a browser on this machine can open.
pub(crate) fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

/// The addresses at which other machines reach a socket that listens on `listen`, IPv4 first.
pub(crate) fn of_other_machines(listen: SocketAddr) -> Vec<SocketAddr> {
    let interfaces =
        getifaddrs().map(|found| found.filter_map(|interface| ip_of(interface.address?)).collect());
    others(listen, interfaces.unwrap_or_default())
}

fn ip_of(address: nix::sys::socket::SockaddrStorage) -> Option<IpAddr> {
    let v4 = address.as_sockaddr_in().map(|address| address.ip().into());
    v4.or_else(|| address.as_sockaddr_in6().map(|address| address.ip().into()))
}

fn others(listen: SocketAddr, interfaces: Vec<IpAddr>) -> Vec<SocketAddr> {
    let candidates = if listen.ip().is_unspecified() { interfaces } else { vec![listen.ip()] };
    let mut found: Vec<IpAddr> = candidates.into_iter().filter(|ip| is_reachable(*ip)).collect();
    // A socket for IPv4 does not accept IPv6.
    found.retain(|ip| listen.is_ipv6() || ip.is_ipv4());
    found.sort_by_key(IpAddr::is_ipv6);
    found.into_iter().map(|ip| SocketAddr::new(ip, listen.port())).collect()
}

/// Link-local addresses of IPv6 need the name of an interface, which no browser takes.
fn is_reachable(ip: IpAddr) -> bool {
    let is_link_local = matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local());
    !ip.is_loopback() && !ip.is_unspecified() && !is_link_local
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_may_be_left_out() {
        assert_eq!(parse(":8010"), parse("0.0.0.0:8010"));
        assert!(parse("[::1]:80").is_ok());
        for wrong in ["8010", "localhost:8010", "127.0.0.1", ":", "127.0.0.1:99999"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_addresses_that_others_reach_are_named() {
        let interfaces = || {
            ["127.0.0.1", "::1", "2001:db8::5", "fe80::1", "192.0.2.5"].map(|ip| ip.parse().unwrap()).to_vec()
        };
        let told = |listen: &str| -> Vec<String> {
            others(listen.parse().unwrap(), interfaces()).iter().map(ToString::to_string).collect()
        };
        assert_eq!(told("127.0.0.1:8010"), [""; 0]);
        assert_eq!(told("[::1]:8010"), [""; 0]);
        assert_eq!(told("0.0.0.0:8010"), ["192.0.2.5:8010"]);
        assert_eq!(told("[::]:8010"), ["192.0.2.5:8010", "[2001:db8::5]:8010"]);
        assert_eq!(told("192.0.2.5:80"), ["192.0.2.5:80"]);
    }

    #[test]
    fn the_machine_s_own_addresses_can_be_read() {
        assert!(of_other_machines("127.0.0.1:80".parse().unwrap()).is_empty());
        // What else there is depends on the machine.
        let _ = of_other_machines("0.0.0.0:80".parse().unwrap());
    }
}
