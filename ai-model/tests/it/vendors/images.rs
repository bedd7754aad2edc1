//! The screenshots that the models see: their size, and how many of the old ones.

use ai_model::fakes::{ChatCompletionsRules, GeminiRules, OpenAiRules};
use protocol::action::{Action, Point, Size};
use protocol::run::RunOutcome;
use serde_json::{Value, json};

use super::{gemini, image_size, openai, openai_compatible};
use crate::harness::Scripted;

#[tokio::test]
async fn old_images_of_openais_models_are_shrunk_in_batches() {
    let look = json!({ "blocks": [openai::call(json!([{ "type": "move", "x": 1, "y": 1 }]))] });
    let mut turns = vec![look; 45];
    turns.push(json!({ "text": "Done." }));
    let scripted = Scripted::<OpenAiRules>::new(Value::Array(turns)).await;
    let outcome = scripted.run("look").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    let sizes = |number: usize| -> Vec<(u32, u32)> {
        let body = scripted.sent(number);
        let items = body["input"].as_array().unwrap().iter();
        let urls = items.filter_map(|item| item["output"]["image_url"].as_str());
        urls.map(openai::size_of).collect()
    };
    let small = |number: usize| sizes(number).iter().filter(|size| **size == (320, 200)).count();
    assert_eq!([small(39), small(40), small(45)], [0, 20, 20]);
    assert_eq!(sizes(45)[20..], vec![(1280, 800); 25]);
}

#[tokio::test]
async fn openais_models_see_a_large_screen_at_its_own_size() {
    let screen = Size { width: 2560, height: 1440 };
    let turns = json!([
        { "blocks": [openai::call(json!([{ "type": "screenshot" }]))] },
        { "blocks": [openai::call(json!([openai::click(2559, 1439)]))] },
        { "text": "Done." },
    ]);
    let scripted = Scripted::<OpenAiRules>::with_screen("gpt-5.5", screen, turns).await;
    scripted.run("click").await;
    assert_eq!(openai::size_of(&openai::last_image(&scripted.sent(1))), (2560, 1440));
    let Action::Click { at: Some(at), .. } = scripted.agent.actions()[1] else { panic!() };
    assert_eq!(at, Point { x: 2559, y: 1439 });
}

#[tokio::test]
async fn old_images_of_googles_models_are_left_out_in_batches() {
    let mut turns: Vec<Value> =
        (0..18).map(|x| json!({ "calls": [gemini::call("move", json!({ "x": x, "y": 1 }))] })).collect();
    turns.push(json!({ "text": "Done." }));
    let scripted = Scripted::<GeminiRules>::new(Value::Array(turns)).await;
    assert_eq!(scripted.run("move").await.end().outcome, RunOutcome::Succeeded);
    let shown = |number: usize| {
        gemini::responses(&scripted.sent(number))
            .iter()
            .map(|answer| answer.get("parts").is_some())
            .collect::<Vec<_>>()
    };
    assert!(shown(15).iter().all(|shown| *shown));
    assert_eq!(shown(16), [vec![false; 8], vec![true; 8]].concat());
    assert_eq!(shown(18), [vec![false; 8], vec![true; 10]].concat());
}

#[tokio::test]
async fn googles_models_see_a_large_screen_at_the_recommended_size() {
    let screen = Size { width: 2880, height: 1800 };
    let turns = json!([
        { "calls": [gemini::call("take_screenshot", json!({}))] },
        { "calls": [gemini::call("click", json!({ "x": 999, "y": 500 }))] },
        { "text": "Done." },
    ]);
    let scripted = Scripted::<GeminiRules>::with_screen("gemini-3.5-flash", screen, turns).await;
    scripted.run("click").await;
    assert_eq!(image_size(gemini::image_in(&gemini::responses(&scripted.sent(1))[0])), (1440, 900));
    let Action::Click { at: Some(at), .. } = scripted.agent.actions()[1] else { panic!() };
    assert_eq!(at, Point { x: 2877, y: 900 });
}

#[tokio::test]
async fn old_images_of_other_models_are_left_out_in_batches() {
    let mut turns =
        vec![json!({ "calls": [openai_compatible::act("mouse_move", json!({ "coordinate": [1, 1] }))] }); 9];
    turns.push(json!({ "text": "Done." }));
    let scripted = Scripted::<ChatCompletionsRules>::new(Value::Array(turns)).await;
    assert_eq!(scripted.run("move").await.end().outcome, RunOutcome::Succeeded);
    let counts: Vec<usize> =
        (0..10).map(|number| openai_compatible::images(&scripted.sent(number)).len()).collect();
    assert_eq!(counts, [0, 1, 2, 3, 4, 2, 3, 4, 2, 3]);
}

#[tokio::test]
async fn other_models_see_a_large_screen_shrunk_and_clicked_within_a_pixel() {
    let screen = Size { width: 2560, height: 1600 };
    let turns = json!([
        { "calls": [openai_compatible::act("screenshot", json!({}))] },
        { "calls": [openai_compatible::act("left_click", json!({ "coordinate": [1279, 400] }))] },
        { "text": "Done." },
    ]);
    let scripted = Scripted::<ChatCompletionsRules>::with_screen("qwen-vl", screen, turns).await;
    scripted.run("click").await;
    assert_eq!(image_size(&openai_compatible::images(&scripted.sent(1))[0]), (1280, 800));
    let Action::Click { at: Some(at), .. } = scripted.agent.actions()[1] else { panic!() };
    assert_eq!(at, Point { x: 2558, y: 800 });
}
