//! The blocks of a request.

use std::sync::Arc;

use serde::Serialize;

/// A mark up to which the request's prefix is cached.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct CacheControl {
    r#type: &'static str,
}

impl CacheControl {
    /// For five minutes from its last use.
    pub(super) const EPHEMERAL: Self = Self { r#type: "ephemeral" };
}

/// A block of a user message.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum UserBlock {
    /// Words.
    Text {
        /// Never empty.
        text: String,
        /// Whether the cache ends here.
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    /// The answer to a call.
    ToolResult {
        /// The call.
        tool_use_id: String,
        /// The toolset, as the call named it.
        #[serde(skip_serializing_if = "Option::is_none")]
        toolset_name: Option<String>,
        /// Text only, when it is an error.
        content: Vec<ResultContent>,
        /// Set when the call was not done.
        #[serde(skip_serializing_if = "Option::is_none")]
        is_error: Option<bool>,
        /// Whether the cache ends here.
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    /// An image.
    Image {
        /// Its bytes.
        source: ImageSource,
        /// Whether the cache ends here.
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
}

impl UserBlock {
    /// Words.
    pub(super) fn text(text: String) -> Self {
        Self::Text { text, cache_control: None }
    }

    /// An image.
    pub(super) fn image(source: ImageSource) -> Self {
        Self::Image { source, cache_control: None }
    }

    /// The images in it, in the order in which they are written.
    pub(super) fn images(&self) -> impl Iterator<Item = &Arc<str>> {
        let (own, content) = match self {
            Self::Text { .. } => (None, &[][..]),
            Self::ToolResult { content, .. } => (None, content.as_slice()),
            Self::Image { source: ImageSource::Base64 { data, .. }, .. } => (Some(data), &[][..]),
        };
        own.into_iter().chain(content.iter().filter_map(|part| match part {
            ResultContent::Text { .. } => None,
            ResultContent::Image { source: ImageSource::Base64 { data, .. } } => Some(data),
        }))
    }

    /// Ends the cached prefix here.
    pub(super) fn set_cache_control(&mut self, mark: CacheControl) {
        let (Self::Text { cache_control, .. }
        | Self::ToolResult { cache_control, .. }
        | Self::Image { cache_control, .. }) = self;
        *cache_control = Some(mark);
    }
}

/// A part of an answer.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ResultContent {
    /// Words.
    Text {
        /// Never empty.
        text: String,
    },
    /// An image.
    Image {
        /// Its bytes.
        source: ImageSource,
    },
}

impl ResultContent {
    /// Words.
    pub(super) fn text(text: &str) -> Self {
        Self::Text { text: text.to_owned() }
    }
}

/// Where an image's bytes are.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ImageSource {
    /// Here.
    Base64 {
        /// Such as `image/jpeg`.
        media_type: String,
        /// The bytes. They are left out when this is written: they join the body as they are.
        #[serde(serialize_with = "as_empty")]
        data: Arc<str>,
    },
}

/// How an image's place reads where its bytes are left out. Within a JSON string its quotes would carry
/// backslashes, so it stands for nothing else.
pub(super) const EMPTY_DATA: &[u8] = br#""data":"""#;

fn as_empty<S: serde::Serializer>(_: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str("")
}
