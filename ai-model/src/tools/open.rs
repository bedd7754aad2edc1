//! Opens programs.

use futures_util::future::BoxFuture;
use protocol::agent::open::OpenRequest;
use protocol::transcript::approval::Effect;
use protocol::transcript::{App, Tool, ToolStatus};
use serde_json::{Map, Value, json};

use super::arguments::{Arguments, Read};
use super::behavior::{Behavior, Description};
use super::executor::{CallContext, ToolExecutor};
use super::function::FunctionTool;
use super::output::Output;
use crate::desktop_client::DesktopError;
use crate::transcript::canned_results::OK;

/// The function that models call.
pub const OPEN: FunctionTool = FunctionTool {
    name: "open",
    description: "Open a program on the desktop and wait until its window has the focus.",
    schema,
    read,
};

/// The programs, by the names in calls.
const APPS: [(&str, App); 4] = [
    ("terminal", App::Terminal),
    ("browser", App::Browser),
    ("text_editor", App::TextEditor),
    ("file_manager", App::FileManager),
];

/// A program to open.
pub(super) struct Open<'a> {
    pub(super) app: App,
    pub(super) argument: Option<&'a str>,
}

impl Behavior for Open<'_> {
    fn effects(&self) -> &'static [Effect] {
        &[Effect::Navigating]
    }

    fn changes_screen(&self) -> bool {
        true
    }

    fn function_call(&self) -> Option<(&'static str, Value)> {
        let name = APPS.iter().find(|(_, app)| *app == self.app).map(|(name, _)| *name);
        let mut input = Map::new();
        input.insert("app".to_owned(), json!(name));
        if let Some(argument) = self.argument {
            input.insert("argument".to_owned(), json!(argument));
        }
        Some((OPEN.name, Value::Object(input)))
    }

    fn execute<'a>(
        &'a self,
        executor: &'a mut ToolExecutor,
        _context: CallContext,
    ) -> BoxFuture<'a, Result<Output, DesktopError>> {
        Box::pin(async move {
            let target = app_name(self.app).to_owned();
            let argument = self.argument.map(str::to_owned);
            let opened = executor.desktop.open(&OpenRequest { target, argument }).await?;
            // A running browser shows the page in its existing window.
            if opened.window.is_none() && self.app != App::Browser {
                let problem = format!("No window of the {} appeared in time.", app_name(self.app));
                return Ok(Output::text(ToolStatus::Failed, problem));
            }
            Ok(Output { status: ToolStatus::Done, text: OK.to_owned(), image: executor.look().await? })
        })
    }

    fn description(&self) -> Description {
        let place = self.argument.map(|argument| format!(" at {argument}")).unwrap_or_default();
        Description::new("open", "opened", &format!(" the {}{place}", app_name(self.app)))
    }
}

/// The program's name for people, and its name for the agent.
fn app_name(app: App) -> &'static str {
    match app {
        App::Terminal => "terminal",
        App::Browser => "browser",
        App::TextEditor => "text editor",
        App::FileManager => "file manager",
    }
}

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "app": { "type": "string", "enum": APPS.map(|(name, _)| name), "description": "Which program." },
            "argument": {
                "type": "string",
                "description": "What to open in it: an address for the browser, a file or folder for others.",
            },
        },
        "required": ["app"],
    })
}

fn read(arguments: &Arguments<'_>) -> Read<Tool> {
    let app = arguments.one_of("app", &APPS)?;
    let argument = arguments.optional_text("argument")?.filter(|argument| !argument.trim().is_empty());
    Ok(Tool::Open { app, argument })
}
