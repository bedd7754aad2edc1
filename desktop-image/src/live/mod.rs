//! FramebufferSlot view: RFB 3.8 over a WebSocket, fed by damage.
//!
//! All viewers share one picture of the screen ([`mirror`]), captured once a change. Each asks for an update
//! when it is done with the last, so each goes at its own pace; between two updates it costs one reference a
//! tile of the screen ([`seen`]). Nothing is done while nothing changes.

mod viewer;
mod viewer_clipboard;
mod viewer_input;
mod viewer_size;

use std::sync::Arc;

use axum::extract::ws::WebSocket;

use crate::desktop::Desktop;
use crate::rfb::encoder::EncodeError;
use crate::rfb::messages::Violation;
use crate::rfb::stream::{self, RfbStream, StreamError};
use crate::screen::ScreenError;
use crate::takeover::{Observer, Takeover};
use viewer::Viewer;

/// What a viewer may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Its input is dropped. The pointer is drawn into the picture, for it shows what someone else does.
    Watches,
    /// Its input is carried out. It draws the pointer itself, without a delay.
    Controls,
}

/// Why a viewer was let go.
#[derive(Debug, thiserror::Error)]
enum LiveError {
    #[error(transparent)]
    Stream(#[from] StreamError),
    #[error(transparent)]
    Violation(#[from] Violation),
    #[error("could not look at the screen")]
    Screen(#[from] ScreenError),
    #[error("could not encode the screen")]
    Encode(#[from] EncodeError),
    #[error("could not carry out the viewer's input")]
    Input(#[from] crate::input::InputError),
}

/// Serves one viewer until it leaves, or until the takeover that it belongs to is over.
pub async fn serve(desktop: Arc<Desktop>, socket: WebSocket, role: Role, takeover: Option<Arc<Takeover>>) {
    let ending = desktop.ending.clone();
    // Dropped after the viewer, which releases what it holds down.
    let _present = takeover.as_ref().map(|takeover| takeover.present());
    let observer = Observer::new(takeover.clone());
    let viewer = async {
        let mut stream = RfbStream::new(socket);
        let size = stream::handshake(&mut stream, || desktop.screen.size()).await?;
        Viewer::new(&desktop, role, observer, size).serve(&mut stream).await
    };
    let over = async {
        match &takeover {
            Some(takeover) => takeover.ended().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = ending.cancelled() => {}
        () = over => {}
        left = viewer => match left {
            Err(LiveError::Stream(StreamError::Left | StreamError::Broken(_))) | Ok(()) => {}
            Err(error) => tracing::warn!(error = %error, "a viewer was let go"),
        },
    }
}
