//! Chords as people and models write them, and what they mean.

use std::collections::BTreeSet;

use chords::{Chord, ChordError, MAX_CHORDS, Sequence, keysym_name, keysym_of, modifier_of};
use proptest::prelude::*;
use proptest::test_runner::Config;
use protocol::action::Modifier;
use xkeysym::key;

fn read(text: &str) -> Result<String, ChordError> {
    text.parse::<Sequence>().map(|sequence| sequence.to_string())
}

fn read_list(keys: &[&str]) -> Result<String, ChordError> {
    Sequence::of_keys(keys.iter().copied()).map(|sequence| sequence.to_string())
}

/// Texts in every spelling, and what they mean.
const TEXTS: &[(&str, &str)] = &[
    // One key.
    ("Return", "Return"),
    ("return", "Return"),
    ("ENTER", "Return"),
    ("Esc", "Escape"),
    ("Del", "Delete"),
    ("PgUp", "Page_Up"),
    ("Page_Down", "Page_Down"),
    ("PageDown", "Page_Down"),
    ("Page Down", "Page_Down"),
    ("page-down", "Page_Down"),
    ("Next", "Page_Down"),
    ("ArrowUp", "Up"),
    ("Up Arrow", "Up"),
    ("Back Space", "BackSpace"),
    ("Print Screen", "Print"),
    ("Caps Lock", "Caps_Lock"),
    ("F12", "F12"),
    ("a", "a"),
    ("A", "A"),
    ("KeyA", "a"),
    ("Digit5", "5"),
    ("é", "é"),
    ("eacute", "é"),
    ("€", "€"),
    ("漢", "漢"),
    ("space", "space"),
    (" ", "space"),
    ("\n", "Return"),
    ("\t", "Tab"),
    ("+", "plus"),
    ("-", "minus"),
    ("minus", "minus"),
    ("<", "less"),
    ("^", "asciicircum"),
    ("/", "/"),
    ("XF86AudioPlay", "XF86AudioPlay"),
    ("Volume Up", "XF86AudioRaiseVolume"),
    // The keypad.
    ("Numpad5", "KP_5"),
    ("KP5", "KP_5"),
    ("Numpad 5", "KP_5"),
    ("NumpadEnter", "KP_Enter"),
    ("Num Enter", "KP_Enter"),
    ("keypad_plus", "KP_Add"),
    ("Num Lock", "Num_Lock"),
    // Modifiers and their sides.
    ("ctrl", "ctrl"),
    ("Win", "super"),
    ("Cmd", "super"),
    ("Option", "alt"),
    ("AltGr", "ISO_Level3_Shift"),
    ("Control_R", "Control_R"),
    ("ControlRight", "Control_R"),
    ("Right Shift", "Shift_R"),
    ("left-shift", "shift"),
    ("rctrl", "Control_R"),
    ("alt_l", "alt"),
    ("MetaRight", "Super_R"),
    // Keys together.
    ("ctrl+s", "ctrl+s"),
    ("CTRL+S", "ctrl+s"),
    ("Ctrl+Shift+t", "ctrl+shift+t"),
    ("ctrl + shift + T", "ctrl+shift+t"),
    ("ctrl +c", "ctrl+c"),
    ("ctrl+ c", "ctrl+c"),
    ("ctrl-c", "ctrl+c"),
    ("ctrl-r", "ctrl+r"),
    ("super-l", "super+l"),
    ("ctrl - c", "ctrl+c"),
    ("ctrl c", "ctrl+c"),
    ("Ctrl Shift T", "ctrl+shift+t"),
    ("ctrl L", "ctrl+l"),
    ("alt-left", "alt+Left"),
    ("Alt Left", "alt+Left"),
    ("ctrl-page-down", "ctrl+Page_Down"),
    ("ctrl+Page Down", "ctrl+Page_Down"),
    ("<ctrl>c", "ctrl+c"),
    ("<Control><Shift>Escape", "ctrl+shift+Escape"),
    ("<ctrl>+c", "ctrl+c"),
    ("<C-S-t>", "ctrl+shift+t"),
    ("<Return>", "Return"),
    ("C-c", "ctrl+c"),
    ("M-x", "alt+x"),
    ("^C", "ctrl+c"),
    ("ctrl++", "ctrl+plus"),
    ("ctrl+", "ctrl+plus"),
    ("ctrl-", "ctrl+minus"),
    ("ctrl--", "ctrl+minus"),
    ("ctrl+-", "ctrl+minus"),
    ("ctrl +", "ctrl+plus"),
    ("ctrl -", "ctrl+minus"),
    ("ctrl+[", "ctrl+["),
    ("ctrl+,", "ctrl+,"),
    ("ctrl+<", "ctrl+less"),
    // Signs.
    ("⌘", "super"),
    ("⌘C", "super+c"),
    ("⌘+c", "super+c"),
    ("⌘ c", "super+c"),
    ("⌘+", "super+plus"),
    ("⌥⇧⌃⌘x", "alt+shift+ctrl+super+x"),
    ("⌃⌥⌫", "ctrl+alt+BackSpace"),
    ("ctrl+⇧t", "ctrl+shift+t"),
    ("⎋", "Escape"),
    ("↵", "Return"),
    ("⇧⇥", "shift+Tab"),
    ("⌥↑", "alt+Up"),
    // Several chords.
    ("Down Down Return", "Down Down Return"),
    ("Down, Down, Return", "Down Down Return"),
    ("Page Down Page Down", "Page_Down Page_Down"),
    ("ctrl+a Delete", "ctrl+a Delete"),
    ("ctrl a Delete", "ctrl+a Delete"),
    ("C-x C-s", "ctrl+x ctrl+s"),
    ("Down\nReturn", "Down Return"),
    ("↓↓↵", "Down Down Return"),
    ("Down+Down", "Down Down"),
    ("ctrl+z+z", "ctrl+z ctrl+z"),
    ("ctrl+k+ctrl+s", "ctrl+k ctrl+s"),
    ("shift shift", "shift shift"),
    ("shift Down Down", "shift+Down Down"),
    ("a e", "a e"),
    ("plus minus", "plus minus"),
    ("+ + a", "plus plus a"),
    ("A b", "A b"),
    ("a+A", "a A"),
];

