//! The browser, with a page that reports its events.

use protocol::action::{Action, Button, Modifier, Region, ScrollDirection};

use super::page::{Event, Page};
use super::{Kind, Row, check_rows, click, drag, hold_key, key, left_click, part, repeated, scroll, typed};
use crate::agent::{at, eventually};

const BUTTONS: [Button; 3] = [Button::Left, Button::Middle, Button::Right];
const MODIFIERS: [(Modifier, &str); 4] = [
    (Modifier::Shift, "shift"),
    (Modifier::Ctrl, "ctrl"),
    (Modifier::Alt, "alt"),
    (Modifier::Super, "super"),
];
const PRESSES: [&str; 6] = ["mousedown", "mouseup", "click", "dblclick", "auxclick", "contextmenu"];
const KEYS: [&str; 2] = ["keydown", "keyup"];

pub(super) const ROWS: &[Row<Page>] = &[
    Row {
        kinds: &[Kind::Screenshot, Kind::Zoom],
        check: |page| Box::pin(screenshots_show_native_pixels(page)),
    },
    Row { kinds: &[Kind::MouseMove], check: |page| Box::pin(a_move_hovers(page)) },
    Row { kinds: &[Kind::CursorPosition], check: |page| Box::pin(the_pointer_is_where_the_page_says(page)) },
    Row { kinds: &[Kind::Click], check: |page| Box::pin(clicks_count(page)) },
    Row { kinds: &[Kind::Click], check: |page| Box::pin(clicks_carry_modifiers(page)) },
    Row { kinds: &[Kind::Click], check: |page| Box::pin(double_and_triple_clicks_select(page)) },
    Row { kinds: &[Kind::Drag], check: |page| Box::pin(a_drag_selects_text(page)) },
    Row {
        kinds: &[Kind::Drag],
        check: |page| Box::pin(a_drag_from_the_pointers_position_moves_a_slider(page)),
    },
    Row { kinds: &[Kind::Drag], check: |page| Box::pin(a_drag_carries_modifiers(page)) },
    Row { kinds: &[Kind::Drag], check: |page| Box::pin(a_drag_drops(page)) },
    Row { kinds: &[Kind::MouseDown, Kind::MouseUp], check: |page| Box::pin(buttons_stay_down(page)) },
    Row { kinds: &[Kind::Scroll], check: |page| Box::pin(the_wheel_turns(page)) },
    Row { kinds: &[Kind::Scroll], check: |page| Box::pin(the_wheel_carries_modifiers(page)) },
    Row { kinds: &[Kind::Type], check: |page| Box::pin(text_is_typed(page)) },
    Row { kinds: &[Kind::Key], check: |page| Box::pin(chords_arrive(page)) },
    Row { kinds: &[Kind::Key], check: |page| Box::pin(shortcuts_work(page)) },
    Row { kinds: &[Kind::HoldKey], check: |page| Box::pin(a_held_key_repeats(page)) },
    Row { kinds: &[Kind::Wait], check: |page| Box::pin(a_wait_lasts(page)) },
];

#[tokio::test]
async fn every_action_arrives_in_the_browser() {
    let page = Page::open().await;
    check_rows(&page, &page.desk, ROWS).await;
}

/// The compared parts of a mouse event: kind, count, button, buttons held after it.
fn press(event: &Event) -> (&str, u32, u8, u8) {
    (&event.kind, event.detail, event.button, event.buttons)
}

async fn screenshots_show_native_pixels(page: &Page) {
    page.desk.done(vec![Action::MouseMove { to: page.at(300, 450) }]).await;
    let expected = image::RgbImage::from_fn(64, 64, |x, y| {
        image::Rgb([x * 4, y * 4, (x ^ y) * 4].map(|colour| colour.try_into().unwrap()))
    });
    let region = Region { x: page.at(20, 20).x, y: page.at(20, 20).y, width: 64, height: 64 };
    assert!(page.desk.zoom(region).await == expected, "the zoom does not show the pattern");
    assert!(
        part(&page.desk.screenshot().await, region) == expected,
        "the screenshot does not show the pattern"
    );
    let pixel = Region { x: region.x + 5, y: region.y + 9, width: 1, height: 1 };
    assert_eq!(page.desk.zoom(pixel).await.get_pixel(0, 0), expected.get_pixel(5, 9));
}

