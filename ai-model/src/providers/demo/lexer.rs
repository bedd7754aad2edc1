//! Splits a request into statements, and statements into words and quoted texts.

/// A token of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A bare word.
    Word(String),
    /// The text between quotes.
    Quoted(String),
}

/// The statements of a request. Commas, semicolons, line ends, full stops, `then` and `and` separate them.
pub(super) fn statements(request: &str) -> Vec<Vec<Token>> {
    let chars: Vec<char> = request.chars().collect();
    let mut lexer = Lexer { chars: &chars, at: 0, done: Vec::new(), current: Vec::new() };
    lexer.run();
    lexer.done
}

struct Lexer<'a> {
    chars: &'a [char],
    at: usize,
    done: Vec<Vec<Token>>,
    current: Vec<Token>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(&c) = self.chars.get(self.at) {
            if parts_statements(c) {
                self.at += 1;
                self.end_statement();
            } else if c.is_whitespace() {
                self.at += 1;
            } else if let Some(close) = closing_quote(c) {
                let text = self.quoted(close);
                self.current.push(Token::Quoted(text));
            } else {
                self.word();
            }
        }
        self.end_statement();
    }

    fn end_statement(&mut self) {
        if !self.current.is_empty() {
            self.done.push(std::mem::take(&mut self.current));
        }
    }

    fn word(&mut self) {
        let start = self.at;
        while let Some(&c) = self.chars.get(self.at) {
            let parts =
                parts_statements(c) && !self.is_inside_coordinates() && !self.is_inside_address(start);
            if c.is_whitespace() || parts || self.is_full_stop() {
                break;
            }
            self.at += 1;
        }
        let word: String = self.chars[start..self.at].iter().collect();
        let ends = self.is_full_stop();
        self.push_word(word);
        if ends {
            self.at += 1;
            self.end_statement();
        }
        self.join_coordinates();
    }

    fn push_word(&mut self, word: String) {
        match word.to_lowercase().as_str() {
            "" => {}
            "then" | "and" => self.end_statement(),
            _ => self.current.push(Token::Word(word)),
        }
    }

    /// A comma between digits belongs to coordinates.
    fn is_inside_coordinates(&self) -> bool {
        let digit =
            |at: Option<usize>| at.and_then(|at| self.chars.get(at)).is_some_and(char::is_ascii_digit);
        self.chars.get(self.at) == Some(&',')
            && digit(self.at.checked_sub(1))
            && digit(self.at.checked_add(1))
    }

    /// A comma that is followed by more of an address belongs to the address.
    fn is_inside_address(&self, start: usize) -> bool {
        let more = self.chars.get(self.at + 1).is_some_and(|next| !next.is_whitespace());
        more && self.chars[start..self.at].windows(3).any(|part| part == [':', '/', '/'])
    }

    /// Joins `100, 200`: no statement begins with a digit, so the number belongs to the one before the comma.
    fn join_coordinates(&mut self) {
        let Some(Token::Word(word)) = self.current.last() else { return };
        let is_number = word.chars().all(|c| c.is_ascii_digit());
        let mut ahead = self.at;
        if !is_number || self.chars.get(ahead) != Some(&',') {
            return;
        }
        ahead += 1;
        while self.chars.get(ahead).is_some_and(|c| *c == ' ') {
            ahead += 1;
        }
        let digits = self.chars[ahead..].iter().take_while(|c| c.is_ascii_digit()).count();
        if digits == 0 {
            return;
        }
        let rest: String = self.chars[ahead..ahead + digits].iter().collect();
        if let Some(Token::Word(word)) = self.current.last_mut() {
            word.push(',');
            word.push_str(&rest);
            self.at = ahead + digits;
        }
    }

    /// A full stop ends a statement only at the end of a word, unlike in `2.5` and `notes.txt`.
    fn is_full_stop(&self) -> bool {
        matches!(self.chars.get(self.at), Some('.' | '!' | '?'))
            && self.chars.get(self.at + 1).is_none_or(|next| next.is_whitespace())
    }

    /// Reads a quoted text after its opening quote. The text may contain quotes: the closing one is the first that ends
    /// a statement, or else simply the first.
    fn quoted(&mut self, close: char) -> String {
        let start = self.at + 1;
        let end = self
            .closing(start, close, |lexer, at| lexer.ends_statement(at + 1))
            .or_else(|| self.closing(start, close, |_, _| true))
            .unwrap_or(self.chars.len());
        self.at = (end + 1).min(self.chars.len());
        let inner = &self.chars[start.min(end)..end];
        if close == '`' { inner.iter().collect() } else { unescaped(inner) }
    }

    fn closing(&self, start: usize, close: char, fits: impl Fn(&Self, usize) -> bool) -> Option<usize> {
        let mut at = start;
        while let Some(&c) = self.chars.get(at) {
            if c == '\\' && close != '`' {
                at += 2;
            } else if c == close && fits(self, at) {
                return Some(at);
            } else {
                at += 1;
            }
        }
        None
    }

    /// Whether what follows `at` is the end, a separator, or a word that may follow a quoted text within a statement.
    fn ends_statement(&self, at: usize) -> bool {
        let rest: String = self.chars[at.min(self.chars.len())..].iter().take(40).collect();
        let blank_ahead = rest.starts_with(char::is_whitespace);
        let trimmed = rest.trim_start_matches([' ', '\t']);
        match trimmed.chars().next() {
            None => true,
            Some(c) if parts_statements(c) => true,
            Some('.' | '!' | '?') => trimmed.chars().nth(1).is_none_or(char::is_whitespace),
            _ if blank_ahead => {
                let word = trimmed.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
                matches!(word.to_lowercase().as_str(), "then" | "and" | "for" | "in" | "into" | "with" | "or")
            }
            _ => false,
        }
    }
}

fn parts_statements(c: char) -> bool {
    matches!(c, ',' | ';' | '\n' | '\r')
}

fn closing_quote(open: char) -> Option<char> {
    match open {
        '"' | '\'' | '`' => Some(open),
        '“' | '„' => Some('”'),
        '‘' => Some('’'),
        _ => None,
    }
}

/// The text with its escapes resolved; a backslash before any other character is kept.
fn unescaped(text: &[char]) -> String {
    let mut plain = String::new();
    let mut chars = text.iter();
    while let Some(&c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some(quote @ ('"' | '\'' | '\\' | '`')) => plain.push(*quote),
            Some(other) => plain.extend(['\\', *other]),
            None => plain.push('\\'),
        }
    }
    plain
}
