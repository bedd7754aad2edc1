//! Where the model service listens, and who may call it.

use std::fs::File;
use std::net::SocketAddr;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::OpenOptionsExt as _;

use anyhow::Context as _;
use backend::clients::model::ModelEndpoint;
use protocol::secret::Secret;
use rand::Rng as _;
use tokio::net::{TcpListener, UnixListener};
use tokio_util::sync::CancellationToken;

use crate::addresses::{listen, reachable};

/// The token of the model service.
#[derive(clap::Args)]
pub(crate) struct ModelToken {
    /// The secret that callers of the model service send, chosen by you; at least the backend is one
    #[arg(long, env = "AI_MODEL_TOKEN", hide_env_values = true)]
    ai_model_token: Option<String>,
}

impl ModelToken {
    /// The token, if one is set.
    pub(crate) fn get(&self) -> Option<Secret> {
        self.ai_model_token.as_ref().filter(|token| !token.is_empty()).map(Secret::new)
    }
}

/// Where the model service of `deskhand up` listens.
pub(crate) enum ModelListener {
    /// On a Unix socket without a name: it is removed from the file system as soon as it listens, so it can be neither
    /// found nor left behind. This process reaches it through the descriptor.
    Socket { listener: UnixListener, descriptor: File },
    /// On a TCP port, for other programs too.
    Port(TcpListener),
}

impl ModelListener {
    /// Listens for this process only.
    pub(crate) fn socket() -> anyhow::Result<Self> {
        // Only this user can enter the folder.
        let folder =
            tempfile::Builder::new().prefix(".deskhand-").tempdir().context("creating a temporary folder")?;
        let path = folder.path().join("model");
        let listener = UnixListener::bind(&path).context("listening for calls of the model service")?;
        let descriptor = File::options().read(true).custom_flags(nix::libc::O_PATH).open(&path)?;
        Ok(Self::Socket { listener, descriptor })
    }

    /// Listens on a port.
    pub(crate) async fn port(address: SocketAddr) -> anyhow::Result<Self> {
        Ok(Self::Port(listen(address, "--model-listen").await?))
    }

    /// How this process connects, with the token that it sends.
    pub(crate) fn endpoint(&self, token: Secret) -> anyhow::Result<ModelEndpoint> {
        let (url, socket) = match self {
            Self::Socket { descriptor, .. } => (
                "http://localhost".to_owned(),
                Some(format!("/proc/self/fd/{}", descriptor.as_raw_fd()).into()),
            ),
            Self::Port(listener) => (format!("http://{}", reachable(listener.local_addr()?)), None),
        };
        Ok(ModelEndpoint { url: url.parse()?, socket, token: Some(token) })
    }

    /// Serves the model service until `shutdown`.
    pub(crate) async fn serve(
        self,
        state: ai_model::AppState,
        shutdown: CancellationToken,
    ) -> anyhow::Result<()> {
        match self {
            Self::Socket { listener, descriptor: _kept_open } => {
                ai_model::serve(listener, state, shutdown).await
            }
            Self::Port(listener) => ai_model::serve(listener, state, shutdown).await,
        }
    }
}

/// A token for one start.
pub(crate) fn random_token() -> Secret {
    Secret::new(hex::encode(rand::rng().random::<[u8; 32]>()))
}

#[cfg(test)]
mod tests {
    use tokio::net::UnixStream;

    use super::*;

    #[tokio::test]
    async fn the_socket_is_reached_by_its_descriptor_only() {
        let model = ModelListener::socket().unwrap();
        let path = model.endpoint(random_token()).unwrap().socket.unwrap();
        let ModelListener::Socket { listener, descriptor: _kept_open } = model else { panic!("a port") };
        let bound = listener.local_addr().unwrap().as_pathname().unwrap().to_owned();
        assert!(!bound.exists() && !bound.parent().unwrap().exists());
        let (connected, accepted) = tokio::join!(UnixStream::connect(path), listener.accept());
        assert!(connected.is_ok() && accepted.is_ok());
    }
}
