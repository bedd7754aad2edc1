//! One viewer after the handshake.

use std::sync::Arc;
use std::time::Duration;

use protocol::action::{Point, Region, Size};
use tokio::sync::watch;
use tokio::time::Instant;

use super::viewer_clipboard::ViewerClipboard;
use super::viewer_input::ViewerInput;
use super::viewer_size::ViewerSize;
use super::{LiveError, Role};
use crate::damage::{DamageBox, Subscription};
use crate::desktop::Desktop;
use crate::framebuffer::encoding_cache::EncodingKey;
use crate::framebuffer::rect::Rect;
use crate::framebuffer::shared_framebuffer::{CursorNeeds, SharedFramebuffer};
use crate::framebuffer::tiles::{Frame, Grid};
use crate::framebuffer::viewer_state::{CopyRectSupport, ViewerState};
use crate::rfb::encoder::{EncodeError, Encoder};
use crate::rfb::messages::ClientMessage;
use crate::rfb::stream::RfbStream;
use crate::screen::{Cursor, Screen};
use crate::takeover::Observer;

/// Least time between two updates.
const SPACING: Duration = Duration::from_millis(8);
/// While one update follows another this closely, something moves; what is drawn in several steps then
/// becomes one update. What comes after a rest goes out at once.
const MOVING: Duration = Duration::from_millis(40);
/// How long such steps are waited for.
const STEPS: Duration = Duration::from_millis(4);
/// Pixels up to which an update is made at once, since handing others over to another thread takes longer.
const SMALL: u64 = 128 * 128;

/// What a viewer sees, does and waits for.
pub(super) struct Viewer {
    role: Role,
    input: ViewerInput,
    clipboard: ViewerClipboard,
    framebuffer: Arc<SharedFramebuffer>,
    changes: Arc<Subscription>,
    screen: Arc<Screen>,
    sizes: watch::Receiver<Size>,
    size: ViewerSize,
    state: ViewerState,
    encoder: Encoder,
    /// Whether the viewer waits for an update.
    asked: bool,
    /// Whether there may be something that it has not seen.
    news: bool,
    /// Before this the next update is not sent.
    next_update: Instant,
    last_update: Instant,
    /// Pixels that were drawn to since.
    drawn: u64,
    /// The pointer's picture that the viewer has.
    cursor_sent: Option<u32>,
}

impl Viewer {
    /// A viewer that was told the size of the screen.
    pub(super) fn new(desktop: &Arc<Desktop>, role: Role, observer: Observer, size: Size) -> Self {
        let framebuffer = desktop.framebuffer.acquire(&desktop.screen, &desktop.damage);
        Self {
            role,
            input: ViewerInput::new(Arc::clone(desktop), observer),
            clipboard: ViewerClipboard::new(Arc::clone(desktop)),
            framebuffer,
            // Later than the framebuffer's own, so the framebuffer knows of what wakes us.
            changes: desktop.damage.subscribe(),
            screen: Arc::clone(&desktop.screen),
            sizes: desktop.screen.sizes(),
            size: ViewerSize::new(size),
            state: ViewerState::new(Grid::new(size)),
            encoder: Encoder::new(),
            asked: false,
            news: true,
            next_update: Instant::now(),
            last_update: Instant::now(),
            drawn: u64::MAX,
            cursor_sent: None,
        }
    }

    pub(super) async fn serve(mut self, stream: &mut RfbStream) -> Result<(), LiveError> {
        loop {
            while let Some(message) = stream.message()? {
                self.handle(message)?;
            }
            if self.asked && self.news && Instant::now() >= self.next_update {
                self.learn();
                // What changes from here on is news again.
                self.news = false;
                let update = if std::mem::take(&mut self.drawn) <= SMALL {
                    self.update()?
                } else {
                    // It waits for the X server and computes: others are served meanwhile.
                    tokio::task::block_in_place(|| self.update())?
                };
                if let Some(update) = update {
                    self.asked = false;
                    self.last_update = Instant::now();
                    self.next_update = self.last_update + SPACING;
                    stream.send(update).await?;
                    continue;
                }
            }
            tokio::select! {
                more = stream.more() => more?,
                // One who watches is told nothing and has no say.
                text = self.clipboard.next(), if self.role == Role::Controls => stream.send(text).await?,
                // It never ends before the desktop does.
                _ = self.sizes.changed(), if self.asked && !self.news => {
                    (self.news, self.drawn) = (true, u64::MAX);
                }
                () = self.changes.changed(), if self.asked && !self.news => {
                    self.learn();
                    let now = Instant::now();
                    if self.news && now < self.last_update + MOVING {
                        self.next_update = self.next_update.max(now + STEPS);
                    }
                }
                () = tokio::time::sleep_until(self.next_update), if self.asked && self.news => {}
            }
        }
    }

