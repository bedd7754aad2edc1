//! The colours of a bitmap with few of them.

use crate::framebuffer::tiles::Bitmap;

/// Most colours of a palette.
pub(super) const MAX_COLOURS: usize = 256;
/// Slots of the hash table from colours to indices: a power of two, of which at most a quarter is used.
const PLACES: usize = 1024;
/// Marks a free slot.
const FREE: u16 = u16::MAX;

/// The colours of a bitmap, and for each pixel the index of its colour.
#[derive(Debug)]
pub(super) struct Palette {
    pub(super) colours: Vec<u32>,
    pub(super) indices: Vec<u8>,
}

impl Palette {
    /// The palette of a bitmap; `None` if it has more than `most` colours.
    pub(super) fn of(bitmap: &Bitmap, most: usize) -> Option<Self> {
        let mut table = [FREE; PLACES];
        let mut colours: Vec<u32> = Vec::new();
        let mut indices = Vec::with_capacity(bitmap.pixels.len());
        let mut last = (*bitmap.pixels.first()?, 0_u8);
        colours.push(last.0);
        table[place(last.0)] = 0;
        for pixel in &bitmap.pixels {
            // Neighbouring pixels are mostly equal.
            if *pixel != last.0 {
                let mut at = place(*pixel);
                while table[at] != FREE && colours[usize::from(table[at])] != *pixel {
                    at = (at + 1) % PLACES;
                }
                if table[at] == FREE {
                    if colours.len() >= most.min(MAX_COLOURS) {
                        return None;
                    }
                    table[at] = u16::try_from(colours.len()).ok()?;
                    colours.push(*pixel);
                }
                last = (*pixel, u8::try_from(table[at]).ok()?);
            }
            indices.push(last.1);
        }
        Some(Self { colours, indices })
    }

    /// The indices packed into `depth` bits each; rows start at byte boundaries.
    pub(super) fn packed(&self, width: usize, depth: usize) -> Vec<u8> {
        if depth == 8 {
            return self.indices.clone();
        }
        let per_byte = 8 / depth;
        let rows = self.indices.len() / width.max(1);
        let mut packed = Vec::with_capacity(rows * width.div_ceil(per_byte));
        for row in self.indices.chunks(width.max(1)) {
            for group in row.chunks(per_byte) {
                let shifted = |(at, index): (usize, &u8)| index << (8 - depth * (at + 1));
                packed.push(group.iter().enumerate().map(shifted).fold(0, |byte, part| byte | part));
            }
        }
        packed
    }
}

fn place(pixel: u32) -> usize {
    (pixel.wrapping_mul(0x9e37_79b1) >> 22) as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::{Bitmap, Palette};

    #[test]
    fn a_palette_holds_every_pixel() {
        for count in [1, 2, 16, 255, 256, 257] {
            // Colours that collide in the table.
            let pixels: Vec<u32> = (0..5000).map(|at| (at % count) << 16).collect();
            let palette = Palette::of(&Bitmap { width: 50, pixels: pixels.clone() }, 256);
            assert_eq!(palette.is_some(), count <= 256, "{count} colours");
            if let Some(Palette { colours, indices }) = palette {
                assert_eq!(colours.len(), count as usize);
                let back: Vec<u32> = indices.iter().map(|index| colours[usize::from(*index)]).collect();
                assert_eq!(back, pixels);
            }
        }
        assert!(Palette::of(&Bitmap { width: 3, pixels: vec![1, 2, 3] }, 2).is_none());
    }

    #[test]
    fn indices_are_packed_by_row() {
        let palette = Palette::of(&Bitmap { width: 3, pixels: vec![7, 8, 7, 9, 7, 8] }, 256).unwrap();
        assert_eq!(palette.packed(3, 2), [0b0001_0000, 0b1000_0100]);
        assert_eq!(palette.packed(3, 8), [0, 1, 0, 2, 0, 1]);
    }
}
