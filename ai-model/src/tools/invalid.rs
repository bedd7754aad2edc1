//! Calls that could not be parsed. Each gets an error as its result.

use futures_util::future::{self, BoxFuture, FutureExt as _};
use protocol::transcript::{Tool, ToolStatus};

use super::behavior::{Behavior, Description, ImageContent};
use super::executor::{CallContext, ToolExecutor};
use super::output::Output;
use crate::desktop_client::DesktopError;

/// A call of the tool `name` that could not be parsed, with one sentence that says why.
pub(crate) fn invalid(name: &str, problem: impl Into<String>) -> Tool {
    Tool::Invalid { name: name.to_owned(), problem: problem.into() }
}

/// A call that could not be parsed.
pub(super) struct Invalid<'a> {
    pub(super) name: &'a str,
    pub(super) problem: &'a str,
}

impl Behavior for Invalid<'_> {
    fn image(&self) -> ImageContent {
        ImageContent::Nothing
    }

    fn execute<'a>(
        &'a self,
        _executor: &'a mut ToolExecutor,
        _context: CallContext,
    ) -> BoxFuture<'a, Result<Output, DesktopError>> {
        future::ready(Ok(Output::text(ToolStatus::Failed, self.problem))).boxed()
    }

    fn description(&self) -> Description {
        Description::new("do", "did", &format!(" {}", self.name))
    }
}