#[test]
fn texts_are_read_in_every_spelling() {
    for (text, expected) in TEXTS {
        assert_eq!(read(text).as_deref(), Ok(*expected), "{text:?}");
    }
}

#[test]
fn lists_of_keys_are_read() {
    let table: [(&[&str], &str); 12] = [
        (&["CTRL", "C"], "ctrl+c"),
        (&["A"], "a"),
        (&["CTRL", "SHIFT", "Page Down"], "ctrl+shift+Page_Down"),
        (&["⌘", "+"], "super+plus"),
        (&["ctrl+c"], "ctrl+c"),
        (&["Down Down"], "Down Down"),
        (&[" "], "space"),
        (&["CTRL", ""], "ctrl"),
        (&["Down", "Down", "Return"], "Down Down Return"),
        (&["ctrl", "c", "ctrl", "v"], "ctrl+c ctrl+v"),
        (&["ctrl+a", "Delete"], "ctrl+a Delete"),
        (&["ctrl", "shift+T"], "ctrl+shift+t"),
    ];
    for (keys, expected) in table {
        assert_eq!(read_list(keys).as_deref(), Ok(expected), "{keys:?}");
    }
    assert_eq!(read_list(&[]), Err(ChordError::Empty));
    assert_eq!(read_list(&[""]), Err(ChordError::Empty));
}

#[test]
fn what_is_no_key_is_refused_with_the_names_that_are_close() {
    let table = [
        ("Retrun", "'Retrun' is no key; did you mean Return?"),
        ("ctrl+Shfit+a", "'Shfit' is no key; did you mean shift?"),
        ("Pgae_Up", "'Pgae_Up' is no key; did you mean Page_Up?"),
        ("KP_Entre", "'KP_Entre' is no key; did you mean KP_Enter?"),
        ("Foo", "'Foo' is no key; names are as in X: Return, Page_Down, ctrl+s."),
        ("no+such+key", "'no' is no key; names are as in X: Return, Page_Down, ctrl+s."),
        ("ctrl-quux", "'quux' is no key; names are as in X: Return, Page_Down, ctrl+s."),
        ("Down Down hello", "'hello' is no key; names are as in X: Return, Page_Down, ctrl+s."),
        // Signs of keys are not typed as characters.
        ("⏚", "'⏚' is no key; names are as in X: Return, Page_Down, ctrl+s."),
        ("\u{200b}", "'\u{200b}' is no key; names are as in X: Return, Page_Down, ctrl+s."),
        ("a\u{7}b", "'a b' is no key; names are as in X: Return, Page_Down, ctrl+s."),
        ("XK_Return", "'XK_Return' is no key; did you mean Return?"),
        ("", "No key is named."),
        ("  ", "No key is named."),
        ("a+b+c+d+e+f+g+h+i", "A chord has at most 8 keys."),
    ];
    for (text, expected) in table {
        assert_eq!(read(text).unwrap_err().to_string(), expected, "{text:?}");
    }
}

#[test]
fn sizes_are_bounded() {
    let downs = |count: usize| vec!["Down"; count].join(" ");
    assert_eq!(downs(MAX_CHORDS).parse::<Sequence>().unwrap().chords().len(), MAX_CHORDS);
    assert_eq!(read(&downs(MAX_CHORDS + 1)), Err(ChordError::TooManyChords));
    assert_eq!(read(&"Down+".repeat(40)), Err(ChordError::TooManyChords));
    assert_eq!(read(&"ctrl ".repeat(100_000)), Err(ChordError::TooManyChords));
    for long in ["x".repeat(1_000_000), "a-".repeat(500_000), "<a>".repeat(300_000), "⌘".repeat(300_000)] {
        let told = read(&long).unwrap_err().to_string();
        assert!(told.chars().count() < 110 && !told.contains('\n'), "{told}");
    }
}

