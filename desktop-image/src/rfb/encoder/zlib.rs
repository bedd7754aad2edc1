//! A zlib stream that continues from rectangle to rectangle.

use flate2::{Compress, CompressError, Compression, FlushCompress};

/// Higher levels take much longer and save little.
const HIGHEST: u32 = 6;

/// The compressing end of a zlib stream.
#[derive(Debug)]
pub(super) struct ZlibStream(Compress);

impl ZlibStream {
    /// A stream with a compression level from 0 to 9.
    pub(super) fn new(level: u32) -> Self {
        Self(Compress::new(Compression::new(level.clamp(1, HIGHEST)), true))
    }

    /// Compresses data and flushes, so that the reader can decompress all of it.
    pub(super) fn compress(&mut self, data: &[u8]) -> Result<Vec<u8>, CompressError> {
        let start = self.0.total_in();
        let mut compressed = Vec::with_capacity(data.len() / 4 + 64);
        loop {
            let consumed = usize::try_from(self.0.total_in() - start).unwrap_or(data.len());
            self.0.compress_vec(&data[consumed..], &mut compressed, FlushCompress::Sync)?;
            // Spare capacity means that all output has been written.
            if compressed.len() < compressed.capacity() {
                return Ok(compressed);
            }
            compressed.reserve(compressed.capacity());
        }
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Decompress, FlushDecompress};

    use super::ZlibStream;

    #[test]
    fn each_piece_can_be_decompressed_at_once() {
        let mut state = 7_u32;
        let mut noise = |length: usize| -> Vec<u8> {
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            };
            (0..length).map(|_| next()).collect()
        };
        let mut stream = ZlibStream::new(2);
        let mut reader = Decompress::new(true);
        for data in [noise(5), vec![7; 100_000], noise(100_000), noise(70), vec![1; 30], noise(64)] {
            let compressed = stream.compress(&data).unwrap();
            let mut read = Vec::with_capacity(data.len() + 1);
            reader.decompress_vec(&compressed, &mut read, FlushDecompress::Sync).unwrap();
            assert_eq!(read, data);
        }
    }
}
