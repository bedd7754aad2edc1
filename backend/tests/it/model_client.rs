//! A model service that does not answer, or refuses.

use std::collections::BTreeMap;
use std::time::Duration;

use backend::clients::model::{ModelClient, ModelEndpoint, ModelServiceError, Refusal};
use protocol::action::Size;
use protocol::ids::RunId;
use protocol::run::{DesktopAccess, ModelSettings, RunLimits, RunRequest};
use protocol::secret::Secret;
use protocol::transcript::approval::ApprovalPolicy;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// How long a silent service is waited for in these tests.
const SILENCE: Duration = Duration::from_millis(300);
/// How long a test waits.
const LIMIT: Duration = Duration::from_secs(120);

/// A service that reads a request and answers with these bytes, keeping the connection open.
async fn service(answer: &'static str) -> (ModelClient, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        stream.write_all(answer.as_bytes()).await.unwrap();
        std::future::pending().await
    });
    (ModelClient::new(ModelEndpoint { url, socket: None, token: None }, SILENCE).unwrap(), tasks)
}

fn request() -> RunRequest {
    RunRequest {
        run_id: RunId::generate(),
        transcript: Vec::new(),
        images: BTreeMap::new(),
        image_sizes: BTreeMap::new(),
        desktop: DesktopAccess {
            socket: None,
            url: "http://127.0.0.1:1".parse().unwrap(),
            token: Secret::new("token"),
            screen: Size { width: 1280, height: 800 },
        },
        model: ModelSettings::default(),
        fallbacks: Vec::new(),
        limits: RunLimits::default(),
        approval: ApprovalPolicy::default(),
        spent: Vec::new(),
    }
}

async fn refusal(answer: &'static str) -> ModelServiceError {
    let (client, _tasks) = service(answer).await;
    let refused = tokio::time::timeout(LIMIT, client.run(&request())).await.unwrap();
    match refused {
        Ok(_) => panic!("it was accepted"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_service_that_never_answers_is_lost() {
    assert!(matches!(refusal("").await, ModelServiceError::Lost(_)));
    assert!(matches!(refusal("HTTP/1.1 200 OK\r\n").await, ModelServiceError::Lost(_)));
    assert!(matches!(
        refusal("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n").await,
        ModelServiceError::Lost(_)
    ));
}

#[tokio::test]
async fn a_stream_that_falls_silent_is_lost() {
    let begun = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n\
                 event: turn_started\ndata: {\"type\":\"turn_started\",\"turn\":0}\n\n";
    let (client, _tasks) = service(begun).await;
    let Ok(mut stream) = client.run(&request()).await else { panic!("it is refused") };
    let next = async |stream: &mut backend::clients::model::RunStream| {
        tokio::time::timeout(LIMIT, stream.next()).await.unwrap()
    };
    assert!(next(&mut stream).await.is_some());
    assert!(next(&mut stream).await.is_none());
}

#[tokio::test]
async fn a_refusal_is_told_from_a_loss() {
    let unauthorized = refusal("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n").await;
    assert!(matches!(unauthorized, ModelServiceError::Refused(Refusal::Token)));
    let refused = refusal("HTTP/1.1 422 Unprocessable\r\ncontent-length: 4\r\n\r\nwhy?").await;
    let ModelServiceError::Refused(Refusal::Request { status, body }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!((status.as_u16(), body.as_str()), (422, "why?"));
}
