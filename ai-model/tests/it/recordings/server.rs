//! A server that plays a recording.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_stream::stream;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{Response, StatusCode, Uri};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::recording::{Answer, Recording};

/// How a body is cut into pieces that are sent one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pieces {
    /// As in the recording.
    Recorded,
    /// All of it at once.
    Whole,
    /// In a few bytes each, so that cuts are in the middle of everything.
    Small,
}

impl Pieces {
    pub(super) const ALL: [Self; 3] = [Self::Recorded, Self::Whole, Self::Small];

    fn cut(self, body: &[String]) -> Vec<Bytes> {
        let piece = |part: &[u8]| Bytes::copy_from_slice(part);
        match self {
            Self::Recorded => body.iter().map(|part| piece(part.as_bytes())).collect(),
            Self::Whole => vec![Bytes::from(body.concat())],
            Self::Small => {
                let whole = body.concat();
                let mut rest = whole.as_bytes();
                let sizes = SIZES.into_iter().cycle().map_while(|size| {
                    let (part, after) = rest.split_at(size.min(rest.len()));
                    rest = after;
                    (!part.is_empty()).then(|| piece(part))
                });
                sizes.collect()
            }
        }
    }
}

/// The sizes of small pieces, in bytes, over and over.
const SIZES: [usize; 5] = [1, 2, 7, 3, 11];

/// A server that plays a recording.
pub(super) struct RecordedServer {
    pub(super) url: String,
    played: Arc<Played>,
    _tasks: JoinSet<()>,
}

struct Played {
    path: String,
    elsewhere: Option<Answer>,
    answers: Vec<Answer>,
    pieces: Pieces,
    /// The requests for the recorded path.
    requests: Mutex<Vec<Value>>,
}

impl RecordedServer {
    pub(super) async fn start(recording: &Recording, pieces: Pieces) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let played = Arc::new(Played {
            path: recording.path.clone(),
            elsewhere: recording.elsewhere.clone(),
            answers: recording.answers.clone(),
            pieces,
            requests: Mutex::default(),
        });
        let router =
            Router::new().fallback(answer).layer(DefaultBodyLimit::disable()).with_state(Arc::clone(&played));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, played, _tasks: tasks }
    }

    /// The bodies of the requests for the recorded path.
    pub(super) fn requests(&self) -> Vec<Value> {
        self.played.requests.lock().unwrap().clone()
    }
}

async fn answer(State(played): State<Arc<Played>>, uri: Uri, body: Bytes) -> Response<Body> {
    let asked = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let answer = if asked == played.path {
        let mut requests = played.requests.lock().unwrap();
        requests.push(serde_json::from_slice(&body).unwrap_or_default());
        played.answers.get(requests.len() - 1).cloned()
    } else {
        played.elsewhere.clone()
    };
    let Some(answer) = answer else {
        let text = format!("the recording has no answer to {asked}");
        return respond(StatusCode::NOT_IMPLEMENTED, Body::from(text));
    };
    tokio::time::sleep(Duration::from_millis(answer.first_byte_after_ms)).await;
    let mut response = respond(
        StatusCode::from_u16(answer.status).unwrap(),
        Body::from_stream(sent(played.pieces.cut(&answer.body), answer.breaks)),
    );
    for (name, value) in &answer.headers {
        let name: axum::http::HeaderName = name.parse().unwrap();
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}

fn respond(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

fn sent(
    pieces: Vec<Bytes>,
    breaks: bool,
) -> impl futures_util::Stream<Item = std::io::Result<Bytes>> + Send + 'static {
    stream! {
        for piece in pieces {
            yield Ok(piece);
            // What is written so far is sent while the server waits.
            tokio::task::yield_now().await;
        }
        if breaks {
            yield Err(std::io::Error::other("the recording breaks the connection"));
        }
    }
}
