//! Random actions that do not close the programs under test.

use protocol::action::{Action, Button, Modifier, Point, Region, ScrollDirection, Size};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;

const BUTTONS: [Button; 3] = [Button::Left, Button::Middle, Button::Right];
/// Held during pointer actions. Not Super, with which the window manager would move windows.
const MODIFIERS: [Modifier; 3] = [Modifier::Shift, Modifier::Ctrl, Modifier::Alt];
const DIRECTIONS: [ScrollDirection; 4] =
    [ScrollDirection::Up, ScrollDirection::Down, ScrollDirection::Left, ScrollDirection::Right];
/// Chords that open and close nothing; the last ones need keys that the layout lacks.
const CHORDS: [&str; 16] = [
    "a",
    "shift+b",
    "Return",
    "Tab",
    "BackSpace",
    "Delete",
    "Left",
    "shift+Right",
    "Up",
    "Home",
    "End",
    "ctrl+a",
    "ctrl+c",
    "ctrl+v",
    "é",
    "KP_5",
];
const TEXTS: [&str; 5] =
    ["plain text\n", "Ünïcödé ßtraße\t", "日本語 русский текст ", "👍🏽 𝒳 ", "{}[]<>\"'\\|~ "];

/// The windows that the pointer may be in, and the screen.
#[derive(Debug)]
pub(crate) struct Places {
    pub(crate) windows: Vec<Region>,
    pub(crate) screen: Size,
}

/// A batch of one to twelve actions; one batch in eight contains one that must be rejected.
pub(crate) fn batch(random: &mut StdRng, places: &Places) -> Vec<Action> {
    let mut actions: Vec<Action> = (0..random.random_range(1..=12)).map(|_| action(random, places)).collect();
    if random.random_ratio(1, 8) {
        let at = random.random_range(0..actions.len());
        actions[at] = refused(random, places);
    }
    actions
}

/// Whether an action must be rejected.
pub(crate) fn must_be_refused(action: &Action) -> bool {
    match action {
        Action::MouseMove { to } => to.x < 0,
        Action::Key { chord, .. } => chord == "no_such_key",
        Action::Zoom { region } => region.width == 0,
        _ => false,
    }
}

fn refused(random: &mut StdRng, places: &Places) -> Action {
    match random.random_range(0..3) {
        0 => Action::MouseMove { to: Point { x: -1, y: 5 } },
        1 => Action::Key { chord: "no_such_key".into(), repeat: 1 },
        _ => Action::Zoom { region: Region { width: 0, ..region(random, places) } },
    }
}

fn action(random: &mut StdRng, places: &Places) -> Action {
    let modifiers = modifiers(random);
    match random.random_range(0..26) {
        0 => Action::Screenshot,
        1 => Action::Zoom { region: region(random, places) },
        2..=4 => Action::MouseMove { to: place(random, places) },
        5..=8 => Action::Click {
            button: one(random, &BUTTONS),
            count: random.random_range(1..=3),
            at: Some(place(random, places)),
            modifiers,
        },
        9 | 10 => Action::Drag { from: Some(place(random, places)), to: place(random, places), modifiers },
        11 => Action::MouseDown { button: one(random, &BUTTONS) },
        12 | 13 => Action::MouseUp { button: one(random, &BUTTONS) },
        14 => Action::CursorPosition,
        15..=17 => Action::Scroll {
            direction: one(random, &DIRECTIONS),
            clicks: random.random_range(1..=10),
            at: Some(place(random, places)),
            modifiers,
        },
        18..=20 => Action::Type { text: one(random, &TEXTS).repeat(random.random_range(1..=6)) },
        21..=23 => Action::Key { chord: one(random, &CHORDS).into(), repeat: random.random_range(1..=5) },
        24 => {
            Action::HoldKey { chord: one(random, &CHORDS).into(), duration_ms: random.random_range(0..150) }
        }
        _ => Action::Wait { duration_ms: random.random_range(0..60) },
    }
}

fn one<T: Copy>(random: &mut StdRng, of: &[T]) -> T {
    of[random.random_range(0..of.len())]
}

fn modifiers(random: &mut StdRng) -> Vec<Modifier> {
    let some = if random.random_ratio(1, 3) { random.random_range(1..=2) } else { 0 };
    MODIFIERS.choose_multiple(random, some).copied().collect()
}

/// A point within a window, away from its edges and menu.
fn place(random: &mut StdRng, places: &Places) -> Point {
    let Region { x, y, width, height } = places.windows[random.random_range(0..places.windows.len())];
    let along = |random: &mut StdRng, start: i32, length: u32, from: u32| {
        start.saturating_add_unsigned(random.random_range(from..length.max(from + 2) - 1))
    };
    Point { x: along(random, x, width, 8), y: along(random, y, height, 90) }
}

fn region(random: &mut StdRng, places: &Places) -> Region {
    let (width, height) =
        (random.random_range(1..=places.screen.width), random.random_range(1..=places.screen.height));
    let x = random.random_range(0..=places.screen.width - width);
    let y = random.random_range(0..=places.screen.height - height);
    Region { x: x.cast_signed(), y: y.cast_signed(), width, height }
}
