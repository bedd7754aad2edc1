//! Who may call the service. It spends the keys of its operator and connects to any desktop that it is given, so not
//! everybody who can reach it.

use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use protocol::secret::Secret;
use subtle::ConstantTimeEq as _;

/// The callers that are accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Those that send this token as `Authorization: Bearer`.
    Token(Secret),
    /// Every program of this machine that addresses the service by a name of the loopback interface. Pages of websites
    /// can't, even if their name leads here.
    ThisMachine,
}

/// Why a caller is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The token is missing or wrong.
    Token,
    /// The request is addressed to another name.
    Host,
}

impl Access {
    /// Checks a request.
    pub(crate) fn check(&self, request: &Parts) -> Result<(), Refusal> {
        match self {
            Self::Token(token) if bearer(request).is_some_and(|given| is(token, given)) => Ok(()),
            Self::Token(_) => Err(Refusal::Token),
            Self::ThisMachine if host(request).is_some_and(|host| is_loopback(&host)) => Ok(()),
            Self::ThisMachine => Err(Refusal::Host),
        }
    }
}

/// The token of a request. The scheme's case does not matter (RFC 9110, 11.1).
fn bearer(request: &Parts) -> Option<&str> {
    let (scheme, token) = request.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start_matches(' '))
}

fn is(token: &Secret, given: &str) -> bool {
    token.expose().as_bytes().ct_eq(given.as_bytes()).into()
}

/// The host that a request is addressed to, without the port.
fn host(request: &Parts) -> Option<String> {
    let authority: Authority = match request.headers.get(HOST) {
        Some(host) => host.to_str().ok()?.parse().ok()?,
        None => request.uri.authority()?.clone(),
    };
    Some(authority.host().trim_matches(['[', ']']).to_owned())
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn request(headers: &[(&str, &str)]) -> Parts {
        let builder = Request::builder().uri("/v1/runs");
        let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
        builder.body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_token_is_compared_whole_and_its_scheme_in_any_case() {
        let access = Access::Token(Secret::new("secret"));
        let accepted =
            |authorization: &str| access.check(&request(&[("authorization", authorization)])).is_ok();
        for good in ["Bearer secret", "bearer secret", "BEARER  secret"] {
            assert!(accepted(good), "{good}");
        }
        for bad in
            ["Bearer secre", "Bearer secrets", "Bearer ", "Bearer", "secret", "Basic secret", "Bearer Secret"]
        {
            assert!(!accepted(bad), "{bad}");
        }
        assert!(access.check(&request(&[])).is_err());
    }

    #[test]
    fn without_a_token_only_loopback_names_are_accepted() {
        let accepted = |host: &str| Access::ThisMachine.check(&request(&[("host", host)])).is_ok();
        for good in ["localhost", "LOCALHOST:8020", "127.0.0.1", "127.0.0.2:80", "[::1]:8020", "[::1]"] {
            assert!(accepted(good), "{good}");
        }
        let foreign =
            ["evil.example", "evil.example:8020", "localhost.evil.example", "127.0.0.1.nip.io", "192.0.2.1"];
        for bad in foreign.iter().chain(&["0.0.0.0", "[::]", "", "a b", "evil.example@localhost.x"]) {
            assert!(!accepted(bad), "{bad}");
        }
        assert!(Access::ThisMachine.check(&request(&[])).is_err());
    }
}
