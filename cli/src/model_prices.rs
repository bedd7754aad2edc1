//! What models cost.

use std::io::Write as _;

use backend::store::model_connections::ModelApi;
use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use protocol::price::Price;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use url::form_urlencoded::Serializer;

use crate::remote::Remote;

/// Millionths of a dollar in a dollar.
const MICRODOLLARS: f64 = 1e6;
const PATH: &str = "admin/model-prices";

/// List and set what models cost, for superusers
#[derive(clap::Args)]
pub(crate) struct Prices {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List the prices that go before those of the vendors' lists
    List,
    /// Set the price of a model, for runs that begin or go on after it; in dollars for a million tokens
    Set(SetPrice),
    /// Let the price of the vendor's list count again
    Remove(Model),
}

#[derive(clap::Args)]
struct Model {
    /// Whose API
    #[arg(value_parser = PossibleValuesParser::new(ModelApi::ALL.iter().map(|api| api.as_str())))]
    provider: String,
    /// The id of the model; * for every model of the provider
    model: String,
}

#[derive(clap::Args)]
struct SetPrice {
    #[command(flatten)]
    model: Model,
    /// Input that is in no cache
    #[arg(long, value_parser = microdollars)]
    input: u64,
    /// Output, thinking included
    #[arg(long, value_parser = microdollars)]
    output: u64,
    /// Input that is read from the vendor's cache [default: as other input]
    #[arg(long, value_parser = microdollars)]
    cache_read: Option<u64>,
    /// Input that is written to it [default: as other input]
    #[arg(long, value_parser = microdollars)]
    cache_write: Option<u64>,
}

/// A price, as the API has it.
#[derive(Serialize, Deserialize)]
struct Listed {
    provider: String,
    model: String,
    price: Price,
}

impl Prices {
    /// Lists, sets or removes prices.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let remote = Remote::open().await?;
        let mut stdout = std::io::stdout();
        match self.action {
            Action::List => {
                let prices: Vec<Listed> = remote.call(Method::GET, PATH, None).await?;
                for Listed { provider, model, price } in prices {
                    writeln!(stdout, "{provider}  {model}  {}", told(price))?;
                }
            }
            Action::Set(set) => {
                let listed = set.into_listed();
                remote.send_json(Method::PUT, PATH, &serde_json::to_value(&listed)?).await?;
                writeln!(stdout, "{} {} costs {}.", listed.provider, listed.model, told(listed.price))?;
            }
            Action::Remove(Model { provider, model }) => {
                let query = Serializer::new(String::new())
                    .append_pair("provider", &provider)
                    .append_pair("model", &model)
                    .finish();
                remote.send(Method::DELETE, &format!("{PATH}?{query}")).await?;
                writeln!(stdout, "Removed the price of {provider} {model}.")?;
            }
        }
        Ok(())
    }
}

impl SetPrice {
    fn into_listed(self) -> Listed {
        let Self { model: Model { provider, model }, input, output, cache_read, cache_write } = self;
        let (cache_read, cache_write) = (cache_read.unwrap_or(input), cache_write.unwrap_or(input));
        Listed { provider, model, price: Price { input, output, cache_read, cache_write } }
    }
}

/// A price for people.
#[expect(clippy::cast_precision_loss, reason = "prices are small")]
pub(crate) fn told(price: Price) -> String {
    let dollars = |microdollars: u64| microdollars as f64 / MICRODOLLARS;
    format!("${} in, ${} out per million tokens", dollars(price.input), dollars(price.output))
}

/// Dollars, such as `0.25`, in millionths of a dollar.
fn microdollars(text: &str) -> Result<u64, String> {
    let dollars: f64 =
        text.trim_start_matches('$').parse().map_err(|_| "it has to be a number of dollars".to_owned())?;
    if !(0.0..=1e6).contains(&dollars) {
        return Err("it has to be between 0 and 1000000 dollars".to_owned());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was checked above")]
    Ok((dollars * MICRODOLLARS).round() as u64)
}
