//! Messages of the API of the agent inside a desktop.

use protocol::action::{Action, Button, Modifier, Point, Region, ScrollDirection, Size};
use protocol::agent::accessibility::{
    AccessibilityQuery, AccessibilityTree, AccessibleNode, AccessibleWindow,
};
use protocol::agent::actions::{
    ActionBatch, ActionBatchResult, ActionOutcome, ActionResult, Screenshot, ScreenshotFormat,
    ScreenshotOptions, Settle,
};
use protocol::agent::clipboard::ClipboardText;
use protocol::agent::files::{EntryKind, FileEntry, FolderEntry, FolderPage};
use protocol::agent::open::{OpenRequest, OpenResult};
use protocol::agent::recording::{Recording, RecordingEnd, RecordingRequest, RecordingState};
use protocol::agent::shell::ShellOutput;
use protocol::agent::shell::{ShellRequest, ShellResult};
use protocol::agent::windows::CloseResult;
use protocol::agent::windows::Window;
use protocol::agent::{AgentError, AgentHealth, AgentReady, DesktopActivity};
use protocol::editor::{EditorCommand, EditorImage, EditorOutcome, EditorResult};
use protocol::takeover::{PersonStep, PersonSteps};

use crate::sample::{check, check_variants, check_words, id};

const AT: Point = Point { x: 10, y: -20 };
const REGION: Region = Region { x: 1, y: -2, width: 30, height: 40 };
const SIZE: Size = Size { width: 1280, height: 800 };

fn window() -> Window {
    Window {
        id: 4_194_305,
        title: "Untitled 1 - Mousepad".into(),
        app: "Mousepad".into(),
        region: REGION,
        focused: true,
        minimized: false,
    }
}

fn screenshot(region: Option<Region>) -> Screenshot {
    Screenshot { media_type: "image/png".into(), size: SIZE, region, data: "iVBORw0KGgo=".into() }
}

#[test]
fn actions() {
    let all = vec![Modifier::Shift, Modifier::Ctrl, Modifier::Alt, Modifier::Super];
    check_variants(
        "action",
        "type",
        &[
            Action::Screenshot,
            Action::Zoom { region: REGION },
            Action::MouseMove { to: AT },
            Action::Click { button: Button::Left, count: 3, at: Some(AT), modifiers: all.clone() },
            Action::Click { button: Button::Middle, count: 1, at: None, modifiers: vec![] },
            Action::Drag { from: Some(AT), to: Point { x: 5, y: 6 }, modifiers: all.clone() },
            Action::Drag { from: None, to: AT, modifiers: vec![] },
            Action::MouseDown { button: Button::Right },
            Action::MouseUp { button: Button::Left },
            Action::CursorPosition,
            Action::Scroll { direction: ScrollDirection::Up, clicks: 5, at: Some(AT), modifiers: all },
            Action::Scroll { direction: ScrollDirection::Left, clicks: 1, at: None, modifiers: vec![] },
            Action::Type { text: "Grüße, 世界\n".into() },
            Action::Key { chord: "ctrl+shift+t".into(), repeat: 2 },
            Action::HoldKey { chord: "Down".into(), duration_ms: 1500 },
            Action::Wait { duration_ms: 2000 },
        ],
    );
    check_words("button", &[Button::Left, Button::Middle, Button::Right]);
    check_words("modifier", &[Modifier::Shift, Modifier::Ctrl, Modifier::Alt, Modifier::Super]);
    let directions =
        [ScrollDirection::Up, ScrollDirection::Down, ScrollDirection::Left, ScrollDirection::Right];
    check_words("scroll_direction", &directions);
}

