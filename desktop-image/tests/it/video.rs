//! Requests recordings over HTTP and decodes them with ffmpeg.

use std::path::{Path, PathBuf};
use std::process::Command;

use image::RgbImage;
use protocol::action::{Action, Button};
use protocol::agent::recording::{Recording, RecordingEnd, RecordingState};
use protocol::ids::RecordingId;
use serde_json::{Value, json};

use crate::agent::{TestAgent, at, decode_screenshot, eventually};

/// A frame and when it is shown, in milliseconds.
pub(crate) struct Frame {
    pub(crate) at: u64,
    pub(crate) pixels: RgbImage,
}

impl Frame {
    /// Whether a pixel has approximately this colour, since encoding is lossy.
    pub(crate) fn has(&self, x: u32, y: u32, colour: u32) -> bool {
        let [_, rgb @ ..] = colour.to_be_bytes();
        self.pixels.get_pixel(x, y).0.iter().zip(rgb).all(|(a, b)| a.abs_diff(b) < 12)
    }
}

impl TestAgent {
    pub(crate) async fn record(&self, options: &Value) -> Recording {
        let response = self.post("/v1/recordings", options).await;
        assert_eq!(response.status(), 201);
        let recording: Recording = response.json().await.unwrap();
        assert_eq!(recording.state, RecordingState::Recording);
        recording
    }

    pub(crate) async fn stop_recording(&self, id: RecordingId) -> Recording {
        let response = self.post(&format!("/v1/recordings/{id}/stop"), &json!({})).await;
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    pub(crate) async fn recordings(&self) -> Vec<Recording> {
        self.get("/v1/recordings").await.json().await.unwrap()
    }

    /// A recording from the list.
    pub(crate) async fn recording(&self, id: RecordingId) -> Recording {
        self.recordings().await.into_iter().find(|recording| recording.id == id).unwrap()
    }

    /// Waits until a recording has ended by itself.
    pub(crate) async fn ended(&self, id: RecordingId) -> (RecordingEnd, Recording) {
        let ended = async || match self.recording(id).await {
            recording @ Recording { state: RecordingState::Ended { reason }, .. } => {
                Some((reason, recording))
            }
            _ => None,
        };
        eventually("the recording has ended", ended).await
    }

    /// Waits until the file of a running recording contains its first `ms` milliseconds.
    pub(crate) async fn recorded(&self, id: RecordingId, ms: u64) -> Recording {
        let recorded = async || {
            let recording = self.recording(id).await;
            assert_eq!(recording.state, RecordingState::Recording);
            (recording.duration_ms >= ms).then_some(recording)
        };
        eventually("enough is recorded", recorded).await
    }

    pub(crate) async fn download(&self, id: RecordingId) -> Vec<u8> {
        let response = self.get(&format!("/v1/recordings/{id}/content")).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "video/mp4");
        response.bytes().await.unwrap().to_vec()
    }

    /// All frames of a recording so far.
    pub(crate) async fn frames(&self, id: RecordingId) -> Vec<Frame> {
        decode(&self.download(id).await)
    }
}

/// Clicks the window and waits until it is blue on the screen.
pub(crate) async fn paint_blue(agent: &TestAgent) {
    let click = Action::Click { button: Button::Left, count: 1, at: Some(at(30, 40)), modifiers: vec![] };
    agent.done(vec![click]).await;
    let blue = async || {
        let result = agent.done(vec![Action::Screenshot]).await;
        let screenshot = decode_screenshot(result.results[0].screenshot.as_ref().unwrap());
        (screenshot.get_pixel(200, 150).0 == [0, 0, 255]).then_some(())
    };
    eventually("the window is blue", blue).await;
}

/// The file of a recording in the home folder.
pub(crate) fn file(agent: &TestAgent, id: RecordingId) -> PathBuf {
    agent.home.join(format!(".local/share/deskhand/recordings/{id}.mp4"))
}

/// All frames of a file, which must have no defect.
pub(crate) fn decode(bytes: &[u8]) -> Vec<Frame> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("video.mp4");
    std::fs::write(&path, bytes).unwrap();
    let size = ffprobe(&path, "stream=width,height");
    let (width, height) = size.trim().split_once(',').unwrap();
    let (width, height) = (width.parse().unwrap(), height.parse().unwrap());
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-xerror", "-i"]).arg(&path);
    ffmpeg.args([
        "-fps_mode",
        "passthrough",
        "-enc_time_base",
        "1:1000",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-",
    ]);
    let raw = output(ffmpeg);
    let frames_raw = raw.chunks(width as usize * height as usize * 3);
    let times = ffprobe(&path, "frame=pts_time");
    let times = times.lines().map(|line| line.trim_end_matches(',').parse::<f64>().unwrap() * 1000.0);
    let times = times.map(|at| at.round() as u64).collect::<Vec<_>>();
    assert_eq!(times.len(), frames_raw.len());
    let frame = |(at, raw): (u64, &[u8])| Frame {
        at,
        pixels: RgbImage::from_raw(width, height, raw.to_vec()).unwrap(),
    };
    times.into_iter().zip(frames_raw).map(frame).collect()
}

/// The duration of a file in milliseconds, from its metadata.
pub(crate) fn duration(bytes: &[u8]) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("video.mp4");
    std::fs::write(&path, bytes).unwrap();
    (ffprobe(&path, "format=duration").trim().parse::<f64>().unwrap() * 1000.0).round() as u64
}

/// The types of a file's boxes.
pub(crate) fn boxes(bytes: &[u8]) -> Vec<String> {
    let (mut rest, mut kinds) = (bytes, Vec::new());
    while !rest.is_empty() {
        let number = |range: std::ops::Range<usize>| {
            rest[range].iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
        };
        let length = if number(0..4) == 1 { number(8..16) } else { number(0..4) };
        kinds.push(String::from_utf8_lossy(&rest[4..8]).into_owned());
        rest = &rest[length..];
    }
    kinds
}

fn ffprobe(path: &Path, entries: &str) -> String {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-select_streams", "v", "-of", "csv=p=0", "-show_entries", entries]);
    ffprobe.arg(path);
    String::from_utf8(output(ffprobe)).unwrap()
}

fn output(mut command: Command) -> Vec<u8> {
    let output = command.output().expect("is ffmpeg installed? See test-packages.txt");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && complaints.is_empty(), "{complaints}");
    output.stdout
}
