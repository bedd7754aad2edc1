//! A GTK editor, by what it saves and shows.

use std::cell::Cell;

use image::RgbImage;
use protocol::action::{Action, Button, Modifier, Point, Region, ScrollDirection};

use super::{
    Desk, Kind, Row, check_rows, click, drag, hold_key, key, left_click, part, repeated, scroll, typed,
};
use crate::agent::{at, eventually};

/// Pixels of a character.
const CELL: (i32, i32) = (9, 18);

pub(super) const ROWS: &[Row<Editor>] = &[
    Row { kinds: &[Kind::Type], check: |editor| Box::pin(text_is_typed(editor)) },
    Row { kinds: &[Kind::Key], check: |editor| Box::pin(shortcuts_work(editor)) },
    Row { kinds: &[Kind::HoldKey], check: |editor| Box::pin(a_held_key_repeats(editor)) },
    Row { kinds: &[Kind::Click], check: |editor| Box::pin(clicks_place_and_select(editor)) },
    Row { kinds: &[Kind::Click], check: |editor| Box::pin(the_middle_button_pastes(editor)) },
    Row {
        kinds: &[Kind::Click, Kind::Screenshot, Kind::Zoom],
        check: |editor| Box::pin(the_right_button_opens_a_menu(editor)),
    },
    Row { kinds: &[Kind::Drag], check: |editor| Box::pin(drags_select_and_move(editor)) },
    Row { kinds: &[Kind::MouseDown, Kind::MouseUp], check: |editor| Box::pin(a_held_button_selects(editor)) },
    Row { kinds: &[Kind::Scroll, Kind::Zoom], check: |editor| Box::pin(the_wheel_moves_the_view(editor)) },
];

#[tokio::test]
async fn every_action_arrives_in_a_gtk_program() {
    let editor = Editor::open().await;
    check_rows(&editor, &editor.desk, ROWS).await;
}

pub(super) struct Editor {
    desk: Desk,
    region: Region,
    /// The start of the text on the screen.
    text: Cell<Point>,
}

impl Editor {
    async fn open() -> Self {
        let desk = Desk::start();
        std::fs::write(desk.agent.home.join("note.txt"), "").unwrap();
        let region = desk.agent.open("mousepad ~/note.txt", "Mousepad").await.region;
        let editor = Self { desk, region, text: Cell::new(at(0, 0)) };
        let drawn = async || {
            let screenshot = editor.desk.screenshot().await;
            let top = top_of_text(&screenshot, region)?;
            editor.text.set(at(region.x + 3, top));
            Some(())
        };
        eventually("the editor is drawn", drawn).await;
        editor
    }

    /// The left edge of a character, in the middle of its line. Column and line count from 0.
    fn place(&self, column: i32, line: i32) -> Point {
        let text = self.text.get();
        at(text.x + CELL.0 * column, text.y + CELL.1 * line + CELL.1 / 2)
    }

    /// Sets the text, runs actions and checks the saved text.
    async fn makes(&self, text: &str, actions: Vec<Action>, expected: &str) {
        let clear = vec![key("ctrl+a"), key("Delete"), typed(text), key("ctrl+Home")];
        self.saves([clear, actions].concat(), expected).await;
    }

    /// Runs actions and checks the saved text.
    async fn saves(&self, actions: Vec<Action>, expected: &str) {
        let save = vec![key("ctrl+s")];
        let file = self.desk.agent.home.join("note.txt");
        let before = std::fs::metadata(&file).unwrap().modified().unwrap();
        self.desk.done([actions, save].concat()).await;
        let saved = async || {
            let now = std::fs::metadata(&file).ok()?.modified().unwrap();
            (now != before).then(|| std::fs::read_to_string(&file).unwrap())
        };
        let saved = eventually("the editor has saved", saved).await;
        assert_eq!(saved.trim_end_matches('\n'), expected);
    }

    /// The lines from the third on, without the caret's column.
    fn lines(&self) -> Region {
        let first = self.place(1, 2);
        Region { x: first.x, y: first.y, width: 200, height: 200 }
    }
}

