//! The pixel format that a viewer requests.

/// A true-colour pixel format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PixelFormat {
    bytes: u8,
    depth: u8,
    big_endian: bool,
    max: [u16; 3],
    shift: [u8; 3],
}

impl PixelFormat {
    /// The server's own format: four bytes, blue first.
    pub(crate) const SERVER: Self =
        Self { bytes: 4, depth: 24, big_endian: false, max: [255; 3], shift: [16, 8, 0] };

    /// Parses a format; `None` when it is malformed or uses a colour map.
    pub(crate) fn read(bytes: [u8; 16]) -> Option<Self> {
        let [bits, depth, big_endian, true_colour, rest @ ..] = bytes;
        let format = Self {
            bytes: bits / 8,
            depth,
            big_endian: big_endian != 0,
            max: [0, 2, 4].map(|at| u16::from_be_bytes([rest[at], rest[at + 1]])),
            shift: [rest[6], rest[7], rest[8]],
        };
        let sound = matches!(bits, 8 | 16 | 32)
            && true_colour != 0
            && format.max.iter().all(|max| *max > 0)
            && format.shift.iter().all(|shift| *shift < bits);
        sound.then_some(format)
    }

    /// The format as RFB encodes it.
    pub(crate) fn to_bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&[self.bytes * 8, self.depth, u8::from(self.big_endian), 1]);
        for (at, max) in [4, 6, 8].into_iter().zip(self.max) {
            bytes[at..at + 2].copy_from_slice(&max.to_be_bytes());
        }
        bytes[10..13].copy_from_slice(&self.shift);
        bytes
    }

    /// Bytes of a pixel.
    pub(crate) fn bytes(&self) -> u8 {
        self.bytes
    }

    /// Whether Tight's pixels are three bytes: red, green, blue.
    pub(crate) fn is_tight(&self) -> bool {
        self.bytes == 4 && self.depth == 24 && self.max == [255; 3]
    }

    /// Appends a pixel in Tight's form (TPIXEL).
    pub(crate) fn write_tight(&self, rgb: [u8; 3], to: &mut Vec<u8>) {
        if self.is_tight() { to.extend(rgb) } else { self.write(rgb, to) }
    }

    /// Appends a pixel in ZRLE's form (CPIXEL): without the byte that holds no colour.
    pub(crate) fn write_compact(&self, rgb: [u8; 3], to: &mut Vec<u8>) {
        let start = to.len();
        self.write(rgb, to);
        let used = (0..3).fold(0, |used, index| used | u64::from(self.max[index]) << self.shift[index]);
        if self.bytes == 4 && self.depth <= 24 {
            let first_is_high = self.big_endian;
            if used >> 24 == 0 {
                to.remove(if first_is_high { start } else { start + 3 });
            } else if used & 0xff == 0 {
                to.remove(if first_is_high { start + 3 } else { start });
            }
        }
    }

    /// Appends a pixel.
    pub(crate) fn write(&self, rgb: [u8; 3], to: &mut Vec<u8>) {
        let channel = |index: usize| {
            let scaled = (u64::from(rgb[index]) * u64::from(self.max[index]) + 127) / 255;
            scaled << self.shift[index]
        };
        let value = channel(0) | channel(1) | channel(2);
        let count = usize::from(self.bytes);
        if self.big_endian {
            to.extend_from_slice(&value.to_be_bytes()[8 - count..]);
        } else {
            to.extend_from_slice(&value.to_le_bytes()[..count]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PixelFormat;

    fn written(format: PixelFormat, rgb: [u8; 3]) -> Vec<u8> {
        let mut bytes = Vec::new();
        format.write(rgb, &mut bytes);
        bytes
    }

    #[test]
    fn pixels_are_written_in_the_format() {
        assert_eq!(written(PixelFormat::SERVER, [1, 2, 3]), [3, 2, 1, 0]);
        let novnc = PixelFormat { shift: [0, 8, 16], ..PixelFormat::SERVER };
        assert_eq!(written(novnc, [1, 2, 3]), [1, 2, 3, 0]);
        let big = PixelFormat { big_endian: true, ..PixelFormat::SERVER };
        assert_eq!(written(big, [1, 2, 3]), [0, 1, 2, 3]);
        let high_colour =
            PixelFormat { bytes: 2, depth: 16, max: [31, 63, 31], shift: [11, 5, 0], ..PixelFormat::SERVER };
        assert_eq!(written(high_colour, [255, 0, 255]), 0b1111_1000_0001_1111_u16.to_le_bytes());
    }

    #[test]
    fn compact_pixels_lack_the_byte_that_holds_no_colour() {
        let compact = |format: PixelFormat| {
            let mut bytes = Vec::new();
            format.write_compact([1, 2, 3], &mut bytes);
            bytes
        };
        let low = PixelFormat::SERVER;
        assert_eq!(compact(low), [3, 2, 1]);
        assert_eq!(compact(PixelFormat { big_endian: true, ..low }), [1, 2, 3]);
        let high = PixelFormat { shift: [24, 16, 8], ..low };
        assert_eq!(compact(high), [3, 2, 1]);
        assert_eq!(compact(PixelFormat { big_endian: true, ..high }), [1, 2, 3]);
        assert_eq!(compact(PixelFormat { depth: 32, ..low }), [3, 2, 1, 0]);
    }

    #[test]
    fn a_format_is_read_back() {
        assert_eq!(PixelFormat::read(PixelFormat::SERVER.to_bytes()), Some(PixelFormat::SERVER));
        for (at, value) in [(0, 24), (0, 0), (3, 0), (5, 0), (10, 32), (12, 255)] {
            let mut bytes = PixelFormat::SERVER.to_bytes();
            bytes[at] = value;
            assert_eq!(PixelFormat::read(bytes), None, "byte {at} = {value}");
        }
    }
}
