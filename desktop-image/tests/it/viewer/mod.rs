//! A viewer written from the protocol's specification, sharing no code with the server. [`decode`] decodes rectangles.

mod decode;

use std::collections::VecDeque;
use std::time::Duration;

use flate2::Decompress;
use futures_util::{SinkExt as _, StreamExt as _};
use image::RgbImage;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::agent::{LIMIT, TOKEN, TestAgent};

pub(crate) const COPY_RECT: i32 = 1;
pub(crate) const TIGHT: i32 = 7;
pub(crate) const ZRLE: i32 = 16;
pub(crate) const TIGHT_PNG: i32 = -260;
pub(crate) const CURSOR: i32 = -239;
pub(crate) const EXTENDED_CLIPBOARD: i32 = 0xc0a1_e5ce_u32.cast_signed();
pub(crate) const DESKTOP_SIZE: i32 = -223;
pub(crate) const EXTENDED_DESKTOP_SIZE: i32 = -308;

pub(crate) struct Viewer {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    bytes: VecDeque<u8>,
    pub(crate) frame: RgbImage,
    /// Width and height of the last cursor image.
    pub(crate) cursor: Option<(u16, u16)>,
    /// Rectangles of pixels in the last update.
    pub(crate) rectangles: usize,
    /// Number of CopyRect rectangles so far.
    pub(crate) copies: usize,
    /// Reason and status of the last ExtendedDesktopSize rectangle.
    pub(crate) size_answer: Option<(u16, u16)>,
    /// The four streams of Tight, then that of ZRLE.
    streams: [Decompress; 5],
}

impl Viewer {
    pub(crate) async fn connect(agent: &TestAgent, query: &str, encodings: &[i32]) -> Self {
        let (socket, response) = connect_async(request(agent.port(), query)).await.unwrap();
        assert_eq!(response.headers()["sec-websocket-protocol"], "binary");
        let mut viewer = Self {
            socket,
            bytes: VecDeque::new(),
            frame: RgbImage::new(0, 0),
            cursor: None,
            rectangles: 0,
            copies: 0,
            size_answer: None,
            streams: std::array::from_fn(|_| Decompress::new(true)),
        };
        assert_eq!(viewer.take(12).await, b"RFB 003.008\n");
        // One byte at a time, since RFB is a byte stream.
        for byte in b"RFB 003.008\n" {
            viewer.send(vec![*byte]).await;
        }
        assert_eq!(viewer.take(2).await, [1, 1]);
        viewer.send(vec![1]).await;
        assert_eq!(viewer.take(4).await, [0; 4]);
        viewer.send(vec![1]).await;
        let (width, height) = (viewer.u16().await, viewer.u16().await);
        viewer.frame = RgbImage::new(width.into(), height.into());
        viewer.take(16).await;
        let name = viewer.u32().await;
        viewer.take(name as usize).await;
        viewer.set_encodings(encodings).await;
        viewer
    }

    /// Sends SetEncodings.
    pub(crate) async fn set_encodings(&mut self, encodings: &[i32]) {
        let mut message = vec![2, 0];
        message.extend(u16::try_from(encodings.len()).unwrap().to_be_bytes());
        message.extend(encodings.iter().flat_map(|encoding| encoding.to_be_bytes()));
        self.send(message).await;
    }

    pub(crate) async fn send(&mut self, bytes: Vec<u8>) {
        self.socket.send(Message::Binary(bytes.into())).await.unwrap();
    }

    pub(crate) async fn pointer(&mut self, buttons: u8, x: u16, y: u16) {
        let [a, b] = x.to_be_bytes();
        let [c, d] = y.to_be_bytes();
        self.send(vec![5, buttons, a, b, c, d]).await;
    }

    pub(crate) async fn key(&mut self, down: bool, keysym: u32) {
        let mut message = vec![4, u8::from(down), 0, 0];
        message.extend(keysym.to_be_bytes());
        self.send(message).await;
    }

