//! The mouse buttons that the model pressed and has not released. The agent releases what is held down within one of
//! its calls; only this side knows what is held from one call to the next.

use protocol::action::{Action, Button};
use tokio_util::task::TaskTracker;

use crate::desktop_client::DesktopClient;

/// Releases the buttons on drop, so that a cancelled run leaves none pressed.
#[derive(Debug)]
pub(crate) struct HeldButtons {
    pressed: Vec<Button>,
    desktop: DesktopClient,
    releases: TaskTracker,
}

impl HeldButtons {
    /// Nothing is held yet. `releases` owns the tasks that release buttons after a drop.
    pub(crate) fn new(desktop: DesktopClient, releases: TaskTracker) -> Self {
        Self { pressed: Vec::new(), desktop, releases }
    }

    /// Records an action that is about to be sent.
    pub(crate) fn before(&mut self, action: &Action) {
        if let Action::MouseDown { button } = action
            && !self.pressed.contains(button)
        {
            self.pressed.push(*button);
        }
    }

    /// Records an action that was executed.
    pub(crate) fn after(&mut self, action: &Action) {
        if let Action::MouseUp { button } = action {
            self.pressed.retain(|pressed| pressed != button);
        }
    }

    /// Releases all held buttons.
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
