//! The client of the agent inside a desktop.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use protocol::action::{Action, Button};
use protocol::agent::actions::{ActionBatch, ActionBatchResult, ScreenshotOptions};
use protocol::agent::open::{OpenRequest, OpenResult};
use protocol::agent::shell::{ShellRequest, ShellResult};
use protocol::agent::{AgentError, CALL_HEADER, RUN_HEADER};
use protocol::editor::{EditorCommand, EditorResult};
use protocol::ids::RunId;
use protocol::run::DesktopAccess;
use redact::Lifetime;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{RequestBuilder, Response};
use serde::de::DeserializeOwned;
use traces::Call;

const ACTIONS: &str = "/v1/actions";
const SHELL: &str = "/v1/shell";
const EDITOR: &str = "/v1/editor";
const OPEN: &str = "/v1/open";
/// How long the agent may take beyond the time that a request itself specifies.
const AGENT_TIMEOUT: Duration = Duration::from_secs(60);
/// How long the agent waits after a chord for what it opens.
const CHORD_TIME: Duration = Duration::from_millis(120);
/// How long to wait for held buttons to be released.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(2);

/// Why a call of the agent failed.
#[derive(Debug, thiserror::Error)]
pub enum DesktopError {
    /// The agent sent no complete response: whether the action took effect is unknown.
    #[error("the desktop's agent did not answer")]
    Unreachable(#[source] reqwest::Error),
    /// The agent rejected our token.
    #[error("the desktop's agent refused the token")]
    Unauthorized,
    /// The agent rejected the call: nothing was done.
    #[error("{message}")]
    Refused {
        /// Why, in one sentence.
        message: String,
    },
}

/// A client of one desktop's agent. Dropping a call in flight makes the agent stop it and release what it holds down.
#[derive(Debug, Clone)]
pub struct DesktopClient {
    http: reqwest::Client,
    access: DesktopAccess,
    images: ScreenshotOptions,
    /// The run and the call that requests are for.
    headers: HeaderMap,
    /// What happened to the desktop and no result has told yet.
    notices: Arc<Mutex<Vec<String>>>,
}

/// The HTTP client for agents with a TCP port.
///
/// # Errors
/// When it can't be set up.
pub fn http_client() -> reqwest::Result<reqwest::Client> {
    builder().build()
}

fn builder() -> reqwest::ClientBuilder {
    // Without a proxy, because agents are local.
    reqwest::Client::builder().no_proxy().connect_timeout(Duration::from_secs(5))
}

impl DesktopClient {
    /// A client of the agent at `access`. `http` is used for one with a TCP port; `images` applies to every batch.
    #[must_use]
    pub fn new(http: reqwest::Client, access: DesktopAccess, images: ScreenshotOptions) -> Self {
        redact::process().learn(access.token.expose(), Lifetime::Transient);
        let http = match &access.socket {
            None => http,
            // Without certificates, since no call uses TLS.
            Some(socket) => match builder().unix_socket(socket.as_path()).tls_certs_only([]).build() {
                Ok(own) => own,
                Err(error) => {
                    tracing::error!(%error, "could not set up the client of a desktop; its calls will fail");
                    http
                }
            },
        };
        Self { http, access, images, headers: HeaderMap::new(), notices: Arc::default() }
    }

    /// Tells the agent's log which run its calls are for.
    #[must_use]
    pub fn of_run(mut self, run_id: RunId) -> Self {
        self.tell(RUN_HEADER, &run_id.to_string());
        self
    }

    /// Has later batches show the screen like this.
    pub(crate) fn show_screen(&mut self, images: ScreenshotOptions) {
        self.images = images;
    }

    /// Tells the agent's log which call of a tool the next ones are for.
    pub(crate) fn begin_call(&mut self, call_id: &str) {
        self.tell(CALL_HEADER, call_id);
    }

    fn tell(&mut self, header: &'static str, id: &str) {
        match HeaderValue::from_str(id) {
            Ok(id) => self.headers.insert(header, id),
            // A vendor's id that no header can have.
            Err(_) => self.headers.remove(header),
        };
    }

