//! What the vendor bills for a turn.

use protocol::transcript::TokenUsage;
use serde::Deserialize;

/// About as many bytes of text are a token.
const BYTES_PER_TOKEN: u64 = 4;

/// What is billed for a turn that is being received.
#[derive(Debug, Default)]
pub(super) struct Billed {
    /// As told; output is told at the end only.
    turn: TokenUsage,
    /// For the summaries that the vendor has made before, which are not part of the turn's own numbers.
    summaries: TokenUsage,
    /// The bytes of the output so far.
    received: u64,
}

/// The vendor's numbers. What is absent has not changed.
#[derive(Deserialize)]
pub(super) struct WireUsage {
    #[serde(flatten)]
    tokens: WireTokens,
    #[serde(default)]
    iterations: Option<Vec<Iteration>>,
}

#[derive(Deserialize)]
struct WireTokens {
    input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    output_tokens: Option<u64>,
}

/// One of the steps in which the vendor has made a turn.
#[derive(Deserialize)]
struct Iteration {
    #[serde(default)]
    r#type: String,
    #[serde(flatten)]
    tokens: WireTokens,
}

impl WireTokens {
    fn after(&self, earlier: TokenUsage) -> TokenUsage {
        TokenUsage {
            input_tokens: self.input_tokens.unwrap_or(earlier.input_tokens),
            cache_read_tokens: self.cache_read_input_tokens.unwrap_or(earlier.cache_read_tokens),
            cache_write_tokens: self.cache_creation_input_tokens.unwrap_or(earlier.cache_write_tokens),
            output_tokens: self.output_tokens.unwrap_or(earlier.output_tokens),
        }
    }
}

impl Billed {
    /// Counts what the vendor tells; its numbers are those of the turn so far.
    pub(super) fn count(&mut self, usage: &WireUsage) {
        self.turn = usage.tokens.after(self.turn);
        if let Some(iterations) = &usage.iterations {
            let summaries = iterations.iter().filter(|iteration| iteration.r#type == "compaction");
            self.summaries = summaries
                .map(|iteration| iteration.tokens.after(TokenUsage::default()))
                .fold(TokenUsage::default(), TokenUsage::plus);
        }
    }

    /// Counts output that has arrived.
    pub(super) fn received(&mut self, bytes: usize) {
        self.received = self.received.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// What the vendor has told, which is all of it once the turn is complete.
    pub(super) fn told(&self) -> TokenUsage {
        self.turn.plus(self.summaries)
    }

    /// The same, with the output that has arrived since if the vendor has not told it yet. Nothing is known to be billed before
    /// the vendor has told the input.
    pub(super) fn so_far(&self) -> TokenUsage {
        let told = self.told();
        if told.is_zero() {
            return told;
        }
        TokenUsage { output_tokens: told.output_tokens.max(self.received / BYTES_PER_TOKEN), ..told }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(json: &str) -> WireUsage {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn output_that_has_arrived_is_estimated_until_it_is_told() {
        let mut billed = Billed::default();
        billed.received(4000);
        assert!(billed.so_far().is_zero());
        billed.count(&usage(r#"{"input_tokens":7,"cache_read_input_tokens":5,"output_tokens":1}"#));
        let expected =
            TokenUsage { input_tokens: 7, cache_read_tokens: 5, cache_write_tokens: 0, output_tokens: 1000 };
        assert_eq!(billed.so_far(), expected);
        billed.count(&usage(r#"{"output_tokens":1200}"#));
        assert_eq!(billed.so_far(), TokenUsage { output_tokens: 1200, ..expected });
        assert_eq!(billed.told(), billed.so_far());
        billed.count(&usage(r#"{"output_tokens":900}"#));
        assert_eq!(billed.told().output_tokens, 900, "a turn is billed with what is told");
    }

    #[test]
    fn summaries_are_billed_besides_the_turn() {
        let mut billed = Billed::default();
        billed.count(&usage(r#"{"input_tokens":23000,"output_tokens":1}"#));
        billed.count(&usage(
            r#"{"output_tokens":1000,"iterations":[
                {"type":"compaction","input_tokens":180000,"output_tokens":3500},
                {"type":"message","input_tokens":23000,"output_tokens":1000}]}"#,
        ));
        let told = billed.told();
        assert_eq!((told.input_tokens, told.output_tokens), (203_000, 4_500));
        billed.count(&usage(r#"{"output_tokens":1001,"iterations":null}"#));
        assert_eq!(billed.told().output_tokens, 4_501);
    }
}
