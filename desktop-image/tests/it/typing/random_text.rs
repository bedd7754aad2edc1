//! Random text of many scripts.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

/// Characters of twelve scripts, each as ranges.
const SCRIPTS: &[&[std::ops::RangeInclusive<u32>]] = &[
    &[0x21..=0x7e],
    &[0xa1..=0xac, 0xae..=0xff, 0x100..=0x17f],
    &[0x391..=0x3a1, 0x3a3..=0x3c9],
    &[0x400..=0x45f],
    &[0x5d0..=0x5ea],
    &[0x621..=0x63a, 0x641..=0x64a],
    &[0x905..=0x939, 0x93e..=0x94d],
    &[0xe01..=0xe3a, 0xe40..=0xe4e],
    &[0x10d0..=0x10fa, 0x531..=0x556],
    &[0x3041..=0x3096, 0x30a1..=0x30fa],
    &[0x4e00..=0x9fa5],
    &[0xac00..=0xd7a3],
];

/// Emoji of several characters: skin tones, families, flags, keycaps.
const EMOJI: &[&str] = &["😀", "👍🏽", "👩‍💻", "👨‍👩‍👧‍👦", "🇩🇪", "🇯🇵", "1️⃣", "❤️", "🏳️‍🌈", "🧑🏿‍🚀", "𝒳", "🤷🏻‍♀️"];
const LINE: usize = 60;

/// At least `count` characters in words and lines, depending only on the seed. There are no trailing spaces or empty
/// lines, so that programs that clean up white space change nothing.
pub(super) fn random_text(seed: u64, count: usize) -> String {
    let mut random = StdRng::seed_from_u64(seed);
    let (mut text, mut column) = (String::new(), 0);
    for _ in 0..count {
        if column >= LINE {
            text.push('\n');
            column = 0;
        }
        match random.random_range(0..20) {
            0 if column > 0 && column + 1 < LINE => text.push(' '),
            1 => text.push_str(EMOJI.choose(&mut random).unwrap()),
            _ => {
                let range = SCRIPTS.choose(&mut random).unwrap().choose(&mut random).unwrap();
                text.push(char::from_u32(random.random_range(range.clone())).unwrap());
            }
        }
        column += 1;
    }
    text.push('.');
    text
}