#[test]
fn action_batches() {
    let options = |format| ScreenshotOptions { size: Some(SIZE), format };
    let formats = [ScreenshotFormat::Png, ScreenshotFormat::Jpeg { quality: 80 }, ScreenshotFormat::Webp];
    check_variants("screenshot_format", "type", &formats);
    check(
        "action_batch",
        &[
            ActionBatch::default(),
            ActionBatch {
                actions: vec![Action::Screenshot, Action::CursorPosition],
                capture: true,
                screenshot: options(ScreenshotFormat::Jpeg { quality: 80 }),
                unsettled: true,
                more_follows: true,
            },
        ],
    );
    let outcomes =
        [ActionOutcome::Done, ActionOutcome::Failed { message: "No.".into() }, ActionOutcome::Skipped];
    check_variants("action_outcome", "status", &outcomes);
    let [done, failed, skipped] = outcomes;
    check(
        "action_batch_result",
        &[ActionBatchResult {
            results: vec![
                ActionResult {
                    outcome: done,
                    screenshot: Some(screenshot(Some(REGION))),
                    cursor: Some(AT),
                    elapsed_ms: 12,
                    settle: Some(Settle { waited_ms: 9, settled: true }),
                },
                ActionResult { outcome: failed, screenshot: None, cursor: None, elapsed_ms: 1, settle: None },
                ActionResult {
                    outcome: skipped,
                    screenshot: None,
                    cursor: None,
                    elapsed_ms: 0,
                    settle: None,
                },
            ],
            screenshot: Some(screenshot(None)),
            notices: vec!["The desktop's memory was full.".into()],
        }],
    );
}

#[test]
fn health_and_errors() {
    check(
        "agent_ready",
        &[
            AgentReady { port: Some(40_123), display: ":7".into(), screen: SIZE },
            AgentReady { port: None, display: ":7".into(), screen: SIZE },
        ],
    );
    check("agent_health", &[AgentHealth { protocol: 1, screen: SIZE }]);
    check("agent_error", &[AgentError { code: "invalid_region".into(), message: "Too wide.".into() }]);
    check(
        "desktop_activity",
        &[DesktopActivity { processor_ms: 90_210, home_bytes: Some(73_728), memory_bytes: Some(2 << 20) }],
    );
}

#[test]
fn shell_and_files() {
    check(
        "shell_request",
        &[
            ShellRequest { restart: false, command: Some("date".into()), timeout_ms: 120_000 },
            ShellRequest { restart: true, command: None, timeout_ms: 1 },
        ],
    );
    check(
        "shell_result",
        &[
            ShellResult { output: "ok\n".into(), exit_code: Some(0), timed_out: false, notices: Vec::new() },
            ShellResult {
                output: String::new(),
                exit_code: None,
                timed_out: true,
                notices: vec!["The desktop's memory was full.".into()],
            },
        ],
    );
    check(
        "shell_output",
        &[
            ShellOutput { text: "a".into(), left_out_bytes: 0 },
            ShellOutput { text: "b".into(), left_out_bytes: 4096 },
        ],
    );
    let file = FileEntry { path: "Outputs/report.pdf".into(), size: 81_920, modified_ms: 1_790_000_000_123 };
    check("file_entry", &[file]);
    let entry = |name: &str, kind, size| FolderEntry {
        name: name.into(),
        kind,
        size,
        modified_ms: 1_790_000_000_123,
    };
    let entries = vec![
        entry("notes.md", EntryKind::File, 12),
        entry("Outputs", EntryKind::Folder, 0),
        entry("link", EntryKind::Link, 0),
        entry("pipe", EntryKind::Other, 0),
    ];
    let next = Some("pipe".into());
    check("folder_page", &[FolderPage { entries, next }, FolderPage { entries: vec![], next: None }]);
}

#[test]
fn editor() {
    let path = || "~/notes.md".to_owned();
    check_variants(
        "editor_command",
        "command",
        &[
            EditorCommand::View { path: path(), view_range: Some([1, -1]), max_characters: Some(5000) },
            EditorCommand::View { path: path(), view_range: None, max_characters: None },
            EditorCommand::Create { path: path(), file_text: "one\n".into() },
            EditorCommand::StrReplace { path: path(), old_str: "one".into(), new_str: "two".into() },
            EditorCommand::Insert { path: path(), insert_line: 0, insert_text: "top\n".into() },
            EditorCommand::UndoEdit { path: path() },
        ],
    );
    let outcomes = [EditorOutcome::Done, EditorOutcome::Failed { message: "No such file.".into() }];
    check_variants("editor_outcome", "status", &outcomes);
    let [done, failed] = outcomes;
    let picture = EditorImage { media_type: "image/png".into(), size: SIZE, data: "iVBORw0KGgo=".into() };
    check(
        "editor_result",
        &[
            EditorResult { outcome: done.clone(), text: "1\tone".into(), image: None },
            EditorResult { outcome: done, text: String::new(), image: Some(picture) },
            EditorResult { outcome: failed, text: String::new(), image: None },
        ],
    );
    let older: EditorCommand = serde_json::from_str(
        r#"{"command": "insert", "path": "a", "insert_line": 1, "new_str": "of older editors"}"#,
    )
    .unwrap();
    let text = "of older editors".to_owned();
    assert_eq!(older, EditorCommand::Insert { path: "a".into(), insert_line: 1, insert_text: text });
}

