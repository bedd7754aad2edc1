//! Writes boxes and the numbers in them.

/// Appends a box with the content that `fill` appends.
pub(super) fn boxed(kind: &[u8; 4], to: &mut Vec<u8>, fill: impl FnOnce(&mut Vec<u8>)) {
    let start = to.len();
    to.extend([0; 4]);
    to.extend(kind);
    fill(to);
    let length = count(to.len() - start);
    to[start..start + 4].copy_from_slice(&length.to_be_bytes());
}

/// Appends a box with a version and flags (a `FullBox`).
pub(super) fn full(
    kind: &[u8; 4],
    version: u8,
    flags: u32,
    to: &mut Vec<u8>,
    fill: impl FnOnce(&mut Vec<u8>),
) {
    boxed(kind, to, |to| {
        words(to, &[u32::from(version) << 24 | flags]);
        fill(to);
    });
}

pub(super) fn words(to: &mut Vec<u8>, words: &[u32]) {
    words.iter().for_each(|word| to.extend(word.to_be_bytes()));
}

pub(super) fn shorts(to: &mut Vec<u8>, shorts: &[u16]) {
    shorts.iter().for_each(|short| to.extend(short.to_be_bytes()));
}

/// A count as 32 bits, which suffice for the entries of any box.
pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

pub(super) fn short(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}
