//! Statements for keyboard, mouse and screen.

use chords::{ChordError, Sequence};
use protocol::action::{Action, Button, Modifier, Region, ScrollDirection};

use super::lexer::Token;
use super::statement::{Parsed, Statement, hint};

impl Statement<'_> {
    /// Parses what follows the verb of an action on the screen.
    pub(super) fn action(&mut self, verb: &str) -> Parsed<Action> {
        match verb {
            "press" | "hit" => self.press(),
            "hold" => self.hold(),
            "click" | "double-click" | "triple-click" | "right-click" | "middle-click" | "left-click" => {
                self.click(verb)
            }
            "double" | "triple" | "right" | "middle" | "left" if self.take(&["click"]) => self.click(verb),
            "move" => self.move_pointer(),
            "drag" => self.drag(),
            "scroll" => self.scroll(),
            "wait" | "sleep" => self.wait(),
            "take" | "screenshot" | "look" => self.screenshot(verb),
            "zoom" => self.zoom(),
            "mouse" => self.mouse(),
            "where" => self.where_is(),
            _ => Err(None),
        }
    }

    fn press(&mut self) -> Parsed<Action> {
        self.take(&["the"]);
        let mut names = Vec::new();
        let mut repeat = 1;
        loop {
            if self.take(&["key", "once"]) {
                continue;
            }
            if self.take(&["twice"]) {
                repeat = 2;
            } else if let Some(times) = self.times()? {
                repeat = times;
            } else if let Some(name) = self.word_or_quoted() {
                names.push(name);
            } else {
                break;
            }
        }
        Ok(Action::Key { chord: chords(&names.join(" "))?.to_string(), repeat })
    }

    /// Parses an optional `3 times`.
    fn times(&mut self) -> Parsed<Option<u8>> {
        let [Token::Word(count), Token::Word(times), ..] = self.tokens else { return Ok(None) };
        if !matches!(times.to_lowercase().as_str(), "times" | "time" | "x") {
            return Ok(None);
        }
        let Some(count) = count.parse().ok().filter(|count| (1..=100).contains(count)) else {
            return hint("a key can be pressed 1 to 100 times.");
        };
        self.tokens = &self.tokens[2..];
        Ok(Some(count))
    }

    fn hold(&mut self) -> Parsed<Action> {
        self.take(&["down"]);
        self.take(&["the"]);
        self.take(&["key"]);
        let mut names = Vec::new();
        while !self.take(&["for"]) {
            if self.take(&["key"]) {
                continue;
            }
            match self.word_or_quoted() {
                Some(name) => names.push(name),
                None => return hint("say how long, as in: hold shift for 2 seconds."),
            }
        }
        let held = chords(&names.join(" "))?.into_one().map_err(|error| Some(error.to_string()))?;
        Ok(Action::HoldKey { chord: held.to_string(), duration_ms: self.duration()? })
    }

    fn click(&mut self, verb: &str) -> Parsed<Action> {
        self.take(&["the"]);
        let mut kind = verb.split('-').next().unwrap_or_default().to_owned();
        if kind == "click"
            && let Some(word) = self.take_one(&["left", "right", "middle", "double", "triple"])
        {
            kind = word;
        }
        let (button, count) = match kind.as_str() {
            "right" => (Button::Right, 1),
            "middle" => (Button::Middle, 1),
            "double" => (Button::Left, 2),
            "triple" => (Button::Left, 3),
            _ => (Button::Left, 1),
        };
        self.take(&["button"]);
        let at = self.optional_point()?;
        let modifiers = self.modifiers()?;
        Ok(Action::Click { button, count, at, modifiers })
    }

    fn modifiers(&mut self) -> Parsed<Vec<Modifier>> {
        if !self.take(&["with", "holding"]) {
            return Ok(Vec::new());
        }
        let names = self.word().unwrap_or_default();
        match names.parse::<Sequence>().ok().and_then(|held| held.modifiers()) {
            Some(held) => Ok(held),
            None => hint("keys held with the mouse are shift, ctrl, alt and super."),
        }
    }

    fn move_pointer(&mut self) -> Parsed<Action> {
        self.take(&["the"]);
        self.take(&["mouse", "pointer", "cursor"]);
        self.take(&["pointer", "cursor"]);
        self.take(&["to"]);
        Ok(Action::MouseMove { to: self.point()? })
    }

    fn drag(&mut self) -> Parsed<Action> {
        let from = if self.take(&["from"]) { Some(self.point()?) } else { None };
        if !self.take(&["to"]) {
            return hint("say where to, as in: drag from 100,200 to 300,400.");
        }
        Ok(Action::Drag { from, to: self.point()?, modifiers: self.modifiers()? })
    }

    fn scroll(&mut self) -> Parsed<Action> {
        let direction = match self.word().as_deref() {
            Some("up") => ScrollDirection::Up,
            Some("down") => ScrollDirection::Down,
            Some("left") => ScrollDirection::Left,
            Some("right") => ScrollDirection::Right,
            _ => return hint("say where to, as in: scroll down 5."),
        };
        self.take(&["by"]);
        let mut clicks = 3;
        if let [Token::Word(count), ..] = self.tokens
            && count.starts_with(|c: char| c.is_ascii_digit())
        {
            let Some(count) = count.parse().ok().filter(|count| (1..=100).contains(count)) else {
                return hint("the wheel can turn 1 to 100 clicks.");
            };
            clicks = count;
            self.tokens = &self.tokens[1..];
            self.take(&["times", "clicks", "click", "lines", "steps"]);
        }
        let at = self.optional_point()?;
        Ok(Action::Scroll { direction, clicks, at, modifiers: self.modifiers()? })
    }

    fn wait(&mut self) -> Parsed<Action> {
        self.take(&["for"]);
        Ok(Action::Wait { duration_ms: self.duration()? })
    }

    fn screenshot(&mut self, verb: &str) -> Parsed<Action> {
        match verb {
            "take" => {
                self.take(&["a", "another"]);
                if !self.take(&["screenshot", "picture"]) {
                    return Err(None);
                }
            }
            "look" => {
                self.take(&["at"]);
                self.take(&["the"]);
                if !self.take(&["screen", "desktop"]) {
                    return Err(None);
                }
            }
            _ => {}
        }
        self.take(&["of"]);
        self.take(&["the"]);
        self.take(&["whole"]);
        self.take(&["screen", "desktop"]);
        Ok(Action::Screenshot)
    }

    fn zoom(&mut self) -> Parsed<Action> {
        self.take(&["in"]);
        self.take(&["into", "on", "to"]);
        self.take(&["from"]);
        let from = self.point()?;
        if !self.take(&["to"]) {
            return hint("say which part, as in: zoom from 0,0 to 640,400.");
        }
        let to = self.point()?;
        let extent = |from: i32, to: i32| u32::try_from(to - from).ok().filter(|extent| *extent > 0);
        match (extent(from.x, to.x), extent(from.y, to.y)) {
            (Some(width), Some(height)) => {
                Ok(Action::Zoom { region: Region { x: from.x, y: from.y, width, height } })
            }
            _ => hint("name the upper left corner first, as in: zoom from 0,0 to 640,400."),
        }
    }

    fn mouse(&mut self) -> Parsed<Action> {
        match self.word().as_deref() {
            Some("down") => Ok(Action::MouseDown { button: self.button() }),
            Some("up") => Ok(Action::MouseUp { button: self.button() }),
            _ => hint("say mouse down or mouse up."),
        }
    }

    fn button(&mut self) -> Button {
        match self.take_one(&["left", "middle", "right"]).as_deref() {
            Some("middle") => Button::Middle,
            Some("right") => Button::Right,
            _ => Button::Left,
        }
    }

    fn where_is(&mut self) -> Parsed<Action> {
        self.take(&["is"]);
        self.take(&["the"]);
        self.take(&["mouse"]);
        if self.take(&["pointer", "mouse", "cursor"]) || self.is_empty() {
            return Ok(Action::CursorPosition);
        }
        Err(None)
    }
}

fn chords(names: &str) -> Parsed<Sequence> {
    if names.trim().is_empty() {
        return hint("say which key, as in: press Return.");
    }
    names.parse().map_err(|error| match error {
        ChordError::Unknown { name, .. } => Some(format!("I don't know the key \"{name}\".")),
        other => Some(other.to_string()),
    })
}
