//! Egress policies and how they are evaluated.

use std::net::IpAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::config::reachable_server::ReachableServer;
use crate::config::{DesktopsConfig, SiteInternet};
use crate::provider::EgressMode;
use crate::services::egress::EgressError;

/// The only ports that a list of names allows.
const WEB_PORTS: [u16; 2] = [80, 443];
/// Maximum number of names in a list.
pub const MAX_NAMES: usize = 200;
/// Maximum length of a host name, in characters (RFC 1035).
const MAX_NAME: usize = 253;

/// What a desktop may reach on the internet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "mode", rename_all = "snake_case", expecting = "a policy such as {\"mode\": \"all\"}")]
// The name of the type in the API.
#[schema(as = InternetPolicy)]
pub enum EgressPolicy {
    /// Nothing.
    None,
    /// Web servers with these names, through a proxy that records each request.
    Listed {
        /// Either `example.com`, which matches that name alone, or `*.example.com`, which matches all names
        /// below it.
        names: Vec<String>,
    },
    /// Everything except private networks.
    #[default]
    All,
}

/// The policy that applies to one desktop. A host must be allowed by both parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectivePolicy {
    /// The installation's policy.
    pub installation: EgressPolicy,
    /// The chat's own policy, if it has one.
    pub chat: Option<EgressPolicy>,
    /// Servers that desktops may reach at ports of other kinds too.
    pub reachable: Arc<[ReachableServer]>,
}

impl EgressPolicy {
    /// The installation's policy, if the environment sets it.
    ///
    /// # Errors
    /// When a listed name is invalid.
    pub fn configured(config: &DesktopsConfig) -> Result<Option<Self>, EgressError> {
        let names = config.desktop_internet_names.clone();
        let policy = config.desktop_internet.map(|mode| match mode {
            SiteInternet::None => Self::None,
            SiteInternet::Listed => Self::Listed { names },
            SiteInternet::All => Self::All,
        });
        policy.map(Self::checked).transpose()
    }

    /// Validates and normalizes the names.
    ///
    /// # Errors
    /// When a name is invalid, or there are too many.
    pub fn checked(self) -> Result<Self, EgressError> {
        let Self::Listed { names } = self else { return Ok(self) };
        if names.len() > MAX_NAMES {
            return Err(EgressError::TooManyNames);
        }
        let names = names.iter().map(|name| {
            let name = name.trim().trim_end_matches('.').to_lowercase();
            if is_pattern(&name) {
                return Ok(name);
            }
            Err(EgressError::NotAName(name))
        });
        Ok(Self::Listed { names: names.collect::<Result<_, _>>()? })
    }

    fn allows(&self, host: &str) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Listed { names } => names.iter().any(|name| matches(name, host)),
        }
    }
}

impl EffectivePolicy {
    /// Why a request for this host and port is refused; `None` if it is allowed.
    #[must_use]
    pub fn refusal(&self, host: &str, port: u16) -> Option<String> {
        if !self.allows(host) {
            let reason = "is not among the names that this conversation's desktop may reach.";
            return Some(format!("{host} {reason}"));
        }
        let web_only = self.egress_mode() == EgressMode::Proxy;
        let granted = self.reachable.iter().any(|server| server.answers_to(host, port).is_some());
        (web_only && !granted && !WEB_PORTS.contains(&port))
            .then(|| format!("Port {port} is none of a web server."))
    }

    fn allows(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_lowercase();
        self.installation.allows(&host) && self.chat.as_ref().is_none_or(|chat| chat.allows(&host))
    }

    /// Whether a desktop may bypass the proxy.
    #[must_use]
    pub fn egress_mode(&self) -> EgressMode {
        let all = self.installation == EgressPolicy::All
            && self.chat.as_ref().is_none_or(|chat| *chat == EgressPolicy::All);
        if all { EgressMode::Internet } else { EgressMode::Proxy }
    }
}

fn matches(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(parent) => {
            host.strip_suffix(parent).is_some_and(|below| below.len() > 1 && below.ends_with('.'))
        }
        None => pattern == host,
    }
}

fn is_pattern(name: &str) -> bool {
    if name.parse::<IpAddr>().is_ok() {
        return true;
    }
    let name = name.strip_prefix("*.").unwrap_or(name);
    name.len() <= MAX_NAME
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(names: &[&str]) -> EgressPolicy {
        EgressPolicy::Listed { names: names.iter().map(|name| (*name).to_owned()).collect() }
    }

    fn effective(installation: &EgressPolicy, chat: Option<&EgressPolicy>) -> EffectivePolicy {
        EffectivePolicy {
            installation: installation.clone(),
            chat: chat.cloned(),
            reachable: Arc::new(["intranet.org:8443".parse().unwrap()]),
        }
    }

    #[test]
    fn a_name_matches_itself_and_a_star_all_names_below() {
        let policy = effective(&listed(&["example.com", "*.debian.org"]), None);
        for allowed in ["example.com", "EXAMPLE.com.", "deb.debian.org", "a.b.debian.org"] {
            assert!(policy.allows(allowed), "{allowed}");
        }
        for refused in
            ["www.example.com", "debian.org", ".debian.org", "evildebian.org", "example.com.evil.org", ""]
        {
            assert!(!policy.allows(refused), "{refused}");
        }
    }

    #[test]
    fn a_host_must_be_allowed_by_both_policies() {
        let (none, all) = (EgressPolicy::None, EgressPolicy::All);
        let effective = |installation: &_, chat: &_| effective(installation, Some(chat));
        assert!(!effective(&none, &all).allows("example.com"));
        assert!(!effective(&all, &none).allows("example.com"));
        assert!(!effective(&listed(&["a.org"]), &listed(&["b.org"])).allows("b.org"));
        assert!(effective(&listed(&["*.org"]), &listed(&["b.org"])).allows("b.org"));
        assert_eq!(effective(&all, &all).egress_mode(), EgressMode::Internet);
        assert_eq!(effective(&all, &listed(&["b.org"])).egress_mode(), EgressMode::Proxy);
        assert_eq!(effective(&none, &all).egress_mode(), EgressMode::Proxy);
    }

    #[test]
    fn a_list_of_names_allows_web_servers_and_the_ports_that_the_site_grants() {
        let policy = effective(&EgressPolicy::All, Some(&listed(&["example.com", "intranet.org"])));
        assert_eq!(policy.refusal("example.com", 443), None);
        assert!(policy.refusal("example.com", 8443).unwrap().contains("Port 8443"));
        assert_eq!(policy.refusal("intranet.org", 8443), None);
        assert!(policy.refusal("intranet.org", 22).is_some());
        let other = effective(&EgressPolicy::All, Some(&listed(&["example.com"])));
        assert!(other.refusal("intranet.org", 8443).unwrap().contains("not among the names"));
    }

    #[test]
    fn names_are_checked() {
        assert_eq!(listed(&[" Example.COM. "]).checked().unwrap(), listed(&["example.com"]));
        for wrong in ["", "*", "*.", "http://a.org", "a b", "a..b", "-a.org", "a.org:443", "a.*.org"] {
            assert!(listed(&[wrong]).checked().is_err(), "{wrong}");
        }
        assert!(listed(&vec!["a.org"; MAX_NAMES + 1]).checked().is_err());
    }
}
