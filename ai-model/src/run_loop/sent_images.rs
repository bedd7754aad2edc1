//! The images that the caller sends when the run asks for them.

use protocol::run::SentImage;
use tokio::sync::mpsc;

/// Receives the caller's images.
#[derive(Debug)]
pub struct SentImages(Option<mpsc::Receiver<SentImage>>);

impl SentImages {
    /// For a caller that sends all images with the request.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// For a caller whose images arrive here.
    #[must_use]
    pub fn from_channel(images: mpsc::Receiver<SentImage>) -> Self {
        Self(Some(images))
    }

    /// Whether the caller can be asked.
    pub(super) fn can_be_asked(&self) -> bool {
        self.0.is_some()
    }

    /// The next image; never when the caller is gone.
    pub(super) async fn next(&mut self) -> SentImage {
        if let Some(images) = &mut self.0
            && let Some(image) = images.recv().await
        {
            return image;
        }
        std::future::pending().await
    }
}
