//! The content blocks of a request.

use std::sync::Arc;

use serde::Serialize;

/// Marks the end of a prefix that the vendor caches.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct CacheControl {
    r#type: &'static str,
}

impl CacheControl {
    /// Expires five minutes after its last use.
    pub(super) const EPHEMERAL: Self = Self { r#type: "ephemeral" };
}

/// A block of a user message.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum UserBlock {
    Text {
        /// Never blank: the vendor rejects that.
        text: String,
        /// Set when a cached prefix ends here.
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    /// The result of a call.
    ToolResult {
        tool_use_id: String,
        /// The toolset that the call named.
        #[serde(skip_serializing_if = "Option::is_none")]
        toolset_name: Option<String>,
        /// Text only when it is an error.
        content: Vec<ResultContent>,
        /// Set when the call failed or was not executed.
        #[serde(skip_serializing_if = "Option::is_none")]
        is_error: Option<bool>,
        /// Set when a cached prefix ends here.
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    Image {
        source: ImageSource,
        /// Set when a cached prefix ends here.
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    /// A PDF.
    Document {
        /// The name of the file.
        title: String,
        source: ImageSource,
        /// Set when a cached prefix ends here.
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
}

impl UserBlock {
    pub(super) fn text(text: String) -> Self {
        Self::Text { text, cache_control: None }
    }

    pub(super) fn image(source: ImageSource) -> Self {
        Self::Image { source, cache_control: None }
    }

    pub(super) fn document(title: String, source: ImageSource) -> Self {
        Self::Document { title, source, cache_control: None }
    }

    /// The base64 data of its images and documents, in the order of serialization.
    pub(super) fn images(&self) -> impl Iterator<Item = &Arc<str>> {
        let (own, content) = match self {
            Self::Text { .. } => (None, &[][..]),
            Self::ToolResult { content, .. } => (None, content.as_slice()),
            Self::Image { source: ImageSource::Base64 { data, .. }, .. }
            | Self::Document { source: ImageSource::Base64 { data, .. }, .. } => (Some(data), &[][..]),
        };
        own.into_iter().chain(content.iter().filter_map(|part| match part {
            ResultContent::Text { .. } => None,
            ResultContent::Image { source: ImageSource::Base64 { data, .. } } => Some(data),
        }))
    }

    /// Makes a cached prefix end here.
    pub(super) fn set_cache_control(&mut self, mark: CacheControl) {
        let (Self::Text { cache_control, .. }
        | Self::ToolResult { cache_control, .. }
        | Self::Image { cache_control, .. }
        | Self::Document { cache_control, .. }) = self;
        *cache_control = Some(mark);
    }
}

/// A part of a result.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ResultContent {
    Text {
        /// Never blank: the vendor rejects that.
        text: String,
    },
    Image {
        source: ImageSource,
    },
}

impl ResultContent {
    pub(super) fn text(text: &str) -> Self {
        Self::Text { text: text.to_owned() }
    }
}

/// The data of an image or a document.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ImageSource {
    Base64 {
        /// Such as `image/jpeg`.
        media_type: String,
        /// Serialized as an empty string: `body` inserts the bytes itself, without copying them.
        #[serde(serialize_with = "as_empty")]
        data: Arc<str>,
    },
}

/// What a serialized image contains in place of its data. Inside a JSON string its quotes would be escaped, so it
/// occurs nowhere else.
pub(super) const EMPTY_DATA: &[u8] = br#""data":"""#;

fn as_empty<S: serde::Serializer>(_: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str("")
}
