//! The terminal: the bytes that a program in it reads, with mouse reporting.

use std::path::PathBuf;

use protocol::action::{Action, Button, Modifier, Point, Region, ScrollDirection};

use super::keys::KEYS;
use super::{Desk, Kind, Row, check_rows, click, hold_key, key, part, repeated, scroll, typed};
use crate::agent::{at, eventually};

/// Pixels of a character, and of the border around all of them.
const CELL: (i32, i32) = (9, 18);
const BORDER: i32 = 8;
/// The red of the terminal's colour scheme.
const RED: [u8; 3] = [0xec, 0x7f, 0x86];
/// The bytes of the key F12, which marks the end of an action.
const MARK: &[u8] = b"\x1b[24~";
const BUTTONS: [Button; 3] = [Button::Left, Button::Middle, Button::Right];
/// Added to a report's code for Alt. The terminal handles clicks with Shift and Ctrl itself.
const ALT: u32 = 8;
/// Added to a report's code for a move.
const MOVING: u32 = 32;

pub(super) const ROWS: &[Row<Terminal>] = &[
    Row {
        kinds: &[Kind::Screenshot, Kind::Zoom],
        check: |xterm| Box::pin(screenshots_show_its_colours(xterm)),
    },
    Row {
        kinds: &[Kind::MouseMove, Kind::CursorPosition],
        check: |xterm| Box::pin(moves_are_reported(xterm)),
    },
    Row { kinds: &[Kind::Click], check: |xterm| Box::pin(clicks_are_reported(xterm)) },
    Row {
        kinds: &[Kind::Click],
        check: |xterm| Box::pin(a_double_click_selects_and_the_middle_one_pastes(xterm)),
    },
    Row { kinds: &[Kind::Drag], check: |xterm| Box::pin(a_drag_is_reported(xterm)) },
    Row { kinds: &[Kind::Drag], check: |xterm| Box::pin(a_drag_with_shift_selects(xterm)) },
    Row { kinds: &[Kind::MouseDown, Kind::MouseUp], check: |xterm| Box::pin(buttons_stay_down(xterm)) },
    Row { kinds: &[Kind::Scroll], check: |xterm| Box::pin(the_wheel_is_reported(xterm)) },
    Row { kinds: &[Kind::Type], check: |xterm| Box::pin(text_is_read(xterm)) },
    Row { kinds: &[Kind::Key], check: |xterm| Box::pin(every_key_gives_its_bytes(xterm)) },
    Row { kinds: &[Kind::HoldKey], check: |xterm| Box::pin(a_held_key_repeats(xterm)) },
];

#[tokio::test]
async fn every_action_arrives_in_the_terminal() {
    let terminal = Terminal::open().await;
    check_rows(&terminal, &terminal.desk, ROWS).await;
}

pub(super) struct Terminal {
    desk: Desk,
    /// The file to which the program writes what it reads.
    file: PathBuf,
    origin: Point,
}

impl Terminal {
    /// Starts a program that colours the first six cells, writes words below, and then only reads.
    async fn open() -> Self {
        let desk = Desk::start();
        let script = "stty raw -echo\n\
            printf '\\033[41m      \\033[0m\\r\\nsome words here'\n\
            printf '\\033[?1003h\\033[?1006h'\n\
            exec cat > ~/read.bin\n";
        std::fs::write(desk.agent.home.join("report.sh"), script).unwrap();
        let region = desk.agent.open("xterm -e sh ~/report.sh", "XTerm").await.region;
        let file = desk.agent.home.join("read.bin");
        eventually("the terminal reads", async || file.exists().then_some(())).await;
        let width = u32::try_from(92 * CELL.0 + 2 * BORDER).unwrap();
        assert_eq!(region.width, width, "the cells are of another size");
        let terminal = Self { desk, file, origin: at(region.x + BORDER, region.y + BORDER) };
        terminal.read(vec![Action::MouseMove { to: terminal.cell(50, 20) }]).await;
        terminal
    }

    /// The middle of a cell. Column and row count from 1.
    fn cell(&self, column: i32, row: i32) -> Point {
        at(
            self.origin.x + CELL.0 * (column - 1) + CELL.0 / 2,
            self.origin.y + CELL.1 * (row - 1) + CELL.1 / 2,
        )
    }