    /// Runs a batch of actions, with this client's screenshot options.
    ///
    /// # Errors
    /// When the agent does not answer or refuses the call. A failed action is no error.
    pub async fn act(&self, batch: ActionBatch) -> Result<ActionBatchResult, DesktopError> {
        let batch = ActionBatch { screenshot: self.images, ..batch };
        let own_time = batch.actions.iter().map(own_time).sum::<Duration>();
        let request = self.post(ACTIONS).json(&batch).timeout(own_time + AGENT_TIMEOUT);
        let mut result: ActionBatchResult = answer(ACTIONS, request).await?;
        self.keep(&mut result.notices);
        Ok(result)
    }

    /// Runs a command in the persistent shell.
    ///
    /// # Errors
    /// When the agent does not answer or refuses the call.
    pub async fn shell(&self, request: &ShellRequest) -> Result<ShellResult, DesktopError> {
        let own_time = Duration::from_millis(request.timeout_ms);
        let request = self.post(SHELL).json(request).timeout(own_time + AGENT_TIMEOUT);
        let mut result: ShellResult = answer(SHELL, request).await?;
        self.keep(&mut result.notices);
        Ok(result)
    }

    /// Takes what the agent has told about the desktop since the last call.
    #[must_use]
    pub fn take_notices(&self) -> Vec<String> {
        std::mem::take(&mut *self.notices.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, notices: &mut Vec<String>) {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).append(notices);
    }

    /// Views or edits a file.
    ///
    /// # Errors
    /// When the agent does not answer or rejects the call. A failed edit is no error.
    pub async fn edit(&self, command: &EditorCommand) -> Result<EditorResult, DesktopError> {
        answer(EDITOR, self.post(EDITOR).json(command).timeout(AGENT_TIMEOUT)).await
    }

    /// Opens a program, a file or an address, and waits for its window.
    ///
    /// # Errors
    /// When the agent does not answer, or what is to be opened does not exist.
    pub async fn open(&self, request: &OpenRequest) -> Result<OpenResult, DesktopError> {
        answer(OPEN, self.post(OPEN).json(request).timeout(AGENT_TIMEOUT)).await
    }

    /// Releases mouse buttons that a run left pressed.
    ///
    /// # Errors
    /// When the agent does not answer or refuses the call.
    pub async fn release(&self, buttons: &[Button]) -> Result<(), DesktopError> {
        let actions = buttons.iter().map(|button| Action::MouseUp { button: *button }).collect();
        let batch = ActionBatch { actions, ..ActionBatch::default() };
        let request = self.post(ACTIONS).json(&batch).timeout(RELEASE_TIMEOUT);
        answer::<ActionBatchResult>(ACTIONS, request).await.map(drop)
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(self.url(path)).headers(self.headers.clone()).bearer_auth(self.access.token.expose())
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.access.url.as_str().trim_end_matches('/'))
    }
}

/// The most time that an action itself takes, such as a wait.
fn own_time(action: &Action) -> Duration {
    match action {
        Action::Wait { duration_ms } | Action::HoldKey { duration_ms, .. } => {
            Duration::from_millis(*duration_ms)
        }
        // The desktop lets windows open between two chords.
        Action::Key { chord, repeat } => {
            let chords = u32::try_from(chord.split(' ').count()).unwrap_or(u32::MAX);
            CHORD_TIME.saturating_mul(chords).saturating_mul((*repeat).into())
        }
        _ => Duration::ZERO,
    }
}

/// Sends a request and reads the response.
async fn answer<T: DeserializeOwned>(
    route: &'static str,
    request: RequestBuilder,
) -> Result<T, DesktopError> {
    let call = Call::begin("POST", route);
    let response = call.send_to_agent(request).await.map_err(DesktopError::Unreachable)?;
    let status = response.status();
    if status.is_success() {
        return response.json().await.map_err(DesktopError::Unreachable);
    }
    if status == reqwest::StatusCode::UNAUTHORIZED {
        return Err(DesktopError::Unauthorized);
    }
    Err(DesktopError::Refused { message: refusal(response).await })
}

async fn refusal(response: Response) -> String {
    let status = response.status();
    match response.json::<AgentError>().await {
        Ok(error) => error.message,
        Err(_) => format!("The desktop's agent answered with status {status}."),
    }
}
