//! Serves one viewer after the handshake.

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
const MIN_UPDATE_INTERVAL: Duration = Duration::from_millis(8);
/// Updates within this interval are a burst, in which several drawing steps are coalesced into one update. The first
/// change after a pause is sent at once.
const BURST_INTERVAL: Duration = Duration::from_millis(40);
/// How long an update of a burst waits for further steps.
const COALESCE_DELAY: Duration = Duration::from_millis(4);
/// An update is encoded and sent in parts of about this size, so that a viewer that reads slowly holds no whole screen.
const PART_BYTES: usize = 256 << 10;
/// Updates up to this many pixels are encoded inline: `block_in_place` would take longer.
const MAX_INLINE_PIXELS: u64 = 128 * 128;

/// A connected viewer.
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
    update_requested: bool,
    /// Whether something may have changed since the last update.
    has_changes: bool,
    /// The earliest time of the next update.
    next_update: Instant,
    last_update: Instant,
    /// Damaged pixels since the last update.
    damaged_pixels: u64,
    /// The serial of the cursor image that the viewer has.
    sent_cursor: Option<u32>,
}

impl Viewer {
    /// A viewer that has received the size of the screen in the handshake.
    pub(super) fn new(desktop: &Arc<Desktop>, role: Role, observer: Observer, size: Size) -> Self {
        let framebuffer = desktop.framebuffer.acquire(&desktop.screen, &desktop.damage);
        Self {
            role,
            input: ViewerInput::new(Arc::clone(desktop), observer),
            clipboard: ViewerClipboard::new(Arc::clone(desktop)),
            framebuffer,
            // Subscribe after the framebuffer has, so that it has received whatever wakes this viewer.
            changes: desktop.damage.subscribe(),
            screen: Arc::clone(&desktop.screen),
            sizes: desktop.screen.sizes(),
            size: ViewerSize::new(size),
            state: ViewerState::new(Grid::new(size)),
            encoder: Encoder::new(),
            update_requested: false,
            has_changes: true,
            next_update: Instant::now(),
            last_update: Instant::now(),
            damaged_pixels: u64::MAX,
            sent_cursor: None,
        }
    }

    pub(super) async fn serve(mut self, stream: &mut RfbStream) -> Result<(), LiveError> {
        loop {
            while let Some(message) = stream.message()? {
                self.handle(message).await?;
            }
            if self.update_requested && self.has_changes && Instant::now() >= self.next_update {
                self.collect_changes();
                // Later changes are for the next update.
                self.has_changes = false;
                let is_small = std::mem::take(&mut self.damaged_pixels) <= MAX_INLINE_PIXELS;
                let update = unblocked(is_small, || self.update())?;
                if let Some(mut update) = update {
                    self.update_requested = false;
                    self.last_update = Instant::now();
                    self.next_update = self.last_update + MIN_UPDATE_INTERVAL;
                    while let Some(part) = unblocked(is_small, || self.part(&mut update))? {
                        stream.send(part).await?;
                    }
                    continue;
                }
            }
            tokio::select! {
                more = stream.more() => more?,
                // A watching viewer has no access to the clipboard.
                text = self.clipboard.next(), if self.role == Role::Controls => stream.send(text).await?,
                // The sender lives as long as the desktop.
                _ = self.sizes.changed(), if self.update_requested && !self.has_changes => {
                    (self.has_changes, self.damaged_pixels) = (true, u64::MAX);
                }
                () = self.changes.changed(), if self.update_requested && !self.has_changes => {
                    self.collect_changes();
                    let now = Instant::now();
                    if self.has_changes && now < self.last_update + BURST_INTERVAL {
                        self.next_update = self.next_update.max(now + COALESCE_DELAY);
                    }
                }
                () = tokio::time::sleep_until(self.next_update), if self.update_requested && self.has_changes => {}
            }
        }
    }

    async fn handle(&mut self, message: ClientMessage) -> Result<(), LiveError> {
        match message {
            ClientMessage::SetPixelFormat(format) => {
                self.encoder.set_format(format);
                // The cursor image was sent in the old format.
                (self.sent_cursor, self.has_changes) = (None, true);
            }
            ClientMessage::SetEncodings(encodings) => {
                self.encoder.set_encodings(&encodings);
                self.clipboard.set_encodings(&encodings);
                (self.sent_cursor, self.has_changes) = (None, true);
            }
            ClientMessage::UpdateRequest { incremental } => {
                self.update_requested = true;
                if !incremental {
                    self.state.reset();
                    (self.has_changes, self.damaged_pixels) = (true, u64::MAX);
                }
            }
            ClientMessage::Key { down, keysym } if self.role == Role::Controls => {
                match self.input.key(keysym, down).await {
                    // Do not disconnect because of a keysym without a key.
                    Err(crate::input::InputError::NoKey(_)) => {}
                    other => other?,
                }
            }
            ClientMessage::Pointer { buttons, x, y } if self.role == Role::Controls => {
                self.input.pointer(buttons, x, y)?;
            }
            ClientMessage::SetDesktopSize { width, height, screens } => {
                let requested = Size { width: width.into(), height: height.into() };
                let (size, screen, role) = (&mut self.size, &self.screen, self.role);
                tokio::task::block_in_place(|| size.request(screen, role, requested, screens))?;
                self.has_changes = true;
            }
            ClientMessage::CutText(text) if self.role == Role::Controls => {
                let clipboard = &mut self.clipboard;
                self.input.clipboard(text, |text| clipboard.handle(text));
            }
            ClientMessage::Key { .. } | ClientMessage::Pointer { .. } | ClientMessage::CutText(_) => {}
        }
        Ok(())
    }

