//! Records the screen as video.
//!
//! [`canvas`] holds the current frame, [`encoder`] turns it into H.264 and [`mp4`] writes that to a file.
//! [`active_recording`] combines them, [`recorder`] drives one recording from start to end, and [`store`] manages the
//! files of all.

mod active_recording;
mod canvas;
mod encoder;
mod error;
mod mp4;
mod recorder;
mod store;

use std::fs::File;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use protocol::action::Size;
use protocol::agent::recording::{Recording, RecordingRequest, RecordingState};
use protocol::ids::RecordingId;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use error::RecordingError;

use crate::blocking::blocking;
use crate::damage::Damage;
use crate::files::Home;
use crate::screen::Screen;
use active_recording::{ActiveRecording, Progress};
use encoder::VideoEncoder;
use recorder::StopSignals;
use store::Store;

/// Most recordings that can be stored.
const MAX_RECORDINGS: usize = 100;
const BYTES: std::ops::RangeInclusive<u64> = 1024 * 1024..=8 * 1024 * 1024 * 1024;
const DURATION_MS: std::ops::RangeInclusive<u64> = 1000..=12 * 60 * 60 * 1000;
const FRAMES_PER_SECOND: std::ops::RangeInclusive<u32> = 1..=30;

/// All recordings of a desktop. The methods block on the disk, except for [`Recordings::stop`].
#[derive(Debug)]
pub struct Recordings {
    store: Store,
    screen: Arc<Screen>,
    damage: Damage,
    ending: CancellationToken,
    unfinished: TaskTracker,
    /// Held while a recording is started.
    starting: Mutex<()>,
    running: Arc<Mutex<Option<Running>>>,
}

/// The running recording.
#[derive(Debug, Clone)]
struct Running {
    id: RecordingId,
    size: Size,
    progress: Arc<Progress>,
    stop: CancellationToken,
    ended: CancellationToken,
}

/// The video file of a recording.
#[derive(Debug)]
pub struct Video {
    /// The open file.
    pub file: File,
    /// Its length in bytes so far.
    pub length: u64,
    /// Whether it may still grow.
    pub grows: bool,
}

impl Recordings {
    /// The recordings in a home folder. Cancelling `ending` ends a running one; its file is then completed by a task in
    /// `unfinished`.
    #[must_use]
    pub fn new(
        home: Home,
        screen: Arc<Screen>,
        damage: Damage,
        ending: CancellationToken,
        unfinished: TaskTracker,
    ) -> Self {
        let (store, starting, running) = (Store::new(home), Mutex::default(), Arc::default());
        Self { store, screen, damage, ending, unfinished, starting, running }
    }

    /// Starts a recording. Must be called on a thread of the runtime.
    ///
    /// # Errors
    /// When one is already running, an option is out of bounds, or the screen can't be recorded.
    pub fn start(&self, request: RecordingRequest) -> Result<Recording, RecordingError> {
        check(request)?;
        if !VideoEncoder::supports(self.screen.size()) {
            return Err(RecordingError::ScreenTooLarge);
        }
        let _turn = self.starting.lock().unwrap_or_else(PoisonError::into_inner);
        if self.running().is_some() {
            return Err(RecordingError::AlreadyRecording);
        }
        if self.ending.is_cancelled() {
            return Err(RecordingError::Ending);
        }
        if self.store.list()?.len() >= MAX_RECORDINGS {
            return Err(RecordingError::TooMany);
        }
        let id = RecordingId::generate();
        self.begin(id, request).inspect_err(|_| {
            if let Err(error) = self.store.remove(id) {
                tracing::warn!(error = %error, "could not remove an incomplete recording");
            }
        })
    }

    fn begin(&self, id: RecordingId, request: RecordingRequest) -> Result<Recording, RecordingError> {
        let file = self.store.create(id)?;
        // Subscribe before the first capture, so that no change in between is missed.
        let changes = self.damage.subscribe();
        let active = ActiveRecording::begin(Arc::clone(&self.screen), changes, file, request)?;
        let running = Running {
            id,
            size: active.size(),
            progress: active.progress(),
            stop: CancellationToken::new(),
            ended: CancellationToken::new(),
        };
        let recording = running.describe(RecordingState::Recording);
        // Set this before the metadata is written: without a task it would be listed as killed.
        set(&self.running, Some(running.clone()));
        self.store.describe(&recording).inspect_err(|_| set(&self.running, None))?;
        self.run(active, running);
        Ok(recording)
    }

