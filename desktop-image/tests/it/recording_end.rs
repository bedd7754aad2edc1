//! How recordings end, and that they can be played whatever ended them.

use std::process::Command;

use protocol::agent::recording::RecordingEnd;
use serde_json::json;

use crate::agent::{TOKEN, TestAgent, command, eventually};
use crate::video::{self, boxes, decode, duration, paint_blue};
use crate::window::{BLUE, RED, TestWindow};

const MIB: u64 = 1024 * 1024;

#[tokio::test]
async fn a_recording_ends_at_its_size_limit() {
    let agent = TestAgent::start();
    agent.open("xterm -geometry 160x50 -e 'base64 -w 160 /dev/urandom'", "XTerm").await;
    let recording = agent.record(&json!({ "frames_per_second": 30, "max_bytes": MIB })).await;
    let (reason, recording) = agent.ended(recording.id).await;
    assert_eq!(reason, RecordingEnd::MaxBytes);
    assert!((MIB / 2..=MIB).contains(&recording.bytes), "{recording:?}");
    let bytes = agent.download(recording.id).await;
    assert_eq!(bytes.len() as u64, recording.bytes);
    assert_eq!(boxes(&bytes), ["ftyp", "mdat", "moov"]);
    assert_eq!(decode(&bytes).len() as u64, recording.frames.unwrap());
    let another = agent.record(&json!({})).await;
    agent.stop_recording(another.id).await;
}

#[tokio::test]
async fn a_recording_ends_at_its_duration_limit_and_keeps_the_reason() {
    let agent = TestAgent::start();
    let recording = agent.record(&json!({ "max_duration_ms": 1000 })).await;
    let (reason, ended) = agent.ended(recording.id).await;
    assert_eq!((reason, ended.duration_ms), (RecordingEnd::MaxDuration, 1000));
    assert_eq!(agent.stop_recording(recording.id).await, ended);
    let bytes = agent.download(recording.id).await;
    assert_eq!(duration(&bytes), 1000);
    decode(&bytes);
}

#[tokio::test]
async fn a_recording_ends_before_the_disk_is_full() {
    // A home folder on a small disk of its own.
    let agent = TestAgent::start_by(|home, runtime| {
        std::fs::create_dir_all(home).unwrap();
        let agent = command(home, runtime);
        let mut command = Command::new("bwrap");
        command.args(["--dev-bind", "/", "/", "--size", &(80 * MIB).to_string(), "--tmpfs"]).arg(home);
        command.arg("--").arg(agent.get_program()).args(agent.get_args());
        command.env("DESKHAND_AGENT_TOKEN", TOKEN);
        command
    });
    let recording = agent.record(&json!({})).await;
    agent.shell("head -c 60M /dev/zero > ~/full").await;
    let (reason, recording) = agent.ended(recording.id).await;
    assert_eq!(reason, RecordingEnd::DiskFull);
    let bytes = agent.download(recording.id).await;
    assert_eq!(boxes(&bytes), ["ftyp", "mdat", "moov"]);
    assert_eq!(decode(&bytes).len() as u64, recording.frames.unwrap());
    let refused = agent.post("/v1/recordings", &json!({})).await;
    assert_eq!(refused.status(), 507);
    assert_eq!(agent.recordings().await, [recording]);
    agent.shell("rm ~/full").await;
    agent.record(&json!({})).await;
}

#[tokio::test]
async fn a_desktop_that_ends_completes_its_recording() {
    let home = tempfile::tempdir().unwrap();
    let agent = TestAgent::start_in(home.path());
    let _window = TestWindow::open(&agent);
    // At one frame a second only the last frame has the change.
    let recording = agent.record(&json!({ "frames_per_second": 1 })).await;
    paint_blue(&agent).await;
    assert_eq!(agent.stop(), Some(0));
    let agent = TestAgent::start_in(home.path());
    let (reason, ended) = agent.ended(recording.id).await;
    assert_eq!(reason, RecordingEnd::DesktopEnded);
    let bytes = agent.download(recording.id).await;
    assert_eq!(boxes(&bytes), ["ftyp", "mdat", "moov"]);
    assert!(duration(&bytes).abs_diff(ended.duration_ms) <= 2);
    let frames = decode(&bytes);
    assert!(frames[0].has(200, 150, RED) && frames.last().unwrap().has(200, 150, BLUE));
}

#[tokio::test]
async fn the_recording_of_a_killed_desktop_can_be_played() {
    let home = tempfile::tempdir().unwrap();
    let mut agent = TestAgent::start_in(home.path());
    let _window = TestWindow::open(&agent);
    let recording = agent.record(&json!({})).await;
    paint_blue(&agent).await;
    let blue = async || agent.frames(recording.id).await.last()?.has(200, 150, BLUE).then_some(());
    eventually("the file shows the change", blue).await;
    // The duration grows without further changes.
    let now = agent.recording(recording.id).await.duration_ms;
    let before = agent.recorded(recording.id, now + 1500).await;
    agent.child.kill().unwrap();
    agent.child.wait().unwrap();
    let bytes = std::fs::read(video::file(&agent, recording.id)).unwrap();
    let frames = decode(&bytes);
    assert!(frames[0].has(200, 150, RED) && frames.last().unwrap().has(200, 150, BLUE));
    assert!(duration(&bytes) >= before.duration_ms, "{} of {before:?}", duration(&bytes));

    let agent = TestAgent::start_in(home.path());
    let (reason, recording) = agent.ended(recording.id).await;
    assert_eq!(reason, RecordingEnd::Killed);
    assert_eq!((recording.duration_ms, recording.bytes), (duration(&bytes), bytes.len() as u64));
    assert_eq!(agent.download(recording.id).await, bytes);
    agent.record(&json!({})).await;
}
