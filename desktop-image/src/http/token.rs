//! The API's bearer token.

use std::io::{self, BufRead, Read as _};

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use redact::Lifetime;
use subtle::ConstantTimeEq as _;

/// Longest token in bytes.
const LONGEST: u64 = 1024;

/// The token of one desktop.
#[derive(Clone)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Token(..)")
    }
}

impl Token {
    /// Wraps the secret, and keeps it out of the log.
    #[must_use]
    pub fn new(secret: String) -> Self {
        redact::process().learn(&secret, Lifetime::Program);
        Self(secret)
    }

    /// Reads the token from one line.
    ///
    /// # Errors
    /// When the line is empty, too long, not terminated, or can't be read.
    pub fn read_line(input: &mut impl BufRead) -> io::Result<Self> {
        let mut line = String::new();
        input.take(LONGEST + 1).read_line(&mut line)?;
        match line.strip_suffix('\n') {
            Some(secret) if !secret.is_empty() => Ok(Self::new(secret.to_owned())),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// Whether a request has the token as `Authorization: Bearer`. Compares in constant time.
    #[must_use]
    pub fn admits(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(AUTHORIZATION).map_or(&[][..], |value| value.as_bytes());
        let (scheme, secret) = given.split_at(given.len().min("Bearer ".len()));
        scheme.eq_ignore_ascii_case(b"bearer ") && secret.ct_eq(self.0.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::{AUTHORIZATION, HeaderMap, Token};

    #[test]
    fn a_token_is_a_terminated_line() {
        let read = |input: &str| Token::read_line(&mut input.as_bytes()).map(|token| token.0);
        assert_eq!(read("s3cret\nrest").unwrap(), "s3cret");
        for refused in ["", "\n", "s3cret", &format!("{}\n", "x".repeat(1025))] {
            assert!(read(refused).is_err(), "{refused:?} was accepted");
        }
    }

    #[test]
    fn only_the_exact_token_is_admitted() {
        let token = Token::new("s3cret".into());
        let admits = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, value.parse().unwrap());
            token.admits(&headers)
        };
        assert!(admits("Bearer s3cret") && admits("bearer s3cret"));
        for refused in
            ["", "s3cret", "Bearer ", "Bearer s3cre", "Bearer s3cret2", "Bearer S3cret", "Basic s3cret"]
        {
            assert!(!admits(refused), "{refused:?} was admitted");
        }
        assert!(!token.admits(&HeaderMap::new()));
    }
}