/// The first row of the white page below the menu.
fn top_of_text(screenshot: &RgbImage, region: Region) -> Option<i32> {
    let x = u32::try_from(region.x).unwrap() + region.width - 60;
    let white = |y: u32| screenshot.get_pixel(x, y).0 == [255; 3];
    let top = u32::try_from(region.y).unwrap();
    let first = (top..top + 150).find(|y| (*y..y + 40).all(white))?;
    i32::try_from(first).ok()
}

async fn text_is_typed(editor: &Editor) {
    let text = "Grüße, \"quoted\"\n日本語 русский €";
    editor.makes("", vec![typed(text)], text).await;
}

async fn shortcuts_work(editor: &Editor) {
    let cut = vec![key("ctrl+a"), key("ctrl+x"), repeated("ctrl+v", 3), repeated("BackSpace", 2)];
    editor.makes("cut me", cut, "cut mecut mecut ").await;
    let select = vec![key("End"), repeated("shift+Left", 4), key("Delete"), key("shift+x")];
    editor.makes("some words", select, "some wX").await;
}

async fn a_held_key_repeats(editor: &Editor) {
    // Key repeat deletes all characters of the line.
    editor.makes("abc", vec![hold_key("Delete", 900)], "").await;
    editor.makes("abc", vec![hold_key("Delete", 100)], "bc").await;
}

async fn clicks_place_and_select(editor: &Editor) {
    let text = "first second third\nfourth fifth\nlast";
    let on = |column, count| click(Button::Left, count, editor.place(column, 0), &[]);
    let once = vec![on(8, 1), typed("|")];
    editor.makes(text, once, "first se|cond third\nfourth fifth\nlast").await;
    let twice = vec![left_click(editor.place(2, 0)), on(8, 2), typed("2")];
    editor.makes(text, twice, "first 2 third\nfourth fifth\nlast").await;
    let three_times = vec![on(8, 3), typed("3")];
    editor.makes(text, three_times, "3\nfourth fifth\nlast").await;
    let extended = vec![
        left_click(editor.place(2, 0)),
        click(Button::Left, 1, editor.place(6, 1), &[Modifier::Shift]),
        typed("-"),
    ];
    editor.makes(text, extended, "fi- fifth\nlast").await;
}

async fn the_middle_button_pastes(editor: &Editor) {
    let select = click(Button::Left, 2, editor.place(2, 0), &[]);
    let paste = click(Button::Middle, 1, editor.place(3, 1), &[]);
    editor.makes("word and\nmore", vec![select, paste], "word and\nmorworde").await;
}

async fn the_right_button_opens_a_menu(editor: &Editor) {
    editor.makes("some text\n\n\n\n\n\n\n\n\n\n\n\n", vec![], "some text").await;
    let place = editor.place(10, 4);
    let region = Region { x: place.x + 4, y: place.y + 4, width: 100, height: 60 };
    let white = RgbImage::from_pixel(region.width, region.height, image::Rgb([255; 3]));
    assert!(editor.desk.zoom(region).await == white);
    editor.desk.done(vec![click(Button::Right, 1, place, &[])]).await;
    // It may still be opening in the first screenshot.
    let unfolded = async || {
        let shown = part(&editor.desk.screenshot().await, region);
        (shown != white && editor.desk.zoom(region).await == shown).then_some(())
    };
    eventually("the menu is shown, by the zoom as by the screenshot", unfolded).await;
    editor.desk.done(vec![key("Escape")]).await;
    let closed = async || (editor.desk.zoom(region).await == white).then_some(());
    eventually("the menu has closed", closed).await;
}

