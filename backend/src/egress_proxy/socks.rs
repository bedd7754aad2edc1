//! The proxy's SOCKS5 (RFC 1928): `CONNECT` without a login.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use axum::http::StatusCode;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::client::Client;
use super::{HEAD_TIMEOUT, Proxy};

/// The first byte of every message.
pub(super) const VERSION: u8 = 5;
/// The method that asks for no login.
const NO_LOGIN: u8 = 0;
const NO_METHOD: u8 = 0xff;
const CONNECT: u8 = 1;

/// The codes of replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reply {
    Succeeded = 0,
    Forbidden = 2,
    Unreachable = 4,
    CommandUnknown = 7,
    AddressUnknown = 8,
}

/// What a client asks for.
#[derive(Debug, PartialEq, Eq)]
enum Request {
    Connect {
        host: String,
        port: u16,
    },
    /// Something that is answered with this reply.
    Refused(Reply),
}

impl Proxy {
    /// Serves a connection until it ends.
    pub(super) async fn serve_socks<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut stream: S,
        client: &Client,
    ) {
        let request = tokio::time::timeout(HEAD_TIMEOUT, negotiate(&mut stream)).await;
        if let Ok(Ok(request)) = request
            && let Err(error) = self.connect_socks(stream, request, client).await
        {
            tracing::debug!(%error, "a desktop's connection broke");
        }
    }

    async fn connect_socks<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut stream: S,
        request: Request,
        client: &Client,
    ) -> io::Result<()> {
        let (host, port) = match request {
            Request::Connect { host, port } => (host, port),
            Request::Refused(reply) => return answer(&mut stream, reply).await,
        };
        let connect = self.dialer.tunnel(&host, port);
        match self.permit(client, &host, port, connect).await {
            Ok((mut server, permission)) => {
                answer(&mut stream, Reply::Succeeded).await?;
                let work = async {
                    // Either end may break it off.
                    let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
                };
                self.run_while_permitted(permission, work).await;
                Ok(())
            }
            Err(refusal) if refusal.status == StatusCode::FORBIDDEN => {
                answer(&mut stream, Reply::Forbidden).await
            }
            Err(_) => answer(&mut stream, Reply::Unreachable).await,
        }
    }
}

/// Agrees on no login, and reads the request.
async fn negotiate<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> io::Result<Request> {
    expect_version(stream).await?;
    let mut methods = vec![0; stream.read_u8().await?.into()];
    stream.read_exact(&mut methods).await?;
    let method = if methods.contains(&NO_LOGIN) { NO_LOGIN } else { NO_METHOD };
    stream.write_all(&[VERSION, method]).await?;
    stream.flush().await?;
    if method == NO_METHOD {
        return Err(io::Error::other("the client insists on a login"));
    }
    expect_version(stream).await?;
    let command = stream.read_u8().await?;
    let _reserved = stream.read_u8().await?;
    let host = match stream.read_u8().await? {
        1 => Ipv4Addr::from(stream.read_u32().await?).to_string(),
        4 => Ipv6Addr::from(stream.read_u128().await?).to_string(),
        3 => {
            let mut name = vec![0; stream.read_u8().await?.into()];
            stream.read_exact(&mut name).await?;
            match String::from_utf8(name) {
                Ok(name) if !name.is_empty() => name,
                _ => return Ok(Request::Refused(Reply::AddressUnknown)),
            }
        }
        _ => return Ok(Request::Refused(Reply::AddressUnknown)),
    };
    let port = stream.read_u16().await?;
    Ok(if command == CONNECT {
        Request::Connect { host, port }
    } else {
        Request::Refused(Reply::CommandUnknown)
    })
}

async fn expect_version<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<()> {
    if stream.read_u8().await? == VERSION { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
}

/// Sends a reply. The address that it has room for is of no use to clients.
async fn answer<S: AsyncWrite + Unpin>(stream: &mut S, reply: Reply) -> io::Result<()> {
    stream.write_all(&[VERSION, reply as u8, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    stream.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The request in what a client sends, and what it is answered before.
    async fn read(sent: &[u8]) -> (io::Result<Request>, Vec<u8>) {
        let (mut client, mut server) = tokio::io::duplex(1024);
        client.write_all(sent).await.unwrap();
        client.shutdown().await.unwrap();
        let request = negotiate(&mut server).await;
        drop(server);
        let mut answered = Vec::new();
        client.read_to_end(&mut answered).await.unwrap();
        (request, answered)
    }

    fn connect(host: &str, port: u16) -> Request {
        Request::Connect { host: host.to_owned(), port }
    }

    #[tokio::test]
    async fn names_and_addresses_of_both_kinds_are_read() {
        let name =
            [b"\x05\x01\x00\x05\x01\x00\x03\x0bexample.com".as_slice(), &443_u16.to_be_bytes()].concat();
        let (request, answered) = read(&name).await;
        assert_eq!((request.unwrap(), answered.as_slice()), (connect("example.com", 443), &[5, 0][..]));
        let v4 = [5, 2, 2, 0, 5, 1, 0, 1, 203, 0, 113, 9, 0, 80];
        assert_eq!(read(&v4).await.0.unwrap(), connect("203.0.113.9", 80));
        let v6 = [&[5, 1, 0, 5, 1, 0, 4][..], &Ipv6Addr::LOCALHOST.octets(), &[0, 22]].concat();
        assert_eq!(read(&v6).await.0.unwrap(), connect("::1", 22));
    }

    #[tokio::test]
    async fn what_is_not_supported_is_refused() {
        let (request, answered) = read(&[5, 1, 2]).await;
        assert!(request.is_err(), "a login");
        assert_eq!(answered, [5, 0xff]);
        for (bytes, reply) in [
            (&[5, 1, 0, 5, 2, 0, 1, 1, 2, 3, 4, 0, 80][..], Reply::CommandUnknown),
            (&[5, 1, 0, 5, 3, 0, 1, 1, 2, 3, 4, 0, 80], Reply::CommandUnknown),
            (&[5, 1, 0, 5, 1, 0, 9], Reply::AddressUnknown),
            (&[5, 1, 0, 5, 1, 0, 3, 0], Reply::AddressUnknown),
            (&[5, 1, 0, 5, 1, 0, 3, 1, 0xff, 0, 80], Reply::AddressUnknown),
        ] {
            assert_eq!(read(bytes).await.0.unwrap(), Request::Refused(reply), "{bytes:?}");
        }
        for broken in [&[5, 1, 0, 4, 1, 0][..], &[5, 3, 0], &[5, 1, 0, 5, 1, 0, 3, 9, b'a']] {
            assert!(read(broken).await.0.is_err(), "{broken:?}");
        }
    }
}
