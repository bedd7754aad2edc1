//! The models that whoever is logged in may use, and how they are reached.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;
use backend::store::model_connections::ModelApi;
use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use protocol::ids::ModelConnectionId;
use protocol::models::{ComputerUse, ModelFacts};
use protocol::platform::{Platform, PlatformName};
use protocol::secret::Secret;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::model_prices::{self, Prices};
use crate::remote::Remote;

/// List models, and add, check and remove keys for them; `deskhand login` comes first
#[derive(clap::Args)]
pub(crate) struct Models {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List the models that you may use, by how they are reached
    List,
    /// Add a model connection; its server is asked for its models first
    Add(Add),
    /// Ask a server for its models again
    Check(Existing),
    /// Remove a model connection; chats that use it have to choose another model
    Remove(Existing),
    /// List and set what models cost, for superusers
    Price(Prices),
}

#[derive(clap::Args)]
struct Add {
    /// What to call it
    name: String,
    /// What the server speaks
    #[arg(long, value_parser = PossibleValuesParser::new(ModelApi::ALL.iter().map(|api| api.as_str())))]
    provider: String,
    /// Base address of the API [default: the vendor's]
    #[arg(long)]
    address: Option<String>,
    #[command(flatten)]
    place: Place,
    /// File with the API key, the access key of AWS in JSON or the key file of Google; without it the key is asked for, or read from standard input
    #[arg(long, conflicts_with = "no_key")]
    key_file: Option<PathBuf>,
    /// The server needs no key
    #[arg(long)]
    no_key: bool,
    /// Save it even if the server can't be asked
    #[arg(long)]
    unchecked: bool,
    #[command(flatten)]
    whose: Whose,
}

/// The cloud that serves the models in their vendor's stead.
#[derive(clap::Args)]
struct Place {
    /// The cloud that serves the models in their vendor's stead
    #[arg(long, value_parser = PossibleValuesParser::new(PlatformName::ALL.iter().map(|name| name.as_str())))]
    platform: Option<String>,
    /// Region of the cloud, such as us-east-1
    #[arg(long, requires = "platform")]
    region: Option<String>,
    /// Project of Google Cloud
    #[arg(long, requires = "platform")]
    project: Option<String>,
    /// Workspace of Claude Platform on AWS or of Claude on Google Cloud
    #[arg(long, requires = "platform")]
    workspace: Option<String>,
    /// Dated version of Azure OpenAI's API
    #[arg(long, requires = "platform")]
    api_version: Option<String>,
}

impl Place {
    fn into_platform(self) -> Option<Platform> {
        let Self { platform, region, project, workspace, api_version } = self;
        let name = PlatformName::from_name(&platform?)?;
        Some(Platform { name, region, project, workspace, api_version })
    }
}

#[derive(clap::Args)]
struct Existing {
    /// The id that `deskhand models list` shows
    id: ModelConnectionId,
    #[command(flatten)]
    whose: Whose,
}

#[derive(clap::Args)]
struct Whose {
    /// It is everybody's, for superusers
    #[arg(long)]
    everybody: bool,
}

impl Whose {
    fn path(&self) -> &'static str {
        if self.everybody { "admin/model-connections" } else { "users/me/model-connections" }
    }
}

/// A connection, as the API returns it.
#[derive(Deserialize)]
struct Connection {
    id: ModelConnectionId,
    name: String,
    models: Vec<ModelFacts>,
    problem: Option<String>,
}

/// `GET /models`.
#[derive(Deserialize)]
struct List {
    sources: Vec<Source>,
}

#[derive(Deserialize)]
struct Source {
    connection: Option<ModelConnectionId>,
    owner: String,
    name: String,
    provider: String,
    models: Vec<ModelFacts>,
    problem: Option<String>,
}

impl Models {
    /// Lists models, or changes how they are reached.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let mut stdout = std::io::stdout();
        match self.action {
            Action::List => {
                let list: List = Remote::open().await?.call(Method::GET, "models", None).await?;
                list.sources.iter().try_for_each(print)?;
            }
            Action::Add(add) => {
                let added = add.run().await?;
                writeln!(stdout, "Added {} ({}): {} models.", added.name, added.id, added.models.len())?;
            }
            Action::Check(Existing { id, whose }) => {
                let path = format!("{}/{id}/check", whose.path());
                let checked: Connection = Remote::open().await?.call(Method::POST, &path, None).await?;
                anyhow::ensure!(checked.problem.is_none(), "{}", checked.problem.unwrap_or_default());
                writeln!(stdout, "{} works: {} models.", checked.name, checked.models.len())?;
            }
            Action::Price(prices) => prices.run().await?,
            Action::Remove(Existing { id, whose }) => {
                Remote::open().await?.send(Method::DELETE, &format!("{}/{id}", whose.path())).await?;
                writeln!(stdout, "Removed {id}.")?;
            }
        }
        Ok(())
    }
}

impl Add {
    async fn run(self) -> anyhow::Result<Connection> {
        let key = if self.no_key { None } else { Some(read_key(self.key_file)?) };
        let body = json!({
            "name": self.name, "provider": self.provider, "address": self.address,
            "platform": self.place.into_platform(), "key": key, "unchecked": self.unchecked,
        });
        Remote::open().await?.call(Method::POST, self.whose.path(), Some(&body)).await
    }
}

/// The key, never from the command line, which other users of the machine can read.
fn read_key(file: Option<PathBuf>) -> anyhow::Result<Secret> {
    let key = match file {
        Some(file) => {
            std::fs::read_to_string(&file).with_context(|| format!("Cannot read {}", file.display()))?
        }
        None if std::io::stdin().is_terminal() => {
            rpassword::prompt_password("API key: ").context("asking for the key")?
        }
        None => {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).context("reading the key from standard input")?;
            line
        }
    };
    Ok(Secret::new(key.trim()))
}

fn print(source: &Source) -> std::io::Result<()> {
    let mut stdout = std::io::stdout();
    let id = source.connection.map_or_else(|| "environment".to_owned(), |id| id.to_string());
    writeln!(stdout, "{id}  {}  {}  {}", source.owner, source.provider, source.name)?;
    if let Some(problem) = &source.problem {
        writeln!(stdout, "    {problem}")?;
    }
    source.models.iter().try_for_each(|model| writeln!(stdout, "    {}", line(model)))
}

fn line(model: &ModelFacts) -> String {
    let context =
        model.context.map_or_else(|| "context unknown".to_owned(), |tokens| format!("{tokens} tokens"));
    let computer = match model.computer {
        ComputerUse::Native => "native computer use",
        ComputerUse::Functions => "computer by functions",
    };
    let price = model.price.map_or_else(|| "price unknown".to_owned(), model_prices::told);
    format!("{}  {context}  {computer}  {price}", model.id)
}