async fn drags_select_and_move(editor: &Editor) {
    let text = "first second third\nfourth fifth\nlast";
    let across = vec![drag(editor.place(6, 0), editor.place(7, 1)), typed("x")];
    editor.makes(text, across, "first xfifth\nlast").await;
    // A click just before at the same position does not turn this into a drag of whole words.
    let clicked =
        vec![left_click(editor.place(8, 0)), drag(editor.place(8, 0), editor.place(10, 0)), typed("x")];
    editor.makes(text, clicked, "first sexnd third\nfourth fifth\nlast").await;
    let here = Action::Drag { from: None, to: editor.place(5, 0), modifiers: vec![] };
    let back = vec![Action::MouseMove { to: editor.place(13, 0) }, here, key("Delete")];
    editor.makes(text, back, "firstthird\nfourth fifth\nlast").await;
    let select = click(Button::Left, 2, editor.place(1, 2), &[]);
    let within = |place: Point| at(place.x + 2, place.y);
    let carry = drag(editor.place(3, 2), within(editor.place(7, 1)));
    editor.makes(text, vec![], text).await;
    // Dropping takes a while; then the screen has settled.
    editor.desk.done(vec![select, carry]).await;
    editor.saves(vec![], "first second third\nfourth lastfifth").await;
    let select = click(Button::Left, 2, editor.place(8, 1), &[]);
    let modifiers = vec![Modifier::Ctrl];
    let copy = Action::Drag { from: Some(editor.place(10, 1)), to: within(editor.place(0, 0)), modifiers };
    editor.makes(text, vec![], text).await;
    editor.desk.done(vec![select, copy]).await;
    editor.saves(vec![], "fifthfirst second third\nfourth fifth\nlast").await;
}

async fn a_held_button_selects(editor: &Editor) {
    let (down, up) = (Action::MouseDown { button: Button::Left }, Action::MouseUp { button: Button::Left });
    let go = |column, line| Action::MouseMove { to: editor.place(column, line) };
    let by_hand = vec![go(2, 0), down, go(5, 0), go(4, 1), up, go(12, 1), typed("+")];
    editor.makes("first\nsecond third", by_hand, "fi+nd third").await;
}

async fn the_wheel_moves_the_view(editor: &Editor) {
    use ScrollDirection::{Down, Left, Right, Up};
    let line = |number: u32| format!("{number}{}", " wide".repeat(40));
    let text: Vec<String> = (100..160).map(line).collect();
    let text = text.join("\n");
    editor.makes(&text, vec![], &text).await;
    // Outside of the compared region.
    let place = editor.place(40, 10);
    editor.desk.done(vec![left_click(editor.place(0, 0)), Action::MouseMove { to: place }]).await;
    let (all, lines) = (Region { height: 500, ..editor.lines() }, editor.lines());
    let all = Region { height: all.height.min(editor.region.height - 150), ..all };
    let start = editor.desk.zoom(all).await;
    for (there, back) in [(Down, Up), (Right, Left)] {
        editor.desk.done(vec![scroll(there, 2, place, &[])]).await;
        let moved = editor.desk.zoom(lines).await;
        assert!(moved != part_of(&start, 0, 0), "{there:?}");
        let found = (0..all.height - lines.height).any(|y| moved == part_of(&start, 0, y));
        assert!(found || there == Right, "the text below is not shown");
        editor.desk.done(vec![scroll(back, 2, place, &[])]).await;
        assert!(editor.desk.zoom(all).await == start, "{back:?}");
    }
    // With Shift the wheel scrolls sideways.
    let looks = async |direction, modifiers: &[Modifier], back| {
        editor.desk.done(vec![scroll(direction, 2, place, modifiers)]).await;
        let screenshot = editor.desk.zoom(all).await;
        editor.desk.done(vec![scroll(back, 2, place, &[])]).await;
        screenshot
    };
    let sideways = looks(Right, &[], Left).await;
    assert!(looks(Down, &[Modifier::Shift], Left).await == sideways && sideways != start);
}

/// A part with the size of [`Editor::lines`].
fn part_of(screenshot: &RgbImage, x: u32, y: u32) -> RgbImage {
    image::imageops::crop_imm(screenshot, x, y, 200, 200).to_image()
}
