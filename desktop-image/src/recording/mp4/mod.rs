//! Writes an MP4 file that can be played at any moment, even if writing is interrupted.
//!
//! While it is written, the file is fragmented: a `moov` box without samples, then fragments that each describe their
//! own samples. An interrupted file plays up to the last whole fragment. To complete it, a `moov` box with all samples
//! is appended, and overwriting a few bytes before the first fragment turns everything in between into one `mdat` box.
//! The result is an ordinary file with a known duration, in which every player can seek.
//!
//! ```text
//! growing:   ftyp  free  moov (no samples)  moof mdat  moof mdat  ...
//! complete:  ftyp  mdat ..........................................  moov (all samples)
//! ```

mod box_writer;
mod boxes;
mod index;

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use protocol::action::Size;

use super::encoder::{Frame, Headers};
use boxes::Places;
use index::{Chunk, Index, Sample};

/// Time units per second.
const TIMESCALE: u32 = 1000;
/// Pending bytes at which a fragment is written.
const MAX_PENDING: usize = 1024 * 1024;
/// The duration of an interrupted file in milliseconds; `None` if it is not a fragmented file of ours.
pub(super) fn duration_of_interrupted(file: &File) -> io::Result<Option<u64>> {
    let mut opening = [0; boxes::DURATION_WITHIN];
    let length = file.read_at(&mut opening, 0)?;
    Ok(boxes::duration_of_fragments(&opening[..length]))
}

/// Writes one file. Times are in milliseconds since its start.
#[derive(Debug)]
pub(super) struct Mp4Writer {
    file: File,
    size: Size,
    headers: Headers,
    index: Index,
    /// Number of samples of `index` that are in the file; the data of the others is in `pending`.
    written: usize,
    pending: Vec<u8>,
    /// Length of the file's valid part in bytes.
    length: u64,
    places: Places,
    /// File position of the last sample's duration.
    last_at: Option<u64>,
}

impl Mp4Writer {
    /// Starts a file.
    pub(super) fn begin(file: File, size: Size, headers: Headers) -> io::Result<Self> {
        let (opening, places) = boxes::opening(size, &headers);
        file.write_all_at(&opening, 0)?;
        let length = opening.len() as u64;
        Ok(Self {
            file,
            size,
            headers,
            index: Index::default(),
            written: 0,
            pending: Vec::new(),
            length,
            places,
            last_at: None,
        })
    }

