//! The index of an MP4 file: its samples and where they are.

/// Upper bounds in bytes: a fragment's headers and its entry in the index, a sample's entries in both, and the rest of
/// the index.
const PER_FRAGMENT: u64 = 160;
const PER_SAMPLE: u64 = 12 + 8 + 4 + 4;
const INDEX: u64 = 1024;

/// One sample: an encoded frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    pub(super) at: u64,
    pub(super) size: u32,
    pub(super) key: bool,
}

/// The positions of all samples of a file.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) samples: Vec<Sample>,
    pub(super) chunks: Vec<Chunk>,
    /// When the last sample ends.
    pub(super) end: u64,
}

/// Consecutive samples.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) offset: u64,
    pub(super) samples: u32,
}

impl Index {
    /// Upper bound in bytes on everything but the frames' data that one more frame and the index add to the file.
    pub(super) fn overhead_bound(&self) -> u64 {
        let samples = self.samples.len() as u64 + 1;
        let fragments = self.chunks.len() as u64 + 2;
        PER_FRAGMENT * fragments + PER_SAMPLE * samples + INDEX
    }
}
