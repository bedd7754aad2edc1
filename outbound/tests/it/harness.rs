//! Names whose addresses change, and servers that count.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use outbound::{Cause, Client, Lookup};
use protocol::network::Network;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Longer than any test waits.
pub(crate) const LONG: Duration = Duration::from_secs(30);

/// The answers to each question in turn; the last one stays.
#[derive(Debug)]
pub(crate) struct Answers(Mutex<VecDeque<Vec<IpAddr>>>);

impl Answers {
    pub(crate) fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parsed = answers.iter().map(|answer| answer.iter().map(|it| it.parse().unwrap()).collect());
        Arc::new(Self(Mutex::new(parsed.collect())))
    }
}

#[async_trait]
impl Lookup for Answers {
    async fn addresses(&self, _host: &str) -> io::Result<Vec<IpAddr>> {
        let mut answers = self.0.lock().unwrap();
        if answers.len() > 1 { Ok(answers.pop_front().unwrap()) } else { Ok(answers[0].clone()) }
    }
}

pub(crate) fn public(allowed: &[&str]) -> Network {
    Network::Public { allowed: allowed.iter().map(|server| server.parse().unwrap()).collect() }
}

pub(crate) fn client(lookup: Arc<dyn Lookup>) -> Client {
    client_that_waits(lookup, LONG, LONG)
}

/// A client that waits so long for a connection, and for the next bytes.
pub(crate) fn client_that_waits(lookup: Arc<dyn Lookup>, connect: Duration, read: Duration) -> Client {
    let limits =
        |builder: reqwest::ClientBuilder| builder.no_proxy().connect_timeout(connect).read_timeout(read);
    Client::with_lookup(lookup, limits).unwrap()
}

/// The status of the answer, or why there is none.
pub(crate) async fn ask(client: &Client, url: &str, network: &Network) -> Result<u16, Cause> {
    let answer = client.send(client.post(url), network).await;
    answer.map(|answer| answer.status().as_u16()).map_err(|error| error.cause)
}

/// A server that answers the first request of each connection with the same bytes, or not at all. It keeps the connection,
/// unless the answer is cut off.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

impl Server {
    pub(crate) async fn start(answer: Option<String>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut held = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                if let Some(answer) = &answer {
                    let mut head = [0; 1024];
                    let _ = stream.read(&mut head).await;
                    let _ = stream.write_all(answer.as_bytes()).await;
                    if !answer.ends_with("\r\n\r\n") {
                        continue;
                    }
                }
                held.push(stream);
            }
        });
        Self { address, connections, _tasks: tasks }
    }

    pub(crate) async fn of_http(head: &str) -> Self {
        Self::start(Some(format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\n\r\n"))).await
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}
