//! The files of recordings: a video and its metadata for each.
//!
//! They are in the home folder, which outlives the agent and its container, unlike the runtime folder. They are in the
//! hidden folder for programs' data and not in `Outputs`, since a recording is not something that a person asked the
//! desktop to produce.

use std::fs::File;
use std::io::{Read as _, Write as _};

use protocol::agent::recording::{Recording, RecordingEnd, RecordingState};
use protocol::ids::RecordingId;

use super::error::RecordingError;
use super::mp4;
use crate::files::{FileError, Home};

const FOLDER: &str = ".local/share/deskhand/recordings";
/// Most bytes of a metadata file; a longer one was not written by us.
const MAX_DESCRIPTION_BYTES: u64 = 4096;

/// The files of all recordings. The methods block on the disk.
#[derive(Debug, Clone)]
pub(super) struct Store {
    home: Home,
}

impl Store {
    pub(super) fn new(home: Home) -> Self {
        Self { home }
    }

    /// Creates the video file of a new recording.
    pub(super) fn create(&self, id: RecordingId) -> Result<File, FileError> {
        self.home.create(&video(id))
    }

    /// Opens the video of a recording, and returns its length in bytes.
    pub(super) fn open(&self, id: RecordingId) -> Result<(File, u64), RecordingError> {
        match self.home.read(&video(id)) {
            Err(FileError::NotFound) => Err(RecordingError::NotFound),
            other => Ok(other?),
        }
    }

    /// Writes the metadata of a recording.
    pub(super) fn describe(&self, recording: &Recording) -> Result<(), RecordingError> {
        let (mut file, upload) = self.home.receive(&description(recording.id))?;
        file.write_all(&serde_json::to_vec(recording)?)?;
        drop(file);
        Ok(upload.finish()?)
    }

    /// Every recording that is not running, oldest first.
    pub(super) fn list(&self) -> Result<Vec<Recording>, FileError> {
        let files = self.home.list(FOLDER)?;
        let ids =
            files.iter().filter_map(|file| file.path.rsplit('/').next()?.strip_suffix(".mp4")?.parse().ok());
        let mut recordings = ids.filter_map(|id| self.read(id).ok()).collect::<Vec<_>>();
        recordings.sort_by_key(|recording| recording.id);
        Ok(recordings)
    }

    /// Reads a recording that is not running.
    pub(super) fn read(&self, id: RecordingId) -> Result<Recording, RecordingError> {
        let (video, bytes) = self.open(id)?;
        let (file, _) = self.home.read(&description(id))?;
        let mut text = Vec::new();
        file.take(MAX_DESCRIPTION_BYTES).read_to_end(&mut text)?;
        let mut recording = Recording { id, bytes, ..serde_json::from_slice(&text)? };
        if recording.state == RecordingState::Recording {
            // The agent was killed before it could write the end.
            recording.state = RecordingState::Ended { reason: RecordingEnd::Killed };
            recording.duration_ms = mp4::duration_of_interrupted(&video)?.unwrap_or_default();
            recording.frames = None;
        }
        Ok(recording)
    }

    /// Deletes a recording; does nothing if there is none.
    pub(super) fn remove(&self, id: RecordingId) -> Result<(), FileError> {
        for path in [video(id), description(id)] {
            match self.home.remove(&path) {
                Ok(()) | Err(FileError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

fn video(id: RecordingId) -> String {
    format!("{FOLDER}/{id}.mp4")
}

fn description(id: RecordingId) -> String {
    format!("{FOLDER}/{id}.json")
}
