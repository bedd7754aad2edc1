//! Parses one statement from left to right, and the parts that all statements share: words, quoted texts, points,
//! times.

use protocol::action::Point;

use super::lexer::Token;

/// The longest wait or hold, in seconds.
const MAX_SECONDS: f64 = 300.0;

/// The error is a hint for the person, if the verb is known.
pub(super) type Parsed<T> = Result<T, Option<String>>;

pub(super) fn hint<T>(text: impl Into<String>) -> Parsed<T> {
    Err(Some(text.into()))
}

/// A statement that is being parsed.
pub(super) struct Statement<'a> {
    pub(super) tokens: &'a [Token],
}

impl<'a> Statement<'a> {
    pub(super) fn new(tokens: &'a [Token]) -> Self {
        let mut statement = Self { tokens };
        while statement.take(&["please", "now", "first", "next", "finally", "also", "just"]) {}
        if statement.take(&["can", "could", "would"]) {
            statement.take(&["you"]);
            statement.take(&["please"]);
        }
        statement
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    pub(super) fn duration(&mut self) -> Parsed<u64> {
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

    pub(super) fn optional_point(&mut self) -> Parsed<Option<Point>> {
        let named = self.take(&["at", "on"]);
        let number_ahead =
            matches!(self.tokens, [Token::Word(word), ..] if word.starts_with(|c: char| c.is_ascii_digit()));
        if named || number_ahead { self.point().map(Some) } else { Ok(None) }
    }

    pub(super) fn point(&mut self) -> Parsed<Point> {
        let word = self.word().unwrap_or_default();
        let inner = word.trim_start_matches(['(', '[']).trim_end_matches([')', ']']);
        let numbers = inner.split_once(',').and_then(|(x, y)| Some((x.parse().ok()?, y.parse().ok()?)));
        match numbers {
            Some((x, y)) => Ok(Point { x, y }),
            None => hint("write a place as two numbers, as in: click at 100,200."),
        }
    }

    pub(super) fn quoted(&mut self, example: &str) -> Parsed<String> {
        match self.tokens {
            [Token::Quoted(text), rest @ ..] if !text.is_empty() => {
                self.tokens = rest;
                Ok(text.clone())
            }
            _ => hint(format!("put the text in quotes, as in: {example}.")),
        }
    }

    /// A quoted text or a single word.
    pub(super) fn value(&mut self, example: &str) -> Parsed<String> {
        let Some((Token::Word(text) | Token::Quoted(text), rest)) = self.tokens.split_first() else {
            return hint(format!("say where, as in: {example}."));
        };
        self.tokens = rest;
        Ok(text.clone())
    }

    pub(super) fn word_or_quoted(&mut self) -> Option<String> {
        let (Token::Word(text) | Token::Quoted(text), rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(text.clone())
    }

    /// The next word, in lower case.
    pub(super) fn word(&mut self) -> Option<String> {
        let [Token::Word(word), rest @ ..] = self.tokens else { return None };
        self.tokens = rest;
        Some(word.to_lowercase())
    }

    pub(super) fn take(&mut self, words: &[&str]) -> bool {
        self.take_one(words).is_some()
    }

    /// Takes the next word if it is one of these.
    pub(super) fn take_one(&mut self, words: &[&str]) -> Option<String> {
        let [Token::Word(word), rest @ ..] = self.tokens else { return None };
        let lower = word.to_lowercase();
        words.contains(&lower.as_str()).then(|| {
            self.tokens = rest;
            lower
        })
    }

    pub(super) fn end(&self) -> Parsed<()> {
        if self.is_empty() {
            return Ok(());
        }
        hint(format!("I don't know what to do with \"{}\".", source(self.tokens)))
    }
}

/// The statement as it was written, for error messages.
pub(super) fn source(tokens: &[Token]) -> String {
    let words = tokens.iter().map(|token| match token {
        Token::Word(word) => word.clone(),
        Token::Quoted(text) => format!("\"{text}\""),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range was checked: at most 300,000"
)]
fn milliseconds(seconds: f64) -> u64 {
    (seconds * 1000.0).round() as u64
}
