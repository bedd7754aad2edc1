//! Buttons that the model pressed and has not released. The agent releases what one call of it holds; what
//! is held from one call to the next only this side knows.

use protocol::action::{Action, Button};
use tokio_util::task::TaskTracker;

use crate::desktop_client::DesktopClient;

/// Releases on drop, so a cancelled run leaves no button pressed.
#[derive(Debug)]
pub(crate) struct HeldButtons {
    pressed: Vec<Button>,
    desktop: DesktopClient,
    releases: TaskTracker,
}

impl HeldButtons {
    /// Nothing held yet. `releases` owns the tasks that release after a drop.
    pub(crate) fn new(desktop: DesktopClient, releases: TaskTracker) -> Self {
        Self { pressed: Vec::new(), desktop, releases }
    }

    /// Takes note of an action that is about to be sent.
    pub(crate) fn before(&mut self, action: &Action) {
        if let Action::MouseDown { button } = action
            && !self.pressed.contains(button)
        {
            self.pressed.push(*button);
        }
    }

    /// Takes note of an action that was done.
    pub(crate) fn after(&mut self, action: &Action) {
        if let Action::MouseUp { button } = action {
            self.pressed.retain(|pressed| pressed != button);
        }
    }

    /// Releases what is held.
    pub(crate) async fn release(&mut self) {
        let pressed = std::mem::take(&mut self.pressed);
        release(&self.desktop, &pressed).await;
    }
}

impl Drop for HeldButtons {
    fn drop(&mut self) {
        let pressed = std::mem::take(&mut self.pressed);
        if !pressed.is_empty() {
            let desktop = self.desktop.clone();
            self.releases.spawn(async move { release(&desktop, &pressed).await });
        }
    }
}

async fn release(desktop: &DesktopClient, pressed: &[Button]) {
    if pressed.is_empty() {
        return;
    }
    if let Err(error) = desktop.release(pressed).await {
        tracing::warn!(%error, "could not release held buttons");
    }
}
