//! Recordings: their content and the API.

use std::time::Instant;

use protocol::action::{Action, Size};
use protocol::agent::AgentError;
use protocol::agent::files::FileEntry;
use protocol::agent::recording::{RecordingEnd, RecordingState};
use serde_json::json;

use crate::agent::{TestAgent, at, command_with_screen, eventually};
use crate::video::{self, boxes, decode, paint_blue};
use crate::window::{BLUE, RED, TestWindow};

fn ms(from: Instant) -> u64 {
    u64::try_from(from.elapsed().as_millis()).unwrap()
}

#[tokio::test]
async fn a_recording_shows_what_happened_in_order_and_at_the_right_time() {
    let agent = TestAgent::start();
    let _window = TestWindow::open(&agent);
    let outside = Instant::now();
    let recording = agent.record(&json!({})).await;
    let inside = Instant::now();
    agent.recorded(recording.id, 1000).await;
    paint_blue(&agent).await;
    let at_least = ms(inside);
    let recording = agent.stop_recording(recording.id).await;
    let at_most = ms(outside);
    assert_eq!(recording.state, RecordingState::Ended { reason: RecordingEnd::Stopped });
    assert!((at_least..=at_most).contains(&recording.duration_ms), "{recording:?}");
    let bytes = agent.download(recording.id).await;
    assert_eq!(recording.bytes, bytes.len() as u64);
    assert!(video::duration(&bytes).abs_diff(recording.duration_ms) <= 2);
    let frames = decode(&bytes);
    assert_eq!(recording.frames, Some(frames.len() as u64));
    let colours = frames.iter().map(|frame| (frame.has(200, 150, RED), frame.has(200, 150, BLUE)));
    let first_blue = colours.clone().position(|colour| colour == (false, true)).unwrap();
    for (place, colour) in colours.enumerate() {
        assert_eq!(colour, (place < first_blue, place >= first_blue), "frame {place}");
    }
    assert!(first_blue > 0 && frames[0].at == 0);
    assert!((1000..=at_most).contains(&frames[first_blue].at), "blue at {}", frames[first_blue].at);
    assert!(frames.is_sorted_by(|a, b| a.at < b.at));
}

#[tokio::test]
async fn the_pointer_is_in_the_video_and_moves() {
    let agent = TestAgent::start();
    let _window = TestWindow::open(&agent);
    agent.done(vec![Action::MouseMove { to: at(100, 100) }]).await;
    let recording = agent.record(&json!({})).await;
    agent.done(vec![Action::MouseMove { to: at(300, 200) }]).await;
    agent.stop_recording(recording.id).await;
    let frames = agent.frames(recording.id).await;
    // Around the point, some pixels of the pointer's image are not red.
    let pointer_at = |frame: &video::Frame, x: u32, y: u32| {
        (x..x + 12).any(|x| (y..y + 12).any(|y| !frame.has(x, y, RED)))
    };
    let (first, last) = (frames.first().unwrap(), frames.last().unwrap());
    assert!(pointer_at(first, 100, 100) && !pointer_at(first, 300, 200));
    assert!(pointer_at(last, 300, 200) && !pointer_at(last, 100, 100));
}

#[tokio::test]
async fn a_recording_continues_when_the_desktop_is_resized() {
    let agent = TestAgent::start();
    let _window = TestWindow::open(&agent);
    let recording = agent.record(&json!({ "frames_per_second": 30 })).await;
    for (size, right) in [((320, 251), false), ((1600, 900), true)] {
        let size = Size { width: size.0, height: size.1 };
        let resized = agent.http.put(agent.url("/v1/screen/size")).json(&size).send().await.unwrap();
        assert_eq!(resized.status(), 200);
        let drawn = async || {
            let frames = agent.frames(recording.id).await;
            let last = frames.last()?;
            (last.has(200, 150, RED) && last.has(380, 150, RED) == right).then_some(())
        };
        eventually("the other size is in the recording", drawn).await;
    }
    paint_blue(&agent).await;
    let ended = agent.stop_recording(recording.id).await;
    assert_eq!(ended.state, RecordingState::Ended { reason: RecordingEnd::Stopped });
    let frames = agent.frames(recording.id).await;
    assert!(frames.last().unwrap().has(380, 150, BLUE), "the change after the resize is missing");
}

