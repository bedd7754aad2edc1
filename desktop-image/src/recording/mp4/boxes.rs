//! The boxes of an MP4 file (ISO/IEC 14496-12 and, for H.264, 14496-15).

use protocol::action::Size;

use super::TIMESCALE;
use super::box_writer::{boxed, count, full, short, shorts, words};
use super::index::{Index, Sample};
use crate::recording::encoder::Headers;

/// Bytes of a box's header: its length and its type.
pub(super) const HEADER: usize = 8;
/// Bytes of the box that becomes the header of the one `mdat` box when the file is completed.
pub(super) const PLACEHOLDER: usize = 16;
/// The duration of all fragments is within this many bytes from the start of a file.
pub(super) const DURATION_WITHIN: usize = 256;
/// The identity matrix: no rotation, no scaling.
const UNITY: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];
/// Flags of `trun`: a data offset, and duration, size and flags of each sample.
const RUN_FIELDS: u32 = 0x0000_0701;
/// Flag of `tfhd`: offsets count from the start of the fragment.
const BASE_IS_FRAGMENT: u32 = 0x0002_0000;
const KEY_SAMPLE: u32 = 0x0200_0000;
const DEPENDENT_SAMPLE: u32 = 0x0101_0000;

/// Positions before the first fragment that are overwritten later.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Places {
    /// The placeholder for the header of the `mdat` box.
    pub(super) placeholder: u64,
    /// The eight bytes of the duration of all fragments.
    pub(super) duration: u64,
}

/// The boxes before the first fragment.
pub(super) fn opening(size: Size, headers: &Headers) -> (Vec<u8>, Places) {
    let (mut to, mut places) = (Vec::new(), Places::default());
    boxed(b"ftyp", &mut to, |to| {
        to.extend(b"iso5");
        words(to, &[512]);
        to.extend(b"iso5iso6mp41avc1");
    });
    places.placeholder = to.len() as u64;
    boxed(b"free", &mut to, |to| to.extend([0; PLACEHOLDER - HEADER]));
    boxed(b"moov", &mut to, |to| {
        movie_header(0, to);
        boxed(b"mvex", to, |to| {
            full(b"mehd", 1, 0, to, |to| {
                places.duration = to.len() as u64;
                to.extend([0; 8]);
            });
            full(b"trex", 0, 0, to, |to| words(to, &[1, 1, 0, 0, 0]));
        });
        track(size, headers, &Index::default(), to);
    });
    (to, places)
}

/// The duration of all fragments, read from the start of a file; `None` if it is not a fragmented file.
pub(super) fn duration_of_fragments(opening: &[u8]) -> Option<u64> {
    let kind = opening.windows(4).position(|kind| kind == b"mehd")?;
    // The type is followed by version and flags.
    let duration = opening.get(kind + 8..kind + 16)?;
    duration.try_into().ok().map(u64::from_be_bytes)
}

/// A fragment for samples whose data of `bytes` bytes follows it. Also returns the position of the last sample's
/// duration.
pub(super) fn fragment(number: u32, samples: &[Sample], end: u64, bytes: usize) -> (Vec<u8>, usize) {
    let mut to = Vec::new();
    let (mut offset, mut last) = (0, 0);
    boxed(b"moof", &mut to, |to| {
        full(b"mfhd", 0, 0, to, |to| words(to, &[number]));
        boxed(b"traf", to, |to| {
            full(b"tfhd", 0, BASE_IS_FRAGMENT, to, |to| words(to, &[1]));
            let start = samples.first().map_or(0, |sample| sample.at);
            full(b"tfdt", 1, 0, to, |to| to.extend(start.to_be_bytes()));
            full(b"trun", 0, RUN_FIELDS, to, |to| {
                words(to, &[count(samples.len())]);
                offset = to.len();
                words(to, &[0]);
                let ends = samples.iter().skip(1).map(|sample| sample.at).chain([end]);
                for (sample, end) in samples.iter().zip(ends) {
                    last = to.len();
                    let flags = if sample.key { KEY_SAMPLE } else { DEPENDENT_SAMPLE };
                    words(to, &[duration(sample.at, end), sample.size, flags]);
                }
            });
        });
    });
    let data = count(to.len() + HEADER);
    to[offset..offset + 4].copy_from_slice(&data.to_be_bytes());
    words(&mut to, &[count(bytes + HEADER)]);
    to.extend(b"mdat");
    (to, last)
}

/// The duration of a sample that is shown from `at` until `end`.
pub(super) fn duration(at: u64, end: u64) -> u32 {
    u32::try_from(end.saturating_sub(at)).unwrap_or(u32::MAX)
}

/// The boxes after the last fragment of a complete file: the index of all samples.
pub(super) fn closing(size: Size, headers: &Headers, index: &Index) -> Vec<u8> {
    let mut to = Vec::new();
    boxed(b"moov", &mut to, |to| {
        movie_header(index.end, to);
        track(size, headers, index, to);
    });
    to
}

/// The header of an `mdat` box from `start` to `end`.
pub(super) fn covering(start: u64, end: u64) -> Vec<u8> {
    let mut to = Vec::new();
    words(&mut to, &[1]);
    to.extend(b"mdat");
    to.extend((end - start).to_be_bytes());
    to
}

