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
}

impl UserBlock {
    /// Words.
    pub(super) fn text(text: String) -> Self {
        Self::Text { text, cache_control: None }
    }

    /// Ends the cached prefix here.
    pub(super) fn set_cache_control(&mut self, mark: CacheControl) {
        let (Self::Text { cache_control, .. } | Self::ToolResult { cache_control, .. }) = self;
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
    /// A picture.
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

/// Where a picture's bytes are.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ImageSource {
    /// Here.
    Base64 {
        /// `image/png` or `image/jpeg`.
        media_type: String,
        /// The bytes.
        #[serde(serialize_with = "as_str")]
        data: Arc<str>,
    },
}

fn as_str<S: serde::Serializer>(data: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(data)
}
