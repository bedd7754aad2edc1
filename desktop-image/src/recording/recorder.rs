//! The life of one recording: it looks when something changed, flushes once a second, and ends.

use std::time::Duration;

use protocol::agent::recording::RecordingEnd;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::footage::Footage;
use crate::damage::Subscription;

/// How often what was recorded is brought to the file: a desktop that is killed loses no more than this.
const FLUSH_INTERVAL: Duration = Duration::from_secs(1);

/// What makes a recording end from outside.
#[derive(Debug, Clone)]
pub(super) struct Endings {
    /// Someone stops it.
    pub(super) stop: CancellationToken,
    /// The desktop ends.
    pub(super) desktop: CancellationToken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Look,
    Flush,
    LookAndFinish,
    Finish,
}

/// Records until told to end or until a limit is reached; the file is complete then. While the screen stays
/// as it is, nothing is captured or encoded.
pub(super) async fn record(mut footage: Footage, endings: Endings) -> RecordingEnd {
    let request = footage.request();
    let period = Duration::from_secs(1) / request.frames_per_second.max(1);
    let deadline = footage.began() + Duration::from_millis(request.max_duration_ms);
    let changes = footage.changes();
    let mut next_look = footage.began() + period;
    let mut next_flush = footage.began() + FLUSH_INTERVAL;
    let reason = loop {
        let step = tokio::select! {
            biased;
            () = endings.stop.cancelled() => break RecordingEnd::Stopped,
            () = endings.desktop.cancelled() => break RecordingEnd::DesktopEnded,
            () = sleep_until(deadline) => break RecordingEnd::MaxDuration,
            () = sleep_until(next_flush) => Step::Flush,
            () = change(next_look, &changes) => Step::Look,
        };
        let started = Instant::now();
        match take(footage, step).await {
            Ok(same) => footage = same,
            Err((Some(same), reason)) => {
                footage = same;
                break reason;
            }
            Err((None, reason)) => return reason,
        }
        match step {
            Step::Flush => next_flush = started + FLUSH_INTERVAL,
            // What changes meanwhile is seen at the next look: frames are left out, never queued. On a busy
            // machine the pause is as long as the work, so that half of a processor is the most it takes.
            _ => next_look = (started + period).max(Instant::now() + started.elapsed()),
        }
    };
    let last = match reason {
        RecordingEnd::Stopped | RecordingEnd::DesktopEnded | RecordingEnd::MaxDuration => Step::LookAndFinish,
        _ => Step::Finish,
    };
    // That the last look may fail, at a screen that is gone, changes nothing about the reason to end.
    match take(footage, last).await {
        Err((None, defect)) => defect,
        _ => reason,
    }
}

/// Waits until it is time to look, and then until there is something to see.
async fn change(next_look: Instant, changes: &Subscription) {
    sleep_until(next_look).await;
    changes.changed().await;
}

/// Takes a step off the threads that serve connections. The footage is lost when the step panics; its file
/// is not.
async fn take(mut footage: Footage, step: Step) -> Result<Footage, (Option<Footage>, RecordingEnd)> {
    let taken = tokio::task::spawn_blocking(move || {
        let outcome = match step {
            Step::Look => footage.look(),
            Step::Flush => footage.flush(),
            Step::LookAndFinish => {
                let looked = footage.look();
                footage.finish();
                looked
            }
            Step::Finish => {
                footage.finish();
                Ok(())
            }
        };
        (footage, outcome)
    });
    match taken.await {
        Ok((footage, Ok(()))) => Ok(footage),
        Ok((footage, Err(reason))) => Err((Some(footage), reason)),
        Err(_) => {
            tracing::error!("a recording ended by a defect");
            Err((None, RecordingEnd::Failed))
        }
    }
}
