//! Paths of our own pages that requests name, to which browsers are redirected. Whatever could lead to another site is not taken.

use url::Url;

/// The longest path, in bytes.
const LIMIT: usize = 2000;
/// The first segments that are no pages.
const NO_PAGES: [&str; 2] = ["api", "login"];

/// A path of a page, below the base path. It begins with one slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPath(String);

impl LocalPath {
    /// The path that somebody asks for; the first page if it is none of ours.
    #[must_use]
    pub fn asked_for(text: &str) -> Self {
        Self(checked(text).unwrap_or_else(|| "/".to_owned()))
    }

    /// The path below a base path, which begins and ends with a slash.
    #[must_use]
    pub fn below(&self, base: &str) -> String {
        format!("{}{}", base.trim_end_matches('/'), self.0)
    }

    /// The path itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The path as a browser reads it. Browsers take `\` for `/` and leave out tabs and line breaks, so none of them may be in it.
fn checked(text: &str) -> Option<String> {
    let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && c != '\\';
    if text.len() > LIMIT || !text.starts_with('/') || !text.chars().all(is_plain) {
        return None;
    }
    // A path without its own host: `//host` and what `.` and `..` make of `/.//host` would have one.
    let base = Url::parse("http://local.invalid/").ok()?;
    let url = base.join(text).ok()?;
    let first = url.path().split('/').nth(1)?;
    if url.origin() != base.origin() || (first.is_empty() && url.path() != "/") || NO_PAGES.contains(&first) {
        return None;
    }
    // A proxy in front may decode it.
    let begins_with_separator =
        ["%2f", "%5c"].iter().any(|code| first.to_ascii_lowercase().starts_with(code));
    if begins_with_separator {
        return None;
    }
    Some(url[url::Position::BeforePath..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_pages_are_taken() {
        for (asked, taken) in [
            ("/", "/"),
            ("/chats/0198c2c4-8a2f-7b11-8e55-0f2d9c7a4b12", "/chats/0198c2c4-8a2f-7b11-8e55-0f2d9c7a4b12"),
            ("/account?linked=github#logins", "/account?linked=github#logins"),
            ("/chats/../account", "/account"),
            ("/settings?next=//example.org", "/settings?next=//example.org"),
            ("/apis", "/apis"),
        ] {
            assert_eq!(LocalPath::asked_for(asked).as_str(), taken, "{asked}");
        }
        assert_eq!(LocalPath::asked_for("/chats/1").below("/desk/"), "/desk/chats/1");
        assert_eq!(LocalPath::asked_for("/").below("/desk/"), "/desk/");
        assert_eq!(LocalPath::asked_for("/").below("/"), "/");
    }

    #[test]
    fn nothing_leads_to_another_site() {
        for asked in [
            "",
            "e.example",
            "https://e.example",
            "https:e.example",
            "http:/e.example",
            "https:/\\e.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "//e.example",
            "///e.example",
            "////e.example",
            "/\\e.example",
            "\\\\e.example",
            "\\/e.example",
            "/\\/e.example",
            "/\t/e.example",
            "/\n/e.example",
            "/\r\n/e.example",
            "/\r\nSet-Cookie:a=b",
            "\t//e.example",
            " //e.example",
            "/ /e.example",
            "/\0/e.example",
            "/\u{a0}/e.example",
            "/\u{2028}/e.example",
            "/.//e.example",
            "/..//e.example",
            "/././/e.example",
            "/a/..//e.example",
            "/a/../..//e.example",
            "/%2e%2e//e.example",
            "/%2e//e.example",
            "/%5ce.example",
            "/%5Ce.example",
            "/%2fe.example",
            "/%2F/e.example",
            "/%2f%2fe.example",
            "@e.example",
            ".e.example",
            ":80",
            "?//e.example",
            "#//e.example",
            "/api/v1/auth/providers/x/start",
            "/api",
            "/login?next=/",
            &format!("/{}", "a".repeat(LIMIT)),
        ] {
            let taken = LocalPath::asked_for(asked);
            assert_eq!(taken.as_str(), "/", "{asked:?}");
        }
    }

    #[test]
    fn whatever_is_asked_for_stays_here() {
        let base = Url::parse("https://desk.example/").unwrap();
        let pieces = [
            "/",
            "\\",
            ".",
            "..",
            "%2e",
            "%5c",
            "%2f",
            "\t",
            "\r\n",
            "@",
            ":",
            "e.example",
            "https:",
            "?",
            "#",
            " ",
        ];
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    for fourth in ["e.example", "/e.example", "//e.example"] {
                        let asked = format!("{first}{second}{third}{fourth}");
                        for below in ["/", "/desk/"] {
                            let location = LocalPath::asked_for(&asked).below(below);
                            let opened = base.join(&location).unwrap();
                            assert_eq!(opened.origin(), base.origin(), "{asked:?} gives {location:?}");
                            assert!(location.is_ascii() && !location.contains(['\r', '\n']), "{location:?}");
                        }
                    }
                }
            }
        }
    }
}
