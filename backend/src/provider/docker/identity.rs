//! Identifies this installation's containers by labels, and derives the tokens of their agents.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use protocol::ids::DesktopId;
use protocol::secret::Secret;
use rand::Rng as _;
use sha2::Sha256;

use crate::data_folder::create_once;

/// Names the installation that a container, volume or network belongs to.
pub(super) const INSTANCE_LABEL: &str = "deskhand.instance";
/// Names the desktop that a container or volume belongs to.
pub(super) const DESKTOP_LABEL: &str = "deskhand.desktop";
/// Distinguishes the successive containers of a desktop.
pub(super) const GENERATION_LABEL: &str = "deskhand.generation";
/// The screen size in pixels, as `WIDTHxHEIGHT`.
pub(super) const SCREEN_LABEL: &str = "deskhand.screen";
/// The image's agent version; compared with [`AGENT`].
pub const AGENT_LABEL: &str = "deskhand.agent";
/// The required agent version. Raise it here and in the Dockerfile when older agents no longer work.
pub const AGENT: &str = "4";
/// The file in the data folder that holds the secret.
pub(crate) const FILE: &str = "desktops.key";

/// The text of the file for a new identity.
pub(crate) fn new_key() -> String {
    hex::encode(rand::rng().random::<[u8; 32]>())
}

/// Distinguishes this installation from others on the same engine.
pub(super) struct Identity {
    secret: [u8; 32],
    instance: String,
}

impl Identity {
    /// Reads the identity from a data folder, creating it on the first call.
    pub(super) fn open(data_dir: &Path) -> io::Result<Self> {
        Self::parse(&create_once::read_or_create(&data_dir.join(FILE), new_key)?)
    }

    /// Reads the identity from the text of the file.
    pub(super) fn parse(text: &[u8]) -> io::Result<Self> {
        let mut secret = [0; 32];
        hex::decode_to_slice(text.trim_ascii(), &mut secret)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let mut identity = Self { secret, instance: String::new() };
        identity.instance = identity.derive(&["instance"])[..8].to_owned();
        Ok(identity)
    }

    /// Eight characters, the value of [`INSTANCE_LABEL`].
    pub(super) fn instance(&self) -> &str {
        &self.instance
    }

    /// The token of a container's agent. Derived from the secret, so that it survives a restart without being
    /// stored.
    pub(super) fn token(&self, id: DesktopId, generation: &str) -> Secret {
        Secret::new(self.derive(&["agent-token", &id.to_string(), generation]))
    }

    /// The name of a desktop's container and of its volume. The engine keeps it unique.
    pub(super) fn name(&self, id: DesktopId) -> String {
        format!("deskhand-{}-{id}", self.instance)
    }

    /// The desktop that a container belongs to, parsed from the container's name.
    pub(super) fn id_in(&self, name: &str) -> Option<DesktopId> {
        name.strip_prefix("deskhand-")?.strip_prefix(&self.instance)?.strip_prefix('-')?.parse().ok()
    }

    /// The labels of a desktop's container and volume.
    pub(super) fn labels(&self, id: DesktopId) -> HashMap<String, String> {
        HashMap::from([
            (INSTANCE_LABEL.to_owned(), self.instance.clone()),
            (DESKTOP_LABEL.to_owned(), id.to_string()),
        ])
    }

    /// The engine filter that matches this installation's objects.
    pub(super) fn filter(&self) -> HashMap<String, Vec<String>> {
        HashMap::from([("label".to_owned(), vec![format!("{INSTANCE_LABEL}={}", self.instance)])])
    }

    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn derive(&self, parts: &[&str]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("a key of 32 bytes");
        for part in parts {
            mac.update(part.as_bytes());
            mac.update(&[0]);
        }
        hex::encode(mac.finalize().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dockerfile_has_the_required_agent_version() {
        let dockerfile = include_str!("../../../../desktop-image/Dockerfile");
        assert!(dockerfile.contains(&format!("\nLABEL {AGENT_LABEL}={AGENT}\n")));
    }

    #[test]
    fn an_identity_survives_a_restart_and_is_unique() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let first = Identity::open(one.path()).unwrap();
        let again = Identity::open(one.path()).unwrap();
        let stranger = Identity::open(other.path()).unwrap();
        let id = DesktopId::generate();
        assert_eq!(first.instance(), again.instance());
        assert_eq!(first.id_in(&first.name(id)), Some(id));
        assert_eq!(stranger.id_in(&first.name(id)), None);
        assert_eq!(first.token(id, "1").expose(), again.token(id, "1").expose());
        assert_ne!(first.instance(), stranger.instance());
        assert_ne!(first.token(id, "1").expose(), stranger.token(id, "1").expose());
        assert_ne!(first.token(id, "1").expose(), first.token(id, "2").expose());
    }
}