    /// A viewer in control draws the pointer itself, without a delay, if it understands the cursor encoding.
    fn viewer_draws_cursor(&self) -> bool {
        self.role == Role::Controls && self.encoder.options.understands_cursor
    }

    /// Collects what changed since the last call.
    fn collect_changes(&mut self) {
        let changes = self.changes.take();
        let pixels = |damaged: &DamageBox| u64::from(damaged.region.width) * u64::from(damaged.region.height);
        let drawn = changes.boxes.iter().map(pixels).sum();
        self.damaged_pixels = self.damaged_pixels.saturating_add(drawn);
        let pointer = if self.viewer_draws_cursor() { changes.pointer_shape } else { changes.pointer };
        self.has_changes |= drawn > 0 || pointer;
    }

    /// The update that the viewer needs; `None` when nothing changed.
    fn update(&mut self) -> Result<Option<UnsentUpdate>, LiveError> {
        let needs = if self.viewer_draws_cursor() { CursorNeeds::Shape } else { CursorNeeds::Drawn };
        let frame = self.framebuffer.capture(needs)?;
        let mut message = UpdateMessage::new();
        if self.state.grid() != frame.grid {
            self.state = ViewerState::new(frame.grid);
        }
        if let Some(status) = self.size.announce(frame.grid.screen, self.encoder.options.resize) {
            self.encoder.desktop_size(frame.grid.screen, status, message.next())?;
            // A new size is sent alone; the viewer then requests the pixels.
            (self.has_changes, self.damaged_pixels) = (true, u64::MAX);
            return Ok(message.finish(frame, None, Vec::new()));
        }
        let drawn = if self.viewer_draws_cursor() {
            if self.sent_cursor != Some(frame.cursor.serial) {
                self.encoder.cursor_shape(&frame.cursor, message.next())?;
                self.sent_cursor = Some(frame.cursor.serial);
            }
            None
        } else {
            Some(Arc::clone(&frame.cursor))
        };
        // A viewer that does not support resizing may have a smaller or larger framebuffer.
        let visible = self.size.known_area();
        let can_copy = self.encoder.options.understands_copy_rect
            && visible.intersection(frame.grid.whole()) == Some(frame.grid.whole());
        let copy_rect = if can_copy { CopyRectSupport::Yes } else { CopyRectSupport::No };
        let update = self.state.advance(&frame, drawn.as_ref(), copy_rect);
        for copy in update.copies {
            self.encoder.copy_rect(copy, message.next())?;
        }
        let pixels = update.pixels.into_iter().filter_map(|rect| rect.intersection(visible));
        let pieces = pixels.flat_map(|rect| self.encoder.pieces(rect)).collect();
        Ok(message.finish(frame, drawn, pieces))
    }

    /// The next part of an update.
    fn part(&mut self, update: &mut UnsentUpdate) -> Result<Option<Vec<u8>>, LiveError> {
        while update.bytes.len() < PART_BYTES
            && let Some(piece) = update.pieces.next()
        {
            self.rectangle(&update.frame, update.cursor.as_ref(), piece, &mut update.bytes)?;
        }
        let part = std::mem::take(&mut update.bytes);
        Ok((!part.is_empty()).then_some(part))
    }

    /// Appends one rectangle, from the cache where possible.
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
        let (is_shareable, quality) = (self.encoder.is_shareable(), self.encoder.options.quality);
        let encoder = &mut self.encoder;
        let mut encode = |to: &mut Vec<u8>| {
            let mut bitmap = frame.bitmap(rect);
            if let Some(cursor) = cursor {
                let Region { x, y, width, .. } = rect.region();
                cursor.draw_packed(&mut bitmap.pixels, width, Point { x, y });
            }
            encoder.rectangle(rect, &bitmap, to)
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

/// Captures or encodes; unless that is small, without blocking other tasks of the thread.
fn unblocked<T>(is_small: bool, work: impl FnOnce() -> T) -> T {
    if is_small { work() } else { tokio::task::block_in_place(work) }
}

/// An update whose pixels are not encoded yet.
struct UnsentUpdate {
    /// What comes before the pixels.
    bytes: Vec<u8>,
    frame: Arc<Frame>,
    /// The pointer to draw into the pixels.
    cursor: Option<Arc<Cursor>>,
    pieces: std::vec::IntoIter<Rect>,
}

/// A FramebufferUpdate message, which counts its rectangles.
struct UpdateMessage {
    bytes: Vec<u8>,
    rectangles: u16,
}

impl UpdateMessage {
    fn new() -> Self {
        // Message type, padding, and the number of rectangles, which is filled in at the end.
        Self { bytes: vec![0; 4], rectangles: 0 }
    }

    /// Counts another rectangle, to be appended to the returned bytes.
    fn next(&mut self) -> &mut Vec<u8> {
        self.rectangles += 1;
        &mut self.bytes
    }

    /// The message with these rectangles at its end, unless it would be empty.
    fn finish(
        mut self,
        frame: Arc<Frame>,
        cursor: Option<Arc<Cursor>>,
        pieces: Vec<Rect>,
    ) -> Option<UnsentUpdate> {
        let rectangles = self.rectangles + u16::try_from(pieces.len()).unwrap_or(u16::MAX);
        self.bytes[2..4].copy_from_slice(&rectangles.to_be_bytes());
        let pieces = pieces.into_iter();
        (rectangles > 0).then_some(UnsentUpdate { bytes: self.bytes, frame, cursor, pieces })
    }
}
