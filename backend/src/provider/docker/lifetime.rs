//! A container from its start to its end.

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

/// How long a desktop may take to end before it is killed, in seconds.
const STOP_LIMIT: i32 = 5;
/// How often an engine that does not answer is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(500);
/// Bytes of what a container said that are kept for an error.
const REMEMBERED: usize = 2000;

/// What a container says.
pub(super) type Output = Pin<Box<dyn Stream<Item = Result<LogOutput, Error>> + Send>>;

/// Starts a container and tells its agent the token on standard input: what is in a container's settings or
/// environment is shown by `docker inspect`, and what is in a file may be read by the desktop's programs.
pub(super) async fn start(docker: &Docker, name: &str, token: &Secret) -> Result<Output, Error> {
    let options =
        AttachContainerOptionsBuilder::default().stdin(true).stdout(true).stderr(true).stream(true).build();
    // Before it starts, so that nothing it says is missed.
    let mut attached = docker.attach_container(name, Some(options)).await?;
    docker.start_container(name, None).await?;
    let line = format!("{}\n", token.expose());
    attached.input.write_all(line.as_bytes()).await?;
    attached.input.flush().await?;
    Ok(attached.output)
}

/// What a container that runs has said, and says.
pub(super) fn output(docker: &Docker, name: &str) -> Output {
    let options = LogsOptionsBuilder::default().stdout(true).stderr(true).follow(true).build();
    Box::pin(docker.logs(name, Some(options)))
}

/// Waits for the agent's line that says it can be used.
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
            Ok(other) if said.len() < REMEMBERED => said.push_str(&other.to_string()),
            Ok(_) => {}
            Err(error) if unreachable(&error) => return Err(away(&error)),
            Err(error) => return Err(DesktopProviderError::EndedEarly(error.to_string())),
        }
    }
    let last =
        said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("its container said nothing");
    Err(DesktopProviderError::EndedEarly(last.trim().to_owned()))
}

/// Tells a container to end and waits until it has.
pub(super) async fn stop(docker: &Docker, name: &str) -> Result<(), Error> {
    let options = StopContainerOptionsBuilder::default().t(STOP_LIMIT).build();
    unless_unchanged(unless_gone(docker.stop_container(name, Some(options)).await))
}

/// Waits until a container ends and says why. An engine that goes away meanwhile is waited for: its containers may well
/// live on without it.
pub(super) async fn ended(docker: &Docker, name: &str, home_bytes: u64) -> String {
    let status = loop {
        let options = WaitContainerOptionsBuilder::default().condition("not-running").build();
        match docker.wait_container(name, Some(options)).next().await {
            Some(Ok(ended)) => break Some(ended.status_code),
            Some(Err(Error::DockerContainerWaitError { code, .. })) => break Some(code),
            Some(Err(error)) if answer(&error) == Answer::NotFound => break None,
            Some(Err(error)) if !unreachable(&error) => return format!("Docker says: {error}."),
            // The stream ends without an answer when the engine is being restarted.
            Some(Err(_)) | None => tokio::time::sleep(ASK_AGAIN).await,
        }
    };
    // It may be removed by now.
    let found = unless_gone(docker.inspect_container(name, None).await).ok().flatten();
    let state = found.and_then(|found| found.state).unwrap_or_default();
    reason(status.or(state.exit_code), state.oom_killed == Some(true), home_bytes)
}

/// Why a container ended, by its status, if there was one.
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
