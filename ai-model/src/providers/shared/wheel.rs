//! Converts distances to clicks of the wheel, for models that scroll by pixels.

/// Pixels that a page moves for one click of the wheel, approximately.
pub(crate) const PIXELS_PER_CLICK: f64 = 100.0;
/// The most clicks of one action.
const MAX_CLICKS: f64 = 100.0;

/// The clicks for a distance in pixels, of either sign; at least one.
pub(crate) fn clicks_for(pixels: f64) -> u32 {
    whole_clicks(pixels / PIXELS_PER_CLICK)
}

/// A whole number of clicks, at least one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked: 1 to 100")]
pub(crate) fn whole_clicks(clicks: f64) -> u32 {
    clicks.abs().round().clamp(1.0, MAX_CLICKS) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_is_at_least_one_click() {
        let table = [(1.0, 1), (149.0, 1), (150.0, 2), (-400.0, 4), (1e9, 100)];
        for (pixels, clicks) in table {
            assert_eq!(clicks_for(pixels), clicks, "{pixels}");
        }
    }
}
