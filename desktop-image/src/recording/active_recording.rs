//! A running recording: captures frames, encodes them and writes them to the file. Its methods block on the X server,
//! the encoder and the disk.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nix::sys::statvfs::fstatvfs;
use protocol::action::{Point, Region, Size};
use protocol::agent::recording::{RecordingEnd, RecordingRequest};
use tokio::time::Instant;

use super::canvas::Canvas;
use super::encoder::VideoEncoder;
use super::error::RecordingError;
use super::mp4::Mp4Writer;
use crate::damage::Subscription;
use crate::files::FileError;
use crate::region::{around, overlap, whole};
use crate::screen::{Screen, ScreenError};

/// Bytes of free disk space that are left to the desktop's programs.
const MIN_FREE_BYTES: u64 = 32 * 1024 * 1024;

/// The progress of a recording, updated by [`ActiveRecording`] and read by the API.
#[derive(Debug, Default)]
pub(super) struct Progress {
    pub(super) bytes: AtomicU64,
    pub(super) duration_ms: AtomicU64,
    pub(super) frames: AtomicU64,
}

/// A recording that is being made.
#[derive(Debug)]
pub(super) struct ActiveRecording {
    screen: Arc<Screen>,
    changes: Arc<Subscription>,
    canvas: Canvas,
    encoder: VideoEncoder,
    disk: File,
    writer: Mp4Writer,
    request: RecordingRequest,
    progress: Arc<Progress>,
    began: Instant,
    /// The screen's size when last drawn. The canvas keeps the size that the screen had at the start.
    drawn: Size,
    /// Where the pointer was last drawn.
    cursor_drawn: Region,
    /// A buffer to reuse.
    spare: Vec<u8>,
}

impl ActiveRecording {
    /// Starts with a frame of the whole screen; later changes are recorded by [`ActiveRecording::capture`].
    ///
    /// # Errors
    /// When the screen can't be captured or encoded, or the file can't be written.
    pub(super) fn begin(
        screen: Arc<Screen>,
        changes: Arc<Subscription>,
        file: File,
        request: RecordingRequest,
    ) -> Result<Self, RecordingError> {
        let disk = file.try_clone()?;
        if space_left(&disk)? < MIN_FREE_BYTES {
            return Err(FileError::Full.into());
        }
        let began = Instant::now();
        let drawn = screen.size();
        let mut canvas = Canvas::new(drawn);
        let cursor = screen.cursor().map_err(ScreenError::from)?;
        let mut pixels = screen.pixels(whole(drawn), Vec::new())?;
        cursor.draw(&mut pixels, Point { x: 0, y: 0 });
        canvas.draw(whole(drawn), &pixels);
        let mut encoder = VideoEncoder::new(request.frames_per_second)?;
        let first = encoder.encode(&canvas)?;
        let mut writer = Mp4Writer::begin(file, canvas.size(), encoder.headers.clone())?;
        writer.add(&first, 0)?;
        writer.flush(1)?;
        let (cursor_drawn, spare) = (cursor.region(), pixels.into_raw());
        let progress = Arc::default();
        let recording = Self {
            screen,
            changes,
            canvas,
            encoder,
            disk,
            writer,
            request,
            progress,
            began,
            drawn,
            cursor_drawn,
            spare,
        };
        recording.report();
        Ok(recording)
    }

    /// When the recording started.
    pub(super) fn began(&self) -> Instant {
        self.began
    }

    /// The options of the recording.
    pub(super) fn request(&self) -> RecordingRequest {
        self.request
    }

    /// Width and height of its frames.
    pub(super) fn size(&self) -> Size {
        self.canvas.size()
    }

    /// The subscription to changes of the screen.
    pub(super) fn changes(&self) -> Arc<Subscription> {
        Arc::clone(&self.changes)
    }