    /// Spawns the task that records.
    fn run(&self, active: ActiveRecording, running: Running) {
        let signals = StopSignals { stop: running.stop.clone(), desktop: self.ending.clone() };
        let (store, slot) = (self.store.clone(), Arc::clone(&self.running));
        self.unfinished.spawn(async move {
            let reason = recorder::record(active, signals).await;
            let recording = running.describe(RecordingState::Ended { reason });
            let described = tokio::task::spawn_blocking(move || store.describe(&recording)).await;
            if !matches!(described, Ok(Ok(()))) {
                tracing::error!(outcome = ?described, "could not save why a recording ended");
            }
            set(&slot, None);
            running.ended.cancel();
        });
    }

    /// All recordings, oldest first.
    pub fn list(&self) -> Result<Vec<Recording>, RecordingError> {
        // Read this first, so that a recording that ends meanwhile is listed as running rather than killed.
        let running = self.running();
        let mut recordings = self.store.list()?;
        for recording in &mut recordings {
            if let Some(running) = running.as_ref().filter(|running| running.id == recording.id) {
                *recording = running.describe(RecordingState::Recording);
            }
        }
        Ok(recordings)
    }

    /// Stops a recording and waits until its file is complete. Does nothing if it has already ended.
    ///
    /// # Errors
    /// When there is no recording with that id.
    pub async fn stop(self: Arc<Self>, id: RecordingId) -> Result<Recording, RecordingError> {
        if let Some(running) = self.running().filter(|running| running.id == id) {
            running.stop.cancel();
            running.ended.cancelled().await;
        }
        blocking(move || self.store.read(id)).await
    }

    /// Opens the video of a recording. A running one can be played as far as it goes.
    ///
    /// # Errors
    /// When there is no recording with that id.
    pub fn video(&self, id: RecordingId) -> Result<Video, RecordingError> {
        // Read this first, so that a length read after the end is the final one.
        let grows = self.running().is_some_and(|running| running.id == id);
        let (file, length) = self.store.open(id)?;
        Ok(Video { file, length, grows })
    }

    /// Deletes a recording; does nothing if there is none.
    ///
    /// # Errors
    /// While it is running.
    pub fn remove(&self, id: RecordingId) -> Result<(), RecordingError> {
        if self.running().is_some_and(|running| running.id == id) {
            return Err(RecordingError::StillRecording);
        }
        Ok(self.store.remove(id)?)
    }

    fn running(&self) -> Option<Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn set(slot: &Mutex<Option<Running>>, running: Option<Running>) {
    *slot.lock().unwrap_or_else(PoisonError::into_inner) = running;
}

impl Running {
    fn describe(&self, state: RecordingState) -> Recording {
        let number = |number: &std::sync::atomic::AtomicU64| number.load(Ordering::Relaxed);
        // A UUID v7 contains its creation time.
        let (seconds, nanoseconds) = self.id.0.get_timestamp().map_or((0, 0), |made| made.to_unix());
        Recording {
            id: self.id,
            state,
            started_ms: seconds * 1000 + u64::from(nanoseconds / 1_000_000),
            duration_ms: number(&self.progress.duration_ms),
            bytes: number(&self.progress.bytes),
            frames: Some(number(&self.progress.frames)),
            size: self.size,
        }
    }
}

fn check(request: RecordingRequest) -> Result<(), RecordingError> {
    let complaint = if !FRAMES_PER_SECOND.contains(&request.frames_per_second) {
        "frames_per_second must be from 1 to 30."
    } else if !BYTES.contains(&request.max_bytes) {
        "max_bytes must be from 1048576 (1 MiB) to 8589934592 (8 GiB)."
    } else if !DURATION_MS.contains(&request.max_duration_ms) {
        "max_duration_ms must be from 1000 (a second) to 43200000 (12 hours)."
    } else {
        return Ok(());
    };
    Err(RecordingError::OutOfBounds(complaint))
}
