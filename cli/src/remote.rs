//! A login to a Deskhand, stored for later commands: its address and a refresh token, in a file of this user alone.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use nix::fcntl::{Flock, FlockArg};
use protocol::secret::Secret;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use url::Url;

/// How long a request may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct Stored {
    url: Url,
    refresh_token: Secret,
}

/// The tokens of a login.
#[derive(Deserialize)]
struct Tokens {
    access_token: Secret,
    refresh_token: Secret,
}

/// The body of an error.
#[derive(Deserialize)]
struct Problem {
    code: String,
    detail: String,
}

/// A request that was refused.
#[derive(Debug, thiserror::Error)]
#[error("{detail}")]
struct Refused {
    status: StatusCode,
    code: String,
    detail: String,
}

/// A Deskhand that this user is logged in to.
pub(crate) struct Remote {
    http: Client,
    url: Url,
    access_token: Secret,
}

/// Logs in and stores the login in place of an earlier one. Accounts with a second factor need a code.
pub(crate) async fn log_in(
    url: Url,
    username: &str,
    password: &Secret,
    code: Option<&Secret>,
) -> anyhow::Result<()> {
    let http = client()?;
    let credentials = json!({ "username": username, "password": password, "code": code, "label": label() });
    let tokens: Tokens =
        answer(http.post(address(&url, "auth/login")?).json(&credentials)).await.context("Cannot log in")?;
    let file = file()?;
    let _alone = lock(&file)?;
    write(&file, &Stored { url, refresh_token: tokens.refresh_token })
}

/// Logs out and removes the stored login. Returns the address of the Deskhand.
pub(crate) async fn log_out() -> anyhow::Result<Url> {
    let file = file()?;
    let _alone = lock(&file)?;
    let stored = read(&file)?;
    let body = json!({ "refresh_token": stored.refresh_token });
    let request = client()?.post(address(&stored.url, "auth/logout")?).json(&body);
    send(request).await.context("Cannot log out")?;
    std::fs::remove_file(&file).with_context(|| format!("Cannot remove {}", file.display()))?;
    Ok(stored.url)
}

impl Remote {
    /// Uses the stored login.
    pub(crate) async fn open() -> anyhow::Result<Self> {
        let (file, http) = (file()?, client()?);
        // A refresh token is used once, so other commands wait.
        let _alone = lock(&file)?;
        let Stored { url, refresh_token } = read(&file)?;
        let request =
            http.post(address(&url, "auth/refresh")?).json(&json!({ "refresh_token": refresh_token }));
        let tokens: Tokens = match answer(request).await {
            Err(error) if ended(&error) => {
                return Err(error.context(format!("Your login has ended. Run `deskhand login {url}`")));
            }
            other => other.context("Cannot use the stored login")?,
        };
        write(&file, &Stored { url: url.clone(), refresh_token: tokens.refresh_token })?;
        Ok(Self { http, url, access_token: tokens.access_token })
    }

    /// Sends a request and reads the answer.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<T> {
        answer(self.request(method, path, body)?).await
    }

    /// Sends a request that has no answer.
    pub(crate) async fn send(&self, method: Method, path: &str) -> anyhow::Result<()> {
        send(self.request(method, path, None)?).await?;
        Ok(())
    }

    /// Sends a request with a body that has no answer.
    pub(crate) async fn send_json(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<()> {
        send(self.request(method, path, Some(body))?).await?;
        Ok(())
    }

    fn request(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<RequestBuilder> {
        let request = self.http.request(method, address(&self.url, path)?);
        let request = request.bearer_auth(self.access_token.expose());
        Ok(match body {
            Some(body) => request.json(body),
            None => request,
        })
    }
}

fn client() -> anyhow::Result<Client> {
    let agent = concat!("deskhand/", env!("CARGO_PKG_VERSION"));
    Client::builder().timeout(TIMEOUT).user_agent(agent).build().context("Cannot prepare HTTP requests")
}

/// What the list of sessions calls this login.
fn label() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match host.trim() {
        "" => "deskhand".to_owned(),
        host => format!("deskhand on {host}").chars().take(100).collect(),
    }
}

/// The address of a call. That of the Deskhand may have a path.
fn address(url: &Url, path: &str) -> anyhow::Result<Url> {
    let base = format!("{}/", url.as_str().trim_end_matches('/'));
    Ok(Url::parse(&base)?.join("api/v1/")?.join(path)?)
}

async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> anyhow::Result<T> {
    send(request)
        .await?
        .json()
        .await
        .context("The answer can't be read. Is there a Deskhand at this address?")
}

async fn send(request: RequestBuilder) -> anyhow::Result<reqwest::Response> {
    let response = request.send().await.context("There is no answer")?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let refused = match response.json().await {
        Ok(Problem { code, detail }) => Refused { status, code, detail },
        Err(_) => Refused { status, code: String::new(), detail: format!("The answer is {status}") },
    };
    Err(refused.into())
}

/// Whether a login failed for want of a code.
pub(crate) fn needs_code(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Refused>().is_some_and(|refused| refused.code == "second_factor_required")
}

/// Whether a login has ended.
fn ended(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Refused>().is_some_and(|refused| {
        refused.status == StatusCode::UNAUTHORIZED && refused.code.starts_with("refresh_")
    })
}

/// `deskhand/login.json` in the folder for settings of this user.
fn file() -> anyhow::Result<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let settings = variable("XDG_CONFIG_HOME").or_else(|| Some(variable("HOME")?.join(".config")));
    let settings = settings.context("There is no folder for settings: set HOME")?;
    Ok(settings.join("deskhand").join("login.json"))
}

/// Keeps other commands from using the login. Creates the folder.
fn lock(file: &Path) -> anyhow::Result<Flock<File>> {
    let folder = file.parent().context("a file has a folder")?;
    let open = || {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(file.with_extension("lock"))
    };
    let lock = open().with_context(|| format!("Cannot write to {}", folder.display()))?;
    Flock::lock(lock, FlockArg::LockExclusive)
        .map_err(|(_, error)| error)
        .context("Cannot lock the stored login")
}

fn read(file: &Path) -> anyhow::Result<Stored> {
    let text = match std::fs::read(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            anyhow::bail!("You are not logged in. Run `deskhand login URL`")
        }
        other => other.with_context(|| format!("Cannot read {}", file.display()))?,
    };
    serde_json::from_slice(&text)
        .with_context(|| format!("{} can't be read. Run `deskhand login URL`", file.display()))
}

/// Replaces the file. Only this user may read it.
fn write(file: &Path, stored: &Stored) -> anyhow::Result<()> {
    let replace = || {
        // The file is created with mode 0600.
        let mut new = NamedTempFile::new_in(file.parent().ok_or(ErrorKind::InvalidInput)?)?;
        new.write_all(&serde_json::to_vec(stored)?)?;
        new.as_file().sync_all()?;
        new.persist(file).map_err(|error| error.error)
    };
    replace().with_context(|| format!("Cannot write {}", file.display()))?;
    Ok(())
}