async fn a_move_hovers(page: &Page) {
    let place = page.at(130, 30);
    let colour = async |to| {
        let looks = page.desk.done(vec![Action::MouseMove { to }, Action::Screenshot]).await.results;
        let screenshot = crate::agent::decode_screenshot(looks[1].screenshot.as_ref().unwrap());
        screenshot.get_pixel(place.x.try_into().unwrap(), place.y.try_into().unwrap()).0
    };
    assert_eq!(colour(page.at(300, 450)).await, [0x20, 0x40, 0x80]);
    assert_eq!(colour(page.at(180, 60)).await, [0xf0, 0xa0, 0x10]);
    for (x, y) in [(221, 21), (333, 77), (459, 139)] {
        let moved = page.move_to(page.at(x, y)).await;
        assert_eq!((moved.x, moved.y, moved.buttons, moved.target.as_str()), (x, y, 0, "pad"));
    }
}

async fn the_pointer_is_where_the_page_says(page: &Page) {
    let moved = page.move_to(page.at(411, 57)).await;
    assert_eq!((moved.x, moved.y), (411, 57));
    assert_eq!(page.desk.cursor().await, at(moved.screen_x, moved.screen_y));
}

async fn clicks_count(page: &Page) {
    let (mut clicks, mut expected) = (Vec::new(), Vec::new());
    for (number, button) in (0..).zip(BUTTONS) {
        for count in 1..=3 {
            let (x, y) = (240 + 70 * i32::from(number), 35 + 30 * i32::from(count));
            clicks.push(click(button, count, page.at(x, y), &[]));
            for time in 1..=u32::from(count) {
                expected.extend(clicked(button, number, time).into_iter().map(|press| (press, x, y)));
            }
        }
    }
    let events = page.events(clicks, &PRESSES).await;
    assert_eq!(events.iter().map(|event| (press(event), event.x, event.y)).collect::<Vec<_>>(), expected);
}

/// The events of one of several clicks.
fn clicked(button: Button, number: u8, time: u32) -> Vec<(&'static str, u32, u8, u8)> {
    let held = [1, 4, 2][usize::from(number)];
    let down = ("mousedown", time, number, held);
    let up = ("mouseup", time, number, 0);
    match button {
        Button::Left if time == 2 => vec![down, up, ("click", 2, 0, 0), ("dblclick", 2, 0, 0)],
        Button::Left => vec![down, up, ("click", time, 0, 0)],
        Button::Middle => vec![down, up, ("auxclick", time, number, 0)],
        Button::Right => vec![down, ("contextmenu", 0, number, held), up, ("auxclick", time, number, 0)],
    }
}

async fn clicks_carry_modifiers(page: &Page) {
    let (mut clicks, mut expected) = (Vec::new(), Vec::new());
    for (number, button) in (0..).zip(BUTTONS) {
        for ((modifier, name), row) in MODIFIERS.into_iter().zip(0..) {
            // With Super and these buttons the window manager moves and resizes windows.
            if modifier == Modifier::Super && button != Button::Middle {
                continue;
            }
            let place = page.at(240 + 70 * i32::from(number), 30 + 25 * row);
            clicks.push(click(button, 1, place, &[modifier]));
            expected.extend(["mousedown", "mouseup"].map(|kind| (kind, number, name.to_owned())));
        }
    }
    let events = page.events(clicks, &["mousedown", "mouseup"]).await;
    let got: Vec<_> =
        events.iter().map(|event| (event.kind.as_str(), event.button, event.modifiers.join("+"))).collect();
    assert_eq!(got, expected);
    let all = click(Button::Left, 1, page.at(450, 130), &[Modifier::Shift, Modifier::Ctrl, Modifier::Alt]);
    let events = page.events(vec![all], &["mousedown", "keyup"]).await;
    let (pressed, released): (Vec<_>, Vec<_>) = events.iter().partition(|event| event.kind == "mousedown");
    assert_eq!(pressed[0].modifiers, ["shift", "ctrl", "alt"]);
    let released: Vec<_> = released.iter().map(|event| event.code.as_str()).collect();
    assert_eq!(released, ["AltLeft", "ControlLeft", "ShiftLeft"]);
}

async fn double_and_triple_clicks_select(page: &Page) {
    let selected = "getSelection().toString()";
    page.desk.done(vec![click(Button::Left, 2, page.at(70, 172), &[])]).await;
    assert_eq!(page.ask(selected).await.as_str().unwrap().trim(), "small");
    page.desk.done(vec![click(Button::Left, 3, page.at(60, 196), &[])]).await;
    assert_eq!(page.ask(selected).await.as_str().unwrap().trim(), "Another paragraph after it.");
}

