//! Describes to a model what a person did while in control.

use chords::Chord;
use protocol::action::{Button, Point, ScrollDirection};
use protocol::takeover::{PersonStep, PersonSteps};
use protocol::transcript::Takeover;

use crate::images::{FittedImage, ScreenScale};
use crate::transcript::Conversation;

/// The description for a model whose coordinates are pixels of its screenshots.
pub(crate) fn description(takeover: &Takeover, scale: ScreenScale) -> String {
    describe(takeover, |point| {
        let Point { x, y } = scale.to_model(point);
        format!("({x}, {y})")
    })
}

/// The description for a model whose coordinates are thousandths of the screen.
pub(crate) fn description_in_thousandths(takeover: &Takeover, scale: ScreenScale) -> String {
    let part = |value: i32, edge: u32| i64::from(value) * 1000 / i64::from(edge.max(1));
    describe(takeover, |Point { x, y }| {
        format!("({}, {})", part(x, scale.screen.width), part(y, scale.screen.height))
    })
}

/// The screen as the person left it, if its bytes are available.
pub(crate) fn image(
    takeover: &Takeover,
    conversation: &Conversation,
    scale: ScreenScale,
) -> Option<FittedImage> {
    conversation.images.at_size_or_none(takeover.screenshot.as_ref()?, scale.sent)
}

fn describe(takeover: &Takeover, place: impl Fn(Point) -> String) -> String {
    let did = match &takeover.did {
        None => "what they did is not known, because the desktop was lost".to_owned(),
        Some(PersonSteps { steps, .. }) if steps.is_empty() => "they did nothing".to_owned(),
        Some(PersonSteps { steps, left_out }) => {
            let earlier = (*left_out > 0).then(|| format!("did {left_out} things that are left out here"));
            let steps = steps.iter().map(|step| one(step, &place));
            format!("they {}", earlier.into_iter().chain(steps).collect::<Vec<_>>().join("; then "))
        }
    };
    let look = if takeover.screenshot.is_some() {
        " The screen as they left it follows."
    } else {
        " Look at the screen before you go on."
    };
    format!("[The person took control of the desktop and has handed it back. Meanwhile {did}.{look}]")
}

fn one(step: &PersonStep, place: impl Fn(Point) -> String) -> String {
    match step {
        PersonStep::Clicked { button, count, at, modifiers } => {
            let clicked = clicked(*button, *count);
            let clicked = match Chord::of_modifiers(modifiers).to_string().as_str() {
                "" => clicked.to_owned(),
                held => format!("{held}+{clicked}"),
            };
            format!("{clicked} at {}", place(*at))
        }
        PersonStep::Dragged { button, from, to } => {
            let with = match button {
                Button::Left => "",
                Button::Middle => " with the middle button",
                Button::Right => " with the right button",
            };
            format!("dragged{with} from {} to {}", place(*from), place(*to))
        }
        PersonStep::Scrolled { direction, clicks, at } => {
            let direction = match direction {
                ScrollDirection::Up => "up",
                ScrollDirection::Down => "down",
                ScrollDirection::Left => "left",
                ScrollDirection::Right => "right",
            };
            format!("scrolled {direction} by {clicks} at {}", place(*at))
        }
        PersonStep::Typed { characters: 1 } => "typed 1 character".to_owned(),
        PersonStep::Typed { characters } => format!("typed {characters} characters"),
        PersonStep::Pressed { chord, times: 1 } => format!("pressed {chord}"),
        PersonStep::Pressed { chord, times } => format!("pressed {chord} {times} times"),
        PersonStep::Copied { characters } => format!("put {characters} characters on the clipboard"),
    }
}

fn clicked(button: Button, count: u8) -> &'static str {
    match (button, count) {
        (Button::Right, _) => "right-clicked",
        (Button::Middle, _) => "middle-clicked",
        (Button::Left, 2) => "double-clicked",
        (Button::Left, 3..) => "triple-clicked",
        (Button::Left, _) => "clicked",
    }
}

#[cfg(test)]
mod tests {
    use protocol::action::{Modifier, Size};

    use super::*;

    const AT: Point = Point { x: 412, y: 300 };

    fn takeover(steps: Vec<PersonStep>, left_out: u32) -> Takeover {
        Takeover { did: Some(PersonSteps { steps, left_out }), screenshot: None }
    }

    #[test]
    fn every_step_is_described_without_the_typed_text() {
        let screen = Size { width: 1280, height: 800 };
        let scale = ScreenScale { screen, sent: screen };
        let click = |button, count, modifiers| PersonStep::Clicked { button, count, at: AT, modifiers };
        let table = [
            (click(Button::Left, 1, vec![]), "clicked at (412, 300)"),
            (click(Button::Left, 2, vec![]), "double-clicked at (412, 300)"),
            (click(Button::Left, 3, vec![]), "triple-clicked at (412, 300)"),
            (click(Button::Right, 1, vec![]), "right-clicked at (412, 300)"),
            (click(Button::Left, 1, vec![Modifier::Ctrl]), "ctrl+clicked at (412, 300)"),
            (
                PersonStep::Dragged { button: Button::Left, from: AT, to: Point { x: 1, y: 2 } },
                "dragged from (412, 300) to (1, 2)",
            ),
            (
                PersonStep::Scrolled { direction: ScrollDirection::Down, clicks: 3, at: AT },
                "scrolled down by 3 at (412, 300)",
            ),
            (PersonStep::Typed { characters: 12 }, "typed 12 characters"),
            (PersonStep::Pressed { chord: "ctrl+s".to_owned(), times: 1 }, "pressed ctrl+s"),
            (PersonStep::Pressed { chord: "Tab".to_owned(), times: 2 }, "pressed Tab 2 times"),
            (PersonStep::Copied { characters: 5 }, "put 5 characters on the clipboard"),
        ];
        for (step, expected) in table {
            let text = description(&takeover(vec![step], 0), scale);
            assert!(text.contains(&format!("Meanwhile they {expected}. Look")), "{text}");
        }
        let many = vec![PersonStep::Typed { characters: 1 }, PersonStep::Typed { characters: 2 }];
        let many = description(&takeover(many, 7), scale);
        assert!(
            many.contains("they did 7 things that are left out here; then typed 1 character; then"),
            "{many}"
        );
        assert!(description(&takeover(vec![], 0), scale).contains("they did nothing"));
        let lost = description(&Takeover { did: None, screenshot: None }, scale);
        assert!(lost.contains("not known"), "{lost}");
    }

    #[test]
    fn points_are_in_the_models_coordinates() {
        let screen = Size { width: 1600, height: 1000 };
        let scale = ScreenScale { screen, sent: Size { width: 800, height: 500 } };
        let click = PersonStep::Clicked { button: Button::Left, count: 1, at: AT, modifiers: vec![] };
        let takeover = takeover(vec![click], 0);
        assert!(description(&takeover, scale).contains("(206, 150)"), "{}", description(&takeover, scale));
        assert!(description_in_thousandths(&takeover, scale).contains("(257, 300)"));
    }
}
