//! Pages of lists: `?limit=&after=` in the request, or `?limit=&before=` for what is numbered, and the address of the
//! next page in the header `Link` (RFC 8288).

use std::fmt::Display;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;
use utoipa::IntoParams;

use crate::http::json::Json;
use crate::http::problem::ApiError;
use crate::http::query::Query;
use crate::store::{MAX_PAGE, Page};
use crate::words::BackendReason;

/// The most items that a client may leave out.
const MAX_SKIP: u32 = 1_000_000;

/// Which part of a list to return.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParameters {
    /// The most items to return.
    #[serde(default = "max_page")]
    #[param(minimum = 1, maximum = 500, default = 500)]
    limit: u32,
    /// Where the page before ended: take the address of the next page from the header `Link`.
    #[serde(default)]
    after: Option<String>,
    /// The number of items to leave out. New items shift the rest; `after` is not affected by that.
    #[serde(default)]
    #[param(default = 0, maximum = 1_000_000)]
    skip: u32,
}

fn max_page() -> u32 {
    MAX_PAGE
}

/// The part of a list that a request asks for.
#[derive(Debug)]
pub struct PageRequest {
    parameters: PageParameters,
    query: String,
}

impl<S: Send + Sync> FromRequestParts<S> for PageRequest {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(parameters) = Query::<PageParameters>::from_request_parts(parts, state).await?;
        check(parameters.limit)?;
        if parameters.skip > MAX_SKIP {
            return Err(ApiError::invalid(BackendReason::SkipInvalid { most: MAX_SKIP }));
        }
        Ok(Self { parameters, query: query_of(parts) })
    }
}

impl PageRequest {
    /// The page to read.
    ///
    /// # Errors
    /// When `after` is not a position of this list.
    pub fn page<C: FromStr>(&self) -> Result<Page<C>, ApiError> {
        let PageParameters { limit, after, skip } = &self.parameters;
        let after = after
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(|_| ApiError::invalid(BackendReason::AfterInvalid))?;
        Ok(Page { after, skip: i64::from(*skip), limit: i64::from(*limit) })
    }

    /// Answers with the items read, of which there is one more than asked for if another page follows. `position` tells
    /// where a page ends that ends with an item.
    pub fn answer<T: Serialize, C: Display>(self, mut items: Vec<T>, position: impl Fn(&T) -> C) -> Response {
        let limit = self.parameters.limit as usize;
        let follows = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| follows).map(|last| position(last).to_string());
        (next.and_then(|next| link(&self.query, "after", &next)), Json(items)).into_response()
    }
}

/// Which part of a numbered list to return.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BeforeParameters {
    /// The most items to return.
    #[serde(default = "max_page")]
    #[param(minimum = 1, maximum = 500, default = 500)]
    limit: u32,
    /// Only items with a lower number. Without it, the newest are returned.
    #[serde(default)]
    before: Option<i64>,
}

/// The part of a numbered list that a request asks for.
#[derive(Debug)]
pub struct BeforeRequest {
    /// Only items with a lower number are wanted.
    pub before: i64,
    /// The most items to return.
    pub limit: i64,
    query: String,
}

impl<S: Send + Sync> FromRequestParts<S> for BeforeRequest {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(BeforeParameters { limit, before }) = Query::from_request_parts(parts, state).await?;
        check(limit)?;
        Ok(Self { before: before.unwrap_or(i64::MAX), limit: i64::from(limit), query: query_of(parts) })
    }
}

impl BeforeRequest {
    /// Answers with a page. `next` is the lowest number in it, if there are lower ones.
    pub fn answer(self, items: impl Serialize, next: Option<i64>) -> Response {
        (next.and_then(|next| link(&self.query, "before", &next.to_string())), Json(items)).into_response()
    }
}

fn check(limit: u32) -> Result<(), ApiError> {
    if (1..=MAX_PAGE).contains(&limit) {
        return Ok(());
    }
    Err(ApiError::invalid(BackendReason::LimitInvalid { least: 1, most: MAX_PAGE as usize }))
}

fn query_of(parts: &Parts) -> String {
    parts.uri.query().unwrap_or_default().to_owned()
}

/// The header that names the page at a position. Its address is relative, so that it holds behind any proxy.
fn link(query: &str, name: &str, position: &str) -> Option<[(HeaderName, HeaderValue); 1]> {
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(kept, _)| kept != name && kept != "skip");
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair(name, position)
        .finish();
    // Whatever was encoded is valid in a header.
    let link = HeaderValue::try_from(format!("<?{query}>; rel=\"next\"")).ok()?;
    Some([(header::LINK, link)])
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use protocol::ids::FileId;

    use super::*;

    async fn request(query: &str) -> Result<PageRequest, ApiError> {
        let (mut parts, ()) = Request::get(format!("/files?{query}")).body(()).unwrap().into_parts();
        PageRequest::from_request_parts(&mut parts, &()).await
    }

    fn next(response: &Response) -> Option<&str> {
        Some(response.headers().get(header::LINK)?.to_str().unwrap())
    }

    #[tokio::test]
    async fn the_next_page_keeps_the_filter() {
        let page = request("q=a%26b+c&limit=2&skip=4").await.unwrap();
        let read: Page<FileId> = page.page().unwrap();
        assert_eq!((read.limit, read.skip, read.after), (2, 4, None));
        let answered = page.answer(vec![10, 20, 30], |last| *last);
        assert_eq!(next(&answered), Some("<?q=a%26b+c&limit=2&after=20>; rel=\"next\""));
    }

    #[tokio::test]
    async fn the_last_page_names_none() {
        for items in [vec![], vec![1], vec![1, 2]] {
            let answered = request("limit=2").await.unwrap().answer(items, |last| *last);
            assert_eq!(next(&answered), None);
        }
    }

    #[tokio::test]
    async fn what_is_out_of_range_is_refused() {
        for query in ["limit=0", "limit=501", "limit=-1", "limit=many", "skip=-1", "skip=1000001"] {
            assert!(request(query).await.is_err(), "{query}");
        }
        for after in ["", "nonsense", "%00", "12"] {
            let page = request(&format!("after={after}")).await.unwrap();
            assert!(page.page::<FileId>().is_err(), "{after}");
        }
    }
}
