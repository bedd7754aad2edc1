//! The prices of models.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::transcript::TokenUsage;

/// A cent, in millionths of a dollar.
const CENT: u64 = 10_000;
/// The number of tokens that a price is for.
const MILLION: u128 = 1_000_000;

/// List prices, in millionths of a dollar for a million tokens: a model at $5 for a million tokens costs five
/// millionths of a dollar for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ModelPrice)]
pub struct Price {
    /// Input tokens that were neither read from the vendor's cache nor written to it.
    pub input: u64,
    /// Output tokens, including thinking.
    pub output: u64,
    /// Input tokens read from the cache.
    pub cache_read: u64,
    /// Input tokens written to the cache.
    pub cache_write: u64,
}

impl Price {
    /// The price of what costs nothing.
    pub const FREE: Self = Self { input: 0, output: 0, cache_read: 0, cache_write: 0 };

    /// Prices in cents for a million tokens. With most vendors, cache reads cost a tenth of input, and cache writes as
    /// much as input.
    #[must_use]
    pub const fn listed(input_cents: u64, output_cents: u64) -> Self {
        let (input, output) = (input_cents * CENT, output_cents * CENT);
        Self { input, output, cache_read: input / 10, cache_write: input }
    }

    /// Sets another price for cache reads, in cents for a million tokens.
    #[must_use]
    pub const fn reading_at(self, cents: u64) -> Self {
        Self { cache_read: cents * CENT, ..self }
    }

    /// The cost of a turn, in millionths of a dollar, rounded up.
    #[must_use]
    pub fn of(self, usage: TokenUsage) -> u64 {
        let cost = |tokens: u64, price: u64| u128::from(tokens) * u128::from(price);
        let total = cost(usage.input_tokens, self.input)
            + cost(usage.output_tokens, self.output)
            + cost(usage.cache_read_tokens, self.cache_read)
            + cost(usage.cache_write_tokens, self.cache_write);
        u64::try_from(total.div_ceil(MILLION)).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_token_has_its_price() {
        let price =
            Price { input: 4_000_000, output: 20_000_000, cache_read: 200_000, cache_write: 5_000_000 };
        let usage = |input_tokens, output_tokens, cache_read_tokens, cache_write_tokens| TokenUsage {
            input_tokens,
            output_tokens,
            cache_read_tokens,
            cache_write_tokens,
        };
        assert_eq!(price.of(usage(1_000_000, 0, 0, 0)), 4_000_000);
        assert_eq!(price.of(usage(0, 1000, 0, 0)), 20_000);
        assert_eq!(price.of(usage(0, 0, 10, 0)), 2);
        assert_eq!(price.of(usage(0, 0, 0, 3)), 15);
        assert_eq!(price.of(usage(1, 1, 1, 1)), 30, "fractions are rounded up, once");
        assert_eq!(price.of(usage(u64::MAX, u64::MAX, 0, 0)), u64::MAX);
        assert_eq!(Price::FREE.of(usage(1, 1, 1, 1)), 0);
    }
}
