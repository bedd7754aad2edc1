//! Serves a strict fake of a model vendor to a Deskhand that runs in processes of its own.

use ai_model::fakes::{Fake, MessagesApiFake, RecordedRequest};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::AbortOnDropHandle;

/// A fake vendor that plays a script.
pub(crate) struct Vendor<F = MessagesApiFake> {
    pub(crate) url: String,
    pub(crate) key: String,
    fake: F,
    _stop: DropGuard,
    _serving: AbortOnDropHandle<()>,
}

impl Vendor {
    /// A fake of Anthropic.
    pub(crate) async fn start(script: Value) -> Self {
        Self::of(script).await
    }
}

impl<F: Fake> Vendor<F> {
    /// A fake of any vendor.
    pub(crate) async fn of(script: Value) -> Self {
        let script: ai_model::fakes::Script = serde_json::from_value(script).unwrap();
        let key = script.api_key.clone();
        let fake = F::new(script);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let serving = fake.clone().serve(listener, stop.clone());
        #[expect(clippy::disallowed_methods, reason = "the handle owns it")]
        let serving = tokio::spawn(async move { serving.await.unwrap() });
        Self { url, key, fake, _stop: stop.drop_guard(), _serving: AbortOnDropHandle::new(serving) }
    }

    /// All requests for a turn so far, including rejected ones.
    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.fake.requests()
    }
}
