//! Streaming the output of the shell.

use protocol::agent::AgentError;
use protocol::agent::shell::ShellOutput;
use protocol::agent::shell::ShellResult;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::agent::{LIMIT, TestAgent, eventually};

/// The events of a response.
struct Events {
    response: reqwest::Response,
    text: String,
}

impl Events {
    async fn of(agent: &TestAgent, command: &str, timeout_ms: u64) -> Self {
        let body = json!({ "command": command, "timeout_ms": timeout_ms });
        let response = ask(agent, &body).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new() }
    }

    /// The name and data of the next event; `None` at the end.
    async fn next(&mut self) -> Option<(String, String)> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let event: String = self.text.drain(..end + 2).collect();
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                if let Some((name, data)) = field("event: ").zip(field("data: ")) {
                    return Some((name.to_owned(), data.to_owned()));
                }
            } else {
                let chunk = timeout(LIMIT, self.response.chunk()).await.unwrap().unwrap()?;
                self.text.push_str(std::str::from_utf8(&chunk).unwrap());
            }
        }
    }

    async fn read<T: DeserializeOwned>(&mut self, name: &str) -> T {
        let (event, data) = self.next().await.unwrap();
        assert_eq!(event, name, "{data}");
        serde_json::from_str(&data).unwrap()
    }

    /// All output until the command ended, the bytes left out, and the result.
    async fn rest(&mut self) -> (String, u64, ShellResult) {
        let (mut text, mut left_out) = (String::new(), 0);
        loop {
            let (name, data) = self.next().await.unwrap();
            if name == "result" {
                assert!(self.next().await.is_none());
                return (text, left_out, serde_json::from_str(&data).unwrap());
            }
            let piece: ShellOutput = serde_json::from_str(&data).unwrap();
            text.push_str(&piece.text);
            left_out += piece.left_out_bytes;
        }
    }
}

async fn ask(agent: &TestAgent, body: &Value) -> reqwest::Response {
    let request = agent.http.post(agent.url("/v1/shell")).header("accept", "text/event-stream");
    request.json(body).send().await.unwrap()
}

#[tokio::test]
async fn output_is_streamed_while_the_command_runs_and_then_the_result() {
    let agent = TestAgent::start();
    let command = "echo one; until [ -e go ]; do sleep 0.01; done; echo two >&2; printf three; false";
    let mut events = Events::of(&agent, command, 30_000).await;
    let first: ShellOutput = events.read("output").await;
    assert_eq!((&*first.text, first.left_out_bytes), ("one\n", 0));
    std::fs::write(agent.home.join("go"), "").unwrap();
    let (rest, left_out, result) = events.rest().await;
    assert_eq!((&*rest, left_out), ("two\nthree", 0));
    let outcome = (&*result.output, result.exit_code, result.timed_out);
    assert_eq!(outcome, ("one\ntwo\nthree", Some(1), false));
}

#[tokio::test]
async fn a_character_printed_in_two_halves_is_joined() {
    let agent = TestAgent::start();
    let command = "printf 'a\\xe2\\x82'; until [ -e go ]; do sleep 0.01; done; printf '\\xacb'";
    let mut events = Events::of(&agent, command, 30_000).await;
    let first: ShellOutput = events.read("output").await;
    assert_eq!(first.text, "a");
    std::fs::write(agent.home.join("go"), "").unwrap();
    assert_eq!(events.rest().await.0, "€b");
}

#[tokio::test]
async fn a_slow_reader_blocks_nothing_and_learns_what_it_missed() {
    let agent = TestAgent::start();
    let command = "head -c 100000000 /dev/zero | tr '\\0' x; touch printed";
    let mut events = Events::of(&agent, command, 60_000).await;
    eventually("all is printed", async || agent.home.join("printed").exists().then_some(())).await;
    let (text, left_out, result) = events.rest().await;
    assert_eq!(text.len() as u64 + left_out, 100_000_000);
    assert!(left_out > 0 && text.bytes().all(|byte| byte == b'x'));
    assert!(result.output.contains("left out") && result.exit_code == Some(0));
}

#[tokio::test]
async fn a_streamed_command_has_a_time_limit_and_runs_after_others() {
    let agent = TestAgent::start();
    let (mut first, mut second) =
        (Events::of(&agent, "echo 1; sleep 600", 300).await, Events::of(&agent, "echo 2", 30_000).await);
    let (text, _, result) = first.rest().await;
    assert_eq!((text.trim_end(), result.timed_out), ("1", true));
    assert_eq!(second.rest().await.0, "2\n");
}

#[tokio::test]
async fn a_streamed_command_of_a_disconnected_reader_is_interrupted() {
    let agent = TestAgent::start();
    let mut events = Events::of(&agent, "kept=yes; echo up; sleep 600; touch on", 600_000).await;
    assert_eq!(events.read::<ShellOutput>("output").await.text, "up\n");
    drop(events);
    assert_eq!(agent.shell("echo $kept; ls on").await.output.lines().next(), Some("yes"));
}

#[tokio::test]
async fn an_invalid_request_is_rejected_before_the_stream_starts() {
    let agent = TestAgent::start();
    let response = ask(&agent, &json!({ "timeout_ms": 5 })).await;
    assert_eq!(response.status(), 422);
    assert_eq!(response.json::<AgentError>().await.unwrap().code, "invalid_request");
}
