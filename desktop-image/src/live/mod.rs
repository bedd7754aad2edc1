//! The live view: RFB 3.8 over a WebSocket, driven by damage.
//!
//! All viewers share one framebuffer, in which each change is captured once. A viewer requests an update when it has
//! handled the last, so a slow viewer delays no other; between updates it costs one weak reference per tile. Nothing
//! runs while nothing changes.

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
    /// Its input is dropped. The pointer is drawn into the pixels, since it is moved by someone else.
    Watches,
    /// Its input is applied. It draws the pointer itself, without delay.
    Controls,
}

/// Why a viewer was disconnected.
#[derive(Debug, thiserror::Error)]
enum LiveError {
    #[error(transparent)]
    Stream(#[from] StreamError),
    #[error(transparent)]
    Violation(#[from] Violation),
    #[error("could not capture the screen")]
    Screen(#[from] ScreenError),
    #[error("could not encode the screen")]
    Encode(#[from] EncodeError),
    #[error("could not apply the viewer's input")]
    Input(#[from] crate::input::InputError),
}

/// Serves one viewer until it leaves, or until its takeover ends.
pub async fn serve(desktop: Arc<Desktop>, socket: WebSocket, role: Role, takeover: Option<Arc<Takeover>>) {
    let ending = desktop.ending.clone();
    // Dropped after the viewer has released its keys and buttons.
    let _present = takeover.as_ref().map(|takeover| takeover.viewer_token());
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
            Err(error) => tracing::warn!(error = %error, "a viewer was disconnected"),
        },
    }
}