#[tokio::test]
async fn nothing_is_encoded_while_nothing_changes() {
    let agent = TestAgent::start();
    let _window = TestWindow::open(&agent);
    let recording = agent.record(&json!({ "frames_per_second": 30 })).await;
    let before = agent.recorded(recording.id, 1000).await;
    let after = agent.recorded(recording.id, before.duration_ms + 3000).await;
    // The panel's clock may have changed.
    let frames = after.frames.unwrap() - before.frames.unwrap();
    assert!(frames <= 2, "{frames} frames without changes");
    let bytes = after.bytes - before.bytes;
    assert!(bytes < 4096, "{bytes} bytes without changes");
}

#[tokio::test]
async fn a_running_recording_can_be_played() {
    let agent = TestAgent::start();
    let _window = TestWindow::open(&agent);
    let recording = agent.record(&json!({})).await;
    let so_far = agent.recorded(recording.id, 1000).await;
    let bytes = agent.download(recording.id).await;
    let frames = decode(&bytes);
    assert!(frames[0].has(200, 150, RED));
    assert!(video::duration(&bytes) >= so_far.duration_ms);
    paint_blue(&agent).await;
    let painted = async || agent.frames(recording.id).await.last()?.has(200, 150, BLUE).then_some(());
    eventually("the file shows the change", painted).await;
}

#[tokio::test]
async fn screens_with_odd_sizes_are_recorded_completely() {
    let agent = TestAgent::start_by(|home, runtime| command_with_screen("641x483", home, runtime));
    let _window = TestWindow::open(&agent);
    let recording = agent.record(&json!({})).await;
    assert_eq!(recording.size, Size { width: 642, height: 484 });
    paint_blue(&agent).await;
    agent.stop_recording(recording.id).await;
    let frames = agent.frames(recording.id).await;
    let (first, last) = (frames.first().unwrap(), frames.last().unwrap());
    assert_eq!(first.pixels.dimensions(), (642, 484));
    assert!(first.has(200, 150, RED) && last.has(200, 150, BLUE) && last.has(399, 299, BLUE));
    // The added row and column repeat the panel and the background at the screen's edges.
    for (x, y) in [(641, 100), (300, 483)] {
        let beside = last.pixels.get_pixel(x - u32::from(x == 641), y - u32::from(y == 483)).0;
        let [r, g, b] = beside.map(u32::from);
        assert!(last.has(x, y, r << 16 | g << 8 | b));
    }
}

#[tokio::test]
async fn parts_of_a_recording_can_be_requested() {
    let agent = TestAgent::start();
    let recording = agent.record(&json!({})).await;
    agent.stop_recording(recording.id).await;
    let whole = agent.download(recording.id).await;
    let length = whole.len();
    let ask = async |range: &str| {
        let url = agent.url(&format!("/v1/recordings/{}/content", recording.id));
        let response = agent.http.get(url).header("range", range).send().await.unwrap();
        let content_range =
            response.headers().get("content-range").map(|range| range.to_str().unwrap().to_owned());
        (response.status().as_u16(), content_range, response.bytes().await.unwrap())
    };
    for (range, start, end) in [
        ("bytes=0-99".to_owned(), 0, 100),
        ("bytes=100-".to_owned(), 100, length),
        ("bytes=-10".to_owned(), length - 10, length),
        (format!("bytes=10-{}", length * 2), 10, length),
    ] {
        let (status, content_range, bytes) = ask(&range).await;
        assert_eq!((status, &bytes[..]), (206, &whole[start..end]), "{range}");
        assert_eq!(content_range, Some(format!("bytes {start}-{}/{length}", end - 1)), "{range}");
    }
    let (status, content_range, _) = ask(&format!("bytes={length}-")).await;
    assert_eq!((status, content_range), (416, Some(format!("bytes */{length}"))));
    let (status, content_range, bytes) = ask("bytes=0-1,5-6").await;
    assert_eq!((status, content_range, &bytes[..]), (200, None, &whole[..]));
    let response = agent.get(&format!("/v1/recordings/{}/content", recording.id)).await;
    assert_eq!(response.headers()["accept-ranges"], "bytes");
}

