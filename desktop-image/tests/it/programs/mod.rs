//! Every action against real programs, checked by what the program received or the screen shows. Each program has a
//! file with rows; a row names the actions whose effect it checks.

mod cancelled;
mod chromium;
mod gtk;

mod keys;
mod page;
mod qt;
mod refused;
mod xterm;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;

use futures_util::FutureExt as _;
use protocol::action::{Action, Button, Modifier, Point, Region, ScrollDirection};
use protocol::agent::actions::ActionBatchResult;

use crate::agent::{TestAgent, decode_screenshot};

/// The kinds of actions. The match has no wildcard, so that a missing action does not compile.
macro_rules! kinds {
    ($($kind:ident),*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        enum Kind { $($kind),* }

        const KINDS: &[Kind] = &[$(Kind::$kind),*];

        fn kind_of(action: &Action) -> Kind {
            match action { $(Action::$kind { .. } => Kind::$kind),* }
        }
    };
}

kinds!(
    Screenshot,
    Zoom,
    MouseMove,
    Click,
    Drag,
    MouseDown,
    MouseUp,
    CursorPosition,
    Scroll,
    Type,
    Key,
    HoldKey,
    Wait
);

/// The programs in which actions are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    Xterm,
    Gtk,
    Qt,
    Chromium,
}

/// The programs in which an action must be checked. Waits need a program that reports the times of its events, and the
/// editor does not report the pointer's position.
fn suitable(kind: Kind) -> &'static [Program] {
    use Program::{Chromium, Gtk, Qt, Xterm};
    match kind {
        Kind::Screenshot
        | Kind::Zoom
        | Kind::Click
        | Kind::Drag
        | Kind::MouseDown
        | Kind::MouseUp
        | Kind::Scroll
        | Kind::Type
        | Kind::Key
        | Kind::HoldKey => &[Xterm, Gtk, Qt, Chromium],
        Kind::MouseMove | Kind::CursorPosition => &[Xterm, Qt, Chromium],
        Kind::Wait => &[Qt, Chromium],
    }
}

/// The kinds checked by a program's rows.
fn checked(program: Program) -> BTreeSet<Kind> {
    fn kinds<P>(rows: &[Row<P>]) -> BTreeSet<Kind> {
        rows.iter().flat_map(|row| row.kinds).copied().collect()
    }
    match program {
        Program::Xterm => kinds(xterm::ROWS),
        Program::Gtk => kinds(gtk::ROWS),
        Program::Qt => kinds(qt::ROWS),
        Program::Chromium => kinds(chromium::ROWS),
    }
}

#[test]
fn every_action_is_checked_in_every_suitable_program() {
    for kind in KINDS {
        assert!(!suitable(*kind).is_empty(), "{kind:?}");
        for program in suitable(*kind) {
            assert!(checked(*program).contains(kind), "{kind:?} is not checked in {program:?}");
        }
    }
}

/// One line of a program's table.
struct Row<P> {
    /// The actions whose effect is checked. The check must send them.
    kinds: &'static [Kind],
    check: for<'a> fn(&'a P) -> Check<'a>,
}

type Check<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// An agent that records the actions it was sent.
struct Desk {
    agent: TestAgent,
    sent: RefCell<BTreeSet<Kind>>,
}

impl Desk {
    fn start() -> Self {
        Self { agent: TestAgent::start(), sent: RefCell::default() }
    }

    /// Runs actions that must all succeed.
    async fn done(&self, actions: Vec<Action>) -> ActionBatchResult {
        self.note(&actions);
        self.agent.done(actions).await
    }

    fn note(&self, actions: &[Action]) {
        self.sent.borrow_mut().extend(actions.iter().map(kind_of));
    }

    /// Runs actions that must all succeed and then a key that marks the end of their events.
    async fn done_and(&self, mut actions: Vec<Action>, mark: Action) -> ActionBatchResult {
        self.note(&actions);
        actions.push(mark);
        self.agent.done(actions).await
    }

    async fn screenshot(&self) -> image::RgbImage {
        decode_screenshot(self.done(vec![Action::Screenshot]).await.results[0].screenshot.as_ref().unwrap())
    }

    async fn zoom(&self, region: Region) -> image::RgbImage {
        decode_screenshot(
            self.done(vec![Action::Zoom { region }]).await.results[0].screenshot.as_ref().unwrap(),
        )
    }

    async fn cursor(&self) -> Point {
        self.done(vec![Action::CursorPosition]).await.results[0].cursor.unwrap()
    }
}

/// Runs the rows of a program. Reports all failures, not only the first.
async fn check_rows<P>(program: &P, desk: &Desk, rows: &[Row<P>]) {
    let mut failed = 0;
    for row in rows {
        desk.sent.take();
        failed += u32::from(AssertUnwindSafe((row.check)(program)).catch_unwind().await.is_err());
        let sent = desk.sent.take();
        for kind in row.kinds {
            assert!(sent.contains(kind), "a row says that it checks {kind:?} and never sends it");
        }
    }
    assert_eq!(failed, 0, "rows of the table failed");
}

/// A part of a screenshot of the whole screen.
fn part(screenshot: &image::RgbImage, region: Region) -> image::RgbImage {
    let (x, y) = (region.x.try_into().unwrap(), region.y.try_into().unwrap());
    image::imageops::crop_imm(screenshot, x, y, region.width, region.height).to_image()
}

fn click(button: Button, count: u8, at: Point, modifiers: &[Modifier]) -> Action {
    Action::Click { button, count, at: Some(at), modifiers: modifiers.to_vec() }
}

fn left_click(at: Point) -> Action {
    click(Button::Left, 1, at, &[])
}

fn drag(from: Point, to: Point) -> Action {
    Action::Drag { from: Some(from), to, modifiers: vec![] }
}

fn scroll(direction: ScrollDirection, clicks: u32, at: Point, modifiers: &[Modifier]) -> Action {
    Action::Scroll { direction, clicks, at: Some(at), modifiers: modifiers.to_vec() }
}

fn key(chord: &str) -> Action {
    repeated(chord, 1)
}

fn repeated(chord: &str, repeat: u8) -> Action {
    Action::Key { chord: chord.into(), repeat }
}

fn typed(text: &str) -> Action {
    Action::Type { text: text.into() }
}

fn hold_key(chord: &str, duration_ms: u64) -> Action {
    Action::HoldKey { chord: chord.into(), duration_ms }
}
