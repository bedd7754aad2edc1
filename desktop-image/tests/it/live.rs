//! The live view, used by a viewer.

use std::time::Duration;

use desktop_agent::process_usage::ProcessUsage;
use protocol::action::{Action, Button};

use crate::agent::{TestAgent, at, eventually};
use crate::typing::{arrives, reading_xterm};
use crate::viewer::{COPY_RECT, CURSOR, TIGHT, TIGHT_PNG, Viewer, ZRLE};
use crate::window::{Received, TestWindow};

const SILENCE: Duration = Duration::from_millis(400);

pub(crate) async fn screenshot(agent: &TestAgent) -> image::RgbImage {
    let bytes = agent.get("/v1/screenshot").await.bytes().await.unwrap();
    image::load_from_memory(&bytes).unwrap().into_rgb8()
}

/// Receives updates until the viewer sees exactly what a screenshot shows.
pub(crate) async fn catch_up(viewer: &mut Viewer, agent: &TestAgent) {
    for _ in 0..200 {
        if viewer.frame == screenshot(agent).await {
            return;
        }
        viewer.update(true).await;
    }
    panic!("the viewer never saw what the screen shows");
}

#[tokio::test]
async fn a_viewer_sees_the_screen_and_what_changes_on_it() {
    let agent = TestAgent::start();
    for encodings in [&[TIGHT_PNG, COPY_RECT][..], &[TIGHT_PNG], &[TIGHT], &[COPY_RECT, ZRLE], &[]] {
        let window = TestWindow::open(&agent);
        agent.done(vec![Action::MouseMove { to: at(600, 500) }]).await;
        let mut viewer = Viewer::connect(&agent, "", encodings).await;
        viewer.update(false).await;
        catch_up(&mut viewer, &agent).await;
        assert_eq!(viewer.frame.get_pixel(300, 200).0, [255, 0, 0]);
        let click = Action::Click { button: Button::Left, count: 1, at: Some(at(20, 20)), modifiers: vec![] };
        agent.done(vec![click]).await;
        catch_up(&mut viewer, &agent).await;
        assert_eq!(viewer.frame.get_pixel(300, 200).0, [0, 0, 255]);
        drop(window);
    }
}

#[tokio::test]
async fn a_viewer_may_change_its_encodings() {
    let agent = TestAgent::start();
    let _window = TestWindow::open(&agent);
    let mut viewer = Viewer::connect(&agent, "", &[]).await;
    for encoding in [TIGHT, ZRLE, TIGHT_PNG, TIGHT, ZRLE] {
        viewer.set_encodings(&[encoding]).await;
        viewer.update(false).await;
        catch_up(&mut viewer, &agent).await;
    }
}

#[tokio::test]
async fn an_update_contains_only_changes() {
    let agent = TestAgent::start();
    let _window = TestWindow::open(&agent);
    let mut viewer = Viewer::connect(&agent, "?input=true", &[TIGHT_PNG, CURSOR]).await;
    viewer.update(false).await;
    eventually("the desktop is at rest", async || {
        viewer.ask(true).await;
        let silent = viewer.is_silent(SILENCE).await;
        if !silent {
            viewer.receive().await;
        }
        silent.then_some(())
    })
    .await;
    let before = viewer.frame.clone();
    // The pending request is answered with the change.
    viewer.pointer(1, 30, 30).await;
    viewer.receive().await;
    let changed = |viewer: &Viewer| {
        let pixels = viewer.frame.enumerate_pixels();
        pixels.filter(|(x, y, pixel)| before.get_pixel(*x, *y) != *pixel).count()
    };
    // A busy X server paints the window in parts.
    while changed(&viewer) < 400 * 300 {
        viewer.update(true).await;
    }
    assert_eq!(changed(&viewer), 400 * 300);
    assert!(viewer.rectangles <= 6, "{} rectangles", viewer.rectangles);
}

