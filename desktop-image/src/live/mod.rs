//! Live view: RFB 3.8 over a WebSocket, fed by damage.
//!
//! Each viewer asks for an update when it is done with the last, so each goes at its own pace; between two
//! updates it costs one bit a tile of the screen. Nothing is done while nothing changes.

mod encoder;
mod messages;
mod pixels;
mod tiles;
mod viewer_input;
mod wire;

use std::hash::Hasher as _;
use std::sync::Arc;

use axum::extract::ws::WebSocket;
use image::RgbImage;
use image::imageops::crop_imm;
use protocol::action::{Point, Region};

use crate::damage::Subscription;
use crate::desktop::Desktop;
use crate::screen::{Cursor, ScreenError};
use encoder::{EncodeError, Encoder};
use messages::{ClientMessage, Violation};
use tiles::Tiles;
use viewer_input::ViewerInput;
use wire::Wire;

/// Bytes of a WebSocket message from a viewer, and of what is kept of an unfinished RFB message.
pub const LONGEST_MESSAGE: usize = 2 * 1024 * 1024;

/// What a viewer may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Its input is dropped. The pointer is drawn into the picture, for it shows what someone else does.
    Watches,
    /// Its input is carried out. It draws the pointer itself, without a delay.
    Controls,
}

/// Why a viewer was let go.
#[derive(Debug, thiserror::Error)]
enum LiveError {
    #[error("the viewer left")]
    Left,
    #[error("the connection broke")]
    Broken(#[from] axum::Error),
    #[error(transparent)]
    Violation(#[from] Violation),
    #[error("could not look at the screen")]
    Screen(#[from] ScreenError),
    #[error("could not encode the screen")]
    Encode(#[from] EncodeError),
    #[error("could not carry out the viewer's input")]
    Input(#[from] crate::input::InputError),
}

/// Serves one viewer until it leaves.
pub async fn serve(desktop: Arc<Desktop>, socket: WebSocket, role: Role) {
    let ending = desktop.ending.clone();
    let viewer = async {
        let mut wire = Wire::new(socket);
        wire::handshake(&desktop, &mut wire).await?;
        Viewer::new(desktop, role).serve(&mut wire).await
    };
    tokio::select! {
        () = ending.cancelled() => {}
        left = viewer => match left {
            Err(LiveError::Left | LiveError::Broken(_)) | Ok(()) => {}
            Err(error) => tracing::warn!(error = %error, "a viewer was let go"),
        },
    }
}

/// One viewer after the handshake.
struct Viewer {
    desktop: Arc<Desktop>,
    role: Role,
    input: ViewerInput,
    changes: Arc<Subscription>,
    tiles: Tiles,
    encoder: Encoder,
    /// Whether the viewer waits for an update.
    asked: bool,
    /// The pointer's picture that the viewer has, and where the pointer was drawn.
    cursor_sent: Option<u32>,
    cursor_drawn: Option<Region>,
    cursor_stale: bool,
    /// The buffer of the last picture, for the next.
    spare: Vec<u8>,
}

impl Viewer {
    fn new(desktop: Arc<Desktop>, role: Role) -> Self {
        Self {
            role,
            input: ViewerInput::new(Arc::clone(&desktop)),
            changes: desktop.damage.subscribe(),
            tiles: Tiles::new(desktop.screen.size()),
            desktop,
            encoder: Encoder::new(),
            asked: false,
            cursor_sent: None,
            cursor_drawn: None,
            cursor_stale: true,
            spare: Vec::new(),
        }
    }

    async fn serve(mut self, wire: &mut Wire) -> Result<(), LiveError> {
        loop {
            while let Some((message, length)) = messages::read(&wire.unread)? {
                wire.unread.drain(..length);
                self.handle(message)?;
            }
            self.collect();
            if self.asked && (self.cursor_stale || !self.tiles.is_clean()) {
                let update;
                (self, update) = self.make_update().await;
                if let Some(update) = update? {
                    self.asked = false;
                    wire.send(update).await?;
                    continue;
                }
            }
            let changes = Arc::clone(&self.changes);
            tokio::select! {
                more = wire.more() => more?,
                () = changes.changed(), if self.asked => {}
            }
        }
    }

    fn handle(&mut self, message: ClientMessage) -> Result<(), LiveError> {
        match message {
            ClientMessage::SetPixelFormat(format) => self.encoder.format = format,
            ClientMessage::SetEncodings(encodings) => {
                self.encoder.understands(&encodings);
                (self.cursor_sent, self.cursor_stale) = (None, true);
            }
            ClientMessage::UpdateRequest { incremental } => {
                self.asked = true;
                if !incremental {
                    self.tiles.forget();
                }
            }
            ClientMessage::Key { down, keysym } if self.role == Role::Controls => {
                match self.input.key(keysym, down) {
                    // A symbol that no key can give is no reason to part.
                    Err(crate::input::InputError::NoKey(_)) => {}
                    other => other?,
                }
            }
            ClientMessage::Pointer { buttons, x, y } if self.role == Role::Controls => {
                self.input.pointer(buttons, x, y)?;
            }
            ClientMessage::Key { .. } | ClientMessage::Pointer { .. } | ClientMessage::CutText => {}
        }
        Ok(())
    }

    /// Takes over what changed since the last look.
    fn collect(&mut self) {
        let changes = self.changes.take();
        for damaged in changes.boxes {
            self.tiles.mark(damaged.region);
        }
        self.cursor_stale |= changes.pointer;
    }

    /// The pointer is drawn by the viewer itself, if it controls the desktop and knows how to.
    fn viewer_draws_cursor(&self) -> bool {
        self.role == Role::Controls && self.encoder.cursor
    }

    /// Looks and encodes off the threads that serve connections.
    async fn make_update(mut self) -> (Self, Result<Option<Vec<u8>>, LiveError>) {
        let made = tokio::task::spawn_blocking(move || {
            let update = self.update();
            (self, update)
        });
        match made.await {
            Ok(made) => made,
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        }
    }

    /// What the viewer has not seen; `None` when it all looks the same as before.
    fn update(&mut self) -> Result<Option<Vec<u8>>, LiveError> {
        let cursor = self.desktop.screen.cursor().map_err(ScreenError::from)?;
        let mut rectangles = 0_u16;
        // Type, padding, and room for the number of rectangles.
        let mut update = vec![0; 4];
        if std::mem::take(&mut self.cursor_stale) {
            if !self.viewer_draws_cursor() {
                self.redraw_cursor(&cursor);
            } else if self.cursor_sent != Some(cursor.serial) {
                self.encoder.cursor_shape(&cursor, &mut update)?;
                self.cursor_sent = Some(cursor.serial);
                rectangles += 1;
            }
        }
        for (region, pixels) in self.changed_pixels(&cursor)? {
            self.encoder.rectangle(region, &pixels, &mut update)?;
            rectangles += 1;
        }
        update[2..].split_at_mut(2).0.copy_from_slice(&rectangles.to_be_bytes());
        Ok((rectangles > 0).then_some(update))
    }

    /// Marks where the pointer was and where it is.
    fn redraw_cursor(&mut self, cursor: &Cursor) {
        let Point { x, y } = cursor.corner();
        let now = Region { x, y, width: cursor.size.0.into(), height: cursor.size.1.into() };
        for region in self.cursor_drawn.replace(now).into_iter().chain([now]) {
            self.tiles.mark(region);
        }
    }

    /// Looks at the stale part of the screen and keeps what differs from what the viewer has.
    fn changed_pixels(&mut self, cursor: &Cursor) -> Result<Vec<(Region, RgbImage)>, LiveError> {
        let Some(bounds) = self.tiles.bounds() else { return Ok(Vec::new()) };
        let mut picture = self.desktop.screen.pixels(bounds, std::mem::take(&mut self.spare))?;
        if !self.viewer_draws_cursor() {
            cursor.draw(&mut picture, Point { x: bounds.x, y: bounds.y });
        }
        let within = |region: Region| {
            let (x, y) = ((region.x - bounds.x).unsigned_abs(), (region.y - bounds.y).unsigned_abs());
            crop_imm(&picture, x, y, region.width, region.height)
        };
        let changed = self.tiles.take_changed(|region| hash(&picture, bounds, region));
        let changed = changed.into_iter().map(|region| (region, within(region).to_image())).collect();
        self.spare = picture.into_raw();
        Ok(changed)
    }
}

/// A hash of the pixels of `region` in a picture of `bounds`.
fn hash(picture: &RgbImage, bounds: Region, region: Region) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    let place = |value: i32| usize::try_from(value).unwrap_or_default();
    let stride = bounds.width as usize * 3;
    let left = place(region.x - bounds.x) * 3;
    let top = place(region.y - bounds.y);
    for row in picture.as_raw().chunks(stride).skip(top).take(region.height as usize) {
        hasher.write(row.get(left..left + region.width as usize * 3).unwrap_or_default());
    }
    hasher.finish()
}
