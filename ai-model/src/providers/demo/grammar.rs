//! The demo's language: one statement, one step.

use protocol::action::{Action, Button, Modifier, Point, Region, ScrollDirection};
use protocol::transcript::{App, Tool};

use super::keys;
use super::lexer::{Token, statements};

/// The longest wait or hold, in seconds.
const MAX_SECONDS: f64 = 300.0;

/// One thing that the demo was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Something to do on the desktop.
    Do(Tool),
    /// Something to say.
    Say(String),
}

/// Why a request was not understood. Nothing of it is done then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misunderstanding {
    /// No statement of it is in the language: small talk, or a task for a mind.
    NothingFamiliar,
    /// One statement is not in the language.
    Statement {
        /// The statement.
        statement: String,
        /// What is wrong with it, where the verb was understood.
        hint: Option<String>,
    },
}

/// Reads a request.
///
/// # Errors
/// When a statement of it is not in the language.
pub fn parse(request: &str) -> Result<Vec<Step>, Misunderstanding> {
    let statements = statements(request);
    let mut steps = Vec::new();
    let mut first_problem = None;
    let mut familiar = false;
    for tokens in &statements {
        let mut statement = Statement::new(tokens);
        if statement.is_empty() {
            continue;
        }
        match statement.step() {
            Ok(step) => {
                familiar = true;
                steps.push(step);
            }
            Err(hint) => {
                familiar |= hint.is_some();
                let problem = Misunderstanding::Statement { statement: source(tokens), hint };
                first_problem.get_or_insert(problem);
            }
        }
    }
    match first_problem {
        _ if !familiar => Err(Misunderstanding::NothingFamiliar),
        Some(problem) => Err(problem),
        None => Ok(steps),
    }
}

