//! Encodes H.264 with OpenH264.

use openh264::OpenH264API;
use openh264::encoder::{
    Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, QpRange, RateControlMode, UsageType,
    VuiConfig,
};
use protocol::action::Size;

use super::canvas::Canvas;

/// Longer and shorter edge of the largest frame that OpenH264 encodes.
const MAX_EDGES: (u32, u32) = (3840, 2160);
/// Frames from one key frame to the next, and so the most that a player decodes to seek. Counted in frames rather than
/// seconds, so that a screen on which only a caret blinks costs next to nothing.
const KEY_FRAME_PERIOD: u32 = 150;

/// Parameter sets that a decoder needs before the first frame.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Headers {
    /// The sequence parameter set.
    pub(super) sequence: Vec<u8>,
    /// The picture parameter set.
    pub(super) picture: Vec<u8>,
}

/// An encoded frame: NAL units, each prefixed with its length in four bytes.
#[derive(Debug)]
pub(super) struct Frame {
    /// The NAL units.
    pub(super) bytes: Vec<u8>,
    /// Whether it is a key frame, which can be decoded without any other.
    pub(super) key: bool,
}

/// Encodes frames.
pub(super) struct VideoEncoder {
    encoder: Encoder,
    /// The headers, known after the first frame. They never change.
    pub(super) headers: Headers,
}

impl std::fmt::Debug for VideoEncoder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("VideoEncoder").field("headers", &self.headers).finish_non_exhaustive()
    }
}

impl VideoEncoder {
    /// Whether a screen is small enough to be encoded.
    pub(super) fn supports(screen: Size) -> bool {
        let (longer, shorter) = (screen.width.max(screen.height), screen.width.min(screen.height));
        longer <= MAX_EDGES.0 && shorter <= MAX_EDGES.1
    }

    /// An encoder with a maximum frame rate.
    pub(super) fn new(frames_per_second: u32) -> Result<Self, openh264::Error> {
        // Constant quality, so that text stays sharp; the size is limited per file. A constant bit rate would blur a
        // page that scrolls and save nothing on one that does not.
        let config = EncoderConfig::new()
            .usage_type(UsageType::ScreenContentRealTime)
            .rate_control_mode(RateControlMode::Off)
            .qp(QpRange::new(0, 51))
            .max_frame_rate(FrameRate::from_hz(frames_per_second as f32))
            .intra_frame_period(IntraFramePeriod::from_num_frames(KEY_FRAME_PERIOD))
            .skip_frames(false)
            .num_threads(1)
            .vui(VuiConfig::bt709());
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), config)?;
        Ok(Self { encoder, headers: Headers::default() })
    }

    /// Encodes the canvas as a frame.
    pub(super) fn encode(&mut self, canvas: &Canvas) -> Result<Frame, openh264::Error> {
        let stream = self.encoder.encode(canvas)?;
        let mut frame = Frame { bytes: Vec::new(), key: stream.frame_type() == FrameType::IDR };
        for layer in (0..stream.num_layers()).filter_map(|place| stream.layer(place)) {
            for unit in (0..layer.nal_count()).filter_map(|place| layer.nal_unit(place)) {
                let unit = without_start_code(unit);
                // The low five bits of the first byte are the type: 7 is a sequence and 8 a picture parameter set.
                match unit.first().map(|first| first & 0x1f) {
                    Some(7) => self.headers.sequence = unit.to_vec(),
                    Some(8) => self.headers.picture = unit.to_vec(),
                    Some(_) => {
                        let length = u32::try_from(unit.len()).unwrap_or(u32::MAX);
                        frame.bytes.extend(length.to_be_bytes());
                        frame.bytes.extend_from_slice(unit);
                    }
                    None => {}
                }
            }
        }
        Ok(frame)
    }
}

/// A unit without its start code: zeros and a one.
fn without_start_code(unit: &[u8]) -> &[u8] {
    let zeros = unit.iter().take_while(|byte| **byte == 0).count();
    unit.get(zeros + 1..).unwrap_or_default()
}