async fn a_drag_selects_text(page: &Page) {
    let word = page
        .ask("(() => { const { left, right, y } = word.getBoundingClientRect(); return [left, right, y] })()")
        .await;
    let [left, right, y] = [0, 1, 2].map(|index| word[index].as_f64().unwrap().round() as i32);
    // Dragging a selection would move it.
    page.ask("getSelection().removeAllRanges()").await;
    page.desk.done(vec![drag(page.at(left, y + 8), page.at(right, y + 8))]).await;
    assert_eq!(page.ask("getSelection().toString()").await, "paragraph");
}

async fn a_drag_from_the_pointers_position_moves_a_slider(page: &Page) {
    let to = Action::Drag { from: None, to: page.at(120, 340), modifiers: vec![] };
    page.desk.done(vec![Action::MouseMove { to: page.at(28, 340) }, to]).await;
    let value: u32 = page.ask("slider.value").await.as_str().unwrap().parse().unwrap();
    assert!((48..=52).contains(&value), "{value}");
}

async fn a_drag_carries_modifiers(page: &Page) {
    let modifiers = vec![Modifier::Ctrl, Modifier::Alt];
    let action = Action::Drag { from: Some(page.at(230, 30)), to: page.at(430, 120), modifiers };
    let events = page.events(vec![action], &["mousedown", "mousemove", "mouseup"]).await;
    let down = events.iter().position(|event| event.kind == "mousedown").unwrap();
    let up = events.iter().position(|event| event.kind == "mouseup").unwrap();
    assert_eq!((events[down].x, events[down].y, events[up].x, events[up].y), (230, 30, 430, 120));
    assert!(events[down..=up].iter().all(|event| event.modifiers == ["ctrl", "alt"]));
    assert!(events[down + 1..up].iter().all(|event| event.buttons == 1) && up > down + 1);
}

async fn a_drag_drops(page: &Page) {
    page.desk.done(vec![drag(page.at(270, 360), page.at(400, 370))]).await;
    assert_eq!(page.next("dragstart").await.target, "item");
    page.next("dragend").await;
    assert_eq!(page.ask("item.parentElement.id + ' ' + target.innerText.trim()").await, "target the item");
}

async fn buttons_stay_down(page: &Page) {
    for (number, button) in (0..).zip(BUTTONS) {
        let go = |x, y| Action::MouseMove { to: page.at(x, y) };
        let down =
            page.events(vec![go(300, 50), Action::MouseDown { button }], &["mousedown", "mouseup"]).await;
        let held = [1, 4, 2][usize::from(number)];
        assert_eq!(down.iter().map(press).collect::<Vec<_>>(), [("mousedown", 1, number, held)]);
        let rest = vec![go(350, 90), Action::MouseUp { button }];
        let up = page.events(rest, &["mousemove", "mousedown", "mouseup"]).await;
        let last: Vec<_> = up[up.len() - 2..].iter().map(|event| (press(event), event.x, event.y)).collect();
        assert_eq!(last[0], (("mousemove", 0, 0, held), 350, 90));
        assert_eq!(last[1], (("mouseup", 1, number, 0), 350, 90));
    }
}

async fn the_wheel_turns(page: &Page) {
    use ScrollDirection::{Down, Left, Right, Up};
    let turns =
        [(Down, 5, (0.0, 600.0)), (Right, 4, (480.0, 0.0)), (Up, 2, (0.0, -240.0)), (Left, 1, (-120.0, 0.0))];
    for (direction, clicks, sum) in turns {
        let turn = vec![scroll(direction, clicks, page.at(600, 100), &[])];
        let turned = page.turns(turn, 120.0 * f64::from(clicks)).await;
        let turned = turned.iter().fold((0.0, 0.0), |sum, turn| (sum.0 + turn.delta_x, sum.1 + turn.delta_y));
        assert_eq!(turned, sum, "{direction:?}");
    }
    scrolls_to(page, [360, 360]).await;
}

async fn scrolls_to(page: &Page, place: [i32; 2]) {
    let scrolled = async || {
        let place = serde_json::json!(place);
        (page.ask("[scroller.scrollLeft, scroller.scrollTop]").await == place).then_some(())
    };
    eventually("the view has scrolled", scrolled).await;
}