    fn handle(&mut self, message: ClientMessage) -> Result<(), LiveError> {
        match message {
            ClientMessage::SetPixelFormat(format) => {
                self.encoder.set_format(format);
                // The pointer's picture is in the old one.
                (self.cursor_sent, self.news) = (None, true);
            }
            ClientMessage::SetEncodings(encodings) => {
                self.encoder.understands(&encodings);
                self.clipboard.understands(&encodings);
                (self.cursor_sent, self.news) = (None, true);
            }
            ClientMessage::UpdateRequest { incremental } => {
                self.asked = true;
                if !incremental {
                    self.state.reset();
                    (self.news, self.drawn) = (true, u64::MAX);
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
            ClientMessage::SetDesktopSize { width, height, screens } => {
                let wanted = Size { width: width.into(), height: height.into() };
                let (size, screen, role) = (&mut self.size, &self.screen, self.role);
                tokio::task::block_in_place(|| size.wish(screen, role, wanted, screens))?;
                self.news = true;
            }
            ClientMessage::CutText(text) if self.role == Role::Controls => {
                let clipboard = &mut self.clipboard;
                self.input.clipboard(text, |text| clipboard.handle(text));
            }
            ClientMessage::Key { .. } | ClientMessage::Pointer { .. } | ClientMessage::CutText(_) => {}
        }
        Ok(())
    }

    /// The pointer is drawn by the viewer itself, if it controls the desktop and knows how to.
    fn viewer_draws_cursor(&self) -> bool {
        self.role == Role::Controls && self.encoder.cursor
    }

    /// Takes in what changed since it was last asked.
    fn learn(&mut self) {
        let changes = self.changes.take();
        let pixels = |damaged: &DamageBox| u64::from(damaged.region.width) * u64::from(damaged.region.height);
        let drawn = changes.boxes.iter().map(pixels).sum();
        self.drawn = self.drawn.saturating_add(drawn);
        let pointer = if self.viewer_draws_cursor() { changes.pointer_shape } else { changes.pointer };
        self.news |= drawn > 0 || pointer;
    }

    /// What the viewer has not seen; `None` when it all looks the same as before.
    fn update(&mut self) -> Result<Option<Vec<u8>>, LiveError> {
        let needs = if self.viewer_draws_cursor() { CursorNeeds::Shape } else { CursorNeeds::Drawn };
        let frame = self.framebuffer.capture(needs)?;
        let mut message = UpdateMessage::new();
        if self.state.grid() != frame.grid {
            self.state = ViewerState::new(frame.grid);
        }
        if let Some(answer) = self.size.tell(frame.grid.screen, self.encoder.resizing) {
            self.encoder.size(frame.grid.screen, answer, message.next())?;
            // It comes alone; the viewer asks for the pixels next.
            (self.news, self.drawn) = (true, u64::MAX);
            return Ok(message.finish());
        }
        let drawn = if self.viewer_draws_cursor() {
            if self.cursor_sent != Some(frame.cursor.serial) {
                self.encoder.cursor_shape(&frame.cursor, message.next())?;
                self.cursor_sent = Some(frame.cursor.serial);
            }
            None
        } else {
            Some(&frame.cursor)
        };
        // A viewer that can't follow a change of the size has room for a part of the screen, or more.
        let room = self.size.room();
        let can_copy =
            self.encoder.copy_rect && room.intersection(frame.grid.whole()) == Some(frame.grid.whole());
        let copy_rect = if can_copy { CopyRectSupport::Yes } else { CopyRectSupport::No };
        let update = self.state.advance(&frame, drawn, copy_rect);
        for copy in update.copies {
            self.encoder.copied(copy, message.next())?;
        }
        for rect in update.pixels.into_iter().filter_map(|rect| rect.intersection(room)) {
            for piece in Encoder::pieces(rect) {
                self.rectangle(&frame, drawn, piece, message.next())?;
            }
        }
        Ok(message.finish())
    }

    /// Appends one rectangle, which may have been encoded for another viewer.
    fn rectangle(
        &mut self,
        frame: &Frame,
        cursor: Option<&Arc<Cursor>>,
        rect: Rect,
        to: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let place = |cursor: &Cursor| Rect::on_screen(cursor.region(), frame.grid.screen);
        let cursor =
            cursor.filter(|cursor| place(cursor).is_some_and(|place| place.intersection(rect).is_some()));
        let (is_shareable, quality) = (self.encoder.is_shareable(), self.encoder.quality);
        let encoder = &mut self.encoder;
        let mut encode = |to: &mut Vec<u8>| {
            let mut picture = frame.picture(rect);
            if let Some(cursor) = cursor {
                let Region { x, y, width, .. } = rect.region();
                cursor.draw_packed(&mut picture.pixels, width, Point { x, y });
            }
            encoder.rectangle(rect, &picture, to)
        };
        if !is_shareable {
            return encode(to);
        }
        let key = EncodingKey { rect, with_cursor: cursor.is_some(), quality };
        let shared = self.framebuffer.encodings.get(frame.version, key, || {
            let mut bytes = Vec::new();
            encode(&mut bytes).map(|()| bytes)
        })?;
        to.extend_from_slice(&shared);
        Ok(())
    }
}

/// A message with rectangles, of which it counts the number.
struct UpdateMessage {
    bytes: Vec<u8>,
    rectangles: u16,
}

impl UpdateMessage {
    fn new() -> Self {
        // Type, padding, and room for the number of rectangles.
        Self { bytes: vec![0; 4], rectangles: 0 }
    }

    /// Where the next rectangle goes.
    fn next(&mut self) -> &mut Vec<u8> {
        self.rectangles += 1;
        &mut self.bytes
    }

    /// The message, unless it would be empty.
    fn finish(mut self) -> Option<Vec<u8>> {
        self.bytes[2..4].copy_from_slice(&self.rectangles.to_be_bytes());
        (self.rectangles > 0).then_some(self.bytes)
    }
}
