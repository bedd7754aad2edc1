//! Drives one recording: captures when something changed, flushes once a second, and completes the file.

use std::time::Duration;

use protocol::agent::recording::RecordingEnd;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::active_recording::ActiveRecording;
use crate::damage::Subscription;

/// How often the file is flushed: the most that is lost when the desktop is killed.
const FLUSH_INTERVAL: Duration = Duration::from_secs(1);

/// Signals that end a recording.
#[derive(Debug, Clone)]
pub(super) struct StopSignals {
    /// A request to stop.
    pub(super) stop: CancellationToken,
    /// The desktop's shutdown.
    pub(super) desktop: CancellationToken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Capture,
    Flush,
    CaptureAndFinish,
    Finish,
}

/// Records until stopped or until a limit is reached, and completes the file. Nothing is captured or encoded while the
/// screen does not change.
pub(super) async fn record(mut recording: ActiveRecording, signals: StopSignals) -> RecordingEnd {
    let request = recording.request();
    let period = Duration::from_secs(1) / request.frames_per_second.max(1);
    let deadline = recording.began() + Duration::from_millis(request.max_duration_ms);
    let changes = recording.changes();
    let mut next_capture = recording.began() + period;
    let mut next_flush = recording.began() + FLUSH_INTERVAL;
    let reason = loop {
        let step = tokio::select! {
            biased;
            () = signals.stop.cancelled() => break RecordingEnd::Stopped,
            () = signals.desktop.cancelled() => break RecordingEnd::DesktopEnded,
            () = sleep_until(deadline) => break RecordingEnd::MaxDuration,
            () = sleep_until(next_flush) => Step::Flush,
            () = wait_for_change(next_capture, &changes) => Step::Capture,
        };
        let started = Instant::now();
        match run_step(recording, step).await {
            Ok(same) => recording = same,
            Err((Some(same), reason)) => {
                recording = same;
                break reason;
            }
            Err((None, reason)) => return reason,
        }
        match step {
            Step::Flush => next_flush = started + FLUSH_INTERVAL,
            // Frames are skipped, never queued: changes made meanwhile are in the next capture. The pause is at least
            // as long as the work, so that recording uses at most half a core on a busy machine.
            _ => next_capture = (started + period).max(Instant::now() + started.elapsed()),
        }
    };
    let last = match reason {
        RecordingEnd::Stopped | RecordingEnd::DesktopEnded | RecordingEnd::MaxDuration => {
            Step::CaptureAndFinish
        }
        _ => Step::Finish,
    };
    // The last capture may fail because the screen is gone; that does not change the reason.
    match run_step(recording, last).await {
        Err((None, defect)) => defect,
        _ => reason,
    }
}

/// Waits until the next capture is due and then for a change.
async fn wait_for_change(next_capture: Instant, changes: &Subscription) {
    sleep_until(next_capture).await;
    changes.changed().await;
}

/// Runs a step on a blocking thread. If it panics, the state is lost but not the file.
async fn run_step(
    mut recording: ActiveRecording,
    step: Step,
) -> Result<ActiveRecording, (Option<ActiveRecording>, RecordingEnd)> {
    let taken = tokio::task::spawn_blocking(move || {
        let outcome = match step {
            Step::Capture => recording.capture(),
            Step::Flush => recording.flush(),
            Step::CaptureAndFinish => {
                let captured = recording.capture();
                recording.finish();
                captured
            }
            Step::Finish => {
                recording.finish();
                Ok(())
            }
        };
        (recording, outcome)
    });
    match taken.await {
        Ok((recording, Ok(()))) => Ok(recording),
        Ok((recording, Err(reason))) => Err((Some(recording), reason)),
        Err(_) => {
            tracing::error!("a recording ended with a panic");
            Err((None, RecordingEnd::Failed))
        }
    }
}
