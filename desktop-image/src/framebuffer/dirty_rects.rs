//! Finds the rectangles that changed.

use super::rect::Rect;
use super::tiles::Tile;

/// Most unchanged pixels sent to save a rectangle.
const SLACK: usize = 1024;

/// The bounds of a tile's pixels that differ from what the viewer has, without those covered by copies.
pub(super) fn differing(before: Option<&Tile>, now: &Tile, place: Rect, copied: &[Rect]) -> Option<Rect> {
    if copied.iter().any(|copied| copied.intersection(place) == Some(place)) {
        return None;
    }
    let copied: Vec<Rect> = copied.iter().filter_map(|copied| copied.intersection(place)).collect();
    let Some(before) = before else {
        return Some(place);
    };
    let mut found: Option<Rect> = None;
    for row in (0..place.height).filter(|row| before.row(*row) != now.row(*row)) {
        let y = place.y + row;
        let differs = |(x, (before, now)): (usize, (&u32, &u32))| {
            let is_copied = |copied: &Rect| {
                (copied.y..copied.bottom()).contains(&y) && (copied.x..copied.right()).contains(&x)
            };
            (before != now && !copied.iter().any(is_copied)).then_some(x)
        };
        let pixels = || (place.x..).zip(before.row(row).iter().zip(now.row(row)));
        let Some(first) = pixels().find_map(differs) else { continue };
        let last = (place.x..place.right())
            .rev()
            .zip(before.row(row).iter().zip(now.row(row)).rev())
            .find_map(differs)
            .unwrap_or(first);
        let part = Rect { x: first, y, width: last + 1 - first, height: 1 };
        found = Some(found.map_or(part, |found| found.around(part)));
    }
    found
}

/// Merges rectangles where that adds few pixels.
pub(super) fn merge(rects: Vec<Rect>) -> Vec<Rect> {
    let mut merged: Vec<Rect> = Vec::with_capacity(rects.len());
    let count = rects.len();
    for rect in rects {
        let joins = |known: &Rect| known.around(rect).area() <= known.area() + rect.area() + SLACK;
        match merged.iter().rposition(joins) {
            Some(at) => merged[at] = merged[at].around(rect),
            None => merged.push(rect),
        }
    }
    if merged.len() < count { merge(merged) } else { merged }
}

#[cfg(test)]
mod tests {
    use super::{Rect, merge};

    #[test]
    fn distant_rectangles_are_not_merged() {
        let rect = |x, y, width, height| Rect { x, y, width, height };
        let (one, other) = (rect(0, 0, 10, 10), rect(200, 100, 10, 10));
        assert_eq!(merge(vec![one, other]), [one, other]);
        assert_eq!(merge(vec![one, rect(12, 0, 10, 10)]), [rect(0, 0, 22, 10)]);
    }
}