#[tokio::test]
async fn scrolled_text_is_copied_exactly() {
    let agent = TestAgent::start();
    let mut viewer = Viewer::connect(&agent, "?input=true", &[TIGHT_PNG, COPY_RECT]).await;
    agent.open("xterm -e sh -c 'seq 1 300; while read line; do seq 400 403; done'", "XTerm").await;
    viewer.update(false).await;
    catch_up(&mut viewer, &agent).await;
    let before = viewer.copies;
    for _ in 0..5 {
        viewer.key(true, xkeysym::key::Return).await;
        viewer.key(false, xkeysym::key::Return).await;
        viewer.update(true).await;
        catch_up(&mut viewer, &agent).await;
    }
    assert!(viewer.copies > before, "nothing was copied");
}

#[tokio::test]
async fn a_moved_window_is_copied() {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    agent.open("xterm -geometry 40x10+500+350 -e sh -c 'seq 1 7; cat'", "XTerm").await;
    let mut viewer = Viewer::connect(&agent, "", &[TIGHT_PNG, COPY_RECT]).await;
    viewer.update(false).await;
    catch_up(&mut viewer, &agent).await;
    for (x, y) in [(10, 10), (47, 31), (90, 5), (300, 200)] {
        window.move_to(x, y);
        catch_up(&mut viewer, &agent).await;
    }
    assert!(viewer.copies > 0, "nothing was copied");
}

