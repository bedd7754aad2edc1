//! Plays what servers send, in pieces of any size, from `tests/recordings/<provider>/<name>.json`. A new file is a new test.
//!
//! Reading order: [`recording`] is the format of the files, [`server`] the server that plays one.

mod recording;
mod server;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use protocol::run::{ModelSettings, RunEvent};
use protocol::secret::Secret;
use protocol::transcript::AssistantBlock;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::fake_agent::FakeAgent;
use crate::harness::{NOWHERE, Outcome, SCREEN, Service, config, request, user};
use recording::{Expected, ExpectedRequest, Recording};
use server::{Pieces, RecordedServer};

/// As many recordings are played at once.
const AT_ONCE: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_recording_is_understood() {
    let recordings = recordings();
    assert!(recordings.len() >= 20, "the recordings are gone");
    let turn = Arc::new(Semaphore::new(AT_ONCE));
    let shared = Arc::new(service(&[]).await);
    let mut plays = JoinSet::new();
    let mut names = HashMap::new();
    for (path, recording) in recordings {
        let recording = Arc::new(recording);
        let provider = path.parent().and_then(Path::file_name).unwrap().to_str().unwrap().to_owned();
        for pieces in Pieces::ALL {
            let (turn, shared) = (turn.clone(), shared.clone());
            let (recording, provider) = (recording.clone(), provider.clone());
            let play = plays.spawn(async move {
                let _turn = turn.acquire().await.unwrap();
                play(&shared, &provider, &recording, pieces).await
            });
            names.insert(play.id(), format!("{} in {pieces:?} pieces", path.display()));
        }
    }
    let mut problems = Vec::new();
    while let Some(played) = plays.join_next_with_id().await {
        let (id, found) = played.unwrap_or_else(|error| (error.id(), vec![error.to_string()]));
        problems.extend(found.into_iter().map(|problem| format!("{}: {problem}", names[&id])));
    }
    problems.sort();
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

fn recordings() -> Vec<(PathBuf, Recording)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let below = |folder: &Path| {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect::<Vec<_>>()
    };
    let folders = below(&root).into_iter().filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| below(&folder));
    let read = |path: PathBuf| {
        let recording = Recording::read(&path);
        (path.strip_prefix(&root).unwrap().to_owned(), recording)
    };
    files.map(read).collect()
}

/// Plays a recording. Returns what differs from what it expects. `shared` is a service without further settings.
async fn play(shared: &Service, provider: &str, recording: &Recording, pieces: Pieces) -> Vec<String> {
    let server = RecordedServer::start(recording, pieces).await;
    let own = if recording.settings.is_empty() { None } else { Some(service(&recording.settings).await) };
    let agent = FakeAgent::start(SCREEN).await;
    let mut transcript = Vec::new();
    let mut images = BTreeMap::new();
    let mut outcome = Outcome { events: Vec::new() };
    for message in &recording.messages {
        transcript.push(user(message));
        let mut run = request(&agent, transcript.clone());
        run.images.clone_from(&images);
        run.model = ModelSettings {
            provider: Some(provider.to_owned()),
            model: Some(recording.model.clone()),
            api_key: Some(Secret::new("test-key")),
            base_url: Some(format!("{}{}", server.url, recording.base).parse().unwrap()),
            ..ModelSettings::default()
        };
        if let Some(max_turns) = recording.max_turns {
            run.limits.max_turns = max_turns;
        }
        outcome = own.as_ref().unwrap_or(shared).run(&run).await;
        let (items, shown) = outcome.stored();
        transcript.extend(items);
        images.extend(shown);
    }
    let mut differences = Differences(Vec::new());
    differences.of_the_run(&recording.expect, &outcome, &agent);
    differences.of_the_requests(recording, &server.requests());
    differences.0
}

async fn service(settings: &[String]) -> Service {
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    Service::start(config(NOWHERE, "", &settings)).await
}

/// What differs from what a recording expects.
struct Differences(Vec<String>);

impl Differences {
    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, found: &T, expected: &T) {
        if found != expected {
            self.0.push(format!("{what} is\n    {found:?}\nand not\n    {expected:?}"));
        }
    }

    fn of_the_run(&mut self, expected: &Expected, outcome: &Outcome, agent: &FakeAgent) {
        let end = outcome.end();
        self.compare("the end", &(end.outcome, end.code.as_str()), &(expected.outcome, &expected.code));
        let facts = end.facts.as_ref().map(|facts| serde_json::to_value(facts).unwrap()).unwrap_or_default();
        for (name, fact) in &expected.facts {
            match (facts[name].as_str(), fact.as_str()) {
                (Some(found), Some(part)) if found.contains(part) => {}
                _ => self.compare(&format!("the fact `{name}`"), &facts[name], fact),
            }
        }
        self.compare("the answer", &outcome.answer(), &expected.answer);
        self.compare("the thinking", &thinking(outcome), &expected.thinking);
        self.compare("the actions", &agent.actions(), &expected.actions);
        self.compare("the commands", &agent.commands(), &expected.commands);
        self.compare("the number of retries", &outcome.retry_delays().len(), &expected.retries);
        let (text, thought) = streamed(outcome);
        if let Some(expected) = &expected.streamed_text {
            self.compare("the streamed text", &text, expected);
        }
        if let Some(expected) = &expected.streamed_thinking {
            self.compare("the streamed thinking", &thought, expected);
        }
    }

    fn of_the_requests(&mut self, recording: &Recording, requests: &[Value]) {
        self.compare("the number of requests", &requests.len(), &recording.answers.len());
        for (number, (request, expected)) in requests.iter().zip(&recording.expect.requests).enumerate() {
            self.of_a_request(number, request, expected);
        }
    }

    fn of_a_request(&mut self, number: usize, request: &Value, expected: &ExpectedRequest) {
        if let Some(roles) = &expected.roles {
            let messages = request["messages"].as_array().into_iter().flatten();
            let found: Vec<&str> = messages.filter_map(|message| message["role"].as_str()).collect();
            self.compare(&format!("the roles of request {number}"), &found.join(" "), roles);
        }
        let sent = request.to_string();
        for part in expected.contains.iter().filter(|part| !sent.contains(*part)) {
            self.0.push(format!("request {number} lacks {part}"));
        }
        for part in expected.lacks.iter().filter(|part| sent.contains(*part)) {
            self.0.push(format!("request {number} contains {part}"));
        }
    }
}

/// The thinking of all turns.
fn thinking(outcome: &Outcome) -> String {
    let blocks = outcome.turns().into_iter().flat_map(|turn| &turn.content);
    let thoughts = blocks.filter_map(|block| match block {
        AssistantBlock::Thinking { text } => Some(text.as_str()),
        _ => None,
    });
    thoughts.collect::<Vec<_>>().join("\n")
}

/// The text and the thinking that were streamed.
fn streamed(outcome: &Outcome) -> (String, String) {
    let (mut text, mut thought) = (String::new(), String::new());
    for event in &outcome.events {
        match event {
            RunEvent::TextDelta { text: delta, .. } => text.push_str(delta),
            RunEvent::ThinkingDelta { text: delta, .. } => thought.push_str(delta),
            _ => {}
        }
    }
    (text, thought)
}
