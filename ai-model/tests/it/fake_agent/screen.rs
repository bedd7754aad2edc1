//! Executes actions, and makes screenshots.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Mutex;
use std::time::Instant;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use protocol::action::{Action, Point, Region, Size};
use protocol::agent::actions::{ActionOutcome, ActionResult, Screenshot, ScreenshotOptions};

use super::{FAILS, HANGS, Inner, SHOWS_NOTHING};

/// The images so far, by shade, size and format. Encoding one takes long without optimization, and there are few.
static PAINTED: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());

impl Inner {
    fn is_on_screen(&self, point: Point) -> bool {
        let inside = |value: i32, limit: u32| u32::try_from(value).is_ok_and(|value| value < limit);
        inside(point.x, self.screen.width) && inside(point.y, self.screen.height)
    }

    /// An image whose shade depends on the number of earlier actions, in the requested size and format.
    pub(super) fn image(&self, region: Option<Region>, options: ScreenshotOptions) -> Screenshot {
        let size = match (region, options.size) {
            (None, None) => self.screen,
            (None, Some(size)) => size,
            (Some(region), None) => Size { width: region.width, height: region.height },
            (Some(region), Some(frame)) => fitted(region, frame),
        };
        let steps = self.recorded.lock().unwrap().actions.iter().filter(|action| acts(action)).count();
        let shade = u8::try_from(steps * 16 % 256).unwrap();
        let media_type = options.format.media_type();
        let mut painted = PAINTED.lock().unwrap();
        let data = painted
            .entry(format!("{shade} {}x{} {media_type}", size.width, size.height))
            .or_insert_with(|| flat_image(shade, size, media_type))
            .clone();
        Screenshot { media_type: media_type.to_owned(), size, region, data }
    }

    pub(super) async fn act(&self, action: &Action, options: ScreenshotOptions) -> ActionResult {
        let started = Instant::now();
        self.record(|recorded| recorded.actions.push(action.clone()));
        let _guard = DropGuard { inner: self, armed: is_type(action, HANGS) };
        if is_type(action, HANGS) {
            std::future::pending::<()>().await;
        }
        let off_screen = points(action).into_iter().any(|point| !self.is_on_screen(point));
        let failure = if off_screen {
            Some("The point is outside the screen.")
        } else {
            is_type(action, FAILS).then_some("The text can't be typed.")
        };
        let looks = failure.is_none() && matches!(action, Action::Screenshot | Action::Zoom { .. });
        let region = if let Action::Zoom { region } = action { Some(*region) } else { None };
        ActionResult {
            outcome: failure
                .map_or(ActionOutcome::Done, |message| ActionOutcome::Failed { message: message.to_owned() }),
            screenshot: looks.then(|| self.image(region, options)),
            cursor: matches!(action, Action::CursorPosition).then_some(Point { x: 640, y: 400 }),
            elapsed_ms: u64::try_from(started.elapsed().as_millis()).unwrap(),
            settle: None,
        }
    }
}

fn flat_image(shade: u8, size: Size, media_type: &str) -> String {
    let image = image::RgbImage::from_pixel(size.width, size.height, image::Rgb([shade, 40, 80]));
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::from_mime_type(media_type).unwrap()).unwrap();
    BASE64_STANDARD.encode(bytes.into_inner())
}

/// The largest size within `frame` with the aspect ratio of `region`.
fn fitted(region: Region, frame: Size) -> Size {
    let by_width = region.height * frame.width / region.width;
    if by_width <= frame.height {
        return Size { width: frame.width, height: by_width.max(1) };
    }
    Size { width: (region.width * frame.height / region.height).max(1), height: frame.height }
}

/// Records that the caller dropped a hanging call.
struct DropGuard<'a> {
    inner: &'a Inner,
    armed: bool,
}

impl Drop for DropGuard<'_> {
    fn drop(&mut self) {
        if self.armed {
            self.inner.record(|recorded| recorded.dropped += 1);
        }
    }
}

fn is_type(action: &Action, wanted: &str) -> bool {
    matches!(action, Action::Type { text } if text == wanted)
}

fn acts(action: &Action) -> bool {
    let looks = matches!(
        action,
        Action::Screenshot | Action::Zoom { .. } | Action::CursorPosition | Action::Wait { .. }
    );
    !looks && !matches!(action, Action::Key { chord, .. } if chord == SHOWS_NOTHING)
}

fn points(action: &Action) -> Vec<Point> {
    match action {
        Action::Click { at, .. } | Action::Scroll { at, .. } => at.iter().copied().collect(),
        Action::MouseMove { to } => vec![*to],
        Action::Drag { from, to, .. } => from.iter().copied().chain([*to]).collect(),
        _ => Vec::new(),
    }
}
