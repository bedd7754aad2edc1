//! A minimal viewer, over TCP or a WebSocket, which parses rectangles without decoding their pixels.

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::stream::MaybeTlsStream;
use tokio_tungstenite::tungstenite::{Error, Message, WebSocket, connect};

const RAW: i32 = 0;
const COPY_RECT: i32 = 1;
const TIGHT: i32 = 7;
const TIGHT_PNG: i32 = -260;
const CURSOR: i32 = -239;
const QUALITY_6: i32 = -26;
/// Longest wait for anything.
const LIMIT: Duration = Duration::from_secs(20);

/// The transport.
enum Stream {
    Tcp(TcpStream),
    Web(Box<WebSocket<MaybeTlsStream<TcpStream>>>),
}

/// A rectangle of an update.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rectangle {
    pub(crate) x: u16,
    pub(crate) y: u16,
    pub(crate) width: u16,
    pub(crate) height: u16,
}

impl Rectangle {
    /// Whether a pixel is inside.
    pub(crate) fn holds(&self, x: u16, y: u16) -> bool {
        (self.x..self.x + self.width).contains(&x) && (self.y..self.y + self.height).contains(&y)
    }
}

/// A connected viewer.
pub(crate) struct Viewer {
    stream: Stream,
    unread: VecDeque<u8>,
    size: (u16, u16),
    /// Bytes received so far.
    pub(crate) received: u64,
}

