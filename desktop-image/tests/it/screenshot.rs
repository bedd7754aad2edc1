//! Formats, sizes and caching of screenshots.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use protocol::action::{Action, Region, Size};
use protocol::agent::actions::{ActionBatch, ActionBatchResult, ScreenshotFormat, ScreenshotOptions};
use reqwest::header::HeaderValue;

use crate::agent::{TestAgent, at, eventually};
use crate::support::poll_until;
use crate::window::TestWindow;

const RED: [u8; 3] = [255, 0, 0];

async fn fetch(agent: &TestAgent, query: &str) -> (String, image::RgbImage) {
    let response = agent.get(&format!("/v1/screenshot{query}")).await;
    assert_eq!(response.status(), 200, "{query}");
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    (kind, image::load_from_memory(&response.bytes().await.unwrap()).unwrap().into_rgb8())
}

#[tokio::test]
async fn a_screenshot_has_the_requested_format_and_size() {
    let agent = TestAgent::start();
    let _window = TestWindow::open(&agent);
    agent.done(vec![Action::MouseMove { to: at(800, 600) }]).await;
    // The clock of the panel may change between two screenshots.
    let (whole, webp) = poll_until("two screenshots of the same screen", async || {
        let (kind, whole) = fetch(&agent, "").await;
        assert_eq!((kind.as_str(), whole.dimensions()), ("image/png", (1024, 700)));
        let (kind, webp) = fetch(&agent, "?format=webp").await;
        assert_eq!(kind, "image/webp");
        let (_, again) = fetch(&agent, "").await;
        Ok((whole == again).then_some((whole, webp)))
    })
    .await
    .unwrap();
    assert!(webp == whole, "WebP without loss differs from PNG");
    let (kind, half) = fetch(&agent, "?format=jpeg&quality=90&scaled_width=512&scaled_height=350").await;
    assert_eq!((kind.as_str(), half.dimensions()), ("image/jpeg", (512, 350)));
    assert!(half.get_pixel(190, 140).0.iter().zip(RED).all(|(a, b)| a.abs_diff(b) < 10));
    let (_, part) = fetch(&agent, "?x=380&y=280&width=40&height=40&scaled_width=400&scaled_height=300").await;
    assert_eq!(part.dimensions(), (300, 300));
    assert_eq!(part.get_pixel(100, 100).0, RED);
    assert_ne!(part.get_pixel(200, 200).0, RED);
}

#[tokio::test]
async fn the_screenshots_of_a_batch_have_the_requested_format_and_size() {
    let agent = TestAgent::start();
    let region = Region { x: 0, y: 0, width: 100, height: 50 };
    let size = Size { width: 640, height: 438 };
    let screenshot = ScreenshotOptions { size: Some(size), format: ScreenshotFormat::Webp };
    let batch = ActionBatch {
        actions: vec![Action::Zoom { region }],
        capture: true,
        screenshot,
        ..ActionBatch::default()
    };
    let response = agent.http.post(agent.url("/v1/actions")).json(&batch).send().await.unwrap();
    let result: ActionBatchResult = response.json().await.unwrap();
    let whole = result.screenshot.unwrap();
    assert_eq!((whole.media_type.as_str(), whole.size), ("image/webp", size));
    let zoomed = result.results[0].screenshot.as_ref().unwrap();
    assert_eq!((zoomed.size, zoomed.region), (Size { width: 640, height: 320 }, Some(region)));
    let data = BASE64_STANDARD.decode(&zoomed.data).unwrap();
    assert_eq!(image::load_from_memory(&data).unwrap().into_rgb8().dimensions(), (640, 320));
}

#[tokio::test]
async fn an_unchanged_screen_is_not_sent_again() {
    let agent = TestAgent::start();
    let _window = TestWindow::open(&agent);
    agent.done(vec![Action::MouseMove { to: at(800, 600) }]).await;
    let again = async |tag: &HeaderValue| {
        let request = agent.http.get(agent.url("/v1/screenshot")).header("if-none-match", tag);
        request.send().await.unwrap()
    };
    // The window may still be drawing.
    let tag = eventually("the screen is unchanged", async || {
        let first = agent.get("/v1/screenshot").await;
        let tag = first.headers()["etag"].clone();
        let same = again(&tag).await;
        (same.status() == 304 && same.headers()["etag"] == tag).then_some(tag)
    })
    .await;
    // Only the pointer has moved.
    agent.done(vec![Action::MouseMove { to: at(801, 600) }]).await;
    let changed = again(&tag).await;
    assert_eq!(changed.status(), 200);
    assert_ne!(changed.headers()["etag"], tag);
}

#[tokio::test]
async fn options_out_of_bounds_are_rejected() {
    let agent = TestAgent::start();
    for query in [
        "x=1",
        "x=0&y=0&width=0&height=5",
        "x=1000&y=0&width=25&height=5",
        "scaled_width=10",
        "scaled_width=0&scaled_height=10",
        "scaled_width=9000&scaled_height=10",
        "format=jpeg&quality=0",
        "format=jpeg&quality=101",
    ] {
        let refused = agent.get(&format!("/v1/screenshot?{query}")).await;
        assert_eq!(refused.status(), 422, "{query}");
        let error: serde_json::Value = refused.json().await.unwrap();
        assert!(error["message"].as_str().unwrap().ends_with('.'), "{error}");
    }
    assert_eq!(agent.get("/v1/screenshot?format=gif").await.status(), 400);
    let batch = serde_json::json!({
        "actions": [], "capture": true, "picture": { "format": { "type": "jpeg", "quality": 0 } }
    });
    assert_eq!(agent.post("/v1/actions", &batch).await.status(), 422);
}
