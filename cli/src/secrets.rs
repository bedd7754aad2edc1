//! Tells the log which secrets it must not have.

use protocol::secret::Secret;
use redact::Lifetime;

/// Removes these settings from the log.
pub(crate) fn keep_out_of_the_log<'a>(secrets: impl IntoIterator<Item = &'a Secret>) {
    for secret in secrets {
        redact::process().learn(secret.expose(), Lifetime::Program);
    }
}