    /// Adds a frame that is shown from `at` on. It is moved to later than the previous frame if it is not.
    pub(super) fn add(&mut self, frame: &Frame, at: u64) -> io::Result<()> {
        let at = self.index.samples.last().map_or(0, |last| at.max(last.at + 1));
        let size = u32::try_from(frame.bytes.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
        self.pending.extend_from_slice(&frame.bytes);
        self.index.samples.push(Sample { at, size, key: frame.key });
        self.index.end = at + 1;
        if self.pending.len() >= MAX_PENDING { self.flush(at) } else { Ok(()) }
    }

    /// Writes all pending frames. The last frame in the file is shown until `now`.
    ///
    /// # Errors
    /// When writing fails; the file then ends with the last whole fragment.
    pub(super) fn flush(&mut self, now: u64) -> io::Result<()> {
        self.index.end = self.index.end.max(now);
        let (written, waiting) = self.index.samples.split_at(self.written);
        if let (Some(last), Some(at)) = (written.last(), self.last_at) {
            let end = waiting.first().map_or(self.index.end, |next| next.at);
            self.file.write_all_at(&boxes::duration(last.at, end).to_be_bytes(), at)?;
        }
        if !waiting.is_empty() {
            self.write_fragment()?;
        }
        self.file.write_all_at(&self.index.end.to_be_bytes(), self.places.duration)
    }

    fn write_fragment(&mut self) -> io::Result<()> {
        let waiting = &self.index.samples[self.written..];
        let number = u32::try_from(self.index.chunks.len() + 1).unwrap_or(u32::MAX);
        let (mut bytes, last) = boxes::fragment(number, waiting, self.index.end, self.pending.len());
        let offset = self.length + bytes.len() as u64;
        let samples = u32::try_from(waiting.len()).unwrap_or(u32::MAX);
        bytes.append(&mut self.pending);
        let start = self.length;
        if let Err(error) = self.append(bytes) {
            self.index.samples.truncate(self.written);
            return Err(error);
        }
        self.last_at = Some(start + last as u64);
        self.index.chunks.push(Chunk { offset, samples });
        self.written = self.index.samples.len();
        Ok(())
    }

    /// Completes the file. The last frame is shown until `now`.
    ///
    /// # Errors
    /// When writing fails. The file then stays fragmented, which can be played too.
    pub(super) fn finish(&mut self, now: u64) -> io::Result<()> {
        // If the last fragment does not fit any more, complete the file without it.
        let flushed = self.flush(now);
        let closing = boxes::closing(self.size, &self.headers, &self.index);
        let covering = boxes::covering(self.places.placeholder, self.length);
        self.append(closing)?;
        // This small write turns the fragmented file into an ordinary one.
        self.file.write_all_at(&covering, self.places.placeholder)?;
        flushed
    }

    /// Appends boxes atomically, even if the process is killed. They are first written as a single `free` box, which
    /// players skip; then the first header is replaced by the real one.
    fn append(&mut self, mut boxes: Vec<u8>) -> io::Result<()> {
        let header = boxes::disguise_as_free(&mut boxes);
        let appended = self
            .file
            .write_all_at(&boxes, self.length)
            .and_then(|()| self.file.write_all_at(&header, self.length));
        if let Err(error) = appended {
            self.file.set_len(self.length)?;
            return Err(error);
        }
        self.length += boxes.len() as u64;
        Ok(())
    }

    /// Upper bound in bytes on the complete file after one more frame of `more` bytes.
    pub(super) fn length_with(&self, more: usize) -> u64 {
        self.length + (self.pending.len() + more) as u64 + self.index.overhead_bound()
    }

    /// Length of the file in bytes so far.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Duration in milliseconds so far.
    pub(super) fn duration(&self) -> u64 {
        self.index.end
    }

    /// Number of frames so far.
    pub(super) fn frames(&self) -> u64 {
        self.index.samples.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::unix::fs::FileExt as _;

    use nix::fcntl::{FcntlArg, SealFlag, fcntl};
    use nix::sys::memfd::{MFdFlags, memfd_create};

    use super::{Frame, Headers, Mp4Writer, Size, duration_of_interrupted};

    fn memory() -> File {
        memfd_create("video", MFdFlags::MFD_ALLOW_SEALING).unwrap().into()
    }

    fn begin(file: &File) -> Mp4Writer {
        let headers = Headers { sequence: vec![0x67, 66, 0xc0, 31, 1], picture: vec![0x68, 2] };
        Mp4Writer::begin(file.try_clone().unwrap(), Size { width: 64, height: 64 }, headers).unwrap()
    }

    fn frame(length: usize) -> Frame {
        Frame { bytes: vec![7; length], key: length > 9000 }
    }

    /// Type and length of each box; the last must end where the file does.
    fn boxes(file: &File) -> Vec<(String, u64)> {
        let length = file.metadata().unwrap().len();
        let (mut at, mut found) = (0, Vec::new());
        while at < length {
            let mut header = [0; 16];
            file.read_exact_at(&mut header, at).unwrap();
            let (short, long) = (header[..4].try_into().unwrap(), header[8..].try_into().unwrap());
            let short = u64::from(u32::from_be_bytes(short));
            let bytes = if short == 1 { u64::from_be_bytes(long) } else { short };
            found.push((String::from_utf8_lossy(&header[4..8]).into_owned(), bytes));
            at += bytes;
        }
        assert_eq!(at, length);
        found
    }

    fn kinds(file: &File) -> Vec<String> {
        boxes(file).into_iter().map(|(kind, _)| kind).collect()
    }

    #[test]
    fn a_growing_file_is_valid_and_has_its_duration_after_every_flush() {
        let file = memory();
        let mut writer = begin(&file);
        assert_eq!(kinds(&file), ["ftyp", "free", "moov"]);
        for (at, now) in [(0, 40), (100, 1000), (1500, 2000)] {
            writer.add(&frame(10), at).unwrap();
            writer.flush(now).unwrap();
            assert_eq!(duration_of_interrupted(&file).unwrap(), Some(now));
        }
        let pieces = ["ftyp", "free", "moov", "moof", "mdat", "moof", "mdat", "moof", "mdat"];
        assert_eq!(kinds(&file), pieces);
        writer.flush(5000).unwrap();
        assert_eq!(
            (duration_of_interrupted(&file).unwrap(), kinds(&file)),
            (Some(5000), pieces.map(String::from).to_vec())
        );
    }

    #[test]
    fn a_complete_file_is_no_longer_than_its_upper_bound() {
        for (frames, flush_every) in [(1, 1), (500, 1), (500, 7), (500, 1000)] {
            let file = memory();
            let mut writer = begin(&file);
            let mut bound = 0;
            for number in 0..frames {
                let frame = frame(usize::try_from(number * 37 % 10_000).unwrap());
                bound = writer.length_with(frame.bytes.len());
                writer.add(&frame, number * number).unwrap();
                if number % flush_every == 0 {
                    writer.flush(number * number + 1).unwrap();
                }
            }
            writer.finish(frames * frames).unwrap();
            assert_eq!(kinds(&file), ["ftyp", "mdat", "moov"]);
            let length = file.metadata().unwrap().len();
            assert_eq!(writer.length(), length);
            assert!(length <= bound, "{length} bytes, {bound} bound");
        }
    }

    #[test]
    fn a_failed_write_leaves_the_file_as_it_was() {
        let file = memory();
        let mut writer = begin(&file);
        writer.add(&frame(20_000), 0).unwrap();
        writer.flush(500).unwrap();
        let before = (boxes(&file), writer.length());
        // From here on the file can grow by a few pages only.
        file.set_len(before.1 + 9000).unwrap();
        fcntl(&file, FcntlArg::F_ADD_SEALS(SealFlag::F_SEAL_GROW)).unwrap();
        writer.add(&frame(20_000), 700).unwrap();
        assert!(writer.flush(1000).is_err());
        assert_eq!((boxes(&file), writer.length()), before);
        assert_eq!(writer.frames(), 1);
        assert!(writer.finish(1100).is_err());
        assert_eq!((boxes(&file), writer.length()), before);
    }

    #[test]
    fn frames_have_distinct_times() {
        let mut writer = begin(&memory());
        for at in [5, 5, 5, 3, 9] {
            writer.add(&frame(1), at).unwrap();
        }
        let times = writer.index.samples.iter().map(|sample| sample.at).collect::<Vec<_>>();
        assert_eq!(times, [0, 5, 6, 7, 9]);
    }
}
