//! Requests to vendors over HTTP.
//!
//! Reading order: `client` is the HTTP client, `endpoint` says where a request is sent, `signer` authorizes it on a platform, in whatever form its `address` is
//! given, `exchange` sends it, `document` asks for one without a conversation, `receive` reads the stream for as long as there is `patience`, `whole_answer` recognizes what
//! comes in place of a stream, `page` what a page of HTML is, `bill` what the vendor bills for attempts, `failure` classifies what went wrong, `rejection` what a response with an error status means, `retry` chooses the delay
//! before the next attempt.

pub(crate) mod address;
mod bill;
pub(crate) mod client;
pub(crate) mod document;
pub(crate) mod endpoint;
pub(crate) mod exchange;
pub(crate) mod failure;
pub(crate) mod page;
pub(crate) mod patience;
pub(crate) mod receive;
pub(crate) mod rejection;
pub(crate) mod retry;
pub(crate) mod signer;
pub(crate) mod whole_answer;
