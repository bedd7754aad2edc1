//! The pointer's place and shape.

use protocol::action::{Action, Point};
use protocol::agent::cursor::CursorState;

use crate::agent::{TestAgent, at, eventually};

async fn cursor(agent: &TestAgent) -> CursorState {
    agent.get("/v1/cursor").await.json().await.unwrap()
}

async fn moved_to(agent: &TestAgent, to: Point, shape: &str) {
    agent.done(vec![Action::MouseMove { to }]).await;
    let is_so = async || {
        let state = cursor(agent).await;
        assert_eq!(state.at, to);
        (state.shape.as_deref() == Some(shape)).then_some(())
    };
    eventually(&format!("the shape is {shape}"), is_so).await;
}

#[tokio::test]
async fn the_shape_tells_what_the_pointer_is_over() {
    let agent = TestAgent::start();
    let region = agent.open("xterm", "XTerm").await.region;
    let middle = at(region.x + region.width as i32 / 2, region.y + region.height as i32 / 2);
    moved_to(&agent, middle, "text").await;
    moved_to(&agent, at(5, 5), "default").await;
}
