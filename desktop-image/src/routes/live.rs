//! The live view.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::response::Response;
use serde::Deserialize;

use super::extract::Query;
use crate::desktop::Desktop;
use crate::live;

#[derive(Deserialize)]
pub(super) struct LiveQuery {
    #[serde(default)]
    input: bool,
}

pub(super) async fn live_view(
    State(desktop): State<Arc<Desktop>>,
    Query(LiveQuery { input }): Query<LiveQuery>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let role = if input { live::Role::Controls } else { live::Role::Watches };
    upgrade
        .protocols(["binary"])
        .max_message_size(live::LONGEST_MESSAGE)
        .max_frame_size(live::LONGEST_MESSAGE)
        .on_upgrade(move |socket| live::serve(desktop, socket, role))
}
