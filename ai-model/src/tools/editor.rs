//! Views and edits files.

use futures_util::future::BoxFuture;
use protocol::agent::actions::Screenshot;
use protocol::editor::{EditorCommand, EditorImage, EditorOutcome, EditorResult};
use protocol::transcript::approval::Effect;
use protocol::transcript::{Tool, ToolStatus};
use serde_json::{Value, json};

use super::arguments::{Arguments, Read, missing};
use super::behavior::{Behavior, Description, ImageContent, Repetition};
use super::executor::{CallContext, ToolExecutor};
use super::function::FunctionTool;
use super::output::{MAX_OUTPUT_CHARS, Output, quoted};
use crate::desktop_client::DesktopError;
use crate::transcript::canned_results::OK;

/// The function that models call.
pub const EDITOR: FunctionTool = FunctionTool {
    name: "editor",
    description: "Look at files and change them. view: read 'path', a text file with numbered lines (or only \
                  'view_range'), a picture, or a folder. create: write 'file_text' to 'path', in place of what was \
                  there. str_replace: put 'new_str' where 'old_str' stands, which must be exactly once. insert: put \
                  'insert_text' behind line 'insert_line'; 0 is the top.",
    schema,
    read,
};

/// A command of the editor.
pub(super) struct Edit<'a>(pub(super) &'a EditorCommand);

impl Behavior for Edit<'_> {
    fn effects(&self) -> &'static [Effect] {
        match self.0 {
            EditorCommand::View { .. } => &[],
            _ => &[Effect::Editing],
        }
    }

    fn returns_image(&self) -> bool {
        true
    }

    fn image(&self) -> ImageContent {
        ImageContent::File
    }

    fn repetition(&self) -> Repetition {
        Repetition::Output
    }

    fn function_call(&self) -> Option<(&'static str, Value)> {
        Some((EDITOR.name, serde_json::to_value(self.0).ok()?))
    }

    fn execute<'a>(
        &'a self,
        executor: &'a mut ToolExecutor,
        context: CallContext,
    ) -> BoxFuture<'a, Result<Output, DesktopError>> {
        Box::pin(async move {
            let mut command = self.0.clone();
            if let EditorCommand::View { max_characters, .. } = &mut command {
                max_characters.get_or_insert(MAX_OUTPUT_CHARS);
            }
            let output = output_of(executor.desktop.edit(&command).await?);
            executor.with_owed_screenshot(output, context).await
        })
    }

    fn description(&self) -> Description {
        match self.0 {
            EditorCommand::View { path, .. } => Description::new("read", "read", &format!(" {path}")),
            EditorCommand::Create { path, .. } => Description::new("write", "wrote", &format!(" {path}")),
            EditorCommand::StrReplace { path, old_str, .. } => {
                Description::new("replace", "replaced", &format!(" \"{old_str}\" in {path}"))
            }
            EditorCommand::Insert { path, insert_line, .. } => Description::new(
                "insert",
                "inserted",
                &format!(" lines into {path} after line {insert_line}"),
            ),
            EditorCommand::UndoEdit { path } => {
                Description::new("undo", "undid", &format!(" the last edit of {path}"))
            }
        }
    }

    fn report(&self, result: &str) -> Option<String> {
        match self.0 {
            EditorCommand::View { path, .. } if !result.is_empty() => {
                Some(format!("In `{path}`:\n\n{}", quoted(result)))
            }
            _ => None,
        }
    }
}

fn output_of(result: EditorResult) -> Output {
    let EditorResult { outcome, text, image } = result;
    match outcome {
        EditorOutcome::Failed { message } => Output::failed(&message),
        EditorOutcome::Done => Output {
            status: ToolStatus::Done,
            text: if image.is_none() && text.trim().is_empty() { OK.to_owned() } else { text },
            image: image.map(|EditorImage { media_type, size, data }| Screenshot {
                media_type,
                size,
                region: None,
                data,
            }),
        },
    }
}

fn schema() -> Value {
    let text = |what: &str| json!({ "type": "string", "description": what });
    json!({
        "type": "object",
        "properties": {
            "command": { "type": "string", "enum": ["view", "create", "str_replace", "insert"] },
            "path": text("The file or folder: absolute, or within the home folder ~."),
            "view_range": {
                "type": "array",
                "items": { "type": "integer" },
                "minItems": 2,
                "maxItems": 2,
                "description": "First and last line, from 1; a last line of -1 is the end.",
            },
            "file_text": text("All of the new file's text."),
            "old_str": text("The text to replace."),
            "new_str": text("What to put in its place."),
            "insert_line": { "type": "integer", "minimum": 0, "description": "The line before the new ones." },
            "insert_text": text("The new lines."),
        },
        "required": ["command", "path"],
    })
}

/// What `insert_line` is.
const LINE: &str = "the number of a line, or 0 for the top";
/// The most characters that the agent shows of a file.
const MAX_VIEWED_CHARS: u32 = 100_000;

/// The commands by their names.
const COMMANDS: [(&str, Command); 5] = [
    ("view", Command::View),
    ("create", Command::Create),
    ("str_replace", Command::StrReplace),
    ("insert", Command::Insert),
    ("undo_edit", Command::UndoEdit),
];

#[derive(Clone, Copy)]
enum Command {
    View,
    Create,
    StrReplace,
    Insert,
    UndoEdit,
}

/// Decodes a call of either name.
fn read(arguments: &Arguments<'_>) -> Read<Tool> {
    let command = arguments.one_of("command", &COMMANDS)?;
    let path = arguments.text("path")?;
    let edit = match command {
        Command::View => EditorCommand::View {
            path,
            view_range: arguments.whole_numbers("view_range", "[first line, last line]")?,
            max_characters: arguments.count("max_characters", MAX_VIEWED_CHARS)?.map(|count| count as usize),
        },
        Command::Create => EditorCommand::Create { path, file_text: arguments.text("file_text")? },
        Command::StrReplace => EditorCommand::StrReplace {
            path,
            old_str: arguments.text("old_str")?,
            new_str: arguments.optional_text("new_str")?.unwrap_or_default(),
        },
        Command::Insert => {
            let insert_line =
                arguments.whole_number("insert_line", LINE)?.ok_or_else(|| missing("insert_line", LINE))?;
            // Older versions of the vendor's tool name the lines `new_str`.
            let older = arguments.optional_text("new_str")?;
            let insert_text = arguments.optional_text("insert_text")?.or(older);
            EditorCommand::Insert {
                path,
                insert_line,
                insert_text: insert_text.ok_or_else(|| missing("insert_text", "a text"))?,
            }
        }
        Command::UndoEdit => EditorCommand::UndoEdit { path },
    };
    Ok(Tool::Editor { edit })
}
