//! Strict fakes of the vendors' APIs: they play a script, and reject what the vendor would reject, with the vendor's
//! status and error body.
//!
//! They have tables and rules of their own, so that they never share a mistake with the code that they test.

mod chat_completions;
pub mod clouds;
mod fake;
mod gemini;
mod messages_api;
mod openai;
mod reading;
mod recorded;
mod script;
mod vendor;
mod wire;

pub use chat_completions::{ChatCompletionsFake, ChatCompletionsRules};
pub use fake::Fake;
pub use gemini::{GeminiFake, GeminiRules};
pub use messages_api::{InputUsage, MessagesApiFake};
pub use openai::{OpenAiFake, OpenAiRules};
pub use recorded::{RecordedRequest, RequestSummary};
pub use script::{Script, ScriptedCall, ScriptedError, ScriptedTurn, StreamFaults};
pub use vendor::{Incoming, Rejection, VendorFake, VendorRules};
