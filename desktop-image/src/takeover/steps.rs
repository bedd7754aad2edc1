//! A person's steps in order, with related ones merged.

use std::collections::VecDeque;
use std::time::Duration;

use protocol::action::Point;
use protocol::takeover::{PersonStep, PersonSteps};
use tokio::time::Instant;

/// Most steps kept; earlier ones are only counted.
const MAX_STEPS: usize = 100;
/// Clicks within this time at the same position are a double or triple click.
const DOUBLE_CLICK: Duration = Duration::from_millis(500);
/// Pixels that the pointer may move during a click.
pub(super) const CLICK_TOLERANCE: i32 = 4;

/// The steps so far.
#[derive(Debug, Default)]
pub(super) struct Steps {
    kept: VecDeque<PersonStep>,
    left_out: u32,
    latest: Option<Instant>,
}

impl Steps {
    /// Adds a step, merged into the last one where possible.
    pub(super) fn add(&mut self, step: PersonStep, now: Instant) {
        let since = self.latest.replace(now).map_or(Duration::MAX, |latest| now - latest);
        if self.kept.back_mut().is_some_and(|last| joins(last, &step, since)) {
            return;
        }
        self.kept.push_back(step);
        if self.kept.len() > MAX_STEPS {
            self.kept.pop_front();
            self.left_out = self.left_out.saturating_add(1);
        }
    }

    /// The steps as an API message.
    pub(super) fn to_message(&self) -> PersonSteps {
        PersonSteps { steps: self.kept.iter().cloned().collect(), left_out: self.left_out }
    }
}

/// Whether two positions count as the same for a click.
pub(super) fn is_near(one: Point, other: Point) -> bool {
    (one.x - other.x).abs() <= CLICK_TOLERANCE && (one.y - other.y).abs() <= CLICK_TOLERANCE
}

/// Merges the next step into the last one, if they belong together.
fn joins(last: &mut PersonStep, next: &PersonStep, since: Duration) -> bool {
    use PersonStep::{Clicked, Pressed, Scrolled, Typed};

    match (last, next) {
        (
            Clicked { button, count, at, modifiers },
            Clicked { button: again, at: there, modifiers: held, .. },
        ) => {
            let joins = button == again
                && modifiers == held
                && *count < 3
                && since <= DOUBLE_CLICK
                && is_near(*at, *there);
            *count += u8::from(joins);
            joins
        }
        (Scrolled { direction, clicks, .. }, Scrolled { direction: again, clicks: more, .. })
            if direction == again =>
        {
            *clicks = clicks.saturating_add(*more);
            true
        }
        (Typed { characters }, Typed { characters: more }) => {
            *characters = characters.saturating_add(*more);
            true
        }
        (Pressed { chord, times }, Pressed { chord: again, times: more }) if chord == again => {
            *times = times.saturating_add(*more);
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use protocol::action::{Button, ScrollDirection};

    use super::*;

    fn click(button: Button, x: i32) -> PersonStep {
        PersonStep::Clicked { button, count: 1, at: Point { x, y: 9 }, modifiers: Vec::new() }
    }

    fn recorded(timed: Vec<(u64, PersonStep)>) -> PersonSteps {
        let (mut steps, start) = (Steps::default(), Instant::now());
        for (ms, step) in timed {
            steps.add(step, start + Duration::from_millis(ms));
        }
        steps.to_message()
    }

    #[test]
    fn close_clicks_are_merged_into_one_of_up_to_three() {
        let counts = |timed: Vec<(u64, PersonStep)>| {
            let steps = recorded(timed).steps.into_iter().map(|step| match step {
                PersonStep::Clicked { count, .. } => count,
                other => panic!("{other:?}"),
            });
            steps.collect::<Vec<_>>()
        };
        let left = |x| click(Button::Left, x);
        assert_eq!(counts(vec![(0, left(5)), (200, left(7))]), [2]);
        assert_eq!(counts((0..4).map(|n| (n * 100, left(5))).collect()), [3, 1]);
        assert_eq!(counts(vec![(0, left(5)), (501, left(5))]), [1, 1], "too late");
        assert_eq!(counts(vec![(0, left(5)), (100, left(10))]), [1, 1], "elsewhere");
        assert_eq!(counts(vec![(0, left(5)), (100, click(Button::Right, 5))]), [1, 1], "another button");
    }

    #[test]
    fn characters_wheel_turns_and_equal_keys_are_counted() {
        let scrolled = |direction| PersonStep::Scrolled { direction, clicks: 1, at: Point { x: 1, y: 1 } };
        let pressed = |chord: &str| PersonStep::Pressed { chord: chord.to_owned(), times: 1 };
        let typed = |characters| PersonStep::Typed { characters };
        let all = vec![
            typed(1),
            typed(1),
            pressed("Tab"),
            typed(1),
            pressed("BackSpace"),
            pressed("BackSpace"),
            pressed("Return"),
            scrolled(ScrollDirection::Down),
            scrolled(ScrollDirection::Down),
            scrolled(ScrollDirection::Up),
        ];
        let steps = recorded(all.into_iter().map(|step| (0, step)).collect()).steps;
        let words: Vec<String> = steps.iter().map(|step| serde_json::to_string(step).unwrap()).collect();
        assert_eq!(words.len(), 7, "{words:?}");
        assert_eq!(steps[0], typed(2));
        assert_eq!(steps[3], PersonStep::Pressed { chord: "BackSpace".to_owned(), times: 2 });
        assert!(matches!(steps[5], PersonStep::Scrolled { clicks: 2, .. }), "{words:?}");
    }

    #[test]
    fn the_latest_steps_are_kept_and_earlier_ones_counted() {
        let clicks = (0..MAX_STEPS as u64 + 7).map(|n| (n * 1000, click(Button::Left, 9 * n as i32)));
        let all = recorded(clicks.collect());
        assert_eq!((all.steps.len(), all.left_out), (MAX_STEPS, 7));
        assert_eq!(all.steps[0], click(Button::Left, 9 * 7));
    }
}