impl Viewer {
    /// Connects to an RFB server over TCP.
    pub(crate) fn over_tcp(port: u16) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).context("no RFB server")?;
        stream.set_nodelay(true)?;
        Self::handshake(Stream::Tcp(stream), &[TIGHT, COPY_RECT, RAW, CURSOR, QUALITY_6])
    }

    /// Connects to an agent over a WebSocket.
    pub(crate) fn over_web(port: u16, token: &str) -> anyhow::Result<Self> {
        let mut request = format!("ws://127.0.0.1:{port}/v1/live?input=true").into_client_request()?;
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse()?);
        request.headers_mut().insert("sec-websocket-protocol", "binary".parse()?);
        let (socket, _) = connect(request).context("no agent")?;
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            stream.set_nodelay(true)?;
        }
        // The encodings that noVNC requests.
        Self::handshake(Stream::Web(Box::new(socket)), &[COPY_RECT, TIGHT, TIGHT_PNG, RAW, CURSOR, QUALITY_6])
    }

    fn handshake(stream: Stream, encodings: &[i32]) -> anyhow::Result<Self> {
        let mut viewer = Self { stream, unread: VecDeque::new(), size: (0, 0), received: 0 };
        viewer.timeout(LIMIT)?;
        viewer.take(12)?;
        viewer.send(b"RFB 003.008\n")?;
        let kinds = viewer.u8()?;
        let kinds = viewer.take(kinds.into())?;
        ensure!(kinds.contains(&1), "the server wants a password");
        viewer.send(&[1])?;
        ensure!(viewer.u32()? == 0, "the server refused");
        viewer.send(&[1])?;
        viewer.size = (viewer.u16()?, viewer.u16()?);
        viewer.take(16)?;
        let name = viewer.u32()?;
        viewer.take(name as usize)?;
        let mut message = vec![0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0];
        message.extend([2, 0]);
        message.extend(u16::try_from(encodings.len())?.to_be_bytes());
        message.extend(encodings.iter().flat_map(|encoding| encoding.to_be_bytes()));
        viewer.send(&message)?;
        Ok(viewer)
    }

    /// Moves the pointer, with a bit for each button that is down.
    pub(crate) fn point(&mut self, buttons: u8, x: u16, y: u16) -> anyhow::Result<()> {
        let [a, b] = x.to_be_bytes();
        let [c, d] = y.to_be_bytes();
        self.send(&[5, buttons, a, b, c, d])
    }

    /// Requests an incremental or a full update.
    pub(crate) fn ask(&mut self, incremental: bool) -> anyhow::Result<()> {
        let mut message = vec![3, u8::from(incremental), 0, 0, 0, 0];
        message.extend([self.size.0, self.size.1].iter().flat_map(|edge| edge.to_be_bytes()));
        self.send(&message)
    }

    /// Waits for an update; `None` if none begins before the deadline.
    pub(crate) fn update(&mut self, deadline: Instant) -> anyhow::Result<Option<Vec<Rectangle>>> {
        if self.unread.is_empty() && !self.wait(deadline)? {
            return Ok(None);
        }
        self.timeout(LIMIT)?;
        let kind = self.u8()?;
        match kind {
            0 => {}
            2 => return Ok(Some(Vec::new())),
            3 => {
                self.take(3)?;
                let length = self.u32()?;
                self.take(length as usize)?;
                return Ok(Some(Vec::new()));
            }
            other => bail!("message {other} was not requested"),
        }
        self.take(1)?;
        let count = self.u16()?;
        let mut rectangles = Vec::new();
        for _ in 0..count {
            rectangles.extend(self.rectangle()?);
        }
        Ok(Some(rectangles))
    }

    fn rectangle(&mut self) -> anyhow::Result<Option<Rectangle>> {
        let rectangle = Rectangle { x: self.u16()?, y: self.u16()?, width: self.u16()?, height: self.u16()? };
        let (width, height) = (usize::from(rectangle.width), usize::from(rectangle.height));
        match self.u32()?.cast_signed() {
            RAW => drop(self.take(width * height * 4)?),
            COPY_RECT => drop(self.take(4)?),
            CURSOR => {
                self.take(width * height * 4 + width.div_ceil(8) * height)?;
                return Ok(None);
            }
            TIGHT | TIGHT_PNG => self.tight(width, height)?,
            other => bail!("encoding {other} was not requested"),
        }
        Ok(Some(rectangle))
    }

    /// Skips the data of a Tight rectangle.
    fn tight(&mut self, width: usize, height: usize) -> anyhow::Result<()> {
        let control = self.u8()?;
        let length = match control >> 4 {
            8 => 3,
            9 | 10 => self.length()?,
            _ => {
                let filter = if control & 0x40 != 0 { self.u8()? } else { 0 };
                let row = if filter == 1 {
                    let colours = usize::from(self.u8()?) + 1;
                    self.take(colours * 3)?;
                    if colours <= 2 { width.div_ceil(8) } else { width }
                } else {
                    width * 3
                };
                if row * height < 12 { row * height } else { self.length()? }
            }
        };
        self.take(length).map(drop)
    }

    fn length(&mut self) -> anyhow::Result<usize> {
        let mut length = 0;
        for shift in [0, 7, 14] {
            let byte = usize::from(self.u8()?);
            length |= (if shift == 14 { byte } else { byte & 0x7f }) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        Ok(length)
    }

    fn send(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        match &mut self.stream {
            Stream::Tcp(stream) => stream.write_all(bytes)?,
            Stream::Web(socket) => socket.send(Message::Binary(bytes.to_vec().into()))?,
        }
        Ok(())
    }

    fn timeout(&mut self, limit: Duration) -> anyhow::Result<()> {
        let stream = match &self.stream {
            Stream::Tcp(stream) => stream,
            Stream::Web(socket) => match socket.get_ref() {
                MaybeTlsStream::Plain(stream) => stream,
                _ => bail!("the connection is not plain"),
            },
        };
        Ok(stream.set_read_timeout(Some(limit))?)
    }

    /// Whether bytes arrived before the deadline.
    fn wait(&mut self, deadline: Instant) -> anyhow::Result<bool> {
        let left = deadline.saturating_duration_since(Instant::now());
        self.timeout(left.max(Duration::from_micros(1)))?;
        self.more()
    }

    /// Reads available bytes; returns false on a timeout.
    fn more(&mut self) -> anyhow::Result<bool> {
        let too_long = |error: &std::io::Error| {
            matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
        };
        match &mut self.stream {
            Stream::Tcp(stream) => {
                let mut bytes = [0; 65_536];
                match stream.read(&mut bytes) {
                    Ok(0) => bail!("the server left"),
                    Ok(count) => {
                        self.unread.extend(&bytes[..count]);
                        self.received += count as u64;
                    }
                    Err(error) if too_long(&error) => return Ok(false),
                    Err(error) => return Err(error.into()),
                }
            }
            Stream::Web(socket) => match socket.read() {
                Ok(Message::Binary(bytes)) => {
                    self.received += bytes.len() as u64;
                    self.unread.extend(bytes);
                }
                Ok(Message::Close(_)) => bail!("the agent left"),
                Ok(_) => {}
                Err(Error::Io(error)) if too_long(&error) => return Ok(false),
                Err(error) => return Err(error.into()),
            },
        }
        Ok(true)
    }

    fn take(&mut self, count: usize) -> anyhow::Result<Vec<u8>> {
        while self.unread.len() < count {
            ensure!(self.more()?, "the server is silent in the midst of something");
        }
        Ok(self.unread.drain(..count).collect())
    }

    fn u8(&mut self) -> anyhow::Result<u8> {
        Ok(self.take(1)?[0])
    }

    fn u16(&mut self) -> anyhow::Result<u16> {
        let bytes = self.take(2)?;
        Ok(u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    fn u32(&mut self) -> anyhow::Result<u32> {
        let bytes = self.take(4)?;
        Ok(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }
}
