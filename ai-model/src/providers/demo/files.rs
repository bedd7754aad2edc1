//! Statements about files.

use protocol::editor::EditorCommand;
use protocol::transcript::Tool;

use super::lexer::Token;
use super::statement::{Parsed, Statement, hint};

impl Statement<'_> {
    /// Parses what follows a verb of the editor.
    pub(super) fn edit(&mut self, verb: &str) -> Parsed<Tool> {
        let edit = match verb {
            "read" => self.read()?,
            "create" => return self.create(),
            "replace" => self.replace()?,
            "insert" => self.insert()?,
            _ => self.undo()?,
        };
        Ok(Tool::Editor { edit })
    }

    /// A call that creates a file with this text at the path that follows.
    pub(super) fn new_file(&mut self, file_text: String) -> Parsed<Tool> {
        let path = self.value("write \"hello\" into ~/Outputs/notes.txt")?;
        Ok(Tool::Editor { edit: EditorCommand::Create { path, file_text } })
    }

    fn create(&mut self) -> Parsed<Tool> {
        const EXAMPLE: &str = "create ~/Outputs/notes.txt with \"hello\"";
        let path = self.value(EXAMPLE)?;
        let file_text = if self.take(&["with"]) { self.quoted(EXAMPLE)? } else { String::new() };
        Ok(Tool::Editor { edit: EditorCommand::Create { path, file_text } })
    }

    fn read(&mut self) -> Parsed<EditorCommand> {
        let view_range = if self.take(&["lines"]) {
            let first = self.line()?;
            self.take(&["to"]);
            let last = if self.take(&["end"]) { -1 } else { self.line()? };
            self.take(&["of"]);
            Some([first, last])
        } else {
            None
        };
        let path = self.value("read lines 1 to 20 of ~/Outputs/notes.txt")?;
        Ok(EditorCommand::View { path, view_range, max_characters: None })
    }

    fn replace(&mut self) -> Parsed<EditorCommand> {
        const EXAMPLE: &str = "replace \"old\" with \"new\" in ~/Outputs/notes.txt";
        let old_str = self.quoted(EXAMPLE)?;
        let new_str = if self.take(&["with"]) { self.quoted(EXAMPLE)? } else { String::new() };
        if !self.take(&["in"]) {
            return hint(format!("say in which file, as in: {EXAMPLE}."));
        }
        Ok(EditorCommand::StrReplace { path: self.value(EXAMPLE)?, old_str, new_str })
    }

    fn insert(&mut self) -> Parsed<EditorCommand> {
        const EXAMPLE: &str = "insert \"a line\" into ~/Outputs/notes.txt after line 2";
        let insert_text = self.quoted(EXAMPLE)?;
        if !self.take(&["into", "in"]) {
            return hint(format!("say into which file, as in: {EXAMPLE}."));
        }
        let path = self.value(EXAMPLE)?;
        let insert_line = if self.take(&["after"]) {
            self.take(&["line"]);
            self.line()?
        } else {
            0
        };
        Ok(EditorCommand::Insert { path, insert_line, insert_text })
    }

    fn undo(&mut self) -> Parsed<EditorCommand> {
        self.take(&["the"]);
        self.take(&["last"]);
        if self.take(&["edit", "change"]) {
            self.take(&["of", "in"]);
        }
        Ok(EditorCommand::UndoEdit { path: self.value("undo the last edit of ~/Outputs/notes.txt")? })
    }

    fn line(&mut self) -> Parsed<i64> {
        let [Token::Word(number), rest @ ..] = self.tokens else {
            return hint("say which line, as a number.");
        };
        let Some(number) = number.parse().ok().filter(|number| *number >= 0) else {
            return hint("say which line, as a number.");
        };
        self.tokens = rest;
        Ok(number)
    }
}
