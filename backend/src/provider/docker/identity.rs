//! What marks containers as ours, and the tokens of their agents.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use protocol::ids::DesktopId;
use protocol::secret::Secret;
use rand::Rng as _;
use sha2::Sha256;

use crate::data_folder::create_once;

/// Which Deskhand a container, volume or network belongs to.
pub(super) const INSTANCE_LABEL: &str = "deskhand.instance";
/// Which desktop a container or volume is.
pub(super) const DESKTOP_LABEL: &str = "deskhand.desktop";
/// Which of a desktop's successive containers one is.
pub(super) const GENERATION_LABEL: &str = "deskhand.generation";
/// Pixels of a container's screen, as `WIDTHxHEIGHT`.
pub(super) const SCREEN_LABEL: &str = "deskhand.screen";
/// What an image says of its agent; see [`AGENT`].
pub const AGENT_LABEL: &str = "deskhand.agent";
/// What the image has to say: raised, there and here, when an older agent would not do.
pub const AGENT: &str = "1";
/// Where the secret is kept, below the data folder.
const FILE: &str = "desktops.key";

/// This Deskhand, told apart from others that use the same engine.
pub(super) struct Identity {
    secret: [u8; 32],
    instance: String,
}

impl Identity {
    /// The identity kept in a data folder, made on first call.
    pub(super) fn open(data_dir: &Path) -> io::Result<Self> {
        let create = || hex::encode(rand::rng().random::<[u8; 32]>());
        let text = create_once::read_or_create(&data_dir.join(FILE), create)?;
        let mut secret = [0; 32];
        hex::decode_to_slice(text.trim_ascii(), &mut secret)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let mut identity = Self { secret, instance: String::new() };
        identity.instance = identity.derive(&["instance"])[..8].to_owned();
        Ok(identity)
    }

    /// Eight characters that everything of ours is labelled with.
    pub(super) fn instance(&self) -> &str {
        &self.instance
    }

    /// The token of a container's agent. It can be worked out again after a restart, so it is kept nowhere.
    pub(super) fn token(&self, id: DesktopId, generation: &str) -> Secret {
        Secret::new(self.derive(&["agent-token", &id.to_string(), generation]))
    }

    /// The one name that a desktop's container and volume may have: the engine keeps it unique.
    pub(super) fn name(&self, id: DesktopId) -> String {
        format!("deskhand-{}-{id}", self.instance)
    }

    /// The desktop that a container's name is of.
    pub(super) fn id_in(&self, name: &str) -> Option<DesktopId> {
        name.strip_prefix("deskhand-")?.strip_prefix(&self.instance)?.strip_prefix('-')?.parse().ok()
    }

    /// The labels of what belongs to a desktop.
    pub(super) fn labels(&self, id: DesktopId) -> HashMap<String, String> {
        HashMap::from([
            (INSTANCE_LABEL.to_owned(), self.instance.clone()),
            (DESKTOP_LABEL.to_owned(), id.to_string()),
        ])
    }

    /// The engine's filter for what is ours.
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
    fn the_image_says_what_is_asked_of_it() {
        let dockerfile = include_str!("../../../../desktop-image/Dockerfile");
        assert!(dockerfile.contains(&format!("\nLABEL {AGENT_LABEL}={AGENT}\n")));
    }

    #[test]
    fn an_identity_outlives_a_restart_and_is_nobody_elses() {
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
