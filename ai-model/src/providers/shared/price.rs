//! The price lists of vendors.

use protocol::price::Price;

/// The price of a model in a vendor's list. A date after the name, such as `-2026-03-05`, is ignored.
pub(crate) fn price_of(model: &str, prices: &[(&str, Price)]) -> Option<Price> {
    let is_it =
        |name: &str| model.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with("-20"));
    prices.iter().find(|(name, _)| is_it(name)).map(|(_, price)| *price)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_found_by_its_name_with_or_without_a_date() {
        let prices = [("big", Price::listed(200, 1_000)), ("big-mini", Price::FREE)];
        let input = |model| price_of(model, &prices).map(|price| price.input);
        assert_eq!(input("big"), Some(2_000_000));
        assert_eq!(input("big-2026-03-05"), Some(2_000_000));
        assert_eq!(input("big-mini"), Some(0));
        assert_eq!(input("big-pro"), None);
        assert_eq!(input("bigger"), None);
    }
}
