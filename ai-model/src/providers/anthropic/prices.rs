//! The vendor's list prices. What is not in the list is not guessed.

use super::models::plain_name;
use crate::providers::Price;

/// In thousandths of a dollar for a million tokens: input, output, read from the cache.
const PRICES: [(&str, u64, u64, u64); 14] = [
    ("claude-fable-5-2", 8_000, 40_000, 800),
    ("claude-fable-5-1", 10_000, 50_000, 250),
    ("claude-fable-5", 10_000, 50_000, 1_000),
    ("claude-opus-5-5", 4_000, 20_000, 200),
    ("claude-opus-5", 5_000, 25_000, 500),
    ("claude-opus-4-8", 5_000, 25_000, 500),
    ("claude-opus-4-7", 5_000, 25_000, 500),
    ("claude-opus-4-6", 5_000, 25_000, 500),
    ("claude-sonnet-5-5", 2_000, 10_000, 200),
    ("claude-sonnet-5", 2_000, 10_000, 200),
    ("claude-sonnet-4-6", 3_000, 15_000, 300),
    ("claude-sonnet-4-5", 3_000, 15_000, 300),
    ("claude-haiku-5-5", 100, 500, 10),
    ("claude-haiku-4-5", 1_000, 5_000, 100),
];

/// The price of the model with this id.
pub(super) fn of(model: &str) -> Option<Price> {
    let name = plain_name(model);
    PRICES.iter().find(|(id, ..)| *id == name).map(|&(_, input, output, cache_read)| Price {
        input: input * 1000,
        output: output * 1000,
        cache_read: cache_read * 1000,
        // What is put into the cache for five minutes costs a quarter more than what is only read.
        cache_write: input * 1000 * 5 / 4,
    })
}

#[cfg(test)]
mod tests {
    use super::{Price, of};

    #[test]
    fn prices_are_those_of_the_list() {
        let opus =
            Price { input: 4_000_000, output: 20_000_000, cache_read: 200_000, cache_write: 5_000_000 };
        assert_eq!(of("claude-opus-5-5"), Some(opus));
        assert_eq!(of("anthropic.claude-opus-5-5"), Some(opus));
        let sonnet = of("claude-sonnet-4-5-20250929").unwrap();
        assert_eq!((sonnet.input, sonnet.cache_write, sonnet.cache_read), (3_000_000, 3_750_000, 300_000));
        assert_eq!(of("claude-unheard-of"), None);
    }
}
