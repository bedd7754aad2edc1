//! Geometry of regions on the screen.

use protocol::action::{Region, Size};

/// The region of a whole screen.
pub(crate) fn whole(screen: Size) -> Region {
    Region { x: 0, y: 0, width: screen.width, height: screen.height }
}

/// The smallest region that contains both.
pub(crate) fn around(one: Region, other: Region) -> Region {
    let (x, y) = (one.x.min(other.x), one.y.min(other.y));
    let length = |start: i32, end: i64| u32::try_from(end - i64::from(start)).unwrap_or(u32::MAX);
    let width = length(x, right(one).max(right(other)));
    let height = length(y, bottom(one).max(bottom(other)));
    Region { x, y, width, height }
}

/// The intersection of both; `None` if it is empty.
pub(crate) fn overlap(one: Region, other: Region) -> Option<Region> {
    let (x, y) = (one.x.max(other.x), one.y.max(other.y));
    let length =
        |start: i32, end: i64| u32::try_from(end - i64::from(start)).ok().filter(|length| *length > 0);
    let width = length(x, right(one).min(right(other)))?;
    let height = length(y, bottom(one).min(bottom(other)))?;
    Some(Region { x, y, width, height })
}

/// Whether `inner` lies in `outer`.
pub(crate) fn contains(outer: Region, inner: Region) -> bool {
    around(outer, inner) == outer
}

fn right(region: Region) -> i64 {
    i64::from(region.x) + i64::from(region.width)
}

fn bottom(region: Region) -> i64 {
    i64::from(region.y) + i64::from(region.height)
}

#[cfg(test)]
mod tests {
    use super::{Region, around, contains, overlap};

    fn region(x: i32, y: i32, width: u32, height: u32) -> Region {
        Region { x, y, width, height }
    }

    #[test]
    fn around_covers_both() {
        let (one, other) = (region(10, 20, 4, 4), region(2, 30, 2, 6));
        let both = region(2, 20, 12, 16);
        assert_eq!((around(one, other), around(other, one)), (both, both));
        assert_eq!(around(both, one), both);
        assert!(contains(both, one) && !contains(one, both));
    }

    #[test]
    fn overlap_is_the_intersection() {
        let screen = region(0, 0, 100, 50);
        assert_eq!(overlap(region(-10, 40, 30, 30), screen), Some(region(0, 40, 20, 10)));
        assert_eq!(overlap(region(100, 0, 5, 5), screen), None);
        assert_eq!(overlap(region(i32::MAX, 0, u32::MAX, 5), screen), None);
        assert_eq!(overlap(region(i32::MIN + 1, 0, u32::MAX, 5), screen), Some(region(0, 0, 100, 5)));
    }
}
