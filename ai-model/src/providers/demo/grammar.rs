//! The demo's language: each statement is one step.

use protocol::action::Action;
use protocol::transcript::{App, Tool};

use super::lexer::statements;
use super::statement::{Parsed, Statement, hint, source};

/// One step of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A call to make.
    Do(Tool),
    /// A text to say.
    Say(String),
}

/// Why a request was not understood. None of its steps is executed then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misunderstanding {
    /// No statement of it is in the language: it is small talk, or a task for an AI.
    NoStatement,
    /// One statement is not in the language.
    Statement {
        /// The statement.
        statement: String,
        /// What is wrong with it, if its verb was understood.
        hint: Option<String>,
    },
}

/// Parses a request.
///
/// # Errors
/// When a statement is not in the language.
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
        _ if !familiar => Err(Misunderstanding::NoStatement),
        Some(problem) => Err(problem),
        None => Ok(steps),
    }
}

impl Statement<'_> {
    fn step(&mut self) -> Parsed<Step> {
        let Some(verb) = self.word() else { return Err(None) };
        let tool = match verb.as_str() {
            "say" => return self.say(),
            "ask" => self.ask()?,
            "open" | "start" | "launch" => self.open()?,
            "run" | "execute" => self.run()?,
            "restart" => self.restart()?,
            "read" | "create" | "replace" | "insert" | "undo" => self.edit(&verb)?,
            "type" | "write" => self.type_or_write()?,
            _ => Tool::Computer { action: self.action(&verb)? },
        };
        self.end()?;
        Ok(Step::Do(tool))
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

    fn restart(&mut self) -> Parsed<Tool> {
        self.take(&["the"]);
        if !self.take(&["shell"]) {
            return hint("I can only restart the shell.");
        }
        Ok(Tool::Shell { command: None, restart: true })
    }

    fn ask(&mut self) -> Parsed<Tool> {
        let question = self.quoted("ask \"Which one?\" with \"this\" or \"that\"")?;
        let mut choices = Vec::new();
        if self.take(&["with"]) {
            choices.push(self.quoted("ask \"Which one?\" with \"this\" or \"that\"")?);
            while self.take(&["or"]) {
                choices.push(self.quoted("ask \"Which one?\" with \"this\" or \"that\"")?);
            }
        }
        Ok(Tool::Ask { question, choices })
    }

    /// Types the text on the screen, or writes it to a file if one is named.
    fn type_or_write(&mut self) -> Parsed<Tool> {
        let text = self.quoted("type \"hello\"")?;
        if self.take(&["into"]) {
            return self.new_file(text);
        }
        Ok(Tool::Computer { action: Action::Type { text } })
    }
}
