//! What the vendor bills for the attempts at a turn.

use protocol::transcript::TokenUsage;

use crate::providers::TurnEvent;

/// The bill of the attempt under way.
#[derive(Debug, Default)]
pub(super) struct Bill(TokenUsage);

impl Bill {
    /// Notes what an event tells of it.
    pub(super) fn saw(&mut self, event: &TurnEvent) {
        if let TurnEvent::SpentSoFar(usage) = event {
            self.0 = *usage;
        }
    }

    /// The attempt has ended without a turn, and the next one goes on with `kept`, which so is not lost: tells the rest, if
    /// there is any.
    pub(super) fn close(&mut self, kept: TokenUsage) -> Vec<TurnEvent> {
        let lost = std::mem::replace(&mut self.0, kept).since(kept);
        let mut events = Vec::new();
        if !lost.is_zero() {
            events.push(TurnEvent::Spent(lost));
            if !kept.is_zero() {
                events.push(TurnEvent::SpentSoFar(kept));
            }
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(output_tokens: u64) -> TokenUsage {
        TokenUsage { output_tokens, ..TokenUsage::default() }
    }

    /// What is told when an attempt that was billed with `spent` ends: what is lost, and what is kept.
    fn told(bill: &mut Bill, spent: u64, kept: u64) -> (Vec<u64>, Vec<u64>) {
        bill.saw(&TurnEvent::SpentSoFar(output(spent)));
        let (mut lost, mut so_far) = (Vec::new(), Vec::new());
        for event in bill.close(output(kept)) {
            match event {
                TurnEvent::Spent(usage) => lost.push(usage.output_tokens),
                TurnEvent::SpentSoFar(usage) => so_far.push(usage.output_tokens),
                _ => panic!("{event:?}"),
            }
        }
        (lost, so_far)
    }

    #[test]
    fn what_the_next_attempt_goes_on_with_is_not_lost() {
        let mut bill = Bill::default();
        assert_eq!(told(&mut bill, 0, 0), (vec![], vec![]), "nothing was billed");
        assert_eq!(told(&mut bill, 5, 0), (vec![5], vec![]));
        assert_eq!(told(&mut bill, 7, 7), (vec![], vec![]), "a further request continues the answer");
        assert_eq!(told(&mut bill, 9, 7), (vec![2], vec![7]), "it broke off");
        assert_eq!(told(&mut bill, 10, 0), (vec![10], vec![]), "all of it was given up");
    }
}
