//! Every action against real programs: what each of them received, or what the screen shows, not whether the
//! call succeeded. A program has a file with rows; a row names the actions whose effect it checks.

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

/// The kinds of actions. The match has no wildcard: an action that is not listed here does not compile.
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

/// Where an action's effect can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    Xterm,
    Gtk,
    Qt,
    Chromium,
}

/// The programs in which an action must be checked. A program is left out where it cannot tell: only those
/// that say when an input came know of a wait, and the editor does not say where the pointer is.
fn sensible(kind: Kind) -> &'static [Program] {
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

/// The kinds that a program's rows check.
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
fn every_action_is_checked_in_every_program_that_can_tell() {
    for kind in KINDS {
        assert!(!sensible(*kind).is_empty(), "{kind:?}");
        for program in sensible(*kind) {
            assert!(checked(*program).contains(kind), "{kind:?} is not checked in {program:?}");
        }
    }
}

/// One line of a program's table.
struct Row<P> {
    /// The actions whose effect is checked. They must be sent by the check.
    kinds: &'static [Kind],
    check: for<'a> fn(&'a P) -> Check<'a>,
}

type Check<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// An agent that notes which actions it was sent.
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

    /// Runs actions that must all succeed and then, as the mark of their end, a key of the test's own.
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

/// Goes through a program's table. All rows that fail are told, not the first alone.
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

/// A part of a picture of the whole screen.
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
