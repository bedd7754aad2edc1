//! A viewer written from the protocol's description, sharing nothing with the server's code.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use image::{Rgb, RgbImage};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::agent::{LIMIT, TOKEN, TestAgent};

pub(crate) const COPY_RECT: i32 = 1;
pub(crate) const TIGHT_PNG: i32 = -260;
pub(crate) const CURSOR: i32 = -239;

pub(crate) struct Viewer {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    bytes: VecDeque<u8>,
    pub(crate) frame: RgbImage,
    /// Width and height of the last pointer picture.
    pub(crate) cursor: Option<(u16, u16)>,
    /// Rectangles of pixels in the last update.
    pub(crate) rectangles: usize,
    /// Rectangles so far that the viewer copied within its own frame.
    pub(crate) copies: usize,
}

impl Viewer {
    pub(crate) async fn connect(agent: &TestAgent, query: &str, encodings: &[i32]) -> Self {
        let url = format!("ws://127.0.0.1:{}/v1/live{query}", agent.ready.port);
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("authorization", format!("Bearer {TOKEN}").parse().unwrap());
        request.headers_mut().insert("sec-websocket-protocol", "binary".parse().unwrap());
        let (socket, response) = connect_async(request).await.unwrap();
        assert_eq!(response.headers()["sec-websocket-protocol"], "binary");
        let mut viewer = Self {
            socket,
            bytes: VecDeque::new(),
            frame: RgbImage::new(0, 0),
            cursor: None,
            rectangles: 0,
            copies: 0,
        };
        assert_eq!(viewer.take(12).await, b"RFB 003.008\n");
        // One byte at a time: a stream has no messages.
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
        let mut message = vec![2, 0];
        message.extend(u16::try_from(encodings.len()).unwrap().to_be_bytes());
        message.extend(encodings.iter().flat_map(|encoding| encoding.to_be_bytes()));
        viewer.send(message).await;
        viewer
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

    /// Asks for an update and puts it into the frame.
    pub(crate) async fn update(&mut self, incremental: bool) {
        self.ask(incremental).await;
        self.receive().await;
    }

    /// Waits for the update that was asked for.
    pub(crate) async fn receive(&mut self) {
        assert_eq!(self.take(1).await, [0], "not an update");
        self.take(1).await;
        self.rectangles = 0;
        for _ in 0..self.u16().await {
            self.rectangle().await;
        }
    }

    /// Whether nothing comes for a while.
    pub(crate) async fn is_silent(&mut self, during: Duration) -> bool {
        self.bytes.is_empty() && timeout(during, self.socket.next()).await.is_err()
    }

    /// Whether the server closes the connection.
    pub(crate) async fn is_let_go(&mut self) -> bool {
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

    async fn rectangle(&mut self) {
        let (x, y, width, height) = (self.u16().await, self.u16().await, self.u16().await, self.u16().await);
        let encoding = self.u32().await.cast_signed();
        if encoding == CURSOR {
            let mask = usize::from(width.div_ceil(8)) * usize::from(height);
            self.take(usize::from(width) * usize::from(height) * 4 + mask).await;
            self.cursor = Some((width, height));
            return;
        }
        self.rectangles += 1;
        let (width, height) = (u32::from(width), u32::from(height));
        let pixels = match encoding {
            0 => {
                let raw = self.take((width * height * 4) as usize).await;
                RgbImage::from_fn(width, height, |x, y| {
                    let at = ((y * width + x) * 4) as usize;
                    Rgb([raw[at + 2], raw[at + 1], raw[at]])
                })
            }
            COPY_RECT => {
                let (x, y) = (self.u16().await, self.u16().await);
                self.copies += 1;
                image::imageops::crop_imm(&self.frame, x.into(), y.into(), width, height).to_image()
            }
            TIGHT_PNG => self.tight(width, height).await,
            other => panic!("encoding {other} was not asked for"),
        };
        assert_eq!(pixels.dimensions(), (width, height));
        image::imageops::replace(&mut self.frame, &pixels, x.into(), y.into());
    }

    async fn tight(&mut self, width: u32, height: u32) -> RgbImage {
        let control = self.take(1).await[0];
        if control == 0x80 {
            let colour = self.take(3).await;
            return RgbImage::from_pixel(width, height, Rgb([colour[0], colour[1], colour[2]]));
        }
        assert!(control == 0x90 || control == 0xa0, "control byte {control:#x}");
        let mut length = 0;
        for shift in [0, 7, 14] {
            let byte = usize::from(self.take(1).await[0]);
            length |= (if shift == 14 { byte } else { byte & 0x7f }) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        image::load_from_memory(&self.take(length).await).unwrap().into_rgb8()
    }

    async fn take(&mut self, count: usize) -> Vec<u8> {
        while self.bytes.len() < count {
            match timeout(LIMIT, self.socket.next()).await.expect("the server is silent") {
                Some(Ok(Message::Binary(bytes))) => self.bytes.extend(bytes),
                other => panic!("instead of bytes: {other:?}"),
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
