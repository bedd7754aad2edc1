//! Recordings played in the desktop's browser.

use std::path::Path;

use serde_json::json;

use crate::agent::{TestAgent, eventually};
use crate::video::{self, paint_blue};
use crate::window::{BLUE, TestWindow};

/// Plays a file in the desktop's browser. Returns its duration, its seekable end, and the window's colour near the end
/// and near the start.
async fn play_in_browser(agent: &TestAgent, file: &Path) -> String {
    let page = r#"<title>empty</title><video id=v muted src="VIDEO"></video><script>
        const colour = () => {
            const canvas = new OffscreenCanvas(v.videoWidth, v.videoHeight).getContext("2d");
            canvas.drawImage(v, 0, 0);
            const [r, g, b] = canvas.getImageData(200, 150, 1, 1).data;
            return r > 200 && b < 50 ? "red" : b > 200 && r < 50 ? "blue" : `${r},${g},${b}`;
        };
        // Wait for the frame on the screen, not only for the end of seeking. Blue frames come after the first second.
        const seek = (to) => new Promise((done) => {
            const shown = (_, frame) =>
                frame.mediaTime > 1 === to > 1 ? done() : v.requestVideoFrameCallback(shown);
            v.requestVideoFrameCallback(shown);
            v.currentTime = to;
        });
        v.onerror = () => { document.title = `broken ${v.error.message}`; };
        v.onloadeddata = async () => {
            v.onloadeddata = null;
            const found = [Math.round(v.duration * 1000), Math.round(v.seekable.end(0) * 1000)];
            await seek(v.duration - 0.001);
            found.push(colour());
            await seek(0.5);
            found.push(colour());
            document.title = `found ${found.join(" ")} end`;
        };
    </script>"#;
    let name = file.file_stem().unwrap().to_str().unwrap();
    let page = page.replace("VIDEO", &format!("file://{}", file.display()));
    std::fs::write(agent.home.join(format!("{name}.html")), page).unwrap();
    let browser = "x-www-browser --allow-file-access-from-files";
    agent.shell(&format!("{browser} ~/{name}.html >/dev/null 2>&1 &")).await;
    let found = async || {
        let titles = agent.windows().await.into_iter().map(|window| window.title);
        titles.into_iter().find(|title| title.starts_with("found") || title.starts_with("broken"))
    };
    let found = eventually("the browser has played it", found).await;
    found.split(" end").next().unwrap().to_owned()
}

#[tokio::test]
async fn the_browser_plays_a_recording_and_seeks_in_it() {
    let agent = TestAgent::start();
    let _window = TestWindow::open(&agent);
    let recording = agent.record(&json!({})).await;
    agent.recorded(recording.id, 1500).await;
    paint_blue(&agent).await;
    let recording = agent.stop_recording(recording.id).await;
    let found = play_in_browser(&agent, &video::file(&agent, recording.id)).await;
    let length = recording.duration_ms;
    assert_eq!(found, format!("found {length} {length} blue red"));
}

#[tokio::test]
async fn the_browser_plays_an_interrupted_recording() {
    let agent = TestAgent::start();
    let _window = TestWindow::open(&agent);
    let recording = agent.record(&json!({})).await;
    agent.recorded(recording.id, 1500).await;
    paint_blue(&agent).await;
    let blue = async || agent.frames(recording.id).await.last()?.has(200, 150, BLUE).then_some(());
    eventually("the file shows the change", blue).await;
    let bytes = agent.download(recording.id).await;
    let file = agent.home.join("broken.mp4");
    std::fs::write(&file, &bytes).unwrap();
    let found = play_in_browser(&agent, &file).await;
    let length = video::duration(&bytes);
    assert_eq!(found, format!("found {length} {length} blue red"));
}
