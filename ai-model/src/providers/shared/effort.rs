//! How much a model thinks.

use protocol::models::Effort;

/// The effort to request of a model: the chosen one, else the next lower one that it has, else its least. `None` if none was
/// chosen, or it has none.
pub(crate) fn requested(chosen: Option<Effort>, efforts: &[Effort]) -> Option<Effort> {
    let chosen = chosen?;
    let fitting = efforts.iter().copied().filter(|effort| *effort <= chosen).max();
    fitting.or_else(|| efforts.iter().copied().min())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effort_that_a_model_lacks_becomes_the_next_lower_one() {
        let some = [Effort::Medium, Effort::High];
        let of = |chosen| requested(Some(chosen), &some);
        assert_eq!(
            Effort::ALL.map(of),
            [Effort::Medium, Effort::Medium, Effort::High, Effort::High, Effort::High].map(Some)
        );
        assert_eq!(requested(None, &some), None);
        assert_eq!(requested(Some(Effort::Max), &[]), None);
    }
}
