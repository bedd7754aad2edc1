//! Addresses on the internet, which are neither private networks' nor this machine's.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use tokio::net::TcpStream;

use crate::lookup::Lookup;
use crate::refusal::Refusal;

/// How long connecting to one address may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// The ends of names that exist on private networks only: RFC 6761, 6762, 8375, ICANN's `internal`, and what routers use.
const PRIVATE_ENDS: [&str; 9] =
    ["localhost", "local", "internal", "home.arpa", "lan", "home", "corp", "intranet", "private"];

/// Connects to a host. The name is resolved once and each address is checked before use, so that DNS rebinding is of no
/// use.
///
/// # Errors
/// When the host has no address, none that is on the internet ([`io::ErrorKind::PermissionDenied`]), or none that answers.
pub async fn connect(host: &str, port: u16, lookup: &dyn Lookup) -> io::Result<TcpStream> {
    let mut last = Refusal::private(host).into();
    for address in lookup.addresses(host).await?.into_iter().filter(is_on_the_internet) {
        let connecting = TcpStream::connect(SocketAddr::new(address, port));
        let connected = tokio::time::timeout(CONNECT_LIMIT, connecting).await;
        match connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Refuses a host that is not on the internet, for a proxy that connects to it. The proxy resolves the name itself, so one
/// that is unknown here is left to it, unless only private networks have such names.
///
/// # Errors
/// When an address of the host is private or this machine's, or could only be.
pub async fn refuse_private(host: &str, lookup: &dyn Lookup) -> Result<(), Refusal> {
    let found = tokio::time::timeout(CONNECT_LIMIT, lookup.addresses(host)).await;
    let addresses = found.ok().and_then(Result::ok).unwrap_or_default();
    let is_refused =
        if addresses.is_empty() { is_private_name(host) } else { !addresses.iter().all(is_on_the_internet) };
    if is_refused { Err(Refusal::private(host)) } else { Ok(()) }
}

/// Whether an address is on the internet, and not this machine's own there.
#[must_use]
pub fn is_on_the_internet(address: &IpAddr) -> bool {
    is_public(*address) && !is_this_machine(*address)
}

/// Whether only private networks have such names.
fn is_private_name(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let ends_in = |end: &&str| host.strip_suffix(*end).is_some_and(|name| name.ends_with('.'));
    !host.contains(['.', ':']) || PRIVATE_ENDS.iter().any(ends_in)
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

/// Whether an address is in none of the ranges that the registry of special addresses keeps off the internet. Those for documents
/// count as public: nobody has them, and tests use them for servers on the internet.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let reserved = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18..=19, _)
    );
    !reserved
}

/// Whether an address is global unicast and not in a range that embeds IPv4 addresses or is for documents.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let special = matches!((a, b), (0x2001, 0..=0x1ff | 0xdb8) | (0x2002, _) | (0x3fff, 0..=0xfff));
    (0x2000..=0x3fff).contains(&a) && !special
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lookup::System;

    #[test]
    fn only_the_internet_is_public() {
        for public in
            ["1.1.1.1", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2606:4700::1111", "2001:4860:4860::8888"]
        {
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
            "192.88.99.1",
            "192.168.1.1",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            // IPv4 within IPv6: mapped, compatible, NAT64 (both prefixes), 6to4, Teredo.
            "::ffff:10.0.0.1",
            "::ffff:1.1.1.1",
            "::10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::a00:1",
            "2002:a00:1::",
            "2001:0:1::",
            "2001:10::1",
            "2001:db8::1",
            "3fff::1",
            "100::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }

    #[test]
    fn names_of_private_networks_are_known() {
        for private in
            ["intranet", "localhost", "printer.local", "metadata.google.internal.", "GPU.Lan", "a.home.arpa"]
        {
            assert!(is_private_name(private), "{private}");
        }
        for public in ["example.org", "internal.example.org", "mylocal.io", "notlan.example"] {
            assert!(!is_private_name(public), "{public}");
        }
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_refused() {
        for host in ["localhost", "127.0.0.1", "169.254.169.254"] {
            let error = connect(host, 80, &System).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{error}");
            assert!(refuse_private(host, &System).await.is_err(), "{host}");
        }
    }
}
