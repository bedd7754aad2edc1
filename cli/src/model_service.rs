//! Where the model service listens, and who may call it.

use std::net::SocketAddr;

use anyhow::Context as _;
use backend::clients::model::ModelEndpoint;
use backend::unix_socket::NamelessSocket;
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
    /// On a Unix socket without a name.
    Socket { listener: UnixListener, socket: NamelessSocket },
    /// On a TCP port, for other programs too.
    Port(TcpListener),
}

impl ModelListener {
    /// Listens for this process only.
    pub(crate) fn socket() -> anyhow::Result<Self> {
        let (listener, socket) =
            NamelessSocket::listen().context("listening for calls of the model service")?;
        Ok(Self::Socket { listener: UnixListener::from_std(listener)?, socket })
    }

    /// Listens on a port.
    pub(crate) async fn port(address: SocketAddr) -> anyhow::Result<Self> {
        Ok(Self::Port(listen(address, "--model-listen").await?))
    }

    /// How this process connects, with the token that it sends.
    pub(crate) fn endpoint(&self, token: Secret) -> anyhow::Result<ModelEndpoint> {
        let (url, socket) = match self {
            Self::Socket { socket, .. } => ("http://localhost".to_owned(), Some(socket.path())),
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
            Self::Socket { listener, socket: _kept_open } => ai_model::serve(listener, state, shutdown).await,
            Self::Port(listener) => ai_model::serve(listener, state, shutdown).await,
        }
    }
}

/// A token for one start.
pub(crate) fn random_token() -> Secret {
    Secret::new(hex::encode(rand::rng().random::<[u8; 32]>()))
}