    /// The progress, updated as the recording continues.
    pub(super) fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    /// Adds a frame if the screen has changed since the last one.
    ///
    /// # Errors
    /// Why the recording must end.
    pub(super) fn capture(&mut self) -> Result<(), RecordingEnd> {
        let now = self.elapsed();
        if now >= self.request.max_duration_ms {
            // The frame's duration would be zero.
            return Ok(());
        }
        let changed = self.draw_changes().map_err(|error| failed(&error.into()))?;
        if !changed {
            return Ok(());
        }
        let frame = self.encoder.encode(&self.canvas).map_err(|error| failed(&error.into()))?;
        if self.writer.length_with(frame.bytes.len()) > self.request.max_bytes {
            return Err(RecordingEnd::MaxBytes);
        }
        self.writer.add(&frame, now).map_err(|error| failed(&error.into()))?;
        self.report();
        Ok(())
    }

    /// Writes pending frames to the file.
    ///
    /// # Errors
    /// Why the recording must end.
    pub(super) fn flush(&mut self) -> Result<(), RecordingEnd> {
        let now = self.elapsed();
        self.writer.flush(now).map_err(|error| failed(&error.into()))?;
        self.report();
        let left = space_left(&self.disk).map_err(|error| failed(&error.into()))?;
        if left < MIN_FREE_BYTES { Err(RecordingEnd::DiskFull) } else { Ok(()) }
    }

    /// Completes the file.
    pub(super) fn finish(&mut self) {
        let now = self.elapsed();
        if let Err(error) = self.writer.finish(now) {
            tracing::warn!(error = %error, "could not complete a recording; it stays fragmented but can be played");
        }
        self.report();
    }

    /// Draws what changed since the last capture. Returns whether any pixel differs.
    fn draw_changes(&mut self) -> Result<bool, ScreenError> {
        let changes = self.changes.take();
        let cursor = self.screen.cursor()?;
        let mut stale = changes.boxes.iter().map(|damaged| damaged.region).collect::<Vec<_>>();
        if changes.pointer {
            let now = cursor.region();
            stale.extend([std::mem::replace(&mut self.cursor_drawn, now), now]);
        }
        let size = self.screen.size();
        if size != self.drawn {
            self.canvas.blacken();
            self.drawn = size;
            stale.push(whole(size));
        }
        let covered = stale.into_iter().filter_map(|stale| self.canvas.cover(stale));
        let Some(bounds) = covered.reduce(around).and_then(|bounds| overlap(bounds, whole(size))) else {
            return Ok(false);
        };
        let mut pixels = match self.screen.pixels(bounds, std::mem::take(&mut self.spare)) {
            Err(ScreenError::Outside) => {
                // The screen has shrunk meanwhile: draw all of it at the next capture.
                self.drawn = Size { width: 0, height: 0 };
                return Ok(false);
            }
            other => other?,
        };
        cursor.draw(&mut pixels, Point { x: bounds.x, y: bounds.y });
        let changed = self.canvas.draw(bounds, &pixels);
        self.spare = pixels.into_raw();
        Ok(changed)
    }

    /// Milliseconds since the start.
    fn elapsed(&self) -> u64 {
        let limit = Duration::from_millis(self.request.max_duration_ms);
        u64::try_from(self.began.elapsed().min(limit).as_millis()).unwrap_or(u64::MAX)
    }

    fn report(&self) {
        self.progress.bytes.store(self.writer.length(), Ordering::Relaxed);
        self.progress.duration_ms.store(self.writer.duration(), Ordering::Relaxed);
        self.progress.frames.store(self.writer.frames(), Ordering::Relaxed);
    }
}

/// Logs an error and turns it into the reason why the recording ends.
fn failed(error: &RecordingError) -> RecordingEnd {
    let source = std::error::Error::source(error).map(ToString::to_string);
    tracing::error!(error = %error, error.source = source, "a recording ends early");
    match error {
        RecordingError::File(FileError::Full) => RecordingEnd::DiskFull,
        _ => RecordingEnd::Failed,
    }
}

/// Free bytes on the disk of a file.
fn space_left(file: &File) -> std::io::Result<u64> {
    let disk = fstatvfs(file)?;
    Ok(disk.blocks_available().saturating_mul(disk.fragment_size()))
}
