//! Secrets that are known by their shape.
//!
//! A shape is only here if normal text does not have it: no UUID, no hash, no identifier in code. What a key of unknown form
//! is worth is not guessed.

use std::ops::Range;

use regex::{Captures, Regex};

use crate::detector::Detector;

/// One kind of secret.
pub(crate) struct Shape {
    pub(crate) kind: &'static str,
    /// Without one of these there is none. In lower case; compared without case.
    pub(crate) hints: &'static [&'static str],
    /// The group `secret` is what is removed; without it, all of the match.
    pattern: &'static str,
    /// Words that stand where a secret could, and are none.
    exceptions: &'static [&'static str],
}

/// All kinds of secrets that are known by their shape.
pub const KINDS: [&str; 13] = [
    "anthropic",
    "authorization",
    "aws",
    "deskhand",
    "github",
    "google",
    "jwt",
    "openai",
    "password",
    "private_key",
    "slack",
    "stripe",
    "url_password",
];

/// What stands for a value in code and in examples.
const NO_VALUES: &[&str] = &[
    "false",
    "none",
    "null",
    "true",
    "undefined",
    "password",
    "passwd",
    "secret",
    "string",
    "str",
    "changeme",
    "example",
    "redacted",
    "required",
    "optional",
];

/// How many there are.
pub(crate) const COUNT: usize = 14;

pub(crate) static SHAPES: [Shape; COUNT] = [
    Shape {
        kind: "anthropic",
        hints: &["sk-ant-"],
        pattern: r"(?-u:\b)sk-ant-[A-Za-z0-9_-]{16,}",
        exceptions: &[],
    },
    Shape {
        kind: "aws",
        hints: &["akia", "asia", "abia", "acca", "absk", "bedrock-api-key-"],
        // Ids of access keys, and API keys of Bedrock, for long and for short.
        pattern: r"(?-u:\b)(?:(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?-u:\b)|ABSK[A-Za-z0-9+/]{100,}={0,2}|bedrock-api-key-[A-Za-z0-9+/_=-]{40,})",
        exceptions: &[],
    },
    // API tokens, refresh tokens, and tickets for WebSockets.
    Shape {
        kind: "deskhand",
        hints: &["dh_", "dhr_", "dht_"],
        pattern: r"(?-u:\b)dh[rt]?_[0-9a-f]{72}(?-u:\b)",
        exceptions: &[],
    },
    Shape {
        kind: "github",
        hints: &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
        pattern: r"(?-u:\b)(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})",
        exceptions: &[],
    },
    Shape {
        kind: "google",
        hints: &["aiza", "gocspx-", "ya29."],
        pattern: r"(?-u:\b)(?:AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{28}|ya29\.[A-Za-z0-9_-]{20,})",
        exceptions: &[],
    },
    Shape {
        kind: "jwt",
        hints: &["eyj"],
        pattern: r"(?-u:\b)eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}",
        exceptions: &[],
    },
    // Class names of style sheets begin with `sk-` too.
    Shape {
        kind: "openai",
        hints: &["sk-"],
        pattern: r"(?-u:\b)sk-(?:(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}|[A-Za-z0-9]{32,})",
        exceptions: &[],
    },
    Shape {
        kind: "slack",
        hints: &["xox", "xapp-", "hooks.slack.com"],
        pattern: r"(?-u:\b)(?:xox[abeoprs]-[A-Za-z0-9-]{16,}|xapp-[A-Za-z0-9-]{24,}|hooks\.slack\.com/services/(?P<secret>T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{16,}))",
        exceptions: &[],
    },
    Shape {
        kind: "stripe",
        hints: &["sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_"],
        pattern: r"(?-u:\b)(?:[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/]{24,}=*)",
        exceptions: &[],
    },
    // In logs, line breaks are `\n`.
    Shape {
        kind: "private_key",
        hints: &["private key-----"],
        pattern: r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----(?:[A-Za-z0-9+/=,: \r\n]|-[A-Za-z0-9]|\\[nr]){24,}(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY-----)?",
        exceptions: &[],
    },
    Shape {
        kind: "authorization",
        hints: &["authorization", "api-key"],
        pattern: r#"(?i-u)\b(?:(?:proxy-)?authorization|x-(?:goog-)?api-key)\\?["']?[ \t]*[:=][ \t]*\\?["']?(?:(?:bearer|basic|token|digest|apikey)[ \t]+)?(?P<secret>[A-Za-z0-9._~+/=:-]{8,})"#,
        exceptions: NO_VALUES,
    },
    Shape {
        kind: "authorization",
        hints: &["bearer "],
        pattern: r"(?-u:\b)[Bb]earer +(?P<secret>[A-Za-z0-9._~+/-]{20,}=*)",
        exceptions: NO_VALUES,
    },
    // A value of a query, a form, a connection string, JSON, Rust's debug output. A call of a function, or a variable, is code.
    Shape {
        kind: "password",
        hints: &["passw", "pwd", "passphrase", "secret", "api_key", "apikey", "access_key", "token"],
        pattern: r#"(?i-u:password|passwd|pwd|passphrase|client_?secret|secret_?(?:access_?)?key|api_?key|(?:access|refresh|auth|id)_?token|[?&]token)(?:=\\?["']?|\\?["']?[ \t]*:[ \t]*(?:Some\()?\\?["'])(?P<secret>[^\t\n\r "'\\&;,(){}<>\[\]$]{6,}[(\[]?)"#,
        exceptions: NO_VALUES,
    },
    Shape {
        kind: "url_password",
        hints: &["://"],
        pattern: r#"(?-u:\b)[A-Za-z][A-Za-z0-9+.-]*://[^\t\n\r /?#@:"'<>\\\[\]{}$]*:(?P<secret>[^\t\n\r /?#@"'<>\\\[\]{}$]+)@"#,
        exceptions: &[],
    },
];

/// Finds the secrets of one shape.
pub(crate) struct ShapeDetector {
    shape: &'static Shape,
    whole: Regex,
}

impl ShapeDetector {
    pub(crate) fn new(shape: &'static Shape) -> Result<Self, regex::Error> {
        Ok(Self { shape, whole: Regex::new(shape.pattern)? })
    }

    fn secret(&self, captures: &Captures<'_>) -> Option<Range<usize>> {
        let found = captures.name("secret").or_else(|| captures.get(0))?;
        let text = found.as_str();
        let is_exception = self.shape.exceptions.iter().any(|word| text.eq_ignore_ascii_case(word));
        let is_code = self.shape.kind == "password" && is_code(text);
        (!is_exception && !is_code).then(|| found.range())
    }
}

/// Whether a value is an expression: a call, a field, or a variable that is named like what it holds.
fn is_code(value: &str) -> bool {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
    let is_field = value.contains('.') && value.split('.').all(is_name);
    let named_alike = ["password", "passwd", "secret", "token", "key"].iter().any(|end| value.ends_with(end));
    value.ends_with(['(', '[']) || is_field || is_name(value) && named_alike
}

impl Detector for ShapeDetector {
    fn kind(&self) -> &'static str {
        self.shape.kind
    }

    fn next(&self, text: &str, from: usize) -> Option<(Range<usize>, Option<Range<usize>>)> {
        let captures = self.whole.captures_at(text, from)?;
        Some((captures.get(0)?.range(), self.secret(&captures)))
    }
}
