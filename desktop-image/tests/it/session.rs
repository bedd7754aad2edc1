//! The desktop session.

use protocol::action::{Action, Button};

use crate::agent::{TestAgent, at, decode_screenshot, eventually};

#[tokio::test]
async fn the_home_has_its_folders_and_keeps_existing_files() {
    let agent = TestAgent::start();
    for folder in ["Uploads", "Outputs", "Downloads", "Desktop"] {
        assert!(agent.home.join(folder).is_dir(), "{folder}");
    }
}

#[tokio::test]
async fn the_offices_profile_is_unlocked() {
    let home = tempfile::tempdir().unwrap();
    let profile = home.path().join(".config/libreoffice/4");
    std::fs::create_dir_all(&profile).unwrap();
    std::fs::write(profile.join(".lock"), "left behind by an office that was killed").unwrap();
    let agent = TestAgent::start_in(home.path());
    assert!(!profile.join(".lock").exists());
    agent.stop();
}

#[tokio::test]
async fn programs_open_by_name_and_show_a_window() {
    let agent = TestAgent::start();
    for (command, app) in [("xterm", "XTerm"), ("mousepad", "Mousepad"), ("pcmanfm", "Pcmanfm")] {
        let window = agent.open(command, app).await;
        assert!(window.region.width > 100 && window.region.height > 100, "{window:?}");
    }
    assert_eq!(agent.windows().await.len(), 3, "the panel is no program");
}

/// Draws with WebGL, and says in its title what it got.
const PAGE: &str = "<title>A page of the tests</title><body style='background:#12a4ff'><script>
    const gl = document.createElement('canvas').getContext('webgl2');
    const pixel = new Uint8Array(4);
    gl.clearColor(0, 1, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    document.title = `A page of the tests ${pixel}`;
</script>";

#[tokio::test]
async fn the_browser_opens_a_page_that_draws_with_webgl_after_a_hard_end() {
    let home = tempfile::tempdir().unwrap();
    let profile = home.path().join(".config/chromium");
    std::fs::create_dir_all(&profile).unwrap();
    // Left behind by a browser that was killed, with the id of a process that is alive.
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    std::os::unix::fs::symlink(format!("{}-1", host.trim()), profile.join("SingletonLock")).unwrap();
    let agent = TestAgent::start_in(home.path());
    let page = agent.home.join("page.html");
    std::fs::write(&page, PAGE).unwrap();
    agent.shell("x-www-browser ~/page.html >/dev/null 2>&1 &").await;
    let shown = async || {
        let windows = agent.windows().await;
        let window =
            windows.into_iter().find(|window| window.title.contains("A page of the tests 0,255,0,255"))?;
        assert_eq!(window.app, "Chromium");
        let result = agent.done(vec![Action::Screenshot]).await;
        let screenshot = decode_screenshot(result.results[0].screenshot.as_ref().unwrap());
        (screenshot.get_pixel(500, 500).0 == [0x12, 0xa4, 0xff]).then_some(())
    };
    eventually("the page is shown", shown).await;
}

#[tokio::test]
async fn programs_open_from_the_menu_and_the_panel() {
    let agent = TestAgent::start();
    let click = |button, x, y| Action::Click { button, count: 1, at: Some(at(x, y)), modifiers: vec![] };
    // The menu opens at the pointer; its first item is the terminal.
    agent.done(vec![click(Button::Right, 300, 200), click(Button::Left, 330, 210)]).await;
    let terminal = async || agent.windows().await.into_iter().find(|window| window.app == "XTerm");
    eventually("the terminal is open", terminal).await;
    let panel = async || {
        agent.done(vec![click(Button::Left, 60, 680)]).await;
        agent.windows().await.into_iter().find(|window| window.app == "Mousepad")
    };
    eventually("the editor is open", panel).await;
}
