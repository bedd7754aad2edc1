//! Bytes from a viewer that are not yet parsed. Messages may arrive in pieces, or several at once.

use super::MAX_MESSAGE_BYTES;
use super::messages::{self, ClientMessage, Violation};

/// A bounded queue of bytes.
#[derive(Debug, Default)]
pub(crate) struct InputBuffer {
    bytes: Vec<u8>,
    /// Number of bytes at the start that have been consumed.
    read: usize,
}

impl InputBuffer {
    /// Adds received bytes.
    ///
    /// # Errors
    /// When more is buffered than the longest message.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), Violation> {
        self.bytes.drain(..std::mem::take(&mut self.read));
        if self.bytes.len() + bytes.len() > MAX_MESSAGE_BYTES {
            return Err(Violation("too much at once"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// The next `N` bytes, if available.
    pub(crate) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let taken = self.bytes[self.read..].first_chunk::<N>().copied()?;
        self.read += N;
        Some(taken)
    }

    /// The next message, if it is complete.
    pub(crate) fn message(&mut self) -> Result<Option<ClientMessage>, Violation> {
        Ok(messages::read(&self.bytes[self.read..])?.map(|(message, length)| {
            self.read += length;
            message
        }))
    }
}

#[cfg(test)]
mod tests {
    //! Viewers may send anything. PROPTEST_CASES=1000000 searches longer. The corpus is what real viewers sent after
    //! the handshake.

    use proptest::prelude::*;
    use proptest::sample::Index;
    use proptest::test_runner::Config;

    use super::super::encoder::Encoder;
    use super::{ClientMessage, InputBuffer, Violation};
    use crate::framebuffer::rect::Rect;
    use crate::framebuffer::tiles::Bitmap;

    /// All messages in bytes that arrive in pieces.
    fn read(pieces: &[&[u8]]) -> Result<Vec<ClientMessage>, Violation> {
        let mut buffer = InputBuffer::default();
        let mut messages = Vec::new();
        for piece in pieces {
            buffer.push(piece)?;
            while let Some(message) = buffer.message()? {
                messages.push(message);
            }
        }
        Ok(messages)
    }

    fn corpus() -> Vec<Vec<u8>> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/live");
        let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        paths.sort();
        paths.into_iter().map(|path| std::fs::read(path).unwrap()).collect()
    }

    /// A real viewer's bytes with parts removed, duplicated, replaced or set to extremes.
    fn mutated() -> impl Strategy<Value = Vec<u8>> {
        let mutation = (0..5_u8, any::<Index>(), 0..12_usize, any::<[u8; 4]>());
        (any::<Index>(), prop::collection::vec(mutation, 0..8)).prop_map(|(which, mutations)| {
            let corpus = corpus();
            let mut bytes = which.get(&corpus).clone();
            for (kind, place, length, new) in mutations {
                let start = place.index(bytes.len() + 1);
                let end = (start + length).min(bytes.len());
                let part = bytes[start..end].to_vec();
                let by = match kind {
                    0 => Vec::new(),
                    1 => part.repeat(2),
                    2 => new.to_vec(),
                    3 => vec![0xff; part.len()],
                    _ => which.get(&corpus).iter().skip(start / 2).take(length * 4).copied().collect(),
                };
                bytes.splice(start..end, by);
            }
            bytes
        })
    }

    fn anything() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![mutated(), prop::collection::vec(any::<u8>(), 0..200)]
    }

    /// Splits bytes at some positions.
    fn cut<'a>(bytes: &'a [u8], places: &[Index]) -> Vec<&'a [u8]> {
        let mut places: Vec<usize> = places.iter().map(|place| place.index(bytes.len() + 1)).collect();
        places.extend([0, bytes.len()]);
        places.sort_unstable();
        places.windows(2).map(|ends| &bytes[ends[0]..ends[1]]).collect()
    }

    #[test]
    fn messages_of_real_viewers_are_parsed() {
        for bytes in corpus() {
            let mut buffer = InputBuffer::default();
            buffer.push(&bytes).unwrap();
            while buffer.message().unwrap().is_some() {}
            assert_eq!(buffer.read, bytes.len());
        }
    }

    #[test]
    fn the_buffer_is_bounded() {
        let mut buffer = InputBuffer::default();
        // The start of a long text.
        buffer.push(&[6, 0, 0, 0, 0, 0x10, 0, 0]).unwrap();
        let refused = (0..100).find_map(|_| buffer.push(&[b'x'; 100_000]).err());
        assert!(refused.is_some());
        assert!(buffer.bytes.len() <= super::MAX_MESSAGE_BYTES);
    }

    proptest! {
        #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

        #[test]
        fn messages_do_not_depend_on_how_bytes_are_split(bytes in anything(), places in prop::collection::vec(any::<Index>(), 0..6)) {
            let whole = read(&[&bytes]);
            prop_assert_eq!(&read(&cut(&bytes, &places)), &whole);
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            prop_assert_eq!(&read(&single), &whole);
        }

        #[test]
        fn any_set_of_encodings_can_be_served(bytes in mutated(), colours in 1..400_u32) {
            let bitmap = Bitmap { width: 70, pixels: (0..70 * 67).map(|at| at % colours * 0x0001_0305).collect() };
            let rect = Rect { x: 1, y: 2, width: 70, height: 67 };
            let mut encoder = Encoder::new();
            for message in read(&[&bytes]).unwrap_or_default() {
                match message {
                    ClientMessage::SetPixelFormat(format) => encoder.set_format(format),
                    ClientMessage::SetEncodings(encodings) => encoder.set_encodings(&encodings),
                    _ => continue,
                }
                let mut sent = Vec::new();
                prop_assert!(encoder.rectangle(rect, &bitmap, &mut sent).is_ok());
            }
        }
    }
}