/// The statement as it was written, for an error.
fn source(tokens: &[Token]) -> String {
    let words = tokens.iter().map(|token| match token {
        Token::Word(word) => word.clone(),
        Token::Quoted(text) => format!("\"{text}\""),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Why a statement is no step: with a hint when its verb is known.
type Parsed<T> = Result<T, Option<String>>;

fn hint<T>(text: impl Into<String>) -> Parsed<T> {
    Err(Some(text.into()))
}

/// A statement that is being read from left to right.
struct Statement<'a> {
    tokens: &'a [Token],
}

impl<'a> Statement<'a> {
    fn new(tokens: &'a [Token]) -> Self {
        let mut statement = Self { tokens };
        while statement.take(&["please", "now", "first", "next", "finally", "also", "just"]) {}
        if statement.take(&["can", "could", "would"]) {
            statement.take(&["you"]);
            statement.take(&["please"]);
        }
        statement
    }

    fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    fn step(&mut self) -> Parsed<Step> {
        let Some(verb) = self.word() else { return Err(None) };
        let tool = match verb.as_str() {
            "say" => return self.say(),
            "open" | "start" | "launch" => self.open()?,
            "run" | "execute" => self.run()?,
            _ => Tool::Computer { action: self.action(&verb)? },
        };
        self.end()?;
        Ok(Step::Do(tool))
    }

    fn action(&mut self, verb: &str) -> Parsed<Action> {
        match verb {
            "type" | "write" => Ok(Action::Type { text: self.quoted("type \"hello\"")? }),
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

    fn say(&mut self) -> Parsed<Step> {
        let text = self.quoted("say \"hello\"")?;
        self.end()?;
        Ok(Step::Say(text))
    }

    fn open(&mut self) -> Parsed<Tool> {
        self.take(&["up"]);
        self.take(&["the", "a", "an"]);
        let app = match self.word().as_deref() {
            Some("terminal" | "xterm" | "console" | "shell") => App::Terminal,
            Some("browser" | "chromium" | "chrome") => App::Browser,
            Some("web") if self.take(&["browser"]) => App::Browser,
            Some("text") if self.take(&["editor"]) => App::TextEditor,
            Some("editor" | "mousepad" | "notepad") => App::TextEditor,
            Some("file") if self.take(&["manager", "browser"]) => App::FileManager,
            Some("files" | "pcmanfm") => App::FileManager,
            _ => return hint("I can open the terminal, the browser, the text editor and the file manager."),
        };
        self.take(&["window"]);
        let named = self.take(&["at", "on", "with", "in"]);
        let argument =
            if named || !self.is_empty() { Some(self.value("open the browser at URL")?) } else { None };
        if app == App::Terminal && argument.is_some() {
            return hint("the terminal opens without a place; type what it is to do.");
        }
        Ok(Tool::Open { app, argument })
    }

    fn run(&mut self) -> Parsed<Tool> {
        self.take(&["the"]);
        self.take(&["command"]);
        let command = self.quoted("run `ls -l`")?;
        Ok(Tool::Shell { command: Some(command), restart: false })
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
        Ok(Action::Key { chord: chord(&names.join(" "))?, repeat })
    }

    /// `3 times`, if that comes next.
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
        Ok(Action::HoldKey { chord: chord(&names.join(" "))?, duration_ms: self.duration()? })
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
        let modifiers = names.split('+').map(|name| match name {
            "shift" => Ok(Modifier::Shift),
            "ctrl" | "control" => Ok(Modifier::Ctrl),
            "alt" => Ok(Modifier::Alt),
            "super" => Ok(Modifier::Super),
            _ => hint("keys held with the mouse are shift, ctrl, alt and super."),
        });
        modifiers.collect()
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
            Some("down") => Ok(Action::MouseDown { button: Button::Left }),
            Some("up") => Ok(Action::MouseUp { button: Button::Left }),
            _ => hint("say mouse down or mouse up."),
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

    fn duration(&mut self) -> Parsed<u64> {
        let amount = self.word().unwrap_or_default();
        let (number, attached) = match amount.find(|c: char| c.is_alphabetic()) {
            Some(0) if matches!(amount.as_str(), "a" | "one") => ("1", ""),
            Some(split) => amount.split_at(split),
            None => (amount.as_str(), ""),
        };
        let unit = if attached.is_empty() { self.word().unwrap_or_default() } else { attached.to_owned() };
        let factor = match unit.as_str() {
            "" | "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
            "ms" | "millisecond" | "milliseconds" => 0.001,
            "m" | "min" | "minute" | "minutes" => 60.0,
            _ => return hint("say how long, as in: wait 2 seconds."),
        };
        let seconds = number.parse::<f64>().ok().map(|number| number * factor);
        match seconds.filter(|seconds| (0.0..=MAX_SECONDS).contains(seconds)) {
            Some(seconds) => Ok(milliseconds(seconds)),
            None => hint("say how long, from 0 to 300 seconds, as in: wait 2 seconds."),
        }
    }

    fn optional_point(&mut self) -> Parsed<Option<Point>> {
        let named = self.take(&["at", "on"]);
        let number_ahead =
            matches!(self.tokens, [Token::Word(word), ..] if word.starts_with(|c: char| c.is_ascii_digit()));
        if named || number_ahead { self.point().map(Some) } else { Ok(None) }
    }

    fn point(&mut self) -> Parsed<Point> {
        let word = self.word().unwrap_or_default();
        let inner = word.trim_start_matches(['(', '[']).trim_end_matches([')', ']']);
        let numbers = inner.split_once(',').and_then(|(x, y)| Some((x.parse().ok()?, y.parse().ok()?)));
        match numbers {
            Some((x, y)) => Ok(Point { x, y }),
            None => hint("write a place as two numbers, as in: click at 100,200."),
        }
    }

    fn quoted(&mut self, example: &str) -> Parsed<String> {
        match self.tokens {
            [Token::Quoted(text), rest @ ..] if !text.is_empty() => {
                self.tokens = rest;
                Ok(text.clone())
            }
            _ => hint(format!("put the text in quotes, as in: {example}.")),
        }
    }

    /// A quoted text, or a single word as it was written.
    fn value(&mut self, example: &str) -> Parsed<String> {
        let Some((Token::Word(text) | Token::Quoted(text), rest)) = self.tokens.split_first() else {
            return hint(format!("say where, as in: {example}."));
        };
        self.tokens = rest;
        Ok(text.clone())
    }

    fn word_or_quoted(&mut self) -> Option<String> {
        let (Token::Word(text) | Token::Quoted(text), rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(text.clone())
    }

    /// The next word, in lower case.
    fn word(&mut self) -> Option<String> {
        let [Token::Word(word), rest @ ..] = self.tokens else { return None };
        self.tokens = rest;
        Some(word.to_lowercase())
    }

    fn take(&mut self, words: &[&str]) -> bool {
        self.take_one(words).is_some()
    }

    /// Takes the next word if it is one of these.
    fn take_one(&mut self, words: &[&str]) -> Option<String> {
        let [Token::Word(word), rest @ ..] = self.tokens else { return None };
        let lower = word.to_lowercase();
        words.contains(&lower.as_str()).then(|| {
            self.tokens = rest;
            lower
        })
    }

    fn end(&self) -> Parsed<()> {
        if self.is_empty() {
            return Ok(());
        }
        hint(format!("I don't know what to do with '{}'.", source(self.tokens)))
    }
}

fn chord(names: &str) -> Parsed<String> {
    if names.trim().is_empty() {
        return hint("say which key, as in: press Return.");
    }
    keys::chord(names).ok_or_else(|| Some(format!("I know no key called '{names}'.")))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range was checked: at most 300,000"
)]
fn milliseconds(seconds: f64) -> u64 {
    (seconds * 1000.0).round() as u64
}
