//! Starts containers and waits for them to end.

use std::pin::Pin;
use std::time::Duration;

use bollard::Docker;
use bollard::container::LogOutput;
use bollard::errors::Error;
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, LogsOptionsBuilder, StopContainerOptionsBuilder,
    WaitContainerOptionsBuilder,
};
use futures_util::{Stream, StreamExt as _};
use protocol::agent::{AgentReady, HOME_OUTGROWN};
use protocol::secret::Secret;
use tokio::io::AsyncWriteExt as _;

use super::away::away;
use super::errors::{Answer, answer, unless_gone, unless_unchanged, unreachable};
use crate::provider::{DesktopProviderError, home_outgrown};

/// How long a desktop may take to stop before it is killed, in seconds.
const STOP_TIMEOUT_S: i32 = 5;
/// Delay before asking an unreachable engine again.
const RETRY_DELAY: Duration = Duration::from_millis(500);
/// How many bytes of a container's output are kept for an error message.
const OUTPUT_KEPT: usize = 2000;

/// A container's output.
pub(super) type Output = Pin<Box<dyn Stream<Item = Result<LogOutput, Error>> + Send>>;

/// Starts a container and sends its agent the token on standard input. The settings and environment would
/// show in `docker inspect`, and the desktop's programs could read a file.
pub(super) async fn start(docker: &Docker, name: &str, token: &Secret) -> Result<Output, Error> {
    let options =
        AttachContainerOptionsBuilder::default().stdin(true).stdout(true).stderr(true).stream(true).build();
    // Attach before starting, so that no output is missed.
    let mut attached = docker.attach_container(name, Some(options)).await?;
    docker.start_container(name, None).await?;
    let line = format!("{}\n", token.expose());
    attached.input.write_all(line.as_bytes()).await?;
    attached.input.flush().await?;
    Ok(attached.output)
}

/// The output of a running container from its start.
pub(super) fn output(docker: &Docker, name: &str) -> Output {
    let options = LogsOptionsBuilder::default().stdout(true).stderr(true).follow(true).build();
    Box::pin(docker.logs(name, Some(options)))
}

/// Waits for the line of output that reports the agent ready.
pub(super) async fn ready(mut output: Output) -> Result<AgentReady, DesktopProviderError> {
    let mut line = Vec::new();
    let mut said = String::new();
    while let Some(piece) = output.next().await {
        match piece {
            Ok(LogOutput::StdOut { message }) => {
                line.extend_from_slice(&message);
                if let Some(end) = line.iter().position(|byte| *byte == b'\n') {
                    let line = line.get(..end).unwrap_or_default();
                    return serde_json::from_slice(line).map_err(|error| {
                        let line = String::from_utf8_lossy(line);
                        DesktopProviderError::EndedEarly(format!("the agent said {line:?}: {error}"))
                    });
                }
            }
            Ok(other) if said.len() < OUTPUT_KEPT => said.push_str(&other.to_string()),
            Ok(_) => {}
            Err(error) if unreachable(&error) => return Err(away(&error)),
            Err(error) => return Err(DesktopProviderError::EndedEarly(error.to_string())),
        }
    }
    let last =
        said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("its container said nothing");
    Err(DesktopProviderError::EndedEarly(last.trim().to_owned()))
}

/// Stops a container and waits until it has stopped.
pub(super) async fn stop(docker: &Docker, name: &str) -> Result<(), Error> {
    let options = StopContainerOptionsBuilder::default().t(STOP_TIMEOUT_S).build();
    unless_unchanged(unless_gone(docker.stop_container(name, Some(options)).await))
}

/// Waits until a container ends and returns why. Keeps waiting across restarts of the engine, which
/// containers may survive.
pub(super) async fn ended(docker: &Docker, name: &str, home_bytes: u64) -> String {
    let status = loop {
        let options = WaitContainerOptionsBuilder::default().condition("not-running").build();
        match docker.wait_container(name, Some(options)).next().await {
            Some(Ok(ended)) => break Some(ended.status_code),
            Some(Err(Error::DockerContainerWaitError { code, .. })) => break Some(code),
            Some(Err(error)) if answer(&error) == Answer::NotFound => break None,
            Some(Err(error)) if !unreachable(&error) => return format!("Docker says: {error}."),
            // The stream ends without a result when the engine restarts.
            Some(Err(_)) | None => tokio::time::sleep(RETRY_DELAY).await,
        }
    };
    // The container may have been removed meanwhile.
    let found = unless_gone(docker.inspect_container(name, None).await).ok().flatten();
    let state = found.and_then(|found| found.state).unwrap_or_default();
    reason(status.or(state.exit_code), state.oom_killed == Some(true), home_bytes)
}

/// Why a container ended. `status` is `None` if it was removed before its exit status was known.
fn reason(status: Option<i64>, out_of_memory: bool, home_bytes: u64) -> String {
    match status {
        _ if out_of_memory => "It needed more memory than it may have, and was ended.".into(),
        None => "Its container was removed.".into(),
        Some(status) if status == i64::from(HOME_OUTGROWN) => home_outgrown(home_bytes),
        Some(0) => "It was ended.".into(),
        Some(137) => "Its container was killed, as when Docker or this machine restarts.".into(),
        Some(status) => format!("Its container ended with status {status}."),
    }
}