    /// Sends SetDesktopSize.
    pub(crate) async fn resize(&mut self, width: u16, height: u16) {
        let edges = [width.to_be_bytes(), height.to_be_bytes()].concat();
        let screen = [&[1, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &edges, &[0; 4]].concat();
        self.send([&[251, 0][..], &edges, &screen].concat()).await;
    }

    pub(crate) async fn ask(&mut self, incremental: bool) {
        let mut message = vec![3, u8::from(incremental), 0, 0, 0, 0];
        message.extend(
            [self.frame.width(), self.frame.height()]
                .map(|edge| edge as u16)
                .iter()
                .flat_map(|edge| edge.to_be_bytes()),
        );
        self.send(message).await;
    }

    /// Requests an update and applies it to the frame.
    pub(crate) async fn update(&mut self, incremental: bool) {
        self.ask(incremental).await;
        self.receive().await;
    }

    /// Sends an Extended Clipboard message.
    pub(crate) async fn clipboard(&mut self, flags: u32, data: &[u8]) {
        let length = -i32::try_from(data.len() + 4).unwrap();
        self.send([&[6, 0, 0, 0][..], &length.to_be_bytes(), &flags.to_be_bytes(), data].concat()).await;
    }

    /// The next clipboard message of the server: a plain text without flags, or flags and data.
    pub(crate) async fn cut_text(&mut self) -> (Option<u32>, Vec<u8>) {
        assert_eq!(self.take(4).await, [3, 0, 0, 0], "nothing of the clipboard");
        let length = self.u32().await.cast_signed();
        let flags = if length < 0 { Some(self.u32().await) } else { None };
        let rest = length.unsigned_abs() as usize - if flags.is_some() { 4 } else { 0 };
        (flags, self.take(rest).await)
    }

    /// Waits for the requested update.
    pub(crate) async fn receive(&mut self) {
        assert_eq!(self.take(1).await, [0], "not an update");
        self.take(1).await;
        self.rectangles = 0;
        for _ in 0..self.u16().await {
            self.rectangle().await;
        }
    }

    /// Whether nothing arrives for a while.
    pub(crate) async fn is_silent(&mut self, during: Duration) -> bool {
        if !self.bytes.is_empty() {
            return false;
        }
        match timeout(during, self.socket.next()).await {
            Err(_) => true,
            Ok(Some(Ok(Message::Binary(bytes)))) => {
                self.bytes.extend(bytes);
                false
            }
            Ok(other) => panic!("expected bytes: {other:?}"),
        }
    }

    /// Whether the server closes the connection.
    pub(crate) async fn is_disconnected(&mut self) -> bool {
        let closed = async {
            loop {
                match self.socket.next().await {
                    None | Some(Err(_) | Ok(Message::Close(_))) => return,
                    Some(Ok(_)) => {}
                }
            }
        };
        timeout(LIMIT, closed).await.is_ok()
    }

    async fn length(&mut self) -> usize {
        let mut length = 0;
        for shift in [0, 7, 14] {
            let byte = usize::from(self.take(1).await[0]);
            length |= (if shift == 14 { byte } else { byte & 0x7f }) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        length
    }

    async fn take(&mut self, count: usize) -> Vec<u8> {
        while self.bytes.len() < count {
            match timeout(LIMIT, self.socket.next()).await.expect("the server is silent") {
                Some(Ok(Message::Binary(bytes))) => self.bytes.extend(bytes),
                other => panic!("expected bytes: {other:?}"),
            }
        }
        self.bytes.drain(..count).collect()
    }

    async fn u16(&mut self) -> u16 {
        u16::from_be_bytes(self.take(2).await.try_into().unwrap())
    }

    async fn u32(&mut self) -> u32 {
        u32::from_be_bytes(self.take(4).await.try_into().unwrap())
    }
}

/// The WebSocket request for the live view of an agent.
pub(crate) fn request(port: u16, query: &str) -> Request {
    let mut request = format!("ws://127.0.0.1:{port}/v1/live{query}").into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {TOKEN}").parse().unwrap());
    request.headers_mut().insert("sec-websocket-protocol", "binary".parse().unwrap());
    request
}
