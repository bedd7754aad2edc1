//! The screenshots that models see after each call, and their size.

use std::collections::HashMap;

use protocol::action::Size;
use protocol::transcript::{ScreenshotRef, Tool, ToolCall, ToolResult, TranscriptItem};

use crate::images::{ScreenScale, shrunk_size, zoom_size};
use crate::tools::{ImageContent, behavior_of};
use crate::transcript::{Conversation, calls_of};

/// The largest screenshot that a vendor does not shrink.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ScreenshotLimits {
    /// Pixels of the longer edge.
    pub(crate) long_edge: u32,
    /// Pixels of the shorter edge.
    pub(crate) short_edge: u32,
    /// Pixels in all.
    pub(crate) pixels: u64,
}

impl ScreenshotLimits {
    /// The mapping between a screen and its screenshots.
    pub(crate) fn scale(self, screen: Size) -> ScreenScale {
        ScreenScale { screen, sent: self.fit(screen) }
    }

    /// The size itself if it fits, else the largest of its aspect ratio.
    fn fit(self, size: Size) -> Size {
        let (long, short) = (size.width.max(size.height).max(1), size.width.min(size.height).max(1));
        let of = |edge: u32| {
            let (whole, twice) = (u64::from(edge) * u64::from(short), 2 * u64::from(long));
            let other = (2 * whole + u64::from(long)) / twice;
            (edge, u32::try_from(other).unwrap_or(u32::MAX).max(1))
        };
        let fits = |(long, short): (u32, u32)| {
            long <= self.long_edge
                && short <= self.short_edge
                && u64::from(long) * u64::from(short) <= self.pixels
        };
        let most = long.min(self.long_edge).max(1);
        let (long, short) = if fits((long, short)) {
            (long, short)
        } else {
            (1..=most).rev().map(of).find(|size| fits(*size)).unwrap_or((1, 1))
        };
        if size.width >= size.height {
            Size { width: long, height: short }
        } else {
            Size { width: short, height: long }
        }
    }
}

/// The size at which the image of a result is shown: the screen at `sent`, an enlarged region as large as fits that. An
/// image file keeps its aspect ratio and is never enlarged.
pub(crate) fn shown_size(image: &ScreenshotRef, tool: Option<&Tool>, sent: Size) -> Size {
    match tool.map(|tool| behavior_of(tool).image()) {
        Some(ImageContent::Region) => zoom_size(image.size, sent),
        Some(ImageContent::File) => shrunk_size(image.size, sent),
        _ => sent,
    }
}

/// The latest available screenshot at the time when the last of `calls` of the turn at `index` had its result. Failed
/// calls have one as well; if it is not available, it is the one before.
pub(crate) fn screen_after<'a>(
    conversation: &'a Conversation,
    index: usize,
    calls: &[&ToolCall],
) -> Option<&'a ScreenshotRef> {
    let last = calls.last().map(|call| call.call_id.as_str());
    let mut places = (0..=index).rev();
    places.find_map(|place| {
        let TranscriptItem::AssistantTurn(turn) = &conversation.items[place] else {
            return None;
        };
        let tools: HashMap<&str, &Tool> =
            calls_of(turn).map(|call| (call.call_id.as_str(), &call.tool)).collect();
        let mut results: Vec<&ToolResult> = conversation.results_of(place).collect();
        if place == index {
            let end = results.iter().rposition(|result| Some(result.call_id.as_str()) == last);
            results.truncate(end.map_or(0, |end| end + 1));
        }
        results.into_iter().rev().find_map(|result| {
            let image = result.screenshot.as_ref()?;
            let tool = tools.get(result.call_id.as_str())?;
            let whole = behavior_of(tool).image() == ImageContent::Screen;
            (whole && conversation.images.holds(image)).then_some(image)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn size(width: u32, height: u32) -> Size {
        Size { width, height }
    }

    #[test]
    fn a_screen_keeps_its_size_or_else_its_aspect_ratio() {
        let limits = ScreenshotLimits { long_edge: 2048, short_edge: 768, pixels: u64::MAX };
        let table = [
            (size(1024, 768), size(1024, 768)),
            (size(1280, 800), size(1229, 768)),
            (size(800, 1280), size(768, 1229)),
            (size(3840, 1080), size(2048, 576)),
        ];
        for (screen, sent) in table {
            assert_eq!(limits.scale(screen).sent, sent, "{screen:?}");
        }
        let pixels = ScreenshotLimits { long_edge: 6000, short_edge: 6000, pixels: 1_000_000 };
        let sent = pixels.scale(size(1280, 800)).sent;
        assert!(u64::from(sent.width) * u64::from(sent.height) <= 1_000_000, "{sent:?}");
        assert_eq!(sent, size(1264, 790));
    }

    #[test]
    fn points_round_trip_within_a_pixel() {
        let scale =
            ScreenshotLimits { long_edge: 2048, short_edge: 768, pixels: u64::MAX }.scale(size(1280, 800));
        for (x, y) in [(0, 0), (1279, 799), (640, 400), (13, 777), (1, 1)] {
            let sent = scale.to_model(protocol::action::Point { x, y });
            let back = scale.to_screen(sent.x.into(), sent.y.into()).unwrap();
            assert!((back.x - x).abs() <= 1 && (back.y - y).abs() <= 1, "{x},{y} {back:?}");
        }
    }
}
