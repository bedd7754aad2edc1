//! The language of a response: the logged-in person's choice, else what the header `Accept-Language` asks for.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::extract::{FromRequestParts, Request};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_LENGTH, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::request_id::RequestId;

use crate::http::problem::Problem;
use crate::services::chats::ChatWithHistory;
use crate::store::runs::Run;
use crate::store::users::User;
use crate::words::{Language, word_stored};

/// The language of the response to a request. Clones share the choice, which is known once the person is.
#[derive(Debug, Clone, Default)]
pub struct ResponseLanguage {
    accepted: Language,
    chosen: Arc<OnceLock<Language>>,
}

impl ResponseLanguage {
    fn of(headers: &HeaderMap) -> Self {
        let texts: Vec<&str> =
            headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|header| header.to_str().ok()).collect();
        Self { accepted: Language::accepted(&texts.join(",")), chosen: Arc::default() }
    }

    /// Takes the language that a person has chosen, if it is one of ours.
    pub(super) fn choose(&self, user: &User) {
        if let Some(language) = user.language.as_deref().and_then(Language::of_tag) {
            // The caller of a request stays the same.
            let _ = self.chosen.set(language);
        }
    }

    /// The language, by what is known of the person so far.
    #[must_use]
    pub fn get(&self) -> Language {
        self.chosen.get().copied().unwrap_or(self.accepted)
    }
}

impl ResponseLanguage {
    /// A run whose message is in this language.
    #[must_use]
    pub fn run(&self, mut run: Run) -> Run {
        if let Some(message) = word_stored(self.get(), &run.code, run.facts.as_ref()) {
            run.message = message;
        }
        run
    }

    /// A chat whose run has its message in this language.
    #[must_use]
    pub fn chat(&self, mut chat: ChatWithHistory) -> ChatWithHistory {
        chat.run = chat.run.map(|run| self.run(run));
        chat
    }
}

impl From<Language> for ResponseLanguage {
    fn from(accepted: Language) -> Self {
        Self { accepted, chosen: Arc::default() }
    }
}

impl<S: Sync> FromRequestParts<S> for ResponseLanguage {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}

/// Middleware: words errors in the language of the response, and adds the request id to their body.
pub async fn complete_problems(mut request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let language = ResponseLanguage::of(request.headers());
    request.extensions_mut().insert(language.clone());
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() else { return response };
    let Some(mut problem) = Arc::into_inner(problem) else { return response };
    problem.request_id = id.and_then(|id| id.header_value().to_str().map(str::to_owned).ok());
    let language = language.get();
    let Ok(body) = serde_json::to_vec(&problem.in_language(language)) else { return response };
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.append(VARY, HeaderValue::from_static("accept-language"));
    *response.body_mut() = Body::from(body);
    response
}