async fn the_wheel_carries_modifiers(page: &Page) {
    let turns = MODIFIERS.map(|(held, _)| scroll(ScrollDirection::Down, 1, page.at(300, 100), &[held]));
    let turned = page.turns(turns.to_vec(), 480.0).await;
    let got: Vec<_> = turned.iter().map(|event| (event.delta_y, event.modifiers.join("+"))).collect();
    assert_eq!(got, MODIFIERS.map(|(_, name)| (120.0, name.to_owned())));
    page.ask("scroller.scrollTo({ left: 0, top: 0, behavior: 'instant' })").await;
    page.desk.done(vec![scroll(ScrollDirection::Down, 2, page.at(600, 100), &[Modifier::Shift])]).await;
    scrolls_to(page, [240, 0]).await;
}

async fn text_is_typed(page: &Page) {
    let text = "Grüße, \"quoted\" & <b>\n日本語 русский 👍🏽 €";
    page.desk.done(vec![left_click(page.at(200, 280)), typed(text)]).await;
    let typed = async || (page.ask("field.value").await == text).then_some(());
    eventually("the text is in the field", typed).await;
}

/// The compared parts of a key event.
fn stroke(event: &Event) -> (&str, &str, &str, String, bool) {
    (&event.kind, &event.key, &event.code, event.modifiers.join("+"), event.repeat)
}

async fn chords_arrive(page: &Page) {
    page.desk.done(vec![left_click(page.at(300, 450))]).await;
    let strokes = page.events(vec![key("ctrl+shift+k")], &KEYS).await;
    let plain = |kind, key, code, modifiers: &'static str| (kind, key, code, modifiers.to_owned(), false);
    let expected = [
        plain("keydown", "Control", "ControlLeft", "ctrl"),
        plain("keydown", "Shift", "ShiftLeft", "shift+ctrl"),
        plain("keydown", "K", "KeyK", "shift+ctrl"),
        plain("keyup", "K", "KeyK", "shift+ctrl"),
        plain("keyup", "Shift", "ShiftLeft", "ctrl"),
        plain("keyup", "Control", "ControlLeft", ""),
    ];
    assert_eq!(strokes.iter().map(stroke).collect::<Vec<_>>(), expected);
    let five = page.events(vec![repeated("ArrowDown", 5)], &KEYS).await;
    let times: Vec<_> =
        (0..10).map(|time| plain(["keydown", "keyup"][time % 2], "ArrowDown", "ArrowDown", "")).collect();
    assert_eq!(five.iter().map(stroke).collect::<Vec<_>>(), times);
}

async fn shortcuts_work(page: &Page) {
    page.ask("field.value = 'cut me'").await;
    let cut = vec![
        left_click(page.at(200, 280)),
        key("ctrl+a"),
        key("ctrl+x"),
        repeated("ctrl+v", 3),
        repeated("BackSpace", 2),
        key("KP_7"),
    ];
    page.desk.done(cut).await;
    let value = async || (page.ask("field.value").await == "cut mecut mecut 7").then_some(());
    eventually("the field has the text three times", value).await;
}

async fn a_held_key_repeats(page: &Page) {
    page.desk.done(vec![left_click(page.at(300, 450))]).await;
    let strokes = page.events(vec![hold_key("shift+F6", 1000)], &KEYS).await;
    let (held, ends) = strokes.split_at(strokes.len() - 2);
    assert_eq!(stroke(&held[0]), ("keydown", "Shift", "ShiftLeft", "shift".into(), false));
    assert_eq!(stroke(&held[1]), ("keydown", "F6", "F6", "shift".into(), false));
    assert!(held.len() > 2, "no repeats");
    for repeat in &held[2..] {
        assert_eq!(stroke(repeat), ("keydown", "F6", "F6", "shift".into(), true));
    }
    assert_eq!(stroke(&ends[0]), ("keyup", "F6", "F6", "shift".into(), false));
    assert_eq!(stroke(&ends[1]), ("keyup", "Shift", "ShiftLeft", String::new(), false));
    assert!(ends[0].time - held[1].time > 990.0);
}

async fn a_wait_lasts(page: &Page) {
    let strokes = page.events(vec![key("F6"), Action::Wait { duration_ms: 400 }, key("F7")], &KEYS).await;
    let (first, second) = (&strokes[1], &strokes[2]);
    assert_eq!((first.key.as_str(), second.key.as_str()), ("F6", "F7"));
    assert!(second.time - first.time > 390.0);
}