#[test]
fn windows_and_programs() {
    check("window", &[window()]);
    check(
        "close_result",
        &[
            CloseResult { closed: true, question: None },
            CloseResult { closed: false, question: Some(window()) },
        ],
    );
    check(
        "open_request",
        &[
            OpenRequest { target: "browser".into(), argument: Some("https://example.com".into()) },
            OpenRequest { target: "~/a.pdf".into(), argument: None },
        ],
    );
    check(
        "open_result",
        &[
            OpenResult { application: "Mousepad".into(), opened: Some("a".into()), window: Some(window()) },
            OpenResult { application: "Chromium".into(), opened: None, window: None },
        ],
    );
}

#[test]
fn clipboard() {
    check("clipboard_text", &[ClipboardText { text: "Grüße".into() }]);
}

#[test]
fn accessibility() {
    check(
        "accessibility_query",
        &[
            AccessibilityQuery::default(),
            AccessibilityQuery { window: Some(7), depth: Some(3), limit: Some(100), hidden: true },
        ],
    );
    let leaf = AccessibleNode {
        role: "push button".into(),
        name: String::new(),
        description: None,
        value: None,
        text: None,
        text_length: None,
        states: vec![],
        region: None,
        children: vec![],
    };
    let root = AccessibleNode {
        role: "entry".into(),
        name: "Address".into(),
        description: Some("Type an address".into()),
        value: Some(0.5),
        text: Some("https://".into()),
        text_length: Some(4000),
        states: vec!["focused".into(), "enabled".into()],
        region: Some(REGION),
        children: vec![leaf],
    };
    let window =
        |root| AccessibleWindow { id: 7, title: "Page".into(), app: "Chromium".into(), region: REGION, root };
    let windows = vec![window(Some(root)), window(None)];
    check(
        "accessibility_tree",
        &[AccessibilityTree { windows, truncated: true, unanswered: vec!["a".into()] }],
    );
}

#[test]
fn recordings() {
    check("recording_request", &[RecordingRequest::default()]);
    let ends = [
        RecordingEnd::Stopped,
        RecordingEnd::MaxBytes,
        RecordingEnd::MaxDuration,
        RecordingEnd::DiskFull,
        RecordingEnd::DesktopEnded,
        RecordingEnd::Killed,
        RecordingEnd::Failed,
    ];
    check_words("recording_end", &ends);
    let states = [RecordingState::Recording, RecordingState::Ended { reason: RecordingEnd::Stopped }];
    check_variants("recording_state", "status", &states);
    let recording = |state, frames| Recording {
        id: id(),
        state,
        started_ms: 1_790_000_000_123,
        duration_ms: 5_000,
        bytes: 1_234,
        frames,
        size: SIZE,
    };
    check("recording", &[recording(states[0], None), recording(states[1], Some(50))]);
}

#[test]
fn takeover_steps() {
    let step = |step| PersonSteps { steps: vec![step], left_out: 0 };
    let modifiers = vec![Modifier::Ctrl];
    let (from, to) = (AT, Point { x: 5, y: 6 });
    let steps = [
        PersonStep::Clicked { button: Button::Left, count: 2, at: AT, modifiers },
        PersonStep::Clicked { button: Button::Right, count: 1, at: AT, modifiers: vec![] },
        PersonStep::Dragged { button: Button::Left, from, to },
        PersonStep::Scrolled { direction: ScrollDirection::Down, clicks: 3, at: AT },
        PersonStep::Typed { characters: 12 },
        PersonStep::Pressed { chord: "Return".into(), times: 2 },
        PersonStep::Copied { characters: 40 },
    ];
    check_variants("person_step", "did", &steps);
    let all = PersonSteps { steps: steps.to_vec(), left_out: 3 };
    check("person_steps", &[PersonSteps::default(), step(steps[4].clone()), all]);
}