#[test]
fn one_chord_is_told_from_several() {
    let one = |text: &str| text.parse::<Sequence>().unwrap().into_one();
    assert_eq!(one("ctrl-F5").unwrap().keysyms().collect::<Vec<_>>(), [key::Control_L, key::F5]);
    assert_eq!(one("Down Down"), Err(ChordError::Several));
}

#[test]
fn modifiers_of_both_sides_are_told_from_other_keys() {
    use Modifier::{Alt, Ctrl, Shift, Super};
    let modifiers = |text: &str| text.parse::<Sequence>().unwrap().modifiers();
    assert_eq!(modifiers("ctrl+Shift_R"), Some(vec![Ctrl, Shift]));
    assert_eq!(modifiers("⌘ ⌥"), Some(vec![Super, Alt]));
    assert_eq!(modifiers("ctrl ctrl"), Some(vec![Ctrl]));
    assert_eq!(modifiers("ctrl+a"), None);
    assert_eq!(modifiers("AltGr"), None);
    assert_eq!(modifiers("hyper"), None);
    assert_eq!(Chord::of_modifiers(&[Ctrl, Shift, Alt, Super]).to_string(), "ctrl+shift+alt+super");
    assert_eq!(modifier_of(key::Meta_L), Some(Alt));
}

/// The names of X, of which some are those of a key that people mean more often.
#[test]
fn the_names_of_x_are_read_back() {
    // Without the letters of Breton, whose names differ in underscores only.
    let ranges = [0x20..=0xff, 0xfe00..=0xfe9f, 0xff00..=0xffff, 0x1008_fe00..=0x1008_ffff];
    let names: BTreeSet<String> = ranges.clone().into_iter().flatten().filter_map(keysym_name).collect();
    let mut count = 0;
    for keysym in ranges.into_iter().flatten().filter(|keysym| *keysym != key::hyphen) {
        let Some(name) = keysym_name(keysym) else { continue };
        // Where upper and lower case are two keys, the name is that of lower case.
        if name.to_lowercase() != name && names.contains(&name.to_lowercase()) {
            continue;
        }
        let sequence: Sequence = name.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(sequence.chords()[0].keysyms().collect::<Vec<_>>(), [keysym], "{name}");
        assert_eq!(read(&sequence.to_string()), Ok(sequence.to_string()), "{name}");
        count += 1;
    }
    assert!(count > 500, "{count}");
}

#[test]
fn characters_are_their_own_keys() {
    for (character, keysym) in [('a', 0x61), ('é', 0xe9), ('€', 0x0100_20ac), ('😀', 0x0101_f600)] {
        assert_eq!(keysym_of(character), keysym);
        let sequence: Sequence = character.to_string().parse().unwrap();
        assert_eq!(sequence.chords()[0].keysyms().collect::<Vec<_>>(), [keysym]);
    }
}

/// Names from which sequences are made.
const NAMES: [&str; 34] = [
    "ctrl",
    "Shift_R",
    "alt",
    "super",
    "AltGr",
    "Left",
    "Right",
    "Up",
    "Page_Down",
    "Return",
    "Tab",
    "BackSpace",
    "F5",
    "KP_5",
    "Num_Lock",
    "space",
    "plus",
    "minus",
    "less",
    "greater",
    "asciicircum",
    "comma",
    "?",
    "/",
    "[",
    "a",
    "A",
    "z",
    "é",
    "€",
    "5",
    "XF86Back",
    "Print",
    "Caps_Lock",
];

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    /// The desktop reads what the model service wrote.
    #[test]
    fn canonical_names_are_read_back(
        chords in proptest::collection::vec(proptest::collection::vec(proptest::sample::select(&NAMES), 1..4), 1..6)
    ) {
        let text = chords.iter().map(|keys| keys.join("+")).collect::<Vec<_>>().join(" ");
        if let Ok(sequence) = text.parse::<Sequence>() {
            prop_assert_eq!(sequence.to_string().parse::<Sequence>(), Ok(sequence), "{}", text);
        }
    }

    #[test]
    fn any_text_is_read_or_refused_in_one_short_line(text in "\\PC{0,40}|[a-zA-Z<>+^ -]{0,40}") {
        match text.parse::<Sequence>() {
            Ok(sequence) => prop_assert_eq!(sequence.to_string().parse::<Sequence>(), Ok(sequence)),
            Err(error) => prop_assert!(error.to_string().lines().count() == 1),
        }
    }
}
