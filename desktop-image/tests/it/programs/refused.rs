//! Rejected and skipped actions never reach a program.

use protocol::action::{Action, Button, Point, Region, ScrollDirection, Size};
use protocol::agent::actions::ActionOutcome;

use super::qt::Events;
use super::{drag, key, left_click, scroll, typed};
use crate::agent::at;

/// Points just outside of each side of the screen, and far away.
fn outside(screen: Size) -> Vec<Point> {
    let (width, height) = (screen.width.cast_signed(), screen.height.cast_signed());
    let (x, y) = (width / 2, height / 2);
    vec![
        at(-1, y),
        at(width, y),
        at(x, -1),
        at(x, height),
        at(i32::MIN, y),
        at(i32::MAX, y),
        at(x, i32::MIN),
        at(x, i32::MAX),
        // Wraps around to a point on the screen in 16 bits.
        at(65_536 + 5, 5),
    ]
}

/// Each action with coordinates.
fn with_coordinates(place: Point, inside: Point) -> Vec<Action> {
    vec![
        Action::MouseMove { to: place },
        left_click(place),
        drag(place, inside),
        drag(inside, place),
        Action::Drag { from: None, to: place, modifiers: vec![] },
        scroll(ScrollDirection::Down, 1, place, &[]),
    ]
}

/// Regions that extend beyond each side, and empty ones.
fn regions(screen: Size) -> Vec<Region> {
    let (width, height) = (screen.width.cast_signed(), screen.height.cast_signed());
    let region = |x, y, width, height| Region { x, y, width, height };
    vec![
        region(-1, 0, 10, 10),
        region(0, -1, 10, 10),
        region(width - 9, 0, 10, 10),
        region(0, height - 9, 10, 10),
        region(0, 0, screen.width + 1, 1),
        region(0, 0, 1, u32::MAX),
        region(i32::MAX, i32::MAX, u32::MAX, u32::MAX),
        region(5, 5, 0, 5),
        region(5, 5, 5, 0),
    ]
}

#[tokio::test]
async fn coordinates_outside_the_screen_are_rejected_and_nothing_arrives() {
    let qt = Events::open().await;
    let (screen, inside) = (qt.desk.agent.ready.screen, qt.at(50, 50));
    let mut actions: Vec<Action> =
        outside(screen).into_iter().flat_map(|place| with_coordinates(place, inside)).collect();
    actions.extend(regions(screen).into_iter().map(|region| Action::Zoom { region }));
    for action in actions {
        let result = qt.desk.agent.run(vec![action.clone(), left_click(inside), typed("x")]).await;
        let message = "The coordinates are outside the screen.".to_owned();
        let outcomes: Vec<_> = result.results.into_iter().map(|result| result.outcome).collect();
        let expected = [ActionOutcome::Failed { message }, ActionOutcome::Skipped, ActionOutcome::Skipped];
        assert_eq!(outcomes, expected, "{action:?}");
    }
    assert_eq!(qt.events(vec![]).await, []);
    assert_eq!(qt.desk.cursor().await, qt.at(10, 10));
    // The outermost points on the screen.
    for place in [at(0, 0), at(screen.width.cast_signed() - 1, screen.height.cast_signed() - 1)] {
        qt.desk.done(vec![Action::MouseMove { to: place }]).await;
        assert_eq!(qt.desk.cursor().await, place);
    }
}

#[tokio::test]
async fn a_batch_stops_at_the_first_failure_and_nothing_after_it_arrives() {
    let qt = Events::open().await;
    let place = qt.at(60, 70);
    let failing = [
        key("no_such_key"),
        left_click(at(-1, 0)),
        Action::Click { button: Button::Left, count: 4, at: Some(place), modifiers: vec![] },
        scroll(ScrollDirection::Up, 0, place, &[]),
        typed("\u{7}"),
    ];
    for action in failing {
        let batch = vec![
            Action::MouseMove { to: qt.at(20, 20) },
            key("b"),
            action.clone(),
            left_click(place),
            typed("never"),
            Action::MouseDown { button: Button::Right },
        ];
        let results = qt.desk.agent.run(batch).await.results;
        let ran: Vec<bool> = results.iter().map(|result| result.outcome == ActionOutcome::Done).collect();
        assert_eq!(ran, [true, true, false, false, false, false], "{action:?}");
        assert!(matches!(results[2].outcome, ActionOutcome::Failed { .. }), "{action:?}");
        assert!(results[3..].iter().all(|result| result.outcome == ActionOutcome::Skipped), "{action:?}");
        let mut events = qt.events(vec![]).await;
        events.retain(|event| event.kind != "move");
        let got: Vec<_> = events.iter().map(|event| (event.kind.as_str(), event.text.as_str())).collect();
        assert_eq!(got, [("keydown", "b"), ("keyup", "b")], "{action:?}");
        assert_eq!(qt.desk.cursor().await, qt.at(20, 20), "{action:?}");
    }
}