    /// Runs actions; returns what the program read.
    async fn read(&self, actions: Vec<Action>) -> String {
        let before = std::fs::read(&self.file).unwrap().len();
        self.desk.done_and(actions, key("F12")).await;
        let marked = async || {
            let all = std::fs::read(&self.file).unwrap();
            Some(all[before..].strip_suffix(MARK)?.to_vec())
        };
        String::from_utf8(eventually("the mark is read", marked).await).unwrap()
    }
}

/// A mouse report: code, position, and `M` for a press or move or `m` for a release.
fn report(code: u32, (column, row): (i32, i32), end: char) -> String {
    format!("\x1b[<{code};{column};{row}{end}")
}

/// Parses mouse reports: code, column, row, end.
fn reports(read: &str) -> Vec<(u32, i32, i32, char)> {
    let one = |text: &str| {
        let (numbers, end) = text.split_at(text.len() - 1);
        let mut numbers = numbers.split(';').map(|number| number.parse::<i32>().unwrap());
        let mut next = || numbers.next().unwrap();
        (next().try_into().unwrap(), next(), next(), end.chars().next().unwrap())
    };
    read.split("\x1b[<").skip(1).map(one).collect()
}

async fn screenshots_show_its_colours(terminal: &Terminal) {
    let size = (u32::try_from(6 * CELL.0).unwrap(), u32::try_from(CELL.1).unwrap());
    let red = Region { x: terminal.origin.x, y: terminal.origin.y, width: size.0, height: size.1 };
    let expected = image::RgbImage::from_pixel(size.0, size.1, image::Rgb(RED));
    assert!(terminal.desk.zoom(red).await == expected, "the zoom does not show six red cells");
    let whole = terminal.desk.screenshot().await;
    assert!(part(&whole, red) == expected, "the screenshot does not show six red cells");
    let beside = terminal.cell(7, 1);
    assert_ne!(whole.get_pixel(beside.x.try_into().unwrap(), beside.y.try_into().unwrap()).0, RED);
}

async fn moves_are_reported(terminal: &Terminal) {
    for place in [(1, 1), (92, 28), (40, 9)] {
        let to = terminal.cell(place.0, place.1);
        let read = terminal.read(vec![Action::MouseMove { to }]).await;
        assert_eq!(read, report(3 + MOVING, place, 'M'));
        assert_eq!(terminal.desk.cursor().await, to);
    }
}

async fn clicks_are_reported(terminal: &Terminal) {
    let (mut actions, mut expected) = (Vec::new(), String::new());
    for (code, button) in (0..).zip(BUTTONS) {
        for count in 1..=3 {
            for (modifiers, added) in [(&[][..], 0), (&[Modifier::Alt], ALT)] {
                // A single click with Alt is enough.
                if count > 1 && added > 0 {
                    continue;
                }
                let row = 10 + 2 * i32::try_from(code).unwrap() + i32::from(added > 0);
                let place = (10 + i32::from(count) * 5, row);
                let to = terminal.cell(place.0, place.1);
                actions.extend([Action::MouseMove { to }, click(button, count, to, modifiers)]);
                let once = report(code + added, place, 'M') + &report(code + added, place, 'm');
                expected.push_str(&report(3 + MOVING, place, 'M'));
                expected.push_str(&once.repeat(count.into()));
            }
        }
    }
    assert_eq!(terminal.read(actions).await, expected);
}

async fn a_double_click_selects_and_the_middle_one_pastes(terminal: &Terminal) {
    let word = terminal.cell(8, 2);
    for (count, text) in [(2, "words"), (3, "some words here")] {
        let select = click(Button::Left, count, word, &[Modifier::Shift]);
        let paste = click(Button::Middle, 1, word, &[Modifier::Shift]);
        terminal.read(vec![Action::MouseMove { to: word }]).await;
        assert_eq!(terminal.read(vec![select, paste]).await.trim_end(), text);
    }
}

