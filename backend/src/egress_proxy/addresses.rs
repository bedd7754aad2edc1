//! Connects only to public internet addresses: neither private networks nor this machine.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use tokio::net::TcpStream;

/// How long connecting to one address may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// Connects to a host. The name is resolved once and each address is checked before use, so that DNS
/// rebinding is of no use.
///
/// # Errors
/// When the host has no address, none that is public, or none that answers.
pub(super) async fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut last = not_on_the_internet(host);
    for address in tokio::net::lookup_host((host, port)).await?.filter(is_on_the_internet) {
        let connected = tokio::time::timeout(CONNECT_LIMIT, TcpStream::connect(address)).await;
        match connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Refuses a host that is not on the internet, for a proxy that connects to it. The proxy resolves the name itself, so
/// one that is unknown here is left to it.
///
/// # Errors
/// When all addresses of the host are private or this machine's.
pub(super) async fn refuse_private(host: &str, port: u16) -> io::Result<()> {
    let Ok(addresses) = tokio::net::lookup_host((host, port)).await else { return Ok(()) };
    let addresses: Vec<SocketAddr> = addresses.collect();
    if addresses.is_empty() || addresses.iter().any(is_on_the_internet) {
        return Ok(());
    }
    Err(not_on_the_internet(host))
}

fn not_on_the_internet(host: &str) -> io::Error {
    let reason = format!("{host} is not on the internet, but on a private network or this machine");
    io::Error::new(io::ErrorKind::PermissionDenied, reason)
}

fn is_on_the_internet(address: &SocketAddr) -> bool {
    is_public(address.ip()) && !is_this_machine(address.ip())
}

/// Whether an address, even a public one, belongs to this machine: then a socket can bind to it.
fn is_this_machine(address: IpAddr) -> bool {
    UdpSocket::bind(SocketAddr::new(address, 0)).is_ok()
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let reserved = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0)
            | (192, 168, _)
            | (198, 18..=19, _)
    );
    !reserved
}

/// Whether an address is global unicast and not in a range that embeds IPv4 addresses.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let teredo = (a, b) == (0x2001, 0);
    let six_to_four = a == 0x2002;
    (0x2000..=0x3fff).contains(&a) && !teredo && !six_to_four
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_internet_is_public() {
        for public in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2606:4700::1111"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:0:1::",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_refused() {
        for host in ["localhost", "127.0.0.1", "169.254.169.254"] {
            let error = connect(host, 80).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{error}");
        }
    }
}