#[tokio::test]
async fn there_is_one_recording_at_a_time_and_stopping_is_final() {
    let agent = TestAgent::start();
    let first = agent.record(&json!({})).await;
    let refused = agent.post("/v1/recordings", &json!({})).await;
    assert_eq!(refused.status(), 409);
    let error: AgentError = refused.json().await.unwrap();
    assert_eq!(error.code, "already_recording");
    let (stopped, again) = tokio::join!(agent.stop_recording(first.id), agent.stop_recording(first.id));
    assert_eq!(stopped, again);
    assert_eq!(agent.stop_recording(first.id).await, stopped);
    let second = agent.record(&json!({})).await;
    let second = agent.stop_recording(second.id).await;
    assert_eq!(agent.recordings().await, [stopped, second]);
}

#[tokio::test]
async fn a_deleted_recording_is_gone() {
    let agent = TestAgent::start();
    let recording = agent.record(&json!({})).await;
    let (path, content) =
        (format!("/v1/recordings/{}", recording.id), format!("/v1/recordings/{}/content", recording.id));
    let delete = async || agent.http.delete(agent.url(&path)).send().await.unwrap();
    let refused = delete().await;
    assert_eq!(refused.status(), 409);
    assert_eq!(refused.json::<AgentError>().await.unwrap().code, "still_recording");
    agent.stop_recording(recording.id).await;
    for _ in 0..2 {
        assert_eq!(delete().await.status(), 204);
        assert_eq!(agent.get(&content).await.status(), 404);
        assert_eq!(agent.post(&format!("{path}/stop"), &json!({})).await.status(), 404);
        assert!(agent.recordings().await.is_empty());
    }
    let folder = agent.home.join(".local/share/deskhand/recordings");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
}

#[tokio::test]
async fn options_out_of_bounds_and_unknown_ids_are_rejected() {
    let agent = TestAgent::start();
    for options in [
        json!({ "frames_per_second": 0 }),
        json!({ "frames_per_second": 31 }),
        json!({ "max_bytes": 1_048_575 }),
        json!({ "max_bytes": 8_589_934_593_u64 }),
        json!({ "max_duration_ms": 999 }),
        json!({ "max_duration_ms": 43_200_001 }),
        json!({ "max_seconds": 5 }),
    ] {
        let refused = agent.post("/v1/recordings", &options).await;
        assert_eq!(refused.status(), 422, "{options}");
        assert_eq!(refused.json::<AgentError>().await.unwrap().code, "invalid_request");
    }
    for id in ["x", "..", "018f0000-0000-7000-8000-000000000000"] {
        let id = id.replace('.', "%2E");
        assert_eq!(agent.post(&format!("/v1/recordings/{id}/stop"), &json!({})).await.status(), 404);
        assert_eq!(agent.get(&format!("/v1/recordings/{id}/content")).await.status(), 404);
    }
    assert!(agent.recordings().await.is_empty());
}

#[tokio::test]
async fn recordings_are_not_listed_among_files() {
    let agent = TestAgent::start();
    let recording = agent.record(&json!({})).await;
    agent.stop_recording(recording.id).await;
    assert!(video::file(&agent, recording.id).is_file());
    let files: Vec<FileEntry> = agent.get("/v1/files").await.json().await.unwrap();
    assert!(!files.iter().any(|file| file.path.contains("recordings")), "{files:?}");
    let bytes = agent.download(recording.id).await;
    assert_eq!(boxes(&bytes), ["ftyp", "mdat", "moov"]);
}