/// Turns boxes into a single `free` box. Returns the header that restores them.
pub(super) fn disguise_as_free(boxes: &mut [u8]) -> [u8; HEADER] {
    let length = count(boxes.len());
    let mut header = [0; HEADER];
    if let Some(first) = boxes.first_chunk_mut::<HEADER>() {
        header = *first;
        first[..4].copy_from_slice(&length.to_be_bytes());
        first[4..].copy_from_slice(b"free");
    }
    header
}

fn movie_header(duration: u64, to: &mut Vec<u8>) {
    full(b"mvhd", 1, 0, to, |to| {
        to.extend([0; 16]);
        words(to, &[TIMESCALE]);
        to.extend(duration.to_be_bytes());
        words(to, &[0x1_0000]);
        shorts(to, &[0x100, 0]);
        to.extend([0; 8]);
        words(to, &UNITY);
        to.extend([0; 24]);
        words(to, &[2]);
    });
}

fn track(size: Size, headers: &Headers, index: &Index, to: &mut Vec<u8>) {
    boxed(b"trak", to, |to| {
        // The flags: enabled and in the movie.
        full(b"tkhd", 1, 3, to, |to| {
            to.extend([0; 16]);
            words(to, &[1, 0]);
            to.extend(index.end.to_be_bytes());
            to.extend([0; 16]);
            words(to, &UNITY);
            words(to, &[size.width << 16, size.height << 16]);
        });
        boxed(b"mdia", to, |to| {
            full(b"mdhd", 1, 0, to, |to| {
                to.extend([0; 16]);
                words(to, &[TIMESCALE]);
                to.extend(index.end.to_be_bytes());
                // The language is undetermined.
                shorts(to, &[0x55c4, 0]);
            });
            full(b"hdlr", 0, 0, to, |to| {
                words(to, &[0]);
                to.extend(b"vide");
                to.extend([0; 12]);
                to.extend(b"screen\0");
            });
            boxed(b"minf", to, |to| {
                full(b"vmhd", 0, 1, to, |to| to.extend([0; 8]));
                boxed(b"dinf", to, |to| {
                    full(b"dref", 0, 0, to, |to| {
                        words(to, &[1]);
                        full(b"url ", 0, 1, to, |_| {});
                    });
                });
                boxed(b"stbl", to, |to| {
                    description(size, headers, to);
                    tables(index, to);
                });
            });
        });
    });
}

/// Appends the sample description: how samples are encoded.
fn description(size: Size, headers: &Headers, to: &mut Vec<u8>) {
    full(b"stsd", 0, 0, to, |to| {
        words(to, &[1]);
        boxed(b"avc1", to, |to| {
            to.extend([0; 6]);
            shorts(to, &[1]);
            to.extend([0; 16]);
            shorts(to, &[short(size.width as usize), short(size.height as usize)]);
            words(to, &[0x48_0000, 0x48_0000, 0]);
            shorts(to, &[1]);
            to.extend([0; 32]);
            shorts(to, &[24, u16::MAX]);
            boxed(b"avcC", to, |to| {
                let profile = headers.sequence.get(1..4).unwrap_or_default();
                to.push(1);
                to.extend_from_slice(profile);
                // NAL unit lengths take four bytes; one parameter set of each kind.
                to.extend([0xff, 0xe1]);
                shorts(to, &[short(headers.sequence.len())]);
                to.extend_from_slice(&headers.sequence);
                to.push(1);
                shorts(to, &[short(headers.picture.len())]);
                to.extend_from_slice(&headers.picture);
                if profile.first().is_some_and(|profile| *profile >= 100) {
                    // High profiles repeat that it is 4:2:0 with eight bits, without extensions.
                    to.extend([0xfd, 0xf8, 0xf8, 0]);
                }
            });
            // BT.709, limited range.
            boxed(b"colr", to, |to| {
                to.extend(b"nclx");
                shorts(to, &[1, 1, 1]);
                to.push(0);
            });
        });
    });
}

/// Appends the sample tables: durations, key frames, sizes and positions.
fn tables(index: &Index, to: &mut Vec<u8>) {
    let ends = index.samples.iter().skip(1).map(|sample| sample.at).chain([index.end]);
    let durations = index.samples.iter().zip(ends).map(|(sample, end)| duration(sample.at, end));
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for duration in durations {
        match runs.last_mut() {
            Some((length, same)) if *same == duration => *length += 1,
            _ => runs.push((1, duration)),
        }
    }
    full(b"stts", 0, 0, to, |to| {
        words(to, &[count(runs.len())]);
        runs.iter().for_each(|(length, duration)| words(to, &[*length, *duration]));
    });
    full(b"stss", 0, 0, to, |to| {
        let keys = (1..).zip(&index.samples).filter(|(_, sample)| sample.key).map(|(place, _)| place);
        let keys = keys.collect::<Vec<u32>>();
        words(to, &[count(keys.len())]);
        words(to, &keys);
    });
    full(b"stsz", 0, 0, to, |to| {
        words(to, &[0, count(index.samples.len())]);
        index.samples.iter().for_each(|sample| words(to, &[sample.size]));
    });
    full(b"stsc", 0, 0, to, |to| {
        words(to, &[count(index.chunks.len())]);
        (1..).zip(&index.chunks).for_each(|(place, chunk)| words(to, &[place, chunk.samples, 1]));
    });
    full(b"co64", 0, 0, to, |to| {
        words(to, &[count(index.chunks.len())]);
        index.chunks.iter().for_each(|chunk| to.extend(chunk.offset.to_be_bytes()));
    });
}