async fn a_drag_is_reported(terminal: &Terminal) {
    for (modifiers, from, to) in [(vec![], (10, 5), (70, 24)), (vec![Modifier::Alt], (60, 20), (5, 3))] {
        let added = if modifiers.is_empty() { 0 } else { ALT };
        let (start, end) = (terminal.cell(from.0, from.1), terminal.cell(to.0, to.1));
        terminal.read(vec![Action::MouseMove { to: start }]).await;
        // With and without a start, where the pointer already is.
        for begin in [Some(start), None] {
            let back = Action::MouseMove { to: start };
            let read = terminal
                .read(vec![back, Action::Drag { from: begin, to: end, modifiers: modifiers.clone() }])
                .await;
            let reports = reports(&read);
            let down = reports.iter().position(|report| *report == (added, from.0, from.1, 'M')).unwrap();
            let (moves, last) = reports[down + 1..].split_at(reports.len() - down - 2);
            assert!(moves.len() >= 10, "{read:?}");
            assert!(moves.iter().all(|(code, .., end)| (*code, *end) == (MOVING + added, 'M')), "{read:?}");
            assert_eq!(last, [(added, to.0, to.1, 'm')]);
        }
    }
}

async fn a_drag_with_shift_selects(terminal: &Terminal) {
    let (from, to) = (terminal.cell(6, 2), terminal.cell(11, 2));
    // From the left edge of one character to that of another.
    let (from, to) = (at(from.x - 4, from.y), at(to.x - 4, to.y));
    let select = Action::Drag { from: Some(from), to, modifiers: vec![Modifier::Shift] };
    let paste = click(Button::Middle, 1, to, &[Modifier::Shift]);
    let read = terminal.read(vec![select, paste]).await;
    assert!(read.ends_with("words"), "{read:?}");
}

async fn buttons_stay_down(terminal: &Terminal) {
    let (from, to) = ((30, 8), (33, 9));
    let start = Action::MouseMove { to: terminal.cell(from.0, from.1) };
    let go = Action::MouseMove { to: terminal.cell(to.0, to.1) };
    for (code, button) in (0..).zip(BUTTONS) {
        let read = terminal.read(vec![start.clone(), Action::MouseDown { button }, go.clone()]).await;
        let expected = [
            (3 + MOVING, from.0, from.1, 'M'),
            (code, from.0, from.1, 'M'),
            (code + MOVING, to.0, to.1, 'M'),
        ];
        assert_eq!(reports(&read), expected);
        assert_eq!(terminal.read(vec![Action::MouseUp { button }]).await, report(code, to, 'm'));
    }
}

async fn the_wheel_is_reported(terminal: &Terminal) {
    use ScrollDirection::{Down, Left, Right, Up};
    let place = (20, 12);
    let to = terminal.cell(place.0, place.1);
    let (mut actions, mut expected) = (vec![Action::MouseMove { to }], Vec::new());
    for (code, direction) in (64..).zip([Up, Down, Left, Right]) {
        for (clicks, modifiers, added) in [(1, &[][..], 0), (7, &[Modifier::Alt], ALT)] {
            actions.push(scroll(direction, clicks, to, modifiers));
            expected.extend(vec![(code + added, place.0, place.1, 'M'); usize::try_from(clicks).unwrap()]);
        }
    }
    let read = terminal.read(actions).await;
    let turned: Vec<_> = reports(&read).into_iter().filter(|(code, ..)| *code >= 64).collect();
    assert_eq!(turned.into_iter().filter(|turned| turned.3 == 'M').collect::<Vec<_>>(), expected);
}

async fn text_is_read(terminal: &Terminal) {
    let text = "ls -l '~/Ünïcode' | grep \"日本\" && echo {1..3} 🎉";
    assert_eq!(terminal.read(vec![typed(text)]).await, text);
}

async fn every_key_gives_its_bytes(terminal: &Terminal) {
    // A separator between the keys.
    let keys = KEYS.iter().flat_map(|(chord, _)| [key(chord), typed("|\t|")]);
    let read = terminal.read(keys.collect()).await;
    let given: Vec<&str> = read.split("|\t|").collect();
    assert_eq!(given.len(), KEYS.len() + 1, "{given:?}");
    let wrong: Vec<_> = KEYS.iter().zip(given).filter(|((_, bytes), given)| bytes != given).collect();
    assert_eq!(wrong, []);
    assert_eq!(terminal.read(vec![repeated("Down", 100)]).await, "\x1b[B".repeat(100));
}

async fn a_held_key_repeats(terminal: &Terminal) {
    let read = terminal.read(vec![hold_key("a", 900)]).await;
    assert!(read.len() > 2 && read.chars().all(|typed| typed == 'a'), "{read:?}");
    assert_eq!(terminal.read(vec![]).await, "", "the key was not released");
}
