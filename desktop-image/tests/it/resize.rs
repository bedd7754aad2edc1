//! Resizing the desktop while it runs.

use protocol::action::Size;
use protocol::agent::AgentHealth;
use serde_json::json;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt as _, EventMask};

use crate::agent::{TestAgent, eventually};
use crate::live::{catch_up, screenshot};
use crate::viewer::{COPY_RECT, DESKTOP_SIZE, EXTENDED_DESKTOP_SIZE, TIGHT_PNG, Viewer};

async fn put_size(agent: &TestAgent, width: u32, height: u32) -> reqwest::Response {
    let size = json!({ "width": width, "height": height });
    agent.http.put(agent.url("/v1/screen/size")).json(&size).send().await.unwrap()
}

/// Asks the window manager to maximise a window, as a pager does.
fn maximize(connection: &impl Connection, root: u32, window: u32) {
    let atom = |name: &str| connection.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom;
    let add = 1;
    let states = [atom("_NET_WM_STATE_MAXIMIZED_VERT"), atom("_NET_WM_STATE_MAXIMIZED_HORZ")];
    let data = [add, states[0], states[1], 2, 0];
    let message = ClientMessageEvent::new(32, window, atom("_NET_WM_STATE"), data);
    let mask = EventMask::SUBSTRUCTURE_NOTIFY | EventMask::SUBSTRUCTURE_REDIRECT;
    connection.send_event(false, root, mask, message).unwrap();
    connection.flush().unwrap();
}

/// Receives updates until the viewer has a frame of that size that shows the screen.
async fn sees(viewer: &mut Viewer, agent: &TestAgent, width: u32, height: u32) {
    while viewer.frame.dimensions() != (width, height) {
        viewer.update(true).await;
    }
    catch_up(viewer, agent).await;
}

#[tokio::test]
async fn the_desktop_can_be_resized_up_to_its_largest_size() {
    let agent = TestAgent::start();
    for (width, height) in [(1280, 800), (640, 480), (1920, 1200), (1024, 700)] {
        let response = put_size(&agent, width, height).await;
        assert_eq!(response.status(), 200);
        let size = Size { width, height };
        assert_eq!(response.json::<Size>().await.unwrap(), size);
        assert_eq!(screenshot(&agent).await.dimensions(), (width, height));
        let health: AgentHealth = agent.get("/health").await.json().await.unwrap();
        assert_eq!(health.screen, size);
    }
    for (width, height) in [(1921, 1200), (1920, 1201), (63, 480), (0, 0), (100_000, 100)] {
        let response = put_size(&agent, width, height).await;
        assert_eq!(response.status(), 422, "{width}x{height}");
        assert!(response.text().await.unwrap().contains("1920x1200"));
    }
    assert_eq!(screenshot(&agent).await.dimensions(), (1024, 700));
}

#[tokio::test]
async fn windows_panel_and_background_follow_the_size() {
    let agent = TestAgent::start();
    let connection = agent.x_connection().unwrap();
    let root = connection.setup().roots[0].root;
    let window = agent.open("xterm", "XTerm").await;
    maximize(&connection, root, window.id);
    let spans = async |width: u32| {
        let windows = agent.windows().await;
        windows.iter().any(|one| one.id == window.id && one.region.width + 20 > width).then_some(())
    };
    eventually("the window is maximized", async || spans(1024).await).await;
    put_size(&agent, 1400, 900).await;
    eventually("the maximized window fills the screen", async || spans(1400).await).await;
    connection.kill_client(window.id).unwrap();
    connection.flush().unwrap();
    eventually("the gradient spans the whole height", async || {
        let screenshot = screenshot(&agent).await;
        // Otherwise the gradient would repeat at its original height.
        (screenshot.get_pixel(700, 2) != screenshot.get_pixel(700, 702)).then_some(())
    })
    .await;
    eventually("the panel lies at the bottom, as wide as the screen", async || {
        let windows = connection.query_tree(root).unwrap().reply().unwrap().children;
        let mut places = windows.into_iter().filter_map(|window| {
            let place = connection.get_geometry(window).unwrap().reply().ok()?;
            Some((place.width, i32::from(place.y) + i32::from(place.height)))
        });
        places.find(|place| *place == (1400, 900)).map(drop)
    })
    .await;
}

#[tokio::test]
async fn a_viewer_in_control_changes_the_size_and_all_others_follow() {
    let agent = TestAgent::start();
    let mut other = Viewer::connect(&agent, "", &[TIGHT_PNG, COPY_RECT, DESKTOP_SIZE]).await;
    sees(&mut other, &agent, 1024, 700).await;
    let mut viewer = Viewer::connect(&agent, "?input=true", &[TIGHT_PNG, EXTENDED_DESKTOP_SIZE]).await;
    viewer.update(false).await;
    assert_eq!(viewer.size_answer.take(), Some((0, 0)), "the viewer learns that it may request a size");
    for (width, height) in [(1300, 720), (801, 603), (1024, 700)] {
        viewer.resize(width, height).await;
        while viewer.size_answer.is_none() {
            viewer.update(true).await;
        }
        assert_eq!(viewer.size_answer.take(), Some((1, 0)));
        sees(&mut viewer, &agent, width.into(), height.into()).await;
        sees(&mut other, &agent, width.into(), height.into()).await;
    }
}

#[tokio::test]
async fn an_unsupported_size_is_rejected() {
    let agent = TestAgent::start();
    let mut viewer = Viewer::connect(&agent, "?input=true", &[TIGHT_PNG, EXTENDED_DESKTOP_SIZE]).await;
    let mut watcher = Viewer::connect(&agent, "", &[TIGHT_PNG, EXTENDED_DESKTOP_SIZE]).await;
    for (viewer, width, status) in [(&mut viewer, 3000, 2), (&mut watcher, 800, 1)] {
        viewer.update(false).await;
        viewer.size_answer = None;
        viewer.resize(width, 600).await;
        while viewer.size_answer.is_none() {
            viewer.update(true).await;
        }
        assert_eq!(viewer.size_answer, Some((1, status)));
        assert_eq!(viewer.frame.dimensions(), (1024, 700));
    }
}

#[tokio::test]
async fn a_program_may_change_the_size() {
    let agent = TestAgent::start();
    let mut viewer = Viewer::connect(&agent, "", &[TIGHT_PNG, DESKTOP_SIZE]).await;
    sees(&mut viewer, &agent, 1024, 700).await;
    agent.prints("xrandr --output screen --mode 1920x1200").await;
    sees(&mut viewer, &agent, 1920, 1200).await;
}

#[tokio::test]
async fn a_viewer_without_resizing_sees_the_part_that_fits() {
    let agent = TestAgent::start();
    let mut viewer = Viewer::connect(&agent, "", &[TIGHT_PNG, COPY_RECT]).await;
    sees(&mut viewer, &agent, 1024, 700).await;
    put_size(&agent, 1200, 800).await;
    eventually("its part of the screen is right", async || {
        viewer.update(false).await;
        let whole = screenshot(&agent).await;
        (image::imageops::crop_imm(&whole, 0, 0, 1024, 700).to_image() == viewer.frame).then_some(())
    })
    .await;
}
