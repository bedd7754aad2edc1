//! The sizes of images, and the coordinates in them.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use protocol::action::{Action, Size};
use protocol::run::RunOutcome;
use protocol::transcript::ToolStatus;
use serde_json::json;

use crate::harness::Claude;

#[tokio::test]
async fn images_fit_the_tier_and_keep_one_size() {
    let screen = Size { width: 1920, height: 1080 };
    let turns = json!([
        { "calls": [{ "member": "screenshot" }] },
        { "calls": [{ "member": "left_click", "input": { "coordinate": [1455, 818] } }] },
        { "text": "Done." },
    ]);
    let scripted = Claude::with_screen("claude-opus-4-6", screen, turns).await;
    let outcome = scripted.run("look").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    // The model's last pixel is the screen's last pixel, or the one beside it.
    let actions = scripted.agent.actions();
    let Action::Click { at: Some(at), .. } = &actions[1] else { panic!("{actions:?}") };
    assert!(at.x.abs_diff(1919) <= 1 && at.y.abs_diff(1079) <= 1, "{at:?}");
    let sent = scripted.requests()[0].json();
    assert_eq!(sent["tools"][0]["display_width_px"], 1456);
}

#[tokio::test]
async fn a_point_outside_the_image_is_an_error_and_not_clamped() {
    let scripted = Claude::new(json!([
        { "calls": [{ "member": "left_click", "input": { "coordinate": [1280, 10] } }] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("click").await;
    assert_eq!(outcome.results()[0].status, ToolStatus::Failed);
    assert_eq!(scripted.agent.actions(), []);
}

#[tokio::test]
async fn zoom_shows_native_pixels_at_the_screenshot_size() {
    let screen = Size { width: 1920, height: 1080 };
    let turns = json!([
        { "calls": [{ "member": "zoom", "input": { "region": [0, 0, 364, 100] } }] },
        { "text": "Done." },
    ]);
    let scripted = Claude::with_screen("claude-opus-4-6", screen, turns).await;
    let outcome = scripted.run("zoom").await;
    let actions = scripted.agent.actions();
    let Action::Zoom { region } = &actions[0] else { panic!("{actions:?}") };
    assert_eq!((region.x, region.y), (0, 0));
    assert!(region.width.abs_diff(480) <= 1 && region.height.abs_diff(132) <= 1, "{region:?}");
    // The desktop enlarges the native pixels itself, so that no detail is lost.
    assert_eq!(outcome.results()[0].screenshot.clone().unwrap().size.width, 1456);
    let sent = scripted.requests()[1].json();
    let data = sent["messages"][2]["content"][0]["content"][0]["source"]["data"].clone();
    let jpeg = BASE64_STANDARD.decode(data.as_str().unwrap()).unwrap();
    let image = image::load_from_memory(&jpeg).unwrap();
    assert_eq!(image.width(), 1456);
    assert!(image.height().abs_diff(400) <= 4, "{}", image.height());
}
