//! Chooses how to encode from the encodings that a viewer understands.

use crate::rfb::pixel_format::PixelFormat;

const RAW: i32 = 0;
pub(super) const COPY_RECT: i32 = 1;
const TIGHT: i32 = 7;
const ZRLE: i32 = 16;
pub(super) const TIGHT_PNG: i32 = -260;
pub(super) const CURSOR: i32 = -239;
pub(super) const DESKTOP_SIZE: i32 = -223;
pub(super) const EXTENDED_DESKTOP_SIZE: i32 = -308;
/// JPEG quality levels that a viewer may request, from the lowest.
const QUALITY_LEVELS: std::ops::RangeInclusive<i32> = -32..=-23;
/// Compression levels that a viewer may request, from the lowest.
const COMPRESSION_LEVELS: std::ops::RangeInclusive<i32> = -256..=-247;
/// The JPEG quality of each level, as in TigerVNC.
const QUALITIES: [u8; 10] = [15, 29, 41, 42, 62, 77, 79, 86, 92, 100];
/// For viewers that request no level.
const DEFAULT_QUALITY: u8 = 80;
const DEFAULT_COMPRESSION: u32 = 2;

/// The encoding of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PixelEncoding {
    Raw,
    TightPng,
    Tight,
    Zrle,
}

/// How a viewer can be told that the screen was resized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResizeSupport {
    /// Not at all.
    None,
    /// DesktopSize.
    Simple,
    /// ExtendedDesktopSize, with a reason and the layout of screens; the viewer may request a size.
    Extended,
}

/// What a viewer's encodings allow.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EncodingOptions {
    pub(super) pixels: PixelEncoding,
    /// Level of zlib, from 0 to 9.
    pub(super) compression: u32,
    /// JPEG quality from 1 to 100.
    pub(crate) quality: u8,
    /// JPEG quality in Tight, where a viewer accepts JPEG only if it requests a level.
    pub(super) tight_quality: Option<u8>,
    pub(crate) understands_cursor: bool,
    pub(crate) understands_copy_rect: bool,
    pub(crate) resize: ResizeSupport,
}

impl PixelEncoding {
    /// The number of the encoding in RFB.
    pub(super) fn number(self) -> i32 {
        match self {
            Self::Raw => RAW,
            Self::TightPng => TIGHT_PNG,
            Self::Tight => TIGHT,
            Self::Zrle => ZRLE,
        }
    }

    fn choose(encodings: &[i32], format: &PixelFormat) -> Self {
        match encodings.iter().find(|encoding| matches!(**encoding, TIGHT | ZRLE)) {
            _ if encodings.contains(&TIGHT_PNG) && format.is_tight() => Self::TightPng,
            Some(&TIGHT) => Self::Tight,
            Some(_) => Self::Zrle,
            None => Self::Raw,
        }
    }
}

impl ResizeSupport {
    fn of(encodings: &[i32]) -> Self {
        if encodings.contains(&EXTENDED_DESKTOP_SIZE) {
            Self::Extended
        } else if encodings.contains(&DESKTOP_SIZE) {
            Self::Simple
        } else {
            Self::None
        }
    }
}

impl EncodingOptions {
    /// Chooses from encodings, preferred ones first, of which some depend on the pixel format.
    pub(super) fn choose(encodings: &[i32], format: &PixelFormat) -> Self {
        let level = |levels: std::ops::RangeInclusive<i32>| {
            let named = encodings.iter().find(|encoding| levels.contains(encoding))?;
            usize::try_from(named - levels.start()).ok()
        };
        let tight_quality = level(QUALITY_LEVELS).map(|level| QUALITIES[level]);
        let compression = level(COMPRESSION_LEVELS).and_then(|level| u32::try_from(level).ok());
        Self {
            pixels: PixelEncoding::choose(encodings, format),
            compression: compression.unwrap_or(DEFAULT_COMPRESSION),
            quality: tight_quality.unwrap_or(DEFAULT_QUALITY),
            tight_quality,
            understands_cursor: encodings.contains(&CURSOR),
            understands_copy_rect: encodings.contains(&COPY_RECT),
            resize: ResizeSupport::of(encodings),
        }
    }
}
