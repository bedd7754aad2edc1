//! The live view.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::response::Response;
use protocol::ids::TakeoverId;
use serde::Deserialize;

use crate::desktop::Desktop;
use crate::http::extract::Query;
use crate::live;
use crate::rfb::MAX_MESSAGE_BYTES;

#[derive(Deserialize)]
pub(super) struct LiveQuery {
    #[serde(default)]
    input: bool,
    takeover: Option<TakeoverId>,
}

pub(super) async fn live_view(
    State(desktop): State<Arc<Desktop>>,
    Query(LiveQuery { input, takeover }): Query<LiveQuery>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let role = if input { live::Role::Controls } else { live::Role::Watches };
    let takeover = takeover.filter(|_| input).map(|id| desktop.takeovers.join(id));
    upgrade
        .protocols(["binary"])
        .max_message_size(MAX_MESSAGE_BYTES)
        .max_frame_size(MAX_MESSAGE_BYTES)
        .on_upgrade(move |socket| live::serve(desktop, socket, role, takeover))
}
