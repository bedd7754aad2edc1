//! Decodes the rectangles of an update.

use flate2::{Decompress, FlushDecompress};
use image::{Rgb, RgbImage};

use super::{COPY_RECT, CURSOR, DESKTOP_SIZE, EXTENDED_DESKTOP_SIZE, TIGHT, TIGHT_PNG, Viewer, ZRLE};

impl Viewer {
    /// Reads a rectangle and applies it to the frame.
    pub(super) async fn rectangle(&mut self) {
        let (x, y, width, height) = (self.u16().await, self.u16().await, self.u16().await, self.u16().await);
        let encoding = self.u32().await.cast_signed();
        if encoding == CURSOR {
            let mask = usize::from(width.div_ceil(8)) * usize::from(height);
            self.take(usize::from(width) * usize::from(height) * 4 + mask).await;
            self.cursor = Some((width, height));
            return;
        }
        if encoding == DESKTOP_SIZE {
            self.frame = RgbImage::new(width.into(), height.into());
            return;
        }
        if encoding == EXTENDED_DESKTOP_SIZE {
            let screens = self.take(20).await;
            assert_eq!(screens[0], 1);
            assert_eq!(screens[12..16], [width.to_be_bytes(), height.to_be_bytes()].concat());
            self.size_answer = Some((x, y));
            if self.frame.dimensions() != (width.into(), height.into()) {
                self.frame = RgbImage::new(width.into(), height.into());
            }
            return;
        }
        self.rectangles += 1;
        let (width, height) = (u32::from(width), u32::from(height));
        let pixels = match encoding {
            0 => {
                let raw = self.take((width * height * 4) as usize).await;
                RgbImage::from_fn(width, height, |x, y| {
                    let at = ((y * width + x) * 4) as usize;
                    Rgb([raw[at + 2], raw[at + 1], raw[at]])
                })
            }
            COPY_RECT => {
                let (x, y) = (self.u16().await, self.u16().await);
                self.copies += 1;
                image::imageops::crop_imm(&self.frame, x.into(), y.into(), width, height).to_image()
            }
            TIGHT | TIGHT_PNG => self.tight(encoding, width, height).await,
            ZRLE => self.zrle(width, height).await,
            other => panic!("encoding {other} was not requested"),
        };
        assert_eq!(pixels.dimensions(), (width, height));
        image::imageops::replace(&mut self.frame, &pixels, x.into(), y.into());
    }

    async fn tight(&mut self, encoding: i32, width: u32, height: u32) -> RgbImage {
        let control = self.take(1).await[0];
        match (control, encoding) {
            (0x80, _) => {
                let colour = self.take(3).await;
                RgbImage::from_pixel(width, height, Rgb([colour[0], colour[1], colour[2]]))
            }
            (0x90, _) | (0xa0, TIGHT_PNG) => {
                let length = self.length().await;
                image::load_from_memory(&self.take(length).await).unwrap().into_rgb8()
            }
            (0x00..=0x70, TIGHT) => self.tight_basic(control, width, height).await,
            _ => panic!("control byte {control:#x} in encoding {encoding}"),
        }
    }

    async fn tight_basic(&mut self, control: u8, width: u32, height: u32) -> RgbImage {
        let stream = usize::from(control >> 4 & 3);
        if control & 0x40 == 0 {
            let data = self.compressed(stream, (width * height * 3) as usize).await;
            return RgbImage::from_raw(width, height, data).unwrap();
        }
        assert_eq!(self.take(1).await, [1], "a filter that is not used");
        let count = usize::from(self.take(1).await[0]) + 1;
        let palette = self.take(count * 3).await;
        let bits = if count == 2 { 1 } else { 8 };
        let row = (width as usize * bits).div_ceil(8);
        let data = self.compressed(stream, row * height as usize).await;
        picked(&data, width, height, bits, &palette)
    }

    async fn compressed(&mut self, stream: usize, length: usize) -> Vec<u8> {
        if length < 12 {
            return self.take(length).await;
        }
        let compressed = self.length().await;
        let compressed = self.take(compressed).await;
        decompress(&mut self.streams[stream], &compressed, length)
    }

    async fn zrle(&mut self, width: u32, height: u32) -> RgbImage {
        let length = self.u32().await;
        let compressed = self.take(length as usize).await;
        let most = (width * height * 3) as usize + 1024 * 1024;
        let data = decompress(&mut self.streams[4], &compressed, most);
        let mut rest = &data[..];
        let mut whole = RgbImage::new(width, height);
        for (top, left) in (0..height).step_by(64).flat_map(|y| (0..width).step_by(64).map(move |x| (y, x))) {
            let (width, height) = (64.min(width - left), 64.min(height - top));
            let take = |rest: &mut &[u8], count: usize| rest.split_off(..count).unwrap().to_vec();
            // Pixels are BGR.
            let colours = |bytes: Vec<u8>| -> Vec<u8> {
                bytes.chunks(3).flat_map(|colour| colour.iter().rev().copied()).collect()
            };
            let kind = take(&mut rest, 1)[0];
            let tile = if kind == 0 {
                let pixels = colours(take(&mut rest, (width * height * 3) as usize));
                RgbImage::from_raw(width, height, pixels).unwrap()
            } else {
                assert!(kind <= 16, "an unexpected tile encoding");
                let palette = colours(take(&mut rest, usize::from(kind) * 3));
                let bits = [0, 0, 1, 2, 2, 4].get(usize::from(kind)).copied().unwrap_or(4);
                let row = (width as usize * bits).div_ceil(8);
                let indices = take(&mut rest, row * height as usize);
                picked(&indices, width, height, bits, &palette)
            };
            image::imageops::replace(&mut whole, &tile, left.into(), top.into());
        }
        assert!(rest.is_empty(), "data after the tiles");
        whole
    }
}

/// Decodes packed palette indices; rows start at byte boundaries.
fn picked(indices: &[u8], width: u32, height: u32, bits: usize, palette: &[u8]) -> RgbImage {
    let row = (width as usize * bits).div_ceil(8);
    RgbImage::from_fn(width, height, |x, y| {
        let bit = x as usize * bits;
        let index = if bits == 0 {
            0
        } else {
            let byte = indices[y as usize * row + bit / 8];
            usize::from(byte) >> (8 - bits - bit % 8) & ((1 << bits) - 1)
        };
        Rgb(palette[index * 3..index * 3 + 3].try_into().unwrap())
    })
}

fn decompress(stream: &mut Decompress, data: &[u8], most: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(most + 1);
    stream.decompress_vec(data, &mut out, FlushDecompress::Sync).unwrap();
    out
}