#[tokio::test]
async fn nothing_is_sent_while_nothing_changes() {
    let agent = TestAgent::start();
    let mut viewer = Viewer::connect(&agent, "", &[TIGHT_PNG]).await;
    viewer.update(false).await;
    eventually("the desktop is at rest", async || {
        viewer.ask(true).await;
        let silent = viewer.is_silent(SILENCE).await;
        if !silent {
            viewer.receive().await;
        }
        silent.then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_input_of_a_watching_viewer_is_dropped() {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    agent.done(vec![Action::MouseMove { to: at(600, 500) }]).await;
    let mut viewer = Viewer::connect(&agent, "?input=false", &[TIGHT_PNG]).await;
    viewer.pointer(1, 30, 30).await;
    viewer.pointer(0, 30, 30).await;
    viewer.key(true, xkeysym::key::a).await;
    viewer.key(false, xkeysym::key::a).await;
    // The update means that the input before it has been handled.
    viewer.update(false).await;
    assert_eq!(window.so_far(), []);
    let place = agent.done(vec![Action::CursorPosition]).await.results[0].cursor;
    assert_eq!(place, Some(at(600, 500)));
}

#[tokio::test]
async fn the_input_of_a_viewer_in_control_arrives() {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    let mut viewer = Viewer::connect(&agent, "?input=true", &[TIGHT_PNG, CURSOR]).await;
    for buttons in [1, 0, 8, 0] {
        viewer.pointer(buttons, 30, 40).await;
    }
    for (down, number) in [(true, 1), (false, 1), (true, 4), (false, 4)] {
        let received = window.next();
        let Received::Button { down: is, button, x: 30, y: 40, .. } = received else {
            panic!("{received:?}")
        };
        assert_eq!((is, button), (down, number));
    }
    for keysym in [xkeysym::key::Shift_L, xkeysym::key::b, 0x0100_6f22, xkeysym::key::Return] {
        viewer.key(true, keysym).await;
        viewer.key(false, keysym).await;
        for down in [true, false] {
            let received = window.next();
            let Received::Key { down: is, keysym: which, .. } = received else { panic!("{received:?}") };
            assert_eq!((is, which), (down, keysym));
        }
    }
    viewer.update(false).await;
    assert!(viewer.cursor.is_some_and(|(width, height)| width > 0 && height > 0), "no pointer was sent");
}

#[tokio::test]
async fn a_viewers_characters_arrive_with_any_keyboard_layout() {
    let agent = TestAgent::start();
    let file = reading_xterm(&agent).await;
    let mut viewer = Viewer::connect(&agent, "?input=true", &[TIGHT_PNG]).await;
    // Characters that are sent without Shift but need it here, and the other way round.
    for typed in "Ab|{~".chars() {
        viewer.key(true, typed.into()).await;
        viewer.key(false, typed.into()).await;
    }
    viewer.key(true, xkeysym::key::Shift_L).await;
    for typed in "/=7X%".chars() {
        viewer.key(true, typed.into()).await;
        viewer.key(false, typed.into()).await;
    }
    viewer.key(false, xkeysym::key::Shift_L).await;
    viewer.key(true, 'z'.into()).await;
    arrives(&file, "Ab|{~/=7X%z").await;
}

#[tokio::test]
async fn a_burst_of_characters_that_the_layout_lacks_arrives_exactly() {
    let agent = TestAgent::start();
    let file = reading_xterm(&agent).await;
    let mut viewer = Viewer::connect(&agent, "?input=true", &[TIGHT_PNG]).await;
    // As a phone's keyboard sends what was composed or swiped.
    let burst = "@é한글 你好, ñandú Ω≈ç√ 日本語 héllo";
    for typed in burst.chars() {
        let code = u32::from(typed);
        // Latin characters are their own keysyms.
        let keysym = if code < 0x100 { code } else { 0x0100_0000 | code };
        viewer.key(true, keysym).await;
        viewer.key(false, keysym).await;
    }
    arrives(&file, burst).await;
}

#[tokio::test]
async fn keys_and_buttons_of_a_viewer_are_released_when_it_leaves() {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    let mut viewer = Viewer::connect(&agent, "?input=true", &[TIGHT_PNG]).await;
    viewer.pointer(1, 30, 40).await;
    viewer.key(true, xkeysym::key::Control_L).await;
    assert!(matches!(window.next(), Received::Button { down: true, .. }));
    assert!(matches!(window.next(), Received::Key { down: true, .. }));
    drop(viewer);
    eventually("everything is released", async || (window.held() == 0).then_some(())).await;
}

#[tokio::test]
async fn a_viewer_that_violates_the_protocol_is_disconnected() {
    let agent = TestAgent::start();
    for nonsense in [vec![99], vec![6, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff], vec![0; 20]] {
        let mut viewer = Viewer::connect(&agent, "?input=true", &[]).await;
        viewer.send(nonsense.clone()).await;
        assert!(viewer.is_disconnected().await, "{nonsense:?} was accepted");
    }
    assert_eq!(agent.get("/health").await.status(), 200);
}

#[tokio::test]
async fn a_viewer_without_requests_delays_no_other() {
    let agent = TestAgent::start();
    let _slow = Viewer::connect(&agent, "", &[TIGHT_PNG]).await;
    let mut other = Viewer::connect(&agent, "", &[TIGHT_PNG]).await;
    other.update(false).await;
    agent.open("xterm", "XTerm").await;
    catch_up(&mut other, &agent).await;
}

/// The agent's memory in kilobytes, once it does not change any more.
async fn settled_memory(agent: &TestAgent) -> u64 {
    let mut last = Vec::new();
    let deadline = std::time::Instant::now() + crate::agent::LIMIT;
    while std::time::Instant::now() < deadline {
        let usage: ProcessUsage = agent.get("/v1/process-usage").await.json().await.unwrap();
        last.push(usage.proportional_kb);
        if let [.., first, second, third] = *last
            && third.abs_diff(first).max(third.abs_diff(second)) < 200
        {
            return third;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the memory keeps changing: {last:?} kB");
}

#[tokio::test]
async fn a_viewer_that_reads_nothing_holds_no_whole_screen() {
    const VIEWERS: u64 = 20;
    let agent = TestAgent::start();
    let before = settled_memory(&agent).await;
    let mut viewers = Vec::new();
    for _ in 0..VIEWERS {
        // Raw pixels: 4 MB for each of these updates, which is more than the kernel takes.
        let mut viewer = Viewer::connect(&agent, "", &[]).await;
        for _ in 0..8 {
            viewer.ask(false).await;
        }
        viewers.push(viewer);
    }
    let each = settled_memory(&agent).await.saturating_sub(before) / VIEWERS;
    println!("a viewer that reads nothing costs the agent {each} kB");
    assert!(each < 1500, "{each} kB a viewer");
}
